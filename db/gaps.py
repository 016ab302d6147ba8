"""When a source could not be seen, or had nothing to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.health import OUTAGES, Health, outage_of, outage_since, quiet_of, quiet_since
from db.query import SourceStatus


@dataclass(frozen=True, slots=True)
class Gap:
    """One stretch of time in which a source was in a bad state. It still lasts while ``end_at`` is None.

    A feed lists its latest entries again when it is back, so that often nothing is lost: articles
    are missing from ``start_at`` to ``missing_to_at`` at most. None: nobody knows yet, up to now.
    """

    source_id: str
    outlet: str
    health: Health
    start_at: datetime
    end_at: datetime | None = None
    missing_to_at: datetime | None = None

    def overlaps(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether any of it lies in [``start_at``, ``end_at``)."""
        return self.start_at < end_at and (self.end_at is None or self.end_at > start_at)

    def misses(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether articles of [``start_at``, ``end_at``) may be missing: counts there are "≥".

        A source that answers but is empty, silent or stale may simply have nothing to say.
        """
        if self.health not in OUTAGES or max(start_at, self.start_at) >= end_at:
            return False
        return self.missing_to_at is None or self.missing_to_at > max(start_at, self.start_at)


def open_gaps(status: SourceStatus, now: datetime) -> list[Gap]:
    """What lasts at ``now``: an outage, a silence as of the last answer, or both."""
    if not status.source.enabled or status.retired_at is not None:
        return []
    source = status.source
    found = [
        (outage_of(status, now), outage_since(status)),
        (quiet_of(status), quiet_since(status)),
    ]
    return [
        Gap(source.id, source.outlet, health, since)
        for health, since in found
        if health is not None and since is not None
    ]


def missing_to(start_at: datetime, end_at: datetime, listed: Sequence[datetime]) -> datetime:
    """Up to when articles are missing of a gap, given the dates of what the feed lists after it.

    The oldest date does not count where there are others: it may belong to a pinned entry.
    """
    dates = sorted(listed)
    if not dates:
        return end_at
    return min(max(dates[min(1, len(dates) - 1)], start_at), end_at)
