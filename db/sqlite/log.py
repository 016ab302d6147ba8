"""The log of the ingest job: runs, visits of sources, their states and their health."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db.faults import Fault
from db.gaps import Gap
from db.habit import Habit
from db.health import fresh_at_of
from db.model import (
    FeedState,
    FetchOutcome,
    FetchReport,
    RightsMode,
    RunReport,
    RunState,
    Source,
)
from db.query import HealthBucket, SourceStatus
from db.sqlite import coverage
from db.sqlite.values import (
    DAY_SECONDS,
    change_revision,
    maybe_instant,
    maybe_seconds,
    to_instant,
    to_seconds,
)

KEEP_DAYS = 400
"""visits older than this, counted from the end of a run, are forgotten"""


def start_run(connection: sqlite3.Connection, now: datetime) -> int:
    repaired = connection.execute(
        "UPDATE runs SET state = ? WHERE state = ?", (RunState.INTERRUPTED, RunState.RUNNING)
    )
    if repaired.rowcount:
        # an interrupted run stored something, but never said so
        change_revision(connection)
    cursor = connection.execute(
        "INSERT INTO runs (started_at, state) VALUES (?, ?)", (to_seconds(now), RunState.RUNNING)
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def finish_run(connection: sqlite3.Connection, report: RunReport) -> None:
    """Raises `ValueError` for a run that was never started."""
    changed = connection.execute(
        """UPDATE runs SET started_at = ?, state = ?, finished_at = ?, sources = ?, failed = ?,
            entries = ?, new = ?, tagged = ?, relevant = ?, tag_failures = ?, tagger_version = ?
            WHERE id = ?""",
        (
            to_seconds(report.started_at),
            report.state,
            maybe_seconds(report.finished_at),
            report.sources,
            report.failed,
            report.entries,
            report.new,
            report.tagged,
            report.relevant,
            report.tag_failures,
            report.tagger_version,
            report.id,
        ),
    )
    if not changed.rowcount:
        raise ValueError(f"no such run: {report.id}")
    if report.finished_at is not None:
        oldest = to_seconds(report.finished_at) - KEEP_DAYS * DAY_SECONDS
        connection.execute("DELETE FROM fetches WHERE fetched_at < ?", (oldest,))
    change_revision(connection)


def runs(connection: sqlite3.Connection, limit: int) -> list[RunReport]:
    rows = connection.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (max(limit, 0),))
    return [
        RunReport(
            id=row["id"],
            started_at=to_instant(row["started_at"]),
            state=RunState(row["state"]),
            finished_at=maybe_instant(row["finished_at"]),
            sources=row["sources"],
            failed=row["failed"],
            entries=row["entries"],
            new=row["new"],
            tagged=row["tagged"],
            relevant=row["relevant"],
            tag_failures=row["tag_failures"],
            tagger_version=row["tagger_version"],
        )
        for row in rows
    ]


def feed_states(connection: sqlite3.Connection) -> Mapping[str, FeedState]:
    rows = connection.execute(
        """SELECT s.slug, f.etag, f.last_modified, f.body_hash, f.not_before_at,
            f.next_visit_at, f.fresh_at, f.pause
            FROM feeds f JOIN sources s ON s.id = f.source ORDER BY s.slug"""
    )
    return {
        row["slug"]: FeedState(
            row["etag"],
            row["last_modified"],
            row["body_hash"],
            maybe_instant(row["not_before_at"]),
            maybe_instant(row["next_visit_at"]),
            maybe_instant(row["fresh_at"]),
            row["pause"],
        )
        for row in rows
    }


def sources(connection: sqlite3.Connection, now: datetime) -> list[SourceStatus]:
    rows = connection.execute(
        """SELECT s.*, f.*, (SELECT COUNT(*) FROM articles a
                WHERE a.source = s.id AND a.first_seen_at > :since AND a.first_seen_at <= :now
            ) AS recent
            FROM sources s LEFT JOIN feeds f ON f.source = s.id
            WHERE s.position IS NOT NULL ORDER BY s.outlet, s.section, s.slug""",
        {"now": to_seconds(now), "since": to_seconds(now) - DAY_SECONDS},
    )
    habits = coverage.habits(connection, now)
    return [_status(row, row["recent"], habits.get(row["id"])) for row in rows]


def status_of(connection: sqlite3.Connection, number: int, now: datetime) -> SourceStatus:
    """One source by its internal id, with all that its health needs; without its latest articles."""
    row = connection.execute(
        "SELECT s.*, f.* FROM sources s LEFT JOIN feeds f ON f.source = s.id WHERE s.id = ?",
        (number,),
    ).fetchone()
    status = _status(row, 0, None)
    fresh_at = fresh_at_of(status)
    if fresh_at is None or now - fresh_at < timedelta(days=1):
        # nobody is silent yet, whatever the habit
        return status
    return replace(status, habit=coverage.habits(connection, now, number).get(number))


def _status(row: sqlite3.Row, recent: int, habit: Habit | None) -> SourceStatus:
    outcome = row["last_outcome"]
    return SourceStatus(
        source=source(row),
        last_fetch_at=maybe_instant(row["last_fetch_at"]),
        last_success_at=maybe_instant(row["last_success_at"]),
        failures_in_row=row["failures_in_row"] or 0,
        last_outcome=None if outcome is None else FetchOutcome(outcome),
        last_status=row["last_status"],
        message=row["message"] or "",
        message_en=row["message_en"] or "",
        newest_at=maybe_instant(row["newest_at"]),
        articles=row["articles"],
        articles_24h=recent,
        first_fetch_at=maybe_instant(row["first_fetch_at"]),
        last_answer_at=maybe_instant(row["last_answer_at"]),
        last_new_at=maybe_instant(row["last_new_at"]),
        failing_since_at=maybe_instant(row["failing_since_at"]),
        fault=Fault(row["fault"] or ""),
        fault_in_row=row["fault_in_row"] or 0,
        fault_since_at=maybe_instant(row["fault_since_at"]),
        empty_since_at=maybe_instant(row["empty_since_at"]),
        next_visit_at=maybe_instant(row["next_visit_at"]),
        retired_at=maybe_instant(row["retired_at"]),
        habit=habit,
    )


def gaps(
    connection: sqlite3.Connection,
    start_at: datetime,
    end_at: datetime,
    outlets: Sequence[str],
    now: datetime,
) -> list[Gap]:
    return coverage.gaps(connection, sources(connection, now), start_at, end_at, outlets, now)


def source(row: sqlite3.Row) -> Source:
    return Source(
        id=row["slug"],
        outlet=row["outlet"],
        url=row["url"],
        section=row["section"],
        language=row["language"],
        timezone=row["timezone"],
        rights=RightsMode(row["rights"] or RightsMode.EXCERPT),
        newsroom=row["newsroom"],
        aggregator=bool(row["aggregator"]),
        licence=row["licence"],
        enabled=bool(row["enabled"]),
        interval_minutes=row["interval_minutes"],
    )


def health(
    connection: sqlite3.Connection, since: datetime, slice_: timedelta
) -> list[HealthBucket]:
    start, width = to_seconds(since), slice_ // timedelta(seconds=1)
    if width < 1:
        raise ValueError(f"a slice lasts at least a second, not {slice_}")
    rows = connection.execute(
        """SELECT s.slug, (f.fetched_at - :start) / :width AS slice,
                SUM(f.outcome IN ('ok', 'unchanged', 'empty')), SUM(f.outcome = 'failed'),
                SUM(f.new)
            FROM fetches f JOIN sources s ON s.id = f.source
            WHERE f.fetched_at >= :start GROUP BY f.source, slice ORDER BY s.slug, slice""",
        {"start": start, "width": width},
    )
    return [
        HealthBucket(slug, to_instant(start + number * width), ok, failed, new)
        for slug, number, ok, failed, new in rows
    ]


def fetches(connection: sqlite3.Connection, source_id: str, limit: int) -> list[FetchReport]:
    rows = connection.execute(
        """SELECT f.* FROM fetches f WHERE f.source = (SELECT id FROM sources WHERE slug = ?)
            ORDER BY f.fetched_at DESC, f.id DESC LIMIT ?""",
        (source_id, max(limit, 0)),
    )
    return [
        FetchReport(
            source_id=source_id,
            fetched_at=to_instant(row["fetched_at"]),
            outcome=FetchOutcome(row["outcome"]),
            status=row["status"],
            entries=row["entries"],
            new=row["new"],
            rejected=row["rejected"],
            seconds=row["seconds"],
            message=row["message"],
            message_en=row["message_en"],
            newest_at=maybe_instant(row["newest_at"]),
        )
        for row in rows
    ]
