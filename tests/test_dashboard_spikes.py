"""Holidays, and days that stand out: against the same weekdays, by story, never because of a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import clock, data, formats, holidays, spikes
from dashboard.labels import Labels
from dashboard.spikes import Feeds, Spike
from db.query import HealthBucket
from tests import fake_store

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 18)
"""a Wednesday; no holiday in the eight weeks before falls on one"""
LONG_AGO = date(2020, 1, 1)
USUAL = {DAY - timedelta(back): 4 + back % 2 for back in range(1, 57)}
ALL = Feeds(20, 20)


def known(**changes: Feeds) -> dict[date, Feeds]:
    days = {DAY - timedelta(back): ALL for back in range(57)}
    return days | {DAY - timedelta(int(back[1:])): feeds for back, feeds in changes.items()}


# --- holidays -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 2, 17), "설날"),
        (date(2026, 3, 2), "삼일절"),
        (date(2026, 9, 25), "추석"),
        (date(2025, 10, 8), "추석"),
        (date(2027, 12, 27), "성탄절"),
        (date(2026, 7, 17), "제헌절"),
        (date(2025, 7, 17), ""),
        (date(2026, 11, 23), ""),
        (date(1990, 1, 1), ""),
    ],
)
def test_holidays(day: date, name: str) -> None:
    assert holidays.name(day, "ko") == name
    assert holidays.off(day) is bool(name)


def test_the_table_holds_every_year_whole() -> None:
    table = holidays.table()
    for year in range(2020, 2031):
        days = [day for day in table if day.year == year]
        fixed = [(1, 1), (3, 1), (5, 5), (6, 6), (8, 15), (10, 3), (10, 9), (12, 25)]
        assert {date(year, *day) for day in fixed} <= set(days)
        names = Counter(table[day]["ko"] for day in days)
        assert names["설날"] in {3, 4}
        assert names["추석"] >= 2
        # three days in a row, the middle one of which is the feast
        feast = sorted(day for day in days if table[day]["ko"] == "설날")
        assert feast[2] - feast[0] == timedelta(2)


# --- spikes ---------------------------------------------------------------------------------------


def test_a_day_is_held_against_its_own_weekday() -> None:
    assert spikes.find({**USUAL, DAY: 13}, [DAY], LONG_AGO, None) == [Spike(DAY, 13, 4, 8)]
    weekends = {day: 30 if day.weekday() == 2 else 2 for day in USUAL}
    assert spikes.find({**weekends, DAY: 30}, [DAY], LONG_AGO, None) == []


def test_an_earlier_spike_does_not_hide_the_next() -> None:
    stories = {**USUAL, DAY - timedelta(7): 60, DAY: 13}
    assert [spike.day for spike in spikes.find(stories, [DAY], LONG_AGO, None)] == [DAY]


@pytest.mark.parametrize("count", [0, 4, 9])
def test_ordinary_days_do_not_stand_out(count: int) -> None:
    assert spikes.find({**USUAL, DAY: count}, [DAY], LONG_AGO, None) == []


def test_few_stories_are_no_spike() -> None:
    assert spikes.find({DAY: 4}, [DAY], LONG_AGO, None) == []
    assert spikes.find({DAY: 6}, [DAY], LONG_AGO, None) == [Spike(DAY, 6, 0, 8)]


def test_a_short_past_tells_nothing() -> None:
    assert spikes.find({**USUAL, DAY: 13}, [DAY], DAY - timedelta(21), None) == []


def test_after_an_outage_nothing_stands_out() -> None:
    """Feeds were dead for weeks: what came then is no yardstick for a normal day."""
    stories = {day: 0 if day >= DAY - timedelta(42) else 13 for day in USUAL}
    dead = {f"d{back}": Feeds(2, 20) for back in range(1, 43)}
    assert spikes.find({**stories, DAY: 13}, [DAY], LONG_AGO, known(**dead)) == []
    assert spikes.find({**stories, DAY: 13}, [DAY], LONG_AGO, known()) != []


def test_a_day_with_missing_feeds_is_not_judged() -> None:
    stories = {**USUAL, DAY: 13}
    assert spikes.find(stories, [DAY], LONG_AGO, known(d0=Feeds(9, 20))) == []
    no_visits = {day: feeds for day, feeds in known().items() if day != DAY}
    assert spikes.find(stories, [DAY], LONG_AGO, no_visits) == []


def test_new_feeds_make_no_spike() -> None:
    fewer = {f"d{back}": Feeds(8, 8) for back in range(1, 57)}
    assert spikes.find({**USUAL, DAY: 13}, [DAY], LONG_AGO, known(**fewer)) == []


def test_a_holiday_is_a_sunday() -> None:
    chuseok = date(2026, 9, 24)
    assert chuseok.weekday() == 3
    assert spikes.kind(chuseok) == spikes.SUNDAY
    quiet = {
        chuseok - timedelta(n): 2 if spikes.kind(chuseok - timedelta(n)) == 6 else 20
        for n in range(1, 57)
    }
    (found,) = spikes.find({**quiet, chuseok: 12}, [chuseok], LONG_AGO, None)
    assert found.usual == 2


def test_feeds_of_a_day() -> None:
    midnight = datetime(2026, 11, 17, 15, tzinfo=UTC)
    found = spikes.feeds(
        [HealthBucket("a", midnight, ok=9, failed=1), HealthBucket("b", midnight, failed=9)]
    )
    assert found == {DAY: Feeds(1, 2)}
    assert not found[DAY].complete


# --- on the page ----------------------------------------------------------------------------------


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_store.FakeStore]:
    """Thirty stories on one Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    st.cache_data.clear()
    store = fake_store.filled(NOW)
    store.buckets = []
    some = store.details[0]
    at = datetime(2026, 11, 18, 3, tzinfo=UTC)
    for number in range(30):
        card = replace(
            some.card,
            id=f"{number:016x}",
            published_at=at,
            story_id=f"busy{number}",
            story_articles=9,
            first_in_story=True,
            title="<b>별마루칩스</b> 견학 $1$",
        )
        store.details.append(replace(some, card=card, similar=(card,)))
    monkeypatch.setattr(data, "store", lambda: store)
    yield store
    st.cache_data.clear()


@pytest.mark.parametrize(("lang", "said"), [("ko", "평소 수요일"), ("en", "on a Wed")])
@pytest.mark.usefixtures("busy")
def test_a_spike_is_told_with_its_story(lang: str, said: str) -> None:
    test = AppTest.from_file(str(data.__file__).replace("data.py", "app.py"), default_timeout=30)
    test.query_params["lang"] = lang
    test.run()
    assert not test.exception
    page = "\n".join(part.value for part in test.html)
    assert said in page
    assert "&lt;b&gt;별마루칩스&lt;/b&gt; 견학" in page
    assert "from=2026-11-18&amp;to=2026-11-18" in page


@pytest.mark.parametrize(
    ("value", "ko", "en"),
    [(9_999, "9,999", "9,999"), (12_345, "1.2만", "12.3k"), (1_234_567, "123.5만", "1,234.6k")],
)
def test_large_numbers_of_tiles(value: int, ko: str, en: str) -> None:
    assert formats.compact(Labels("ko"), value) == ko
    assert formats.compact(Labels("en"), value) == en
