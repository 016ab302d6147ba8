"""What is refused is a failure with its reason, not an empty feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.errors import ParseError
from db.faults import Fault
from db.model import Source
from ingest.collect.read import FeedRead, read_feed

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SOURCE = Source("s", "매체", "https://s.example/rss")


def read(prologue: str, title: str = "가") -> FeedRead:
    text = (
        f'<?xml version="1.0"?>{prologue}<rss version="2.0"><channel><title>x</title><item>'
        f"<title>{title}</title><link>https://s.example/1</link></item></channel></rss>"
    )
    return read_feed(text.encode(), "", SOURCE, NOW)


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">',
        "<!ENTITY a 'ha'><!ENTITY b '&a;'>",
        f'<!ENTITY a "{"ha" * 200}">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!entity a PUBLIC "x" "http://127.0.0.1/">',
    ],
)
def test_entities_that_multiply_or_reach_out_are_refused(entities: str) -> None:
    with pytest.raises(ParseError, match="refused") as caught:
        read(f"<!DOCTYPE rss [{entities}]>", "&a;")
    assert caught.value.subject == "s"
    assert caught.value.fault is Fault.OTHER


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://n.example/rss-0.91.dtd">',
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY lt2 "&lt;">]>',
        '<!DOCTYPE rdf [<!ENTITY % latin PUBLIC "-//W3C//ENTITIES" "http://w.example/l.ent">]>',
    ],
)
def test_harmless_prologues_are_read(prologue: str) -> None:
    assert read(prologue).entries == 1


def test_an_article_about_entities_is_read() -> None:
    assert read("", "&lt;!DOCTYPE x [&lt;!ENTITY a SYSTEM &quot;b&quot;&gt;]&gt;").entries == 1


def test_a_page_that_keeps_robots_out_is_told_from_a_wrong_address() -> None:
    wall = "<html><head><title>Just a moment...</title></head><body></body></html>"
    with pytest.raises(ParseError, match="humans") as caught:
        read_feed(wall.encode(), "text/html", SOURCE, NOW)
    assert caught.value.fault is Fault.BLOCKED
    page = b"<html><head><title>News</title></head><body>Just a moment ago</body></html>"
    with pytest.raises(ParseError) as other:
        read_feed(page, "text/html", SOURCE, NOW)
    assert other.value.fault is Fault.OTHER
