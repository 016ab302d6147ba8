"""How a feed is doing, judged from what the log knows of it. Pure; standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from db.model import FetchOutcome
from db.query import HealthBucket, SourceStatus

LATE_AFTER = timedelta(hours=1)
SILENT_AFTER = timedelta(days=3)
"""Longer than a weekend: many outlets publish nothing from Friday evening to Monday morning."""
FAILED_AFTER = 3
"""failures in a row"""


class Health(StrEnum):
    """From fine to broken; ``STOPPED`` is switched off on purpose.

    ``LATE``: failed once or twice, or not reached for more than an hour, or not visited yet.
    ``SILENT``: it answers, but has had nothing new for three days, or lists nothing at all.
    """

    OK = "ok"
    LATE = "late"
    SILENT = "silent"
    FAILED = "failed"
    STOPPED = "stopped"


WORST_FIRST = (Health.FAILED, Health.SILENT, Health.LATE, Health.OK, Health.STOPPED)


def health_of(status: SourceStatus, now: datetime) -> Health:
    """The health of one source at ``now``."""
    if not status.source.enabled:
        return Health.STOPPED
    if status.failures_in_row >= FAILED_AFTER:
        return Health.FAILED
    if status.failures_in_row or status.last_success_at is None:
        return Health.LATE
    if now - status.last_success_at > LATE_AFTER:
        return Health.LATE
    if status.last_outcome is FetchOutcome.EMPTY or status.newest_at is None:
        return Health.SILENT
    return Health.SILENT if now - status.newest_at > SILENT_AFTER else Health.OK


def strips(
    buckets: Sequence[HealthBucket], since: datetime, slice_: timedelta, slices: int
) -> Mapping[str, list[Health | None]]:
    """Per source the health of each of ``slices`` slices of time from ``since``; None = no visit.

    A slice with failures only is ``FAILED``, with some ``LATE``. Slices that brought nothing new
    are ``SILENT`` where they follow each other for longer than `SILENT_AFTER`.
    """
    found: dict[str, list[HealthBucket | None]] = {}
    for bucket in buckets:
        row = found.setdefault(bucket.source_id, [None] * slices)
        place = (bucket.start_at - since) // slice_
        if 0 <= place < slices:
            row[place] = bucket
    return {source: _judge(row, slice_) for source, row in found.items()}


def _judge(row: Sequence[HealthBucket | None], slice_: timedelta) -> list[Health | None]:
    judged: list[Health | None] = []
    quiet: list[int] = []
    for place, bucket in enumerate(row):
        if bucket is None or not bucket.ok + bucket.failed:
            judged.append(None)
            continue
        if bucket.failed:
            judged.append(Health.LATE if bucket.ok else Health.FAILED)
        else:
            judged.append(Health.OK)
        quiet = [] if bucket.new else [*quiet, place]
        if len(quiet) * slice_ > SILENT_AFTER:
            for silent in quiet:
                if judged[silent] is Health.OK:
                    judged[silent] = Health.SILENT
    return judged
