"""A full disk, a locked database, a clock that jumps, a network that goes: nothing is lost or doubled.

For kill -9 see test_kill.py. In each case what was stored is whole, source by source, and the next
run ends at what an undisturbed one would have stored.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from db.connect import open_store as open_url
from db.errors import FetchError, StoreError, StoreLocked
from db.model import FeedState, FetchOutcome, Source
from db.query import ArticleFilter
from db.sqlite import open_store
from db.sqlite.store import SqliteStore
from ingest.collect import reading
from ingest.collect.fetch import FetchFailed, FetchLimits, FetchResult, fetch_all
from ingest.executors import Executor, Serial
from ingest.pipeline import Collected, Fetch, collect
from tests.feed_server import FeedServer, Reply, item, rss, running

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
EVERYTHING = ArticleFilter(include_irrelevant=True)
FEEDS, ENTRIES = 6, 20
FETCH = partial(fetch_all, limits=FetchLimits("test", allow_private=True, timeout=30.0))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running() as server:
        yield server


@pytest.fixture
def sources(server: FeedServer) -> list[Source]:
    return [
        Source(f"s{n}", "가온일보", server.serve_with_etag(f"/{n}", body(n))) for n in range(FEEDS)
    ]


def body(feed: int, first: int = 0) -> bytes:
    numbers = range(feed * 1000 + first, feed * 1000 + first + ENTRIES)
    return rss(*(item(number) for number in numbers))


@pytest.fixture
def store(tmp_path: Path, sources: list[Source]) -> Iterator[SqliteStore]:
    with closing(open_store(str(tmp_path / "news.db"), read_only=False, timeout=0.05)) as store:
        store.save_sources(sources)
        yield store


def run(
    store: SqliteStore,
    sources: Sequence[Source],
    at: datetime = NOW,
    fetch: Fetch = FETCH,
    executor: Executor | None = None,
) -> Collected:
    run_id = store.start_run(at)
    return collect(store, sources, fetch, executor or Serial(), lambda: at, run_id)


def contents(store: SqliteStore) -> list[Any]:
    """Everything that does not depend on when it was seen."""
    return sorted(
        repr(replace(detail.card, first_seen_at=NOW)) for detail in store.export(EVERYTHING)
    )


def undisturbed(tmp_path: Path, sources: Sequence[Source]) -> list[Any]:
    with closing(open_store(str(tmp_path / "calm.db"), read_only=False)) as calm:
        calm.save_sources(list(sources))
        run(calm, sources)
        return contents(calm)


def is_whole(store: SqliteStore) -> bool:
    """Consistent, and of each source either all or nothing."""
    counts = {status.articles for status in store.sources(NOW)}
    return store.check() == [] and counts <= {0, ENTRIES}


@pytest.mark.parametrize("spare", [1, 5, 12])
def test_a_full_disk(tmp_path: Path, store: SqliteStore, sources: list[Source], spare: int) -> None:
    with store._connections.write_tx() as connection:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {used + spare}")
    with pytest.raises(StoreError, match="disk is full"):
        run(store, sources)
    assert is_whole(store)
    survived = set(contents(store))
    store.close()  # the limit belonged to that connection
    run(store, sources)
    assert survived <= set(contents(store))
    assert contents(store) == undisturbed(tmp_path, sources)


def test_a_program_that_may_write_no_more(tmp_path: Path, sources: list[Source]) -> None:
    """The same through the command line: one sentence, and the exit code of the database."""
    config = tmp_path / "config"
    config.mkdir()
    feeds = (f'[[feed]]\nid = "{s.id}"\noutlet = "{s.outlet}"\nurl = "{s.url}"\n' for s in sources)
    (config / "feeds.toml").write_text("".join(feeds), "utf-8")
    (config / "chipwatch.toml").write_text("[collect]\nallow_private_addresses = true\n", "utf-8")
    path = tmp_path / "cli.db"
    environment = os.environ | {
        "CHIPWATCH_DB": str(path),
        "CHIPWATCH_CONFIG": str(config),
        "CHIPWATCH_LANG": "en",
    }

    def chipwatch(*limits: str) -> subprocess.CompletedProcess[str]:
        script = "; ".join([*limits, f'exec "{sys.executable}" -m ingest collect --quiet'])
        return subprocess.run(
            ["sh", "-c", script],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    # 512-byte blocks: enough for the empty database, too little for what comes
    limited = chipwatch("ulimit -f 700")
    assert limited.returncode == 3
    assert limited.stderr.strip().count("\n") == 0
    assert "Traceback" not in limited.stderr
    assert chipwatch().returncode == 0
    with closing(open_url(str(path))) as store:
        assert store.check() == []
        assert store.info().articles == FEEDS * ENTRIES


def test_a_database_that_another_program_holds_too_long(
    tmp_path: Path, store: SqliteStore, sources: list[Source]
) -> None:
    taken = 0

    def fetch(
        wanted: Sequence[tuple[Source, FeedState]],
    ) -> Iterator[tuple[Source, FetchResult]]:
        nonlocal taken
        for found in FETCH(wanted):
            taken += 1
            if taken == 3:
                other.execute("BEGIN IMMEDIATE")
            yield found

    with closing(sqlite3.connect(tmp_path / "news.db", isolation_level=None)) as other:
        with pytest.raises(StoreLocked):
            run(store, sources, fetch=fetch)
        other.execute("ROLLBACK")
    assert is_whole(store)
    assert store.info().articles == 2 * ENTRIES
    run(store, sources)
    assert contents(store) == undisturbed(tmp_path, sources)


def test_a_database_that_another_program_lets_go_in_time(
    tmp_path: Path, sources: list[Source]
) -> None:
    path = tmp_path / "news.db"
    with (
        closing(open_store(str(path), read_only=False, timeout=60.0)) as store,
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        store.save_sources(sources)
        run_id = store.start_run(NOW)
        other.execute("BEGIN IMMEDIATE")
        asked = threading.Event()

        def fetch(
            wanted: Sequence[tuple[Source, FeedState]],
        ) -> Iterator[tuple[Source, FetchResult]]:
            for found in FETCH(wanted):
                yield found
                asked.set()

        def let_go() -> None:
            asked.wait()
            other.execute("ROLLBACK")

        helper = threading.Thread(target=let_go)
        helper.start()
        collect(store, sources, fetch, _Eager(), lambda: NOW, run_id)
        helper.join()
        assert contents(store) == undisturbed(tmp_path, sources)


class _Eager:
    """Takes all tasks before it does the first."""

    def map(self, function: Any, tasks: Any) -> Iterator[Any]:
        return map(function, list(tasks))


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=-1), timedelta(days=400)])
def test_a_clock_that_jumps(
    server: FeedServer, store: SqliteStore, sources: list[Source], jump: timedelta
) -> None:
    run(store, sources)
    before = contents(store)
    server.serve("/0", body(0, first=5))
    done = run(store, sources, at=NOW + jump)
    assert (done.failed, done.new) == (0, 5)
    assert set(before) <= set(contents(store))
    server.serve("/1", body(1, first=5))
    assert run(store, sources, at=NOW + timedelta(minutes=10)).new == 5
    assert run(store, sources, at=NOW + timedelta(minutes=20)).new == 0
    assert store.info().articles == FEEDS * ENTRIES + 10
    assert store.check() == []


def test_a_source_is_not_silenced_by_a_clock_that_was_wrong(
    store: SqliteStore, sources: list[Source]
) -> None:
    def busy(
        wanted: Sequence[tuple[Source, FeedState]],
    ) -> Iterator[tuple[Source, FetchResult]]:
        for source, _ in wanted:
            error = FetchError(source.id, "바쁨", "busy", status=503, retry_after=3600)
            yield source, FetchFailed(error, 0.1)

    run(store, sources, at=NOW + timedelta(days=3650), fetch=busy)
    assert run(store, sources).new == FEEDS * ENTRIES


def test_a_network_that_goes_in_the_middle(
    tmp_path: Path, server: FeedServer, store: SqliteStore, sources: list[Source]
) -> None:
    whole = dict(server.routes)
    for number in range(0, FEEDS, 2):
        half = body(number)[:2000]
        server.routes[f"/{number}"] = Reply(half, length=len(body(number)))
    done = run(store, sources, executor=reading.isolated())
    assert (done.failed, done.new) == (3, 3 * ENTRIES)
    assert is_whole(store)
    gone = [replace(source, url="http://127.0.0.1:9/") for source in sources]
    assert run(store, gone).failed == FEEDS
    assert store.info().articles == 3 * ENTRIES
    server.routes = whole
    done = run(store, sources, executor=reading.isolated())
    assert (done.failed, done.unchanged, done.new) == (0, 3, 3 * ENTRIES)
    assert contents(store) == undisturbed(tmp_path, sources)


def test_the_same_answers_again_store_nothing(
    server: FeedServer, store: SqliteStore, sources: list[Source]
) -> None:
    run(store, sources, executor=reading.isolated())
    before = contents(store)
    done = run(store, sources, at=NOW + timedelta(hours=1), executor=reading.isolated())
    assert (done.unchanged, done.new) == (FEEDS, 0)
    for number in range(FEEDS):  # without ETag, and with another build date
        changed = body(number).replace(b"<item>", b"<lastBuildDate>x</lastBuildDate><item>", 1)
        server.serve(f"/{number}", changed)
    done = run(store, sources, at=NOW + timedelta(hours=2), executor=reading.isolated())
    assert done.new == 0
    assert contents(store) == before
    assert all(
        store.fetches(source.id, 1)[0].outcome is not FetchOutcome.FAILED for source in sources
    )


def test_the_order_of_sources_does_not_matter(tmp_path: Path, sources: list[Source]) -> None:
    found = []
    for name, order in (("ab", sources), ("ba", sources[::-1])):
        with closing(open_store(str(tmp_path / f"{name}.db"), read_only=False)) as store:
            store.save_sources(sources)
            for source in order:
                run(store, [source])
            found.append(contents(store))
    assert found[0] == found[1]
