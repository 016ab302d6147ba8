"""The log of edits: what each article said before. See :mod:`db.versions` for its rules."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from db.sqlite.values import to_instant, to_json
from db.versions import MOST_RETURNS, MOST_VERSIONS, PARTS, Parts, Version, changes, digest

_FORMS = ("title", "summary_hash", "body_hash")


def revise(
    connection: sqlite3.Connection,
    number: int,
    seen_at: tuple[int, int],
    before: Parts,
    after: Parts,
) -> tuple[Parts, bool]:
    """(the parts to hold from now on, whether that is an edit), and the edit noted. Inside a write.

    ``seen_at``: when the article was first seen, and now.
    """
    edited, held = changes(before, after)
    if not edited:
        return held, False
    log = connection.execute(
        """SELECT position, title, changed, summary_hash, body_hash FROM versions
            WHERE article = ? ORDER BY position""",
        (number,),
    ).fetchall()
    returned = {part for part in edited if log and _returns(log, part, after) >= MOST_RETURNS}
    if returned:
        kept = [
            old if part in returned else new
            for part, old, new in zip(PARTS, before, held, strict=True)
        ]
        held = (kept[0], kept[1], kept[2])
        edited = tuple(part for part in edited if part not in returned)
    if edited:
        _note(connection, number, seen_at, before, held, edited, log)
    return held, bool(edited)


def _returns(log: Sequence[sqlite3.Row], part: str, after: Parts) -> int:
    """How often this form of ``part`` became the present one."""
    place = PARTS.index(part)
    form = digest(after[place])
    return sum(
        (index == 0 or part in json.loads(row["changed"]))
        and (digest(row["title"]) if part == "title" else row[_FORMS[place]]) == form
        for index, row in enumerate(log)
    )


def _note(
    connection: sqlite3.Connection,
    number: int,
    seen_at: tuple[int, int],
    before: Parts,
    held: Parts,
    edited: Sequence[str],
    log: Sequence[sqlite3.Row],
) -> None:
    last = log[-1]["position"] if log else 0
    rows = [] if log else [(number, 0, seen_at[0], before[0], "[]", *map(digest, before[1:]))]
    rows.append((number, last + 1, seen_at[1], held[0], to_json(edited), *map(digest, held[1:])))
    connection.executemany("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    if len(log) >= MOST_VERSIONS:
        connection.execute(
            "DELETE FROM versions WHERE article = ? AND position = ?", (number, log[1]["position"])
        )


def load(connection: sqlite3.Connection, articles: Sequence[int]) -> dict[int, list[Version]]:
    """By internal id, oldest first."""
    found: defaultdict[int, list[Version]] = defaultdict(list)
    for row in connection.execute(
        """SELECT article, seen_at, title, changed FROM versions
            WHERE article IN (SELECT value FROM json_each(?)) ORDER BY article, position""",
        (to_json(articles),),
    ):
        found[row["article"]].append(
            Version(to_instant(row["seen_at"]), row["title"], tuple(json.loads(row["changed"])))
        )
    return found
