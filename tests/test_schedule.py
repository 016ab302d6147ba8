"""When a feed is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.faults import Fault
from db.model import KST, FeedState, Source, TimeQuality
from ingest.collect.schedule import (
    JITTER,
    LONGEST,
    LONGEST_MAX_AGE,
    LONGEST_TTL,
    MORNING_LONGEST,
    SHORTEST,
    SLACK,
    Timetable,
    fresh_at,
    max_age,
    pause_of,
)
from tests.newsroom import article

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""noon in Korea"""
LONG_AGO = NOW - timedelta(days=30)
SOURCE = Source("s", "매체", "https://s.example/rss")
ADAPTIVE = Timetable(adaptive=True)
HOUR = timedelta(hours=1)


def wait(
    quiet: timedelta,
    at: datetime = NOW,
    source: Source = SOURCE,
    timetable: Timetable = ADAPTIVE,
    known_since: datetime | None = LONG_AGO,
    pause: int = 0,
    **more: object,
) -> timedelta | None:
    """Until the next visit of a feed without news for ``quiet``."""
    state = FeedState(fresh_at=at - quiet, pause=pause)
    planned = timetable.planned(source, state, at, known_since_at=known_since, **more)  # type: ignore[arg-type]
    return planned.next_visit_at - at if planned.next_visit_at else None


def near(expected: timedelta) -> object:
    return pytest.approx(expected, rel=None, abs=expected * JITTER)


def test_the_longer_it_is_quiet_the_seldomer_it_is_asked() -> None:
    assert wait(timedelta()) == SHORTEST
    assert wait(50 * timedelta(minutes=1)) == SHORTEST
    assert wait(5 * HOUR) == near(HOUR)
    assert wait(timedelta(days=9)) == near(LONGEST)


def test_news_bring_it_back_at_once() -> None:
    quiet = FeedState(fresh_at=NOW - timedelta(days=3))
    assert ADAPTIVE.planned(SOURCE, replace(quiet, fresh_at=NOW), NOW, known_since_at=LONG_AGO) == (
        FeedState(fresh_at=NOW, next_visit_at=NOW + SHORTEST)
    )


@pytest.mark.parametrize("hour", [5, 6, 8])
def test_in_the_morning_nobody_waits_long(hour: int) -> None:
    morning = datetime(2026, 11, 23, hour, 0, tzinfo=KST)
    assert wait(timedelta(days=9), morning) == MORNING_LONGEST


def test_a_long_pause_ends_with_the_morning() -> None:
    before = datetime(2026, 11, 23, 4, 30, tzinfo=KST)
    waited = wait(timedelta(days=9), before)
    assert waited is not None
    assert timedelta(minutes=30) <= waited <= timedelta(minutes=50)
    after = datetime(2026, 11, 23, 9, 0, tzinfo=KST)
    assert wait(timedelta(days=9), after) == near(LONGEST)


def test_what_the_feed_asks_for_is_granted_within_bounds() -> None:
    assert wait(timedelta(), pause=1800) == timedelta(minutes=30)
    assert wait(timedelta(), max_age=7200) == timedelta(hours=2)
    assert wait(timedelta(), pause=10**9) == timedelta(seconds=LONGEST_TTL)
    assert wait(timedelta(), max_age=10**9) == timedelta(seconds=LONGEST_MAX_AGE)


def test_who_refuses_us_is_asked_once_an_hour() -> None:
    assert wait(timedelta(), fault=Fault.BLOCKED) == HOUR
    assert wait(timedelta(), fault=Fault.OTHER) == SHORTEST


def test_the_users_interval_overrules_but_for_retry_after() -> None:
    often = replace(SOURCE, interval_minutes=10)
    quiet = timedelta(days=9)
    assert wait(quiet, source=often, pause=3600, fault=Fault.BLOCKED) == SHORTEST
    seldom = replace(SOURCE, interval_minutes=600)
    assert wait(timedelta(), source=seldom, timetable=Timetable()) == near(10 * HOUR)
    told = FeedState(not_before_at=NOW + 5 * HOUR)
    assert ADAPTIVE.planned(often, told, NOW).next_visit_at == NOW + 5 * HOUR


def test_without_a_pace_every_run_asks() -> None:
    assert wait(timedelta(days=9), timetable=Timetable()) is None
    assert wait(timedelta(days=9), known_since=NOW - timedelta(hours=23)) is None
    assert wait(timedelta(days=9), known_since=None) is None


