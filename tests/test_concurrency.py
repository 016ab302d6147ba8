"""Many readers while a run writes: no error, each answer of one moment, none stale afterwards."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import clock, data
from db.connect import open_store
from db.model import FeedState, FetchOutcome, FetchReport, RunReport, Tone
from db.query import ArticleFilter, Split, Step
from db.sqlite import matches
from tests.newsroom import COMPANIES, NOON, SOURCES, TOPICS, VERSION, article, mention, tags

READERS = 8
BATCHES = 12
EACH = 25
EVERYTHING = ArticleFilter()
WIDE = ArticleFilter(companies=("hanbit", "nurisem"), tones=(Tone.NEGATIVE,))
APP = str(Path(data.__file__).with_name("app.py"))


@pytest.fixture(autouse=True)
def by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way in which large filters are counted, which holds columns in memory."""
    monkeypatch.setattr(matches, "SMALL", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chipwatch.db"
    with closing(open_store(str(path))) as store:
        store.save_companies(COMPANIES)
        store.save_topics(TOPICS)
        store.save_sources(SOURCES)
    return path


def write(path: Path) -> None:
    """A run: articles and their tags, batch by batch."""
    with closing(open_store(str(path))) as store:
        run = store.start_run(NOON)
        for batch in range(BATCHES):
            found = [article(batch * EACH + place) for place in range(EACH)]
            visit = FetchReport("alpha", NOON, FetchOutcome.OK, 200, EACH)
            store.add_articles(found, visit, FeedState(), run)
            store.save_tags(
                [
                    tags(item, mentions=(mention("hanbit", Tone.NEGATIVE), mention("nurisem")))
                    for item in found
                ],
                NOON,
            )
        store.assign_stories()
        store.finish_run(RunReport(run, NOON, finished_at=NOON, tagger_version=VERSION))


def test_readers_see_whole_batches_and_never_wait(path: Path) -> None:
    done = threading.Event()

    def read(_: int) -> set[int]:
        reader = open_store(str(path), read_only=True)
        seen = set()
        while True:
            last = done.is_set()
            for wanted in (EVERYTHING, WIDE):
                counts = reader.counts(wanted)
                assert sum(counts.tones.values()) == counts.articles
                seen.add(counts.articles)
            assert sum(p.articles for p in reader.timeline(WIDE, Step.DAY, Split.TONE)) % EACH == 0
            assert len(reader.cards(replace(WIDE, query="한빛칩")).cards) in (0, 20)
            if last:
                assert counts.articles == BATCHES * EACH
                return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read, number) for number in range(READERS)]
        try:
            write(path)
        finally:
            done.set()
        for reader in readers:
            assert all(count % EACH == 0 for count in reader.result(60))


def test_no_page_is_stale_after_a_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWATCH_DB", str(path))
    monkeypatch.setattr(clock, "now", lambda: NOON)
    st.cache_data.clear()
    st.cache_resource.clear()
    with closing(open_store(str(path))) as store:
        store.finish_run(RunReport(store.start_run(NOON), NOON, finished_at=NOON))
    sessions = [AppTest.from_file(APP, default_timeout=60).run() for _ in range(3)]
    write(path)
    for session in sessions:
        page = session.run()
        assert not page.exception
        assert f"{BATCHES * EACH}" in " ".join(str(element.value) for element in page.get("html"))
    st.cache_data.clear()
    st.cache_resource.clear()
