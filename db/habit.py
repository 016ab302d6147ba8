"""How much a source usually publishes on each weekday. Pure; standard library only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

_KST = timezone(timedelta(hours=9))

WINDOW_DAYS = 56
"""the eight weeks from which a habit is learned"""
FEWEST_DAYS = 14
"""observed days below which there is no habit yet: each weekday was seen twice"""


@dataclass(frozen=True, slots=True)
class Habit:
    """Articles expected per day, Monday first."""

    weekdays: tuple[float, float, float, float, float, float, float]

    def on(self, day: date) -> float:
        return self.weekdays[day.weekday()]

    def expected(self, since: datetime, until: datetime) -> float:
        """Articles expected on the whole Korean days between two instants.

        Days that have begun but are not over do not count: who publishes by day is not missed on
        Monday before dawn, nor who publishes by night in the evening.
        """
        first = since.astimezone(_KST).date() + timedelta(1)
        days = (until.astimezone(_KST).date() - first).days
        if days <= 0:
            return 0.0
        weeks, rest = divmod(days, 7)
        return weeks * sum(self.weekdays) + sum(self.on(first + timedelta(n)) for n in range(rest))


def learn(articles: Mapping[date, int], last: date, blind: Collection[date] = ()) -> Habit | None:
    """The habit behind the ``articles`` per day of the `WINDOW_DAYS` up to ``last``.

    Days in ``blind`` say nothing, nor does the first day with an article, which the feed's window
    may have cut. Per weekday the interquartile mean, so that neither a holiday nor a special
    edition counts (Tukey 1977); of a source with less than an article a week the plain mean of all
    days. None while fewer than `FEWEST_DAYS` were observed, or nothing came.
    """
    first = last - timedelta(WINDOW_DAYS - 1)
    known = [day for day in articles if first <= day <= last and articles[day]]
    if not known:
        return None
    begin = min(known) + timedelta(1)
    days = [begin + timedelta(n) for n in range((last - begin).days + 1)]
    days = [day for day in days if day not in blind]
    if len(days) < FEWEST_DAYS:
        return None
    mean = sum(articles.get(day, 0) for day in days) / len(days)
    by_weekday = [
        _interquartile_mean([articles.get(day, 0) for day in days if day.weekday() == weekday])
        for weekday in range(7)
    ]
    week = [mean if value is None else value for value in by_weekday]
    if sum(week) < 1:
        week = [mean] * 7
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = week
    if not sum(week):
        return None
    return Habit((monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def _interquartile_mean(values: list[int]) -> float | None:
    if not values:
        return None
    cut = len(values) // 4
    middle = sorted(values)[cut : len(values) - cut]
    return sum(middle) / len(middle)
