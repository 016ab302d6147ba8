"""When each feed is asked again: often while it has news, seldom while it has none. Pure.

A feed is asked again after a fifth of the time for which it has had nothing new: ten minutes after
fresh news, an hour after five quiet hours, two hours at most. From 5 to 9 in Korea it is 20 minutes
at most, because the morning's monitoring is read then. Who refuses us, or has no feed, is asked
once an hour at most.

A feed may ask for longer pauses: by ``<ttl>`` or ``sy:updatePeriod`` up to an hour (most are the
default of a program that nobody ever set), by ``Cache-Control: max-age`` up to six hours (a cache
would only answer the same again). The user's ``interval_minutes`` overrules all of this, and only
Retry-After overrules the user.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from db.faults import Fault
from db.model import KST, Article, FeedState, Source, TimeQuality

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=2)
SHARE = 5
"""of the quiet time that passes until the next visit"""
MORNING = (time(5), time(9))
MORNING_LONGEST = timedelta(minutes=20)
REFUSED_SHORTEST = timedelta(hours=1)
LONGEST_WAIT = 24 * 3600.0
"""seconds; no server may silence a source for longer than a day"""
LONGEST_TTL, LONGEST_MAX_AGE = 3_600, 6 * 3_600
"""seconds; a broken header or element must not silence a feed"""
SLACK = timedelta(minutes=2)
"""cron is not on time to the second, and a visit takes a while"""
JITTER = 0.1
"""of longer intervals, so that feeds added together do not stay together"""

_PERIODS = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
_ASKED = re.compile(r"<(?:sy:)?(ttl|updatePeriod|updateFrequency)>\s*([^<]{0,40})</", re.IGNORECASE)
_HEAD = 20_000
YOUNG = timedelta(days=1)
"""a source is asked at every run of its first day, until its pace is known"""


@dataclass(frozen=True, slots=True)
class Timetable:
    """Who is asked in a run. ``everyone``: all, whatever was planned and asked of us."""

    adaptive: bool = False
    """False: every source at every run, apart from those with an interval of their own"""
    everyone: bool = False

    def asks(self, source: Source, state: FeedState, now: datetime) -> bool:
        """Whether ``source`` is asked at ``now``."""
        if self.everyone:
            return True
        # a wait that no server may ask for was noted by a clock that went wrong
        wait = state.not_before_at - now if state.not_before_at else timedelta()
        if timedelta() < wait <= timedelta(seconds=LONGEST_WAIT):
            return False
        planned = state.next_visit_at
        if planned is None or not (self.adaptive or source.interval_minutes):
            return True
        # a clock that was set back must not keep a source waiting for ever
        return planned <= now + SLACK or planned > now + 2 * timedelta(seconds=LONGEST_MAX_AGE)

    def planned(
        self,
        source: Source,
        state: FeedState,
        now: datetime,
        max_age: int = 0,
        fault: Fault = Fault.NONE,
        known_since_at: datetime | None = None,
    ) -> FeedState:
        """``state`` after a visit at ``now``, with the time of the next one (None: the next run).

        ``known_since_at`` is the source's first visit.
        """
        next_at: datetime | None
        if source.interval_minutes:
            interval = timedelta(minutes=source.interval_minutes)
            next_at = now + interval * _jitter(source.id, interval)
        elif self.adaptive and known_since_at is not None and now - known_since_at >= YOUNG:
            next_at = _adapted(source, state, now, max_age, fault)
        else:
            next_at = None
        if state.not_before_at is not None:
            next_at = max(next_at or now, state.not_before_at)
        return replace(state, next_visit_at=next_at)


def _adapted(
    source: Source, state: FeedState, now: datetime, max_age: int, fault: Fault
) -> datetime:
    quiet = now - state.fresh_at if state.fresh_at else timedelta()
    interval = min(max(quiet / SHARE, SHORTEST), LONGEST)
    next_at = _by_morning(source.id, now, now + interval * _jitter(source.id, interval))
    pause = max(min(state.pause, LONGEST_TTL), min(max_age, LONGEST_MAX_AGE))
    least = timedelta(seconds=max(pause, 0))
    if fault not in (Fault.NONE, Fault.OTHER, Fault.UNKNOWN_HOST):
        least = max(least, REFUSED_SHORTEST)
    return max(next_at, now + least)


def _by_morning(source_id: str, now: datetime, next_at: datetime) -> datetime:
    there = now.astimezone(KST)
    begin, end = MORNING
    if begin <= there.time() < end:
        return min(next_at, now + MORNING_LONGEST)
    morning = there.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    if morning < there:
        morning += timedelta(days=1)
    return min(next_at, morning + MORNING_LONGEST * _fraction(source_id))


def _jitter(source_id: str, interval: timedelta) -> float:
    """A factor around 1, always the same for a source; short intervals are those of cron."""
    if interval <= SHORTEST:
        return 1.0
    return 1 + JITTER * (2 * _fraction(source_id) - 1)


def _fraction(source_id: str) -> float:
    """0 … 1, evenly spread over sources."""
    return hashlib.sha256(source_id.encode()).digest()[0] / 256


def fresh_at(articles: Sequence[Article], before: datetime | None, now: datetime) -> datetime:
    """When a feed that changed last had something new, by the date of its newest entry.

    Where that is no exact time, the change itself is the news.
    """
    newest = max(articles, key=lambda article: article.published_at, default=None)
    if newest is None:
        return before or now
    if newest.time_quality is not TimeQuality.EXACT:
        return now
    return min(newest.published_at, now)


def max_age(headers: Mapping[str, str]) -> int:
    """Seconds of ``Cache-Control: max-age``, less those that a cache had it already; 0 if none."""
    seconds = 0
    for part in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name in ("no-cache", "no-store"):
            return 0
        if name == "max-age":
            seconds = _whole(value.strip('" '))
    return max(0, seconds - _whole(headers.get("Age", "")))


def pause_of(text: str) -> int:
    """Seconds that a feed's ``<ttl>`` (minutes) or ``sy:updatePeriod`` / ``sy:updateFrequency``
    ask for; 0 if it asks for none.
    """
    # what stands inside an entry is the entry's
    head = re.split(r"<(?:item|entry)\b", text[:_HEAD], maxsplit=1)[0]
    said = {name.lower(): value.strip() for name, value in _ASKED.findall(head)}
    seconds = 60 * _whole(said.get("ttl", ""))
    period = _PERIODS.get(said.get("updateperiod", "").lower(), 0)
    seconds = max(seconds, period // max(_whole(said.get("updatefrequency", "")), 1))
    return min(seconds, LONGEST_TTL)


def _whole(text: str) -> int:
    """A number of at most nine digits; 0 for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
