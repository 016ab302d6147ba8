"""What the pages read and write. The only caller of `db.connect.open_store`; cached by revision.

A `Reader` is made once per run of a page, so that all of its figures are of one revision. The
cache's key is the store's URL, the revision and the question; an answer is never stale. What a
person corrects goes through `at_desk`, which changes the revision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import streamlit as st

from db.audiences import Audience
from db.config_edits import ConfigEdit
from db.connect import default_url, open_store
from db.gaps import Gap
from db.health import Health, health_of
from db.model import KST, Company, FetchReport, RunReport, Topic
from db.mutes import Mute
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
from db.store import Desk, ReadStore
from db.story import Story
from db.tallies import CorrectionCount, DayCount, Keyword, KeywordCount, KeywordUse, PairCount
from db.views import SavedView

CACHED_ANSWERS = 2000
PAGE_OF_DAY = 200
MOST_KEPT = 1000

_Answer = TypeVar("_Answer")


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(url: str) -> ReadStore:
    return open_store(url, read_only=True)


def store() -> ReadStore:
    """The store that `db.connect.default_url` names. Raises `StoreError` if it cannot be opened."""
    return _opened(default_url())


@st.cache_data(max_entries=CACHED_ANSWERS, show_spinner=False)
def _ask(url: str, revision: str, question: str, *args: Any, **more: Any) -> Any:
    return getattr(store(), question)(*args, **more)


@dataclass(frozen=True)
class Reader:
    """`db.store.ReadStore`'s questions, cached. Its methods raise what the store raises."""

    url: str
    revision: str

    def _ask(self, question: str, *args: Any, **more: Any) -> Any:
        return _ask(self.url, self.revision, question, *args, **more)

    def info(self) -> StoreInfo:
        return cast(StoreInfo, self._ask("info"))

    def companies(self) -> list[Company]:
        return cast(list[Company], self._ask("companies"))

    def topics(self) -> list[Topic]:
        return cast(list[Topic], self._ask("topics"))

    def counts(self, wanted: ArticleFilter) -> Counts:
        return cast(Counts, self._ask("counts", wanted))

    def timeline(self, wanted: ArticleFilter, step: Step, split: Split) -> list[TimelinePoint]:
        return cast(list[TimelinePoint], self._ask("timeline", wanted, step, split))

    def company_counts(self, wanted: ArticleFilter) -> list[CompanyCount]:
        return cast(list[CompanyCount], self._ask("company_counts", wanted))

    def outlet_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        return cast(list[KeyCount], self._ask("outlet_counts", wanted))

    def topic_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        return cast(list[KeyCount], self._ask("topic_counts", wanted))

    def cue_counts(self, wanted: ArticleFilter, limit: int) -> list[tuple[str, str, int]]:
        return cast(list[tuple[str, str, int]], self._ask("cue_counts", wanted, limit))

    def pair_counts(self, wanted: ArticleFilter, limit: int) -> list[PairCount]:
        return cast(list[PairCount], self._ask("pair_counts", wanted, limit))

    def story_days(self, wanted: ArticleFilter) -> list[DayCount]:
        return cast(list[DayCount], self._ask("story_days", wanted))

    def keyword_counts(self, wanted: ArticleFilter, kind: Keyword) -> list[KeywordCount]:
        return cast(list[KeywordCount], self._ask("keyword_counts", wanted, kind))

    def keyword_uses(
        self, wanted: ArticleFilter, kind: Keyword, keys: Sequence[str]
    ) -> list[KeywordUse]:
        return cast(list[KeywordUse], self._ask("keyword_uses", wanted, kind, tuple(keys)))

    def correction_counts(self) -> list[CorrectionCount]:
        return cast(list[CorrectionCount], self._ask("correction_counts"))

    def cards(self, wanted: ArticleFilter, sort: Sort, limit: int, cursor: str) -> CardPage:
        return cast(CardPage, self._ask("cards", wanted, sort, limit, cursor))

    def article(self, article_id: str) -> ArticleDetail:
        return cast(ArticleDetail, self._ask("article", article_id))

    def stories(self, wanted: ArticleFilter, limit: int, largest: bool) -> list[ArticleCard]:
        return cast(list[ArticleCard], self._ask("stories", wanted, limit, largest=largest))

    def mutes(self) -> list[Mute]:
        return cast(list[Mute], self._ask("mutes", MOST_KEPT))

    def saved_views(self) -> list[SavedView]:
        return cast(list[SavedView], self._ask("saved_views"))

    def audiences(self) -> list[Audience]:
        return cast(list[Audience], self._ask("audiences"))

    def config_edits(self) -> list[ConfigEdit]:
        return cast(list[ConfigEdit], self._ask("config_edits", MOST_KEPT))

    def story(self, story_id: str) -> Story:
        return cast(Story, self._ask("story", story_id))

    def sources(self, now: datetime) -> list[SourceStatus]:
        minute = now.replace(second=0, microsecond=0)
        return cast(list[SourceStatus], self._ask("sources", minute))

    def health(self, since: datetime, slice_: timedelta) -> list[HealthBucket]:
        return cast(list[HealthBucket], self._ask("health", since, slice_))

    def gaps(
        self, start_at: datetime, end_at: datetime, outlets: tuple[str, ...], now: datetime
    ) -> list[Gap]:
        minute = now.replace(second=0, microsecond=0)
        return cast(list[Gap], self._ask("gaps", start_at, end_at, outlets, now=minute))

    def fetches(self, source_id: str, limit: int) -> list[FetchReport]:
        return cast(list[FetchReport], self._ask("fetches", source_id, limit))

    def runs(self, limit: int) -> list[RunReport]:
        return cast(list[RunReport], self._ask("runs", limit))

    def hour_cards(self, wanted: ArticleFilter, start_at: datetime) -> list[ArticleCard]:
        """All articles of one hour, newest first; the filter's days must be that hour's day."""
        return cast(list[ArticleCard], _hour_cards(self.url, self.revision, wanted, start_at))

    def outlets(self) -> list[str]:
        """Every outlet with relevant articles, most active first, then those without any yet."""
        return cast(list[str], _outlets(self.url, self.revision))

    def judged_at(self, now: datetime) -> datetime:
        """The instant by which feeds are judged: now; of a sample, when it was made."""
        if not self.info().sample:
            return now
        visits = [status.last_fetch_at for status in self.sources(now) if status.last_fetch_at]
        return max(visits, default=now)

    def states(self, now: datetime) -> list[tuple[SourceStatus, Health]]:
        """All sources with their health, in the store's order."""
        judged_at = self.judged_at(now)
        return [(status, health_of(status, judged_at)) for status in self.sources(judged_at)]


