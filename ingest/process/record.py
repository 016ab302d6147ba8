"""JSON objects ↔ articles and tags, as `chipwatch tag` reads and writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from db.errors import InputError
from db.model import Article, Span, Tags
from ingest.process.tagging import TaggerSpec

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_REASONS = {
    "missing": ("꼭 있어야 합니다.", "is required."),
    "string_type": ("글자여야 합니다.", "must be a string."),
    "model_type": ("JSON 객체여야 합니다.", "must be a JSON object."),
    "model_attributes_type": ("JSON 객체여야 합니다.", "must be a JSON object."),
}


class _Record(BaseModel):
    """Other keys are ignored, so that gold files and exports can be fed in as they are."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str | int
    title: str
    summary: str | None = None
    body: str | None = None


def article_from_record(obj: object) -> tuple[str | int, Article]:
    """The record's id, as given, and an article to tag. Raises `InputError` (subject: the key)."""
    try:
        record = _Record.model_validate(obj)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][0]) if first["loc"] else "record"
        korean, english = _REASONS.get(first["type"], ("값을 쓸 수 없습니다.", f"{first['msg']}."))
        raise InputError(key, korean, english) from error
    # lone surrogates are valid in JSON but not in UTF-8
    title, summary, body = (
        (text or "").encode("utf-8", "replace").decode()
        for text in (record.title, record.summary, record.body)
    )
    return record.id, Article(
        id=str(record.id),
        url="",
        source_id="",
        outlet="",
        title=title,
        summary=summary,
        body=body,
        published_at=_NO_TIME,
        first_seen_at=_NO_TIME,
    )


def tags_to_record(record_id: str | int, tags: Tags, spec: TaggerSpec) -> dict[str, Any]:
    """A JSON object; company names are the Korean display names of the dictionary."""
    names = {company.id: company.name_ko for company in spec.companies.company}
    return {
        "id": record_id,
        "relevant": tags.relevant,
        "relevance": tags.relevance,
        "reasons": [{"words": why.words, "points": why.points} for why in tags.reasons],
        "tone": tags.tone.value,
        "tone_score": tags.tone_score,
        "companies": [
            {
                "id": mention.company_id,
                "name": names.get(mention.company_id, mention.company_id),
                "count": mention.count,
                "in_title": mention.in_title,
                "tone": mention.tone.value,
                "tone_score": mention.tone_score,
                "surface": list(mention.surfaces),
                "evidence": [
                    {
                        "cue": cue.cue,
                        "tone": cue.tone.value,
                        "where": cue.where,
                        "context": cue.context,
                    }
                    for cue in mention.evidence
                ],
            }
            for mention in tags.mentions
        ],
        "topics": list(tags.topics),
        "keywords": list(tags.keywords),
        "summary": list(tags.summary),
        "summary_spans": [_place(span) for span in tags.summary_spans],
        "quotes": [
            {
                "text": quote.text,
                "speaker": quote.speaker,
                "title": quote.title,
                "organisation": quote.organisation,
                **_place(quote.span),
            }
            for quote in tags.quotes
        ],
    }


def _place(span: Span) -> dict[str, str | int]:
    """Where something stands: code points of the record's title, summary or body."""
    return {"where": span.where, "start": span.start, "end": span.end}
