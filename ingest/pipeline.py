"""collect() and process(): the order of steps, containment of failures, the report.

No HTTP and no language processing here, no clock (it is handed in), no printing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from db.model import (
    Article,
    FeedState,
    FetchOutcome,
    FetchReport,
    Source,
    TagFailure,
    TagResult,
    TagScope,
)
from db.store import Store
from ingest.collect import reading
from ingest.collect.fetch import Fetched, FetchFailed, FetchResult, NotModified
from ingest.collect.read import FeedRead
from ingest.collect.reading import Read, Reading
from ingest.collect.schedule import Timetable, fresh_at
from ingest.collect.sites import NO_SITES, Sites
from ingest.executors import Executor
from ingest.process.tagging import TaggerSpec, tag_batch

log = logging.getLogger(__name__)

BATCH = 200
"""articles per tagging task: large enough to hide the hand-over, small enough to show progress"""

EVERY_RUN = Timetable()

Clock = Callable[[], datetime]
"""gives the present as aware UTC"""

Fetch = Callable[[Sequence[tuple[Source, FeedState]]], Iterator[tuple[Source, FetchResult]]]
"""`ingest.collect.fetch.fetch_all` with its limits already bound"""


class Progress(Protocol):
    """How far a step has come. ``total`` is None while unknown."""

    def __call__(self, done: int, total: int | None, subject: str) -> None: ...


def silent(done: int, total: int | None, subject: str) -> None:
    """The progress of nobody watching."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one collection did. ``sources`` were asked; ``failed`` of them did not answer usably.

    ``waiting`` were not due. Of all ``known`` sources, asked or not, ``failing`` did not answer
    usably when they were asked last.
    """

    sources: int = 0
    failed: int = 0
    unchanged: int = 0
    entries: int = 0
    new: int = 0
    rejected: int = 0
    failures: tuple[FetchReport, ...] = ()
    waiting: int = 0
    known: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True)
class Processed:
    """What one processing did."""

    tagged: int = 0
    relevant: int = 0
    failures: int = 0
    mentions: int = 0


def collect(
    store: Store,
    sources: Sequence[Source],
    fetch: Fetch,
    executor: Executor,
    clock: Clock,
    run_id: int,
    progress: Progress = silent,
    timetable: Timetable = EVERY_RUN,
    sites: Sites = NO_SITES,
) -> Collected:
    """Ask every enabled source that is due and store what is new, one transaction per source.

    A source that fails is reported and leaves the others alone. ``sites`` says which addresses
    are the same article. Raises `StoreError` only.
    """
    states = store.feed_states()
    now = clock()
    statuses = store.sources(now)
    first_visits = {status.source.id: status.first_fetch_at for status in statuses}
    retired = {status.source.id for status in statuses if status.retired_at}
    known = [source for source in sources if source.enabled and source.id not in retired]
    asked = [(source, states.get(source.id, FeedState())) for source in known]
    wanted = [pair for pair in asked if timetable.asks(*pair, now)]
    reports: list[FetchReport] = []

    def keep(
        source: Source,
        report: FetchReport,
        articles: Sequence[Article],
        state: FeedState,
        max_age: int = 0,
    ) -> None:
        state = timetable.planned(
            source, state, report.fetched_at, max_age, report.fault, first_visits.get(source.id)
        )
        new = store.add_articles(articles, report, state, run_id)
        reports.append(replace(report, new=new))
        progress(len(reports), len(wanted), report.source_id)

    answered: dict[str, Fetched] = {}

    def to_read() -> Iterator[Reading]:
        """Feeds with a body; every other answer is stored on the way."""
        for source, result in fetch(wanted):
            state = states.get(source.id, FeedState())
            if isinstance(result, Fetched):
                answered[source.id] = replace(result, body=b"")
                yield Reading(source, result.body, result.content_type, clock())
            elif isinstance(result, NotModified):
                report, state = _unchanged(source, result, clock()), _fresh_state(state, result)
                keep(source, report, (), state, result.max_age)
            else:
                report, state = _failed(source, result, state, clock())
                keep(source, report, (), state)

    for read in executor.map(partial(reading.read, sites=sites), to_read()):
        source, fetched = read.source, answered[read.source.id]
        if read.feed is None:
            # the old state stays: the next run must not take the broken body for "unchanged"
            state = states.get(source.id, FeedState())
            keep(source, _unreadable(read, fetched), (), replace(state, not_before_at=None))
        else:
            before = states.get(source.id, FeedState()).fresh_at
            state = FeedState(
                fetched.etag,
                fetched.last_modified,
                fetched.body_hash,
                fresh_at=fresh_at(read.feed.articles, before, read.now),
                pause=read.feed.pause,
            )
            report = _brought(read, read.feed, fetched)
            keep(source, report, read.feed.articles, state, fetched.max_age)
    visited = {report.source_id for report in reports}
    failing = {s.source.id for s in statuses if s.failures_in_row} - visited
    return replace(
        _sum(reports),
        waiting=len(known) - len(wanted),
        known=len(known),
        failing=len(failing & {source.id for source in known})
        + sum(report.outcome is FetchOutcome.FAILED for report in reports),
    )


def _unchanged(source: Source, result: NotModified, now: datetime) -> FetchReport:
    return FetchReport(
        source.id, now, FetchOutcome.UNCHANGED, status=result.status, seconds=result.seconds
    )


def _fresh_state(state: FeedState, result: NotModified) -> FeedState:
    """Validators that came with a 304 replace ours; a server may leave them out."""
    return replace(
        state,
        etag=result.etag or state.etag,
        last_modified=result.last_modified or state.last_modified,
        not_before_at=None,
    )


def _failed(
    source: Source, result: FetchFailed, state: FeedState, now: datetime
) -> tuple[FetchReport, FeedState]:
    error = result.error
    log.warning("%s", error)
    wait = timedelta(seconds=error.retry_after) if error.retry_after else None
    report = FetchReport(
        source.id,
        now,
        FetchOutcome.FAILED,
        status=error.status,
        seconds=result.seconds,
        message=error.ko,
        message_en=error.en,
        fault=error.fault,
    )
    return report, replace(state, not_before_at=now + wait if wait else None)


def _unreadable(read: Read, fetched: Fetched) -> FetchReport:
    assert read.error is not None
    log.warning("%s", read.error)
    return FetchReport(
        read.source.id,
        read.now,
        FetchOutcome.FAILED,
        status=fetched.status,
        seconds=fetched.seconds,
        message=read.error.ko,
        message_en=read.error.en,
        fault=read.error.fault,
    )


def _brought(read: Read, feed: FeedRead, fetched: Fetched) -> FetchReport:
    return FetchReport(
        read.source.id,
        read.now,
        FetchOutcome.OK if feed.entries else FetchOutcome.EMPTY,
        status=fetched.status,
        entries=feed.entries,
        rejected=feed.rejected,
        seconds=fetched.seconds,
        message=" · ".join(note.ko for note in feed.notes),
        message_en=" · ".join(note.en for note in feed.notes),
        newest_at=feed.newest_at,
    )


def _sum(reports: Sequence[FetchReport]) -> Collected:
    failures = tuple(report for report in reports if report.outcome is FetchOutcome.FAILED)
    return Collected(
        sources=len(reports),
        failed=len(failures),
        unchanged=sum(report.outcome is FetchOutcome.UNCHANGED for report in reports),
        entries=sum(report.entries for report in reports),
        new=sum(report.new for report in reports),
        rejected=sum(report.rejected for report in reports),
        failures=failures,
    )


def process(
    store: Store,
    spec: TaggerSpec,
    executor: Executor,
    clock: Clock,
    scope: TagScope = TagScope.NEW,
    limit: int | None = None,
    progress: Progress = silent,
    total: int | None = None,
) -> Processed:
    """Tag the articles of ``scope`` (at most ``limit``) and give stories to those that have none.

    Each batch is stored when it is ready, so that an interrupted run loses at most a batch.
    Raises `StoreError` only: an article that cannot be tagged is a `TagFailure` in the store.
    """
    done = Processed()
    articles = store.untagged(spec.version, scope, limit)
    for results in executor.map(partial(tag_batch, spec), _batches(articles, BATCH)):
        store.save_tags(results, clock())
        done = _add(done, results)
        progress(done.tagged + done.failures, total, "")
    store.assign_stories()
    return done


def _add(done: Processed, results: Sequence[TagResult]) -> Processed:
    failures = [result for result in results if isinstance(result, TagFailure)]
    for failure in failures:
        log.warning("article %s could not be tagged: %s", failure.article_id, failure.message)
    tags = [result for result in results if not isinstance(result, TagFailure)]
    return Processed(
        tagged=done.tagged + len(tags),
        relevant=done.relevant + sum(tag.relevant for tag in tags),
        failures=done.failures + len(failures),
        mentions=done.mentions + sum(len(tag.mentions) for tag in tags),
    )


Item = TypeVar("Item")


def _batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(items, size)):
        yield batch
