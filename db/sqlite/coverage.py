"""What each source usually brings, and when it could not be seen."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from db.gaps import Gap, open_gaps
from db.habit import WINDOW_DAYS, Habit, learn
from db.health import OUTAGES, Health
from db.model import kst_day
from db.query import SourceStatus
from db.sqlite.values import (
    DAY_SECONDS,
    KST_SECONDS,
    day_start,
    maybe_date,
    source_ids,
    to_day,
    to_instant,
    to_json,
    to_seconds,
)

_OUTAGES = ", ".join(f"'{health}'" for health in sorted(OUTAGES))


def count_days(connection: sqlite3.Connection, days: Iterable[tuple[int, int, int]]) -> None:
    """Add (source, day, articles) to what is known of the sources' habits. Inside a write."""
    connection.executemany(
        """INSERT INTO source_days VALUES (?, ?, ?)
            ON CONFLICT (source, day) DO UPDATE SET articles = articles + excluded.articles""",
        days,
    )


def habits(
    connection: sqlite3.Connection, now: datetime, source: int | None = None
) -> Mapping[int, Habit]:
    """By internal id the habit of every configured source that has one; or of one source."""
    last = to_day(kst_day(now)) - 1
    asked = {"first": last - WINDOW_DAYS + 1, "last": last, "source": source}
    one = "s.position IS NOT NULL" if source is None else "s.id = :source"
    articles: dict[int, dict[date, int]] = defaultdict(dict)
    for number, day, count in connection.execute(
        f"""SELECT d.source, d.day, d.articles FROM sources s JOIN source_days d
            ON d.source = s.id AND d.day BETWEEN :first AND :last WHERE {one}""",
        asked,
    ):
        articles[number][_date(day)] = count
    blind: dict[int, set[date]] = defaultdict(set)
    for number, start, end in connection.execute(
        f"""SELECT g.source, g.start_at, g.missing_to_at FROM sources s JOIN gaps g
            ON g.source = s.id AND g.end_at >= :since
            WHERE {one} AND g.health IN ({_OUTAGES}) AND g.missing_to_at > g.start_at""",
        {**asked, "since": day_start(asked["first"] or 0)},
    ):
        first, final = ((at + KST_SECONDS) // DAY_SECONDS for at in (start, end))
        blind[number].update(map(_date, range(max(first, last - WINDOW_DAYS), final + 1)))
    found = {
        number: learn(days, _date(last), blind.get(number, ())) for number, days in articles.items()
    }
    return {number: habit for number, habit in found.items() if habit is not None}


def _date(day: int) -> date:
    found = maybe_date(day)
    assert found is not None
    return found


def close(
    connection: sqlite3.Connection, source: int, gaps: Sequence[Gap], to_at: datetime
) -> None:
    """Keep ``gaps``, which ended; those without an end ended at ``to_at``. Inside a write."""
    rows = []
    for gap in gaps:
        end_at = gap.end_at or to_at
        if end_at > gap.start_at:
            times = (gap.start_at, end_at, gap.missing_to_at or end_at)
            rows.append((source, gap.health, *map(to_seconds, times)))
    connection.executemany(
        """INSERT INTO gaps (source, health, start_at, end_at, missing_to_at)
            VALUES (?, ?, ?, ?, ?)""",
        rows,
    )


def gaps(
    connection: sqlite3.Connection,
    statuses: Sequence[SourceStatus],
    start_at: datetime,
    end_at: datetime,
    outlets: Sequence[str],
    now: datetime,
) -> list[Gap]:
    """Those that are over, and those of ``statuses`` that last at ``now``; see `ReadStore.gaps`."""
    rows = connection.execute(
        """SELECT s.slug, s.outlet, g.* FROM gaps g JOIN sources s ON s.id = g.source
            WHERE g.end_at > :start AND g.start_at < :end
            AND (:outlets = '[]' OR s.outlet IN (SELECT value FROM json_each(:outlets)))""",
        {
            "start": to_seconds(start_at),
            "end": to_seconds(end_at),
            "outlets": to_json(outlets),
        },
    )
    found = [
        Gap(
            row["slug"],
            row["outlet"],
            Health(row["health"]),
            to_instant(row["start_at"]),
            to_instant(row["end_at"]),
            to_instant(row["missing_to_at"]),
        )
        for row in rows
    ]
    for status in statuses:
        if not outlets or status.source.outlet in outlets:
            lasting = open_gaps(status, now)
            found += [gap for gap in lasting if gap.overlaps(start_at, end_at)]
    return sorted(found, key=lambda gap: (gap.start_at, gap.source_id, gap.health))


def begin_anew(connection: sqlite3.Connection, slugs: Iterable[str]) -> None:
    """Begin anew with these sources: asked at once and in full, and with no failures. Inside a write.

    Their past stays: last success, articles, visits, gaps.
    """
    connection.executemany(
        """UPDATE feeds SET etag = '', last_modified = '', body_hash = '', not_before_at = NULL,
            last_fetch_at = NULL, last_answer_at = NULL, failures_in_row = 0,
            failing_since_at = NULL, fault = '', fault_in_row = 0, fault_since_at = NULL,
            empty_since_at = NULL, retired_at = NULL, next_visit_at = NULL, fresh_at = NULL, pause = 0,
            message = '', message_en = '', last_outcome = 'skipped', last_status = NULL
            WHERE source = (SELECT id FROM sources WHERE slug = ?)""",
        [(slug,) for slug in slugs],
    )


def announced(connection: sqlite3.Connection) -> Mapping[str, Health]:
    rows = connection.execute(
        "SELECT s.slug, a.health FROM announced a JOIN sources s ON s.id = a.source"
    )
    return {slug: Health(health) for slug, health in rows}


def save_announced(connection: sqlite3.Connection, states: Mapping[str, Health]) -> None:
    ids = source_ids(connection)
    connection.executemany(
        "INSERT OR REPLACE INTO announced VALUES (?, ?)",
        [(ids[slug], health) for slug, health in states.items()],
    )
