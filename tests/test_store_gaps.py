"""Gaps in the coverage, as the store keeps them with every visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.errors import NotFound
from db.faults import Fault
from db.gaps import Gap
from db.habit import Habit
from db.health import FINE, Health, health_of
from db.model import Article, FeedState, FetchOutcome, FetchReport, Source, TimeQuality
from db.query import SourceStatus
from db.sqlite import SqliteStore
from tests.newsroom import NOON, SOURCES, article, opened

OK, UNCHANGED, EMPTY, FAILED = (
    FetchOutcome.OK,
    FetchOutcome.UNCHANGED,
    FetchOutcome.EMPTY,
    FetchOutcome.FAILED,
)
LONG_AGO = NOON - timedelta(days=400)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def visit(
    store: SqliteStore,
    hours: float,
    outcome: FetchOutcome = OK,
    listed: Sequence[Article] = (),
    *,
    status: int | None = None,
    fault: Fault = Fault.NONE,
    newest: float | None = None,
    next_hours: float = 0.25,
    source: str = "alpha",
) -> int:
    """A visit at `at(hours)`; the next is planned ``next_hours`` later."""
    dated = [item.published_at for item in listed]
    report = FetchReport(
        source,
        at(hours),
        outcome,
        status,
        entries=len(listed),
        newest_at=at(newest) if newest is not None else max(dated, default=None),
        fault=fault,
    )
    state = FeedState(next_visit_at=at(hours + next_hours))
    return store.add_articles(listed, report, state, store.start_run(at(hours)))


def items(*hours: float, first: int = 1) -> list[Article]:
    """Entries published then."""
    return [
        article(number, published_at=at(hour), first_seen_at=at(hour))
        for number, hour in enumerate(hours, start=first)
    ]


def gaps(store: SqliteStore, now: float) -> list[tuple[Health, float, float | None, float | None]]:
    """Of alpha: state, start, end and up to when articles are missing, in hours."""

    def hours(instant: datetime | None) -> float | None:
        return None if instant is None else (instant - NOON) / timedelta(hours=1)

    found = store.gaps(LONG_AGO, at(now), now=at(now))
    return [
        (
            gap.health,
            (gap.start_at - NOON) / timedelta(hours=1),
            hours(gap.end_at),
            hours(gap.missing_to_at),
        )
        for gap in found
        if gap.source_id == "alpha"
    ]


def alpha(store: SqliteStore, now: float) -> SourceStatus:
    return next(s for s in store.sources(at(now)) if s.source.id == "alpha")


def fail(store: SqliteStore, *hours: float, status: int = 500) -> None:
    for hour in hours:
        visit(store, hour, FAILED, status=status)


def test_an_outage_lasts_from_the_last_answer_to_the_next(store: SqliteStore) -> None:
    visit(store, 0, OK, items(-1))
    fail(store, 0.25, 0.5)
    assert gaps(store, 0.6) == []
    fail(store, 0.75)
    assert gaps(store, 0.8) == [(Health.FAILING, 0, None, None)]
    visit(store, 1, OK, items(0.9, first=2))
    expected = [(Health.FAILING, 0, 1, 0.9)]
    assert gaps(store, 1.1) == expected
    visit(store, 1.25, OK, items(0.9, first=2))
    assert gaps(store, 1.3) == expected


@pytest.mark.parametrize(
    ("outcome", "listed", "missing_to"),
    [
        (OK, items(-3, -2, 5), 0),
        (OK, items(-3, 4, 5), 4),
        (OK, items(4, 5), 5),
        (OK, items(4), 4),
        (OK, [replace(items(-3)[0], time_quality=TimeQuality.GUESSED)], 6),
        (OK, (), 6),
        (UNCHANGED, (), 0),
        (EMPTY, (), 6),
    ],
)
def test_what_the_feed_still_lists_is_not_missing(
    store: SqliteStore, outcome: FetchOutcome, listed: Sequence[Article], missing_to: float
) -> None:
    """The oldest entry may be pinned, so it proves nothing where there are others."""
    visit(store, 0, OK, items(-1, first=90), newest=-1)
    fail(store, 1, 2, 3)
    visit(store, 6, outcome, listed)
    (first, *_) = gaps(store, 6.1)
    assert first == (Health.FAILING, 0, 6, missing_to)


def test_an_aggregator_lists_old_entries_and_proves_nothing(store: SqliteStore) -> None:
    store.save_sources([replace(SOURCES[0], aggregator=True)])
    visit(store, 0, OK, items(-1))
    fail(store, 1, 2, 3)
    visit(store, 6, OK, items(-50, -40, 5, first=2))
    assert gaps(store, 6.1) == [(Health.FAILING, 0, 6, 6)]


def test_no_run_at_all_is_a_gap_of_every_source(store: SqliteStore) -> None:
    for source in SOURCES:
        visit(store, 0, UNCHANGED, source=source.id)
    assert store.gaps(NOON, at(1.2)) == []
    found = store.gaps(NOON, at(9))
    assert {(gap.source_id, gap.health, gap.end_at) for gap in found} == {
        (source.id, Health.UNVISITED, None) for source in SOURCES
    }
    assert {gap.outlet for gap in store.gaps(NOON, at(9), ("나루신문",))} == {"나루신문"}
    visit(store, 9, OK, items(8, 8.5))
    assert gaps(store, 9.1) == [(Health.UNVISITED, 0, 9, 8.5)]


def test_waiting_for_the_planned_visit_is_no_gap(store: SqliteStore) -> None:
    visit(store, 0, UNCHANGED, next_hours=6)
    assert gaps(store, 6.9) == []
    visit(store, 6.9, OK, items(6))
    assert gaps(store, 7) == []
    visit(store, 7, FetchOutcome.SKIPPED, next_hours=24)
    assert gaps(store, 30) == []


def test_a_past_period_is_judged_by_what_is_known_now(store: SqliteStore) -> None:
    visit(store, 0, OK, items(-1))
    fail(store, 1, 2, 3)
    visit(store, 6, OK, items(5.9, first=2))
    during = store.gaps(at(2), at(3), now=at(50))
    assert [gap.end_at for gap in during] == [at(6)]
    assert [gap.health for gap in store.gaps(at(6.1), at(6.5))] == []
    assert store.gaps(at(-5), at(0), now=at(6.5)) == []


def test_blocked_and_gone_are_told_apart(store: SqliteStore) -> None:
    visit(store, 0, UNCHANGED)
    fail(store, 1, 2, 3, status=403)
    assert gaps(store, 3.1) == [(Health.BLOCKED, 0, None, None)]
    fail(store, 4, status=410)
    assert gaps(store, 4.1) == [(Health.GONE, 0, None, None)]
    visit(store, 5, FAILED, fault=Fault.UNKNOWN_HOST)
    status = alpha(store, 5)
    assert (status.fault, status.fault_in_row) == (Fault.UNKNOWN_HOST, 1)
    assert status.fault_since_at == at(5)


def test_an_empty_feed_stays_empty_while_it_does_not_change(store: SqliteStore) -> None:
    visit(store, 0, OK, items(-1))
    visit(store, 1, EMPTY)
    visit(store, 2, UNCHANGED)
    assert health_of(alpha(store, 2), at(2)) is Health.EMPTY
    assert gaps(store, 2) == [(Health.EMPTY, 1, None, None)]
    visit(store, 3, OK, items(-1, 2))
    assert gaps(store, 3) == [(Health.EMPTY, 1, 3, 2)]


def test_silence_ends_when_something_new_comes(store: SqliteStore) -> None:
    visit(store, 0, OK, items(-1))
    visit(store, 80, UNCHANGED)
    assert (Health.SILENT, 0, None, None) in gaps(store, 80)
    visit(store, 81, OK, items(-1))
    assert (Health.SILENT, 0, None, None) in gaps(store, 81)
    visit(store, 82, OK, items(-1, 81.5))
    assert (Health.SILENT, 0, 82, 81.5) in gaps(store, 82)


def test_what_another_source_brought_first_is_no_silence(store: SqliteStore) -> None:
    """Sections of one outlet list the same articles; only the first of them stores them."""
    for hours in (0, 90):
        listed = items(hours - 1, first=int(hours) + 1)
        visit(store, hours, OK, [replace(a, source_id="beta") for a in listed], source="beta")
        assert visit(store, hours + 0.1, OK, listed) == 0
    assert health_of(alpha(store, 90.1), at(90.1)) in FINE


def test_the_habit_is_learned_from_past_weeks(store: SqliteStore) -> None:
    per_day = [
        article(100 * day + n, published_at=at(-24 * day), first_seen_at=at(-24 * day))
        for day in range(1, 40)
        for n in range(3)
    ]
    visit(store, 0, OK, per_day)
    assert alpha(store, 0).habit == Habit((3,) * 7)
    visit(store, 36, UNCHANGED)
    assert health_of(alpha(store, 36), at(36)) in FINE
    visit(store, 59, UNCHANGED)
    assert health_of(alpha(store, 59), at(59)) in FINE
    # two whole days without the three articles that each brings
    visit(store, 61, UNCHANGED)
    assert health_of(alpha(store, 61), at(61)) is Health.SILENT


def retire(store: SqliteStore) -> None:
    visit(store, 0, OK, items(-1))
    for hours in (10, 20, 34.5):
        assert alpha(store, hours).retired_at is None
        visit(store, hours, FAILED, status=410)


def test_a_source_that_is_gone_for_good_is_retired_and_loses_nothing(store: SqliteStore) -> None:
    retire(store)
    status = alpha(store, 35)
    assert status.retired_at == at(34.5)
    assert health_of(status, at(35)) is Health.GONE
    assert status.articles == 1
    assert len(store.fetches("alpha")) == 4
    # from here on it is no longer among what is counted
    assert gaps(store, 400) == [(Health.GONE, 0, 34.5, 34.5)]


def test_a_retired_source_can_be_revived(store: SqliteStore) -> None:
    retire(store)
    assert store.revive("alpha")
    assert not store.revive("alpha")
    status = alpha(store, 35)
    assert (status.retired_at, status.failures_in_row, status.last_success_at) == (None, 0, at(0))
    assert store.feed_states()["alpha"] == FeedState()
    visit(store, 36, FAILED, status=410)
    assert alpha(store, 36).retired_at is None
    with pytest.raises(NotFound):
        store.revive("nobody")


def test_another_address_is_another_feed(store: SqliteStore) -> None:
    retire(store)
    store.save_sources(SOURCES)
    assert alpha(store, 35).retired_at is not None
    store.save_sources([replace(SOURCES[0], url="https://alpha.example/new"), *SOURCES[1:]])
    assert alpha(store, 35).retired_at is None
    assert store.feed_states()["alpha"].etag == ""


def test_what_is_switched_off_has_no_gap_meanwhile(store: SqliteStore) -> None:
    visit(store, 0, OK, items(-1))
    fail(store, 1, 2, 3)
    off = [replace(SOURCES[0], enabled=False), *SOURCES[1:]]
    store.save_sources(off)
    assert gaps(store, 50) == [(Health.FAILING, 0, 3, 3)]
    store.save_sources(SOURCES)
    visit(store, 50, OK, items(49))
    assert gaps(store, 50) == [(Health.FAILING, 0, 3, 3)]


def test_a_source_keeps_the_users_interval(store: SqliteStore) -> None:
    slow = Source("alpha", "가람일보", "https://alpha.example/rss", interval_minutes=90)
    store.save_sources([slow])
    assert [s.source for s in store.sources(NOON)] == [slow]


def test_what_subscribers_were_told(store: SqliteStore) -> None:
    assert store.announced() == {}
    store.save_announced({"alpha": Health.SILENT, "beta": Health.GONE})
    store.save_announced({"alpha": Health.OK})
    assert store.announced() == {"alpha": Health.OK, "beta": Health.GONE}


def test_the_gap_says_what_is_missing() -> None:
    gap = Gap("s", "매체", Health.FAILING, at(0), at(6), at(4))
    assert gap.misses(at(-1), at(1))
    assert gap.misses(at(3), at(5))
    assert not gap.misses(at(4), at(5))
    assert not gap.misses(at(-2), at(0))
    assert not replace(gap, health=Health.SILENT).misses(at(-1), at(1))
