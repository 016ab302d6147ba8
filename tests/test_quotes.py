"""Who said what. Every person, firm and sentence here is invented."""

from __future__ import annotations

import json
import time
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.model import Article, Quote
from ingest.config import PACKAGED, load
from ingest.process.document import read
from ingest.process.marks import MAX_QUOTATION, quotations
from ingest.process.quotes import MAX_QUOTES, QuoteFinder
from tests.packaged import article, packaged_tagger, spec

FINDER = QuoteFinder(spec().quotes, spec().companies)
ARTICLES = tomllib.loads(
    Path(__file__).with_name("data").joinpath("quotes.toml").read_text("utf-8")
)


def quotes(title: str = "", body: str = "", summary: str = "") -> tuple[Quote, ...]:
    return FINDER.find(read(article(title, summary, body)))


def said(body: str) -> list[tuple[str, str, str, str]]:
    """(text, speaker, title, organisation) of each quotation of a text."""
    return [(q.text, q.speaker, q.title, q.organisation) for q in quotes(body=body)]


def speakers(body: str) -> list[str]:
    return [quote.speaker for quote in quotes(body=body)]


# --- the usual article ------------------------------------------------------------------------


def test_a_whole_interview_goes_to_its_speaker() -> None:
    interview = ARTICLES["article"][0]
    found = quotes(interview["title"], interview["body"].strip())
    assert len(found) == 10
    assert {(q.speaker, q.title, q.organisation) for q in found} == {
        ("노라 벨만", "최고경영자(CEO)", "별마루칩스")
    }
    assert [q.span.where for q in found] == ["title"] + ["body"] * 9
    assert not any("만남의 날" in q.text for q in found)


@pytest.mark.parametrize("entry", ARTICLES["article"], ids=lambda entry: entry["title"][:24])
def test_articles_of_varied_shape(entry: dict[str, Any]) -> None:
    """`test_the_share…` holds the total."""
    right, count = score(entry)
    assert right >= count / 2


def test_the_share_of_quotations_with_the_right_speaker() -> None:
    scores = [score(entry) for entry in ARTICLES["article"]]
    assert len(scores) >= 50
    assert sum(right for right, _ in scores) / sum(count for _, count in scores) >= 0.95


def score(entry: dict[str, Any]) -> tuple[int, int]:
    """How many quotations have the right speaker, and how many there are."""
    left = list(quotes(entry["title"], entry.get("body", "").strip(), entry.get("summary", "")))
    right = 0
    for speaker, _, _, begin in entry["quotes"]:
        for quote in left:
            if quote.text.startswith(begin):
                right += quote.speaker == speaker
                left.remove(quote)
                break
    return right - len(left), len(entry["quotes"])


