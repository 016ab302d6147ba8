"""The query language: what it means, what it marks, and that the index finds what a scan finds."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db import search
from db.search import parse, tokens
from db.sqlite.intake import index_entry

VOCABULARY = (
    "삼성전자 삼성 전자 삼 하이닉스 하이닉 스 닉스 파운드리 파운 수율 율 4나노 나노 ４나노 "
    "HBM HBM3E hbm ＨＢＭ AI ai-5 GPT SK SK한빛 SK·한빛 “한빛” ㈜한빛 한빛칩은 1~2분기 ½ ﬁn "
    "美 美中 美中日 株 三電 반도체株 シリコン ß Straße İz é É 𠮷野 ㅋㅋ 々"
)
PIECES = VOCABULARY.split()
pieces = st.sampled_from(PIECES) | st.text("삼성전자SKhbm3 ·,.-", min_size=1, max_size=6)
texts = st.builds(
    lambda parts, glue: glue.join(parts),
    st.lists(pieces, max_size=8),
    st.sampled_from([" ", "", "·", ", ", "\n", " - "]),
)
words = st.builds(
    lambda sign, column, word: f"{sign}{column}{word}",
    st.sampled_from(["", "", "", "-"]),
    st.sampled_from(["", "", "", "title:", "제목:", "본문:", "TEXT:"]),
    pieces | st.lists(pieces, min_size=1, max_size=3).map(lambda found: f'"{" ".join(found)}"'),
)
queries = st.lists(
    words | st.sampled_from(["OR", "AND", "NOT", "|", "!!!", '"', "-", "()", "*"]), max_size=6
).map(" ".join)


def found(documents: list[tuple[str, str]], query: str) -> list[int]:
    """The numbers of the documents that the index finds."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE s USING fts5 (title, text, content = '', tokenize = 'ascii')"
    )
    for number, (title, text) in enumerate(documents):
        connection.execute(
            "INSERT INTO s (rowid, title, text) VALUES (?, ?, ?)",
            (number, *index_entry(title, text, "")),
        )
    rows = connection.execute(
        "SELECT rowid FROM s WHERE s MATCH ? ORDER BY rowid", (parse(query).match(),)
    ).fetchall()
    connection.close()
    return [row[0] for row in rows]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), queries)
@example([("SK하이닉스", "전자")], '"SK 하이" -전')
@example([("삼성 성전자", "")], "삼성전자")
@example([("美中", "日美"), ("", "")], "-美 OR 中")
def test_the_index_finds_what_a_full_scan_finds(
    documents: list[tuple[str, str]], query: str
) -> None:
    wanted = parse(query)
    scanned = [n for n, (title, text) in enumerate(documents) if wanted.matches(title, text)]
    assert found(documents, query) == scanned


@given(st.lists(texts, min_size=1, max_size=5), st.text("삼성전자하이닉스", min_size=1, max_size=4))
def test_korean_is_found_wherever_it_stands(titles: list[str], word: str) -> None:
    plain = [unicodedata.normalize("NFKC", title).casefold() for title in titles]
    documents = [(title, "") for title in titles]
    assert found(documents, word) == [n for n, text in enumerate(plain) if word in text]


@given(st.lists(texts, min_size=1, max_size=5), st.sampled_from(["hbm", "AI", "s", "gpt", "ＳＫ"]))
def test_latin_words_are_found_by_how_they_begin(titles: list[str], word: str) -> None:
    start = unicodedata.normalize("NFKC", word).casefold()
    begins = [
        any(
            run.startswith(start)
            for run in re.findall(r"[^\W_가-힣一-龥ァ-ヿ々]+", search.fold(title))
        )
        for title in titles
    ]
    assert found([(title, "") for title in titles], word) == [
        n for n, yes in enumerate(begins) if yes
    ]


