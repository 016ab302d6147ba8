"""Which articles of a story repeat a company's own press release, and how much of it."""

from __future__ import annotations

import sqlite3

from db.echo import share_from

_READ = 20_000
"""characters of a text that are compared"""

# a story has few releases; the first one is what the others are compared with
_STORIES = """SELECT a.story, a.id FROM touched_stories t
    CROSS JOIN articles a ON a.story = t.story
    JOIN sources s ON s.id = a.source
    WHERE a.relevant = 1 AND s.newsroom <> ''
    ORDER BY a.story, a.published_at, a.public_id"""
_TEXTS = """SELECT a.id, CASE WHEN length(b.body) > length(b.summary) THEN b.body ELSE b.summary END
    FROM articles a JOIN bodies b ON b.article = a.id JOIN sources s ON s.id = a.source
    WHERE a.story = ? AND a.relevant = 1 AND s.newsroom = ''"""
_RELEASE = "SELECT summary || char(10) || body FROM bodies WHERE article = ?"


def renew(connection: sqlite3.Connection) -> None:
    """Compare the articles of the touched stories with their press release. Inside a write."""
    connection.execute(
        """DELETE FROM echoes WHERE article IN (SELECT a.id FROM touched_stories t
            CROSS JOIN articles a ON a.story = t.story)"""
    )
    releases: dict[int, int] = {}
    for story, article in connection.execute(_STORIES):
        releases.setdefault(story, article)
    found: list[tuple[int, int, float]] = []
    for story, release in releases.items():
        text = connection.execute(_RELEASE, (release,)).fetchone()[0][:_READ]
        for article, own in connection.execute(_TEXTS, (story,)):
            share = share_from(own[:_READ], text)
            if share is not None:
                found.append((article, release, round(share, 3)))
    connection.executemany("INSERT INTO echoes (article, release, share) VALUES (?, ?, ?)", found)
