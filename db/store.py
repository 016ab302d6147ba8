"""The contract of a store. `db.sqlite` fulfils it; nothing outside ``db/`` knows more than this.

Threading: a store object may be used from several threads at once. Every read method opens what
it needs, answers from one consistent snapshot and lets go; nothing is held between calls.

Errors: every method raises `StoreError` or a subclass of it and nothing else, apart from
`ValueError` for arguments that no caller should pass (a malformed cursor, a naive datetime).

Order: where lists have one, the docstring says it; ties are broken by id, so that the same data
always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

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


class ReadStore(Protocol):
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
        """One article with its tags and its story. Raises `NotFound`."""

    def stories(
        self, wanted: ArticleFilter, limit: int = 10, *, largest: bool = False
    ) -> list[ArticleCard]:
        """The first article of each story that began in the period, newest (or largest) first.

        ``story_articles`` and ``story_outlets`` of the cards say how far the story spread.
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

    def fetches(self, source_id: str, limit: int = 20) -> list[FetchReport]:
        """The latest visits of one source, newest first."""

    def runs(self, limit: int = 20) -> list[RunReport]:
        """The latest runs, newest first."""

    # care
    def check(self) -> list[str]:
        """Problems that an integrity check finds: of the file, of keys, of roll-ups against tags."""

    def backup(self, target: Path) -> None:
        """A consistent copy, made while others read and write. Refuses to overwrite."""


class Desk(ReadStore, Protocol):
    """What a person at the dashboard may write. Each method is one transaction, as in `Store`.

    What the machine said is kept apart and never lost: lists, counts, charts and exports show it
    with the corrections that hold laid over it (see :mod:`db.corrections` for the rules).
    """

    def correct(self, correction: Correction, now: datetime) -> int:
        """Let a correction hold from now on; returns its id. Changes the revision.

        Earlier ones about the same thing are replaced for good (undoing this one does not bring
        them back). An article that becomes relevant gets its story by the next
        `Store.assign_stories`. Raises `NotFound` for an unknown article or company, for an
        article that was never tagged and for the tone towards, or wrong tagging of, a company
        that the article does not name; `AlreadyCorrected` if the same correction holds already;
        `ValueError` for values that do not belong to the kind, and for texts that are too long.
        """

    def undo_correction(self, correction_id: int, now: datetime) -> bool:
        """Let a correction hold no longer; False if it did not hold any more. Changes the revision.

        Without corrections an article has exactly the machine's latest tags. Raises `NotFound`.
        """

    def close(self) -> None: ...


class Store(Desk, Protocol):
    """What the ingest job may do besides. Each method is one transaction: all of it, or nothing."""

    # configuration mirrored into the store, so that readers need no configuration files
    def save_companies(self, companies: Sequence[Company]) -> None:
        """Make the dictionary exactly this. Mentions of a company that left it are kept."""

    def save_topics(self, topics: Sequence[Topic]) -> None:
        """Make the list of topics exactly this. Tags keep topics that left it."""

    def save_sources(self, sources: Sequence[Source]) -> None:
        """Make the list of sources exactly this. Articles and visits of a source that left are kept."""

    # runs
    def start_run(self, now: datetime) -> int:
        """Note the begin of a run; runs that never ended become `RunState.INTERRUPTED`."""

    def finish_run(self, report: RunReport) -> None:
        """Note the end of a run and change the revision."""

    # collect
    def feed_states(self) -> Mapping[str, FeedState]:
        """By source id; sources never visited are absent."""

    def add_articles(
        self, articles: Sequence[Article], report: FetchReport, state: FeedState, run_id: int
    ) -> int:
        """Store one visit of a source: its articles, its report (with ``new`` filled in) and state.

        An article whose id is known is not stored again and keeps its ``first_seen_at``. If its
        title, summary or body differ from what is stored it is updated, ``modified_at`` is set to
        ``report.fetched_at``, and it is due for tagging again. A source that re-sends an article
        known from *another* source changes nothing. An empty summary or body never replaces text.
        Returns how many were new. Idempotent.
        """

    def import_articles(self, articles: Sequence[Article]) -> int:
        """Store articles from an archive (no visit, no run). As `add_articles`; returns how many were new."""

    # process
    def untagged(
        self, version: str, scope: TagScope, limit: int | None = None
    ) -> Iterator[Article]:
        """Articles to tag with ``version``, oldest ``first_seen_at`` first (by internal key).

        ``NEW``: without tags (and without a failure under ``version``). ``OUTDATED``: tagged, or
        failed, under another version. ``ALL``: every article. May be consumed while `save_tags`
        is called; each article is given once.
        """

    def save_tags(self, results: Iterable[TagResult], now: datetime) -> None:
        """Replace the tags of these articles and the daily roll-ups in one transaction.

        A failure removes the article's tags (it becomes unrated and leaves the counts of
        relevant articles), and is kept with its message. Saving the same tags twice, or in
        another order, changes nothing. Stories stay as they are: see `assign_stories`.
        Corrections that hold are laid over the new tags.
        """

    def assign_stories(self) -> int:
        """Give every relevant article that has none its story, in the order of ``published_at``.

        An article joins the story of the earlier article within 3 days that shares most of its
        fingerprint, if that is enough; otherwise it opens a story of its own. An article keeps
        its story for good. Independent of the order in which tags were saved. Returns how many
        articles were assigned.
        """

    def mark_sample(self) -> None:
        """Mark the store as holding sample data, for good; every page shows it."""
