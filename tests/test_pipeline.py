"""The way of an article from answer to tags, and the swap of executors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.connect import open_store
from db.errors import FetchError, StoreError
from db.model import (
    FeedState,
    FetchOutcome,
    FetchReport,
    RunReport,
    RunState,
    Source,
    TagFailure,
    TagScope,
)
from db.query import ArticleFilter
from db.store import Store
from ingest import pipeline
from ingest.collect import reading
from ingest.collect.fetch import Fetched, FetchFailed, FetchResult, NotModified
from ingest.collect.schedule import Timetable
from ingest.config import load, save_configuration
from ingest.executors import Executor, Processes, Serial
from ingest.pipeline import Collected, collect, process

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
CONFIG = load()
EVERYTHING = ArticleFilter(include_irrelevant=True)

SOURCES = tuple(
    Source(f"s{number}", f"매체{number}", f"https://s{number}.example/rss") for number in range(4)
)


class Reversed:
    """An executor that does everything in the wrong order, on purpose."""

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        for task in reversed(list(tasks)):
            yield function(task)


def feed(source: Source, count: int, first: int = 0) -> bytes:
    """A feed of invented articles about harmless events."""
    places = ("판교", "수원", "이천", "대전")
    items = "".join(
        f"<item><title>{source.outlet} {number}: SK하이닉스·엔비디아, {places[number % 4]}서 HBM 강연회 성황"
        f"</title><link>https://{source.id}.example/view?idxno={number}</link>"
        f"<pubDate>Mon, 23 Nov 2026 {number % 20:02}:10:00 +0900</pubDate>"
        f"<description>SK하이닉스가 {number}번째 강연회를 열었다. 참가자 {number * 7}명이 HBM4를 배웠다."
        "</description></item>"
        for number in range(first, first + count)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()


def fetched(source: Source, body: bytes) -> Fetched:
    return Fetched(
        url=source.url,
        status=200,
        content_type="application/rss+xml; charset=utf-8",
        body=body,
        etag='"1"',
        last_modified="",
        body_hash=hashlib.sha256(body).hexdigest(),
        seconds=0.1,
    )


Answers = dict[str, FetchResult]


def answering(answers: Answers) -> pipeline.Fetch:
    def fetch(
        wanted: Sequence[tuple[Source, FeedState]],
    ) -> Iterator[tuple[Source, FetchResult]]:
        for source, _ in wanted:
            yield source, answers[source.id]

    return fetch


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "news.db"))
    save_configuration(store, replace(CONFIG, sources=SOURCES))
    yield store
    store.close()


def run_collect(
    store: Store, answers: Answers, executor: Executor | None = None, at: datetime = NOW
) -> Collected:
    run_id = store.start_run(at)
    done = collect(store, SOURCES, answering(answers), executor or Serial(), lambda: at, run_id)
    store.finish_run(RunReport(run_id, at, RunState.DONE, at, sources=done.sources))
    return done


def all_good(count: int = 12) -> Answers:
    return {source.id: fetched(source, feed(source, count)) for source in SOURCES}


def stored(store: Store) -> list[Any]:
    return list(store.export(EVERYTHING))


def last(store: Store, source_id: str) -> FetchReport:
    return store.fetches(source_id, 1)[0]


def test_every_entry_becomes_one_article(store: Store) -> None:
    done = run_collect(store, all_good())
    assert (done.sources, done.failed, done.entries, done.new) == (4, 0, 48, 48)
    assert len(stored(store)) == 48


def test_a_second_run_over_the_same_answers_stores_nothing(store: Store) -> None:
    run_collect(store, all_good())
    before = stored(store)
    done = run_collect(store, all_good(), at=NOW + timedelta(minutes=10))
    assert (done.entries, done.new) == (48, 0)
    assert stored(store) == before


def test_failures_stay_with_their_source(store: Store) -> None:
    answers = all_good()
    answers["s0"] = FetchFailed(FetchError("s0", "거절됨", "refused", status=403), 0.2)
    answers["s1"] = fetched(SOURCES[1], b"<html><body>404 Not Found</body></html>")
    answers["s2"] = NotModified(seconds=0.1, etag='"2"', last_modified="", status=304)
    done = run_collect(store, answers)
    assert (done.sources, done.failed, done.unchanged, done.new) == (4, 2, 1, 12)
    assert last(store, "s0").status == 403
    assert last(store, "s0").text("ko") == "거절됨"
    assert last(store, "s0").text("en") == "refused"
    assert last(store, "s1").outcome is FetchOutcome.FAILED
    assert last(store, "s2").outcome is FetchOutcome.UNCHANGED
    assert last(store, "s3").new == 12


def test_a_reader_that_breaks_is_contained(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read = reading.read_feed

    def breaking(body: bytes, content_type: str, source: Source, *more: Any) -> Any:
        if source.id == "s1":
            raise RuntimeError("a defect of ours")
        return read(body, content_type, source, *more)

    monkeypatch.setattr(reading, "read_feed", breaking)
    done = run_collect(store, all_good())
    assert (done.failed, done.new) == (1, 36)
    assert "RuntimeError" in last(store, "s1").text("en")


def test_an_unreadable_answer_is_asked_for_again(store: Store) -> None:
    run_collect(store, all_good())
    before = store.feed_states()["s0"]
    run_collect(store, all_good() | {"s0": fetched(SOURCES[0], b"{}")})
    assert store.feed_states()["s0"] == before


def test_a_server_that_asks_us_to_wait_is_left_alone(store: Store) -> None:
    busy = FetchFailed(FetchError("s0", "바쁨", "busy", status=429, retry_after=3600), 0.1)
    run_collect(store, all_good() | {"s0": busy})
    done = run_collect(store, all_good(), at=NOW + timedelta(minutes=10))
    assert (done.sources, done.waiting, done.known, done.failing) == (3, 1, 4, 1)
    assert len(store.fetches("s0")) == 1, "a visit that did not take place is not in the log"
    done = run_collect(store, all_good(), at=NOW + timedelta(minutes=61))
    assert (done.sources, last(store, "s0").new) == (4, 12)


def test_disabled_sources_are_not_asked(store: Store) -> None:
    asked: list[str] = []

    def fetch(
        wanted: Sequence[tuple[Source, FeedState]],
    ) -> Iterator[tuple[Source, FetchResult]]:
        asked.extend(source.id for source, _ in wanted)
        return iter(())

    off = replace(SOURCES[0], enabled=False)
    collect(store, [off, SOURCES[1]], fetch, Serial(), lambda: NOW, store.start_run(NOW))
    assert asked == ["s1"]


def test_a_store_that_fails_ends_the_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise StoreError("news.db", "디스크가 가득 찼습니다.", "the disk is full.")

    monkeypatch.setattr(type(store), "add_articles", full)
    with pytest.raises(StoreError):
        run_collect(store, all_good())


def run_process(store: Store, executor: Executor, scope: TagScope = TagScope.NEW) -> Any:
    return process(store, CONFIG.tagger, executor, lambda: NOW, scope)


@pytest.mark.parametrize("executor", [Reversed(), Processes(2)], ids=["reversed", "processes"])
def test_executors_can_be_swapped(
    tmp_path: Path, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same articles, collected and tagged in another order and place: the same store."""
    monkeypatch.setattr(pipeline, "BATCH", 7)
    results = []
    for name, chosen in (("serial", Serial()), ("other", executor)):
        store = open_store(str(tmp_path / f"{name}.db"))
        save_configuration(store, replace(CONFIG, sources=SOURCES))
        run_collect(store, all_good(), chosen)
        done = run_process(store, chosen)
        results.append((done, stored(store), store.company_counts(ArticleFilter())))
        store.close()
    assert results[0] == results[1]
    assert results[0][0].tagged == 48
    assert results[0][0].mentions >= 96


