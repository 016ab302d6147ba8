"""Feeds with evil intent: each fails alone and by name, whatever stands in them harms nobody."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.connect import open_store
from db.errors import ParseError
from db.model import FetchOutcome, Source
from db.query import ArticleFilter
from db.store import Store
from ingest.collect import reading
from ingest.collect.fetch import FetchLimits, fetch_all
from ingest.collect.normalize import MAX_SUMMARY, MAX_TITLE
from ingest.collect.read import read_feed
from ingest.collect.reading import Reading
from ingest.collect.sites import NO_SITES, Sites
from ingest.isolation import Isolated
from ingest.pipeline import collect
from tests.feed_server import FeedServer, item, rss, running

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SOURCE = Source("s", "가온일보", "https://gaon.example/rss.xml")
EVERYTHING = ArticleFilter(include_irrelevant=True)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "news.db"))
    yield store
    store.close()


READ = reading.read


def evil(reading_: Reading, sites: Sites = NO_SITES) -> reading.Read:
    """`reading.read` with a parser that can be killed by a word."""
    if b"hang" in reading_.body:
        threading.Event().wait()
    if b"crash" in reading_.body:
        os.kill(os.getpid(), signal.SIGSEGV)
    return READ(reading_, sites)


def test_a_hostile_feed_costs_itself_and_the_others_never_notice(
    server: FeedServer, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    doctype = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    bodies = {
        "bomb": rss(item(1)).replace(b"<rss", doctype + b"<rss"),
        "path": b"/etc/hostname",
        "hang": rss(item(2, "hang")),
        "crash": rss(item(3, "crash")),
        "nul": b"\0" * 1000,
    }
    good = {f"good{n}": rss(item(100 + n), item(200 + n)) for n in range(8)}
    sources = [
        Source(name, "가온일보", server.serve(f"/{name}", body))
        for name, body in (bodies | good).items()
    ]
    store.save_sources(sources)
    fetch = partial(fetch_all, limits=FetchLimits("test", allow_private=True))
    monkeypatch.setattr(reading, "read", evil)
    readers = Isolated(reading.lost, workers=2, seconds=2.0)
    done = collect(store, sources, fetch, readers, lambda: NOW, store.start_run(NOW))

    assert (done.sources, done.failed, done.new) == (13, 5, 16)
    for name in bodies:
        [report] = store.fetches(name)
        assert report.outcome is FetchOutcome.FAILED
        assert report.message
        assert report.message_en.isascii()
        assert len([line for line in caplog.messages if line.startswith(f"{name}:")]) == 1
    assert "too long" in store.fetches("hang")[0].message_en
    assert "died" in store.fetches("crash")[0].message_en
    assert len(list(store.export(EVERYTHING))) == 16


FIELDS = [
    *["title", "link", "guid", "pubDate", "author", "description", "content:encoded", "source"],
    *["category", "enclosure", "media:content", "dc:creator", "dc:date", "image", "id", "summary"],
]
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *["javascript:alert(1)", "data:text/html,<script>1</script>", "https://a.example/1"],
            *["<script>alert(1)</script>", "&lt;img src=x onerror=alert(1)&gt;", "\x00", "&#0;"],
            *[
                "&amp;lt;script&amp;gt;",
                "<![CDATA[",
                "]]>",
                "<!--",
                "<a href='javascript:1'>가</a>",
            ],
            *[
                "\u202e역순",
                "\ud800",
                "&#xD800;",
                "&#99999999;",
                "2026-11-23T09:00:00+09:00",
                "1e9",
            ],
            *["https://user:password@a.example/", "//evil.example/x", "9" * 400, "<" * 50],
        ]
    ),
)


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    """Feeds of all kinds and states of decay, as bytes in some encoding."""
    parts = []
    for name, text, wrapped in draw(
        st.lists(st.tuples(st.sampled_from(FIELDS), TEXTS, st.booleans()), max_size=8)
    ):
        inner = f"<![CDATA[{text}]]>" if wrapped else text
        parts.append(
            f"<{name} url='{text}'>{inner}</{name}>" if wrapped else f"<{name}>{inner}</{name}>"
        )
    root, entry = draw(st.sampled_from([("rss", "item"), ("feed", "entry"), ("rdf:RDF", "item")]))
    encoding = draw(st.sampled_from(["utf-8", "euc-kr", "utf-16", "utf-32", "utf-7", "latin-1"]))
    declared = draw(st.sampled_from([encoding, "utf-8", "rot13", "zlib", "no such"]))
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><{root} version="2.0"><channel>'
        f"<{entry}>{''.join(parts)}</{entry}></channel></{root}>"
    )
    body = text.encode(
        encoding, "replace" if encoding in ("euc-kr", "latin-1") else "surrogatepass"
    )
    start, end = draw(st.integers(0, 20)), draw(st.integers(0, 40))
    return (
        draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0"]))
        + (body[start if start > 15 else 0 : len(body) - (end if end > 30 else 0)])
    )


@given(
    st.one_of(feeds(), feeds(), st.binary(max_size=200)),
    st.sampled_from(["", "text/xml; charset=utf-7"]),
)
def test_any_bytes_give_clean_articles_or_one_sentence(body: bytes, content_type: str) -> None:
    try:
        feed = read_feed(body, content_type, SOURCE, NOW)
    except ParseError:
        return
    for article in feed.articles:
        assert article.url.startswith(("https://", "http://"))
        assert "@" not in article.url.split("/")[2]
        assert article.image_url == "" or article.image_url.startswith(("https://", "http://"))
        assert 0 < len(article.title) <= MAX_TITLE
        assert len(article.summary) <= MAX_SUMMARY
        assert article.published_at <= NOW.replace(hour=1)
        for text in (article.title, article.author, article.guid, article.summary, article.body):
            text.encode()  # no half characters
            assert not any(character < " " and character != "\n" for character in text)
        # no element of HTML survives: what is left between brackets is what the author wrote
        assert "<script>" not in article.summary + article.body
