"""The quick reader of plain RSS answers what feedparser would, or nothing."""

from __future__ import annotations

import xml.sax.saxutils
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.collect import parse as slow
from ingest.collect.decode import decode
from ingest.collect.entry import Parsed
from ingest.collect.rss import read_rss
from tests.feed_server import item, rss

FEEDS = sorted((Path(__file__).parent / "data/feeds").glob("*.xml"))
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def by_feedparser(text: str) -> Parsed:
    return slow._parse_any(text)


def channel(*parts: str, version: str = "2.0", attributes: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="{version}" {NAMESPACES} {attributes}>'
        f"<channel>{''.join(parts)}</channel></rss>"
    )


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.stem)
def test_real_habits(path: Path) -> None:
    text = slow._mended(decode(path.read_bytes(), ""))
    quick = read_rss(text)
    assert quick is None or quick == by_feedparser(text)


def test_most_feeds_are_the_common_case() -> None:
    found = [read_rss(slow._mended(decode(path.read_bytes(), ""))) for path in FEEDS]
    assert sum(parsed is not None for parsed in found) * 3 >= 2 * len(found)
    assert read_rss(rss(item(1), item(2)).decode()) is not None


TEXTS = st.one_of(
    st.text(
        alphabet="가나 <>&;:/.'\"ab\u00e9\u00ec\u00b0\u0085\u0096\ufeff\U0001f4f0\n", max_size=20
    ),
    st.sampled_from(
        ["https://a.example/1?a=1&b=2", "http:////a.example/", "/view?x=1&amp;y=2", "&lt;b&gt;가"]
    ),
)
NAMES = st.sampled_from(
    [
        *["title", "link", "guid", "pubDate", "pubdate", "dc:date", "author", "dc:creator"],
        *["source", "description", "content:encoded", "enclosure", "media:content", "category"],
        *["media:thumbnail", "media:credit", "media:title", "media:group", "comments", "summary"],
        *["image", "item", "entry", "id", "updated", "atom:link", "dc:subject", "dc:title"],
        *["dc:rights", "language", "generator", "textInput"],
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["url", "type", "isPermaLink", "href", "rel", "medium", "Url", "xml:base"]),
    st.one_of(TEXTS, st.sampled_from(["false", "true", "self", "alternate", "image/png", "html"])),
    max_size=2,
)


def escaped(text: str) -> str:
    return xml.sax.saxutils.escape(text)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(NAMES)
    attributes = "".join(
        f" {key}={xml.sax.saxutils.quoteattr(value)}" for key, value in draw(ATTRIBUTES).items()
    )
    text = draw(TEXTS)
    inner = escaped(text) if draw(st.booleans()) else f"<![CDATA[{text.replace(']]>', '')}]]>"
    if depth < 1 and draw(st.integers(0, 9)) == 0:
        inner += draw(elements(depth=depth + 1))
    if draw(st.integers(0, 9)) == 0:
        inner = f"가<!-- nothing -->{inner}<?nothing?>"
    return f"<{name}{attributes}>{inner}</{name}>"


PLAIN = st.lists(elements(), max_size=5).map(lambda parts: f"<item>{''.join(parts)}</item>")


@given(st.lists(st.one_of(PLAIN, PLAIN, elements()), max_size=5))
def test_any_rss_is_read_as_feedparser_reads_it_or_left_to_it(parts: list[str]) -> None:
    text = slow._mended(channel(*parts))
    quick = read_rss(text)
    assert quick is None or quick == by_feedparser(text)


@pytest.mark.parametrize(
    "text",
    [
        channel("<item><title>가</title></item>", version="0.91"),
        channel("<item><title>가</title>"),
        channel("<item><title>가 <b>나</b></title></item>"),
        channel("<item><title>가</title><title>나</title></item>"),
        channel("<item><title>가</title></item>", attributes='xml:base="https://a.example/"'),
        channel("<item><title xml:base='https://a.example/'>가</title></item>"),
        channel("<item><title>&nbsp;</title></item>"),
        channel('<item><x:title xmlns:x="urn:x">가</x:title></item>'),
        channel('<x:item xmlns:x="urn:x"><title>가</title></x:item>'),
        '<!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>가</title></entry></feed>',
        "<html><body>404</body></html>",
        "",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_feedparser(text: str) -> None:
    assert read_rss(text) is None
