"""The canned articles of `fake_store`, written into a real store through its contract."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from db.model import (
    Article,
    FeedState,
    FetchOutcome,
    FetchReport,
    RunReport,
    RunState,
    Tags,
)
from db.query import ArticleDetail
from db.store import Store
from db.tallies import Keyword
from tests import fake_store


def article_of(detail: ArticleDetail) -> Article:
    """What the feed gave, for a canned article."""
    card = detail.card
    return Article(
        id=card.id,
        url=card.url,
        source_id=card.source_id,
        outlet=card.outlet,
        title=card.title,
        published_at=card.published_at,
        first_seen_at=card.first_seen_at,
        language=card.language,
        rights=card.rights,
        time_quality=card.time_quality,
        author=card.author,
        summary=" ".join(card.summary),
        body=detail.body,
        subheads=detail.subheads,
        image_url=card.image_url,
        image_caption=detail.image_caption,
        image_credit=detail.image_credit,
        copyright=detail.copyright,
        modified_at=card.modified_at,
    )


def tags_of(detail: ArticleDetail) -> Tags:
    """What processing says about a canned article; copies of a story share their fingerprint."""
    card = detail.card
    seed = sum(card.story_id.encode()) * 1_000_003 + int(card.story_id[1:] or 0, 36)
    return Tags(
        article_id=card.id,
        version="3f9c2a",
        relevant=True,
        relevance=0.9,
        tone=card.tone,
        tone_score=card.tone_score,
        mentions=card.mentions,
        topics=card.topics,
        summary=card.summary,
        fingerprint=tuple(seed * 64 + index for index in range(64)),
        keywords=fake_store.keywords_of(card, Keyword.TERM),
    )


def fill(store: Store, now: datetime) -> fake_store.FakeStore:
    """Write everything that `fake_store.filled` holds; returns it, for what to expect."""
    canned = fake_store.filled(now)
    store.save_companies(canned.companies())
    store.save_topics(canned.topics())
    store.save_sources([status.source for status in canned.statuses])
    run = store.start_run(now)
    by_source: dict[str, list[Article]] = defaultdict(list)
    for detail in canned.details:
        by_source[detail.card.source_id].append(article_of(detail))
    for status in canned.statuses:
        source_id = status.source.id
        articles = sorted(by_source[source_id], key=lambda article: article.published_at)
        _log_week(store, source_id, articles, run, now)
        last = FetchReport(
            source_id,
            now - timedelta(minutes=3),
            FetchOutcome.OK,
            200,
            entries=len(by_source[source_id]),
            seconds=0.4,
            newest_at=max((a.published_at for a in by_source[source_id]), default=None),
        )
        store.add_articles(by_source[source_id], last, FeedState(), run)
    store.save_tags([tags_of(detail) for detail in canned.details], now)
    store.assign_stories()
    store.finish_run(
        RunReport(
            run,
            now - timedelta(minutes=4),
            RunState.DONE,
            now - timedelta(minutes=3),
            sources=len(canned.statuses),
            entries=len(canned.details),
            new=len(canned.details),
            tagged=len(canned.details),
            relevant=len(canned.details),
            tagger_version="3f9c2a",
        )
    )
    return canned


def _log_week(
    store: Store, source_id: str, articles: list[Article], run: int, now: datetime
) -> None:
    """Visits every six hours, which bring what was written since; one feed failed for a night."""
    for hours in range(162, 5, -6):
        failed = source_id == "src-0" and 60 <= hours <= 78
        report = FetchReport(
            source_id,
            now - timedelta(hours=hours),
            FetchOutcome.FAILED if failed else FetchOutcome.OK,
            403 if failed else 200,
            entries=0 if failed else 30,
            seconds=0.4,
            message="HTTP 403" if failed else "",
            message_en="HTTP 403" if failed else "",
            newest_at=None if failed else now - timedelta(hours=hours),
        )
        until = now - timedelta(hours=hours)
        due = [] if failed else [a for a in articles if a.published_at <= until]
        state = FeedState(next_visit_at=until + timedelta(hours=6))
        store.add_articles(due[-2:], report, state, run)
