"""`db.store.Store` on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from db.config_edits import EditState
from db.health import Health
from db.model import (
    Article,
    Company,
    FeedState,
    FetchReport,
    RunReport,
    Source,
    TagResult,
    TagScope,
    Topic,
)
from db.pages import PageDue, PageHost, PageText, PageVisit
from db.sqlite import (
    config_edits,
    coverage,
    intake,
    log,
    names,
    pages,
    stories,
    switching,
    tags,
    visits,
)
from db.sqlite.desk import SqliteDesk
from db.sqlite.values import change_revision, to_seconds

_DUE_BATCH = 500


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
            anew = switching.prepare(connection, sources)
            names.save_sources(connection, sources)
            coverage.begin_anew(connection, anew)

    def revive(self, source_id: str) -> bool:
        with self._connections.write_tx() as connection:
            return switching.revive(connection, source_id)

    def report_edit(
        self, edit_id: int, state: EditState, message: str = "", message_en: str = ""
    ) -> None:
        with self._connections.write_tx() as connection:
            config_edits.report(connection, edit_id, state, message, message_en)

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
            visits.note(connection, report, state, run_id, new, articles)
            return new

    def announced(self) -> Mapping[str, Health]:
        with self._connections.reading() as connection:
            return coverage.announced(connection)

    def save_announced(self, states: Mapping[str, Health]) -> None:
        with self._connections.write_tx() as connection:
            coverage.save_announced(connection, states)

    def import_articles(self, articles: Sequence[Article]) -> int:
        with self._connections.write_tx() as connection:
            before = connection.total_changes
            new = intake.add(connection, articles, None)
            if connection.total_changes > before:
                change_revision(connection)
            return new

    def pages_due(self, now: datetime, since: datetime, limit: int) -> list[PageDue]:
        with self._connections.reading() as connection:
            return pages.due(connection, to_seconds(now), to_seconds(since), limit)

    def save_page(self, visit: PageVisit, text: PageText | None = None) -> bool:
        with self._connections.write_tx() as connection:
            return pages.save(connection, visit, text)

    def page_hosts(self) -> list[PageHost]:
        with self._connections.reading() as connection:
            return pages.hosts(connection)

    def save_page_hosts(self, refusing: Sequence[PageHost], answering: Sequence[str]) -> None:
        with self._connections.write_tx() as connection:
            pages.save_hosts(connection, refusing, answering)

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