def test_tags_find_the_companies(store: Store) -> None:
    run_collect(store, all_good(1))
    assert run_process(store, Serial()).relevant == 4
    mentioned = {
        count.company_id: count.articles for count in store.company_counts(ArticleFilter())
    }
    assert mentioned == {"sk-hynix": 4, "nvidia": 4}


def test_processing_again_changes_nothing(store: Store) -> None:
    run_collect(store, all_good())
    run_process(store, Serial())
    before = stored(store)
    assert run_process(store, Serial()).tagged == 0
    assert run_process(store, Serial(), TagScope.ALL).tagged == 48
    assert stored(store) == before


def test_an_article_that_cannot_be_tagged_is_unrated_and_does_not_stop_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = pipeline.tag_batch

    def poisoned(spec: Any, articles: Sequence[Any]) -> list[Any]:
        return [
            TagFailure(result.article_id, spec.version, "poison")
            if article.url == "https://s0.example/view?idxno=0"
            else result
            for article, result in zip(articles, tag(spec, articles), strict=True)
        ]

    monkeypatch.setattr(pipeline, "tag_batch", poisoned)
    run_collect(store, all_good())
    done = run_process(store, Serial())
    assert (done.tagged, done.failures) == (47, 1)
    assert store.counts(ArticleFilter()).articles == 47
    assert run_process(store, Serial()).failures == 0, "a poison article is not retried for ever"


