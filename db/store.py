"""The contract of a store. `db.sqlite` fulfils it; nothing outside ``db/`` knows more than this.

`ReadStore` reads, `Desk` (a person at the dashboard) corrects and notes, `Store` (the job) does all.

Threading: a store object may be used from several threads at once. Every read method opens what
it needs, answers from one consistent snapshot and lets go; nothing is held between calls.

Errors: every method raises `StoreError` or a subclass of it and nothing else, apart from
`ValueError` for arguments that no caller should pass (a malformed cursor, a naive datetime).

Order: where lists have one, the docstring says it; ties are broken by id, so that the same data
always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from db.config_edits import EditState
from db.desk import Desk
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
from db.read_store import ReadStore

__all__ = ["Desk", "ReadStore", "Store"]


class Store(Desk, Protocol):
    """What the ingest job may do besides. Each method is one transaction: all of it, or nothing."""

    # configuration mirrored into the store, so that readers need no configuration files
    def save_companies(self, companies: Sequence[Company]) -> None:
        """Make the dictionary exactly this. Mentions of a company that left it are kept."""

    def save_topics(self, topics: Sequence[Topic]) -> None:
        """Make the list of topics exactly this. Tags keep topics that left it."""

    def save_sources(self, sources: Sequence[Source]) -> None:
        """Make the list of sources exactly this. Articles and visits of a source that left are kept.

        One whose address changed, or that was switched on again, is visited as if for the first
        time; one that is switched off, or leaves, ends its gaps with its last visit.
        """

    def revive(self, source_id: str) -> bool:
        """Ask a source again that was retired; False if it was not. Raises `NotFound`."""

    def report_edit(
        self, edit_id: int, state: EditState, message: str = "", message_en: str = ""
    ) -> None:
        """Note what became of an edit of the configuration, and why. Raises `NotFound`."""

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

        An article that is known, by its id or otherwise (see :mod:`db.identity`), is not stored
        again and keeps its id and its ``first_seen_at``; what an aggregator said of it gives way
        to the outlet's own entry, and its ``other_urls`` lead to it from then on. If its
        title, summary or body differ from what is stored it is updated and due for tagging again;
        if that is an edit (see :mod:`db.versions`), ``modified_at`` is set to
        ``report.fetched_at`` and the edit is noted in `ArticleDetail.versions`. A source that
        re-sends an article known from *another* source changes nothing. An empty summary or body
        never replaces text.
        Returns how many were new. Idempotent.

        The visit's health is kept with it: an answer ends the source's gap (see
        `ReadStore.gaps`), and failures that say again and again that there is no feed
        (`db.health.RETIRED`) retire the source.
        """

    def announced(self) -> Mapping[str, Health]:
        """By source id the health that subscribers were last told."""

    def save_announced(self, states: Mapping[str, Health]) -> None:
        """Note what subscribers were told. Others keep what they were told before."""

    def import_articles(self, articles: Sequence[Article]) -> int:
        """Store articles from an archive (no visit, no run). As `add_articles`; returns how many were new."""

    # pages
    def pages_due(self, now: datetime, since: datetime, limit: int) -> list[PageDue]:
        """Pages to visit of relevant articles published since ``since``: those never visited and
        without a text first, then those whose time has come, each newest first, then by id.

        Never one of a source in mode ``LINK``, of an aggregator, or of a source that is switched
        off or no longer configured.
        """

    def save_page(self, visit: PageVisit, text: PageText | None = None) -> bool:
        """Note the visit of a page and take over what it brought; whether the article changed.

        A text that differs makes the article due for tagging again (its old tags stay until
        then). Its times are corrected by `db.pages.better_time`: day, roll-ups and mentions
        follow, ``published_raw`` stays what the feed wrote. In mode ``LINK`` no text is stored.
        Changes the revision if the article changed or is gone or back. Raises `NotFound`.
        """

    def page_hosts(self) -> list[PageHost]:
        """Hosts that refused pages and have not answered since, by name."""

    def save_page_hosts(self, refusing: Sequence[PageHost], answering: Sequence[str]) -> None:
        """Remember hosts that refuse, and forget that of those that answer again."""

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

        Articles within 3 days that are alike (:mod:`db.likeness`) are in one story, directly or
        through others, whatever the order in which they were collected, tagged and assigned. One
        that is alike to nobody opens a story of its own. An article keeps its story, unless that
        turns out to be the same as another: then the older story takes in the younger one, which
        is noted (`Story.merges`), and the younger one's id leads to it for good. Articles are
        also compared with their story's press release (`ArticleCard.echo`). Returns how many
        articles were assigned.
        """

    def mark_sample(self) -> None:
        """Mark the store as holding sample data, for good; every page shows it."""
