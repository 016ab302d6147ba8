"""The articles of a filter as a file: CSV, Excel, JSON Lines, Parquet.

Lies here because the command line and the dashboard write the same files. What a rights mode
withholds never arrives (the store leaves it out), so no format needs to know about rights.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import IO, Any

import xlsxwriter

from db.errors import InputError
from db.gaps import Gap
from db.model import KST, Quote, TimeQuality, Tone
from db.notes import Note
from db.query import ArticleCard, ArticleDetail, ArticleFilter, CompanyCount, Counts
from db.records import write_json_lines, write_parquet
from db.store import ReadStore
from db.versions import earlier_titles

FORMATS = ("csv", "xlsx", "jsonl", "parquet")

COLUMNS: dict[str, tuple[str, str]] = {
    "published_at": ("일시 (KST)", "published (KST)"),
    "outlet": ("매체", "outlet"),
    "author": ("기자", "reporter"),
    "title": ("제목", "headline"),
    "companies": ("기업", "companies"),
    "tone": ("기사 논조", "article tone"),
    "evidence": ("근거", "evidence"),
    "topics": ("주제", "topics"),
    "summary": ("자동 요약", "extracted summary"),
    "quotes": ("인용", "quotations"),
    "story": ("이슈", "story"),
    "similar": ("유사 건수", "similar articles"),
    "release_share": ("보도자료 일치 %", "shared with release %"),
    "language": ("언어", "language"),
    "time_quality": ("시각", "time"),
    "first_seen_at": ("첫 수집 (KST)", "first seen (KST)"),
    "modified_at": ("수정 확인 (KST)", "change seen (KST)"),
    "earlier_titles": ("이전 제목", "earlier headlines"),
    "corrected": ("사람이 고친 것", "corrected by people"),
    "notes": ("메모", "notes"),
    "url": ("URL", "URL"),
    "id": ("기사 id", "article id"),
}
TONES = {
    Tone.POSITIVE: ("긍정", "positive"),
    Tone.NEUTRAL: ("중립", "neutral"),
    Tone.NEGATIVE: ("부정", "negative"),
    Tone.UNRATED: ("미판정", "unrated"),
}
TIME_QUALITIES = {
    TimeQuality.EXACT: ("", ""),
    TimeQuality.DATE_ONLY: ("날짜만", "date only"),
    TimeQuality.GUESSED: ("날짜 미상, 수집 시각", "no date, time collected"),
    TimeQuality.FUTURE: ("미래 날짜, 수집 시각", "date in the future, time collected"),
}
RULE_KO = (
    "AI 반도체 관련 기사만 셉니다. 두 기업이 나온 기사는 각 기업에 1건씩 셉니다. "
    "이슈는 첫 보도일에만 셉니다."
)
RULE_EN = (
    "Only articles about AI semiconductors count. An article that names two companies counts "
    "for each. A story counts on its first day only."
)
HIDDEN_ONLY = ("사람이 숨긴 기사만", "only articles that people hid")
EXCEL_ROWS = 1_048_575
EXCEL_CELL = 32_767
GAPS_NAMED = 200


@dataclass(frozen=True)
class Export:
    """What is written: the filter, its numbers, the names, and when and by what it was made."""

    wanted: ArticleFilter
    counts: Counts
    company_counts: list[CompanyCount]
    company_names: dict[str, str]
    topic_names: dict[str, str]
    tagger_version: str
    made_at: datetime
    language: str
    gaps: tuple[Gap, ...] = ()
    """of the filter's outlets and period, by which the counts may be too low"""

    @classmethod
    def of(
        cls, store: ReadStore, wanted: ArticleFilter, made_at: datetime, language: str = "ko"
    ) -> Export:
        korean = language == "ko"
        return cls(
            wanted=wanted,
            counts=store.counts(wanted),
            company_counts=store.company_counts(wanted),
            company_names={c.id: c.name_ko if korean else c.name_en for c in store.companies()},
            topic_names={t.id: t.name_ko if korean else t.name_en for t in store.topics()},
            tagger_version=store.info().tagger_version,
            made_at=made_at,
            language=language,
            gaps=_missing(store, wanted, made_at),
        )

    def word(self, pair: tuple[str, str]) -> str:
        return pair[0 if self.language == "ko" else 1]

    def company(self, company_id: str) -> str:
        return self.company_names.get(company_id, company_id)

    def topic(self, topic_id: str) -> str:
        return self.topic_names.get(topic_id, topic_id)


def write(
    export: Export, articles: Iterable[ArticleDetail], target: IO[bytes], file_format: str
) -> int:
    """Write ``articles`` to ``target``; returns how many. ``file_format`` is one of `FORMATS`.

    Raises `InputError` when Excel's row limit does not hold them all.
    """
    writers: dict[str, Callable[[Iterable[ArticleDetail], IO[bytes]], int]] = {
        "csv": partial(_write_csv, export),
        "xlsx": partial(_write_excel, export),
        "jsonl": write_json_lines,
        "parquet": write_parquet,
    }
    return writers[file_format](articles, target)


