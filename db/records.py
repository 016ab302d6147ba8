"""Articles as programs read them: ids instead of names, times in UTC; JSON Lines and Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any

from db.query import ArticleDetail


def write_json_lines(articles: Iterable[ArticleDetail], target: IO[bytes]) -> int:
    count = 0
    for article in articles:
        line = json.dumps(record(article), ensure_ascii=False)
        target.write(line.encode() + b"\n")
        count += 1
    return count


def record(article: ArticleDetail) -> dict[str, Any]:
    """One article as programs read it: ids instead of names, times in UTC."""
    card = article.card
    found: dict[str, Any] = {
        "id": card.id,
        "url": card.url,
        "outlet": card.outlet,
        "author": card.author,
        "title": card.title,
        "published_at": _utc(card.published_at),
        "time_quality": card.time_quality.value,
        "first_seen_at": _utc(card.first_seen_at),
        "modified_at": None if card.modified_at is None else _utc(card.modified_at),
        "versions": [
            {
                "seen_at": _utc(version.seen_at),
                "title": version.title,
                "changed": list(version.changed),
            }
            for version in article.versions
        ],
        "language": card.language,
        "rights": card.rights.value,
        "relevant": card.relevant,
        "relevance": round(card.relevance, 4),
        "tone": card.tone.value,
        "tone_score": round(card.tone_score, 4),
        "companies": [
            {
                "id": mention.company_id,
                "count": mention.count,
                "in_title": mention.in_title,
                "tone": mention.tone.value,
                "tone_score": round(mention.tone_score, 4),
                "surface": list(mention.surfaces),
                "evidence": [evidence.cue for evidence in mention.evidence],
            }
            for mention in card.mentions
        ],
        "topics": list(card.topics),
        "summary": list(card.summary),
        "quotes": [
            {
                "text": quote.text,
                "speaker": quote.speaker,
                "title": quote.title,
                "organisation": quote.organisation,
            }
            for quote in article.quotes
        ],
        "corrected": card.corrected,
        "corrected_companies": [m.company_id for m in card.mentions if m.corrected],
        "story_id": card.story_id,
        "similar": card.story_articles - 1,
        "release_share": card.echo,
        "tagger_version": article.tagger_version,
    }
    if article.body:
        found["body"] = article.body
    return found


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_parquet(articles: Iterable[ArticleDetail], target: IO[bytes]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    company = pa.struct(
        [
            ("id", pa.string()),
            ("count", pa.int32()),
            ("in_title", pa.bool_()),
            ("tone", pa.string()),
            ("tone_score", pa.float64()),
            ("surface", pa.list_(pa.string())),
            ("evidence", pa.list_(pa.string())),
        ]
    )
    quote = pa.struct(
        [(name, pa.string()) for name in ("text", "speaker", "title", "organisation")]
    )
    version = pa.struct(
        [
            ("seen_at", pa.timestamp("s", tz="UTC")),
            ("title", pa.string()),
            ("changed", pa.list_(pa.string())),
        ]
    )
    text = {"id", "url", "outlet", "author", "title", "time_quality", "language", "rights", "tone"}
    schema = pa.schema(
        [(name, pa.string()) for name in sorted(text)]
        + [
            ("published_at", pa.timestamp("s", tz="UTC")),
            ("first_seen_at", pa.timestamp("s", tz="UTC")),
            ("modified_at", pa.timestamp("s", tz="UTC")),
            ("versions", pa.list_(version)),
            ("relevant", pa.bool_()),
            ("relevance", pa.float64()),
            ("tone_score", pa.float64()),
            ("companies", pa.list_(company)),
            ("topics", pa.list_(pa.string())),
            ("summary", pa.list_(pa.string())),
            ("quotes", pa.list_(quote)),
            ("corrected", pa.bool_()),
            ("corrected_companies", pa.list_(pa.string())),
            ("story_id", pa.string()),
            ("similar", pa.int32()),
            ("release_share", pa.float64()),
            ("tagger_version", pa.string()),
            ("body", pa.string()),
        ]
    )
    count = 0
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(articles, 5_000):
            records = []
            for article in batch:
                records.append(
                    record(article)
                    | {
                        "published_at": article.card.published_at,
                        "first_seen_at": article.card.first_seen_at,
                        "modified_at": article.card.modified_at,
                        "versions": [asdict(version) for version in article.versions],
                    }
                )
            writer.write_table(pa.Table.from_pylist(records, schema=schema))
            count += len(records)
    return count


def _batches(articles: Iterable[ArticleDetail], size: int) -> Iterator[list[ArticleDetail]]:
    source = iter(articles)
    while batch := list(islice(source, size)):
        yield batch
