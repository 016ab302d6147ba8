"""Stories: which articles are taken for the same event, and that this never changes silently."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import NotFound
from db.model import Article, Source
from db.query import ArticleFilter
from db.sqlite import SqliteStore
from db.sqlite.stories import pack, unpack
from db.terms import Term, TermKind
from tests.newsroom import NOON, SOURCES, article, collect, opened, quote, tags


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def tell(store: SqliteStore, *told: tuple[float, Sequence[int]], outlet: str = "") -> list[Article]:
    """Articles so many days after noon with these fingerprints, with their stories assigned.

    Each is by an outlet of its own, unless one is given.
    """
    first = store.info().articles
    items = [
        article(
            first + n,
            published_at=NOON + timedelta(days=days),
            outlet=outlet or f"매체 {first + n}",
        )
        for n, (days, _) in enumerate(told)
    ]
    collect(store, *items)
    prints = [fingerprint for _, fingerprint in told]
    store.save_tags(
        [tags(a, fingerprint=tuple(p)) for a, p in zip(items, prints, strict=True)], NOON
    )
    assert store.assign_stories() == len(items)
    return items


def story(store: SqliteStore, item: Article) -> str:
    return store.article(item.id).card.story_id


BASE = tuple(range(100, 112))


@pytest.mark.parametrize(
    ("fingerprint", "same"),
    [
        (BASE, True),
        ((*BASE[:5], *range(7)), True),
        ((*BASE[:4], *range(8)), False),
        (BASE[:3], True),
        (BASE[:2], False),
        ((), False),
    ],
)
def test_how_much_must_be_shared(
    store: SqliteStore, fingerprint: tuple[int, ...], same: bool
) -> None:
    first, second = tell(store, (0, BASE), (1, fingerprint))
    assert (story(store, second) == story(store, first) == first.id) is same
    assert store.counts(ArticleFilter()).stories == (1 if same else 2)


def test_texts_without_a_fingerprint_are_never_the_same(store: SqliteStore) -> None:
    one, two = tell(store, (0, ()), (0, ()))
    assert story(store, one) != story(store, two)


def test_short_texts_must_be_equal(store: SqliteStore) -> None:
    one, two, three = tell(store, (0, (1, 2)), (0.1, (1, 2)), (0.2, (1, 3)))
    assert story(store, one) == story(store, two) != story(store, three)


@pytest.mark.parametrize(("days", "same"), [(3, True), (3.001, False)])
def test_only_three_days_are_looked_at(store: SqliteStore, days: float, same: bool) -> None:
    first, second = tell(store, (0, BASE), (days, BASE))
    assert (story(store, first) == story(store, second)) is same


@pytest.mark.parametrize("apart", [True, False], ids=["two runs", "one run"])
def test_a_story_may_go_on_for_longer_than_the_window(store: SqliteStore, apart: bool) -> None:
    told = [(2.0 * n, BASE) for n in range(4)]
    items = [tell(store, one)[0] for one in told] if apart else tell(store, *told)
    assert len({story(store, item) for item in items}) == 1


def told(store: SqliteStore, number: int, outlet: str, hours: float, *terms: Term) -> Article:
    """One article with these key terms, with its story assigned."""
    item = article(number, outlet=outlet, published_at=NOON + timedelta(hours=hours))
    collect(store, item)
    said = tags(item, fingerprint=(number * 100 + 1, number * 100 + 2))
    store.save_tags([replace(said, terms=tuple(term.packed() for term in terms))], NOON)
    assert store.assign_stories() == 1
    return item


def words(*keys: int) -> list[Term]:
    return [Term(key, TermKind.WORD, 9, headline=True) for key in keys]


FIRM = Term(1_000, TermKind.COMPANY, 9, headline=True)


def test_one_event_in_other_words_is_one_story(store: SqliteStore) -> None:
    first = told(store, 1, "가람일보", 0, FIRM, *words(1, 2, 3, 4))
    other = told(store, 2, "나루신문", 2, FIRM, *words(1, 2, 3, 5))
    apart = told(store, 3, "다솜경제", 2, FIRM, *words(6, 7, 8))
    assert story(store, first) == story(store, other) != story(store, apart)
    assert store.counts(ArticleFilter()).stories == 2


def test_one_outlet_is_in_a_story_twice_with_the_same_article_only(store: SqliteStore) -> None:
    one, section = tell(store, (0, BASE), (0.1, BASE), outlet="가람일보")
    assert story(store, one) == story(store, section)
    card = store.article(one.id).card
    assert (card.story_articles, card.story_outlets) == (2, 1)
    (tomorrow,) = tell(store, (1, BASE), outlet="가람일보")
    assert story(store, tomorrow) == tomorrow.id


def test_two_stories_that_turn_out_to_be_one(store: SqliteStore) -> None:
    left, right = (*range(1, 7), *range(21, 27)), (*range(11, 17), *range(31, 37))
    one, two = tell(store, (0, left), (0.1, right))
    assert story(store, one) != story(store, two)
    before = store.story(two.id)
    (middle,) = tell(store, (0.2, (*range(1, 7), *range(11, 17))))
    assert {story(store, item) for item in (one, two, middle)} == {one.id}
    found = store.story(two.id)
    assert found == store.story(one.id)
    assert found.id == one.id
    assert [card.id for card in found.articles] == [one.id, two.id, middle.id]
    (merge,) = found.merges
    assert (merge.story_id, merge.articles) == (two.id, before.articles_in_all)
    assert (merge.article_id, merge.merged_at) == (middle.id, middle.first_seen_at)
    # the address of the one that ended leads to the same list
    wanted = ArticleFilter(story_id=two.id)
    assert store.counts(wanted).articles == 3
    assert store.counts(ArticleFilter()).stories == 1
    assert store.check() == []


def test_a_story_that_ended_leads_on_when_its_survivor_ends_too(store: SqliteStore) -> None:
    one, two, three = tell(store, (0, range(1, 13)), (0.1, range(21, 33)), (0.2, range(41, 53)))
    tell(store, (0.3, (*range(21, 27), *range(41, 47))))
    assert story(store, three) == two.id
    tell(store, (0.4, (*range(1, 7), *range(21, 27))))
    assert store.story(three.id).id == store.story(two.id).id == one.id
    assert [merge.story_id for merge in store.story(one.id).merges] == [three.id, two.id]
    assert store.check() == []


def test_a_story_without_relevant_articles_is_not_found(store: SqliteStore) -> None:
    (item,) = tell(store, (0, BASE))
    store.save_tags([tags(item, relevant=False)], NOON)
    for story_id in (item.id, "nowhere", "\x00'"):
        with pytest.raises(NotFound):
            store.story(story_id)


def test_each_saying_once_by_whoever_had_it_first(store: SqliteStore) -> None:
    one, two = tell(store, (0, BASE), (0.1, BASE))
    same, new = "내년 봄에 시제품을 내놓겠다", "일정은 아직 정하지 않았다"
    store.save_tags([tags(one, quotes=(quote(same),), fingerprint=BASE)], NOON)
    store.save_tags([tags(two, quotes=(quote(f"{same}."), quote(new)), fingerprint=BASE)], NOON)
    said = store.story(one.id).quotes
    assert [(q.quote.text, q.article_id) for q in said] == [(same, one.id), (new, two.id)]


RELEASE = (
    "한빛칩은 새 실증센터를 판교에 연다고 4일 밝혔다. 센터에는 시험 장비 마흔 대가 놓인다. "
    "한빛칩 관계자는 지역 대학과 함께 운영하겠다고 말했다."
)


def test_what_comes_from_a_press_release(store: SqliteStore) -> None:
    newsroom = Source("room", "한빛칩 뉴스룸", "https://room.example/rss", newsroom="hanbit")
    store.save_sources([*SOURCES, newsroom])
    assert [s.source.newsroom for s in store.sources(NOON)].count("hanbit") == 1
    own = "누리셈 연구원들은 비용을 걱정했다. 이미 비슷한 시설이 세 곳 있어서다. "
    texts = {
        "한빛칩 뉴스룸": RELEASE,
        "베낌일보": RELEASE.replace("밝혔다", "전했다").replace("새 실증센터", "실증센터"),
        "취재신문": own * 3,
        "짧은뉴스": "실증센터 연다.",
    }
    items = [
        article(
            n,
            outlet=outlet,
            source_id="room" if n == 0 else "beta",
            summary=text,
            published_at=NOON + timedelta(hours=n),
        )
        for n, (outlet, text) in enumerate(texts.items())
    ]
    collect(store, *items)
    store.save_tags([tags(item, fingerprint=BASE) for item in items], NOON)
    store.assign_stories()
    found = store.story(items[0].id)
    assert found.release_id == items[0].id
    release, copied, written, short = (card.echo for card in found.articles)
    assert release is None
    assert copied is not None
    assert copied >= 0.9
    assert written == 0
    assert short is None
    assert store.article(items[1].id).card.echo == copied
    exported = {detail.card.id: detail.card.echo for detail in store.export(ArticleFilter())}
    assert exported[items[1].id] == copied
    # a release that is no longer relevant is nothing to compare with
    store.save_tags([tags(items[0], relevant=False)], NOON)
    assert store.article(items[1].id).card.echo is None
    assert store.story(items[0].id).release_id == ""


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 9))
def test_the_order_of_collection_does_not_matter(chance: random.Random, count: int) -> None:
    items, said = [], []
    for n in range(count):
        hours = chance.randrange(0, 60, 5)
        items.append(
            article(n, outlet=chance.choice("가나다라"), published_at=NOON + timedelta(hours=hours))
        )
        keys = chance.sample(range(9), 4)
        prints = tuple(chance.choice((range(12), range(6, 18), range(12, 24))))
        terms = tuple(term.packed() for term in (FIRM, *words(*keys)))
        said.append(tags(items[-1], fingerprint=prints, terms=terms))
    outcomes = []
    for _ in range(3):
        order = chance.sample(range(count), count)
        cut = chance.randrange(count + 1)
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as store:
            for part in (order[:cut], order[cut:]):
                collect(store, *(items[n] for n in part))
                store.save_tags([said[n] for n in part], NOON)
                store.assign_stories()
            assert store.check() == []
            together: dict[str, set[str]] = {}
            for item in items:
                together.setdefault(story(store, item), set()).add(item.id)
            outcomes.append(sorted(map(sorted, together.values())))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_one_that_is_collected_late_joins_and_becomes_the_first(store: SqliteStore) -> None:
    (known,) = tell(store, (1, BASE))
    (late,) = tell(store, (0, BASE))
    assert story(store, late) == story(store, known) == known.id
    (head,) = store.stories(ArticleFilter())
    assert head.id == late.id
    day = late.day
    assert store.counts(ArticleFilter(start=day, end=day)).stories == 1
    assert store.counts(ArticleFilter(start=known.day, end=known.day)).stories == 0
    assert store.check() == []


def test_a_story_is_kept_through_new_tags(store: SqliteStore) -> None:
    first, second = tell(store, (0, BASE), (1, BASE))
    store.save_tags([tags(second, version="v2", fingerprint=range(12))], NOON)
    assert store.assign_stories() == 0
    assert story(store, second) == first.id
    # an article that is no longer relevant leaves the counts, and its place is kept
    store.save_tags([tags(first, version="v2", relevant=False)], NOON)
    assert story(store, first) == ""
    card = store.article(second.id).card
    assert (card.story_articles, card.first_in_story) == (1, True)
    assert store.check() == []
    store.save_tags([tags(second, relevant=False)], NOON)
    assert store.counts(ArticleFilter()).stories == 0
    assert store.stories(ArticleFilter()) == []
    store.save_tags([replace(tags(first), fingerprint=BASE)], NOON)
    assert story(store, first) == first.id
    assert store.check() == []


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_the_order_of_tagging_does_not_matter(chance: random.Random, count: int) -> None:
    pool = [tuple(chance.sample(range(40), 12)) for _ in range(3)]
    items = [
        article(n, published_at=NOON + timedelta(hours=chance.randrange(0, 200, 10)))
        for n in range(count)
    ]
    said = [tags(item, fingerprint=chance.choice(pool)) for item in items]
    outcomes = []
    for _ in range(2):
        chance.shuffle(items)
        chance.shuffle(said)
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as store:
            collect(store, *items)
            for one in said:
                store.save_tags([one], NOON)
            store.assign_stories()
            outcomes.append({item.id: story(store, item) for item in items})
    assert outcomes[0] == outcomes[1]


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_fingerprints_survive_storing(fingerprint: list[int]) -> None:
    assert unpack(pack(fingerprint)) == tuple(fingerprint)
