"""Which articles mutes hit, and the overlay that hides them: ``relevant`` is 2 instead of 1.

Whoever changes articles that are relevant, or may have become so, lists them in ``touched`` and
calls `overlay` before the roll-ups are added again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from db.mutes import MuteKind, keywords

COLUMNS = {MuteKind.OUTLET: "outlet", MuteKind.SOURCE: "source", MuteKind.STORY: "story"}
"""the column of ``articles`` that a mute's ``ref`` is compared with"""

_TOUCHED = "touched CROSS JOIN articles a ON a.id = touched.article AND a.relevant IN (1, 2)"


def overlay(connection: sqlite3.Connection) -> None:
    """Hide those of the touched articles that an active mute hits, show the others. Inside a write."""
    active = _active(connection)
    if not active:
        return
    connection.execute("DELETE FROM mute_hits WHERE article IN (SELECT article FROM touched)")
    for kind, column in COLUMNS.items():
        if any(row["kind"] == kind for row in active):
            connection.execute(
                f"""INSERT INTO mute_hits SELECT a.id, m.id FROM {_TOUCHED}
                    CROSS JOIN mutes m ON m.kind = ? AND m.ref = a.{column}
                        AND m.undone_at IS NULL""",
                (kind,),
            )
    if searches := [row for row in active if row["kind"] == MuteKind.KEYWORD]:
        # hits are gathered first: they are written to a table that the query reads
        connection.executemany(
            "INSERT INTO mute_hits VALUES (?, ?)", list(_named(connection, searches))
        )
    for table, key in (("articles", "id"), ("mentions", "article")):
        connection.execute(
            f"""UPDATE {table} SET relevant = 1 + EXISTS (
                    SELECT 1 FROM mute_hits h WHERE h.article = {table}.{key})
                WHERE {key} IN (SELECT article FROM touched) AND relevant IN (1, 2)"""
        )


def _active(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT id, kind, value FROM mutes WHERE undone_at IS NULL"
    ).fetchall()


def _named(
    connection: sqlite3.Connection, searches: Sequence[sqlite3.Row]
) -> Iterator[tuple[int, int]]:
    """(article, mute) for the touched articles whose headline has a mute's keywords."""
    parsed = [(row["id"], keywords(row["value"])) for row in searches]
    titles = connection.execute(
        f"SELECT a.id, c.title FROM {_TOUCHED} CROSS JOIN contents c ON c.article = a.id"
    )
    for article, title in titles:
        yield from ((article, mute) for mute, query in parsed if query.matches(title))


def stories(connection: sqlite3.Connection) -> frozenset[int]:
    """The internal ids of stories that a mute hides."""
    rows = connection.execute(
        "SELECT ref FROM mutes WHERE undone_at IS NULL AND kind = ?", (MuteKind.STORY,)
    )
    return frozenset(row[0] for row in rows)


def follow_story(connection: sqlite3.Connection, story: int, survivor: int) -> None:
    """Mutes of a story that became part of another one hide that one. Inside a write."""
    connection.execute(
        """UPDATE mutes SET ref = :survivor,
                value = (SELECT public_id FROM stories WHERE id = :survivor)
            WHERE kind = :kind AND ref = :story""",
        {"story": story, "survivor": survivor, "kind": MuteKind.STORY},
    )
