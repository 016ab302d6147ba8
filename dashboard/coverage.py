"""Which feeds were silent or failing when: a dip that may be a dead feed is shown as such. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboard.periods import Period, midnight
from db.gaps import Gap
from db.health import QUIET, WORST_FIRST, Health
from db.query import SourceStatus, Step

MOST_ROWS = 3
MOST_SLICES = 124
_RANK = {health: rank for rank, health in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Row:
    """One feed's slices of time; ``source_id`` is "" for the row that sums up all others."""

    source_id: str
    slices: tuple[Health | None, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rows of health over equal slices from ``since``; empty where all was well."""

    since: datetime
    until: datetime
    width: timedelta
    rows: tuple[Row, ...] = ()
    gaps: tuple[Gap, ...] = field(default=(), repr=False)
    sources: int = 0
    """feeds that were asked for"""

    def incomplete(self, start_at: datetime, width: timedelta) -> bool:
        """Whether a bar of the timeline may be too low, because a feed was not seen meanwhile."""
        end_at = min(start_at + width, self.until)
        return any(gap.misses(start_at, end_at) for gap in self.gaps)

    @property
    def whole(self) -> bool:
        """Whether nothing is missing in all of the period."""
        return not any(True for _ in self._missing())

    @property
    def troubled(self) -> tuple[str, ...]:
        """Ids of the feeds of which articles may be missing, the longest gap first."""
        missing: dict[str, timedelta] = {}
        for gap in self._missing():
            end_at = min(gap.missing_to_at or self.until, self.until)
            length = end_at - max(gap.start_at, self.since)
            missing[gap.source_id] = missing.get(gap.source_id, timedelta()) + length
        return tuple(sorted(missing, key=lambda source: (-missing[source], source)))

    @property
    def stopped(self) -> bool:
        """Whether the job itself stood still: every feed was left unvisited."""
        unvisited = {g.source_id for g in self._missing() if g.health is Health.UNVISITED}
        return 0 < self.sources <= len(unvisited)

    def _missing(self) -> Iterable[Gap]:
        return (gap for gap in self.gaps if gap.misses(self.since, self.until))


def question(period: Period, step: Step, now: datetime) -> tuple[datetime, timedelta, int]:
    """``since``, slice and number of slices of the strip below a timeline; up to now."""
    hours = 1 if step is Step.HOUR else 6
    width = timedelta(hours=max(hours, -(-period.days * 24 // MOST_SLICES // 6) * 6))
    since = midnight(period.start)
    end = min(midnight(period.end + timedelta(1)), now)
    return since, width, max(0, -(-(end - since) // width))


def strips(
    gaps: Sequence[Gap],
    statuses: Iterable[SourceStatus],
    since: datetime,
    width: timedelta,
    slices: int,
    until: datetime,
) -> Mapping[str, list[Health | None]]:
    """Per source the health of each slice up to ``until``; None before its first visit
    and once it is retired.

    A slice is as the gap that takes up half of it or more, the worst one if there are several.
    """
    found: dict[str, list[Health | None]] = {}
    for status in statuses:
        known = status.first_fetch_at or status.last_fetch_at
        visited = slices if known is None else max(0, (known - since) // width)
        ended = slices
        if status.retired_at is not None:
            ended = -(-(status.retired_at - since) // width)
        found[status.source.id] = [
            Health.OK if visited <= place < ended else None for place in range(slices)
        ]
    for gap in gaps:
        row = found.get(gap.source_id, [])
        first = max(0, (gap.start_at - since) // width)
        last = min(slices, -(-((gap.end_at or until) - since) // width))
        for place in range(first, last):
            begin = since + place * width
            end = min(begin + width, until)
            covered = min(gap.end_at or end, end) - max(gap.start_at, begin)
            here = row[place]
            if 2 * covered >= end - begin and (here is None or _RANK[gap.health] < _RANK[here]):
                row[place] = gap.health
    return found


def judge(
    gaps: Sequence[Gap],
    statuses: Sequence[SourceStatus],
    since: datetime,
    width: timedelta,
    slices: int,
    until: datetime,
    *,
    many_bars: bool,
) -> Coverage:
    """The strip below a timeline: up to three troubled feeds, then the others as one row.

    With ``many_bars`` all feeds share a single row. In a shared row a slice is as its worst feed,
    but one silent feed among many does not make it silent.
    """
    found = strips(gaps, statuses, since, width, slices, until)
    bad = {source: sum(map(_is_outage, row)) for source, row in found.items()}
    quiet = {source: sum(h in QUIET for h in row) for source, row in found.items()}
    ranked = sorted(
        (source for source in found if bad[source] or quiet[source]),
        key=lambda source: (-bad[source], -quiet[source], source),
    )
    shown = [] if many_bars else ranked[:MOST_ROWS]
    rows = [Row(source, tuple(found[source])) for source in shown]
    rest = {source: row for source, row in found.items() if source not in shown}
    if ranked and rest:
        rows.append(Row("", _worst(rest, slices)))
    end = min(since + slices * width, until)
    return Coverage(since, end, width, tuple(rows), tuple(gaps), len(found))


def _is_outage(health: Health | None) -> bool:
    return health is not None and health is not Health.OK and health not in QUIET


def _worst(rows: Mapping[str, Sequence[Health | None]], slices: int) -> tuple[Health | None, ...]:
    worst: list[Health | None] = []
    for place in range(slices):
        here = {row[place] for row in rows.values()} - {None}
        loud = {health for health in here if health not in QUIET}
        worst.append(min(loud or here, key=lambda h: _RANK[h], default=None))  # type: ignore[index]
    return tuple(worst)
