"""Files hold exactly what was asked for, and nothing that a spreadsheet would execute."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

import db.export
from db.errors import InputError
from db.export import COLUMNS, Export, conditions, file_name, neutral, write
from db.gaps import Gap
from db.health import Health
from db.model import KST, Evidence, Mention, Quote, RightsMode, Span, TimeQuality, Tone, kst_day
from db.notes import Note
from db.query import ArticleCard, ArticleDetail, ArticleFilter, CompanyCount, Counts
from db.versions import Version
from tests.fake_store import OUTLETS, filled

MADE_AT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # 00:30 of the 23rd in Korea
TITLE = "[단독] 별마루칩스, ‘1~2분기 10~20%’ 시험… $HBM$ :red[공개]"


def export_of(language: str = "ko") -> Export:
    return Export(
        wanted=ArticleFilter(
            start=date(2026, 11, 16), end=date(2026, 11, 23), companies=("byeolmaru",), query="HBM"
        ),
        counts=Counts(articles=1, stories=1, outlets=1, mentions=1),
        company_counts=[CompanyCount("byeolmaru", 1, {Tone.POSITIVE: 1})],
        company_names={"byeolmaru": "별마루칩스"},
        topic_names={"hbm": "HBM"},
        tagger_version="abc123",
        made_at=MADE_AT,
        language=language,
    )


def article(title: str = TITLE, body: str = "") -> ArticleDetail:
    mention = Mention(
        "byeolmaru",
        2,
        True,
        Tone.POSITIVE,
        0.8,
        ("별마루칩스",),
        (Evidence("공개", Tone.POSITIVE, "title"),),
    )
    card = ArticleCard(
        id="0123456789abcdef",
        url="https://hansae.example/1?idxno=7",
        title=title,
        outlet="한새경제",
        source_id="hansae",
        published_at=PUBLISHED,
        first_seen_at=PUBLISHED + timedelta(minutes=4),
        time_quality=TimeQuality.EXACT,
        language="ko",
        rights=RightsMode.FULL if body else RightsMode.EXCERPT,
        author="윤서하",
        tone=Tone.POSITIVE,
        tone_score=0.7,
        mentions=(mention,),
        topics=("hbm",),
        summary=("첫 문장.", "둘째 문장."),
        story_id="s1",
        story_articles=12,
        echo=0.823,
    )
    return ArticleDetail(card, body=body, tagger_version="abc123")


def written(file_format: str, *articles: ArticleDetail) -> bytes:
    target = io.BytesIO()
    assert write(export_of(), articles, target, file_format) == len(articles)
    return target.getvalue()


def test_csv_opens_in_korean_excel() -> None:
    data = written("csv", article())
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == [names[0] for names in COLUMNS.values()]
    row = dict(zip(COLUMNS, rows[1], strict=True))
    assert row["title"] == TITLE
    assert row["published_at"] == "2026-11-23 00:30:00"
    assert row["companies"] == "별마루칩스(긍정)"
    assert row["similar"] == "11"
    assert row["release_share"] == "82.3"
    assert row["url"] == "https://hansae.example/1?idxno=7"


@given(st.text(max_size=30))
def test_no_csv_cell_begins_a_formula(title: str) -> None:
    assert neutral(title)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert neutral(title).endswith(title)


@pytest.mark.parametrize("title", ['=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(A1)"])
def test_formulas_stay_text(title: str) -> None:
    rows = list(csv.reader(io.StringIO(written("csv", article(title)).decode("utf-8-sig"))))
    assert rows[1][list(COLUMNS).index("title")] == "'" + title
    sheet = load_workbook(io.BytesIO(written("xlsx", article(title))))["기사"]
    cell = sheet.cell(2, list(COLUMNS).index("title") + 1)
    assert (cell.value, cell.data_type) == (title, "s")


def test_excel_has_three_sheets_and_real_dates() -> None:
    book = load_workbook(io.BytesIO(written("xlsx", article(), article())))
    assert book.sheetnames == ["기사", "집계", "조건"]
    assert book["기사"].max_row == 3
    assert book["기사"]["A2"].value == PUBLISHED.astimezone(KST).replace(tzinfo=None)
    assert [cell.value for cell in book["집계"][2]] == ["별마루칩스", 1, 1, 0, 0, 0]
    told = {row[0].value: row[1].value for row in book["조건"].iter_rows()}
    assert told["기간 (한국 날짜)"] == "2026-11-16 – 2026-11-23"
    assert told["기업"] == "별마루칩스"
    assert told["검색어"] == "HBM"
    assert told["기사"] == "2"
    assert told["태그 판"] == "abc123"
    assert told["만든 시각"] == "2026-11-24 09:30 KST"


def test_excel_says_when_it_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.export, "EXCEL_ROWS", 2)
    with pytest.raises(InputError, match="rows"):
        written("xlsx", article(), article(), article())


def test_long_cells_are_cut_where_excel_would_refuse_the_file() -> None:
    book = load_workbook(io.BytesIO(written("xlsx", article("가" * 40_000))))
    assert len(book["기사"].cell(2, list(COLUMNS).index("title") + 1).value) == 32_767


def test_json_lines_are_for_programs() -> None:
    (line,) = written("jsonl", article()).decode().splitlines()
    record = json.loads(line)
    assert record["published_at"] == "2026-11-22T15:30:00Z"
    assert record["companies"] == [
        {
            "id": "byeolmaru",
            "count": 2,
            "in_title": True,
            "tone": "positive",
            "tone_score": 0.8,
            "surface": ["별마루칩스"],
            "evidence": ["공개"],
        }
    ]
    assert "body" not in record


def test_a_body_is_exported_only_where_the_store_gave_one() -> None:
    (line,) = written("jsonl", article(body="전문입니다.")).decode().splitlines()
    assert json.loads(line)["body"] == "전문입니다."
    for file_format in ("csv", "xlsx"):
        assert "전문입니다".encode() not in written(file_format, article(body="전문입니다."))


def test_parquet_keeps_types() -> None:
    table = pq.read_table(io.BytesIO(written("parquet", article(), article(body="전문"))))
    assert table.num_rows == 2
    assert str(table.schema.field("published_at").type) == "timestamp[ms, tz=UTC]"
    assert table["published_at"][0].as_py() == PUBLISHED
    assert table["body"].to_pylist() == [None, "전문"]
    assert table["companies"][0].as_py()[0]["id"] == "byeolmaru"


@pytest.mark.parametrize("file_format", db.export.FORMATS)
def test_nothing_found_is_still_a_whole_file(file_format: str) -> None:
    data = written(file_format)
    if file_format == "xlsx":
        assert load_workbook(io.BytesIO(data))["기사"].max_row == 1
    elif file_format == "parquet":
        assert pq.read_table(io.BytesIO(data)).num_rows == 0
    else:
        assert len(data.splitlines()) == (1 if file_format == "csv" else 0)


def test_english_files_are_english() -> None:
    told = dict(conditions(export_of("en"), 1))
    assert told["period (Korean days)"] == "2026-11-16 – 2026-11-23"
    assert not any("가" <= letter <= "힣" for letter in "".join(told))


def corrected() -> ArticleDetail:
    """An article with quotations, whose relevance and one company people set."""
    detail = article()
    (mention,) = detail.card.mentions
    added = Mention("onnuri", 1, False, Tone.NEGATIVE, -1.0, corrected=True)
    return replace(
        detail,
        card=replace(detail.card, corrected=True, mentions=(mention, added)),
        quotes=(
            Quote("쉽게 만들겠다", Span("body", 0, 0), "윤서하", "연구소장", "별마루칩스"),
            Quote("=함께하겠다", Span("title", 0, 6), "별마루칩스", "", "별마루칩스"),
            Quote("누가 말했나", Span("body", 0, 0)),
        ),
    )


def test_quotations_and_what_people_set_are_columns_for_people() -> None:
    rows = list(csv.reader(io.StringIO(written("csv", corrected(), article()).decode("utf-8-sig"))))
    row, plain = (dict(zip(COLUMNS, cells, strict=True)) for cells in rows[1:])
    assert row["quotes"] == (
        "“쉽게 만들겠다”(별마루칩스 윤서하 연구소장) “=함께하겠다”(별마루칩스) “누가 말했나”"
    )
    assert row["corrected"] == "기사, onnuri"
    assert (plain["quotes"], plain["corrected"]) == ("", "")


def test_notes_are_a_column_for_people() -> None:
    noted = replace(article(), notes=(Note("1", "=1+1", "가온"), Note("1", "둘째")))
    rows = list(csv.reader(io.StringIO(written("csv", noted, article()).decode("utf-8-sig"))))
    assert [row[rows[0].index("메모")] for row in rows[1:]] == ["가온: =1+1\n둘째", ""]
    alone = replace(article(), notes=(Note("1", "=1+1"),))
    assert "'=1+1" in written("csv", alone).decode("utf-8-sig")


def test_quotations_and_what_people_set_are_fields_for_programs() -> None:
    line, plain = map(json.loads, written("jsonl", corrected(), article()).decode().splitlines())
    assert line["quotes"][0] == {
        "text": "쉽게 만들겠다",
        "speaker": "윤서하",
        "title": "연구소장",
        "organisation": "별마루칩스",
    }
    assert (line["corrected"], line["corrected_companies"]) == (True, ["onnuri"])
    assert (plain["quotes"], plain["corrected"], plain["corrected_companies"]) == ([], False, [])
    table = pq.read_table(io.BytesIO(written("parquet", corrected(), article())))
    for name in ("quotes", "corrected", "corrected_companies"):
        assert table[name].to_pylist() == [line[name], plain[name]]


def edited() -> ArticleDetail:
    """An article whose headline changed once, and whose feed gave a date to come."""
    detail = article()
    seen, changed = detail.card.first_seen_at, detail.card.first_seen_at + timedelta(hours=2)
    card = replace(detail.card, modified_at=changed, retitled=True, time_quality=TimeQuality.FUTURE)
    versions = (Version(seen, "=먼저 쓴 제목"), Version(changed, TITLE, ("title", "body")))
    return replace(detail, card=card, versions=versions)


def test_edits_and_doubtful_times_are_in_every_file() -> None:
    rows = list(csv.reader(io.StringIO(written("csv", edited(), article()).decode("utf-8-sig"))))
    row, plain = (dict(zip(COLUMNS, cells, strict=True)) for cells in rows[1:])
    assert row["time_quality"] == "미래 날짜, 수집 시각"
    assert (row["first_seen_at"], row["modified_at"]) == (
        "2026-11-23 00:34:00",
        "2026-11-23 02:34:00",
    )
    assert row["earlier_titles"] == "'=먼저 쓴 제목"
    assert (plain["modified_at"], plain["earlier_titles"], plain["time_quality"]) == ("", "", "")
    line, bare = map(json.loads, written("jsonl", edited(), article()).decode().splitlines())
    assert (line["modified_at"], line["time_quality"]) == ("2026-11-22T17:34:00Z", "future")
    assert line["versions"][1] == {
        "seen_at": "2026-11-22T17:34:00Z",
        "title": TITLE,
        "changed": ["title", "body"],
    }
    assert (bare["modified_at"], bare["versions"]) == (None, [])
    table = pq.read_table(io.BytesIO(written("parquet", edited(), article())))
    assert table["modified_at"].to_pylist() == [edited().card.modified_at, None]
    assert [v["title"] for v in table["versions"][0].as_py()] == ["=먼저 쓴 제목", TITLE]
    sheet = load_workbook(io.BytesIO(written("xlsx", edited(), article())))["기사"]
    place = list(COLUMNS).index("modified_at") + 1
    assert sheet.cell(2, place).value == datetime(2026, 11, 23, 2, 34)  # noqa: DTZ001
    assert not sheet.cell(3, place).value


def test_the_conditions_name_what_is_missing() -> None:
    """Gaps of the filter's outlets and period only; silence is no gap in a count."""
    canned = filled(MADE_AT)
    start = MADE_AT - timedelta(days=3)
    other = Gap("src-1", OUTLETS[1], Health.UNVISITED, start, start + timedelta(hours=9), start)
    canned.statuses = []
    canned.unseen = [
        Gap("src-0", OUTLETS[0], Health.BLOCKED, start, None),
        replace(other, missing_to_at=start + timedelta(hours=5)),
        Gap("src-2", OUTLETS[2], Health.FAILING, start, start + timedelta(hours=1), start),
        Gap("src-3", OUTLETS[3], Health.SILENT, start, None),
    ]

    def said(**wanted: Any) -> tuple[str, str]:
        export = Export.of(canned, ArticleFilter(**wanted), MADE_AT)
        found = dict(conditions(export, 7))
        return found["기사"], found["수집 미완료"]

    count, every = said()
    assert count == "≥ 7"
    assert every.count(" · ") == 1
    assert every.startswith(f"{OUTLETS[0]} ")
    assert "–지금" in every
    assert said(outlets=(OUTLETS[1],))[1].startswith(f"{OUTLETS[1]} ")
    assert said(outlets=(OUTLETS[2],)) == ("7", "없음")
    before = kst_day(start) - timedelta(days=2)
    assert said(start=before, end=before) == ("7", "없음")