def test_who_is_asked() -> None:
    planned = FeedState(next_visit_at=NOW + 10 * SLACK)
    assert not ADAPTIVE.asks(SOURCE, planned, NOW)
    assert ADAPTIVE.asks(SOURCE, planned, NOW + 9 * SLACK)
    assert ADAPTIVE.asks(SOURCE, FeedState(), NOW)
    assert Timetable().asks(SOURCE, planned, NOW)
    assert not Timetable().asks(replace(SOURCE, interval_minutes=60), planned, NOW)
    told = FeedState(not_before_at=NOW + HOUR)
    assert not Timetable().asks(SOURCE, told, NOW)
    assert Timetable(everyone=True).asks(SOURCE, told, NOW)
    assert Timetable(adaptive=True, everyone=True).asks(SOURCE, planned, NOW)


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    assert ADAPTIVE.asks(SOURCE, FeedState(next_visit_at=NOW + timedelta(days=400)), NOW)


@given(
    st.timedeltas(timedelta(), timedelta(days=400)),
    st.timedeltas(timedelta(), timedelta(days=366)),
    st.text("abc-", min_size=1, max_size=8),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_no_feed_is_asked_too_often_or_forgotten(
    quiet: timedelta, later: timedelta, source_id: str, pause: int, age: int
) -> None:
    at = NOW + later
    source = replace(SOURCE, id=source_id)
    known = at - timedelta(days=2)
    waited = wait(quiet, at, source, known_since=known, pause=pause, max_age=age)
    assert waited is not None
    assert waited <= timedelta(seconds=LONGEST_MAX_AGE)
    assert waited >= SHORTEST * (1 - JITTER) or (at + waited).astimezone(KST).hour == 5
    assert waited == wait(quiet, at, source, known_since=known, pause=pause, max_age=age)


def test_feeds_are_spread() -> None:
    waits = {wait(timedelta(days=9), source=replace(SOURCE, id=f"s{n}")) for n in range(50)}
    assert len(waits) > 20


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 0),
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": 'MAX-AGE="600"', "Age": "100"}, 500),
        ({"Cache-Control": "max-age=60", "Age": "100"}, 0),
        ({"Cache-Control": "max-age=600, no-cache"}, 0),
        ({"Cache-Control": "no-store"}, 0),
        ({"Cache-Control": "max-age=-5"}, 0),
        ({"Cache-Control": "max-age=1e9"}, 0),
        ({"Cache-Control": "max-age=" + "9" * 5000}, 0),
        ({"Cache-Control": "s-maxage=600,,="}, 0),
    ],
)
def test_max_age(headers: dict[str, str], expected: int) -> None:
    assert max_age(headers) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", 0),
        ("<ttl>15</ttl>", 900),
        ("<ttl> 1440 </ttl>", 3600),
        ("<ttl>soon</ttl>", 0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        (
            "<sy:updatePeriod>\n hourly\t</sy:updatePeriod><sy:updateFrequency> 4 </sy:updateFrequency>",
            900,
        ),
        ("<sy:updateFrequency>4</sy:updateFrequency>", 0),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            3600,
        ),
        ("<item><ttl>60</ttl></item>", 0),
    ],
)
def test_pauses_that_feeds_ask_for(inside: str, expected: int) -> None:
    assert pause_of(f"<rss><channel><title>x</title>{inside}</channel></rss>") == expected


@given(st.text(max_size=300))
def test_nothing_in_a_feed_breaks_the_schedule(text: str) -> None:
    assert 0 <= pause_of(text) <= LONGEST_TTL
    assert max_age({"Cache-Control": text, "Age": text}) >= 0


def test_when_a_feed_had_something_new() -> None:
    old, new = (article(n, published_at=NOW - n * HOUR) for n in (9, 2))
    assert fresh_at([old, new], LONG_AGO, NOW) == NOW - 2 * HOUR
    assert fresh_at([replace(new, published_at=NOW + HOUR)], None, NOW) == NOW
    assert fresh_at([replace(new, time_quality=TimeQuality.DATE_ONLY), old], LONG_AGO, NOW) == NOW
    assert fresh_at([], LONG_AGO, NOW) == LONG_AGO
    assert fresh_at([], None, NOW) == NOW