def test_the_order_of_collection_does_not_matter(tmp_path: Path) -> None:
    contents = []
    for name, order in (("ab", SOURCES), ("ba", SOURCES[::-1])):
        store = open_store(str(tmp_path / f"{name}.db"))
        for source in order:
            run_id = store.start_run(NOW)
            collect(store, [source], answering(all_good()), Serial(), lambda: NOW, run_id)
        process(store, CONFIG.tagger, Serial(), lambda: NOW)
        contents.append(stored(store))
        store.close()
    assert contents[0] == contents[1]


def test_a_feed_that_is_not_due_is_left_alone_and_leaves_no_trace(store: Store) -> None:
    """Only after its first day, when its pace is known; an order to ask all asks all."""
    adaptive = Timetable(adaptive=True)
    asked: list[int] = []

    def run(hours: float, timetable: Timetable = adaptive) -> Collected:
        at = NOW + timedelta(hours=hours)
        run_id = store.start_run(at)
        done = collect(
            store, SOURCES, answering(all_good()), Serial(), lambda: at, run_id, timetable=timetable
        )
        asked.append(done.sources)
        return done

    run(0)
    run(0.1)
    run(27)
    waiting = run(27.5)
    assert (waiting.waiting, waiting.known, waiting.failing) == (4, 4, 0)
    run(27.6, replace(adaptive, everyone=True))
    assert asked == [4, 4, 4, 0, 4]
    assert len(store.fetches("s0")) == 4
    assert all(s.next_visit_at for s in store.sources(NOW))
    now = NOW + timedelta(hours=28.5)
    assert [gap for gap in store.gaps(NOW, now) if gap.start_at >= NOW + timedelta(hours=27)] == []


def test_a_retired_source_is_not_asked_and_does_not_count(store: Store) -> None:
    gone = FetchFailed(FetchError("s0", "없음", "gone", status=410), 0.1)
    for hours in (0, 12, 25):
        done = run_collect(store, all_good() | {"s0": gone}, at=NOW + timedelta(hours=hours))
        assert (done.known, done.failing) == (4, 1)
    done = run_collect(store, all_good(), at=NOW + timedelta(hours=26))
    assert (done.sources, done.known, done.failing) == (3, 3, 0)


def test_failures_of_feeds_that_are_not_due_still_count(store: Store) -> None:
    """Otherwise a run that asks one broken feed would say that half of them failed."""
    slow = [replace(source, interval_minutes=600) for source in SOURCES]
    slow[0] = replace(slow[0], interval_minutes=1)
    busy = FetchFailed(FetchError("s0", "바쁨", "busy", status=500), 0.1)
    store.save_sources(slow)
    for minutes in (0, 30):
        at = NOW + timedelta(minutes=minutes)
        done = collect(
            store,
            slow,
            answering(all_good() | {"s0": busy}),
            Serial(),
            lambda at=at: at,  # type: ignore[misc]
            store.start_run(at),
        )
    assert (done.sources, done.failed, done.known, done.failing) == (1, 1, 4, 1)
