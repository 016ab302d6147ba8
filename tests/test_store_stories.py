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

from db.model import Article
from db.query import ArticleFilter
from db.sqlite import SqliteStore
from db.sqlite.stories import pack, unpack
from tests.newsroom import NOON, article, collect, opened, tags


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def tell(store: SqliteStore, *told: tuple[float, Sequence[int]]) -> list[Article]:
    """Articles so many days after noon with these fingerprints, with their stories assigned."""
    first = store.info().articles
    items = [
        article(first + n, published_at=NOON + timedelta(days=days))
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


def test_the_nearest_story_wins_and_the_earliest_of_equals(store: SqliteStore) -> None:
    near, far = (*BASE[:8], 1, 2, 3, 4), (*BASE[6:], 5, 6, 7, 8, 9, 10)
    one, two = tell(store, (0, far), (0.1, near))
    (third,) = tell(store, (0.2, BASE))
    assert story(store, third) == story(store, two) != story(store, one)
    left, right = tell(store, (10, (*range(20, 26), *range(30, 36))), (10.1, range(40, 52)))
    (middle,) = tell(store, (10.2, (*range(20, 26), *range(40, 46))))
    assert story(store, middle) == story(store, left) != story(store, right)


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
