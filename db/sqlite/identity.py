"""One article once: entries that are stored already, under another address. See :mod:`db.identity`."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from db.identity import headline_key, same_by_guid
from db.model import Article, TimeQuality, article_id
from db.sqlite.values import day_start, slug_ids, to_day, to_instant, to_json

_LOOKUP = 500
_MOST_SHARED = 50


@dataclass(slots=True)
class Recognised:
    """Entries that are no articles of their own, by their public id."""

    stored: dict[str, int] = field(default_factory=dict)
    """the internal id of the article that each is"""
    twins: dict[str, str] = field(default_factory=dict)
    """the public id of the new entry of the same visit that each is"""
    moved: set[str] = field(default_factory=set)
    """of ``stored``: known by their guid, so that the address is the article's new one"""

    def first(self, public_id: str) -> str:
        """The entry of this visit that ``public_id`` is a twin of, or itself."""
        while public_id in self.twins:
            public_id = self.twins[public_id]
        return public_id

    def __contains__(self, public_id: str) -> bool:
        return public_id in self.stored or public_id in self.twins


def recognise(
    connection: sqlite3.Connection,
    strange: Sequence[Article],
    listed: Collection[str],
    aggregators: Collection[str],
) -> Recognised:
    """Which of ``strange``, whose ids are not stored, are known all the same.

    ``listed``: the ids of all entries of this visit. ``aggregators``: ids of such sources.
    """
    found = Recognised()
    if strange:
        _by_address(connection, strange, found)
        _by_guid(connection, strange, listed, found)
        _by_headline(connection, strange, aggregators, found)
    return found