# --- before the quotation ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("마루리 별마루칩스 대표는", ("마루리", "대표", "별마루칩스")),
        ("별마루칩스 마루리 대표는", ("마루리", "대표", "별마루칩스")),
        ("별마루칩스의 마루리 대표는", ("마루리", "대표", "별마루칩스")),
        ("마루리 별마루칩스 대표이사 사장은", ("마루리", "대표이사 사장", "별마루칩스")),
        (
            "마루리 별마루칩스 최고기술책임자(CTO)는",
            ("마루리", "최고기술책임자(CTO)", "별마루칩스"),
        ),
        (
            "마루리 별마루칩스 AI사업본부장(부사장)은",
            ("마루리", "AI사업본부장(부사장)", "별마루칩스"),
        ),
        ("마루리 한빛증권 연구원은", ("마루리", "연구원", "한빛증권")),
        ("한빛증권 애널리스트 마루리는", ("마루리", "애널리스트", "한빛증권")),
        ("별마루칩스 대표인 마루리는", ("마루리", "대표", "별마루칩스")),
        ("마루리 해오름대 전자공학과 교수는", ("마루리", "전자공학과 교수", "해오름대")),
        ("마루리(45) 별마루칩스 대표는", ("마루리", "대표", "별마루칩스")),
        ("마루리 별마루칩스 대표(사진)는", ("마루리", "대표", "별마루칩스")),
        ("마루리 전 별마루칩스 대표는", ("마루리", "전 대표", "별마루칩스")),
        ("행사를 이끄는 마루리 별마루칩스 상무가", ("마루리", "상무", "별마루칩스")),
        ("나라당 마루리 의원은", ("마루리", "의원", "나라당")),
        ("남궁마루 산업통상부 장관은", ("남궁마루", "장관", "산업통상부")),
        ("제인 도 별빛연구소 소장은", ("제인 도", "소장", "별빛연구소")),
        ("제인 도(Jane Doe) AcmeAI CEO는", ("제인 도", "CEO", "AcmeAI")),
        ("에바 노르딘 오로라칩스 CEO는", ("에바 노르딘", "CEO", "오로라칩스")),
        ("마루리 대표께서는", ("마루리", "대표", "")),
        ("마루리는", ("마루리", "", "")),
        ("최마루 씨(34)는", ("최마루", "", "")),
        ("김모 씨는", ("김모", "", "")),
        ("A씨는", ("A", "", "")),
        ("회사 관계자는", ("회사 관계자", "관계자", "")),
        ("반도체 업계 관계자는", ("반도체 업계 관계자", "관계자", "")),
        ("익명을 요구한 한 대형 증권사 연구원은", ("한 대형 증권사 연구원", "연구원", "")),
        ("별마루칩스 고위 관계자는", ("별마루칩스 고위 관계자", "관계자", "별마루칩스")),
        ("별마루칩스 측은", ("별마루칩스 측", "", "별마루칩스")),
        ("중국 외교부 대변인은", ("중국 외교부 대변인", "대변인", "중국 외교부")),
        ("증권가에서는", ("증권가", "", "")),
        ("삼성전자는", ("삼성전자", "", "삼성전자")),
        ("한울전자기술연구원은", ("한울전자기술연구원", "", "한울전자기술연구원")),
        ("'별마루 타임스'는 지난 9일", ("별마루 타임스", "", "별마루 타임스")),
        ("별마루칩스, 공시에서", ("별마루칩스", "", "별마루칩스")),
        ("재판부는", ("재판부", "재판부", "")),
    ],
)
def test_who_is_named_before_the_quotation(named: str, expected: tuple[str, str, str]) -> None:
    assert said(f'이날 비가 왔다. {named} "내년에는 꼭 된다"고 말했다.') == [
        ("내년에는 꼭 된다", *expected)
    ]


@pytest.mark.parametrize(
    "verb",
    [
        "라고 말했다.",
        "고 밝혔다.",
        "며 웃었다.",
        "라면서 고개를 저었다.",
        "라고도 했다.",
        "는 입장을 냈다.",
        "라는 글을 남겼다.",
        "라 말했다.",
        " 라고 강조했다.",
        ".라고 썼다.",
        "(웃음)라고 했다.",
        "라고했다.",
        "고 덧붙이기도 했다.",
        "하고 외쳤다.",
    ],
)
@pytest.mark.parametrize("marks", ["“”", '""', "『』", "““", "‘’", "''"])
def test_how_it_is_said_that_somebody_spoke(verb: str, marks: str) -> None:
    opening, closing = marks
    body = f"마루리 대표는 {opening}내년에는 꼭 된다{closing}{verb}"
    assert said(body) == [("내년에는 꼭 된다", "마루리", "대표", "")]