@st.cache_data(max_entries=CACHED_ANSWERS, show_spinner=False)
def _hour_cards(
    url: str, revision: str, wanted: ArticleFilter, start_at: datetime
) -> Sequence[ArticleCard]:
    end_at = start_at + timedelta(hours=1)
    found: list[ArticleCard] = []
    cursor = ""
    while True:
        page = store().cards(wanted, Sort.NEWEST, PAGE_OF_DAY, cursor)
        found += [card for card in page.cards if start_at <= card.published_at < end_at]
        cursor = page.older
        if not cursor or page.cards[-1].published_at < start_at:
            return found


@st.cache_data(max_entries=8, show_spinner=False)
def _outlets(url: str, revision: str) -> Sequence[str]:
    active = [count.key for count in store().outlet_counts(ArticleFilter())]
    named = (status.source.outlet for status in store().sources(datetime(2000, 1, 1, tzinfo=KST)))
    return list(dict.fromkeys([*active, *sorted(named)]))


def reader() -> Reader:
    """A reader of the store as it is now. Raises `StoreError`."""
    return Reader(default_url(), store().revision())


def at_desk(call: Callable[[Desk], _Answer]) -> _Answer:
    """Open the store to correct, ``call``, and let go of it. Raises `StoreError`."""
    with closing(open_store(default_url(), desk=True)) as desk:
        return call(desk)