def aggregators(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute("SELECT slug FROM sources WHERE aggregator = 1")
    return frozenset(row[0] for row in rows)


def remember(connection: sqlite3.Connection, number: int, article: Article) -> None:
    """Note the addresses of an entry that are not the stored article's own. Inside a write."""
    connection.executemany(
        """INSERT OR IGNORE INTO article_urls (public_id, article, url)
            SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM articles WHERE public_id = ?1)""",
        [(article_id(url), number, url) for url in (article.url, *article.other_urls)],
    )


def number_of(connection: sqlite3.Connection, public_id: str) -> int | None:
    """The internal id of an article, by its id or one of another address of it."""
    row = connection.execute(
        """SELECT id FROM articles WHERE public_id = ?1
            UNION ALL SELECT article FROM article_urls WHERE public_id = ?1 LIMIT 1""",
        (public_id,),
    ).fetchone()
    return None if row is None else int(row[0])


# --- by address --------------------------------------------------------------------------------


def _by_address(
    connection: sqlite3.Connection, strange: Sequence[Article], found: Recognised
) -> None:
    ids = {a.id: [a.id, *map(article_id, a.other_urls)] for a in strange}
    known = _numbers(connection, list(dict.fromkeys(i for own in ids.values() for i in own)))
    if not known:
        return
    for public_id, own in ids.items():
        if public_id in known:
            found.stored[public_id] = known[public_id]
        elif numbers := [known[i] for i in own if i in known]:
            # stored more than once, by rules of an earlier time: the first of them goes on
            found.stored[public_id] = min(numbers)


# --- by guid -----------------------------------------------------------------------------------


def _by_guid(
    connection: sqlite3.Connection,
    strange: Sequence[Article],
    listed: Collection[str],
    found: Recognised,
) -> None:
    groups: defaultdict[tuple[str, str], list[Article]] = defaultdict(list)
    for article in strange:
        if article.guid and article.id not in found:
            groups[article.outlet, article.guid].append(article)
    stored = _stored_guids(connection, list(dict.fromkeys(guid for _, guid in groups)))
    for (outlet, guid), entries in groups.items():
        first = entries[0]
        others = _with_guid(connection, outlet, guid) if guid in stored else []
        if others is None:
            continue
        one_article = all(same_by_guid(first, e, both_listed=True) for e in entries[1:]) and all(
            same_by_guid(first, other, both_listed=other.id in listed) for other, _ in others
        )
        # a guid that stands for several articles stands for none
        if not one_article:
            continue
        if others:
            number = min(number for _, number in others)
            found.stored |= {entry.id: number for entry in entries}
            found.moved |= {entry.id for entry in entries}
        else:
            found.twins |= {entry.id: first.id for entry in entries[1:]}


def _stored_guids(connection: sqlite3.Connection, guids: Sequence[str]) -> set[str]:
    """Those that stored articles have, as guid or as address. Most of new entries have none."""
    found: set[str] = set()
    for chunk in _chunks(guids):
        rows = connection.execute(
            """SELECT j.value FROM json_each(?) j WHERE EXISTS (
                SELECT 1 FROM contents WHERE guid = j.value AND guid <> '' AND guid <> url)""",
            (to_json(chunk),),
        )
        found.update(row[0] for row in rows)
        addresses = {article_id(guid): guid for guid in chunk if guid.startswith("http")}
        found.update(addresses[known] for known in _numbers(connection, list(addresses)))
    return found


def _numbers(connection: sqlite3.Connection, public_ids: Sequence[str]) -> dict[str, int]:
    """Internal ids of articles by the id of any of their addresses; the own address wins."""
    found: dict[str, int] = {}
    for chunk in _chunks(public_ids):
        rows = connection.execute(
            """SELECT public_id, article FROM article_urls
                WHERE public_id IN (SELECT value FROM json_each(?1))
            UNION ALL SELECT public_id, id FROM articles
                WHERE public_id IN (SELECT value FROM json_each(?1))""",
            (to_json(chunk),),
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _with_guid(
    connection: sqlite3.Connection, outlet: str, guid: str
) -> list[tuple[Article, int]] | None:
    """What `same_by_guid` needs of the stored articles, with their internal ids.

    None where the guid is everybody's, such as ``1``.
    """
    rows = connection.execute(
        """WITH same (article) AS (
                SELECT article FROM contents WHERE guid = ?1 AND guid <> '' AND guid <> url
                UNION SELECT id FROM articles WHERE public_id = ?2
                UNION SELECT article FROM article_urls WHERE public_id = ?2 LIMIT ?3)
            SELECT a.id, a.public_id, a.published_at, o.name, c.title, c.time_quality
            FROM same
            CROSS JOIN contents c ON c.article = same.article
            CROSS JOIN articles a ON a.id = same.article
            CROSS JOIN outlets o ON o.id = a.outlet""",
        (guid, article_id(guid), _MOST_SHARED),
    ).fetchall()
    if len(rows) == _MOST_SHARED:
        return None
    found = []
    for number, public_id, published_at, name, title, quality in rows:
        if name == outlet:
            instant = to_instant(published_at)
            known = Article(
                id=public_id,
                url="",
                source_id="",
                outlet=name,
                title=title,
                published_at=instant,
                first_seen_at=instant,
                time_quality=TimeQuality(quality),
                guid=guid,
            )
            found.append((known, number))
    return found


# --- by headline -------------------------------------------------------------------------------


def _by_headline(
    connection: sqlite3.Connection,
    strange: Sequence[Article],
    aggregators: Collection[str],
    found: Recognised,
) -> None:
    if not aggregators:
        return
    groups: defaultdict[tuple[str, int], list[Article]] = defaultdict(list)
    for article in strange:
        if article.id not in found and article.time_quality.as_published:
            groups[article.outlet, to_day(article.day)].append(article)
    numbers = slug_ids(connection, "sources", list(aggregators))
    for place, entries in groups.items():
        gathered = [entry for entry in entries if entry.source_id in aggregators]
        theirs = _headlines(connection, place, numbers, of_them=True)
        own = _headlines(connection, place, numbers, of_them=False) if gathered else {}
        new: dict[str, str] = {}
        for entry in (
            sorted(entries, key=lambda e: (e.published_at, e.id)) if gathered or theirs else ()
        ):
            key = headline_key(entry.title)
            if not key:
                continue
            if entry.source_id not in aggregators:
                # the outlet's own article takes the place of the aggregator's entry, once
                if key in theirs:
                    found.stored[entry.id] = theirs.pop(key)
            elif key in own or key in theirs:
                found.stored[entry.id] = own[key] if key in own else theirs[key]
            elif key in new:
                found.twins[entry.id] = new[key]
            else:
                new[key] = entry.id


def _headlines(
    connection: sqlite3.Connection,
    place: tuple[str, int],
    aggregators: Sequence[int],
    *,
    of_them: bool,
) -> dict[str, int]:
    """Headlines of an outlet's day → internal id, of aggregators' entries or of its own articles."""
    outlet, day = place
    rows = connection.execute(
        """SELECT a.id, c.title FROM outlets o
            CROSS JOIN articles a ON a.outlet = o.id AND a.relevant IN (0, 1, 2)
                AND a.published_at >= ? AND a.published_at < ?
                AND (a.source IN (SELECT value FROM json_each(?))) = ?
            CROSS JOIN contents c ON c.article = a.id
            WHERE o.name = ? AND c.time_quality IN ('exact', 'date_only') ORDER BY a.id""",
        (day_start(day), day_start(day + 1), to_json(aggregators), of_them, outlet),
    )
    found: dict[str, int] = {}
    for number, title in rows:
        if key := headline_key(title):
            found.setdefault(key, number)
    return found


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _LOOKUP] for start in range(0, len(values), _LOOKUP))
