"""The SQLite backend: `db.store.Store` in one file, with no server.

This module is the entry and the list of methods; what they do stands in the modules beside it:

    connection  connections, the one write helper, errors    migrations  the schema
    values      our values ↔ columns                         filter      an ArticleFilter as SQL
    intake      storing and re-reading articles              tags, rollups, stories, names
    stored      tags as they are stored                      corrections, overruled
    log         runs, visits, health                         counts, cards, care
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, overload

from db.corrections import require_valid
from db.errors import StoreCorrupt
from db.model import (
    Article,
    Company,
    Correction,
    FeedState,
    FetchReport,
    RunReport,
    Source,
    TagResult,
    TagScope,
    Topic,
)
from db.query import (
    ArticleCard,
    ArticleDetail,
    ArticleFilter,
    CardPage,
    CompanyCount,
    Counts,
    HealthBucket,
    KeyCount,
    Sort,
    SourceStatus,
    Split,
    Step,
    StoreInfo,
    TimelinePoint,
)
from db.sqlite import cards, care, corrections, counts, intake, log, names, stories, tags
from db.sqlite.connection import TIMEOUT, Connections
from db.sqlite.values import change_revision, to_seconds

ENGINE = f"SQLite {sqlite3.sqlite_version}"

_DUE_BATCH = 500


@overload
def open_store(
    location: str, *, read_only: Literal[True], timeout: float = TIMEOUT
) -> SqliteReadStore: ...
@overload
def open_store(
    location: str, *, read_only: Literal[False], desk: Literal[True], timeout: float = TIMEOUT
) -> SqliteDesk: ...
@overload
def open_store(
    location: str, *, read_only: Literal[False], timeout: float = TIMEOUT
) -> SqliteStore: ...


def open_store(
    location: str, *, read_only: bool, desk: bool = False, timeout: float = TIMEOUT
) -> SqliteReadStore:
    """Open the file at ``location``; ``timeout`` is how many seconds to wait for another writer.

    A writer makes folder and file and migrates them; a reader and a desk only look whether they
    can read. Raises `StoreError` subclasses.
    """
    connections = Connections(Path(location).expanduser(), timeout, makes=not (read_only or desk))
    if read_only or desk:
        with connections.reading():
            pass
        return SqliteDesk(connections) if desk else SqliteReadStore(connections)
    connections.open()
    return SqliteStore(connections)


class SqliteReadStore:
    """`db.store.ReadStore`. Each method reads one snapshot on a connection of its own."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def revision(self) -> str:
        with self._connections.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
            device, inode = self._connections.file_id()
            return f"{row[0]}-{device:x}-{inode:x}"

    def info(self) -> StoreInfo:
        with self._connections.reading() as connection:
            return care.info(connection, self._connections.path)

    def companies(self) -> list[Company]:
        with self._connections.reading() as connection:
            return names.companies(connection)

    def topics(self) -> list[Topic]:
        with self._connections.reading() as connection:
            return names.topics(connection)

    def counts(self, wanted: ArticleFilter) -> Counts:
        with self._connections.reading() as connection:
            return counts.counts(connection, wanted)

    def timeline(self, wanted: ArticleFilter, step: Step, split: Split) -> list[TimelinePoint]:
        with self._connections.reading() as connection:
            return counts.timeline(connection, wanted, step, split)

    def company_counts(self, wanted: ArticleFilter) -> list[CompanyCount]:
        with self._connections.reading() as connection:
            return counts.company_counts(connection, wanted)

    def outlet_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        with self._connections.reading() as connection:
            return counts.outlet_counts(connection, wanted)

    def topic_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        with self._connections.reading() as connection:
            return counts.topic_counts(connection, wanted)

    def cue_counts(self, wanted: ArticleFilter, limit: int = 20) -> list[tuple[str, str, int]]:
        with self._connections.reading() as connection:
            return counts.cue_counts(connection, wanted, limit)

    def cards(
        self,
        wanted: ArticleFilter,
        sort: Sort = Sort.NEWEST,
        limit: int = 20,
        cursor: str = "",
    ) -> CardPage:
        with self._connections.reading() as connection:
            return cards.page(connection, wanted, sort, limit, cursor)

    def article(self, article_id: str) -> ArticleDetail:
        with self._connections.reading() as connection:
            return cards.detail(connection, article_id)

    def stories(
        self, wanted: ArticleFilter, limit: int = 10, *, largest: bool = False
    ) -> list[ArticleCard]:
        with self._connections.reading() as connection:
            return cards.stories(connection, wanted, limit, largest=largest)

    def export(self, wanted: ArticleFilter) -> Iterator[ArticleDetail]:
        with self._connections.reading() as connection:
            yield from cards.export(connection, wanted)

    def corrections(
        self, article_id: str = "", limit: int = 100, *, active_only: bool = False
    ) -> list[Correction]:
        with self._connections.reading() as connection:
            return corrections.listed(connection, article_id, limit, active_only=active_only)

    def sources(self, now: datetime) -> list[SourceStatus]:
        with self._connections.reading() as connection:
            return log.sources(connection, now)

    def health(self, since: datetime, slice_: timedelta) -> list[HealthBucket]:
        with self._connections.reading() as connection:
            return log.health(connection, since, slice_)

    def fetches(self, source_id: str, limit: int = 20) -> list[FetchReport]:
        with self._connections.reading() as connection:
            return log.fetches(connection, source_id, limit)

    def runs(self, limit: int = 20) -> list[RunReport]:
        with self._connections.reading() as connection:
            return log.runs(connection, limit)

    def check(self) -> list[str]:
        try:
            with self._connections.reading() as connection:
                return care.check(connection)
        except StoreCorrupt as error:
            return [f"file: {error.en}"]

    def backup(self, target: Path) -> None:
        with self._connections.reading() as connection:
            care.backup(connection, target)


