"""When a feed is fine, late, silent, failing or stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.health import WORST_FIRST, Health, health_of, strips
from db.model import FetchOutcome, Source
from db.query import HealthBucket, SourceStatus

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FINE = SourceStatus(
    Source("s", "한새경제", "https://feeds.invalid/s.xml"),
    last_fetch_at=NOW - timedelta(minutes=5),
    last_success_at=NOW - timedelta(minutes=5),
    last_outcome=FetchOutcome.OK,
    newest_at=NOW - timedelta(hours=2),
)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Health.OK),
        ({"last_outcome": FetchOutcome.UNCHANGED}, Health.OK),
        ({"failures_in_row": 1}, Health.LATE),
        ({"failures_in_row": 2}, Health.LATE),
        ({"failures_in_row": 3}, Health.FAILED),
        ({"last_success_at": NOW - timedelta(minutes=61)}, Health.LATE),
        ({"last_success_at": None}, Health.LATE),
        ({"last_outcome": FetchOutcome.EMPTY}, Health.SILENT),
        ({"newest_at": None}, Health.SILENT),
        ({"newest_at": NOW - timedelta(hours=71)}, Health.OK),
        ({"newest_at": NOW - timedelta(hours=73)}, Health.SILENT),
        ({"failures_in_row": 9, "newest_at": None}, Health.FAILED),
    ],
)
def test_states(changed: dict[str, object], expected: Health) -> None:
    assert health_of(replace(FINE, **changed), NOW) is expected  # type: ignore[arg-type]


def test_what_is_switched_off_is_stopped_whatever_the_log_says() -> None:
    off = replace(FINE, source=replace(FINE.source, enabled=False), failures_in_row=9)
    assert health_of(off, NOW) is Health.STOPPED


def test_every_state_has_its_place() -> None:
    assert set(WORST_FIRST) == set(Health)


def test_a_strip_tells_failure_from_silence() -> None:
    slice_ = timedelta(hours=6)
    marks = {0: (4, 0, 1), 1: (0, 4, 0), 2: (3, 1, 0), 3: (4, 0, 2)}
    buckets = [HealthBucket("s", NOW + slice_ * place, *counts) for place, counts in marks.items()]
    (row,) = strips(buckets, NOW, slice_, 5).values()
    assert row == [Health.OK, Health.FAILED, Health.LATE, Health.OK, None]


def test_silence_shows_only_after_three_days() -> None:
    slice_ = timedelta(hours=6)

    def row(quiet: int) -> list[Health | None]:
        buckets = [HealthBucket("s", NOW + slice_ * n, ok=4) for n in range(quiet)]
        return strips(buckets, NOW, slice_, quiet)["s"]

    assert set(row(12)) == {Health.OK}
    assert set(row(13)) == {Health.SILENT}


def test_what_lies_outside_the_strip_is_left_out() -> None:
    early = HealthBucket("s", NOW - timedelta(hours=6), ok=1)
    assert strips([early], NOW, timedelta(hours=6), 2) == {"s": [None, None]}
