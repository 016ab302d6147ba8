"""How a feed is doing, judged from what the log knows of it. Pure; standard library only.

| state     | definition                                                                | what to do      |
|-----------|---------------------------------------------------------------------------|-----------------|
| ok        | the last visit brought a feed with entries                                | nothing         |
| unchanged | the last visit said "as before" (304, or the same body)                   | nothing         |
| late      | failed once or twice, for less than 6 hours                               | wait            |
| unvisited | never asked, or not asked within an hour after it was planned             | look at cron    |
| empty     | answers with a feed that lists nothing                                    | check address   |
| silent    | answers, but has had nothing new on whole days on which its own weekday   | open the feed   |
|           | habit expects 4 articles together; without a habit, for 3 days            |                 |
| stale     | its newest entry is 14 days old or older, and that is not its habit       | find new feed   |
| failing   | failed 3 times in a row or for 6 hours                                    | see message     |
| blocked   | the same, by 401, 403, 429, 451 or a page that is to keep robots out      | ask the outlet  |
| gone      | 410; 404 or no such host 6 times in a row over a day (host: 3 days); or   | correct address |
|           | retired: 410 over a day, or 404 ten times over 3 days, ends the visits    | `feeds enable`  |
| stopped   | switched off in the configuration                                         | nothing         |

Silence is judged as of the last answer, by the later of the newest entry's date and the arrival of
the last new article; it looks at whole Korean days, so that no night and no usual weekend counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from db.faults import Fault
from db.model import FetchOutcome
from db.query import HealthBucket, SourceStatus

OVERDUE = timedelta(hours=1)
"""after the planned visit, or after the last one where nothing was planned"""
SILENT_AFTER = timedelta(days=3)
"""without a habit; longer than a weekend"""
SURE = 4.0
"""articles that the habit expects while none came; by chance that happens once in fifty times"""
STALE_AFTER = timedelta(days=14)
FAILING_VISITS, FAILING_TIME = 3, timedelta(hours=6)
GONE_VISITS, GONE_TIME = 6, timedelta(days=1)
HOST_TIME = timedelta(days=3)
"""names vanish while our own network is down, too"""
RETIRED = {Fault.GONE: (3, timedelta(days=1)), Fault.MISSING: (10, timedelta(days=3))}
"""failures of one kind in a row, and over how long, after which a source is asked no more"""


class Health(StrEnum):
    """From fine to broken; see the table above."""

    OK = "ok"
    UNCHANGED = "unchanged"
    LATE = "late"
    UNVISITED = "unvisited"
    EMPTY = "empty"
    SILENT = "silent"
    STALE = "stale"
    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"
    STOPPED = "stopped"


WORST_FIRST = (
    Health.GONE,
    Health.BLOCKED,
    Health.FAILING,
    Health.UNVISITED,
    Health.STALE,
    Health.SILENT,
    Health.EMPTY,
    Health.LATE,
    Health.OK,
    Health.UNCHANGED,
    Health.STOPPED,
)
FINE = frozenset({Health.OK, Health.UNCHANGED})
QUIET = frozenset({Health.EMPTY, Health.SILENT, Health.STALE})
"""it answers; perhaps there is nothing to tell"""
OUTAGES = frozenset({Health.FAILING, Health.BLOCKED, Health.GONE, Health.UNVISITED})
"""it was not seen: whatever is counted may be too low"""


def health_of(status: SourceStatus, now: datetime) -> Health:
    """The health of one source at ``now``."""
    if not status.source.enabled:
        return Health.STOPPED
    if status.retired_at is not None:
        return Health.GONE
    if (outage := outage_of(status, now)) is not None:
        return outage
    if status.last_fetch_at is None:
        return Health.UNVISITED
    if status.failures_in_row:
        return Health.LATE
    if (quiet := quiet_of(status)) is not None:
        return quiet
    unchanged = status.last_outcome is FetchOutcome.UNCHANGED
    return Health.UNCHANGED if unchanged else Health.OK


def outage_of(status: SourceStatus, now: datetime) -> Health | None:
    """Why the source has not been seen lately; None if it has, or was never asked."""
    if status.last_fetch_at is None:
        return None
    if status.failures_in_row:
        lasting = now - (outage_since(status) or now)
        if _gone(status, lasting):
            return Health.GONE
        if status.failures_in_row >= FAILING_VISITS or lasting >= FAILING_TIME:
            return Health.BLOCKED if status.fault is Fault.BLOCKED else Health.FAILING
    planned = max(status.last_fetch_at, status.next_visit_at or status.last_fetch_at)
    return Health.UNVISITED if now - planned > OVERDUE else None


def _gone(status: SourceStatus, lasting: timedelta) -> bool:
    if status.fault is Fault.GONE:
        return True
    needed = {Fault.MISSING: GONE_TIME, Fault.UNKNOWN_HOST: HOST_TIME}.get(status.fault)
    return needed is not None and lasting >= needed and status.fault_in_row >= GONE_VISITS


def retires(status: SourceStatus, now: datetime) -> bool:
    """Whether it has said so often that there is no feed that asking on would be impolite."""
    visits, time = RETIRED.get(status.fault, (0, timedelta.max))
    since = status.fault_since_at
    return since is not None and status.fault_in_row >= visits and now - since >= time


def quiet_of(status: SourceStatus) -> Health | None:
    """Why there was nothing new as of the last answer; None if that was to be expected."""
    at = status.last_answer_at or status.last_success_at
    if at is None:
        return None
    if status.empty_since_at is not None or status.last_outcome is FetchOutcome.EMPTY:
        return Health.EMPTY
    fresh_at = fresh_at_of(status)
    if fresh_at is None:
        return Health.SILENT
    newest_at = status.newest_at
    if newest_at and at - newest_at >= STALE_AFTER and not _usual(status, newest_at, at):
        return Health.STALE
    return None if _usual(status, fresh_at, at) else Health.SILENT


def fresh_at_of(status: SourceStatus) -> datetime | None:
    """When the source last had something new; its newest entry may have come by another source.

    Of one that never had anything, its first visit.
    """
    known = [instant for instant in (status.newest_at, status.last_new_at) if instant is not None]
    return max(known, default=status.first_fetch_at)


def _usual(status: SourceStatus, since: datetime, until: datetime) -> bool:
    if status.habit is None:
        return until - since <= SILENT_AFTER
    return status.habit.expected(since, until) < SURE


def outage_since(status: SourceStatus) -> datetime | None:
    """The last answer before the present failures or pause; else the first failure."""
    if status.failures_in_row:
        return status.last_answer_at or status.last_success_at or status.failing_since_at
    return status.last_fetch_at


def quiet_since(status: SourceStatus) -> datetime | None:
    """Since when it has been empty, or without anything new."""
    return status.empty_since_at or fresh_at_of(status)


def since_of(status: SourceStatus, health: Health) -> datetime | None:
    """Since when the source has been in the state ``health``; None where nobody knows, or all is well."""
    if status.retired_at is not None and health is Health.GONE:
        return status.retired_at
    if health in QUIET:
        return quiet_since(status)
    if health in OUTAGES or health is Health.LATE:
        return outage_since(status)
    return None


def hiccups(
    buckets: Sequence[HealthBucket],
    strips: Mapping[str, Sequence[Health | None]],
    since: datetime,
    slice_: timedelta,
) -> Mapping[str, list[Health | None]]:
    """``strips`` with those slices ``LATE`` that look fine but had a failed visit."""
    marked = {source: list(row) for source, row in strips.items()}
    for bucket in buckets:
        place = (bucket.start_at - since) // slice_
        row = marked.get(bucket.source_id, [])
        if bucket.failed and 0 <= place < len(row) and row[place] is Health.OK:
            row[place] = Health.LATE
    return marked
