"""Years of history come in whole; what cannot be read is named and skipped."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from db.errors import InputError
from db.model import Article, RightsMode, TimeQuality
from ingest.archive import BadRow, Defaults, read_archive

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
BIGKINDS = (
    "뉴스 식별자",
    "일자",
    "언론사",
    "기고자",
    "제목",
    "통합 분류1",
    "본문",
    "URL",
    "분석제외 여부",
)


def rows_of(path: Path, **defaults: object) -> list[Article | BadRow]:
    return list(read_archive(path, Defaults(**defaults), NOW))  # type: ignore[arg-type]


def articles_of(path: Path, **defaults: object) -> list[Article]:
    rows = rows_of(path, **defaults)
    assert all(isinstance(row, Article) for row in rows), rows
    return [row for row in rows if isinstance(row, Article)]


def bigkinds(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(BIGKINDS)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_bigkinds_export_comes_in_with_its_times(tmp_path: Path) -> None:
    path = bigkinds(
        tmp_path / "NewsResult.xlsx",
        (
            "02100101.20261122071530001",
            "20261122",
            "한새경제",
            "윤서하",
            "별마루칩스, NPU 강연회 열어",
            "IT_과학>반도체",
            "별마루칩스가 22일 강연회를 열었다.",
            "https://hansae.example/view?idxno=31",
            None,
        ),
    )
    (article,) = articles_of(path)
    assert article.outlet == "한새경제"
    assert article.author == "윤서하"
    assert article.title == "별마루칩스, NPU 강연회 열어"
    assert article.summary == "별마루칩스가 22일 강연회를 열었다.", "a short text is an excerpt"
    assert article.url == "https://hansae.example/view?idxno=31"
    assert article.published_at == datetime(2026, 11, 21, 22, 15, 30, tzinfo=UTC)
    assert article.time_quality is TimeQuality.EXACT
    assert article.first_seen_at == NOW


def test_a_day_alone_stays_a_day(tmp_path: Path) -> None:
    path = bigkinds(
        tmp_path / "days.xlsx",
        ("x", 20261122, "한새경제", None, "제목", None, None, "https://hansae.example/1", None),
    )
    (article,) = articles_of(path)
    assert article.published_at == datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    assert article.time_quality is TimeQuality.DATE_ONLY


def test_json_lines_with_our_own_export_names(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    row = {
        "url": "https://hansae.example/2",
        "title": "HBM 강연회",
        "outlet": "한새경제",
        "published_at": "2026-11-20T01:02:03Z",
        "summary": "강연회 소식이다.",
        "language": "ko",
    }
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", "utf-8")
    (article,) = articles_of(path)
    assert article.published_at == datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
    assert article.summary == "강연회 소식이다."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_as_korean_excel_saves_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "old.csv"
    text = '제목,URL,언론사,일자\r\n"삼각, 사각",https://a.example/1,가온일보,2026-11-20 07:30\r\n'
    path.write_bytes(text.encode(encoding))
    (article,) = articles_of(path)
    assert (article.title, article.outlet) == ("삼각, 사각", "가온일보")
    assert article.published_at == datetime(2026, 11, 19, 22, 30, tzinfo=UTC)


def test_bad_rows_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    good = {"url": "https://a.example/1", "title": "제목", "outlet": "가온일보"}
    lines = [
        json.dumps(good),
        "{broken",
        "[1, 2]",
        json.dumps(good | {"url": "javascript:alert(1)"}),
        json.dumps({"title": "주소 없음", "outlet": "가온일보"}),
        json.dumps({"url": "https://a.example/2", "title": "매체 없음"}),
        json.dumps(good | {"url": "https://a.example/3", "title": ""}),
        json.dumps(good | {"url": "https://a.example/4"}),
    ]
    path.write_text("\n".join(lines), "utf-8")
    rows = rows_of(path)
    assert [row.row for row in rows if isinstance(row, BadRow)] == [2, 3, 4, 5, 6, 7]
    assert sum(isinstance(row, Article) for row in rows) == 2
    for row in rows:
        if isinstance(row, BadRow):
            assert row.error.text("ko")
            assert row.error.text("en").isascii()


def test_rows_without_an_outlet_take_the_given_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"url": "https://a.example/1", "title": "제목"}), "utf-8")
    (article,) = articles_of(path, outlet="칩마당", rights=RightsMode.FULL)
    assert (article.outlet, article.rights) == ("칩마당", RightsMode.FULL)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"not a zip"), ("a.xlsx", b""), ("a.pdf", b"%PDF"), ("a.hwp", b"")],
)
def test_other_files_are_refused_with_a_reason(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        rows_of(path)
    assert str(path) in caught.value.text("ko")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        rows_of(tmp_path / "none.csv")


def test_nul_bytes_and_ragged_lines_do_not_stop_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes("제목,URL,언론사\nㄱ\0ㄴ,https://a.example/1,가온일보,더,더\n짧다\n".encode())
    rows = rows_of(path)
    assert isinstance(rows[0], Article)
    assert isinstance(rows[1], BadRow)
