"""Tags as they are stored, whole: nothing is withheld here, see `db.sqlite.cards` for what leaves."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.model import Evidence, Mention, Quote, Reason, Span, TagFailure, TagResult, Tags, Tone
from db.sqlite.stories import unpack
from db.sqlite.values import TONES, strings, to_json

_TAGS = """SELECT a.id, a.public_id, v.version, a.relevant, a.tone, t.relevance, t.tone_score,
        t.summary, t.summary_spans, t.fingerprint, t.terms, t.tagged_at, t.failure, t.corrected,
        t.reasons
    FROM articles a
    JOIN tags t ON t.article = a.id
    JOIN taggers v ON v.id = a.tagger
    WHERE a.id IN (SELECT value FROM json_each(?))"""
_MENTIONS = """SELECT m.article, p.slug, m.count, m.in_title, m.tone, m.tone_score, m.corrected,
        e.surfaces, e.cues
    FROM mentions m
    JOIN companies p ON p.id = m.company
    LEFT JOIN evidence e ON e.article = m.article AND e.company = m.company
    WHERE m.article IN (SELECT value FROM json_each(?)) ORDER BY m.article, m.position"""
_TOPICS = """SELECT k.article, t.slug FROM article_topics k JOIN topics t ON t.id = k.topic
    WHERE k.article IN (SELECT value FROM json_each(?)) ORDER BY k.article, k.position"""
_TERMS = """SELECT k.article, t.text FROM article_terms k JOIN terms t ON t.id = k.term
    WHERE k.article IN (SELECT value FROM json_each(?)) ORDER BY k.article, k.position"""
_QUOTES = """SELECT article, text, speaker, title, organisation, place, begins, ends FROM quotes
    WHERE article IN (SELECT value FROM json_each(?)) ORDER BY article, position"""


@dataclass(frozen=True, slots=True)
class Stored:
    """The tags of one article as they are shown, and what else stands beside them."""

    tags: Tags
    failure: str | None
    """why the machine could not tag it"""
    tagged_at: int
    corrected: bool

    @property
    def result(self) -> TagResult:
        """What the machine said, if nobody corrected it."""
        if self.failure is None:
            return self.tags
        return TagFailure(self.tags.article_id, self.tags.version, self.failure)


def load(connection: sqlite3.Connection, articles: Sequence[int]) -> dict[int, Stored]:
    """By internal id; articles that were never tagged are left out."""
    named, about = mentions(connection, articles), topics(connection, articles)
    said, headed = quotes(connection, articles), _terms(connection, articles)
    found = {}
    for row in connection.execute(_TAGS, (to_json(articles),)):
        number = row["id"]
        tags = Tags(
            article_id=row["public_id"],
            version=row["version"],
            relevant=bool(row["relevant"]),
            relevance=row["relevance"],
            tone=TONES[row["tone"]],
            tone_score=row["tone_score"],
            reasons=reasons(row["reasons"]),
            mentions=tuple(named[number]),
            topics=tuple(about[number]),
            summary=strings(row["summary"]),
            summary_spans=spans(row["summary_spans"]),
            quotes=tuple(said[number]),
            fingerprint=unpack(row["fingerprint"]),
            terms=unpack(row["terms"]),
            keywords=tuple(headed[number]),
        )
        found[number] = Stored(tags, row["failure"], row["tagged_at"], bool(row["corrected"]))
    return found


def mentions(
    connection: sqlite3.Connection, articles: Sequence[int]
) -> defaultdict[int, list[Mention]]:
    found: defaultdict[int, list[Mention]] = defaultdict(list)
    for row in connection.execute(_MENTIONS, (to_json(articles),)):
        found[row["article"]].append(
            Mention(
                row["slug"],
                row["count"],
                bool(row["in_title"]),
                TONES[row["tone"]],
                row["tone_score"],
                strings(row["surfaces"] or "[]"),
                tuple(
                    Evidence(cue, Tone(tone), where, context)
                    for cue, tone, where, context in json.loads(row["cues"] or "[]")
                ),
                bool(row["corrected"]),
            )
        )
    return found


def topics(connection: sqlite3.Connection, articles: Sequence[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for article, slug in connection.execute(_TOPICS, (to_json(articles),)):
        found[article].append(slug)
    return found


def _terms(connection: sqlite3.Connection, articles: Sequence[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for article, term in connection.execute(_TERMS, (to_json(articles),)):
        found[article].append(term)
    return found


def quotes(
    connection: sqlite3.Connection, articles: Sequence[int]
) -> defaultdict[int, list[Quote]]:
    found: defaultdict[int, list[Quote]] = defaultdict(list)
    for article, text, speaker, title, organisation, *place in connection.execute(
        _QUOTES, (to_json(articles),)
    ):
        found[article].append(Quote(text, Span(*place), speaker, title, organisation))
    return found


def reasons(text: str) -> tuple[Reason, ...]:
    return tuple(Reason(words, points) for words, points in json.loads(text))


def spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in json.loads(text))
