"""Stories: which articles tell of the same event, decided by their fingerprints.

A fingerprint holds the smallest shingle hashes of a text (a bottom-k sketch): near-copies share
most of them. Only articles within `WINDOW` are compared, so a window of a few days slides over the
articles in the order of their publication; nothing else is held in memory.
"""

from __future__ import annotations

import sqlite3
import struct
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.sqlite import muted, rollups
from db.sqlite.values import DAY_SECONDS, change_revision

WINDOW = 3 * DAY_SECONDS
"""seconds between two articles of which one may join the other's story"""
_AHEAD = DAY_SECONDS
SHARE = 5 / 12
"""share of the shorter fingerprint that two articles must have in common …"""
AT_LEAST = 3
"""… and how many hashes at least, unless the fingerprints are equal"""

_COLUMNS = """SELECT a.id, a.public_id, a.published_at, a.story, t.fingerprint
    FROM articles a CROSS JOIN tags t ON t.article = a.id"""


def pack(fingerprint: Sequence[int]) -> bytes:
    """Signed 64-bit hashes as stored."""
    return struct.pack(f"<{len(fingerprint)}q", *fingerprint)


def unpack(stored: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(stored) // 8}q", stored)


@dataclass(slots=True, eq=False)
class _Entry:
    article: int
    public_id: str
    published_at: int
    story: int
    hashes: frozenset[int]

    @property
    def order(self) -> tuple[int, str]:
        return self.published_at, self.public_id


class _Window:
    """The articles of the last days that have a story, findable by hash."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque()
        self._by_hash: dict[int, list[_Entry]] = {}

    def add(self, entry: _Entry) -> None:
        self._entries.append(entry)
        for value in entry.hashes:
            self._by_hash.setdefault(value, []).append(entry)

    def forget(self, before: int) -> None:
        """Entries arrive nearly in order, so a late one only stays a little longer."""
        while self._entries and self._entries[0].published_at < before:
            entry = self._entries.popleft()
            for value in entry.hashes:
                sharing = self._by_hash[value]
                sharing.remove(entry)
                if not sharing:
                    del self._by_hash[value]

    def nearest(self, entry: _Entry) -> _Entry | None:
        """The one that shares most with ``entry``, if that is enough; the earliest of equals."""
        shared: Counter[int] = Counter()
        found: dict[int, _Entry] = {}
        for value in entry.hashes:
            for other in self._by_hash.get(value, ()):
                if abs(other.published_at - entry.published_at) <= WINDOW:
                    shared[other.article] += 1
                    found[other.article] = other
        alike = [
            (-count, found[article].order, article)
            for article, count in shared.items()
            if _enough(count, entry.hashes, found[article].hashes)
        ]
        return found[min(alike)[2]] if alike else None


def _enough(shared: int, one: frozenset[int], other: frozenset[int]) -> bool:
    if one == other:
        return bool(one)
    return shared >= max(AT_LEAST, SHARE * min(len(one), len(other)))


def assign(connection: sqlite3.Connection) -> int:
    """Give a story to every relevant article without one, muted or not. Inside a write.

    Returns how many got one. In the order of (``published_at``, ``public_id``). An article joins
    a story that exists, be the other article earlier or (when this one was collected late) later.
    """
    window = _Window()
    assigned: list[tuple[int, int]] = []
    opened: list[tuple[int, str]] = []
    loaded_to: int | None = None
    for entry in _storyless(connection):
        low, high = entry.published_at - WINDOW, entry.published_at + WINDOW
        if loaded_to is None or loaded_to < high:
            start = low if loaded_to is None else max(low, loaded_to + 1)
            for neighbour in _with_story(connection, start, high + _AHEAD):
                window.add(neighbour)
            loaded_to = high + _AHEAD
        window.forget(low)
        near = window.nearest(entry)
        if near is None:
            # a story is named after the article that opened it
            opened.append((entry.article, entry.public_id))
            entry.story = entry.article
        else:
            entry.story = near.story
        assigned.append((entry.story, entry.article))
        window.add(entry)
    if not assigned:
        return 0
    connection.execute("DELETE FROM touched")
    connection.execute("DELETE FROM touched_stories")
    connection.executemany("INSERT INTO stories (id, public_id) VALUES (?, ?)", opened)
    connection.executemany(
        "INSERT OR IGNORE INTO touched_stories VALUES (?)", ((story,) for story, _ in assigned)
    )
    hidden = muted.stories(connection)
    connection.executemany(
        "INSERT INTO touched VALUES (?)",
        ((article,) for story, article in assigned if story in hidden),
    )
    rollups.take_away(connection)
    connection.executemany("UPDATE articles SET story = ? WHERE id = ?", assigned)
    muted.overlay(connection)
    refresh(connection)
    rollups.add(connection)
    change_revision(connection)
    return len(assigned)


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


def _storyless(connection: sqlite3.Connection) -> Iterator[_Entry]:
    rows = connection.execute(
        f"""{_COLUMNS} WHERE a.relevant >= 1 AND a.story IS NULL
            ORDER BY a.published_at, a.public_id"""
    )
    for article, public_id, published_at, _, fingerprint in rows:
        yield _Entry(article, public_id, published_at, 0, frozenset(unpack(fingerprint)))


def _with_story(connection: sqlite3.Connection, start: int, end: int) -> Iterator[_Entry]:
    rows = connection.execute(
        f"""{_COLUMNS} WHERE a.relevant IN (1, 2) AND a.published_at BETWEEN ? AND ?
            AND a.story IS NOT NULL ORDER BY a.published_at, a.public_id""",
        (start, end),
    )
    for article, public_id, published_at, story, fingerprint in rows:
        yield _Entry(article, public_id, published_at, story, frozenset(unpack(fingerprint)))
