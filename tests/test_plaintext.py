"""HTML and double escapes → plain text, without losing what only looks like a tag."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.collect.plaintext import clean_line, html_text, title_text, unescape

TITLES = [
    ("<속보> 코스피 안내판", "<속보> 코스피 안내판"),
    ("&lt;속보&gt; 코스피 안내판", "<속보> 코스피 안내판"),
    ("5nm<3nm", "5nm<3nm"),
    ("<AI 반도체> 특집", "<AI 반도체> 특집"),
    ("<A 씨>의 <b마트> 나들이", "<A 씨>의 <b마트> 나들이"),
    ("D램 < 낸드 > 그 밖", "D램 < 낸드 > 그 밖"),
    ("1 < a && b > 2", "1 < a && b > 2"),
    ("<b>굵은</b> 제목<br/>둘째 줄", "굵은 제목 둘째 줄"),
    ("<a href='https://a.example'>고리</a>", "고리"),
    ("&#039;칩&#039; &quot;쇼&quot;", "'칩' \"쇼\""),
    ("AT&amp;amp;T와 R&amp;D", "AT&T와 R&D"),
    ("C&GTX 노선, A&NOT, R&D;", "C&GTX 노선, A&NOT, R&D;"),
    ("[단독] 美·中 “축제”…1~2만명", "[단독] 美·中 “축제”…1~2만명"),
    ("가\u00a0\u3000나\u200b다\ufeff라\u3164마", "가 나다라 마"),
    ("<script>alert(1)</script>제목<style>b{}</style>", "제목"),
    ("<![CDATA[칩 축제]]>", "칩 축제"),
    (unicodedata.normalize("NFD", "칩 축제"), "칩 축제"),
    ("가\x00나\x1b다\n라\t마", "가나다 라 마"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "clean"), TITLES)
def test_titles(raw: str, clean: str) -> None:
    assert title_text(raw) == clean


def test_paragraphs_of_html_are_kept_and_white_space_of_its_source_is_not() -> None:
    raw = "<div>첫\n   문단</div><p>둘째<br>줄</p><ul><li>하나</li><li>둘</li></ul>"
    assert html_text(raw) == "첫 문단\n둘째\n줄\n하나\n둘"


def test_text_without_tags_keeps_its_lines() -> None:
    assert html_text("첫 줄 &amp; 더\r\n\r\n  둘째   줄 ") == "첫 줄 & 더\n둘째 줄"


def test_captions_scripts_and_forms_go_with_their_content() -> None:
    raw = (
        "<figure><img src=x><figcaption>설명</figcaption></figure><p>글</p><script>var a</script>"
        "<style>p{}</style><button>누름</button><iframe>틀</iframe><!-- 주석 -->"
    )
    assert html_text(raw) == "글"


def test_html_that_was_escaped_twice_is_still_html() -> None:
    assert html_text("&amp;lt;p&amp;gt;글 &amp;quot;둘&amp;quot;&amp;lt;/p&amp;gt;") == '글 "둘"'
    assert html_text("&lt;p&gt;글&amp;nbsp;둘&lt;/p&gt;") == "글 둘"


def test_what_is_no_tag_stays_in_html() -> None:
    assert html_text("<p><AI 반도체> 특집, 5nm<3nm</p>") == "<AI 반도체> 특집, 5nm<3nm"


def test_an_entity_that_was_cut_in_two_disappears() -> None:
    assert html_text("신청은 12월까지 &quo...") == "신청은 12월까지 ..."
    assert html_text("AT&T... R&D…") == "AT&T... R&D…"


def test_scripts_never_survive_as_tags() -> None:
    for raw in (
        "<scr<script>ipt>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>글",
    ):
        assert "<script" not in html_text(raw).lower()
        assert "<img" not in html_text(raw).lower()


def test_unescaping_ends() -> None:
    assert unescape("&amp;amp;amp;amp;lt;") == "&amp;lt;"


@pytest.mark.parametrize(
    "piece", ["<", "<b ", "<div>", "<div>글", "&", "<script", "&#", "<b" + " " * 50, "<!--"]
)
def test_hostile_markup_ends(piece: str) -> None:
    # a quadratic regex would take minutes here
    title_text(piece * 20_000)
    html_text(piece * 20_000)


def test_more_tags_than_a_parser_should_see_are_still_cut_out() -> None:
    assert html_text("<div><b>글</b> 5nm<3nm " * 3_000) == "\n".join(["글 5nm<3nm"] * 3_000)


MARKUP = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            [
                *["<", ">", "<b>", "</p>", "<p class='x'>", "&lt;", "&amp;", "&#0;", "&#xD83D;"],
                *["\u0000", "\ud800", "\u202e", "\u0085", "\u2028", "<!--", "]]>", "<script>"],
            ]
        ),
    ),
    max_size=12,
).map("".join)


@settings(deadline=None)
@given(MARKUP)
def test_any_text_becomes_clean_text(raw: str) -> None:
    for text in (title_text(raw), html_text(raw), clean_line(raw)):
        text.encode("utf-8")
        assert unicodedata.is_normalized("NFC", text)
        assert text == text.strip()
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in text.replace("\n", ""))
        assert "  " not in text
    assert "\n" not in title_text(raw) + clean_line(raw)