# --- after the quotation ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        '"내년에는 꼭 된다"고 마루리 별마루칩스 대표는 말했다.',
        '"내년에는 꼭 된다"고 말한 마루리 별마루칩스 대표는 웃었다.',
        '"내년에는 꼭 된다." 마루리 별마루칩스 대표의 말이다.',
        '"내년에는 꼭 된다" 마루리 별마루칩스 대표가 말했다.',
        '"내년에는 꼭 된다."\n\n안내를 맡은 마루리 별마루칩스 대표가 한 말이다.',
        '"내년에는 꼭 된다"는 게 마루리 별마루칩스 대표의 설명이다.',
        '"내년에는 꼭 된다"는 마루리 별마루칩스 대표의 발언이 화제다.',
        '마루리 별마루칩스 대표의 "내년에는 꼭 된다"는 발언에 주가가 뛰었다.',
        '마루리 별마루칩스 대표: "내년에는 꼭 된다"',
        '"내년에는 꼭 된다"(마루리 별마루칩스 대표)',
    ],
)
def test_who_is_named_after_the_quotation(body: str) -> None:
    assert said(body) == [
        (
            body[body.index("내") : body.index("다") + 1] + "." * ('."' in body),
            "마루리",
            "대표",
            "별마루칩스",
        )
    ]


# --- several quotations -----------------------------------------------------------------------

LEAD = '마루리 별마루칩스 대표는 "처음이다"라고 말했다. '


@pytest.mark.parametrize(
    "following",
    [
        '그는 "다음이다"라고 했다.',
        '그러면서 "다음이다"라고 덧붙였다.',
        '이어 "다음이다"라고 했다.',
        '또 "다음이다"라고 했다.',
        '마 대표는 "다음이다"라고 했다.',
        '이 대표는 "다음이다"라고 했다.',
        '"다음이다"라고도 했다.',
        '수율을 묻자 "다음이다"라고 답했다.',
        '\n\n비가 내렸다.\n\n마루리는 "다음이다"라고 했다.',
        '마 대표는 공장을 둘러봤다. 이어 "다음이다"라고 했다.',
    ],
)
def test_a_later_quotation_finds_its_speaker(following: str) -> None:
    assert said(LEAD + following)[1:] == [("다음이다", "마루리", "대표", "별마루칩스")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('마루리 대표는 "하나다"며 "둘이다"라고 말했다.', ["마루리", "마루리"]),
        ('"하나다"며 "둘이다"라고 마루리 대표는 말했다.', ["마루리", "마루리"]),
        ('"하나다", "둘이다"라고 마루리 대표는 말했다.', ["마루리", "마루리"]),
        ('"하나다"라며 마루리 대표는 "둘이다"라고 말했다.', ["마루리", "마루리"]),
        (
            '마루리 대표가 "하나다"라고 하자 소나무 상무는 "둘이다"라고 받았다.',
            ["마루리", "소나무"],
        ),
        ('"된다고 보느냐"는 질문에 마루리 대표는 "둘이다"라고 답했다.', ["", "마루리"]),
        ('마루리 대표는 "된다고 보느냐"는 질문에 "둘이다"라고 답했다.', ["", "마루리"]),
        (
            '마루리 대표는 "하나다"라고 했다. 소나무 상무는 "둘이다"라고 했다. 마 대표는 "셋이다"라고 했다.',
            ["마루리", "소나무", "마루리"],
        ),
        (
            '한 직원은 "하나다"라고 했다. 다른 직원은 "둘이다"라고 했다. 이 직원은 "셋이다"라고 했다.',
            ["한 직원", "다른 직원", "다른 직원"],
        ),
        (
            '마루리 대표는 "하나다"라고 했다. 온라인에서는 "둘이다"라는 반응이 많았다.',
            ["마루리", "온라인"],
        ),
        ('마루리 대표는 "하나다"라고 했다. "둘이다"라는 지적이 나왔다.', ["마루리", ""]),
        (
            '마루리 대표가 나섰다. 삼성전자는 실적이 좋다고 밝혔다. 이어 "하나다"라고 덧붙였다.',
            ["삼성전자"],
        ),
    ],
)
def test_who_says_which(body: str, expected: list[str]) -> None:
    assert speakers(body) == expected


def test_two_people_of_one_surname_are_kept_apart_by_their_titles() -> None:
    body = (
        '김마루 별마루칩스 대표는 "하나다"라고 했다. 김나래 한빛증권 연구원은 "둘이다"라고 했다. '
        '김 대표는 "셋이다"라고 했다. 김 연구원은 "넷이다"라고 했다.'
    )
    assert speakers(body) == ["김마루", "김나래", "김마루", "김나래"]


