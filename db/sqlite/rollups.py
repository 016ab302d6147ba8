"""The daily roll-ups: each is defined once, by the query that makes it from articles and tags.

The same query, over the articles touched by a transaction, says what to take away before and what
to add after a change; over all articles it says what a check expects. So charts never scan.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from db.sqlite import columns

_TOUCHED = {
    "articles": "touched CROSS JOIN articles a ON a.id = touched.article",
    "stories": "touched_stories CROSS JOIN stories s ON s.id = touched_stories.story",
}
_ALL = {"articles": "articles a", "stories": "stories s"}


@dataclass(frozen=True, slots=True)
class Rollup:
    """``rows`` selects ``keys`` and ``sums`` from ``{articles}`` or ``{stories}``."""

    table: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    rows: str

    def expected(self) -> str:
        """The query for what the table ought to hold."""
        return self.rows.format_map(_ALL)

    def change(self, sign: int) -> str:
        """The statement that adds (1) or takes away (-1) what the touched rows contribute."""
        columns = ", ".join(self.keys + self.sums)
        signed = ", ".join(self.keys + tuple(f"{sign} * {name}" for name in self.sums))
        update = ", ".join(f"{name} = {name} + excluded.{name}" for name in self.sums)
        return (
            f"WITH part ({columns}) AS ({self.rows.format_map(_TOUCHED)})"
            f" INSERT INTO {self.table} ({columns}) SELECT {signed} FROM part WHERE true"
            f" ON CONFLICT ({', '.join(self.keys)}) DO UPDATE SET {update}"
        )


def _of_articles(table: str, key: str, column: str, join: str = "") -> Rollup:
    return Rollup(
        table,
        (key, "day", "tone", "language"),
        ("articles",),
        f"""SELECT {column}, a.day, a.tone, a.language, COUNT(*) FROM {{articles}} {join}
            WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4""",
    )


ARTICLE_ROLLUPS = (
    Rollup(
        "daily_companies",
        ("company", "day", "tone", "language"),
        ("articles", "mentions"),
        """SELECT 0, a.day, a.tone, a.language, COUNT(*), SUM(a.companies) FROM {articles}
            WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT m.company, a.day, m.tone, a.language, COUNT(*), SUM(a.companies) FROM {articles}
            CROSS JOIN mentions m ON m.article = a.id
            WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4""",
    ),
    _of_articles("daily_leads", "lead", "a.lead"),
    _of_articles("daily_outlets", "outlet", "a.outlet"),
    _of_articles(
        "daily_topics", "topic", "t.topic", "CROSS JOIN article_topics t ON t.article = a.id"
    ),
    Rollup(
        "daily_pairs",
        ("first", "second", "day", "language"),
        ("articles",),
        """SELECT m.company, n.company, a.day, a.language, COUNT(*) FROM {articles}
            CROSS JOIN mentions m ON m.article = a.id
            CROSS JOIN mentions n ON n.article = a.id AND n.company > m.company
            WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4""",
    ),
)

CUE_ROLLUP = Rollup(
    "daily_cues",
    ("company", "day", "tone", "language", "cue", "cue_tone"),
    ("articles",),
    """SELECT m.company, a.day, m.tone, a.language, j.value ->> 0, j.value ->> 1,
        COUNT(DISTINCT a.id) FROM {articles}
        CROSS JOIN evidence e ON e.article = a.id
        CROSS JOIN mentions m ON m.article = e.article AND m.company = e.company
        CROSS JOIN json_each(e.cues) j
        WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4, 5, 6""",
)

STORY_ROLLUP = Rollup(
    "daily_stories",
    ("company", "day", "match_day"),
    ("articles",),
    """SELECT 0, s.first_day, s.first_day, COUNT(*) FROM {stories}
        WHERE s.articles > 0 GROUP BY 1, 2, 3
    UNION ALL
    SELECT company, first_day, match_day, COUNT(*) FROM (
        SELECT m.company, s.first_day, MIN(a.day) AS match_day FROM {stories}
        CROSS JOIN articles a ON a.story = s.id
        CROSS JOIN mentions m ON m.article = a.id
        WHERE a.relevant = 1 GROUP BY s.id, m.company
    ) GROUP BY 1, 2, 3""",
)


def _keywords(kind: int, tie: str, column: str) -> str:
    return f"""SELECT {kind}, keyword, first_day, match_day, COUNT(*) FROM (
        SELECT k.{column} AS keyword, s.first_day, MIN(a.day) AS match_day FROM {{stories}}
        CROSS JOIN articles a ON a.story = s.id
        CROSS JOIN {tie} k ON k.article = a.id
        WHERE a.relevant = 1 GROUP BY s.id, k.{column}
    ) GROUP BY 1, 2, 3, 4"""


KEYWORD_ROLLUP = Rollup(
    "daily_keywords",
    ("kind", "keyword", "day", "match_day"),
    ("articles",),
    f"""{_keywords(0, "article_topics", "topic")}
    UNION ALL {_keywords(1, "article_terms", "term")}""",
)

ROLLUPS = (*ARTICLE_ROLLUPS, CUE_ROLLUP, STORY_ROLLUP, KEYWORD_ROLLUP)


def touch(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Say which articles are about to change; the stories that they are in now are touched too."""
    connection.execute("DELETE FROM touched")
    connection.execute("DELETE FROM touched_stories")
    connection.executemany("INSERT INTO touched VALUES (?)", ((article,) for article in articles))
    connection.execute(
        """INSERT INTO touched_stories SELECT DISTINCT a.story
            FROM touched CROSS JOIN articles a ON a.id = touched.article
            WHERE a.story IS NOT NULL"""
    )


def take_away(connection: sqlite3.Connection) -> None:
    """Before a change: the touched articles and stories leave the roll-ups."""
    columns.outdate(connection)
    for rollup in ROLLUPS:
        connection.execute(rollup.change(-1))


def add(connection: sqlite3.Connection) -> None:
    """After a change: they come back as they are now."""
    for rollup in ROLLUPS:
        connection.execute(rollup.change(1))
        connection.execute(f"DELETE FROM {rollup.table} WHERE articles = 0")
    columns.outdate(connection)
    columns.renew(connection)


def differences(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """(table, rows that are wrong) for each roll-up that differs from what it is made of."""
    found = []
    for rollup in ROLLUPS:
        listed = ", ".join(rollup.keys + rollup.sums)
        stored, expected = f"SELECT {listed} FROM {rollup.table}", rollup.expected()
        row = connection.execute(
            f"WITH stored AS ({stored}), expected AS ({expected})"
            " SELECT (SELECT COUNT(*) FROM (SELECT * FROM stored EXCEPT SELECT * FROM expected))"
            " + (SELECT COUNT(*) FROM (SELECT * FROM expected EXCEPT SELECT * FROM stored))"
        ).fetchone()
        if row[0]:
            found.append((rollup.table, int(row[0])))
    found += columns.differences(connection)
    return found
