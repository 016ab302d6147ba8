"""Invented articles, tags and stores for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from db.model import (
    Article,
    Company,
    Evidence,
    FeedState,
    FetchOutcome,
    FetchReport,
    Mention,
    Quote,
    Source,
    Span,
    TagFailure,
    TagResult,
    Tags,
    TagScope,
    Tone,
    Topic,
    article_id,
)
from db.query import ArticleFilter
from db.sqlite import SqliteStore, open_store

NOON = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
"""Wednesday noon in Korea"""
VERSION = "v1"

COMPANIES = (
    Company("hanbit", "한빛칩", "Hanbit Chip", "KR", "memory", ("한빛칩", "한빛")),
    Company("nurisem", "누리셈", "Nurisem", "KR", "npu", ("누리셈",)),
    Company("orbit", "오빗", "Orbit", "US", "gpu", ("오빗", "Orbit")),
)
TOPICS = (Topic("hbm", "고대역폭 메모리", "HBM"), Topic("npu", "신경망 처리 장치", "NPU"))
SOURCES = (
    Source("alpha", "가람일보", "https://alpha.example/rss", section="산업"),
    Source("beta", "나루신문", "https://beta.example/rss", section="경제"),
    Source("gamma", "Delta Post", "https://gamma.example/rss", language="en", timezone="UTC"),
)


def article(number: int = 1, **changes: object) -> Article:
    """Article ``number``; each has its own address and a text of its own."""
    url = f"https://alpha.example/view?idxno={number}"
    base: dict[str, object] = {
        "id": article_id(url),
        "url": url,
        "source_id": "alpha",
        "outlet": "가람일보",
        "title": f"한빛칩 견학 행사 {number}회째 열려",
        "summary": f"누리셈과 한빛칩이 {number}번 전시관에서 함께 시연했다.",
        "published_at": NOON,
        "first_seen_at": NOON + timedelta(minutes=5),
    }
    return Article(**{**base, **changes})  # type: ignore[arg-type]


def mention(company: str, tone: Tone = Tone.NEUTRAL, **changes: object) -> Mention:
    base: dict[str, object] = {"count": 1, "in_title": False, "surfaces": (company,)}
    return Mention(company, tone=tone, **{**base, **changes})  # type: ignore[arg-type]


def tags(item: Article | str, *mentions: Mention, **changes: object) -> Tags:
    base: dict[str, object] = {
        "article_id": item if isinstance(item, str) else item.id,
        "version": VERSION,
        "relevant": True,
        "relevance": 0.9,
        "tone": mentions[0].tone if mentions else Tone.NEUTRAL,
        "mentions": mentions,
    }
    return Tags(**{**base, **changes})  # type: ignore[arg-type]


def evidence(where: str, cue: str = "호평", tone: Tone = Tone.POSITIVE) -> Evidence:
    return Evidence(cue, tone, where, f"{where}에서 {cue}을 받은 대목")


def quote(text: str, where: str = "body", **changes: object) -> Quote:
    base: dict[str, object] = {"speaker": "윤서하", "title": "연구소장", "organisation": "한빛칩"}
    return Quote(text, Span(where, 3, 3 + len(text)), **{**base, **changes})  # type: ignore[arg-type]


@contextmanager
def opened(folder: Path) -> Iterator[SqliteStore]:
    """A new store in ``folder`` that knows companies, topics and sources."""
    store = open_store(str(folder / "chipwatch.db"), read_only=False, timeout=5)
    try:
        store.save_companies(COMPANIES)
        store.save_topics(TOPICS)
        store.save_sources(SOURCES)
        yield store
    finally:
        store.close()


def collect(store: SqliteStore, *articles: Article, at: datetime = NOON) -> int:
    """One visit of each source of ``articles``; how many were new."""
    run = store.start_run(at)
    new = 0
    for source in dict.fromkeys(a.source_id for a in articles):
        theirs = [a for a in articles if a.source_id == source]
        report = FetchReport(source, at, FetchOutcome.OK, 200, entries=len(theirs))
        new += store.add_articles(theirs, report, FeedState(), run)
    return new


def pending(
    store: SqliteStore, version: str = VERSION, scope: TagScope = TagScope.NEW
) -> list[str]:
    return [item.id for item in store.untagged(version, scope)]


# --- the same questions, answered from Python objects --------------------------------------------


@dataclass(frozen=True)
class Known:
    """An article with its tags and the id of its story, as a reader of lists would see them."""

    article: Article
    tags: Tags | None
    story: str = ""

    @property
    def relevant(self) -> bool:
        return self.tags is not None and self.tags.relevant

    @property
    def mentions(self) -> Sequence[Mention]:
        return () if self.tags is None else self.tags.mentions

    @property
    def tone(self) -> Tone:
        return Tone.UNRATED if self.tags is None else self.tags.tone

    def tone_under(self, wanted: ArticleFilter) -> Tone:
        """The tone by which the article is counted under a filter."""
        if len(set(wanted.companies)) == 1:
            return next(m.tone for m in self.mentions if m.company_id in wanted.companies)
        return self.tone

    def fits(self, wanted: ArticleFilter) -> bool:
        item, named = self.article, {m.company_id for m in self.mentions}
        if not (self.relevant or wanted.include_irrelevant):
            return False
        if not (wanted.start or item.day) <= item.day <= (wanted.end or item.day):
            return False
        if wanted.companies:
            chosen = [m for m in self.mentions if m.company_id in wanted.companies]
            if not any(not wanted.tones or m.tone in wanted.tones for m in chosen):
                return False
        elif wanted.tones and self.tone not in wanted.tones:
            return False
        topics = () if self.tags is None else self.tags.topics
        return (
            named.issuperset(wanted.together)
            and (not wanted.outlets or item.outlet in wanted.outlets)
            and (not wanted.languages or item.language in wanted.languages)
            and (not wanted.topics or not set(topics).isdisjoint(wanted.topics))
            and (not wanted.story_id or self.story == wanted.story_id)
        )


@dataclass
class Archive:
    """All that a store was given; answers by looking at everything."""

    known: list[Known] = field(default_factory=list)

    def fitting(self, wanted: ArticleFilter) -> list[Known]:
        found = [known for known in self.known if known.fits(wanted)]
        return sorted(found, key=lambda k: (k.article.published_at, k.article.id), reverse=True)

    def stories(self, wanted: ArticleFilter) -> set[str]:
        """Stories of fitting articles that began in the period."""
        first: dict[str, date] = {}
        for known in self.known:
            if known.story:
                day = known.article.day
                first[known.story] = min(first.get(known.story, day), day)
        found = {known.story for known in self.fitting(wanted) if known.story}
        start, end = wanted.start or date.min, wanted.end or date.max
        return {story for story in found if start <= first[story] <= end}


def remember(
    store: SqliteStore, articles: Iterable[Article], results: Iterable[TagResult]
) -> Archive:
    """The archive of what ``store`` holds; stories are taken from the store."""
    said = {result.article_id: result for result in results}
    archive = Archive()
    for item in articles:
        result = said.get(item.id)
        found = None if result is None or isinstance(result, TagFailure) else result
        story = store.article(item.id).card.story_id
        archive.known.append(Known(item, found, story))
    return archive
