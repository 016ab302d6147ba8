"""Archive files to articles: JSON Lines, CSV, and the Excel export of BigKinds.

A row that cannot be used is a `BadRow` with its number; the others go on.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from db.errors import InputError
from db.model import Article, RightsMode, Source
from ingest.collect.entry import Entry
from ingest.collect.normalize import Rejected, normalize
from ingest.collect.sites import NO_SITES, Sites

FIELDS: dict[str, tuple[str, ...]] = {
    "url": ("url", "link", "주소", "링크", "기사 url", "원문 url"),
    "title": ("title", "headline", "제목", "기사 제목"),
    "published": (
        "published_at",
        "published",
        "date",
        "일자",
        "일시",
        "일시 (kst)",
        "날짜",
        "작성일",
    ),
    "outlet": ("outlet", "source", "press", "언론사", "매체", "매체명"),
    "author": ("author", "reporter", "기고자", "기자", "작성자"),
    "summary": ("summary", "description", "요약"),
    "body": ("body", "content", "text", "본문"),
    "guid": ("guid", "id", "뉴스 식별자"),
    "language": ("language", "lang", "언어"),
}
"""our field → the column names under which it is found, lower-case"""

REJECTIONS = {
    "no title": ("제목이 없습니다.", "no headline."),
    "no link": ("URL이 없습니다.", "no URL."),
    "bad link": ("http(s) 주소가 아닙니다.", "not an http(s) address."),
}
BIGKINDS_ID = re.compile(r"^\d{8}\.(\d{14})\d*$|^\d{8}\.(\d{17})\d*$")
CSV_FIELD_LIMIT = 10_000_000


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was skipped, counted from 1 as an editor or spreadsheet numbers it."""

    row: int
    error: InputError


@dataclass(frozen=True, slots=True)
class Defaults:
    """What rows are taken for where they say nothing themselves."""

    outlet: str = ""
    rights: RightsMode = RightsMode.EXCERPT
    timezone: str = "Asia/Seoul"
    sites: Sites = NO_SITES


def read_archive(path: Path, defaults: Defaults, now: datetime) -> Iterator[Article | BadRow]:
    """The articles of ``path``, by its extension. Raises `InputError` for the file as a whole."""
    readers = {
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".csv": _csv_rows,
        ".xlsx": _excel_rows,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            str(path),
            "가져올 수 없는 형식입니다. .jsonl, .csv, .xlsx 파일을 쓰세요.",
            "not a format that can be imported. Use .jsonl, .csv or .xlsx.",
        )
    try:
        for number, row in reader(path):
            if isinstance(row, InputError):
                yield BadRow(number, row)
                continue
            try:
                yield to_article(row, defaults, now)
            except InputError as error:
                yield BadRow(number, error)
    except OSError as error:
        raise InputError(
            str(path), f"파일을 읽을 수 없습니다({error.strerror}).", f"cannot be read ({error})."
        ) from error


def to_article(row: Mapping[str, Any], defaults: Defaults, now: datetime) -> Article:
    """One row, its keys as in `FIELDS`, through the same normalisation as a feed's entry.

    Raises `InputError` without a subject.
    """
    values = {
        field: text
        for field, names in FIELDS.items()
        if (text := next((_text(row[name]) for name in names if _text(row.get(name))), ""))
    }
    outlet = values.get("outlet", defaults.outlet)
    if not outlet:
        raise _bad(
            "매체가 없습니다. --outlet으로 정할 수 있습니다.", "no outlet. Give one with --outlet."
        )
    source = Source(
        id="import",
        outlet=outlet,
        url="",
        language=values.get("language", "ko"),
        timezone=defaults.timezone,
        rights=defaults.rights,
    )
    entry = Entry(
        title=values.get("title", ""),
        link=values.get("url", ""),
        guid=values.get("guid", ""),
        published=_bigkinds_time(values),
        author=values.get("author", ""),
        summary=values.get("summary", ""),
        content=values.get("body", ""),
    )
    article = normalize(entry, source, now, defaults.sites)
    if isinstance(article, Rejected):
        raise _bad(*REJECTIONS[article.reason])
    return article


def _bigkinds_time(values: Mapping[str, str]) -> str:
    """BigKinds gives the day in its own column and the time inside the news id."""
    found = BIGKINDS_ID.match(values.get("guid", ""))
    published = values.get("published", "")
    if found and re.fullmatch(r"\d{8}", published):
        stamp = (found[1] or found[2])[:14]
        if stamp.startswith(published):
            return stamp
    return published


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _bad(korean: str, english: str) -> InputError:
    return InputError("", korean, english)


Rows = Iterator[tuple[int, Mapping[str, Any] | InputError]]


def _json_lines(path: Path) -> Rows:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                yield number, _bad("JSON이 아닙니다.", "not JSON.")
                continue
            if isinstance(row, dict):
                yield number, _lower(row.items())
            else:
                yield number, _bad("JSON 객체가 아닙니다.", "not a JSON object.")


def _csv_rows(path: Path) -> Rows:
    """UTF-8 (with or without a byte order mark) or cp949, as Korean Excel writes it."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp949", errors="replace")
    csv.field_size_limit(CSV_FIELD_LIMIT)
    reader = csv.DictReader(text.replace("\0", "").splitlines(keepends=True))
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, _bad(f"CSV 오류: {error}", f"CSV error: {error}")
            continue
        yield reader.line_num, _lower((name, value) for name, value in row.items() if name)


def _excel_rows(path: Path) -> Rows:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise InputError(
            str(path), "엑셀 파일(.xlsx)이 아닙니다.", "not an Excel file (.xlsx)."
        ) from error
    except Exception as error:  # zipfile and XML errors share no base class
        raise InputError(
            str(path), "엑셀 파일(.xlsx)이 아닙니다.", "not an Excel file (.xlsx)."
        ) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(name or "") for name in next(rows, ())]
        for number, row in enumerate(rows, start=2):
            if any(value is not None for value in row):
                yield number, _lower(zip(head, row, strict=False))
    finally:
        book.close()


def _lower(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {str(name).strip().lower(): value for name, value in items}