@pytest.mark.parametrize(
    ("companies", "names", "expected"),
    [
        (("a",), {"a": "삼성전자"}, "모니터링_삼성전자_20261116-20261123.xlsx"),
        (("a", "b", "c"), {"a": "가"}, "모니터링_가 외 2곳_20261116-20261123.xlsx"),
        ((), {}, "모니터링_전체_20261116-20261123.xlsx"),
        (("a",), {"a": '../../x:*?"<>|\r\n'}, None),
        (("a",), {"a": "가" * 500}, None),
    ],
)
def test_a_file_is_named_by_its_filter(
    companies: tuple[str, ...], names: dict[str, str], expected: str | None
) -> None:
    wanted = replace(export_of().wanted, companies=companies)
    name = file_name(replace(export_of(), wanted=wanted, company_names=names), "xlsx")
    assert expected in (None, name)
    assert name.endswith(".xlsx")
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\r\n')


def test_the_conditions_tell_all_of_the_filter() -> None:
    wanted = replace(export_of().wanted, together=("x",), story_id="s1", muted=True)
    told = dict(conditions(replace(export_of(), wanted=wanted), 1))
    assert told["함께 나온 기업"] == "x"
    assert told["이슈 번호"] == "s1"
    assert told["범위"] == "사람이 숨긴 기사만"
