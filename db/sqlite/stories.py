"""Stories: which articles tell of the same event, decided pair by pair by `db.likeness`.

A window of some days slides over the articles in the order of their publication; nothing else is
held in memory, and nothing outside it is read. Articles that are alike are in one story, directly
or through others, so that the result does not depend on the order in which they were collected.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.likeness import COPY_SECONDS, traits
from db.sqlite import echoes, muted, rollups
from db.sqlite.storywindow import Entry, Unions, Window
from db.sqlite.values import DAY_SECONDS, change_revision

WINDOW = COPY_SECONDS
"""seconds between two articles that may be compared"""
_AHEAD = DAY_SECONDS

_COLUMNS = """SELECT a.id, a.public_id, a.published_at, a.first_seen_at, a.story, a.outlet,
        a.language, t.fingerprint, t.terms
    FROM articles a CROSS JOIN tags t ON t.article = a.id"""


def pack(numbers: Sequence[int]) -> bytes:
    """Signed 64-bit numbers as stored."""
    return struct.pack(f"<{len(numbers)}q", *numbers)


def unpack(stored: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(stored) // 8}q", stored)


@dataclass(frozen=True, slots=True)
class _Merge:
    """Two stories turned out to be one when ``article`` was compared."""

    story: int
    survivor: int
    article: int
    merged_at: int


def assign(connection: sqlite3.Connection) -> int:
    """Give a story to every relevant article without one, muted or not; how many got one.

    Inside a write.
    """
    window, unions = Window(), Unions()
    assigned: list[tuple[int, int]] = []
    opened: dict[int, str] = {}
    merges: list[_Merge] = []
    loaded_to: int | None = None
    for entry, first_seen_at in _storyless(connection):
        published_at = entry.order[0]
        low, high = published_at - WINDOW, published_at + WINDOW
        if loaded_to is None or loaded_to < high:
            start = low if loaded_to is None else max(low, loaded_to + 1)
            for neighbour in _with_story(connection, start, high + _AHEAD):
                window.add(neighbour)
            loaded_to = high + _AHEAD
        window.forget(low)
        found = window.same_event(entry)
        if found:
            entry.story = unions.survivor(found[0].story)
            for other in found[1:]:
                if ended := unions.join(entry.story, other.story):
                    merges.append(_Merge(*ended, entry.article, first_seen_at))
            entry.story = unions.survivor(entry.story)
        else:
            # a story is named after the article that opened it
            opened[entry.article] = entry.order[1]
            unions.open(entry.article)
            entry.story = entry.article
        assigned.append((entry.article, entry.story))
        window.add(entry)
    if not assigned:
        return 0
    _store(connection, unions, assigned, opened, merges)
    change_revision(connection)
    return len(assigned)


def _store(
    connection: sqlite3.Connection,
    unions: Unions,
    assigned: Sequence[tuple[int, int]],
    opened: dict[int, str],
    merges: Sequence[_Merge],
) -> None:
    """Stories that were opened and ended within this run were never seen: nothing is kept of them."""
    ended = {merge.story for merge in merges}
    known = [merge for merge in merges if merge.story not in opened]
    stories = [(article, unions.survivor(story)) for article, story in assigned]
    touched = {story for _, story in stories} | {merge.story for merge in known}
    rollups.touch(connection, ())
    connection.executemany(
        "INSERT INTO stories (id, public_id) VALUES (?, ?)",
        ((story, name) for story, name in opened.items() if story not in ended),
    )
    connection.executemany(
        "INSERT INTO touched_stories VALUES (?)", ((story,) for story in sorted(touched))
    )
    _touch_hidden(connection, stories, known, unions)
    rollups.take_away(connection)
    connection.executemany(
        "UPDATE articles SET story = ? WHERE id = ?",
        ((story, article) for article, story in stories),
    )
    for merge in known:
        _merge(connection, merge, unions.survivor(merge.survivor))
    muted.overlay(connection)
    refresh(connection)
    rollups.add(connection)
    echoes.renew(connection)


def _touch_hidden(
    connection: sqlite3.Connection,
    stories: Sequence[tuple[int, int]],
    merges: Sequence[_Merge],
    unions: Unions,
) -> None:
    """Articles that a muted story hides from now on: new ones, and all of a story that it joined."""
    hidden = set(muted.stories(connection))
    joined = set()
    for merge in merges:
        pair = {merge.story, unions.survivor(merge.survivor)}
        if pair & hidden:
            hidden |= pair
            joined |= pair
    connection.executemany(
        "INSERT OR IGNORE INTO touched SELECT id FROM articles WHERE story = ?",
        ((story,) for story in sorted(joined)),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO touched VALUES (?)",
        ((article,) for article, story in stories if story in hidden),
    )


def _merge(connection: sqlite3.Connection, merge: _Merge, survivor: int) -> None:
    connection.execute(
        """INSERT INTO story_merges (story, survivor, article, merged_at, articles)
            SELECT id, ?, ?, ?, articles FROM stories WHERE id = ?""",
        (merge.survivor, merge.article, merge.merged_at, merge.story),
    )
    connection.execute("UPDATE articles SET story = ? WHERE story = ?", (survivor, merge.story))
    muted.follow_story(connection, merge.story, survivor)
    connection.execute(
        "UPDATE stories SET merged_into = ? WHERE id = ? OR merged_into = ?",
        (survivor, merge.story, merge.story),
    )


def refresh(connection: sqlite3.Connection) -> None:
    """Recount the touched stories from their relevant articles."""
    connection.execute(
        """UPDATE stories SET
            (first_article, first_at, first_day) = (
                SELECT id, published_at, day FROM articles
                WHERE story = stories.id AND relevant = 1 ORDER BY published_at, public_id LIMIT 1),
            (articles, outlets) = (
                SELECT COUNT(*), COUNT(DISTINCT outlet) FROM articles
                WHERE story = stories.id AND relevant = 1)
        WHERE id IN (SELECT story FROM touched_stories)"""
    )


def _storyless(connection: sqlite3.Connection) -> Iterator[tuple[Entry, int]]:
    rows = connection.execute(
        f"""{_COLUMNS} WHERE a.relevant >= 1 AND a.story IS NULL
            ORDER BY a.published_at, a.public_id"""
    )
    return ((_entry(row), row["first_seen_at"]) for row in rows)


def _with_story(connection: sqlite3.Connection, start: int, end: int) -> Iterator[Entry]:
    rows = connection.execute(
        f"""{_COLUMNS} WHERE a.relevant IN (1, 2) AND a.published_at BETWEEN ? AND ?
            AND a.story IS NOT NULL ORDER BY a.published_at, a.public_id""",
        (start, end),
    )
    return map(_entry, rows)


def _entry(row: sqlite3.Row) -> Entry:
    published_at = row["published_at"]
    return Entry(
        row["id"],
        (published_at, row["public_id"]),
        row["story"] or 0,
        traits(
            published_at,
            row["outlet"],
            row["language"],
            unpack(row["fingerprint"]),
            unpack(row["terms"]),
        ),
    )
