"""Storing what the processing step says, and keeping the roll-ups right in the same transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.corrections import judges_article, overlay, tags_of
from db.errors import NotFound
from db.model import Correction, Evidence, Mention, Span, TagFailure, TagResult, Tags
from db.sqlite import muted, overruled, rollups, stories, tallies
from db.sqlite.values import TONE_CODES, Ids, company_ids, tagger_ids, to_json, topic_ids

_LOOKUP = 2_000
_TAGGED, _FAILED = 1, 2


def not_found(article_id: str) -> NotFound:
    return NotFound(
        article_id,
        "이 기사는 저장소에 없습니다. 주소가 맞는지 확인하세요.",
        "there is no such article. Check the address.",
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be stored of one article."""

    said: TagResult
    """the machine's latest result"""
    shown: Tags
    """the same with what people say laid over it"""
    corrected: bool
    """whether people judged the article itself"""
    tagged_at: int
    fresh: bool = True
    """False if the machine said it before: whether the article is due for tagging then stays"""

    @classmethod
    def of(
        cls,
        said: TagResult,
        corrections: Sequence[Correction],
        tagged_at: int,
        *,
        fresh: bool = True,
    ) -> Entry:
        shown = overlay(said, corrections) if corrections else tags_of(said)
        return cls(said, shown, judges_article(corrections), tagged_at, fresh)


def save(connection: sqlite3.Connection, results: Sequence[TagResult], now_seconds: int) -> None:
    """Replace the tags of these articles. Inside a write. Raises `NotFound`."""
    latest: dict[str, TagResult] = {result.article_id: result for result in results}
    facts = find(connection, list(latest))
    for article_id in latest:
        if article_id not in facts:
            raise not_found(article_id)
    said = {facts[article_id]["id"]: _tidy(result) for article_id, result in latest.items()}
    standing = overruled.standing(connection, list(said))
    overruled.keep(connection, {number: said[number] for number in standing})
    write(
        connection,
        facts,
        [
            Entry.of(result, standing.get(number, ()), now_seconds)
            for number, result in said.items()
        ],
    )


def find(connection: sqlite3.Connection, public_ids: Sequence[str]) -> dict[str, sqlite3.Row]:
    """What `write` needs to know of articles, by public id; unknown ones are left out."""
    found: dict[str, sqlite3.Row] = {}
    for start in range(0, len(public_ids), _LOOKUP):
        rows = connection.execute(
            """SELECT public_id, id, published_at, day, outlet, language FROM articles
                WHERE public_id IN (SELECT value FROM json_each(?))""",
            (to_json(public_ids[start : start + _LOOKUP]),),
        )
        found.update((row["public_id"], row) for row in rows)
    return found


def write(
    connection: sqlite3.Connection, facts: Mapping[str, sqlite3.Row], entries: Sequence[Entry]
) -> None:
    """Put these entries, one per article, in the place of what is stored. Inside a write."""
    numbers = [(facts[entry.said.article_id]["id"],) for entry in entries]
    rollups.touch(connection, (number for (number,) in numbers))
    rollups.take_away(connection)
    for table in ("mentions", "evidence", "article_topics", "article_terms", "quotes"):
        connection.executemany(f"DELETE FROM {table} WHERE article = ?", numbers)
    _insert(connection, facts, entries)
    muted.overlay(connection)
    stories.refresh(connection)
    rollups.add(connection)


def _insert(
    connection: sqlite3.Connection, facts: Mapping[str, sqlite3.Row], entries: Sequence[Entry]
) -> None:
    companies, topics = company_ids(connection), topic_ids(connection)
    taggers = tagger_ids(connection)
    judged: list[tuple[Any, ...]] = []
    tagged: list[tuple[Any, ...]] = []
    mentioned: list[tuple[Any, ...]] = []
    reasons: list[tuple[Any, ...]] = []
    about: list[tuple[Any, ...]] = []
    quoted: list[tuple[Any, ...]] = []
    headed: list[tuple[int, str, int, sqlite3.Row]] = []
    for entry in entries:
        said, shown = entry.said, entry.shown
        fact, mentions = facts[said.article_id], shown.mentions
        number = fact["id"]
        failure = said.message if isinstance(said, TagFailure) else None
        state = None if not entry.fresh else _TAGGED if failure is None else _FAILED
        tagger, tone = taggers[said.version], TONE_CODES[shown.tone]
        lead = companies[mentions[0].company_id] if mentions else 0
        judged.append((state, tagger, shown.relevant, tone, lead, len(mentions), number))
        tagged.append(
            (
                number,
                shown.relevance,
                shown.tone_score,
                to_json(shown.summary),
                stories.pack(shown.fingerprint),
                entry.tagged_at,
                failure,
                to_json(map(_place, shown.summary_spans)),
                entry.corrected,
                to_json((reason.words, reason.points) for reason in shown.reasons),
                stories.pack(shown.terms),
            )
        )
        mentioned.extend(_mention_rows(fact, shown, companies))
        reasons.extend(_reason_rows(number, mentions, companies))
        about.extend((number, topics[slug], place) for place, slug in enumerate(shown.topics))
        quoted.extend(_quote_rows(number, shown))
        headed.extend((number, term, place, fact) for place, term in enumerate(shown.keywords))
    connection.executemany(
        """UPDATE articles SET state = COALESCE(?, state), tagger = ?, relevant = ?, tone = ?,
            lead = ?, companies = ? WHERE id = ?""",
        judged,
    )
    connection.executemany(
        """INSERT OR REPLACE INTO tags (article, relevance, tone_score, summary, fingerprint,
            tagged_at, failure, summary_spans, corrected, reasons, terms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        tagged,
    )
    connection.executemany(
        """INSERT INTO mentions (article, company, position, count, in_title, tone, tone_score,
            relevant, published_at, outlet, language, companies, corrected)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        mentioned,
    )
    connection.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?)", reasons)
    connection.executemany("INSERT INTO article_topics VALUES (?, ?, ?)", about)
    terms = tallies.term_ids(connection, [term for _, term, _, _ in headed])
    connection.executemany(
        "INSERT INTO article_terms (article, term, position, day, outlet) VALUES (?, ?, ?, ?, ?)",
        (
            (number, terms[term], place, fact["day"], fact["outlet"])
            for number, term, place, fact in headed
        ),
    )
    connection.executemany("INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", quoted)


def _tidy(result: TagResult) -> TagResult:
    """Each company once, the first mention of it; each topic and keyword once."""
    if isinstance(result, TagFailure):
        return result
    found: dict[str, Mention] = {}
    for mention in result.mentions:
        found.setdefault(mention.company_id, mention)
    topics = dict.fromkeys(result.topics)
    keywords = dict.fromkeys(result.keywords if result.relevant else ())
    if (len(found), len(topics), len(keywords)) == (
        len(result.mentions),
        len(result.topics),
        len(result.keywords),
    ):
        return result
    return replace(
        result, mentions=tuple(found.values()), topics=tuple(topics), keywords=tuple(keywords)
    )


def _mention_rows(fact: sqlite3.Row, tags: Tags, companies: Ids) -> Iterator[tuple[Any, ...]]:
    for place, mention in enumerate(tags.mentions):
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
            len(tags.mentions),
            mention.corrected,
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


def _quote_rows(number: int, tags: Tags) -> Iterator[tuple[Any, ...]]:
    for place, quote in enumerate(tags.quotes):
        who = (quote.speaker, quote.title, quote.organisation)
        yield number, place, quote.text, *who, *_place(quote.span)


def _place(span: Span) -> tuple[str, int, int]:
    return span.where, span.start, span.end
