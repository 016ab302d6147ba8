"""By-lines, credits and notices leave the text; the text itself does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.collect.bylines import author_name, spaced, strip_summary

TEXT = "전시회가 사흘 동안 열린다."

BYLINES = [
    ("(서울=연합뉴스) 나하늘 기자 = ", "나하늘"),
    ("[서울=뉴시스]나하늘 기자 = ", "나하늘"),
    ("【세종=뉴시스】 나하늘 기자 = ", "나하늘"),
    ("(샌프란시스코=뉴스1) 나하늘 특파원 = ", "나하늘"),
    ("(서울=연합뉴스) 나하늘 도현우 기자 = ", "나하늘, 도현우"),
    ("나하늘·도현우 기자 = ", "나하늘, 도현우"),
    ("[가온경제 나하늘 기자] ", "나하늘"),
    ("[가온데일리=나하늘 선임기자]", "나하늘"),
    ("[대전=가온일보 나하늘·도현우 기자]", "나하늘, 도현우"),
    ("[지디넷코리아]", ""),
    ("[서울=뉴시스] ", ""),
    ("[마루 소식] ", ""),
]


@pytest.mark.parametrize(("byline", "author"), BYLINES)
def test_by_lines_in_front(byline: str, author: str) -> None:
    found = strip_summary(byline + TEXT, "마루 소식")
    assert (found.text, found.author) == (TEXT, author)


@pytest.mark.parametrize(
    "tail",
    [
        " 나하늘 기자 sky@gaon.example",
        " /나하늘 기자",
        "\n나하늘 기자 sky@gaon.example",
        " [나하늘 산업전문기자]",
    ],
)
def test_signatures_at_the_end(tail: str) -> None:
    found = strip_summary(TEXT + tail, "가온일보")
    assert (found.text, found.author) == (TEXT, "나하늘")


@pytest.mark.parametrize(
    "notice",
    [
        "\n<저작권자 ⓒ 가온일보, 무단전재 및 재배포 금지>",
        "\nⓒ 가온일보 & gaon.example, 무단 전재 및 재배포 금지",
        "\nCopyright ⓒ Gaon. All rights reserved.",
        "\n◎공감언론 뉴시스 sky@gaon.example",
        " 기사보기",
        "\n▶ 가온일보 구독하기",
        "\n[서울=뉴시스] 부스 모습. 2026.11.23. photo@gaon.example *재판매 및 DB 금지",
    ],
)
def test_notices_go(notice: str) -> None:
    assert strip_summary(TEXT + notice, "가온일보").text == TEXT


@pytest.mark.parametrize(
    "caption",
    [
        "전시회 부스 전경. 가온박물관 제공\n",
        "전시회 부스 전경. /가온일보 자료사진\n",
        "지난해 전시회 모습. 연합뉴스\n",
        "전시회 입구 [사진=가온박물관]\n",
        "전시회 입구에서 관람객이 줄을 서 있다. ⓒ연합뉴스[가온일보 나하늘 기자]",
        "[사진=가온박물관]",
    ],
)
def test_captions_in_front_of_the_text_go(caption: str) -> None:
    assert strip_summary(caption + TEXT, "가온일보").text == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "[단독] 전시회가 열린다.",
        "[AI 반도체] 연재를 시작한다.",
        "행사를 마련한 박물관은 입장권을 무료로 제공한다.",
        "나하늘 기자가 강연회에서 사회를 본다.",
        "무단전재를 막는 방법을 다룬 강연이 열린다. 강연은 두 시간이다.",
        "(가칭) 반도체 도서관이 생긴다.",
        "The post office opens a chip museum.",
        "가온박물관 제공",
    ],
)
def test_what_only_looks_like_a_by_line_stays(text: str) -> None:
    assert strip_summary(text, "가온일보").text == text


def test_a_text_that_is_nothing_but_a_by_line_is_empty() -> None:
    assert strip_summary("[서울=뉴시스]", "뉴시스").text == ""
    assert strip_summary("(서울=연합뉴스) 나하늘 기자 =", "연합뉴스").text == ""


def test_the_tail_of_a_blog_goes() -> None:
    text = "The show runs for a week […]\nThe post Show opens appeared first on Chip Garden."
    assert strip_summary(text, "Chip Garden").text == "The show runs for a week…"


def test_paragraphs_stay_apart() -> None:
    assert strip_summary("첫 문단이다.\n둘째 문단이다.", "").text == "첫 문단이다.\n둘째 문단이다."


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("열린다.강연은 이틀이다.행사는", "열린다. 강연은 이틀이다. 행사는"),
        ("열린다.AI 강연도 한다.3분기에", "열린다. AI 강연도 한다. 3분기에"),
        ("열리나요?네", "열리나요? 네"),
        ("3.5%와 v2.0, NVDA.O는 그대로", "3.5%와 v2.0, NVDA.O는 그대로"),
        ("https://a.example/다.html", "https://a.example/다.html"),
        ("“열린다.”라고 했다", "“열린다.”라고 했다"),
        ("서울.부산", "서울.부산"),
    ],
)
def test_glued_sentences_get_their_blank_back(glued: str, apart: str) -> None:
    assert spaced(glued) == apart


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("나하늘 기자", "나하늘"),
        ("나하늘 기자 (sky@gaon.example)", "나하늘"),
        ("sky@gaon.example (나하늘)", "나하늘"),
        ("나하늘 산업전문기자", "나하늘"),
        ("Ada Example", "Ada Example"),
        ("sky@gaon.example", ""),
        ("", ""),
    ],
)
def test_author_elements(raw: str, name: str) -> None:
    assert author_name(raw) == name


WORDS = st.sampled_from(
    [
        *[
            "나하늘 ",
            "기자",
            " = ",
            "[",
            "]",
            "(",
            ")",
            "서울=뉴시스",
            "ⓒ",
            "연합뉴스",
            "제공",
            "\n",
        ],
        *[".", "다.", "@", "a@b.kr", "무단전재", "The post ", " appeared first on ", "사진="],
        *["열린다", "/", "…"],
    ]
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=20).map("".join), st.sampled_from(["", "가온일보", "뉴시스"]))
def test_stripping_only_ever_shortens_and_never_raises(text: str, outlet: str) -> None:
    found = strip_summary(text, outlet)
    assert len(found.text.replace(" ", "")) <= len(text.replace(" ", ""))
    assert len(found.author) <= 80
