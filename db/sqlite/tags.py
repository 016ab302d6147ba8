"""Storing what the processing step says, and keeping the roll-ups right in the same transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.errors import NotFound
from db.model import Evidence, Mention, TagFailure, TagResult, Tags, Tone
from db.sqlite import rollups, stories
from db.sqlite.values import TONE_CODES, Ids, company_ids, tagger_ids, to_json, topic_ids

_LOOKUP = 2_000
_TAGGED, _FAILED = 1, 2


def not_found(article_id: str) -> NotFound:
    return NotFound(
        article_id,
        "이 기사는 저장소에 없습니다. 주소가 맞는지 확인하세요.",
        "there is no such article. Check the address.",
    )


def save(connection: sqlite3.Connection, results: Sequence[TagResult], now_seconds: int) -> None:
    """Replace the tags of these articles. Inside a write. Raises `NotFound`."""
    latest: dict[str, TagResult] = {result.article_id: result for result in results}
    facts = _facts(connection, list(latest))
    for article_id in latest:
        if article_id not in facts:
            raise not_found(article_id)
    numbers = [(facts[article_id]["id"],) for article_id in latest]
    connection.execute("DELETE FROM touched")
    connection.execute("DELETE FROM touched_stories")
    connection.executemany("INSERT INTO touched VALUES (?)", numbers)
    connection.execute(
        """INSERT INTO touched_stories SELECT DISTINCT a.story
            FROM touched CROSS JOIN articles a ON a.id = touched.article
            WHERE a.story IS NOT NULL"""
    )
    rollups.take_away(connection)
    for table in ("mentions", "evidence", "article_topics"):
        connection.executemany(f"DELETE FROM {table} WHERE article = ?", numbers)
    _write(connection, latest, facts, now_seconds)
    stories.refresh(connection)
    rollups.add(connection)


def _facts(connection: sqlite3.Connection, public_ids: Sequence[str]) -> dict[str, sqlite3.Row]:
    found: dict[str, sqlite3.Row] = {}
    for start in range(0, len(public_ids), _LOOKUP):
        rows = connection.execute(
            """SELECT public_id, id, published_at, outlet, language FROM articles
                WHERE public_id IN (SELECT value FROM json_each(?))""",
            (to_json(public_ids[start : start + _LOOKUP]),),
        )
        found.update((row["public_id"], row) for row in rows)
    return found


def _write(
    connection: sqlite3.Connection,
    latest: Mapping[str, TagResult],
    facts: Mapping[str, sqlite3.Row],
    now_seconds: int,
) -> None:
    companies, topics = company_ids(connection), topic_ids(connection)
    taggers = tagger_ids(connection)
    judged: list[tuple[Any, ...]] = []
    tagged: list[tuple[Any, ...]] = []
    mentioned: list[tuple[Any, ...]] = []
    reasons: list[tuple[Any, ...]] = []
    about: list[tuple[Any, ...]] = []
    for article_id, result in latest.items():
        fact = facts[article_id]
        number, tagger = fact["id"], taggers[result.version]
        if isinstance(result, TagFailure):
            judged.append((_FAILED, tagger, 0, TONE_CODES[Tone.UNRATED], 0, 0, number))
            tagged.append((number, 0.0, 0.0, "[]", b"", now_seconds, result.message))
            continue
        mentions = _distinct(result)
        lead = companies[mentions[0].company_id] if mentions else 0
        tone = TONE_CODES[result.tone]
        judged.append((_TAGGED, tagger, result.relevant, tone, lead, len(mentions), number))
        fingerprint = stories.pack(result.fingerprint)
        summary = to_json(result.summary)
        tagged.append(
            (number, result.relevance, result.tone_score, summary, fingerprint, now_seconds, None)
        )
        mentioned.extend(_mention_rows(fact, result, mentions, companies))
        reasons.extend(_reason_rows(number, mentions, companies))
        slugs = dict.fromkeys(result.topics)
        about.extend((number, topics[slug], place) for place, slug in enumerate(slugs))
    connection.executemany(
        """UPDATE articles SET state = ?, tagger = ?, relevant = ?, tone = ?, lead = ?,
            companies = ? WHERE id = ?""",
        judged,
    )
    connection.executemany("INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?, ?, ?, ?)", tagged)
    connection.executemany(
        "INSERT INTO mentions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", mentioned
    )
    connection.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?)", reasons)
    connection.executemany("INSERT INTO article_topics VALUES (?, ?, ?)", about)


def _distinct(tags: Tags) -> list[Mention]:
    """Each company once, the first mention of it."""
    found: dict[str, Mention] = {}
    for mention in tags.mentions:
        found.setdefault(mention.company_id, mention)
    return list(found.values())


def _mention_rows(
    fact: sqlite3.Row, tags: Tags, mentions: Sequence[Mention], companies: Ids
) -> Iterator[tuple[Any, ...]]:
    for place, mention in enumerate(mentions):
        yield (
            fact["id"],
            companies[mention.company_id],
            place,
            mention.count,
            mention.in_title,
            TONE_CODES[mention.tone],
            mention.tone_score,
            tags.relevant,
            fact["published_at"],
            fact["outlet"],
            fact["language"],
            len(mentions),
        )


def _reason_rows(
    number: int, mentions: Sequence[Mention], companies: Ids
) -> Iterator[tuple[Any, ...]]:
    for mention in mentions:
        if mention.surfaces or mention.evidence:
            cues = to_json(map(_cue, mention.evidence))
            yield number, companies[mention.company_id], to_json(mention.surfaces), cues


def _cue(evidence: Evidence) -> tuple[str, str, str, str]:
    return evidence.cue, evidence.tone.value, evidence.where, evidence.context
