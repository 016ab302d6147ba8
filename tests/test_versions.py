"""Quiet edits: what counts as one, that the log is kept, and that it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.model import Article, RightsMode, TagScope
from db.pages import PageOutcome, PageText, PageVisit
from db.query import ArticleDetail, ArticleFilter
from db.sqlite import SqliteStore
from db.versions import MOST_VERSIONS, Parts, Version, changes, earlier_titles, folded
from tests.newsroom import NOON, article, collect, mention, opened, pending, tags

HOUR = timedelta(hours=1)
LONG = "누리셈과 한빛칩이 새 전시관에서 시험 장비를 함께 시연했다고 밝혔다."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def visits(store: SqliteStore, *forms: Article) -> ArticleDetail:
    """One visit an hour, each of which finds the article in its next form."""
    for hour, form in enumerate(forms):
        collect(store, form, at=NOON + hour * HOUR)
    assert store.check() == []
    return store.article(forms[0].id)


def titled(*titles: str) -> list[Article]:
    return [article(title=title) for title in titles]


SAME = [
    ("한빛칩 “새 칩 공개”", "한빛칩 '새 칩 공개'"),
    ("한빛칩, 새 칩 공개", "한빛칩,  새칩\u00a0공개"),
    ("한빛칩… 새 칩", "한빛칩... 새 칩"),
    ("한빛칩… 새 칩", "한빛칩···새 칩"),
    ("한빛칩·누리셈", "한빛칩ㆍ누리셈"),
    ("３％ 올라", "3% 올라"),
]
DIFFERENT = [
    ("코스피 1%↑", "코스피 1%↓"),
    ("한빛칩 매각", "한빛칩 매각?"),
    ("한빛칩 1.5조 투자", "한빛칩 15조 투자"),
    ("한빛칩 공개", "한빛칩 공개(종합)"),
    ("한빛칩 새 칩을 내년 봄에 공개하기로", "한빛칩 새 칩을 내년 봄에 공개하기로 안 했다"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_marks_and_white_space_are_no_edit(one: str, other: str, store: SqliteStore) -> None:
    detail = visits(store, *titled(one, other, one))
    assert (detail.card.title, detail.card.modified_at, detail.versions) == (one, None, ())
    assert not detail.card.retitled


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_a_headline_that_says_something_else_is_an_edit(
    one: str, other: str, store: SqliteStore
) -> None:
    detail = visits(store, *titled(one, other))
    first_seen = article().first_seen_at
    assert detail.versions == (Version(first_seen, one), Version(NOON + HOUR, other, ("title",)))
    card = store.cards(ArticleFilter(include_irrelevant=True)).cards[0]
    assert (card.title, card.modified_at, card.retitled) == (other, NOON + HOUR, True)


def test_what_changed_is_said_of_each_version(store: SqliteStore) -> None:
    old = article(body="본문 하나")
    detail = visits(
        store,
        old,
        replace(old, summary="다른 요약"),
        replace(old, summary="다른 요약", body="본문 둘"),
        replace(old, summary="다른 요약", body="본문 둘", title="제목"),
    )
    assert [version.changed for version in detail.versions] == [
        (),
        ("summary",),
        ("body",),
        ("title",),
    ]
    assert earlier_titles(detail.card.title, detail.versions) == [old.title]
    assert [found.versions for found in store.export(ArticleFilter(include_irrelevant=True))] == [
        detail.versions
    ]


def test_only_headlines_are_kept(store: SqliteStore) -> None:
    old = article(rights=RightsMode.FULL, body="사라진 문장 하나", summary="사라진 요약")
    visits(store, old, replace(old, body="새 문장", summary="새 요약", title="새 제목"))
    with store._connections.write_tx() as connection:
        rows = [tuple(row) for row in connection.execute("SELECT * FROM versions")]
    assert len(rows) == 2
    assert "사라진" not in repr(rows)


def test_text_that_was_missing_or_cut_is_filled_in_without_an_edit(store: SqliteStore) -> None:
    cut = replace(article(), summary=LONG[:28] + "…")
    detail = visits(
        store,
        replace(cut, summary=""),
        cut,
        replace(cut, summary=LONG),
        replace(cut, summary=LONG[:33]),
        replace(cut, summary=LONG[:29] + "..."),
    )
    assert (detail.versions, detail.card.modified_at) == ((), None)
    assert next(store.untagged("v", TagScope.ALL)).summary == LONG


def test_filled_in_text_is_tagged_again(store: SqliteStore) -> None:
    bare = article(summary="")
    collect(store, bare)
    store.save_tags([tags(bare, mention("hanbit"))], NOON)
    collect(store, replace(bare, summary=LONG), at=NOON + HOUR)
    assert pending(store) == [bare.id]


def test_an_added_paragraph_is_an_edit_of_the_body(store: SqliteStore) -> None:
    old = article(body=LONG)
    detail = visits(store, old, replace(old, body=f"{LONG}\n바로잡습니다: 날짜가 틀렸습니다."))
    assert [version.changed for version in detail.versions] == [(), ("body",)]


def test_an_edit_that_was_taken_back_is_two_edits(store: SqliteStore) -> None:
    detail = visits(store, *titled("한빛칩 공개", "한빛칩 철회", "한빛칩 공개"))
    assert [version.title for version in detail.versions] == [
        "한빛칩 공개",
        "한빛칩 철회",
        "한빛칩 공개",
    ]
    assert earlier_titles(detail.card.title, detail.versions) == ["한빛칩 철회"]


def test_a_feed_that_flips_between_two_forms_stands_still(store: SqliteStore) -> None:
    one, other = titled("한빛칩 새 칩", "한빛칩 새 칩(종합)")
    detail = visits(store, *[one, other] * 10)
    assert len(detail.versions) == 4
    last = detail.card.modified_at
    assert last is not None
    assert last < NOON + 4 * HOUR
    store.save_tags([tags(one)], NOON)
    collect(store, one, at=NOON + 40 * HOUR)
    collect(store, other, at=NOON + 41 * HOUR)
    assert pending(store) == []
    # something new is still an edit
    newer = replace(one, title="한빛칩 새 칩, 뜻밖에 연기")
    assert visits(store, newer).versions[-1].title == newer.title


def test_the_log_of_a_live_ticker_is_bounded(store: SqliteStore) -> None:
    detail = visits(store, *titled(*(f"[속보] 개표 {n}%" for n in range(MOST_VERSIONS + 30))))
    assert len(detail.versions) == MOST_VERSIONS
    assert detail.versions[0].title == "[속보] 개표 0%"
    assert detail.versions[-1].title == detail.card.title == f"[속보] 개표 {MOST_VERSIONS + 29}%"


def test_another_source_edits_nothing(store: SqliteStore) -> None:
    other = replace(article(), source_id="beta", title="전혀 다른 제목")
    assert visits(store, article(), other).versions == ()


TEXTS = st.text(alphabet="가나 '“…A.1", max_size=8)
FORMS = st.tuples(TEXTS, TEXTS, TEXTS)


@given(FORMS, FORMS)
def test_no_text_is_ever_lost_and_the_same_form_is_never_an_edit(
    before: Parts, after: Parts
) -> None:
    edited, held = changes(before, after)
    assert changes(held, after)[0] == ()
    assert all(new or not old for old, new in zip(before, held, strict=True))
    assert changes(before, before) == ((), before)
    assert (edited != ()) <= (held != before)


@given(st.text(max_size=40))
def test_folding_is_idempotent(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_a_page_that_says_something_else_later_is_an_edit(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    for hour, text in enumerate(("처음 본문이다.", "처음 본문이다.", "고친 본문이다.")):
        at = NOON + hour * HOUR
        store.save_page(PageVisit(item.id, at, PageOutcome.HELD), PageText(text))
    detail = store.article(item.id)
    assert [version.changed for version in detail.versions] == [(), ("body",)]
    assert detail.card.modified_at == NOON + 2 * HOUR
    assert store.check() == []