@given(st.text(max_size=40))
@example("!!!")
@example('"')
@example("\x00\ud800")
@example("\ue000")
@example("\ue001 OR \ue000")
@example("NEAR(a b) AND title: {x}")
@example("title:")
@example("-" * 30)
def test_no_query_is_refused(query: str) -> None:
    found([("한빛칩 HBM", "전시")], query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("   ", [0, 1, 2, 3]),
        ("!!!", []),
        ("-!!!", []),
        ("한빛", [0, 1]),
        ("빛칩", [0]),
        ("한빛 누리셈", [0]),
        ("누리셈 OR 오빗", [0, 2, 3]),
        ("누리셈 | 오빗", [0, 2, 3]),
        ("-한빛", [2, 3]),
        ("NOT 한빛", [2, 3]),
        ("누리셈 -한빛", [3]),
        ("hbm", [0, 2]),
        ('"hbm"', [0]),
        ('"hbm4"', [2]),
        ("“한빛 견학”", [1]),
        ('"한빛 견학', [1]),
        ("제목:누리셈", [3]),
        ("title:누리셈", [3]),
        ("본문:누리셈", [0]),
        ("-제목:한빛", [0, 2, 3]),
        ("HBM ＆ 한빛", [0]),
        # AND binds tighter than OR, OR tighter than standing side by side
        ("한빛 AND 누리셈 OR 오빗", [0, 2]),
        ("견학 누리셈 OR 한빛", [1]),
        ("HBM OR 견학 -누리셈", [1, 2]),
        ("HBM OR -한빛", [0, 2, 3]),
    ],
)
def test_what_a_query_means(query: str, expected: list[int]) -> None:
    documents = [
        ("새 HBM 전시", "한빛칩과 누리셈이 시연했다."),
        ("한빛, 견학 행사", ""),
        ("HBM4 표준 회의", "오빗 참가"),
        ("누리셈 강연", "설계"),
    ]
    assert found(documents, query) == expected
    wanted = parse(query)
    assert [n for n, d in enumerate(documents) if wanted.matches(*d)] == expected


def test_tokens() -> None:
    assert tokens("삼성전자 HBM3E") == ["삼성", "성전", "전자", "자", "hbm3e"]
    assert tokens("美, SK하이") == ["美", "sk", "하이", "이"]
    assert tokens("ＨＢＭ…!?") == ["hbm"]
    assert tokens(unicodedata.normalize("NFD", "한빛")) == ["한빛", "빛"]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("한빛 hbm", "한빛칩 HBM3E, 한빛", ["한빛", "HBM", "한빛"]),
        ("한빛 빛칩", "한빛칩", ["한빛칩"]),
        ("-한빛 칩", "한빛칩", ["칩"]),
        ("ai", "AI반도체와 air, 5G·AI", ["AI", "ai", "AI"]),
        ("hbm", "ＨＢＭ의 날", ["ＨＢＭ"]),
        ('"한빛 칩"', "한빛, 칩 / 한빛칩", ["한빛, 칩"]),
        ("한빛", unicodedata.normalize("NFD", "새 한빛칩"), [unicodedata.normalize("NFD", "한빛")]),
        ("strasse", "Straße", ["Straße"]),
        ("!!!", "한빛!!!", []),
        ("", "한빛", []),
    ],
)
def test_matches_are_marked_in_the_text_as_it_is(query: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in parse(query).spans(text)] == marked


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("매체:한새", [0, 2]),
        ("outlet:새경", [0, 2]),
        ("OUTLET:없음", []),
        ("기업:한빛", [0]),
        ("company:han", [0]),
        ("company:bit", []),
        ('기업:"한빛 칩"', []),
        ("-매체:한새 HBM", [1]),
        ("매체:한새 OR 기업:누리셈", [0, 1, 2]),
        ("HBM OR 매체:새녘", [0, 1]),
        ("매체:한새 AND -기업:한빛 OR 기업:누리셈", [1, 2]),
        ("매체: 한새", []),
        ("한새", []),
    ],
)
def test_names_are_asked_for_by_field(query: str, expected: list[int]) -> None:
    documents = [
        ("HBM 시연", "", "한새경제", ["한빛칩", "Hanbit"]),
        ("HBM4 강연", "", "새녘통신", ["누리셈"]),
        ("견학", "", "한새경제", []),
    ]
    wanted = parse(query)
    assert [n for n, document in enumerate(documents) if wanted.matches(*document)] == expected


def test_names_are_marked_where_they_are_asked_for() -> None:
    wanted = parse("매체:한새 한빛")
    assert wanted.spans("한새경제", "outlet") == [(0, 2)]
    assert wanted.spans("한새 한빛", "title") == [(3, 5)]
    assert wanted.spans("한새 한빛") == [(3, 5)]
    assert parse("-매체:한새").spans("한새경제", "outlet") == []


def test_a_field_filter_marks_its_field_only() -> None:
    wanted = parse("제목:한빛 누리셈")
    assert wanted.spans("한빛 누리셈", "text") == [(3, 6)]
    assert wanted.spans("한빛 누리셈", "title") == [(0, 2), (3, 6)]


@given(texts, queries)
def test_marks_are_ordered_and_inside(text: str, query: str) -> None:
    spans = parse(query).spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(st.text("한ᄒ\u1161\u11ab́̈gａ½ﬁ ㄱㅏ가\u0323é", max_size=12))
def test_the_way_back_to_the_original_follows_normalisation(text: str) -> None:
    folded, origin = search._folded_with_origin(text)
    assert folded == search.fold(text)
    assert len(folded) == len(origin)