def file_name(export: Export, file_format: str) -> str:
    """``모니터링_삼성전자_20261116-20261122.xlsx``, without what file systems refuse."""
    wanted = export.wanted
    about = [export.company(company) for company in wanted.companies]
    name = about[0] if about else export.word(("전체", "all"))
    if (more := len(about) - 1) > 0:
        name += export.word((f" 외 {more}곳", f" and {more} more"))
    first, last = (f"{day:%Y%m%d}" if day else "" for day in (wanted.start, wanted.end))
    days = f"{first}-{last}" if first or last else export.word(("전체기간", "all-days"))
    stem = "_".join((export.word(("모니터링", "monitoring")), name, days))
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', " ", stem)[:70].strip(" .") + f".{file_format}"


def _row(export: Export, article: ArticleDetail) -> dict[str, Any]:
    """One article as people read it, keys as in `COLUMNS`."""
    card = article.card
    return {
        "published_at": _here(card.published_at),
        "outlet": card.outlet,
        "author": card.author,
        "title": card.title,
        "companies": ", ".join(
            f"{export.company(mention.company_id)}({export.word(TONES[mention.tone])})"
            for mention in card.mentions
        ),
        "tone": export.word(TONES[card.tone]),
        "evidence": ", ".join(
            dict.fromkeys(
                evidence.cue for mention in card.mentions for evidence in mention.evidence
            )
        ),
        "topics": ", ".join(export.topic(topic) for topic in card.topics),
        "summary": " ".join(card.summary),
        "quotes": " ".join(map(_quotation, article.quotes)),
        "story": card.story_id,
        "similar": card.story_articles - 1,
        "release_share": "" if card.echo is None else round(100 * card.echo, 1),
        "language": card.language,
        "time_quality": export.word(TIME_QUALITIES[card.time_quality]),
        "first_seen_at": _here(card.first_seen_at),
        "modified_at": _here(card.modified_at),
        "earlier_titles": " | ".join(earlier_titles(card.title, article.versions)),
        "corrected": ", ".join(_corrected(export, card)),
        "notes": "\n".join(map(_note, article.notes)),
        "url": card.url,
        "id": card.id,
    }


def _here(instant: datetime | None) -> datetime | str:
    """Korean wall-clock time, as spreadsheets know no zones; "" where there is none."""
    return "" if instant is None else instant.astimezone(KST).replace(tzinfo=None)


def _quotation(quote: Quote) -> str:
    who = [part for part in (quote.organisation, quote.speaker, quote.title) if part]
    return f"“{quote.text}”" + (f"({' '.join(dict.fromkeys(who))})" if who else "")


def _note(note: Note) -> str:
    return f"{note.author}: {note.text}" if note.author else note.text


def _corrected(export: Export, card: ArticleCard) -> Iterator[str]:
    """What of an article people set: the article's own tone or relevance, and companies."""
    if card.corrected:
        yield export.word(("기사", "article"))
    yield from (export.company(m.company_id) for m in card.mentions if m.corrected)


def neutral(value: Any) -> Any:
    """A cell that a spreadsheet will not take for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _written(value: Any) -> Any:
    """A cell of a CSV file."""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else neutral(value)


def _write_csv(export: Export, articles: Iterable[ArticleDetail], target: IO[bytes]) -> int:
    """UTF-8 with a byte order mark, because Excel takes CSV without one for cp949."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(export.word(names) for names in COLUMNS.values())
    count = 0
    for article in articles:
        row = _row(export, article)
        writer.writerow(_written(row[key]) for key in COLUMNS)
        count += 1
    text.detach()
    return count


