"""An article's page, as different content systems write it, and what is read from it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ParseError
from db.model import TimeQuality
from ingest.collect.page import Page, extract

PAGES = Path(__file__).parent / "data" / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.json"))
URL = "https://www.hansae.example/news/1"


def read(inner: str, head: str = "", url: str = URL) -> Page:
    return extract(f"<html><head>{head}</head><body>{inner}</body></html>", url)


SENTENCES = [
    f"별마루칩스는 {n}번째 칩을 만들었다고 밝혔다. 성능은 두 배라고 한다." for n in range(8)
]
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
TEXT = "\n".join(SENTENCES)


@pytest.mark.parametrize("name", NAMES)
def test_pages_of_different_systems(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    page = extract((PAGES / f"{name}.html").read_bytes(), expected["url"])
    found = asdict(page)
    found["body"] = page.body.split("\n")
    found["subheads"] = list(page.subheads)
    for key in ("published_at", "modified_at"):
        found[key] = found[key] and found[key].isoformat()
    assert {key: found[key] for key in expected if key != "url"} == {
        key: value for key, value in expected.items() if key != "url"
    }


def test_headings_between_paragraphs_stay_and_those_under_the_headline_go_apart() -> None:
    page = read(
        f"<h1>제목</h1><div class='article-body'><p><b>작은 제목 하나</b></p>{PARAGRAPHS}"
        "<h3>가운데 제목</h3><p>끝 문단이라고 말했다.</p></div>"
    )
    assert page.subheads == ("작은 제목 하나",)
    assert page.body == f"{TEXT}\n가운데 제목\n끝 문단이라고 말했다."


@pytest.mark.parametrize(
    "box",
    [
        "<div class='ai_box'><strong>3줄 요약</strong><p>칩을 만들었다. 빠르다.</p></div>",
        "<div><p>AI가 요약한 기사입니다</p></div>",
        "<ul class='related'><li>다른 기사가 있다.</li></ul>",
        "<div class='reporter_box'><p>홍길동 기자입니다. 반도체를 씁니다.</p></div>",
        "<p>홍길동 기자 hong@hansae.example</p>",
        "<p>hong@hansae.example</p>",
        "<p>▶ <a href='/2'>가온메모리, HBM 증설</a></p>",
        "<p>[관련기사] <a href='/2'>가온메모리, HBM 증설</a></p>",
        "<p>글자 크기</p><p>가</p>",
        "<p>카카오톡 '한새제보'를 검색하세요.</p>",
        "<p>네이버에서 한새경제를 구독하세요</p>",
        "<div class='vote'><p>이 기사 어땠나요?</p></div>",
        "<div class='donation'><p>후원해 주세요. 큰 힘이 된다.</p></div>",
        "<div class='comment'><p>댓글을 남길 수 있다.</p></div>",
        "<div style='display: none'><p>보이지 않는 글이다.</p></div>",
        "<blockquote class='twitter-tweet'><p>트윗이다.</p></blockquote>",
        "<p>$$ARTICLEAD$$</p>",
        "<figure><img src='b.jpg'><figcaption>둘째 사진이다.</figcaption></figure>",
        "<table><tr><td>가격</td><td>10</td></tr><tr><td>수량</td><td>20</td></tr></table>",
        "<script>var a = '문장이다.'</script><style>p { }</style>",
    ],
)
def test_what_is_no_text_is_left_out(box: str) -> None:
    page = read(f"<div id='articleBody'>{PARAGRAPHS}{box}</div>")
    assert page.body == TEXT
    inside = PARAGRAPHS.replace("<p>", f"{box}<p>", 5).replace(box, "", 4)
    assert read(f"<div id='articleBody'>{inside}</div>").body == TEXT


def test_text_after_a_list_of_other_articles_is_not_the_article() -> None:
    page = read(f"<div id='articleBody'>{PARAGRAPHS}<p>많이 본 뉴스</p><p>첫눈이 왔다.</p></div>")
    assert page.body == TEXT


def test_a_form_or_a_table_around_the_whole_page_hides_nothing() -> None:
    inner = f"<table><tr><td id='articleBody'>{PARAGRAPHS}</td></tr></table>"
    assert read(f"<form action='/'>{inner}</form>").body == TEXT


def test_a_drop_cap_is_no_caption() -> None:
    inner = "<p class='has-drop-cap'>별마루는 커졌다.</p>"
    page = read(f"<div class='entry-content'><img src='a.jpg'>{inner}{PARAGRAPHS}</div>")
    assert page.body.startswith("별마루는 커졌다.")


@pytest.mark.parametrize(
    ("written", "caption", "credit"),
    [
        ("별마루칩스 본사. [사진=한새통신]", "별마루칩스 본사.", "한새통신"),
        ("▲ 별마루칩스 본사 (사진 제공=별마루칩스)", "별마루칩스 본사", "별마루칩스"),
        ("별마루칩스 본사./사진=홍길동 기자", "별마루칩스 본사.", "홍길동 기자"),
        ("별마루칩스 본사 전경. 별마루칩스 제공", "별마루칩스 본사 전경.", "별마루칩스"),
        ("행사가 열리고 있다. 연합뉴스", "행사가 열리고 있다.", "연합뉴스"),
        ("행사가 열리고 있다. 홍길동 기자", "행사가 열리고 있다.", "홍길동 기자"),
        ("인천=연합뉴스", "", "인천=연합뉴스"),
        ("기술을 제공", "기술을 제공", ""),
        ("별마루칩스 본사", "별마루칩스 본사", ""),
        ("본사. ⓒ한새경제", "본사.", "한새경제"),
    ],
)
def test_captions_and_credits(written: str, caption: str, credit: str) -> None:
    figure = f"<figure><img src='/a.jpg'><figcaption>{written}</figcaption></figure>"
    page = read(f"<div id='articleBody'>{figure}{PARAGRAPHS}</div>")
    assert (page.image_caption, page.image_credit) == (caption, credit)
    assert page.image_url == "https://www.hansae.example/a.jpg"
    assert page.body == TEXT


def test_a_line_behind_a_photo_that_ends_in_a_credit_is_its_caption() -> None:
    page = read(
        f"<div id='articleBody'><p><img src='/a.jpg'></p><p>판교 본사. 사진=별마루칩스</p>{PARAGRAPHS}</div>"
    )
    assert (page.image_caption, page.image_credit, page.body) == ("판교 본사.", "별마루칩스", TEXT)


@pytest.mark.parametrize(
    "box",
    [
        "<div class='articlePhotoC'><span><img src='/a.jpg'></span><span class='txt'>{}</span></div>",
        "<div class='image-area'><div><img src='/a.jpg'></div><div class='desc'>{}</div></div>",
        "<table class='photo'><tr><td><img src='/a.jpg'></td></tr><tr><td>{}</td></tr></table>",
        "<div class='ab_photo'><div class='image'><img src='/a.jpg'></div><p class='caption'>{}</p></div>",
        "<span class='end_photo_org'><img src='/a.jpg'><em class='img_desc'>{}</em></span>",
        "<p><img src='/a.jpg'></p><p>{}</p>",
        "<p><img src='/a.jpg'><br>▲ {}</p>",
    ],
)
def test_photos_as_different_systems_set_them(box: str) -> None:
    box = box.format("판교 본사. 사진=한새통신")
    page = read(f"<div class='news_view'>{box}{PARAGRAPHS}</div>")
    assert page.image_url == "https://www.hansae.example/a.jpg"
    assert (page.image_caption, page.image_credit) == ("판교 본사.", "한새통신")
    assert page.body == TEXT


@pytest.mark.parametrize(
    "sentence",
    [
        "AI가 회의록을 요약해 주는 서비스가 나왔다.",
        "네이버에서 구독 서비스를 시작했다.",
        "광고 시장이 커졌다고 밝혔다.",
        "<b>광고 시장</b>이 커졌다고 밝혔다.",
        "관련 기사 세 건이 삭제됐다.",
        "최신 뉴스를 읽어 주는 칩이 나왔다.",
        "댓글 기능을 없앴다.",
        "무단 전재를 막는 법안이 나왔다.",
        "기자 출신 대표가 칩을 소개했다.",
        "2026년 11월 23일 양산을 시작했다.",
        "▲전력 효율 ▲성능 ▲가격이 강점이다.",
        "앱을 설치하면 바로 쓸 수 있다고 했다.",
    ],
)
@pytest.mark.parametrize("tag", ["p", "div"])
def test_text_about_such_things_stays(sentence: str, tag: str) -> None:
    page = read(f"<div id='articleBody'>{PARAGRAPHS}<{tag}>{sentence}</{tag}>{PARAGRAPHS}</div>")
    assert re.sub("<.*?>", "", sentence) in page.body.split("\n")


@pytest.mark.parametrize("src", ["data:image/png;base64,AAAA", "javascript:alert(1)", "/logo.png"])
def test_pictures_that_are_no_photo(src: str) -> None:
    assert read(f"<div id='articleBody'><img src='{src}'>{PARAGRAPHS}</div>").image_url == ""


KST_7 = datetime(2026, 11, 22, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "inner", "first", "last"),
    [
        ("", "<div class='date'>입력 2026.11.23 07:12</div>", KST_7, None),
        ("", "<p>기사입력 2026-11-23 오전 7:12 최종수정 2026-11-23 오전 8:12</p>", KST_7, 8),
        ("", "<p>등록 : 2026년 11월 23일 07시 12분 | 수정 : 2026년 11월 23일 08:12</p>", KST_7, 8),
        ("", "<p>2026/11/23 07:12 송고</p>", KST_7, None),
        ("", "<span class='view_date'>2026.11.23 07:12</span>", KST_7, None),
        ("", "<time datetime='2026-11-23T07:12:00+09:00'>오늘</time>", KST_7, None),
        ("<meta name='pubdate' content='20261123071200'>", "", KST_7, None),
        ("<meta property='article:published_time' content='2026-11-23 07:12'>", "", KST_7, None),
        # Korean time that calls itself UTC: what readers see is right
        (
            "<meta property='article:published_time' content='2026-11-23T07:12:00Z'>",
            "<p>입력 2026.11.23 07:12</p>",
            KST_7,
            None,
        ),
        ("", "<p>창립 2001년 1월 1일</p>", None, None),
    ],
)
def test_times(head: str, inner: str, first: datetime | None, last: int | None) -> None:
    page = read(f"{inner}<div id='articleBody'>{PARAGRAPHS}</div>", head)
    assert page.published_at == first
    assert page.modified_at == (last and datetime(2026, 11, 22, 23, 12, tzinfo=UTC))


def test_a_day_without_a_time_is_said_to_be_one_and_the_future_is_not_believed() -> None:
    html = f"<p>발행일 : 2026-11-23</p><div id='articleBody'>{PARAGRAPHS}</div>"
    page = extract(html, URL)
    assert (page.time_quality, page.published_raw) == (TimeQuality.DATE_ONLY, "2026-11-23")
    assert extract(html, URL, now=datetime(2026, 11, 1, tzinfo=UTC)).published_at is None


def test_linked_data_in_lists_graphs_and_with_mistakes() -> None:
    data = (
        '<script type="application/ld+json">[{"@graph": [{"@type": "WebPage"}, {"@type": '
        '["Thing", "NewsArticle"], "headline": "칩", "author": [{"name": "홍길동 기자"}, "김한새"],'
        ' "datePublished": "2026-11-23T07:12:00+09:00",}]}]</script>'
    )
    page = read(f"<div id='articleBody'>{PARAGRAPHS}</div>", data)
    assert (page.title, page.author, page.published_at) == ("칩", "홍길동, 김한새", KST_7)


def test_text_that_only_the_linked_data_hold() -> None:
    body = json.dumps("\n".join(SENTENCES), ensure_ascii=False)
    data = f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":{body}}}</script>'
    assert read("<div id='root'></div>", data).body == TEXT


def test_without_a_known_element_the_text_is_found_all_the_same() -> None:
    page = read(f"<div class='x1'><div class='x2'>{PARAGRAPHS}</div></div>")
    assert page.body == TEXT


def test_titles_lose_outlet_and_section() -> None:
    head = (
        "<meta property='og:title' content='새 칩 나왔다 - 한새경제'>"
        "<meta property='og:site_name' content='한새경제'>"
    )
    assert read("<p>x</p>", head).title == "새 칩 나왔다"
    long = "<title>별마루칩스, 새 칩 양산 시작ㅣ한새경제</title>"
    assert read("<h1>별마루칩스, 새 칩 양산 시작</h1>", long).title == "별마루칩스, 새 칩 양산 시작"


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><p>삭제된 기사입니다.</p></body></html>",
        "<div>요청하신 기사를 찾을 수 없습니다.</div>",
    ],
)
def test_a_page_that_says_its_article_is_gone(html: str) -> None:
    page = extract(html, URL)
    assert (page.body, page.gone) == ("", True)


def test_an_article_about_deleted_articles_is_not_gone() -> None:
    text = PARAGRAPHS + "<p>삭제된 기사는 세 건이라고 밝혔다.</p>"
    assert not read(f"<div id='articleBody'>{text}</div>").gone


@pytest.mark.parametrize("nothing", [b"", b"\x00\xff" * 50, b"%PDF-1.7 ...", "그냥 글", b"{}"])
def test_what_is_no_page_is_said_to_be_none(nothing: bytes | str) -> None:
    with pytest.raises(ParseError):
        extract(nothing, URL)


def test_nesting_without_end_does_no_harm() -> None:
    assert extract("<html><body>" + "<div class='ad'>" * 50_000 + "글이다.", URL).body == ""
    deep = "<div class='article-body'>" * 200 + PARAGRAPHS
    assert read(deep).body == TEXT


PIECES = st.sampled_from(
    [
        *[
            "<div id='articleBody'>",
            "</div>",
            "<p>",
            "</p>",
            "<br>",
            "<img src='a.jpg'>",
            "<table>",
        ],
        *["<td>", "<figure>", "<figcaption>", "<h2 class='sub-title'>", "<strong>", "<a href='x'>"],
        *[
            "별마루칩스가 칩을 만들었다. ",
            "홍길동 기자 a@b.kr",
            "ⓒ 한새 무단전재 금지",
            "입력 2026.13.45",
        ],
        *[
            "<script type='application/ld+json'>",
            '{"@type":"NewsArticle",',
            "</script>",
            "<!--",
            "&#55296;",
        ],
        *[
            '<meta property="og:image" content="//[::1">',
            "<script>Fusion.globalContent={",
            "\ud800",
            "\x00",
        ],
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.binary(max_size=2_000), st.text()))
def test_no_page_raises_anything_but_its_error(html: str | bytes) -> None:
    try:
        page = extract(html, URL)
    except ParseError:
        return
    assert "<div" not in page.body
    assert all(line.strip() == line and line for line in page.body.split("\n") if page.body)
    assert page.image_url == "" or page.image_url.startswith(("http://", "https://"))
