"""An outlet's own article in the place of what an aggregator said of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from db.model import Article
from db.sqlite import coverage, muted, rollups, stories
from db.sqlite.values import maybe_seconds, outlet_ids, source_ids, to_day, to_json, to_seconds

Index = Callable[[str, str, str], tuple[str, str]]
"""`db.sqlite.intake.index_entry`"""


def take_over(
    connection: sqlite3.Connection, row: sqlite3.Row, article: Article, index: Index
) -> None:
    """Store ``article`` over the stored one, which keeps its id, story, tags and corrections.

    Everything else is as if the aggregator's entry had never come first, but for the time at
    which the article was first seen. It is due for tagging again. Inside a write. ``row`` is as
    `db.sqlite.intake` knows stored articles.
    """
    number, summary, body = row["id"], article.summary, article.body
    rollups.touch(connection, [number])
    rollups.take_away(connection)
    source = source_ids(connection)[article.source_id]
    (old,) = connection.execute("SELECT source, day FROM articles WHERE id = ?", (number,))
    coverage.count_days(connection, [(*old, -1), (source, to_day(article.day), 1)])
    connection.executemany(
        """UPDATE sources SET articles = articles + ?1
            WHERE id = ?2""",
        [(-1, old[0]), (1, source)],
    )
    connection.execute(
        """UPDATE articles SET source = ?, outlet = ?, language = ?, published_at = ?, day = ?,
            state = 0 WHERE id = ?""",
        (
            source,
            outlet_ids(connection)[article.outlet],
            article.language,
            to_seconds(article.published_at),
            to_day(article.day),
            number,
        ),
    )
    connection.execute(
        """UPDATE mentions SET (published_at, outlet, language) =
            (SELECT published_at, outlet, language FROM articles WHERE id = ?1)
            WHERE article = ?1""",
        (number,),
    )
    connection.execute(
        """UPDATE contents SET url = ?, title = ?, author = ?, rights = ?, time_quality = ?,
            has_text = ?, image_url = ?, image_caption = ?, image_credit = ?, copyright = ?,
            subheads = ?, guid = ?, published_raw = ?, modified_at = ? WHERE article = ?""",
        (
            article.url,
            article.title,
            article.author,
            article.rights,
            article.time_quality,
            bool(summary or body),
            article.image_url,
            article.image_caption,
            article.image_credit,
            article.copyright,
            to_json(article.subheads),
            article.guid,
            article.published_raw,
            maybe_seconds(article.modified_at),
            number,
        ),
    )
    connection.execute(
        "INSERT INTO search (search, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        (number, *index(row["title"], row["summary"], row["body"])),
    )
    connection.execute(
        "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
        (number, *index(article.title, summary, body)),
    )
    connection.execute(
        "UPDATE bodies SET summary = ?, body = ? WHERE article = ?", (summary, body, number)
    )
    # edits of an aggregator's wording say nothing about the article
    connection.execute("DELETE FROM versions WHERE article = ?", (number,))
    # another outlet, source and headline: other mutes may hit it now
    muted.overlay(connection)
    stories.refresh(connection)
    rollups.add(connection)
