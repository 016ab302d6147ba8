"""Pairs, story days, keywords and corrections: rules that deserve a name. See test_store_counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.model import Correction, CorrectionKind, TagFailure, Tone
from db.mutes import Mute, MuteKind
from db.query import ArticleFilter
from db.sqlite import SqliteStore
from db.tallies import CorrectionCount, Keyword, KeywordCount, KeywordUse, PairCount
from tests.newsroom import NOON, article, collect, mention, opened, tags

ALL = ArticleFilter()
SAME = tuple(range(12))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def test_three_companies_make_three_pairs(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, *map(mention, ("orbit", "hanbit", "nurisem")))], NOON)
    assert store.pair_counts(ALL) == [
        PairCount("hanbit", "nurisem", 1),
        PairCount("hanbit", "orbit", 1),
        PairCount("nurisem", "orbit", 1),
    ]
    assert store.pair_counts(ALL, 1) == [PairCount("hanbit", "nurisem", 1)]
    only = store.pair_counts(ArticleFilter(companies=("orbit",)))
    assert [(p.first, p.second) for p in only] == [("hanbit", "orbit"), ("nurisem", "orbit")]
    pair = ArticleFilter(together=("hanbit", "orbit"))
    assert store.counts(pair).articles == 1


def test_a_story_that_many_copied_counts_once(store: SqliteStore) -> None:
    copies = [
        article(n, published_at=NOON + timedelta(minutes=n), outlet=f"매체{n % 3}")
        for n in range(9)
    ]
    other = article(20, published_at=NOON + timedelta(hours=3))
    collect(store, *copies, other)
    store.save_tags(
        [tags(item, keywords=("HBM4", "시연"), fingerprint=SAME) for item in copies], NOON
    )
    store.save_tags([tags(other, keywords=("시연",))], NOON)
    store.assign_stories()
    assert store.keyword_counts(ALL, Keyword.TERM) == [
        KeywordCount("시연", 2),
        KeywordCount("HBM4", 1),
    ]
    day = copies[0].day
    assert store.keyword_uses(ALL, Keyword.TERM, ["HBM4", "없는말"]) == [
        KeywordUse("HBM4", 9, 3, {day: 9}),
        KeywordUse("없는말", 0, 0, {}),
    ]


def test_terms_go_with_relevance_and_come_back(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, keywords=("HBM4", "HBM4"))], NOON)
    store.assign_stories()
    made = store.correct(Correction(item.id, CorrectionKind.RELEVANCE, relevant=False), NOON)
    assert store.keyword_counts(ALL, Keyword.TERM) == []
    assert store.check() == []
    store.undo_correction(made, NOON)
    assert store.keyword_counts(ALL, Keyword.TERM) == [KeywordCount("HBM4", 1)]
    store.save_tags([TagFailure(item.id, "v2", "터짐")], NOON)
    assert store.keyword_counts(ALL, Keyword.TERM) == []
    assert store.check() == []


def test_corrections_tell_what_the_machine_had_said(store: SqliteStore) -> None:
    items = [article(n) for n in range(3)]
    collect(store, *items)
    store.save_tags([tags(item, mention("hanbit", Tone.POSITIVE)) for item in items], NOON)
    for item in items[:2]:
        store.correct(Correction(item.id, CorrectionKind.TONE, "hanbit", tone=Tone.NEGATIVE), NOON)
    store.correct(Correction(items[2].id, CorrectionKind.TONE, tone=Tone.NEUTRAL), NOON)
    undone = store.correct(Correction(items[2].id, CorrectionKind.NOT_NAMED, "hanbit"), NOON)
    store.undo_correction(undone, NOON)
    store.correct(Correction(items[0].id, CorrectionKind.RELEVANCE, relevant=True), NOON)
    assert store.correction_counts() == [
        CorrectionCount(CorrectionKind.TONE, 2, Tone.POSITIVE, Tone.NEGATIVE),
        CorrectionCount(CorrectionKind.RELEVANCE, 1, relevant=True),
        CorrectionCount(CorrectionKind.TONE, 1, Tone.POSITIVE, Tone.NEUTRAL),
    ]


def test_muted_articles_leave_pairs_and_keywords(store: SqliteStore) -> None:
    item, loud = article(1), article(2, outlet="나루신문", published_at=NOON + timedelta(hours=1))
    collect(store, item, loud)
    named = (mention("hanbit"), mention("orbit"))
    store.save_tags([tags(one, *named, keywords=("HBM4",)) for one in (item, loud)], NOON)
    store.assign_stories()
    made = store.mute(Mute(MuteKind.OUTLET, "나루신문"), NOON)
    assert store.keyword_counts(ALL, Keyword.TERM) == [KeywordCount("HBM4", 1)]
    assert store.keyword_uses(ALL, Keyword.TERM, ["HBM4"]) == [
        KeywordUse("HBM4", 1, 1, {item.day: 1})
    ]
    assert store.pair_counts(ALL) == [PairCount("hanbit", "orbit", 1)]
    assert store.check() == []
    store.unmute(made, NOON)
    assert store.keyword_uses(ALL, Keyword.TERM, ["HBM4"])[0].articles == 2
    assert store.pair_counts(ALL) == [PairCount("hanbit", "orbit", 2)]
    assert store.check() == []