def _write_excel(export: Export, articles: Iterable[ArticleDetail], target: IO[bytes]) -> int:
    """Three sheets: articles, counts, and the conditions under which both were made."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet(export.word(("기사", "articles")))
        for column, (key, names) in enumerate(COLUMNS.items()):
            sheet.write_string(0, column, export.word(names), bold)
            sheet.set_column(
                column, column, {"title": 60, "summary": 60, "quotes": 60, "url": 40}.get(key, 16)
            )
        sheet.freeze_panes(1, 0)
        count = 0
        for article in articles:
            count += 1
            if count > EXCEL_ROWS:
                raise InputError(
                    "xlsx",
                    f"엑셀은 {EXCEL_ROWS:,}행까지만 담습니다. 기간을 줄이거나 CSV를 고르세요.",
                    f"Excel holds {EXCEL_ROWS:,} rows. Choose a shorter period or CSV.",
                )
            row = _row(export, article)
            for column, key in enumerate(COLUMNS):
                value = row[key]
                if isinstance(value, datetime):
                    sheet.write_datetime(count, column, value, moment)
                elif isinstance(value, int | float):
                    sheet.write_number(count, column, value)
                else:
                    sheet.write_string(count, column, value[:EXCEL_CELL])
        sheet.autofilter(0, 0, max(count, 1), len(COLUMNS) - 1)
        _write_counts(export, book, bold)
        _write_conditions(export, book, bold, count)
    return count


def _write_counts(export: Export, book: Any, bold: Any) -> None:
    sheet = book.add_worksheet(export.word(("집계", "counts")))
    head = [export.word(("기업", "company")), export.word(("기사", "articles"))]
    head += [export.word(TONES[tone]) for tone in Tone]
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, bold)
    sheet.set_column(0, 0, 28)
    for line, count in enumerate(export.company_counts, start=1):
        sheet.write_string(line, 0, export.company(count.company_id))
        sheet.write_number(line, 1, count.articles)
        for column, tone in enumerate(Tone, start=2):
            sheet.write_number(line, column, count.tones.get(tone, 0))


def _write_conditions(export: Export, book: Any, bold: Any, articles: int) -> None:
    sheet = book.add_worksheet(export.word(("조건", "conditions")))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    for line, (name, value) in enumerate(conditions(export, articles)):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, value)


def conditions(export: Export, articles: int) -> list[tuple[str, str]]:
    """(name, value) pairs that say what the file holds and how it was counted."""
    wanted, word = export.wanted, export.word
    everything = word(("전체", "all"))

    def day(value: date | None) -> str:
        return value.isoformat() if value else everything

    def listed(values: Iterable[str]) -> str:
        return ", ".join(values) or everything

    at_least = "≥ " if export.gaps else ""
    return [
        (
            word(("기간 (한국 날짜)", "period (Korean days)")),
            f"{day(wanted.start)} – {day(wanted.end)}",
        ),
        (word(("기업", "companies")), listed(map(export.company, wanted.companies))),
        *(
            [
                (
                    word(("함께 나온 기업", "together with")),
                    listed(map(export.company, wanted.together)),
                )
            ]
            if wanted.together
            else []
        ),
        (word(("매체", "outlets")), listed(wanted.outlets)),
        (word(("논조", "tones")), listed(word(TONES[tone]) for tone in wanted.tones)),
        (word(("주제", "topics")), listed(map(export.topic, wanted.topics))),
        (word(("언어", "languages")), listed(wanted.languages)),
        (word(("검색어", "search")), wanted.query or everything),
        *([(word(("이슈 번호", "story id")), wanted.story_id)] if wanted.story_id else []),
        *([(word(("범위", "scope")), word(HIDDEN_ONLY))] if wanted.muted else []),
        (word(("기사", "articles")), f"{at_least}{articles:,}"),
        (word(("이슈", "stories")), f"{at_least}{export.counts.stories:,}"),
        (word(("매체 수", "outlets")), f"{export.counts.outlets:,}"),
        (
            word(("세는 규칙", "rule")),
            word((RULE_KO, RULE_EN)),
        ),
        (word(("수집 미완료", "collection incomplete")), _coverage(export)),
        (word(("태그 판", "tagger version")), export.tagger_version),
        (word(("만든 시각", "made at")), f"{export.made_at.astimezone(KST):%Y-%m-%d %H:%M} KST"),
    ]


def _missing(store: ReadStore, wanted: ArticleFilter, now: datetime) -> tuple[Gap, ...]:
    """Gaps by which articles of the filter's period may be missing."""
    start_at = _midnight(wanted.start) if wanted.start else datetime(2000, 1, 1, tzinfo=KST)
    end_at = min(_midnight(wanted.end) + timedelta(1), now) if wanted.end else now
    if start_at >= end_at:
        return ()
    found = store.gaps(start_at, end_at, wanted.outlets, now=now)
    return tuple(gap for gap in found if gap.misses(start_at, end_at))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST)


def _coverage(export: Export) -> str:
    """``가온일보 11-19 01:20–22:10 · …``, the newest first, as many as are read."""
    if not export.gaps:
        return export.word(("없음", "none"))
    newest = sorted(export.gaps, key=lambda gap: gap.start_at, reverse=True)
    parts = [
        f"{gap.outlet} {_when(gap.start_at)}–"
        + (_when(gap.missing_to_at) if gap.missing_to_at else export.word(("지금", "now")))
        for gap in newest[:GAPS_NAMED]
    ]
    if (more := len(newest) - GAPS_NAMED) > 0:
        parts.append(export.word((f"그 밖에 {more}번", f"{more} more")))
    return " · ".join(parts)


def _when(instant: datetime) -> str:
    return f"{instant.astimezone(KST):%Y-%m-%d %H:%M}"
