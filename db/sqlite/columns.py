"""The relevant articles of each day, packed as columns: what a scan of millions would have to read.

SQLite looks at some millions of rows a second, numpy at a hundred times as many. So beside the rows
stand, per day, four packed arrays: `ARTICLE`, `STORY` (beside each article, the story that it
belongs to), `MENTION` and `TOPIC`. They are written in the transaction that changes the rows, and
belong to the snapshot of whoever reads them: nothing is kept in memory, nothing can be stale.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.sqlite.values import day_start

Records = NDArray[np.void]

ARTICLE = np.dtype(
    [
        ("number", "<i4"),
        ("published_at", "<i8"),
        ("outlet", "<i4"),
        ("lead", "<i4"),
        ("companies", "<u2"),
        ("tone", "<u2"),
        ("language", "<u2"),
    ]
)
STORY = np.dtype([("story", "<i4"), ("articles", "<i4"), ("first_at", "<i8")])
"""``story`` 0 where an article has none yet"""
MENTION = np.dtype([("row", "<i4"), ("company", "<i4"), ("position", "<u2"), ("tone", "<u2")])
"""``row`` is the article's place in its day"""
TOPIC = np.dtype([("row", "<i4"), ("topic", "<i4")])

_SPAN = "a.relevant = 1 AND a.published_at >= :start AND a.published_at < :end"
_ORDER = "a.published_at, a.public_id"
_ROWS = {
    "articles": (
        ARTICLE,
        f"""SELECT a.id, a.published_at, a.outlet, a.lead, a.companies, a.tone, l.id
            FROM articles a CROSS JOIN languages l ON l.code = a.language
            WHERE {_SPAN} ORDER BY {_ORDER}""",
    ),
    "stories": (
        STORY,
        f"""SELECT COALESCE(a.story, 0), COALESCE(s.articles, 0), COALESCE(s.first_at, 0)
            FROM articles a LEFT JOIN stories s ON s.id = a.story
            WHERE {_SPAN} ORDER BY {_ORDER}""",
    ),
    "mentions": (
        MENTION,
        f"""SELECT a.id, m.company, m.position, m.tone FROM articles a
            CROSS JOIN mentions m ON m.article = a.id WHERE {_SPAN} ORDER BY {_ORDER}, m.position""",
    ),
    "topics": (
        TOPIC,
        f"""SELECT a.id, k.topic FROM articles a
            CROSS JOIN article_topics k ON k.article = a.id WHERE {_SPAN} ORDER BY {_ORDER}, k.topic""",
    ),
}


def outdate(connection: sqlite3.Connection) -> None:
    """The days of touched articles and stories are due. Inside a write, before and after a change."""
    connection.execute(
        """INSERT OR IGNORE INTO due_days
            SELECT a.day FROM touched CROSS JOIN articles a ON a.id = touched.article
            UNION SELECT a.day FROM touched_stories
                CROSS JOIN articles a ON a.story = touched_stories.story"""
    )


def renew(connection: sqlite3.Connection) -> None:
    """Write the columns of the days that are due. Inside a write."""
    due = [row[0] for row in connection.execute("SELECT day FROM due_days")]
    for day in due:
        connection.execute(
            f"""INSERT OR IGNORE INTO languages (code)
                SELECT DISTINCT a.language FROM articles a WHERE {_SPAN}""",
            _span(day),
        )
        for what, data in _packed(connection, day).items():
            if data:
                connection.execute(f"INSERT OR REPLACE INTO day_{what} VALUES (?, ?)", (day, data))
            else:
                connection.execute(f"DELETE FROM day_{what} WHERE day = ?", (day,))
    connection.execute("DELETE FROM due_days")


def _span(day: int) -> dict[str, int]:
    return {"start": day_start(day), "end": day_start(day + 1)}


def _packed(connection: sqlite3.Connection, day: int) -> dict[str, bytes]:
    packed: dict[str, bytes] = {}
    places: dict[int, int] = {}
    for what, (kind, sql) in _ROWS.items():
        rows: list[tuple[Any, ...]] = [tuple(row) for row in connection.execute(sql, _span(day))]
        if what == "articles":
            places = {row[0]: place for place, row in enumerate(rows)}
        elif what != "stories":
            rows = [(places[row[0]], *row[1:]) for row in rows]
        packed[what] = np.array(rows, dtype=kind).tobytes()
    return packed


def ready(connection: sqlite3.Connection) -> bool:
    """Whether columns may be read."""
    return connection.execute("SELECT 1 FROM due_days LIMIT 1").fetchone() is None


class Columns:
    """The columns of a span of days, each read when it is first asked for."""

    def __init__(self, connection: sqlite3.Connection, first_day: int, last_day: int) -> None:
        self._connection = connection
        self._span = (first_day, last_day)
        self._held: dict[str, Records] = {}
        self._starts: NDArray[np.int64] | None = None
        self._days: list[int] = []

    @property
    def articles(self) -> Records:
        """`ARTICLE`, in the order of publication."""
        return self._read("articles")

    @property
    def stories(self) -> Records:
        """`STORY`, one beside each of `articles`."""
        return self._read("stories")

    @property
    def mentions(self) -> Records:
        """`MENTION`, by article and position; ``row`` is a place in `articles`."""
        return self._read("mentions")

    @property
    def topics(self) -> Records:
        """`TOPIC`; ``row`` is a place in `articles`."""
        return self._read("topics")

    def _read(self, what: str) -> Records:
        if what in self._held:
            return self._held[what]
        kind = _ROWS[what][0]
        days, blobs = [], []
        for day, data in self._connection.execute(
            f"SELECT day, data FROM day_{what} WHERE day BETWEEN ? AND ? ORDER BY day", self._span
        ):
            days.append(day)
            blobs.append(data)
        joined = np.frombuffer(bytearray().join(blobs), dtype=kind)
        sizes = np.array([len(blob) // kind.itemsize for blob in blobs], dtype=np.int64)
        if what == "articles":
            self._days = days
            self._starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if days else sizes
        elif what != "stories" and days:
            starts = self._first_rows(days)
            joined["row"] += np.repeat(starts, sizes).astype(np.int32)
        self._held[what] = joined
        return joined

    def _first_rows(self, days: list[int]) -> NDArray[np.int64]:
        """The place in `articles` at which each of these days begins."""
        assert len(self.articles)
        assert self._starts is not None
        return self._starts[np.searchsorted(np.array(self._days), np.array(days))]


def differences(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """(table, days that are wrong) for each table that differs from the rows it is made of."""
    if not ready(connection):
        return []
    days = {row[0] for row in connection.execute("SELECT DISTINCT day FROM daily_companies")}
    for what in _ROWS:
        days.update(row[0] for row in connection.execute(f"SELECT day FROM day_{what}"))
    wrong = dict.fromkeys(_ROWS, 0)
    for day in sorted(days):
        for what, data in _packed(connection, day).items():
            row = connection.execute(
                f"SELECT data FROM day_{what} WHERE day = ?", (day,)
            ).fetchone()
            wrong[what] += (b"" if row is None else row[0]) != data
    return [(f"day_{what}", count) for what, count in wrong.items() if count]
