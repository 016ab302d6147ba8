"""Article → tags: the unit of work that executors carry to other processes.

Everything that decides is in `TaggerSpec`: small, frozen, picklable. What is built from it
(automata, Kiwi) is built once per process and version.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from db.model import Article, Mention, TagFailure, TagResult, Tags
from ingest.process import morphs, tonemodel, transformer
from ingest.process.companies import CompanyFinder, Hit, Note
from ingest.process.document import Document, read
from ingest.process.fingerprint import fingerprint
from ingest.process.keyterms import BRIDGE, WEIGHTS, keyterms
from ingest.process.keywords import KeywordFinder
from ingest.process.quotes import QuoteFinder
from ingest.process.relevance import RelevanceJudge
from ingest.process.rules import (
    CompaniesFile,
    KeywordsFile,
    QuotesFile,
    RelevanceFile,
    ToneFile,
    TopicsFile,
)
from ingest.process.summary import summarise
from ingest.process.tone import Judged
from ingest.process.tonejudge import ToneJudge
from ingest.process.topics import TopicFinder
from ingest.process.transformer import TransformerJudge

log = logging.getLogger(__name__)

MAX_SURFACES = 8


@dataclass(frozen=True)
class TaggerSpec:
    """What tags are made by. Two specs with the same ``version`` give the same tags."""

    companies: CompaniesFile
    topics: TopicsFile
    relevance: RelevanceFile
    tone: ToneFile
    quotes: QuotesFile
    keywords: KeywordsFile = field(default_factory=KeywordsFile)

    @cached_property
    def version(self) -> str:
        """12 hex digits over the rules, the code of this package and the models.

        Raises `ConfigError` if the user's own model is not there.
        """
        digest = hashlib.sha256()
        for rules in (
            self.companies,
            self.topics,
            self.relevance,
            self.tone,
            self.quotes,
            self.keywords,
        ):
            digest.update(rules.model_dump_json().encode())
        for path in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(path.read_bytes())
        for path in (tonemodel.PATH, BRIDGE, WEIGHTS):
            digest.update(path.read_bytes())
        if self.tone.transformer is not None:
            digest.update(transformer.digest(self.tone.transformer))
        digest.update(morphs.kiwi_version().encode())
        return digest.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentences as read, what became of every name in them, and what speaks for the relevance:
    terms or a name, with their points (from 1 point on an article is relevant)."""

    document: Document
    notes: list[Note]
    relevant: bool
    relevance: list[tuple[str, float]]


class Tagger:
    """Built from a spec in some tenths of a second; `tag` is pure and may be called by one thread."""

    def __init__(self, spec: TaggerSpec) -> None:
        self._version = spec.version
        self._ids = [company.id for company in spec.companies.company]
        self._companies = CompanyFinder(spec.companies)
        self._relevance = RelevanceJudge(spec.relevance, spec.companies)
        self._tone = _tone_judge(spec.tone)
        self._topics = TopicFinder(spec.topics)
        self._quotes = QuoteFinder(spec.quotes, spec.companies)
        self._keywords = KeywordFinder(spec.keywords)

    def tag(self, article: Article) -> Tags:
        """The tags of one article, from its headline, summary and body alone."""
        document = read(article)
        hits = self._companies.find(document)
        relevant, relevance, reasons = self._relevance.judge(document, hits)
        judged, by_company = self._tone.judge(document, hits)
        summary = summarise(document, hits)
        return Tags(
            article_id=article.id,
            version=self._version,
            relevant=relevant,
            relevance=relevance,
            tone=judged.tone,
            tone_score=judged.score,
            reasons=reasons,
            mentions=self._mentions(hits, by_company),
            topics=self._topics.find(document),
            summary=tuple(extract.text for extract in summary),
            summary_spans=tuple(extract.span for extract in summary),
            quotes=self._quotes.find(document),
            fingerprint=fingerprint(document),
            terms=keyterms(document, hits, self._ids) if relevant else (),
            # nobody counts the words of other articles
            keywords=self._keywords.find(document, hits, article.outlet) if relevant else (),
        )

    def explain(self, article: Article) -> Explanation:
        """Why the article has its companies and its relevance."""
        document = read(article)
        notes: list[Note] = []
        hits = self._companies.find(document, notes)
        relevant, *_ = self._relevance.judge(document, hits)
        return Explanation(document, notes, relevant, self._relevance.reasons(document, hits))

    def _mentions(self, hits: Sequence[Hit], judged: dict[int, Judged]) -> tuple[Mention, ...]:
        by_company: dict[int, list[Hit]] = {}
        for hit in hits:
            by_company.setdefault(hit.company, []).append(hit)
        # headline before text, then count, then the order of the dictionary
        order = sorted(
            by_company,
            key=lambda place: (by_company[place][0].sentence > 0, -len(by_company[place]), place),
        )
        return tuple(
            Mention(
                company_id=self._ids[place],
                count=len(by_company[place]),
                in_title=by_company[place][0].sentence == 0,
                tone=judged[place].tone,
                tone_score=judged[place].score,
                surfaces=tuple(dict.fromkeys(hit.surface for hit in by_company[place]))[
                    :MAX_SURFACES
                ],
                evidence=judged[place].evidence,
            )
            for place in order
        )


def _tone_judge(rules: ToneFile) -> ToneJudge | TransformerJudge:
    if rules.transformer is None:
        return ToneJudge(rules, tonemodel.packaged())
    return TransformerJudge(rules, transformer.load(rules.transformer))


_taggers: dict[str, Tagger] = {}


def tagger(spec: TaggerSpec) -> Tagger:
    """This process's tagger for ``spec``. The one before it is let go when the version changes."""
    if spec.version not in _taggers:
        built = Tagger(spec)
        _taggers.clear()
        _taggers[spec.version] = built
    return _taggers[spec.version]


def tag_batch(spec: TaggerSpec, articles: Sequence[Article]) -> list[TagResult]:
    """One result per article, in their order. An article that cannot be tagged gives a TagFailure."""
    ready = tagger(spec)
    results: list[TagResult] = []
    for article in articles:
        try:
            results.append(ready.tag(article))
        except Exception as error:  # contained per article, whatever it is
            log.warning("tagging %s failed", article.id, exc_info=True)
            message = f"{type(error).__name__}: {error}"[:300]
            results.append(TagFailure(article.id, spec.version, message))
    return results


def topic_names(spec: TaggerSpec) -> dict[str, tuple[str, str]]:
    """Topic id → Korean and English display name, in the order of topics.toml."""
    return {topic.id: (topic.name_ko, topic.name_en) for topic in spec.topics.topic}
