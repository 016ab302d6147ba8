"""Which feeds were silent or failing when: a dip that may be a dead feed is shown as such. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.periods import Period, midnight
from db.health import Health, strips
from db.query import HealthBucket, Step

LONGEST_DAYS = 31
"""Of longer periods no strip is drawn: the log of visits is large, and the rows would be dust."""
MOST_ROWS = 3
WORST = (Health.FAILED, Health.LATE, Health.OK, Health.SILENT)


@dataclass(frozen=True, slots=True)
class Row:
    """One feed's slices of time; ``source_id`` is "" for the row that sums up all others."""

    source_id: str
    slices: tuple[Health | None, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rows of health over equal slices from ``since``; empty where nothing is known."""

    since: datetime
    width: timedelta
    rows: tuple[Row, ...]
    troubled: tuple[str, ...]
    """ids of the feeds that failed for a whole slice or longer, the longest failure first"""
    failing: tuple[bool, ...]
    """per slice, whether any feed failed throughout it"""

    def incomplete(self, start_at: datetime, width: timedelta) -> bool:
        """Whether a bar of the timeline may be too low, because a feed failed meanwhile."""
        first = max(0, (start_at - self.since) // self.width)
        last = -(-(start_at + width - self.since) // self.width)
        return any(self.failing[first : max(first, last)])


def question(period: Period, step: Step, now: datetime) -> tuple[datetime, timedelta, int] | None:
    """``since``, slice and number of slices to ask the store for; None where no strip is drawn."""
    if period.days > LONGEST_DAYS:
        return None
    width = timedelta(hours=1 if step is Step.HOUR else 6)
    since = midnight(period.start)
    end = min(midnight(period.end + timedelta(1)), now)
    return since, width, max(0, -(-(end - since) // width))


def judge(
    buckets: Sequence[HealthBucket],
    since: datetime,
    width: timedelta,
    slices: int,
    *,
    many_bars: bool,
) -> Coverage:
    """The strip below a timeline: up to three troubled feeds, then the others as one row.

    With ``many_bars`` all feeds share a single row. In a shared row a slice is as its worst feed,
    but one silent feed among many does not make it silent.
    """
    found = strips(buckets, since, width, slices)
    bad = {source: sum(h is Health.FAILED for h in row) for source, row in found.items()}
    quiet = {source: sum(h is Health.SILENT for h in row) for source, row in found.items()}
    ranked = sorted(
        (source for source in found if bad[source] or quiet[source]),
        key=lambda source: (-bad[source], -quiet[source], source),
    )
    shown = [] if many_bars else ranked[:MOST_ROWS]
    rows = [Row(source, tuple(found[source])) for source in shown]
    rest = {source: row for source, row in found.items() if source not in shown}
    if ranked and rest:
        rows.append(Row("", _worst(rest, slices)))
    return Coverage(
        since=since,
        width=width,
        rows=tuple(rows),
        troubled=tuple(source for source in ranked if bad[source]),
        failing=tuple(
            any(row[place] is Health.FAILED for row in found.values()) for place in range(slices)
        ),
    )


def _worst(rows: Mapping[str, Sequence[Health | None]], slices: int) -> tuple[Health | None, ...]:
    worst: list[Health | None] = []
    for place in range(slices):
        here = {row[place] for row in rows.values()}
        worst.append(next((health for health in WORST if health in here), None))
    return tuple(worst)