def test_title_and_organisation_are_those_of_the_first_naming() -> None:
    body = (
        '제인 도 별빛연구소 소장이 왔다. 도 소장은 "하나다"라고 했다. 제인 도는 "둘이다"라고 했다.'
    )
    assert said(body) == [
        ("하나다", "제인 도", "소장", "별빛연구소"),
        ("둘이다", "제인 도", "소장", "별빛연구소"),
    ]


# --- what is no quotation ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "마루리 대표는 'K-스타트업 매칭데이' 행사에 참석해 이같이 밝혔다.",
        '마루리 대표는 "AI 서밋"에서 기조연설을 했다.',
        '새 제품의 이름은 "별마루"다. "나래"와 "미르"도 나온다.',
        "마루리 대표는 '칩의 여왕'이라고 불린다.",
        '마루리 대표는 "칩의 여왕"이라는 별명을 얻었다.',
        "'빨리빨리'라는 말은 이제 옛말이다.",
        "화면에 '통과'라는 글자가 떴다.",
        "마루리 대표는 내년에는 꼭 된다고 말했다.",
        '마루리 대표는 "내년에는 꼭 된다고 말했다.',
        '마루리 대표는 내년에는 꼭 된다"고 말했다.',
        '마루리 대표는 ""라고 말했다.',
        "벽에는 '나는 할 수 있다'라고 적힌 종이가 붙어 있다.",
        "The company's 'Grand' chip isn't cheap. It calls it \"Blue Whale\" at home.",
    ],
)
def test_what_is_no_quotation(body: str) -> None:
    assert said(body) == []


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ('그는 "‘된다’고 믿는다"고 했다.', ["‘된다’고 믿는다"]),
        ('그는 "된다. 꼭 된다. 믿는다."라고 했다.', ["된다. 꼭 된다. 믿는다."]),
        ('그는 "첫째다.\n\n둘째다"라고 했다.', ["첫째다.\n\n둘째다"]),
        ('그는 "열기만 했다. 이어 "닫기도 했다"고 했다.', ["닫기도 했다"]),
        ('그는 " 띄어 썼다 "고 했다.', ["띄어 썼다"]),
        ('그는 “열고 닫았다"고 했다.', ["열고 닫았다"]),
        ("그는 ＂넓다고 본다＂고 했다.", ["넓다고 본다"]),
    ],
)
def test_marks_that_are_nested_missing_or_odd(body: str, texts: list[str]) -> None:
    assert [text for text, *_ in said(body)] == texts


# --- headlines and summaries ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('마루리 별마루칩스 대표 "내년 양산"', [("내년 양산", "마루리", "별마루칩스")]),
        ("[인터뷰] 마루리 대표 “내년엔 된다”", [("내년엔 된다", "마루리", "")]),
        ('"내년엔 흑자 낸다"…마루리 대표', [("내년엔 흑자 낸다", "마루리", "")]),
        ('삼성전자 "HBM4 2월 양산 시작"', [("HBM4 2월 양산 시작", "삼성전자", "삼성전자")]),
        ('"이번엔 다르다" 별마루칩스, 새 공장', [("이번엔 다르다", "별마루칩스", "별마루칩스")]),
        ('"수요 아직 견조하다"(한빛증권)', [("수요 아직 견조하다", "한빛증권", "한빛증권")]),
        (
            '마루리 "된다 했다"…업계 "대책 시급"',
            [("된다 했다", "마루리", ""), ("대책 시급", "업계", "")],
        ),
        ('나래반도체 적자…마루리 대표 "죄송하다" 사과', []),
        ('정부 "반도체 지원 두 배로" - 가람일보', [("반도체 지원 두 배로", "정부", "")]),
        ('마루리, 국회서 "약속 지킨다"', [("약속 지킨다", "마루리", "")]),
        ('마루리 대표 "내년에 된다" 강조', [("내년에 된다", "마루리", "")]),
        ('"칩 값 또 오른다"', [("칩 값 또 오른다", "", "")]),
        ('별마루칩스, "AI 서밋" 개최', []),
        ("별마루칩스 '어닝 서프라이즈'", []),
        ("'별마루2' 공개…'AI 칩' 시대", []),
    ],
)
def test_headlines(title: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(q.text, q.speaker, q.organisation) for q in quotes(title)]
    assert [quote for quote in found if " " in quote[0]] == expected


