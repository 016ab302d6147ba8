"""What the dashboard may do with a store; see :mod:`db.store` for threading, errors and order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from db.gaps import Gap
from db.model import (
    Company,
    Correction,
    FetchReport,
    RunReport,
    Topic,
)
from db.pages import PageTotals
from db.people import PeopleReader
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
from db.story import Story
from db.tallies import CorrectionCount, DayCount, Keyword, KeywordCount, KeywordUse, PairCount


class ReadStore(PeopleReader, Protocol):
    """What the dashboard may do."""

    def revision(self) -> str:
        """An opaque string that changes with every committed run, correction, or replaced file.

        Cheap (well under a millisecond): callers ask at every page run and use it as a cache key.
        """

    def info(self) -> StoreInfo:
        """Sizes, versions and the span of days of relevant articles."""

    def companies(self) -> list[Company]:
        """The dictionary as of the last run, in dictionary order."""

    def topics(self) -> list[Topic]:
        """The topics as of the last run, in the order of their file."""

    def counts(self, wanted: ArticleFilter) -> Counts:
        """Articles, stories, outlets and tones of a filter."""

    def timeline(self, wanted: ArticleFilter, step: Step, split: Split) -> list[TimelinePoint]:
        """Bars of articles over time; all parts of all bars together = ``counts(wanted).articles``.

        Split by tone: the tone as in `Counts.tones`. Split by company: each article belongs to the
        one company that it mentions most (`Tags.mentions`), among ``wanted.companies`` if given;
        articles without a company have the key "". Ordered by time, then key.
        """

    def company_counts(self, wanted: ArticleFilter) -> list[CompanyCount]:
        """Per company the articles that mention it, most first. An article counts for each of them.

        With ``wanted.companies`` given, other companies in the same articles are counted too:
        these are the co-mentions.
        """

    def outlet_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        """Articles per outlet, most first."""

    def topic_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        """Articles per topic id, most first."""

    def cue_counts(self, wanted: ArticleFilter, limit: int = 20) -> list[tuple[str, str, int]]:
        """(cue word, tone, articles) behind the tones of one company, most first.

        ``wanted.companies`` must name exactly one company.
        """

    def pair_counts(self, wanted: ArticleFilter, limit: int = 200) -> list[PairCount]:
        """Pairs of companies by the articles that mention both, most first, then by their ids.

        With ``wanted.companies`` given, only pairs with at least one of them.
        """

    def story_days(self, wanted: ArticleFilter) -> list[DayCount]:
        """Stories by the day on which they began, oldest first; their sum is ``counts(…).stories``.

        Days without any are not returned.
        """

    def keyword_counts(
        self, wanted: ArticleFilter, kind: Keyword, limit: int = 5_000
    ) -> list[KeywordCount]:
        """Stories per topic or headline term, most first, then by name.

        A story counts once, on its first day, if any of its articles in the filter has the keyword.
        """

    def keyword_uses(
        self, wanted: ArticleFilter, kind: Keyword, keys: Sequence[str]
    ) -> list[KeywordUse]:
        """Articles, outlets and days of these topics or terms, in the order of ``keys``."""

    def correction_counts(self) -> list[CorrectionCount]:
        """Corrections that hold, by kind and by what the machine had said, most first."""

    def cards(
        self,
        wanted: ArticleFilter,
        sort: Sort = Sort.NEWEST,
        limit: int = 20,
        cursor: str = "",
    ) -> CardPage:
        """One page of a filter's articles by ``published_at``, then id. Bodies are never loaded.

        Keyset pagination: any page costs the same. ``cursor`` comes from an earlier `CardPage`.
        """

    def article(self, article_id: str) -> ArticleDetail:
        """One article with its tags and its story; its card has the id by which it is listed.

        Also by the id of another address of it (see :mod:`db.identity`). Raises `NotFound`.
        """

    def stories(
        self, wanted: ArticleFilter, limit: int = 10, *, largest: bool = False
    ) -> list[ArticleCard]:
        """The first article of each story that began in the period, newest (or largest) first.

        ``story_articles`` and ``story_outlets`` of the cards say how far the story spread.
        """

    def story(self, story_id: str) -> Story:
        """One story with its articles, in the order in which they appeared.

        The id of a story that was merged leads to the one that survived. Raises `NotFound`, also
        for a story none of whose articles is relevant any more.
        """

    def export(self, wanted: ArticleFilter) -> Iterator[ArticleDetail]:
        """All articles of a filter, newest first, without ``similar``; bodies as in `article`.

        The iterator reads one snapshot; close it or exhaust it.
        """

    def corrections(
        self, article_id: str = "", limit: int = 100, *, active_only: bool = False
    ) -> list[Correction]:
        """What people corrected, of one article or of all, newest first.

        Those that were undone or replaced are there too, unless ``active_only``.
        """

    def sources(self, now: datetime) -> list[SourceStatus]:
        """Every source of the last run with its health, by outlet, section and id."""

    def health(self, since: datetime, slice_: timedelta) -> list[HealthBucket]:
        """Visits per source in slices of time beginning at ``since``, by source and time."""

    def gaps(
        self,
        start_at: datetime,
        end_at: datetime,
        outlets: Sequence[str] = (),
        *,
        now: datetime | None = None,
    ) -> list[Gap]:
        """When sources of ``outlets`` (none given: all) were not seen, or had nothing to show.

        Every gap that overlaps [``start_at``, ``end_at``), whole, by start, source and state.
        What lasts is judged at ``now``; where not given, at ``end_at``, which must then not lie
        in the future. No run at all is a gap of every source. See `db.gaps.Gap.misses` for which
        of them make a count "≥".
        """

    def fetches(self, source_id: str, limit: int = 20) -> list[FetchReport]:
        """The latest visits of one source, newest first."""

    def page_totals(self, since: datetime, now: datetime) -> PageTotals:
        """How the pages of relevant articles published since ``since`` were found at their last
        visit, and the hosts that are left alone at ``now``.
        """

    def runs(self, limit: int = 20) -> list[RunReport]:
        """The latest runs, newest first."""

    # care
    def check(self) -> list[str]:
        """Problems that an integrity check finds: of the file, of keys, of roll-ups against tags."""

    def backup(self, target: Path) -> None:
        """A consistent copy, made while others read and write. Refuses to overwrite."""