class SqliteDesk(SqliteReadStore):
    """`db.store.Desk`. Each method is one transaction, begun with the write lock in hand."""

    def correct(self, correction: Correction, now: datetime) -> int:
        require_valid(correction)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return corrections.correct(connection, correction, at)

    def undo_correction(self, correction_id: int, now: datetime) -> bool:
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return corrections.undo(connection, correction_id, at)

    def close(self) -> None:
        self._connections.close()


class SqliteStore(SqliteDesk):
    """`db.store.Store`. Each method is one transaction, begun with the write lock in hand."""

    def save_companies(self, companies: Sequence[Company]) -> None:
        with self._connections.write_tx() as connection:
            names.save_companies(connection, companies)

    def save_topics(self, topics: Sequence[Topic]) -> None:
        with self._connections.write_tx() as connection:
            names.save_topics(connection, topics)

    def save_sources(self, sources: Sequence[Source]) -> None:
        with self._connections.write_tx() as connection:
            names.save_sources(connection, sources)

    def start_run(self, now: datetime) -> int:
        with self._connections.write_tx() as connection:
            return log.start_run(connection, now)

    def finish_run(self, report: RunReport) -> None:
        with self._connections.write_tx() as connection:
            log.finish_run(connection, report)

    def feed_states(self) -> Mapping[str, FeedState]:
        with self._connections.reading() as connection:
            return log.feed_states(connection)

    def add_articles(
        self, articles: Sequence[Article], report: FetchReport, state: FeedState, run_id: int
    ) -> int:
        with self._connections.write_tx() as connection:
            new = intake.add(connection, articles, to_seconds(report.fetched_at))
            log.note_visit(connection, report, state, run_id, new)
            return new

    def import_articles(self, articles: Sequence[Article]) -> int:
        with self._connections.write_tx() as connection:
            before = connection.total_changes
            new = intake.add(connection, articles, None)
            if connection.total_changes > before:
                change_revision(connection)
            return new

    def untagged(
        self, version: str, scope: TagScope, limit: int | None = None
    ) -> Iterator[Article]:
        # batch by batch, nothing held in between, so that what was given can be tagged meanwhile
        with self._connections.reading() as connection:
            last = intake.highest_id(connection)
        after, left = 0, limit
        while left is None or left > 0:
            size = _DUE_BATCH if left is None else min(left, _DUE_BATCH)
            with self._connections.reading() as connection:
                batch = list(intake.due(connection, version, scope, after, last, size))
            if not batch:
                return
            yield from (article for _, article in batch)
            after = batch[-1][0]
            left = None if left is None else left - len(batch)

    def save_tags(self, results: Iterable[TagResult], now: datetime) -> None:
        # made before the lock is taken: they may take their time
        ready = list(results)
        with self._connections.write_tx() as connection:
            tags.save(connection, ready, to_seconds(now))

    def assign_stories(self) -> int:
        with self._connections.write_tx() as connection:
            return stories.assign(connection)

    def mark_sample(self) -> None:
        with self._connections.write_tx() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('sample', '1')")
            change_revision(connection)
