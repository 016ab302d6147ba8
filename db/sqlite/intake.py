"""Storing articles and reading them back whole, for tagging."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from db import search
from db.model import Article, RightsMode, TagScope, TimeQuality
from db.sqlite import coverage, identity, takeover, versions
from db.sqlite.values import (
    change_texts,
    maybe_instant,
    outlet_ids,
    source_ids,
    strings,
    to_day,
    to_instant,
    to_json,
    to_seconds,
)

_LOOKUP = 500

_INSERTS = (
    """INSERT INTO articles
        (id, public_id, source, outlet, language, published_at, day, first_seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
    """INSERT INTO contents (article, url, title, author, rights, time_quality, modified_at,
        has_text, image_url, image_caption, image_credit, copyright, subheads, guid, published_raw)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
    "INSERT INTO bodies (article, summary, body) VALUES (?, ?, ?)",
    "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
)
_WHOLE = """SELECT a.id, a.public_id, a.language, a.published_at, a.first_seen_at,
        c.url, c.title, c.author, c.rights, c.time_quality, c.modified_at, c.image_url,
        c.image_caption, c.image_credit, c.copyright, c.subheads, c.guid, c.published_raw,
        b.summary, b.body, s.slug AS source, o.name AS outlet
    FROM articles a
    JOIN contents c ON c.article = a.id
    JOIN bodies b ON b.article = a.id
    JOIN sources s ON s.id = a.source
    JOIN outlets o ON o.id = a.outlet
    WHERE a.id > :after AND a.id <= :last AND """
_SCOPES = {
    TagScope.NEW: "a.state <> 1 AND (a.state = 0 OR a.tagger <> :tagger)",
    TagScope.OUTDATED: "a.tagger IS NOT NULL AND a.tagger <> :tagger",
    TagScope.ALL: "1",
}


def index_entry(title: str, summary: str, body: str) -> tuple[str, str]:
    """The two columns of the search index, as tokens parted by spaces."""
    return (
        " ".join([search.EVERY, *search.tokens(title)]),
        " ".join(search.tokens(f"{summary}\n{body}")),
    )


def add(
    connection: sqlite3.Connection, articles: Sequence[Article], modified_at: int | None
) -> int:
    """Store what is new and update what changed; how many were new. Inside a write.

    ``modified_at`` is noted for changed articles; None takes each article's ``first_seen_at``.
    """
    merged = _merged(articles)
    known = _known(connection, list(merged))
    strange = [article for public_id, article in merged.items() if public_id not in known]
    aggregators = identity.aggregators(connection)
    recognised = identity.recognise(connection, strange, merged, aggregators)
    fresh = [article for article in strange if article.id not in recognised]
    _insert(connection, fresh)
    known |= _recognised(connection, recognised)
    updated: set[int] = set()
    for public_id, row in known.items():
        article = merged[public_id]
        if row["id"] in updated:
            continue
        updated.add(row["id"])
        if row["source"] in aggregators and article.source_id not in aggregators:
            takeover.take_over(connection, row, article, index_entry)
        elif row["source"] == article.source_id:
            at = to_seconds(article.first_seen_at) if modified_at is None else modified_at
            _update(connection, row, article, at)
            if public_id in recognised.moved:
                connection.execute(
                    "UPDATE contents SET url = ? WHERE article = ?", (article.url, row["id"])
                )
    _remember(connection, merged, known, fresh, recognised)
    return len(fresh)


def _recognised(
    connection: sqlite3.Connection, recognised: identity.Recognised
) -> dict[str, sqlite3.Row]:
    """By the public id of an entry, the stored article that it is."""
    if not recognised.stored:
        return {}
    numbers = list(dict.fromkeys(recognised.stored.values()))
    ids = {
        row[0]: row[1]
        for start in range(0, len(numbers), _LOOKUP)
        for row in connection.execute(
            """SELECT id, public_id FROM articles
                WHERE id IN (SELECT value FROM json_each(?))""",
            (to_json(numbers[start : start + _LOOKUP]),),
        )
    }
    rows = _known(connection, list(ids.values()))
    return {entry: rows[ids[number]] for entry, number in recognised.stored.items()}


def _remember(
    connection: sqlite3.Connection,
    merged: Mapping[str, Article],
    known: Mapping[str, sqlite3.Row],
    fresh: Sequence[Article],
    recognised: identity.Recognised,
) -> None:
    """Note the other addresses under which these entries came."""
    for public_id, row in known.items():
        if public_id in recognised.stored or merged[public_id].other_urls:
            identity.remember(connection, row["id"], merged[public_id])
    others = [article.id for article in fresh if article.other_urls]
    for public_id in (*others, *recognised.twins):
        number = identity.number_of(connection, recognised.first(public_id))
        assert number is not None
        identity.remember(connection, number, merged[public_id])


def _merged(articles: Sequence[Article]) -> dict[str, Article]:
    """Each id once: a feed that lists an article twice must not change it back and forth."""
    merged: dict[str, Article] = {}
    for article in articles:
        if article.rights is RightsMode.LINK:
            article = replace(article, summary="", body="")
        first = merged.get(article.id)
        if first is not None:
            article = replace(
                first,
                title=article.title or first.title,
                summary=article.summary or first.summary,
                body=article.body or first.body,
                other_urls=tuple(dict.fromkeys((*first.other_urls, *article.other_urls))),
            )
        merged[article.id] = article
    return merged


def _known(connection: sqlite3.Connection, public_ids: Sequence[str]) -> dict[str, sqlite3.Row]:
    found: dict[str, sqlite3.Row] = {}
    for start in range(0, len(public_ids), _LOOKUP):
        rows = connection.execute(
            """SELECT a.id, a.public_id, a.first_seen_at, s.slug AS source, c.title,
                    b.summary, b.body
                FROM articles a
                JOIN contents c ON c.article = a.id
                JOIN bodies b ON b.article = a.id
                JOIN sources s ON s.id = a.source
                WHERE a.public_id IN (SELECT value FROM json_each(?))""",
            (to_json(public_ids[start : start + _LOOKUP]),),
        )
        found.update((row["public_id"], row) for row in rows)
    return found


def _insert(connection: sqlite3.Connection, articles: Sequence[Article]) -> None:
    if not articles:
        return
    sources, outlets = source_ids(connection), outlet_ids(connection)
    highest = connection.execute("SELECT COALESCE(MAX(id), 0) FROM articles").fetchone()[0]
    numbered = list(enumerate(articles, start=highest + 1))
    tables: tuple[list[tuple[Any, ...]], ...] = (
        [
            _article_row(number, a, sources[a.source_id], outlets[a.outlet])
            for number, a in numbered
        ],
        [_content_row(number, a) for number, a in numbered],
        [(number, a.summary, a.body) for number, a in numbered],
        [(number, *index_entry(a.title, a.summary, a.body)) for number, a in numbered],
    )
    for statement, rows in zip(_INSERTS, tables, strict=True):
        connection.executemany(statement, rows)
    days = Counter((sources[a.source_id], to_day(a.day)) for a in articles)
    coverage.count_days(connection, [(*key, count) for key, count in days.items()])
    per_source = Counter(sources[article.source_id] for article in articles)
    connection.executemany(
        "UPDATE sources SET articles = articles + ? WHERE id = ?",
        [(count, source) for source, count in per_source.items()],
    )


def _article_row(number: int, article: Article, source: int, outlet: int) -> tuple[Any, ...]:
    return (
        number,
        article.id,
        source,
        outlet,
        article.language,
        to_seconds(article.published_at),
        to_day(article.day),
        to_seconds(article.first_seen_at),
    )


def _content_row(number: int, article: Article) -> tuple[Any, ...]:
    return (
        number,
        article.url,
        article.title,
        article.author,
        article.rights,
        article.time_quality,
        None if article.modified_at is None else to_seconds(article.modified_at),
        bool(article.summary or article.body),
        article.image_url,
        article.image_caption,
        article.image_credit,
        article.copyright,
        to_json(article.subheads),
        article.guid,
        article.published_raw,
    )


def _update(
    connection: sqlite3.Connection, row: sqlite3.Row, article: Article, modified_at: int
) -> None:
    """Take over a changed text, and note it if that is an edit."""
    before = (row["title"], row["summary"], row["body"])
    after = (article.title, article.summary, article.body)
    if after == before:
        return
    number = row["id"]
    after, edited = versions.revise(
        connection, number, (row["first_seen_at"], modified_at), before, after
    )
    if after == before:
        return
    title, summary, body = after
    connection.execute(
        "INSERT INTO search (search, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        (number, *index_entry(*before)),
    )
    connection.execute(_INSERTS[3], (number, *index_entry(*after)))
    change_texts(connection)
    connection.execute(
        "UPDATE bodies SET summary = ?, body = ? WHERE article = ?", (summary, body, number)
    )
    connection.execute(
        """UPDATE contents SET title = ?, modified_at = COALESCE(?, modified_at), has_text = ?,
            author = COALESCE(NULLIF(?, ''), author),
            image_url = COALESCE(NULLIF(?, ''), image_url),
            image_caption = COALESCE(NULLIF(?, ''), image_caption),
            image_credit = COALESCE(NULLIF(?, ''), image_credit),
            copyright = COALESCE(NULLIF(?, ''), copyright),
            subheads = COALESCE(NULLIF(?, '[]'), subheads)
            WHERE article = ?""",
        (
            title,
            modified_at if edited else None,
            bool(summary or body),
            article.author,
            article.image_url,
            article.image_caption,
            article.image_credit,
            article.copyright,
            to_json(article.subheads),
            number,
        ),
    )
    # due again; the old tags stay visible until the new ones are there
    connection.execute("UPDATE articles SET state = 0 WHERE id = ?", (number,))


def tagger_id(connection: sqlite3.Connection, version: str) -> int:
    """The internal id of a tagger's version; -1 while nothing was tagged by it."""
    row = connection.execute("SELECT id FROM taggers WHERE version = ?", (version,)).fetchone()
    return -1 if row is None else int(row[0])


def highest_id(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT COALESCE(MAX(id), 0) FROM articles").fetchone()[0])


def due(
    connection: sqlite3.Connection, version: str, scope: TagScope, after: int, last: int, limit: int
) -> Iterator[tuple[int, Article]]:
    """(internal id, article) of at most ``limit`` articles to tag, above ``after``, up to ``last``."""
    rows = connection.execute(
        f"{_WHOLE} {_SCOPES[scope]} ORDER BY a.id LIMIT :limit",
        {
            "after": after,
            "last": last,
            "tagger": tagger_id(connection, version),
            "limit": limit,
        },
    )
    for row in rows:
        yield row["id"], _article(row)


def _article(row: sqlite3.Row) -> Article:
    return Article(
        id=row["public_id"],
        url=row["url"],
        source_id=row["source"],
        outlet=row["outlet"],
        title=row["title"],
        published_at=to_instant(row["published_at"]),
        first_seen_at=to_instant(row["first_seen_at"]),
        language=row["language"],
        rights=RightsMode(row["rights"]),
        time_quality=TimeQuality(row["time_quality"]),
        published_raw=row["published_raw"],
        guid=row["guid"],
        author=row["author"],
        summary=row["summary"],
        body=row["body"],
        subheads=strings(row["subheads"]),
        image_url=row["image_url"],
        image_caption=row["image_caption"],
        image_credit=row["image_credit"],
        copyright=row["copyright"],
        modified_at=maybe_instant(row["modified_at"]),
    )