def test_a_headline_is_said_by_whom_the_text_names() -> None:
    body = '마루리 별마루칩스 대표는 "내년 봄에는 반드시 칩을 양산한다"고 말했다.'
    for title in ('마루리 "내년 봄 양산한다"', '"내년 봄 칩 양산한다" 자신감…주가는 하락'):
        first = quotes(title, body)[0]
        assert (first.span.where, first.speaker, first.title) == ("title", "마루리", "대표")


def test_a_summary_is_read_and_one_that_repeats_the_body_is_not() -> None:
    body = '마루리 대표는 "내년에는 꼭 된다"고 말했다. 행사는 저녁까지 이어졌다.'
    assert [q.span.where for q in quotes(summary=body)] == ["summary"]
    assert [q.span.where for q in quotes(summary=body[:25], body=body)] == ["body"]


# --- English ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('"We are ready," said Jane Doe, chief executive of Acme.', ("Jane Doe", "chief executive", "Acme")),
        ('Jane Doe, CEO of Acme Chips, said: "We are ready."', ("Jane Doe", "CEO", "Acme Chips")),
        ('Acme Chips CEO Jane Doe told reporters, "We are ready."', ("Jane Doe", "CEO", "Acme Chips")),
        ('“We are ready,” Jane Doe, a senior analyst at Acme, wrote.', ("Jane Doe", "senior analyst", "Acme")),
        ('According to Jane Doe, an economist at Acme, "we are ready."', ("Jane Doe", "economist", "Acme")),
        ('"We are ready," a spokesperson for Acme said.', ("a spokesperson for Acme", "", "")),
        ('"We are ready," Dr. Doe added.', ("Doe", "", "")),
        ('Jane Doe, head of research at Acme, came. "We are ready," she said.', ("Jane Doe", "head", "Acme")),
        ('Jane Doe says “we are ready” for chips', ("Jane Doe", "", "")),
    ],
)  # fmt: skip
def test_english(body: str, expected: tuple[str, str, str]) -> None:
    (quote,) = quotes(body=body)
    assert "are ready" in quote.text
    assert (quote.speaker, quote.title, quote.organisation) == expected


def test_an_english_quotation_goes_on_after_its_verb() -> None:
    body = '"The chip," said Jane Doe, president of Acme, "is done. It works." Doe later sold "Grand" chips.'
    assert [(q.text, q.speaker) for q in quotes(body=body)] == [
        ("The chip,", "Jane Doe"),
        ("is done. It works.", "Jane Doe"),
    ]


# --- bounds -----------------------------------------------------------------------------------


def test_at_most_so_many_quotations_of_at_most_such_a_length() -> None:
    found = quotes(body='마루리 대표는 "내년에는 꼭 된다"고 말했다.\n' * 100)
    assert len(found) == MAX_QUOTES
    assert quotes(body=f'마루리 대표는 "{"길고 긴 말 " * 200}이다"라고 말했다.') == ()


LONG = [
    '"가다"고 ',
    "‘가다’라고 말했다 ",
    '"',
    "“",
    "'",
    "대표가 ",
    '가 대표는 "나"며 ',
    '"a" said CEO ',
    "A A ",
    "(",
]


