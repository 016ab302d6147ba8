"""Articles' own pages: which are due, how visits ended, and their texts in the place of the feed's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from db.model import RightsMode, TimeQuality, kst_day
from db.pages import PageDue, PageHost, PageOutcome, PageText, PageTotals, PageVisit, better_time
from db.sqlite import rollups, stories, versions
from db.sqlite.intake import index_entry
from db.sqlite.tags import not_found
from db.sqlite.values import (
    change_revision,
    change_texts,
    maybe_instant,
    maybe_seconds,
    to_day,
    to_instant,
    to_json,
    to_seconds,
)

_AHEAD = 3_600
_RIGHTS = "COALESCE(s.rights, c.rights)"
# Sources that are switched off or left the configuration are not visited, aggregators have no
# pages of their own, and in mode "link" nothing but the link is used.
_DUE = f"""SELECT a.public_id, c.url, c.title, s.slug AS source, {_RIGHTS} AS rights, p.*
    FROM articles a
    JOIN sources s ON s.id = a.source
    JOIN contents c ON c.article = a.id
    LEFT JOIN pages p ON p.article = a.id
    WHERE a.relevant = 1 AND a.published_at BETWEEN :since AND :ahead
        AND {_RIGHTS} IN ('excerpt', 'full')
        AND s.enabled = 1 AND s.position IS NOT NULL AND s.aggregator = 0
        AND CASE WHEN p.article IS NOT NULL THEN p.next_at <= :now
            ELSE (SELECT body = '' FROM bodies WHERE article = a.id) END
    ORDER BY p.article IS NOT NULL, a.published_at DESC, a.public_id LIMIT :limit"""
_ARTICLE = f"""SELECT a.id, a.published_at, a.first_seen_at, c.title, c.time_quality, c.modified_at,
        b.summary, b.body,
        {_RIGHTS} AS rights
    FROM articles a
    JOIN sources s ON s.id = a.source
    JOIN contents c ON c.article = a.id
    JOIN bodies b ON b.article = a.id
    WHERE a.public_id = ?"""


def due(connection: sqlite3.Connection, now: int, since: int, limit: int) -> list[PageDue]:
    """See `db.store.Store.pages_due`."""
    rows = connection.execute(
        _DUE, {"since": since, "now": now, "ahead": now + _AHEAD, "limit": max(limit, 0)}
    )
    return [
        PageDue(
            article_id=row["public_id"],
            url=row["url"],
            source_id=row["source"],
            rights=RightsMode(row["rights"]),
            title=row["title"],
            visit=None if row["article"] is None else _visit(row["public_id"], row),
        )
        for row in rows
    ]


def _visit(article_id: str, row: sqlite3.Row) -> PageVisit:
    return PageVisit(
        article_id=article_id,
        visited_at=to_instant(row["visited_at"]),
        outcome=PageOutcome(row["outcome"]),
        status=row["status"],
        message=row["message"],
        message_en=row["message_en"],
        attempts=row["attempts"],
        missing=row["missing"],
        missing_since_at=maybe_instant(row["missing_since_at"]),
        gone_at=maybe_instant(row["gone_at"]),
        next_at=maybe_instant(row["next_at"]),
    )


def save(connection: sqlite3.Connection, visit: PageVisit, text: PageText | None) -> bool:
    """Whether the article changed. Inside a write. Raises `NotFound`."""
    row = connection.execute(_ARTICLE, (visit.article_id,)).fetchone()
    if row is None:
        raise not_found(visit.article_id)
    before = connection.execute(
        "SELECT gone_at FROM pages WHERE article = ?", (row["id"],)
    ).fetchone()
    connection.execute(
        "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row["id"],
            to_seconds(visit.visited_at),
            visit.outcome,
            visit.status,
            visit.message,
            visit.message_en,
            visit.attempts,
            visit.missing,
            maybe_seconds(visit.missing_since_at),
            maybe_seconds(visit.gone_at),
            maybe_seconds(visit.next_at),
        ),
    )
    changed = False
    if text is not None and row["rights"] != RightsMode.LINK:
        _take_over(connection, row, text)
        changed = _hold(connection, row, text.body, to_seconds(visit.visited_at))
        changed = _set_time(connection, row, text) or changed
    gone = None if before is None else before["gone_at"]
    if changed or gone != maybe_seconds(visit.gone_at):
        change_revision(connection)
    return changed


def _take_over(connection: sqlite3.Connection, row: sqlite3.Row, text: PageText) -> None:
    """What the page knows better than the feed; caption and credit belong to their photo."""
    photo = (text.image_url, text.image_caption, text.image_credit) if text.image_url else None
    values: dict[str, Any] = {
        "author": text.author,
        "copyright": text.copyright,
        "subheads": to_json(text.subheads) if text.subheads else "",
        "modified_at": maybe_seconds(text.modified_at),
        "article": row["id"],
    }
    connection.execute(
        """UPDATE contents SET author = COALESCE(NULLIF(:author, ''), author),
            copyright = COALESCE(NULLIF(:copyright, ''), copyright),
            subheads = COALESCE(NULLIF(:subheads, ''), subheads),
            modified_at = COALESCE(:modified_at, modified_at)
            WHERE article = :article""",
        values,
    )
    if photo is not None:
        connection.execute(
            """UPDATE contents SET image_url = ?, image_caption = ?, image_credit = ?
                WHERE article = ?""",
            (*photo, row["id"]),
        )


def _hold(connection: sqlite3.Connection, row: sqlite3.Row, body: str, visited_at: int) -> bool:
    """Put the page's text in its place; the article is then due for tagging again.

    A text that replaces an earlier one of the page is an edit, and noted.
    """
    if not body or body == row["body"]:
        return False
    number, title, summary = row["id"], row["title"], row["summary"]
    before = (title, summary, row["body"])
    seen_at = (row["first_seen_at"], visited_at)
    (_, _, body), edited = versions.revise(connection, number, seen_at, before, ("", "", body))
    if body == row["body"]:
        return False
    if edited:
        connection.execute(
            "UPDATE contents SET modified_at = MAX(COALESCE(modified_at, 0), ?) WHERE article = ?",
            (visited_at, number),
        )
    connection.execute(
        "INSERT INTO search (search, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        (number, *index_entry(title, summary, row["body"])),
    )
    connection.execute(
        "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
        (number, *index_entry(title, summary, body)),
    )
    change_texts(connection)
    connection.execute("UPDATE bodies SET body = ? WHERE article = ?", (body, number))
    connection.execute("UPDATE contents SET has_text = 1 WHERE article = ?", (number,))
    # the old tags stay visible until the new ones are there
    connection.execute("UPDATE articles SET state = 0 WHERE id = ?", (number,))
    return True


def _set_time(connection: sqlite3.Connection, row: sqlite3.Row, text: PageText) -> bool:
    """Correct the time of an article that may be tagged: roll-ups, mentions and story follow."""
    better = better_time(to_instant(row["published_at"]), TimeQuality(row["time_quality"]), text)
    if better is None:
        return False
    published_at, quality = better
    number, seconds = row["id"], to_seconds(published_at)
    rollups.touch(connection, [number])
    rollups.take_away(connection)
    connection.execute(
        "UPDATE articles SET published_at = ?, day = ? WHERE id = ?",
        (seconds, to_day(kst_day(published_at)), number),
    )
    connection.execute("UPDATE mentions SET published_at = ? WHERE article = ?", (seconds, number))
    connection.execute("UPDATE contents SET time_quality = ? WHERE article = ?", (quality, number))
    stories.refresh(connection)
    rollups.add(connection)
    return True


def hosts(connection: sqlite3.Connection) -> list[PageHost]:
    rows = connection.execute("SELECT * FROM page_hosts ORDER BY host")
    return [_host(row) for row in rows]


def _host(row: sqlite3.Row) -> PageHost:
    return PageHost(row["host"], row["refusals"], to_instant(row["not_before_at"]), row["status"])


def save_hosts(
    connection: sqlite3.Connection, refusing: Sequence[PageHost], answering: Sequence[str]
) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO page_hosts VALUES (?, ?, ?, ?)",
        [(h.host, h.refusals, to_seconds(h.not_before_at), h.status) for h in refusing],
    )
    connection.executemany("DELETE FROM page_hosts WHERE host = ?", [(host,) for host in answering])


def totals(connection: sqlite3.Connection, since: int, now: int) -> PageTotals:
    rows = connection.execute(
        """SELECT p.outcome, COUNT(*), COUNT(p.gone_at) FROM articles a
            CROSS JOIN pages p ON p.article = a.id
            WHERE a.relevant = 1 AND a.published_at >= ? GROUP BY 1""",
        (since,),
    ).fetchall()
    return PageTotals(
        outcomes={PageOutcome(outcome): count for outcome, count, _ in rows},
        gone=sum(gone for _, _, gone in rows),
        hosts=tuple(h for h in hosts(connection) if to_seconds(h.not_before_at) > now),
    )
