"""The log of the ingest job: runs, visits of sources, their states and their health."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

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
from db.sqlite.values import (
    DAY_SECONDS,
    change_revision,
    maybe_instant,
    maybe_seconds,
    source_ids,
    to_instant,
    to_seconds,
)

KEEP_DAYS = 400
"""visits older than this, counted from the end of a run, are forgotten"""

_ANSWERED = frozenset({FetchOutcome.OK, FetchOutcome.UNCHANGED, FetchOutcome.EMPTY})
_SUCCESS = frozenset({FetchOutcome.OK, FetchOutcome.UNCHANGED})


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
        """SELECT s.slug, f.etag, f.last_modified, f.body_hash, f.not_before_at
            FROM feeds f JOIN sources s ON s.id = f.source ORDER BY s.slug"""
    )
    return {
        row["slug"]: FeedState(
            row["etag"],
            row["last_modified"],
            row["body_hash"],
            maybe_instant(row["not_before_at"]),
        )
        for row in rows
    }


def note_visit(
    connection: sqlite3.Connection, report: FetchReport, state: FeedState, run_id: int, new: int
) -> None:
    """One line in the log, and the source's state and health as of now. Inside a write."""
    source = source_ids(connection)[report.source_id]
    at, newest = to_seconds(report.fetched_at), maybe_seconds(report.newest_at)
    connection.execute(
        """INSERT INTO fetches (source, run, fetched_at, outcome, status, entries, new, rejected,
            seconds, message, message_en, newest_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            source,
            run_id,
            at,
            report.outcome,
            report.status,
            report.entries,
            new,
            report.rejected,
            report.seconds,
            report.message,
            report.message_en,
            newest,
        ),
    )
    outcome = report.outcome
    connection.execute(
        """INSERT INTO feeds VALUES (:source, :etag, :last_modified, :body_hash, :not_before_at,
            :fetched, :succeeded, :failed, :outcome, :status, :message, :message_en, :newest)
        ON CONFLICT (source) DO UPDATE SET
            etag = excluded.etag, last_modified = excluded.last_modified,
            body_hash = excluded.body_hash, not_before_at = excluded.not_before_at,
            last_fetch_at = COALESCE(excluded.last_fetch_at, last_fetch_at),
            last_success_at = COALESCE(excluded.last_success_at, last_success_at),
            failures_in_row = CASE WHEN :answered THEN 0 ELSE failures_in_row + :failed END,
            last_outcome = excluded.last_outcome, last_status = excluded.last_status,
            message = excluded.message, message_en = excluded.message_en,
            newest_at = COALESCE(MAX(excluded.newest_at, newest_at),
                excluded.newest_at, newest_at)""",
        {
            "source": source,
            "etag": state.etag,
            "last_modified": state.last_modified,
            "body_hash": state.body_hash,
            "not_before_at": maybe_seconds(state.not_before_at),
            "fetched": None if outcome is FetchOutcome.SKIPPED else at,
            "succeeded": at if outcome in _SUCCESS else None,
            "answered": outcome in _ANSWERED,
            "failed": int(outcome is FetchOutcome.FAILED),
            "outcome": outcome,
            "status": report.status,
            "message": report.message,
            "message_en": report.message_en,
            "newest": newest,
        },
    )


def sources(connection: sqlite3.Connection, now: datetime) -> list[SourceStatus]:
    rows = connection.execute(
        """SELECT s.*, f.*, (SELECT COUNT(*) FROM articles a
                WHERE a.source = s.id AND a.first_seen_at > :since AND a.first_seen_at <= :now
            ) AS recent
            FROM sources s LEFT JOIN feeds f ON f.source = s.id
            WHERE s.position IS NOT NULL ORDER BY s.outlet, s.section, s.slug""",
        {"now": to_seconds(now), "since": to_seconds(now) - DAY_SECONDS},
    )
    return [_status(row) for row in rows]


def _status(row: sqlite3.Row) -> SourceStatus:
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
        articles_24h=row["recent"],
    )


def source(row: sqlite3.Row) -> Source:
    return Source(
        id=row["slug"],
        outlet=row["outlet"],
        url=row["url"],
        section=row["section"],
        language=row["language"],
        timezone=row["timezone"],
        rights=RightsMode(row["rights"]),
        newsroom=row["newsroom"],
        aggregator=bool(row["aggregator"]),
        licence=row["licence"],
        enabled=bool(row["enabled"]),
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
