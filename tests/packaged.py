"""The packaged tagging rules and invented articles, for the tests of processing."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from db.model import Article, Mention, Tags
from ingest.config import PACKAGED, read
from ingest.process.companies import CompanyFinder
from ingest.process.document import read as read_document
from ingest.process.rules import (
    CompaniesFile,
    KeywordsFile,
    QuotesFile,
    RelevanceFile,
    ToneFile,
    TopicsFile,
)
from ingest.process.tagging import Tagger, TaggerSpec, tagger

NOON = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)


@cache
def spec() -> TaggerSpec:
    """The rules as shipped."""
    return TaggerSpec(
        companies=read(PACKAGED / "companies.toml", CompaniesFile),
        topics=read(PACKAGED / "topics.toml", TopicsFile),
        relevance=read(PACKAGED / "relevance.toml", RelevanceFile),
        tone=read(PACKAGED / "tone.toml", ToneFile),
        quotes=read(PACKAGED / "quotes.toml", QuotesFile),
        keywords=read(PACKAGED / "keywords.toml", KeywordsFile),
    )


def packaged_tagger() -> Tagger:
    return tagger(spec())


def article(title: str, summary: str = "", body: str = "", id_: str = "a1") -> Article:
    return Article(
        id=id_,
        url=f"https://alpha.example/{id_}",
        source_id="alpha",
        outlet="가람일보",
        title=title,
        published_at=NOON,
        first_seen_at=NOON,
        summary=summary,
        body=body,
    )


def tags(title: str, summary: str = "", body: str = "") -> Tags:
    return packaged_tagger().tag(article(title, summary, body))


def mentions(title: str, summary: str = "", body: str = "") -> dict[str, Mention]:
    """Company id → mention."""
    return {mention.company_id: mention for mention in tags(title, summary, body).mentions}


@cache
def _finder() -> CompanyFinder:
    return CompanyFinder(spec().companies)


def named(title: str, summary: str = "", body: str = "") -> set[str]:
    """Ids of the companies that are named."""
    hits = _finder().find(read_document(article(title, summary, body)))
    return {spec().companies.company[hit.company].id for hit in hits}
