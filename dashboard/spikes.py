"""Days with far more stories than is usual for such a day. Pure.

A day is held against the same weekdays of the eight weeks before it (holidays are taken for
Sundays), by the median and the median absolute deviation, which a spike among them does not move.
Stories are counted, not articles. A day on which feeds were missing is no spike and no yardstick,
nor are days with far fewer feeds than the day that is judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from dashboard import holidays
from db.model import kst_day
from db.query import HealthBucket

WEEKS = 8
FEWEST_DAYS = 4
"""comparable days, below which nothing is usual"""
FEWEST_STORIES = 5
DEVIATIONS = 3.0
ENOUGH_FEEDS = 0.8
_NORMAL = 1.4826
"""The median absolute deviation times this estimates a standard deviation."""
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Feeds:
    """On one day: feeds that answered at least once, of those that were asked."""

    answered: int
    asked: int

    @property
    def complete(self) -> bool:
        return self.answered >= ENOUGH_FEEDS * self.asked


@dataclass(frozen=True, slots=True)
class Spike:
    """``usual`` is the median of ``days`` comparable days."""

    day: date
    stories: int
    usual: int
    days: int


def kind(day: date) -> int:
    """Weekday, Monday 0; holidays are Sundays."""
    return SUNDAY if holidays.name(day, "ko") else day.weekday()


def feeds(buckets: Iterable[HealthBucket]) -> dict[date, Feeds]:
    """By day, from visits in slices of Korean days."""
    found: dict[date, Feeds] = {}
    for bucket in buckets:
        day = kst_day(bucket.start_at)
        before = found.get(day, Feeds(0, 0))
        found[day] = Feeds(before.answered + bool(bucket.ok), before.asked + 1)
    return found


def find(
    stories: Mapping[date, int],
    days: Iterable[date],
    first_day: date,
    known: Mapping[date, Feeds] | None,
) -> list[Spike]:
    """The spikes among ``days``, in their order.

    ``stories`` by day (missing: none) must reach `WEEKS` back; ``first_day`` is the first that is
    held. ``known``: the feeds by day; None where no visits are on record, as in an archive.
    """
    spikes = []
    for day in days:
        count = stories.get(day, 0)
        if count < FEWEST_STORIES or not _usable(day, known):
            continue
        usual = [
            stories.get(other, 0)
            for other in (day - timedelta(back) for back in range(1, 7 * WEEKS + 1))
            if other >= first_day and kind(other) == kind(day) and _comparable(other, day, known)
        ]
        if len(usual) < FEWEST_DAYS:
            continue
        middle = median(usual)
        spread = _NORMAL * median(abs(value - middle) for value in usual)
        # counts scatter by their root even where a few of them happen to agree
        if count > middle + DEVIATIONS * max(spread, math.sqrt(middle), 1):
            spikes.append(Spike(day, count, round(middle), len(usual)))
    return spikes


def _usable(day: date, known: Mapping[date, Feeds] | None) -> bool:
    return known is None or (day in known and known[day].complete)


def _comparable(other: date, day: date, known: Mapping[date, Feeds] | None) -> bool:
    if known is None:
        return True
    return (
        other in known
        and known[other].complete
        and known[other].answered >= ENOUGH_FEEDS * known[day].answered
    )
