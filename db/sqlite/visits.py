"""One visit of a source: a line in the log, its health as of now, and the gaps that it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from db.faults import Fault, fault_of
from db.gaps import Gap, missing_to, open_gaps
from db.health import QUIET, fresh_at_of, retires
from db.model import Article, FeedState, FetchOutcome, FetchReport
from db.query import SourceStatus
from db.sqlite import coverage
from db.sqlite.log import status_of
from db.sqlite.values import maybe_seconds, source_ids, to_seconds

_ANSWERED = frozenset({FetchOutcome.OK, FetchOutcome.UNCHANGED, FetchOutcome.EMPTY})
_SUCCESS = frozenset({FetchOutcome.OK, FetchOutcome.UNCHANGED})

_FRESH: Mapping[str, Any] = {
    "first_fetch_at": None,
    "last_fetch_at": None,
    "last_success_at": None,
    "last_answer_at": None,
    "last_new_at": None,
    "newest_at": None,
    "failures_in_row": 0,
    "failing_since_at": None,
    "fault": "",
    "fault_in_row": 0,
    "fault_since_at": None,
    "empty_since_at": None,
    "retired_at": None,
}
"""a source that was never visited"""


def note(
    connection: sqlite3.Connection,
    report: FetchReport,
    state: FeedState,
    run_id: int,
    new: int,
    listed: Sequence[Article],
) -> None:
    """Note one visit that brought ``listed``, of which ``new`` were not known. Inside a write."""
    source = source_ids(connection)[report.source_id]
    _log(connection, source, report, run_id, new)
    row = connection.execute("SELECT * FROM feeds WHERE source = ?", (source,)).fetchone()
    before = status_of(connection, source, report.fetched_at) if row else None
    _save(connection, source, _after(dict(row) if row else dict(_FRESH), report, new), state)
    after = status_of(connection, source, report.fetched_at)
    if before is not None:
        ended = _ended(before, after, report, listed)
        coverage.close(connection, source, ended, report.fetched_at)
    if report.outcome is FetchOutcome.FAILED and retires(after, report.fetched_at):
        coverage.close(
            connection, source, open_gaps(after, report.fetched_at)[:1], report.fetched_at
        )
        connection.execute(
            "UPDATE feeds SET retired_at = ? WHERE source = ? AND retired_at IS NULL",
            (to_seconds(report.fetched_at), source),
        )


def _log(
    connection: sqlite3.Connection, source: int, report: FetchReport, run_id: int, new: int
) -> None:
    connection.execute(
        """INSERT INTO fetches (source, run, fetched_at, outcome, status, entries, new, rejected,
            seconds, message, message_en, newest_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            source,
            run_id,
            to_seconds(report.fetched_at),
            report.outcome,
            report.status,
            report.entries,
            new,
            report.rejected,
            report.seconds,
            report.message,
            report.message_en,
            maybe_seconds(report.newest_at),
        ),
    )


def _after(row: dict[str, Any], report: FetchReport, new: int) -> dict[str, Any]:
    """The columns of ``feeds`` after a visit, apart from the state for the next request."""
    at, outcome = to_seconds(report.fetched_at), report.outcome
    row |= {
        "last_outcome": outcome,
        "last_status": report.status,
        "message": report.message,
        "message_en": report.message_en,
    }
    if outcome is FetchOutcome.SKIPPED:
        return row
    row["first_fetch_at"] = row["first_fetch_at"] or at
    row["last_fetch_at"] = at
    if outcome is FetchOutcome.FAILED:
        fault = report.fault or fault_of(report.status)
        again = row["failures_in_row"] and row["fault"] == fault
        row |= {
            "failures_in_row": row["failures_in_row"] + 1,
            "failing_since_at": row["failing_since_at"] or at,
            "fault": fault,
            "fault_in_row": row["fault_in_row"] + 1 if again else 1,
            "fault_since_at": row["fault_since_at"] if again else at,
        }
        return row
    row |= {
        "failures_in_row": 0,
        "failing_since_at": None,
        "fault": Fault.NONE,
        "fault_in_row": 0,
        "fault_since_at": None,
        "retired_at": None,
        "last_answer_at": at,
    }
    if outcome in _SUCCESS:
        row["last_success_at"] = at
    if outcome is FetchOutcome.OK:
        row["empty_since_at"] = None
    elif outcome is FetchOutcome.EMPTY:
        row["empty_since_at"] = row["empty_since_at"] or at
    if new:
        row["last_new_at"] = at
    if report.newest_at is not None:
        row["newest_at"] = max(row["newest_at"] or 0, to_seconds(report.newest_at))
    return row


def _save(
    connection: sqlite3.Connection, source: int, row: dict[str, Any], state: FeedState
) -> None:
    row |= {
        "source": source,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "not_before_at": maybe_seconds(state.not_before_at),
        "next_visit_at": maybe_seconds(state.next_visit_at),
        "fresh_at": maybe_seconds(state.fresh_at),
        "pause": state.pause,
    }
    connection.execute(
        f"INSERT OR REPLACE INTO feeds ({', '.join(row)}) VALUES ({', '.join(f':{k}' for k in row)})",
        row,
    )


def _ended(
    before: SourceStatus, after: SourceStatus, report: FetchReport, listed: Sequence[Article]
) -> list[Gap]:
    """The gaps that this visit ended, with what it found of the time in between."""
    if report.outcome not in _ANSWERED:
        return []
    at = report.fetched_at
    ended = [gap for gap in open_gaps(before, at) if _is_over(gap, before, after)]
    return [
        replace(gap, end_at=at, missing_to_at=_missing(gap, after, report, listed)) for gap in ended
    ]


def _is_over(gap: Gap, before: SourceStatus, after: SourceStatus) -> bool:
    if gap.health not in QUIET:
        return True
    if before.empty_since_at is not None:
        return after.empty_since_at is None
    return fresh_at_of(after) != fresh_at_of(before)


def _missing(
    gap: Gap, after: SourceStatus, report: FetchReport, listed: Sequence[Article]
) -> datetime:
    if report.outcome is FetchOutcome.UNCHANGED:
        # as it was before: nothing was published meanwhile
        return gap.start_at
    if after.source.aggregator:
        # lists by relevance, not by time: an old entry says nothing about those in between
        return report.fetched_at
    dates = [article.published_at for article in listed if article.time_quality.as_published]
    return missing_to(gap.start_at, report.fetched_at, dates)
