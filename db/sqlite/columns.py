"""The relevant articles of each day, packed as columns: what a scan of millions would have to read.

SQLite looks at some millions of rows a second, numpy at a hundred times as many. So beside the rows
stand, per day, four packed arrays: `ARTICLE`, `STORY` (beside each article, the story that it
belongs to), `MENTION` and `TOPIC`. They are written in the transaction that changes the rows, and
have a version by which memory holds the latest ones: what is held is of the reader's own snapshot,
or is read anew (30 to 100 ms per million articles and table).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.sqlite.values import day_start

Table = dict[str, NDArray[Any]]
"""values by the name of their column"""

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
    if not due:
        return
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
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('columns', lower(hex(randomblob(8))))")


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


class _Held:
    """The columns of one version of one store: those of any other are dropped for them.

    A version is a random number that is written with every change, so whatever two snapshots
    have in common under it is the same.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = ""
        self._tables: dict[str, Table] = {}

    def get(self, connection: sqlite3.Connection, version: str, what: str) -> Table:
        with self._lock:
            if version != self._version:
                self._version, self._tables = version, {}
            for needed in ("articles", what):
                if needed not in self._tables:
                    self._tables[needed] = _read(connection, needed, self._tables)
            return self._tables[what]


_HELD = _Held()


def _read(connection: sqlite3.Connection, what: str, known: Mapping[str, Table]) -> Table:
    """All days of a table; ``row`` becomes a place among all articles."""
    kind = _ROWS[what][0]
    days, blobs = [], []
    for day, data in connection.execute(f"SELECT day, data FROM day_{what} ORDER BY day"):
        days.append(day)
        blobs.append(data)
    records = np.frombuffer(b"".join(blobs), dtype=kind)
    table: Table = {name: np.ascontiguousarray(records[name]) for name in kind.names or ()}
    sizes = np.array([len(blob) // kind.itemsize for blob in blobs], dtype=np.int64)
    if what == "articles":
        table["day"] = np.array(days, dtype=np.int64)
        table["start"] = np.concatenate(([0], np.cumsum(sizes)))
    elif "row" in table and days:
        starts = known["articles"]["start"][np.searchsorted(known["articles"]["day"], days)]
        table["row"] = table["row"] + np.repeat(starts, sizes).astype(np.int32)
    for values in table.values():
        values.flags.writeable = False
    return table


class Columns:
    """The columns of a span of days, in one snapshot. ``size`` is how many articles they hold."""

    def __init__(self, connection: sqlite3.Connection, first_day: int, last_day: int) -> None:
        row = connection.execute("SELECT value FROM meta WHERE key = 'columns'").fetchone()
        self.version: str = "" if row is None else row[0]
        self._connection = connection
        whole = _HELD.get(connection, self.version, "articles")
        bounds = np.searchsorted(whole["day"], [first_day, max(first_day, last_day + 1)])
        self._first, self._end = (int(place) for place in whole["start"][bounds])
        self.size = self._end - self._first

    @property
    def articles(self) -> Table:
        """`ARTICLE`, in the order of publication."""
        return self._cut("articles")

    @property
    def stories(self) -> Table:
        """`STORY`, one beside each of `articles`."""
        return self._cut("stories")

    @property
    def mentions(self) -> Table:
        """`MENTION`, by article and position; ``row`` is a place in `articles`."""
        return self._cut("mentions")

    @property
    def topics(self) -> Table:
        """`TOPIC`; ``row`` is a place in `articles`."""
        return self._cut("topics")

    def _cut(self, what: str) -> Table:
        whole = _HELD.get(self._connection, self.version, what)
        names = _ROWS[what][0].names or ()
        first, end = self._first, self._end
        if "row" in whole:
            first, end = (int(n) for n in np.searchsorted(whole["row"], [first, end]))
        table = {name: whole[name][first:end] for name in names}
        if "row" in table and self._first:
            table["row"] = table["row"] - np.int32(self._first)
        return table


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
