"""One story with all that its page shows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence

from db.errors import NotFound
from db.query import ArticleDetail
from db.sqlite import cards
from db.sqlite.values import to_instant
from db.story import MOST_ARTICLES, Story, StoryMerge, StoryQuote

_LETTERS = re.compile(r"[\W_]+")
_SAME = 0.8
"""share of the shorter saying's letter pairs from which on two sayings are the same"""


def story(connection: sqlite3.Connection, story_id: str) -> Story:
    """See `db.read_store.ReadStore.story`. Raises `NotFound`."""
    row = connection.execute(
        """SELECT s.id, s.public_id, s.articles, s.outlets FROM stories s WHERE s.articles > 0
            AND s.id = (SELECT COALESCE(merged_into, id) FROM stories WHERE public_id = ?)""",
        (story_id,),
    ).fetchone()
    if row is None:
        raise NotFound(
            story_id,
            "그런 이슈가 없습니다. 주소가 맞는지 확인하세요.",
            "there is no such story. Check the address.",
        )
    articles = [
        found[0]
        for found in connection.execute(
            """SELECT id FROM articles WHERE story = ? AND relevant = 1
                ORDER BY published_at, public_id LIMIT ?""",
            (row["id"], MOST_ARTICLES),
        )
    ]
    details = cards.load_details(connection, articles)
    return Story(
        row["public_id"],
        tuple(detail.card for detail in details),
        row["articles"],
        row["outlets"],
        _release(connection, row["id"]),
        tuple(sayings(details)),
        tuple(_merges(connection, row["id"])),
    )


def _release(connection: sqlite3.Connection, number: int) -> str:
    row = connection.execute(
        """SELECT a.public_id FROM articles a JOIN sources s ON s.id = a.source
            WHERE a.story = ? AND a.relevant = 1 AND s.newsroom <> ''
            ORDER BY a.published_at, a.public_id LIMIT 1""",
        (number,),
    ).fetchone()
    return row[0] if row else ""


def _merges(connection: sqlite3.Connection, number: int) -> Iterator[StoryMerge]:
    rows = connection.execute(
        """SELECT s.public_id, a.public_id AS article, m.merged_at, m.articles
            FROM story_merges m JOIN stories s ON s.id = m.story
            JOIN articles a ON a.id = m.article WHERE s.merged_into = ? ORDER BY m.id""",
        (number,),
    )
    for row in rows:
        yield StoryMerge(row[0], row["article"], to_instant(row["merged_at"]), row["articles"])


def sayings(details: Sequence[ArticleDetail]) -> Iterator[StoryQuote]:
    """Each saying once, by whoever reported it first; small differences aside."""
    seen: list[set[str]] = []
    for detail in details:
        for quote in detail.quotes:
            letters = _LETTERS.sub("", quote.text)
            pairs = {letters[at : at + 2] for at in range(len(letters) - 1)}
            if not pairs or any(
                len(pairs & other) >= _SAME * min(len(pairs), len(other)) for other in seen
            ):
                continue
            seen.append(pairs)
            yield StoryQuote(detail.card.id, detail.card.outlet, quote)
