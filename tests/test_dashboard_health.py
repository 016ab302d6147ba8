"""In which state a feed is, since when, and how the strip of the last days shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.coverage import judge, strips
from dashboard.health_table import CLASSES, GROUPS, SIGNS
from dashboard.labels import Labels
from db.faults import Fault
from db.gaps import Gap
from db.habit import Habit
from db.health import WORST_FIRST, Health, health_of, hiccups, retires, since_of
from db.model import FetchOutcome, Source
from db.query import HealthBucket, SourceStatus

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Monday noon in Korea"""
FINE = SourceStatus(
    Source("s", "한새경제", "https://feeds.invalid/s.xml"),
    first_fetch_at=NOW - timedelta(days=90),
    last_fetch_at=NOW - timedelta(minutes=5),
    last_success_at=NOW - timedelta(minutes=5),
    last_answer_at=NOW - timedelta(minutes=5),
    last_outcome=FetchOutcome.OK,
    newest_at=NOW - timedelta(hours=2),
)
WEEKDAYS_ONLY = Habit((20, 20, 20, 20, 20, 0, 0))
SELDOM = Habit((0.1,) * 7)


def failing(count: int, since: timedelta, fault: Fault = Fault.OTHER) -> dict[str, object]:
    return {
        "failures_in_row": count,
        "last_outcome": FetchOutcome.FAILED,
        "last_answer_at": NOW - since,
        "last_success_at": NOW - since,
        "fault": fault,
        "fault_in_row": count,
        "fault_since_at": NOW - since,
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Health.OK),
        ({"last_outcome": FetchOutcome.UNCHANGED}, Health.UNCHANGED),
        ({"last_fetch_at": None}, Health.UNVISITED),
        ({"last_fetch_at": NOW - timedelta(minutes=61)}, Health.UNVISITED),
        (
            {
                "last_fetch_at": NOW - timedelta(hours=3),
                "next_visit_at": NOW - timedelta(minutes=59),
            },
            Health.OK,
        ),
        (failing(2, timedelta(minutes=30)), Health.LATE),
        (failing(3, timedelta(minutes=30)), Health.FAILING),
        (failing(1, timedelta(hours=5)), Health.LATE),
        (failing(1, timedelta(hours=6)), Health.FAILING),
        (failing(3, timedelta(minutes=30), Fault.BLOCKED), Health.BLOCKED),
        (failing(1, timedelta(minutes=9), Fault.GONE), Health.GONE),
        (failing(6, timedelta(hours=23), Fault.MISSING), Health.FAILING),
        (failing(6, timedelta(hours=24), Fault.MISSING), Health.GONE),
        (failing(9, timedelta(days=2), Fault.UNKNOWN_HOST), Health.FAILING),
        (failing(9, timedelta(days=3), Fault.UNKNOWN_HOST), Health.GONE),
        ({"retired_at": NOW - timedelta(days=30)}, Health.GONE),
        ({"empty_since_at": NOW - timedelta(hours=1)}, Health.EMPTY),
        ({"last_outcome": FetchOutcome.EMPTY}, Health.EMPTY),
        ({"newest_at": None}, Health.SILENT),
        ({"newest_at": NOW - timedelta(hours=71)}, Health.OK),
        ({"newest_at": NOW - timedelta(hours=73)}, Health.SILENT),
        ({"newest_at": None, "last_new_at": NOW - timedelta(hours=71)}, Health.OK),
        ({"newest_at": NOW - timedelta(days=68)}, Health.STALE),
        ({"newest_at": NOW - timedelta(days=68), "last_new_at": NOW}, Health.STALE),
        ({"newest_at": NOW - timedelta(days=30), "habit": SELDOM}, Health.OK),
        ({"newest_at": NOW - timedelta(days=50), "habit": SELDOM}, Health.STALE),
    ],
)
def test_states(changed: dict[str, object], expected: Health) -> None:
    assert health_of(replace(FINE, **changed), NOW) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("newest", "answer", "expected"),
    [
        # Friday evening to Monday before midnight: nobody expected anything
        (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 23, 14, tzinfo=UTC), Health.OK),
        # a whole Monday without anything
        (
            datetime(2026, 11, 20, 9, tzinfo=UTC),
            datetime(2026, 11, 23, 15, 5, tzinfo=UTC),
            Health.SILENT,
        ),
        # Tuesday morning to Wednesday evening: no whole day is over
        (datetime(2026, 11, 17, 0, tzinfo=UTC), datetime(2026, 11, 18, 9, tzinfo=UTC), Health.OK),
        (
            datetime(2026, 11, 17, 0, tzinfo=UTC),
            datetime(2026, 11, 18, 15, 5, tzinfo=UTC),
            Health.SILENT,
        ),
    ],
)
def test_silence_is_judged_by_the_sources_own_week(
    newest: datetime, answer: datetime, expected: Health
) -> None:
    status = replace(
        FINE, newest_at=newest, last_answer_at=answer, last_fetch_at=answer, habit=WEEKDAYS_ONLY
    )
    assert health_of(status, answer) is expected