@pytest.mark.parametrize("unit", LONG)
def test_any_length_is_read_in_linear_time(unit: str) -> None:
    text = unit * (30_000 // len(unit))
    start = time.perf_counter()
    quotes(text[:1_000], text, text)
    assert time.perf_counter() - start < 5


PIECES = [
    "마루리 별마루칩스 대표는 ",
    "마 대표는 ",
    "그는 ",
    "이어 ",
    "업계 관계자는 ",
    "Jane Doe, CEO of Acme, said ",
    "“",
    "”",
    '"',
    "‘",
    "’",
    "'",
    "『",
    "』",
    "내년에는 된다",
    "AI 서밋",
    "고 말했다. ",
    "라며 ",
    "는 지적이 나온다. ",
    "\n",
    "\x00",
    "\x0b",
    "\ud800",
    "…",
    "(",
    ")",
    "😀",
    " ",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
)
@settings(max_examples=300, deadline=None)
def test_whatever_the_text_each_quotation_stands_where_it_says(
    title: str, body: str, summary: str
) -> None:
    one = article(title, summary, body)
    found = FINDER.find(read(one))
    assert found == QuoteFinder(spec().quotes, spec().companies).find(read(one))
    last = {"title": 0, "summary": 0, "body": 0}
    order = list(last)
    places = [order.index(quote.span.where) for quote in found]
    assert places == sorted(places)
    for quote in found:
        span = quote.span
        assert last[span.where] <= span.start < span.end
        last[span.where] = span.end
        assert len(quote.text) <= MAX_QUOTATION
        assert quote.text == quote.text.strip()
        assert written(getattr(one, span.where)[span.start : span.end]) == quote.text
        assert "\x00" not in quote.speaker + quote.title + quote.organisation


def written(text: str) -> str:
    """As `document.read` leaves it: what cannot be written is a blank."""
    return "".join(
        char if char in "\t\n\r" or unicodedata.category(char) not in ("Cc", "Cs") else " "
        for char in text
    )


@given(st.text(alphabet="가다. \n“”‘’\"'『』", max_size=120))
def test_marks_are_paired_in_order_and_never_cross(text: str) -> None:
    last = 0
    for start, end, _ in quotations(text):
        assert last < start < end < len(text)
        assert text[start - 1] in "“”\"‘'『"
        assert text[end] in "“”\"’'』"
        last = end + 1


# --- rules and tags ---------------------------------------------------------------------------


def test_the_tagger_gives_quotations() -> None:
    one = article("강연", "", '마루리 대표는 "내년에는 꼭 된다"고 말했다.')
    assert packaged_tagger().tag(one).quotes == FINDER.find(read(one))


def test_the_version_follows_the_words(tmp_path: Path) -> None:
    rules = spec().quotes.model_copy(update={"titles": (*spec().quotes.titles, "마루장")})
    assert replace(spec(), quotes=rules).version != spec().version
    packaged = (PACKAGED / "quotes.toml").read_text("utf-8")
    (tmp_path / "quotes.toml").write_text(
        packaged.replace('"대표이사"', '"대표이사", "마루장"'), "utf-8"
    )
    config = load(tmp_path)
    assert config.tagger.version != spec().version
    finder = QuoteFinder(config.tagger.quotes, config.tagger.companies)
    (quote,) = finder.find(read(article("", "", '김나래 마루장은 "된다고 본다"고 했다.')))
    assert (quote.speaker, quote.title) == ("김나래", "마루장")


def test_every_list_that_may_be_left_out_may_be_left_out() -> None:
    packaged = tomllib.loads((PACKAGED / "quotes.toml").read_text("utf-8"))
    model = type(spec().quotes)
    needed = {
        name: packaged[name] for name, field in model.model_fields.items() if field.is_required()
    }
    finder = QuoteFinder(model.model_validate(needed), spec().companies)
    body = '김나래 별마루칩스 대표는 "내년에는 꼭 된다"고 말했다.'
    assert [q.speaker for q in finder.find(read(article("", "", body)))] == ["김나래"]


def test_no_word_stands_twice_in_a_list() -> None:
    rules = json.loads(spec().quotes.model_dump_json())
    for name, words in {**rules, **rules.pop("english")}.items():
        assert len(words) == len(set(words)), name


def test_an_article_without_marks_has_no_quotations() -> None:
    plain: Article = article("강연", "", "마루리 대표는 내년에는 꼭 된다고 말했다.")
    assert FINDER.find(read(plain)) == ()
