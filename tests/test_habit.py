"""What a source usually brings on each weekday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.habit import FEWEST_DAYS, WINDOW_DAYS, Habit, learn

LAST = date(2026, 11, 22)
"""a Sunday"""
DAYS = [LAST - timedelta(n) for n in range(WINDOW_DAYS)]


def test_weekdays_differ() -> None:
    habit = learn({day: 0 if day.weekday() > 4 else 10 + day.weekday() for day in DAYS}, LAST)
    assert habit is not None
    assert habit.weekdays == (10, 11, 12, 13, 14, 0, 0)


def test_a_holiday_and_a_special_edition_change_nothing() -> None:
    usual = dict.fromkeys(DAYS, 10)
    odd = usual | {date(2026, 11, 16): 0, date(2026, 11, 9): 90}
    assert learn(odd, LAST) == learn(usual, LAST)


def test_days_on_which_the_source_was_not_seen_say_nothing() -> None:
    blind = [day for day in DAYS if day.weekday() == 0][:5]
    articles = {day: 0 if day in blind else 10 for day in DAYS}
    assert learn(articles, LAST, blind) == Habit((10,) * 7)
    assert learn(articles, LAST) != Habit((10,) * 7)


def test_a_new_source_has_no_habit_yet() -> None:
    new = dict.fromkeys(DAYS[:FEWEST_DAYS], 10)
    assert learn(new, LAST) is None
    new[DAYS[FEWEST_DAYS]] = 1
    # the first day may have been cut by the feed's window
    assert learn(new, LAST) == Habit((10,) * 7)
    assert learn({}, LAST) is None


def test_a_source_that_seldom_writes() -> None:
    habit = learn({DAYS[50]: 1, DAYS[30]: 1, DAYS[10]: 1}, LAST)
    assert habit is not None
    assert habit.weekdays == pytest.approx((0.04,) * 7)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ((20, 9), (22, 14), 0),
        ((20, 9), (23, 15), 7),
        ((20, 9), (30, 9), 13),
        ((20, 9), (20, 9), 0),
        ((23, 9), (20, 9), 0),
    ],
)
def test_whole_korean_days_are_counted(
    since: tuple[int, int], until: tuple[int, int], expected: float
) -> None:
    """15:00 UTC is midnight in Korea; the 20th is a Friday."""
    habit = Habit((7, 1, 1, 1, 3, 0, 0))
    begin, end = (datetime(2026, 11, *at, tzinfo=UTC) for at in (since, until))
    assert habit.expected(begin, end) == expected


@given(
    st.dictionaries(st.sampled_from(DAYS), st.integers(0, 5000)),
    st.sets(st.sampled_from(DAYS)),
)
def test_a_habit_lies_between_the_least_and_the_most(
    articles: dict[date, int], blind: set[date]
) -> None:
    habit = learn(articles, LAST, blind)
    if habit is not None:
        assert all(0 <= value <= max(articles.values()) for value in habit.weekdays)
        assert sum(habit.weekdays) > 0