def test_silence_is_judged_as_of_the_last_answer() -> None:
    """A feed that fails for five days has not been silent for five days."""
    status = replace(FINE, **failing(1, timedelta(days=5)), newest_at=NOW - timedelta(days=5))  # type: ignore[arg-type]
    assert health_of(status, NOW) is Health.FAILING
    assert health_of(replace(status, failures_in_row=0, last_answer_at=NOW), NOW) is Health.SILENT


def test_what_is_switched_off_is_stopped_whatever_the_log_says() -> None:
    off = replace(FINE, source=replace(FINE.source, enabled=False), failures_in_row=9)
    assert health_of(off, NOW) is Health.STOPPED


@pytest.mark.parametrize(
    ("count", "days", "fault", "expected"),
    [
        (3, 1.0, Fault.GONE, True),
        (3, 0.9, Fault.GONE, False),
        (2, 9.0, Fault.GONE, False),
        (10, 3.0, Fault.MISSING, True),
        (9, 9.0, Fault.MISSING, False),
        (99, 99.0, Fault.UNKNOWN_HOST, False),
        (99, 99.0, Fault.BLOCKED, False),
        (99, 99.0, Fault.OTHER, False),
    ],
)
def test_only_who_says_so_again_and_again_is_retired(
    count: int, days: float, fault: Fault, expected: bool
) -> None:
    status = replace(FINE, **failing(count, timedelta(days=days), fault))  # type: ignore[arg-type]
    assert retires(status, NOW) is expected


def test_every_state_has_its_place_its_sign_and_its_words() -> None:
    assert set(WORST_FIRST) == set(Health) == set(SIGNS) == set(CLASSES)
    assert sorted([h for group in GROUPS.values() for h in group] + [Health.STOPPED]) == sorted(
        Health
    )
    for language in ("ko", "en"):
        labels = Labels(language)
        assert all(labels(f"health.{h}{part}") for h in Health for part in ("", "_say", "_do"))


def test_since_when() -> None:
    assert since_of(FINE, Health.OK) is None
    hours = timedelta(hours=5)
    broken = replace(FINE, **failing(4, hours))  # type: ignore[arg-type]
    assert since_of(broken, Health.FAILING) == NOW - hours
    assert since_of(replace(FINE, newest_at=NOW - hours), Health.SILENT) == NOW - hours
    assert since_of(replace(FINE, empty_since_at=NOW - hours), Health.EMPTY) == NOW - hours
    assert since_of(replace(broken, retired_at=NOW), Health.GONE) == NOW


SLICE = timedelta(hours=6)
SINCE = NOW - 4 * SLICE


def gap(health: Health, start: float, end: float | None, **changed: object) -> Gap:
    """In slices from `SINCE`."""
    start_at = SINCE + SLICE * start
    end_at = None if end is None else SINCE + SLICE * end
    found = Gap("s", "한새경제", health, start_at, end_at, end_at)
    return replace(found, **changed)  # type: ignore[arg-type]


