"""`db.read_store.ReadStore` on SQLite: a list of methods; the modules beside it do the work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from db.errors import StoreCorrupt
from db.gaps import Gap
from db.model import (
    Company,
    Correction,
    FetchReport,
    RunReport,
    Topic,
)
from db.pages import PageTotals
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
from db.sqlite import cards, care, corrections, counts, log, names, pages, storypage, tallies
from db.sqlite.connection import Connections
from db.sqlite.people import SqlitePeopleReader
from db.sqlite.values import to_seconds
from db.story import Story
from db.tallies import CorrectionCount, DayCount, Keyword, KeywordCount, KeywordUse, PairCount


class SqliteReadStore(SqlitePeopleReader):
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

    def pair_counts(self, wanted: ArticleFilter, limit: int = 200) -> list[PairCount]:
        with self._connections.reading() as connection:
            return tallies.pair_counts(connection, wanted, limit)

    def story_days(self, wanted: ArticleFilter) -> list[DayCount]:
        with self._connections.reading() as connection:
            return tallies.story_days(connection, wanted)

    def keyword_counts(
        self, wanted: ArticleFilter, kind: Keyword, limit: int = 5_000
    ) -> list[KeywordCount]:
        with self._connections.reading() as connection:
            return tallies.keyword_counts(connection, wanted, kind, limit)

    def keyword_uses(
        self, wanted: ArticleFilter, kind: Keyword, keys: Sequence[str]
    ) -> list[KeywordUse]:
        with self._connections.reading() as connection:
            return tallies.keyword_uses(connection, wanted, kind, keys)

    def correction_counts(self) -> list[CorrectionCount]:
        with self._connections.reading() as connection:
            return tallies.correction_counts(connection)

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

    def story(self, story_id: str) -> Story:
        with self._connections.reading() as connection:
            return storypage.story(connection, story_id)

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

    def gaps(
        self,
        start_at: datetime,
        end_at: datetime,
        outlets: Sequence[str] = (),
        *,
        now: datetime | None = None,
    ) -> list[Gap]:
        with self._connections.reading() as connection:
            return log.gaps(connection, start_at, end_at, outlets, now or end_at)

    def fetches(self, source_id: str, limit: int = 20) -> list[FetchReport]:
        with self._connections.reading() as connection:
            return log.fetches(connection, source_id, limit)

    def page_totals(self, since: datetime, now: datetime) -> PageTotals:
        with self._connections.reading() as connection:
            return pages.totals(connection, to_seconds(since), to_seconds(now))

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
