"""Articles' own pages in the store: what is due, what a text changes, whose time is right."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.errors import NotFound
from db.model import Article, RightsMode, Source, TagScope, TimeQuality, Tone
from db.pages import PageHost, PageOutcome, PageText, PageVisit, better_time
from db.query import ArticleFilter, Split, Step
from db.sqlite import SqliteStore, open_store
from tests.newsroom import NOON, SOURCES, VERSION, article, collect, mention, opened, pending, tags

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK_AGO = NOON - 7 * DAY
TEXT = PageText("한빛칩이 전시관에서 행사를 열었다.\n누리셈도 함께했다.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as store:
        yield store


def relevant(store: SqliteStore, *articles: Article, **changes: object) -> None:
    collect(store, *articles)
    store.save_tags(
        [tags(item, mention("hanbit", Tone.POSITIVE), **changes) for item in articles], NOON
    )
    store.assign_stories()


def visit(item: Article, outcome: PageOutcome = PageOutcome.HELD, **changes: Any) -> PageVisit:
    return PageVisit(item.id, NOON, outcome, **changes)


def due(store: SqliteStore, limit: int = 10, now: datetime = NOON) -> list[str]:
    return [page.article_id for page in store.pages_due(now, WEEK_AGO, limit)]


def test_relevant_articles_without_a_text_are_due_newest_first(store: SqliteStore) -> None:
    old, new = article(1, published_at=NOON - HOUR), article(2)
    relevant(
        store, old, new, article(3, body="본문이 있다."), article(4, published_at=NOON - 8 * DAY)
    )
    relevant(store, article(5), relevant=False)
    collect(store, article(6))
    assert due(store) == [new.id, old.id]
    assert due(store, 1) == [new.id]
    page = store.pages_due(NOON, WEEK_AGO, 1)[0]
    assert (page.url, page.source_id, page.rights, page.visit) == (
        new.url,
        "alpha",
        RightsMode.EXCERPT,
        None,
    )


@pytest.mark.parametrize(
    "changes",
    [{"rights": RightsMode.LINK}, {"aggregator": True}, {"enabled": False}, {"id": "other"}],
)
def test_sources_that_are_not_to_be_visited(store: SqliteStore, changes: dict[str, Any]) -> None:
    item = article()
    relevant(store, item)
    assert due(store) == [item.id]
    store.save_sources([replace(SOURCES[0], **changes), *SOURCES[1:]])
    assert due(store) == []


def test_an_article_of_link_mode_becomes_due_only_with_its_source(store: SqliteStore) -> None:
    link = replace(SOURCES[0], rights=RightsMode.LINK)
    store.save_sources([link, *SOURCES[1:]])
    item = article(rights=RightsMode.LINK)
    relevant(store, item)
    assert due(store) == []
    # what a source allows now rules over what it allowed then
    store.save_sources(SOURCES)
    assert due(store) == [item.id]


def test_a_visited_page_is_due_again_when_its_time_comes_and_after_new_ones(
    store: SqliteStore,
) -> None:
    visited, new = article(1), article(2, published_at=NOON - HOUR)
    relevant(store, visited, new)
    failed = visit(visited, PageOutcome.FAILED, status=500, next_at=NOON + HOUR, message="까닭")
    assert store.save_page(failed) is False
    assert due(store) == [new.id]
    assert due(store, now=NOON + HOUR) == [new.id, visited.id]
    assert store.pages_due(NOON + HOUR, WEEK_AGO, 5)[1].visit == failed
    store.save_page(replace(failed, next_at=None))
    assert due(store, now=NOON + DAY) == [new.id]


def test_a_text_is_held_found_and_due_for_tagging(store: SqliteStore) -> None:
    item = article(author="")
    relevant(store, item)
    before = store.revision()
    page = replace(
        TEXT,
        author="윤서하",
        subheads=("작은 제목",),
        image_url="https://alpha.example/a.jpg",
        image_caption="전시관",
        image_credit="가람일보",
        copyright="ⓒ 가람일보",
        modified_at=NOON + HOUR,
    )
    assert store.save_page(visit(item), page) is True
    assert store.revision() != before
    assert pending(store) == [item.id]
    stored = next(store.untagged(VERSION, TagScope.NEW))
    assert stored == replace(
        item,
        body=TEXT.body,
        author="윤서하",
        subheads=("작은 제목",),
        image_url="https://alpha.example/a.jpg",
        image_caption="전시관",
        image_credit="가람일보",
        copyright="ⓒ 가람일보",
        modified_at=NOON + HOUR,
    )
    assert store.counts(ArticleFilter(query="누리셈도")).articles == 1
    assert store.check() == []
    assert store.save_page(visit(item), page) is False


def test_silence_of_a_page_takes_nothing_away(store: SqliteStore) -> None:
    item = article(author="윤서하", image_url="https://alpha.example/f.jpg", image_caption="피드")
    relevant(store, item)
    store.save_page(visit(item), TEXT)
    detail = store.article(item.id)
    assert (detail.card.author, detail.card.image_url) == (item.author, item.image_url)
    assert detail.image_caption == "피드"
    assert store.save_page(visit(item), replace(TEXT, body="")) is False
    assert next(store.untagged(VERSION, TagScope.NEW)).body == TEXT.body


@pytest.mark.parametrize("rights", list(RightsMode))
def test_what_each_mode_shows_of_a_page(store: SqliteStore, rights: RightsMode) -> None:
    store.save_sources([replace(SOURCES[0], rights=rights), *SOURCES[1:]])
    item = article(rights=rights, summary="")
    relevant(store, item)
    store.save_page(
        visit(item), replace(TEXT, subheads=("작은 제목",), image_url="https://a.example/1")
    )
    shown = [store.article(item.id), *store.export(ArticleFilter())]
    for detail in shown:
        assert detail.body == (TEXT.body if rights is RightsMode.FULL else "")
        assert detail.description == ""
        assert detail.subheads == (() if rights is RightsMode.LINK else ("작은 제목",))
    held = next(store.untagged("v2", TagScope.ALL)).body
    assert held == ("" if rights is RightsMode.LINK else TEXT.body)


def test_a_page_corrects_the_time_and_everything_that_repeats_it(store: SqliteStore) -> None:
    item, other = article(1), article(2, published_at=NOON - 2 * HOUR)
    relevant(store, item, other)
    earlier = NOON - timedelta(hours=20)
    assert earlier.date() == date(2026, 3, 3)
    page = PageText("", published_at=earlier, time_quality=TimeQuality.EXACT)
    assert store.save_page(visit(item), page) is True
    assert store.article(item.id).card.published_at == earlier
    third = ArticleFilter(start=date(2026, 3, 3), end=date(2026, 3, 3), companies=("hanbit",))
    assert store.counts(third).articles == 1
    assert store.counts(replace(third, companies=())).stories == 1
    points = store.timeline(third, Step.DAY, Split.TONE)
    assert [(point.key, point.articles) for point in points] == [("positive", 1)]
    assert [card.id for card in store.cards(ArticleFilter(companies=("hanbit",))).cards] == [
        other.id,
        item.id,
    ]
    assert store.check() == []
    assert pending(store) == []


@pytest.mark.parametrize(
    ("feed", "told", "expected"),
    [
        ((0, "exact"), (-1, "exact"), (-1, "exact")),
        ((0, "exact"), (1, "exact"), None),
        ((0, "exact"), (0, "exact"), None),
        ((0, "exact"), (-1, "date_only"), None),
        ((0, "exact"), (-1, "guessed"), None),
        ((0, "date_only"), (7, "exact"), (7, "exact")),
        ((0, "date_only"), (-1, "date_only"), None),
        ((0, "guessed"), (-3, "exact"), (-3, "exact")),
        ((0, "guessed"), (-3, "date_only"), (-3, "date_only")),
    ],
)
def test_whose_time_is_better(
    feed: tuple[int, str], told: tuple[int, str], expected: tuple[int, str] | None
) -> None:
    text = PageText("", published_at=NOON + told[0] * HOUR, time_quality=TimeQuality(told[1]))
    found = better_time(NOON + feed[0] * HOUR, TimeQuality(feed[1]), text)
    assert found == (expected and (NOON + expected[0] * HOUR, TimeQuality(expected[1])))
    assert better_time(NOON, TimeQuality.GUESSED, PageText("")) is None


def test_an_article_that_is_gone_says_since_when_until_it_is_back(store: SqliteStore) -> None:
    item = article()
    relevant(store, item)
    missing = visit(item, PageOutcome.MISSING, status=404, missing=1, missing_since_at=NOON)
    before = store.revision()
    store.save_page(missing)
    assert store.revision() == before
    assert store.article(item.id).gone_at is None
    store.save_page(replace(missing, missing=3, gone_at=NOON + DAY))
    assert store.article(item.id).gone_at == NOON + DAY
    assert store.revision() != before
    assert store.page_totals(WEEK_AGO, NOON).gone == 1
    store.save_page(visit(item), TEXT)
    assert store.article(item.id).gone_at is None


def test_hosts_that_refuse_are_remembered_until_they_answer(store: SqliteStore) -> None:
    refusing = PageHost("b.example", 2, NOON + HOUR, 403)
    store.save_page_hosts([refusing, PageHost("a.example", 1, NOON - HOUR, 429)], [])
    assert [host.host for host in store.page_hosts()] == ["a.example", "b.example"]
    assert store.page_totals(WEEK_AGO, NOON).hosts == (refusing,)
    store.save_page_hosts([replace(refusing, refusals=3)], ["a.example"])
    assert store.page_hosts() == [replace(refusing, refusals=3)]


def test_totals_count_the_last_visits(store: SqliteStore) -> None:
    items = [article(number) for number in range(1, 4)]
    relevant(store, *items)
    store.save_page(visit(items[0]), TEXT)
    store.save_page(visit(items[1], PageOutcome.FORBIDDEN))
    store.save_page(visit(items[1], PageOutcome.REFUSED, status=403))
    assert store.page_totals(WEEK_AGO, NOON).outcomes == {
        PageOutcome.HELD: 1,
        PageOutcome.REFUSED: 1,
    }
    assert store.page_totals(NOON + DAY, NOON).outcomes == {}


def test_a_page_of_nobody(store: SqliteStore) -> None:
    with pytest.raises(NotFound):
        store.save_page(PageVisit("0" * 16, NOON, PageOutcome.HELD), TEXT)


def test_a_feed_that_comes_again_does_not_take_the_text_away(store: SqliteStore) -> None:
    item = article()
    relevant(store, item)
    store.save_page(visit(item), TEXT)
    collect(store, item, replace(item, summary="피드가 고친 요약이다."))
    assert next(store.untagged(VERSION, TagScope.NEW)).body == TEXT.body


def test_a_database_of_the_step_before_gains_pages(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        relevant(store, article())
    path = tmp_path / "chipwatch.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE pages")
        connection.execute("DROP TABLE page_hosts")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm004_pages'")
        connection.commit()
    with closing(open_store(str(path), read_only=False)) as store:
        assert due(store) == [article().id]
        assert store.article(article().id).gone_at is None
        assert store.check() == []


def test_a_source_in_another_mode_at_the_moment_of_saving(store: SqliteStore) -> None:
    """A page that was under way when its source became link-only leaves nothing behind."""
    item = article()
    relevant(store, item)
    store.save_sources([Source("alpha", "가람일보", SOURCES[0].url, rights=RightsMode.LINK)])
    assert store.save_page(visit(item), TEXT) is False
    assert next(store.untagged("v2", TagScope.ALL)).body == ""