def row(*gaps: Gap, status: SourceStatus = FINE) -> list[Health | None]:
    return strips(gaps, [status], SINCE, SLICE, 4, NOW)["s"]


def test_a_slice_is_as_what_takes_up_half_of_it() -> None:
    assert row(gap(Health.FAILING, 1.4, 2.6)) == [
        Health.OK,
        Health.FAILING,
        Health.FAILING,
        Health.OK,
    ]
    assert row(gap(Health.FAILING, 1.6, 2.4)) == [Health.OK] * 4
    assert row(gap(Health.SILENT, -3, None))[3] is Health.SILENT
    both = row(gap(Health.SILENT, 0, 4), gap(Health.BLOCKED, 1, 2))
    assert both == [Health.SILENT, Health.BLOCKED, Health.SILENT, Health.SILENT]


def test_before_the_first_visit_nothing_is_known() -> None:
    young = replace(FINE, first_fetch_at=SINCE + 2.5 * SLICE)
    assert row(status=young) == [None, None, Health.OK, Health.OK]
    retired = replace(FINE, retired_at=SINCE + 1.5 * SLICE)
    assert row(status=retired) == [Health.OK, Health.OK, None, None]


def test_a_single_failed_visit_shows_on_the_page_of_sources_only() -> None:
    bucket = HealthBucket("s", SINCE + SLICE, ok=30, failed=1)
    broken = replace(bucket, start_at=SINCE + 2 * SLICE)
    strip = {"s": row(gap(Health.FAILING, 2, 3))}
    marked = hiccups([bucket, broken], strip, SINCE, SLICE)["s"]
    assert marked == [Health.OK, Health.LATE, Health.FAILING, Health.OK]


def coverage(*gaps: Gap, many_bars: bool = False):  # type: ignore[no-untyped-def]
    others = [replace(FINE, source=replace(FINE.source, id=name)) for name in ("t", "u")]
    return judge(gaps, [FINE, *others], SINCE, SLICE, 4, NOW, many_bars=many_bars)


def test_counts_are_at_least_where_articles_are_missing() -> None:
    shown = coverage(gap(Health.FAILING, 1, 2))
    assert [shown.incomplete(SINCE + n * SLICE, SLICE) for n in range(4)] == [
        False,
        True,
        False,
        False,
    ]
    assert shown.troubled == ("s",)
    assert [found.source_id for found in shown.rows] == ["s", ""]


def test_what_was_found_later_or_was_mere_silence_is_not_missing() -> None:
    back = gap(Health.FAILING, 1, 3)
    healed = coverage(replace(back, missing_to_at=back.start_at))
    assert not healed.incomplete(SINCE, 4 * SLICE)
    assert healed.rows[0].slices[1:3] == (Health.FAILING, Health.FAILING)
    half = coverage(replace(back, missing_to_at=SINCE + 2 * SLICE))
    assert half.incomplete(SINCE + SLICE, SLICE)
    assert not half.incomplete(SINCE + 2 * SLICE, SLICE)
    assert not coverage(gap(Health.SILENT, 0, None)).incomplete(SINCE, 4 * SLICE)


def test_what_lasts_is_missing_up_to_now_and_not_beyond() -> None:
    shown = coverage(gap(Health.UNVISITED, 3, None))
    assert shown.incomplete(NOW - SLICE, SLICE)
    assert not shown.incomplete(NOW, SLICE)
    assert not shown.stopped
    every = [gap(Health.UNVISITED, 3, None, source_id=name) for name in "stu"]
    assert coverage(*every).stopped


def test_one_silent_feed_among_many_does_not_make_all_silent() -> None:
    shown = coverage(
        gap(Health.SILENT, 0, 4), gap(Health.GONE, 2, 3, source_id="t"), many_bars=True
    )
    (found,) = shown.rows
    assert found.slices == (Health.OK, Health.OK, Health.GONE, Health.OK)
