"""Runs, visits, health; the file itself: checks, copies, threads."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from db.errors import StoreError
from db.model import (
    FeedState,
    FetchOutcome,
    FetchReport,
    RunReport,
    RunState,
    Source,
)
from db.query import ArticleFilter, HealthBucket
from db.sqlite import SqliteStore, care, open_store
from tests.newsroom import (
    NOON,
    SOURCES,
    VERSION,
    article,
    collect,
    mention,
    opened,
    tags,
)

ROOT = Path(__file__).parent.parent
EVERYTHING = ArticleFilter(include_irrelevant=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def titles(store: SqliteStore, wanted: ArticleFilter = EVERYTHING) -> list[str]:
    return [card.title for card in store.cards(wanted, limit=100).cards]


def visit(store: SqliteStore, outcome: FetchOutcome, minute: int, **changes: object) -> None:
    run = store.start_run(NOON)
    at = NOON + timedelta(minutes=minute)
    report = FetchReport("alpha", at, outcome, **changes)  # type: ignore[arg-type]
    state = FeedState("etag", "modified", "hash", at + timedelta(hours=1))
    store.add_articles([], report, state, run)


def test_the_health_of_a_source(store: SqliteStore) -> None:
    def status() -> tuple[datetime | None, datetime | None, int, FetchOutcome | None]:
        found = next(s for s in store.sources(NOON) if s.source.id == "alpha")
        return found.last_fetch_at, found.last_success_at, found.failures_in_row, found.last_outcome

    assert status() == (None, None, 0, None)
    visit(store, FetchOutcome.OK, 0, newest_at=NOON)
    visit(store, FetchOutcome.FAILED, 10, status=500, message="오류", message_en="error")
    visit(store, FetchOutcome.FAILED, 20)
    visit(store, FetchOutcome.SKIPPED, 30)
    assert status() == (NOON + timedelta(minutes=20), NOON, 2, FetchOutcome.SKIPPED)
    visit(store, FetchOutcome.EMPTY, 40)
    assert status()[1:3] == (NOON, 0)
    visit(store, FetchOutcome.UNCHANGED, 50, newest_at=NOON - timedelta(days=1))
    assert status()[1] == NOON + timedelta(minutes=50)
    found = next(s for s in store.sources(NOON) if s.source.id == "alpha")
    assert found.newest_at == NOON
    assert store.feed_states() == {
        "alpha": FeedState("etag", "modified", "hash", NOON + timedelta(minutes=110))
    }
    visits = store.fetches("alpha", 5)
    assert [v.fetched_at.minute for v in visits] == [50, 40, 30, 20, 10]
    assert (visits[-1].status, visits[-1].message, visits[-1].message_en) == (500, "오류", "error")
    assert store.health(NOON + timedelta(minutes=5), timedelta(minutes=30)) == [
        HealthBucket("alpha", NOON + timedelta(minutes=5), ok=0, failed=2),
        HealthBucket("alpha", NOON + timedelta(minutes=35), ok=2, failed=0),
    ]


def test_sources_are_those_of_the_last_run(store: SqliteStore) -> None:
    collect(store, article(1), article(2, first_seen_at=NOON - timedelta(hours=25)))
    assert [s.source.id for s in store.sources(NOON)] == ["gamma", "alpha", "beta"]
    (alpha,) = [s for s in store.sources(NOON + timedelta(hours=1)) if s.source.id == "alpha"]
    assert (alpha.source, alpha.articles, alpha.articles_24h) == (SOURCES[0], 2, 1)
    moved = Source("beta", "나루신문", "https://beta.example/new", enabled=False, aggregator=True)
    store.save_sources([moved])
    assert [s.source for s in store.sources(NOON)] == [moved]
    assert len(titles(store)) == 2
    store.save_sources(SOURCES)
    assert [s.articles for s in store.sources(NOON)] == [0, 2, 0]


def test_runs_and_the_revision(store: SqliteStore) -> None:
    first = store.start_run(NOON)
    before = store.revision()
    assert store.revision() == before
    done = RunReport(
        first, NOON, RunState.DONE, NOON + timedelta(minutes=1), 3, 1, 40, 5, 5, 4, 1, VERSION
    )
    store.finish_run(done)
    finished = store.revision()
    assert finished != before
    killed = store.start_run(NOON + timedelta(hours=1))
    assert store.revision() == finished
    last = store.start_run(NOON + timedelta(hours=2))
    # what the killed run stored becomes visible with the repair
    assert store.revision() != finished
    assert store.runs(2) == [
        RunReport(last, NOON + timedelta(hours=2)),
        RunReport(killed, NOON + timedelta(hours=1), RunState.INTERRUPTED),
    ]
    assert store.runs()[2] == done
    with pytest.raises(ValueError, match="run"):
        store.finish_run(replace(done, id=99))


def test_info(store: SqliteStore, tmp_path: Path) -> None:
    given = [article(n, published_at=NOON + timedelta(days=n)) for n in range(4)]
    collect(store, *given)
    store.save_tags([tags(given[0]), tags(given[1], relevant=False)], NOON)
    store.save_tags([tags(given[2], version="v2")], NOON + timedelta(hours=1))
    info = store.info()
    assert (info.articles, info.relevant, info.untagged, info.outdated) == (4, 2, 1, 2)
    assert (info.tagger_version, info.sample) == ("v2", False)
    assert (info.first_day, info.last_day) == (date(2026, 3, 4), date(2026, 3, 6))
    assert info.url.endswith("chipwatch.db")
    assert info.size_bytes > 0
    revision = store.revision()
    store.mark_sample()
    assert store.info().sample
    assert store.revision() != revision


def test_a_backup_is_complete_and_never_overwrites(store: SqliteStore, tmp_path: Path) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, mention("hanbit"))], NOON)
    target = tmp_path / "copies" / "copy.db"
    with pytest.raises(StoreError):
        store.backup(target)
    target.parent.mkdir()
    store.backup(target)
    copy = open_store(str(target), read_only=True)
    assert copy.counts(ArticleFilter()) == store.counts(ArticleFilter())
    assert copy.revision() != store.revision()
    with pytest.raises(StoreError, match="not overwritten") as caught:
        store.backup(target)
    assert caught.value.subject == str(target)
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]


def test_a_backup_where_files_cannot_be_linked(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, other: Path) -> None:
        raise OSError("no links on this file system")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    collect(store, article())
    store.backup(tmp_path / "copy.db")
    assert open_store(str(tmp_path / "copy.db"), read_only=True).info().articles == 1


def test_a_backup_that_somebody_else_was_quicker_with(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.db"

    def intrude(connection: object, part: Path, **_: object) -> None:
        target.write_text("theirs", "utf-8")

    monkeypatch.setattr(care, "_fill", intrude)
    with pytest.raises(StoreError):
        store.backup(target)
    assert target.read_text("utf-8") == "theirs"


def test_a_restored_file_is_another_revision_and_is_written_to(
    store: SqliteStore, tmp_path: Path
) -> None:
    collect(store, article(1))
    store.backup(tmp_path / "copy.db")
    collect(store, article(2))
    before = store.revision()
    for name in ("chipwatch.db-wal", "chipwatch.db-shm"):
        (tmp_path / name).unlink()
    shutil.copy(tmp_path / "copy.db", tmp_path / "restored.db")
    (tmp_path / "restored.db").replace(tmp_path / "chipwatch.db")
    assert store.revision() != before
    collect(store, article(3))
    reader = open_store(str(tmp_path / "chipwatch.db"), read_only=True)
    assert reader.info().articles == 2


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        ("UPDATE daily_companies SET articles = articles + 1", "daily_companies"),
        ("DELETE FROM daily_outlets", "daily_outlets"),
        ("UPDATE daily_stories SET match_day = match_day + 1", "daily_stories"),
        ("INSERT INTO search (rowid, title, text) VALUES (99, 'x', 'y')", "search"),
        ("UPDATE sources SET articles = 7", "articles of a source"),
        ("UPDATE mentions SET outlet = 77", "mentions"),
        ("UPDATE stories SET articles = 5", "stories"),
        ("DELETE FROM bodies", "without content"),
        ("PRAGMA foreign_keys = OFF; UPDATE articles SET tagger = 99", "points to nothing"),
    ],
)
def test_a_check_finds_what_does_not_fit(
    store: SqliteStore, tmp_path: Path, damage: str, table: str
) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, mention("hanbit"), topics=("hbm",))], NOON)
    store.assign_stories()
    assert store.check() == []
    with closing(sqlite3.connect(tmp_path / "chipwatch.db")) as connection:
        connection.executescript(damage)
        connection.commit()
    assert any(table in problem for problem in store.check())


@pytest.mark.parametrize("shared", [True, False], ids=["one store", "a store each"])
def test_writers_wait_for_each_other_and_readers_for_nobody(
    store: SqliteStore, tmp_path: Path, shared: bool
) -> None:
    failures: list[BaseException] = []
    path = str(tmp_path / "chipwatch.db")
    own = [store if shared else open_store(path, read_only=False, timeout=10) for _ in range(4)]

    def work(start: int, store: SqliteStore) -> None:
        try:
            for number in range(start, start + 20):
                item = article(number, published_at=NOON + timedelta(hours=number))
                store.import_articles([item])
                store.save_tags([tags(item, mention("hanbit"))], NOON)
                counts = store.counts(ArticleFilter())
                assert sum(counts.tones.values()) == counts.articles
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(100 * n, own[n])) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in own:
        one.close()
    assert failures == []
    assert store.counts(ArticleFilter()).articles == 80
    assert store.check() == []


def test_an_export_keeps_its_snapshot(store: SqliteStore) -> None:
    collect(store, *(article(n) for n in range(600)))
    rows = store.export(EVERYTHING)
    next(rows)
    collect(store, article(700))
    assert len(list(rows)) == 599
    before = open_files()
    started = store.export(EVERYTHING)
    next(started)
    started.close()  # type: ignore[attr-defined]
    assert open_files() == before


def open_files() -> int:
    """How many files this process holds open; 0 where that cannot be known."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


ENDLESS = """
import sys
from datetime import timedelta
from itertools import count
from db.sqlite import open_store
from tests.newsroom import NOON, article, collect, mention, tags

store = open_store(sys.argv[1], read_only=False)
for number in count(store.info().articles):
    item = article(number, published_at=NOON + timedelta(hours=number))
    collect(store, item)
    print(number, flush=True)
    store.save_tags([tags(item, mention("hanbit"), fingerprint=(number, 1, 2, 3))], NOON)
    store.assign_stories()
"""


def test_a_killed_writer_leaves_nothing_to_repair(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "chipwatch.db"
    kept = 0
    for lines in (1, 4, 9):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(path)], stdout=subprocess.PIPE, cwd=ROOT
        ) as writer:
            assert writer.stdout is not None
            numbers = [int(writer.stdout.readline()) for _ in range(lines)]
            writer.kill()
        assert numbers[0] >= kept
        # what was said to be stored is stored
        kept = store.info().articles
        assert kept > numbers[-1]
        assert store.check() == []
    store.start_run(NOON)
    assert {run.state for run in store.runs(100)[1:]} == {RunState.INTERRUPTED}
