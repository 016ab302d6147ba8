"""Bytes of one feed → articles. Pure and picklable: made to run in worker processes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from db.errors import ParseError
from db.model import Article, Source, TimeQuality
from ingest.collect.decode import decode
from ingest.collect.normalize import MAX_TITLE, normalize
from ingest.collect.parse import parse
from ingest.collect.plaintext import title_text
from ingest.collect.refusal import challenge
from ingest.collect.schedule import pause_of
from ingest.collect.sites import NO_SITES, Sites

_HANGUL = re.compile("[\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd about a feed, in both languages."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What one visit brought.

    ``articles`` are in the feed's order, each id once. ``entries`` counts all entries of the feed,
    ``rejected`` those that could not be read or have no usable title or link. ``newest_at`` is the
    newest date that the feed itself gave. ``notes`` are oddities for the sources page,
    for example `날짜 추정 3건`.
    """

    articles: tuple[Article, ...]
    entries: int
    rejected: int
    newest_at: datetime | None
    notes: tuple[Note, ...] = ()
    title: str = ""
    """the feed's own name, on one line"""
    pause: int = 0
    """seconds between visits that the feed asks for"""


def read_feed(
    body: bytes, content_type: str, source: Source, now: datetime, sites: Sites = NO_SITES
) -> FeedRead:
    """Decode, parse and normalize. Raises `ParseError` (subject: the source id) for what is no feed.

    A valid feed without entries gives an empty `FeedRead`.
    """
    text = decode(body, content_type)
    try:
        parsed = parse(text)
    except ParseError as error:
        error = challenge(text) or error
        raise ParseError(source.id, error.ko, error.en, fault=error.fault) from error
    articles: dict[str, Article] = {}
    rejected = parsed.skipped
    repeated = 0
    for entry in parsed.entries:
        article = normalize(entry, source, now, sites)
        if not isinstance(article, Article):
            rejected += 1
        elif (first := articles.get(article.id)) is not None:
            repeated += 1
            articles[article.id] = _with_addresses(first, article.other_urls)
        else:
            articles[article.id] = article
    kept = tuple(articles.values())
    dated = [a.published_at for a in kept if a.time_quality.as_published]
    return FeedRead(
        articles=kept,
        entries=len(parsed.entries) + parsed.skipped,
        rejected=rejected,
        newest_at=max(dated, default=None),
        notes=_notes(kept, source, repeated=repeated),
        title=title_text(parsed.title)[:MAX_TITLE],
        pause=pause_of(text),
    )


def _with_addresses(article: Article, others: tuple[str, ...]) -> Article:
    """``article``, known by these addresses too."""
    known = dict.fromkeys((*article.other_urls, *others))
    return (
        article
        if len(known) == len(article.other_urls)
        else replace(article, other_urls=tuple(known))
    )


def _notes(articles: tuple[Article, ...], source: Source, *, repeated: int) -> tuple[Note, ...]:
    guessed, future = (
        sum(article.time_quality is quality for article in articles)
        for quality in (TimeQuality.GUESSED, TimeQuality.FUTURE)
    )
    broken = sum("\ufffd" in article.title for article in articles)
    foreign = (
        source.language == "ko"
        and len(articles) >= 3
        and not any(_HANGUL.search(article.title) for article in articles)
    )
    found = (
        (guessed, Note(f"날짜 추정 {guessed}건", f"{guessed} dates guessed")),
        (future, Note(f"미래 날짜 {future}건", f"{future} dates in the future")),
        (
            repeated,
            Note(
                f"피드 안에서 되풀이된 기사 {repeated}건",
                f"{repeated} articles repeated within the feed",
            ),
        ),
        (broken, Note(f"글자가 깨진 제목 {broken}건", f"{broken} headlines with broken letters")),
        (
            foreign,
            Note(
                "한글 제목이 하나도 없음(인코딩 확인 필요)",
                "not one headline in Korean (check the encoding)",
            ),
        ),
    )
    return tuple(note for there, note in found if there)
