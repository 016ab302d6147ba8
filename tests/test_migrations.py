"""The schema from one version to the next: nothing is lost, nobody is surprised."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from db.errors import StoreError, StoreOutdated, StoreTooNew
from db.health import OUTAGES, Health
from db.model import Correction, CorrectionKind, Tone
from db.query import ArticleFilter
from db.sqlite import SqliteStore, migrations, open_store
from db.sqlite import connection as connections
from tests.newsroom import NOON, article, collect, mention, opened, quote, tags


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with opened(tmp_path) as store:
        item = article(body="본문")
        collect(store, item)
        store.save_tags([tags(item, mention("hanbit", Tone.POSITIVE))], NOON)
        store.assign_stories()
    return tmp_path / "chipwatch.db"


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[Migrations]:
    """As if a later chipwatch had one more step."""
    later = Migrations(migrations.MIGRATIONS.name)

    for module in migrations.STEPS:
        later()(migrations.step(module))

    @later()
    def m999_notes(db: Database) -> None:
        db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")
        db.execute("INSERT INTO notes SELECT id, public_id FROM articles")

    for holder in (migrations, connections):
        monkeypatch.setattr(holder, "MIGRATIONS", later)
    yield later
    monkeypatch.undo()


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: sorted(map(tuple, connection.execute(f"SELECT * FROM {name}")), key=repr)
            for name in names
            if name not in ("notes", "_sqlite_migrations")
        }


def test_a_writer_migrates_and_keeps_everything(path: Path, next_version: Migrations) -> None:
    before = content(path)
    with pytest.raises(StoreOutdated):
        open_store(str(path), read_only=True)
    with closing(open_store(str(path), read_only=False)) as store:
        assert store.info().schema_version == "m999_notes"
        assert store.counts(ArticleFilter(companies=("hanbit",))).tones == {Tone.POSITIVE: 1}
        assert store.check() == []
    assert content(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert len(connection.execute("SELECT * FROM notes").fetchall()) == 1


@pytest.fixture
def first_version(path: Path, tmp_path: Path) -> Path:
    """The same content in a database that knows the first step only."""
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as connection:
        database = Database(connection)
        migrations.MIGRATIONS.apply(database, stop_before="m002_quotations")
        connection.execute("ATTACH ? AS new", (str(path),))
        tables = "SELECT name FROM main.sqlite_master WHERE type = 'table'"
        for (table,) in connection.execute(tables).fetchall():
            # the search index holds its rows in tables of its own
            if table in ("search", "_sqlite_migrations") or table.startswith("sqlite_"):
                continue
            rows = connection.execute(f"PRAGMA main.table_info({table})").fetchall()
            columns = ", ".join(f'"{row[1]}"' for row in rows)
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"
            )
        connection.commit()
    return old


def test_the_first_version_gains_quotations_and_corrections(
    path: Path, first_version: Path
) -> None:
    item = article(body="본문")
    with pytest.raises(StoreOutdated):
        open_store(str(first_version), read_only=True)
    with pytest.raises(StoreOutdated):
        open_store(str(first_version), read_only=False, desk=True)
    assert "quotes" not in content(first_version)
    with closing(open_store(str(first_version), read_only=False)) as store:
        assert content(first_version) == content(path)
        assert store.check() == []
        detail = open_store(str(path), read_only=True).article(item.id)
        assert store.article(item.id) == detail
        assert (detail.quotes, detail.summary_spans, detail.corrections) == ((), (), ())
        assert not detail.card.corrected
        # what is there can be corrected, what comes can be quoted
        number = store.correct(
            Correction(item.id, CorrectionKind.TONE, "hanbit", tone=Tone.NEGATIVE), NOON
        )
        assert store.counts(ArticleFilter(companies=("hanbit",))).tones == {Tone.NEGATIVE: 1}
        store.undo_correction(number, NOON)
        assert store.article(item.id) == detail
        said = tags(item, mention("hanbit"), quotes=(quote("제목에서", "title"),))
        store.save_tags([said], NOON)
        assert store.article(item.id).quotes == said.quotes
        assert [card.id for card in store.cards(ArticleFilter(query="본문")).cards] == [item.id]
        assert store.check() == []


def test_a_step_that_fails_changes_nothing(path: Path, next_version: Migrations) -> None:
    @next_version()
    def m9999_broken(db: Database) -> None:
        db.execute("DELETE FROM articles_that_never_were")

    before = content(path)
    for _ in range(2):
        with pytest.raises(StoreError):
            open_store(str(path), read_only=False)
    assert content(path) == before
    with closing(sqlite3.connect(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "notes" not in tables


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_database_is_left_alone(path: Path, read_only: bool) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('chipwatch', 'm999_from_the_future', '2030-01-01')"
        )
    with pytest.raises(StoreTooNew):
        open_store(str(path), read_only=read_only)


def test_a_reader_notices_a_migration_under_its_feet(path: Path) -> None:
    reader = open_store(str(path), read_only=True)
    test_a_newer_database_is_left_alone(path, True)
    with pytest.raises(StoreTooNew):
        reader.counts(ArticleFilter())


def test_many_writers_may_come_first(tmp_path: Path) -> None:
    """Only one of them makes the schema; the others find it made."""
    opened_stores: list[SqliteStore] = []
    failures: list[BaseException] = []
    start = threading.Barrier(8)

    def come() -> None:
        start.wait()
        try:
            opened_stores.append(open_store(str(tmp_path / "chipwatch.db"), read_only=False))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in opened_stores:
        store.close()
    assert failures == []
    assert len(opened_stores) == 8


def test_tables_are_strict_and_keys_are_kept(path: Path) -> None:
    with closing(open_store(str(path), read_only=False)) as store:
        with store._connections.write_tx() as connection:
            loose = [
                row["name"]
                for row in connection.execute("PRAGMA table_list")
                if row["type"] == "table"
                and row["schema"] == "main"
                and not row["strict"]
                and not row["name"].startswith(("sqlite_", "_sqlite_"))
            ]
            assert loose == []
            assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        with pytest.raises(StoreError), store._connections.write_tx() as connection:
            connection.execute("INSERT INTO bodies VALUES (999, '', '')")


def test_each_query_of_a_list_uses_an_index(path: Path) -> None:
    """No list and no chart of the usual filters reads a table from end to end."""
    seen: list[str] = []
    with closing(sqlite3.connect(path)) as connection:
        for sql in (
            """SELECT id FROM articles x WHERE x.relevant = 1
                ORDER BY x.published_at DESC, x.public_id DESC LIMIT 20""",
            """SELECT article FROM mentions x WHERE x.company = 1 AND x.relevant = 1
                AND x.published_at > 0 ORDER BY x.published_at DESC LIMIT 20""",
            "SELECT SUM(articles) FROM daily_companies WHERE company = 0 AND day BETWEEN 1 AND 9",
        ):
            seen += [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert all(step.startswith("SEARCH") for step in seen), seen


def test_health_is_learned_from_the_old_log(first_version: Path) -> None:
    """Outages that the log still knows become gaps; what lasts is known as such."""
    visits = [
        *((0, "ok", 200), (1, "failed", 403), (2, "failed", 403), (3, "failed", None)),
        *((6, "unchanged", 304), (7, "failed", 500), (8, "failed", 500), (9, "ok", 200)),
        *((10, "skipped", None), (11, "failed", 500), (12, "failed", 500), (13, "failed", 500)),
    ]
    start = int(NOON.timestamp())
    with closing(sqlite3.connect(first_version)) as connection:
        (source,) = connection.execute("SELECT id FROM sources WHERE slug = 'beta'").fetchone()
        connection.executemany(
            "INSERT INTO fetches (source, run, fetched_at, outcome, status, entries, new, rejected,"
            " seconds, message, message_en) VALUES (?, 1, ?, ?, ?, 0, 0, 0, 0, '', '')",
            [(source, start + 3600 * hour, outcome, status) for hour, outcome, status in visits],
        )
        connection.execute(
            "INSERT INTO feeds VALUES (?, '', '', '', NULL, ?, ?, 3, 'failed', 500, '', '', NULL)",
            (source, start + 3600 * 13, start + 3600 * 9),
        )
        connection.commit()
    hour = timedelta(hours=1)
    with closing(open_store(str(first_version), read_only=False)) as store:
        found = store.gaps(NOON, NOON + 14 * hour, ("나루신문",))
        assert [
            (gap.health, (gap.start_at - NOON) / hour, gap.end_at and (gap.end_at - NOON) / hour)
            for gap in found
            if gap.health in OUTAGES
        ] == [(Health.BLOCKED, 0, 6), (Health.FAILING, 9, None)]
        status = next(s for s in store.sources(NOON) if s.source.id == "beta")
        assert status.first_fetch_at == NOON
        assert status.failing_since_at == NOON + 11 * hour
