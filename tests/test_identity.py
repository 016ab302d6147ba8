"""One article once: whatever the address, the order of collection and the rules of the day."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.errors import NotFound
from db.identity import headline_key, same_by_guid
from db.model import Article, RightsMode, Source, TagScope, TimeQuality, Tone, article_id
from db.query import ArticleFilter
from db.sqlite import SqliteStore, open_store
from tests.newsroom import COMPANIES, NOON, SOURCES, article, collect, mention, pending, tags

EVERYTHING = ArticleFilter(include_irrelevant=True)
GATHERED = Source("gathered", "모음", "https://news.google.com/rss/x", aggregator=True)
SECTION = Source("alpha-it", "가람일보", "https://alpha.example/it", section="IT")
TITLE = "한빛칩, 판교 연구소서 새 시험 장비 공개"


def open_at(folder: Path) -> SqliteStore:
    store = open_store(str(folder / "chipwatch.db"), read_only=False, timeout=5)
    store.save_companies(COMPANIES)
    store.save_sources((*SOURCES, SECTION, GATHERED))
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(open_at(tmp_path)) as found:
        yield found


def own(number: int = 1, **changes: object) -> Article:
    return article(number, **{"title": TITLE, **changes})


def gathered(number: int = 1, **changes: object) -> Article:
    """The same as an aggregator tells it: its own link, no text."""
    url = f"https://news.google.com/rss/articles/CBMi{number}"
    base: dict[str, object] = {
        "id": article_id(url),
        "url": url,
        "source_id": "gathered",
        "title": TITLE.replace(",", ","),
        "summary": "",
        "rights": RightsMode.LINK,
        "published_at": NOON + timedelta(minutes=11),
    }
    return article(number, **{**base, **changes})


def at(number: int, url: str, **changes: object) -> Article:
    return own(number, **{"id": article_id(url), "url": url, **changes})


def held(store: SqliteStore) -> list[tuple[object, ...]]:
    """All that is stored of articles, but for ids."""
    assert store.check() == []
    cards = {card.id: card for card in store.cards(EVERYTHING, limit=100).cards}
    return sorted(
        (
            item.url,
            item.title,
            item.outlet,
            item.source_id,
            item.summary,
            item.rights,
            item.published_at,
            item.first_seen_at,
            item.guid,
            item.modified_at,
            cards[item.id].retitled,
        )
        for item in store.untagged("v", TagScope.ALL)
    )


def after(*visits: Sequence[Article]) -> list[tuple[object, ...]]:
    with tempfile.TemporaryDirectory() as folder, closing(open_at(Path(folder))) as store:
        for visit in visits:
            collect(store, *visit)
        return held(store)


# --- addresses ---------------------------------------------------------------------------------


def test_an_article_stored_under_an_earlier_rule_does_not_come_again(store: SqliteStore) -> None:
    """A new rule makes one address of many; the feed goes on sending the old links."""
    old = "https://alpha.example/it/article/7"
    collect(store, at(1, old))
    new = at(1, "https://alpha.example/article/7", other_urls=(old,), title=f"{TITLE}해")
    assert collect(store, new) == collect(store, new) == 0
    detail = store.article(article_id(old))
    assert (detail.card.title, detail.card.url) == (new.title, old)
    # another section's link to it is known from now on, and so is the new address
    later = replace(new, other_urls=("https://alpha.example/world/article/7",))
    assert collect(store, later) == 0
    for url in (new.url, *later.other_urls):
        assert store.article(article_id(url)).card.id == article_id(old)
    with pytest.raises(NotFound):
        store.article(article_id("https://alpha.example/x"))


def test_a_rule_that_is_taken_back_does_not_bring_articles_again(store: SqliteStore) -> None:
    plain = "https://alpha.example/it/article/7"
    collect(store, at(1, "https://alpha.example/article/7", other_urls=(plain,)))
    assert collect(store, at(1, plain)) == 0


def test_what_an_earlier_version_stored_twice_stays_and_is_not_stored_a_third_time(
    store: SqliteStore,
) -> None:
    urls = [f"https://alpha.example/{section}/article/7" for section in ("it", "world")]
    collect(store, *(at(1, url) for url in urls))
    for _ in range(2):
        assert collect(store, at(1, "https://alpha.example/article/7", other_urls=tuple(urls))) == 0
    assert len(held(store)) == 2
    assert store.article(article_id("https://alpha.example/article/7")).card.url == urls[0]


# --- guids -------------------------------------------------------------------------------------

LONG_GUID = "tag:alpha.example,2026:a-8812"


@pytest.mark.parametrize("guid", [LONG_GUID, "17"])
@pytest.mark.parametrize("together", [False, True])
def test_a_guid_follows_an_article_to_its_new_address(
    store: SqliteStore, guid: str, together: bool
) -> None:
    first, moved = own(1, guid=guid), own(2, guid=guid)
    new = (
        collect(store, first, moved) if together else collect(store, first) + collect(store, moved)
    )
    assert new == 1
    assert len(held(store)) == 1
    detail = store.article(moved.id)
    assert detail.card.id == first.id
    assert detail.card.url == (first.url if together else moved.url)
    assert collect(store, moved) == 0


def test_a_guid_that_was_the_address_is_found_too(store: SqliteStore) -> None:
    first = own(1, guid=own(1).url)
    assert collect(store, first) == 1
    assert collect(store, own(2, guid=first.guid, title=f"{TITLE} (종합)")) == 0
    assert store.article(first.id).card.title == f"{TITLE} (종합)"


@pytest.mark.parametrize(
    ("guid", "changes"),
    [
        ("1", {"title": "누리셈 공장 증설 소식", "published_at": NOON + timedelta(hours=1)}),
        ("1", {"title": TITLE, "published_at": NOON - timedelta(days=1)}),
        ("1", {"title": "[인사] 한빛칩"}),
        (LONG_GUID, {"title": "누리셈 대표 인터뷰", "published_at": NOON - timedelta(hours=1)}),
        (LONG_GUID, {"title": TITLE, "published_at": NOON - timedelta(days=7)}),
        (LONG_GUID, {"outlet": "나루신문"}),
    ],
)
def test_a_guid_alone_joins_nothing(
    store: SqliteStore, guid: str, changes: dict[str, object]
) -> None:
    collect(store, own(1, guid=guid))
    assert collect(store, own(2, guid=guid, **changes)) == 1


def test_places_in_a_list_are_no_guids(store: SqliteStore) -> None:
    """A feed that numbers its entries, and a new one that comes in at the top."""

    def listed(*numbers: int) -> list[Article]:
        return [
            own(n, title=f"한빛칩 시험 장비 {n}호기 공개", guid=str(place))
            for place, n in enumerate(numbers)
        ]

    assert collect(store, *listed(3, 2, 1)) == 3
    assert collect(store, *listed(4, 3, 2, 1)) == 1
    assert collect(store, *listed(6, 5, 4)) == 2
    assert len({row[1] for row in held(store)}) == 6


def test_one_guid_for_all_is_none(store: SqliteStore) -> None:
    given = [
        own(n, title=f"한빛칩 소식 {n * 111}", guid="https://alpha.example/") for n in range(80)
    ]
    assert collect(store, *given) == 80
    assert collect(store, own(900, guid="https://alpha.example/")) == 1


# --- headlines of aggregators ------------------------------------------------------------------


def test_an_aggregators_link_is_the_outlets_article(store: SqliteStore) -> None:
    assert collect(store, own()) == 1
    assert collect(store, gathered()) == 0
    assert store.article(gathered().id).card.id == own().id


def test_the_outlets_article_takes_the_place_of_the_aggregators_link(store: SqliteStore) -> None:
    first = gathered()
    collect(store, first)
    store.save_tags([tags(first, mention("hanbit", Tone.POSITIVE))], NOON)
    store.assign_stories()
    mine = own(published_at=NOON - timedelta(hours=2), author="윤서하", language="ko")
    assert collect(store, mine, at=NOON + timedelta(hours=1)) == 0
    card = store.cards(EVERYTHING).cards[0]
    assert (card.id, card.url, card.source_id) == (first.id, mine.url, "alpha")
    assert (card.published_at, card.rights) == (mine.published_at, mine.rights)
    assert (card.modified_at, card.retitled, card.author) == (None, False, "윤서하")
    # the tags stay until it is tagged anew, and every figure knows the new time
    assert pending(store) == [first.id]
    assert [m.company_id for m in card.mentions] == ["hanbit"]
    assert store.check() == []
    assert {s.source.id: s.articles for s in store.sources(NOON)}["gathered"] == 0
    assert [c.id for c in store.cards(ArticleFilter(query="누리셈", include_irrelevant=True)).cards]


def test_the_day_books_of_both_sources_follow(store: SqliteStore) -> None:
    collect(store, gathered())
    collect(store, own(), own(2, published_at=NOON - timedelta(days=1)))
    with store._connections.reading() as connection:
        kept, counted = (
            [tuple(row) for row in connection.execute(query)]
            for query in (
                "SELECT * FROM source_days WHERE articles <> 0 ORDER BY 1, 2",
                "SELECT source, day, COUNT(*) FROM articles GROUP BY 1, 2 ORDER BY 1, 2",
            )
        )
    assert kept == counted


def test_an_aggregator_that_links_to_the_outlet_gives_way_too(store: SqliteStore) -> None:
    same = own(source_id="gathered", summary="", rights=RightsMode.LINK)
    assert after([same], [own()]) == after([own()], [same])


def test_edits_of_an_aggregators_wording_are_forgotten(store: SqliteStore) -> None:
    collect(store, gathered(title=f"{TITLE}했다"))
    collect(store, gathered())
    assert len(store.article(gathered().id).versions) == 2
    collect(store, own())
    assert store.article(own().id).versions == ()


def test_one_link_of_an_aggregator_is_one_of_two_articles() -> None:
    assert len(after([gathered()], [own(1), own(2)])) == 2
    assert after([gathered()], [own(1), own(2)]) == after([own(1), own(2)], [gathered()])


@pytest.mark.parametrize(
    "changes",
    [
        {"outlet": "나루신문"},
        {"title": TITLE.replace("공개", "비공개")},
        {"published_at": NOON + timedelta(days=1)},
        {"time_quality": TimeQuality.GUESSED},
        {"time_quality": TimeQuality.FUTURE},
    ],
)
def test_what_does_not_agree_remains_an_article_of_its_own(changes: dict[str, object]) -> None:
    assert len(after([own()], [gathered(**changes)])) == 2
    assert len(after([gathered(**changes)], [own()])) == 2


@pytest.mark.parametrize(
    "title",
    [
        "[인사] 한빛칩 임원 승진 안내",
        "[부고] 김철수 한빛칩 부장 부친상",
        "[포토] 판교 거리에 내린 첫눈",
        "오늘의 반도체 주요 뉴스",
        "주간 반도체 동향 모아보기",
        "코스피 마감",
    ],
)
def test_columns_and_notices_are_never_joined_by_their_headline(title: str) -> None:
    assert headline_key(title) == ""
    assert len(after([own(title=title)], [gathered(title=title)])) == 2


def test_two_addresses_of_the_outlet_itself_are_two_articles() -> None:
    """Real outlets publish two texts under one headline within the hour."""
    assert len(after([own(1), own(2)])) == 2
    for order in itertools.permutations([[own(1)], [own(2)], [gathered()]]):
        assert len(after(*order)) == 2


ENTRIES = [
    own(1),
    own(1, source_id="alpha-it", title="한빛칩, 판교 연구소서  새 시험 장비 공개"),
    gathered(1),
    gathered(2, published_at=NOON - timedelta(hours=3)),
    gathered(3, title=f"{TITLE}했다"),
    own(4, title=f"{TITLE}했다"),
    own(5, title="[인사] 한빛칩"),
    gathered(5, title="[인사] 한빛칩"),
    own(6, outlet="나루신문", source_id="beta"),
    gathered(6, outlet="나루신문"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(ENTRIES), st.sampled_from([1, 3]))
def test_the_order_of_collection_does_not_matter(order: list[Article], size: int) -> None:
    """But for ids, and for which section of an outlet an article was first seen in."""

    def told(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        return sorted((*row[:1], str(row[1]).replace("  ", " "), row[2], *row[4:]) for row in rows)

    visits = [order[start : start + size] for start in range(0, len(order), size)]
    assert told(after(*visits)) == told(after(*([entry] for entry in ENTRIES)))


GUIDS = st.sampled_from(["", "1", "2", LONG_GUID, "20261123000218"])
WORDS = st.sampled_from(
    [TITLE, f"{TITLE} (종합)", "[인사] 한빛칩", "누리셈, 새 연구소 자리 찾는다"]
)
TIMES = st.sampled_from([NOON, NOON + timedelta(minutes=5), NOON + timedelta(days=2)])


@given(GUIDS, WORDS, TIMES, WORDS, TIMES)
def test_a_guid_joins_both_ways_alike(
    guid: str, one: str, one_at: object, other: str, other_at: object
) -> None:
    pair = (
        own(1, guid=guid, title=one, published_at=one_at),
        own(2, guid=guid, title=other, published_at=other_at),
    )
    assert same_by_guid(*pair) == same_by_guid(*reversed(pair))
