"""Lists page by page, one article, and what rights withhold from all of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from db.errors import NotFound
from db.export import FORMATS, Export, write
from db.gold import write_gold
from db.model import (
    Correction,
    CorrectionKind,
    RightsMode,
    Span,
    Tone,
)
from db.query import ArticleCard, ArticleFilter, Sort, Split, Step
from db.sqlite import SqliteStore
from db.sqlite import filter as filters
from tests.newsroom import (
    NOON,
    SOURCES,
    VERSION,
    article,
    collect,
    evidence,
    mention,
    opened,
    quote,
    tags,
)

EVERYTHING = ArticleFilter(include_irrelevant=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def titles(store: SqliteStore, wanted: ArticleFilter = EVERYTHING) -> list[str]:
    return [card.title for card in store.cards(wanted, limit=100).cards]


def walk(store: SqliteStore, wanted: ArticleFilter, sort: Sort, limit: int) -> list[ArticleCard]:
    """All pages onward; and, on the way, that each page leads back to the one before."""
    cards: list[ArticleCard] = []
    page = store.cards(wanted, sort, limit)
    assert page.newer == ""
    while True:
        cards.extend(page.cards)
        if not page.older:
            return cards
        onward = store.cards(wanted, sort, limit, page.older)
        assert store.cards(wanted, sort, limit, onward.newer).cards == page.cards
        page = onward


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("limit", [1, 3, 12, 100])
@pytest.mark.parametrize("companies", [(), ("hanbit",), ("hanbit", "orbit")])
def test_pages_list_everything_once_in_order(
    store: SqliteStore, sort: Sort, limit: int, companies: tuple[str, ...]
) -> None:
    given = [article(n, published_at=NOON + timedelta(hours=n // 5)) for n in range(12)]
    collect(store, *given)
    store.save_tags([tags(item, mention("hanbit")) for item in given], NOON)
    wanted = ArticleFilter(companies=companies)
    expected = sorted(given, key=lambda a: (a.published_at, a.id), reverse=sort is Sort.NEWEST)
    assert [card.id for card in walk(store, wanted, sort, limit)] == [a.id for a in expected]


def test_a_page_stays_where_it_is_when_articles_are_added(store: SqliteStore) -> None:
    given = [article(n, published_at=NOON + timedelta(hours=n)) for n in range(6)]
    collect(store, *given)
    first = store.cards(EVERYTHING, limit=2)
    second = store.cards(EVERYTHING, limit=2, cursor=first.older)
    collect(store, article(9, published_at=NOON + timedelta(days=1)))
    again = store.cards(EVERYTHING, limit=2, cursor=first.older)
    assert again.cards == second.cards
    back = store.cards(EVERYTHING, limit=2, cursor=again.newer)
    assert back.cards == first.cards
    assert (
        store.cards(EVERYTHING, limit=2, cursor=back.newer)
        .cards[0]
        .title.startswith("한빛칩 견학 행사 9")
    )


MALFORMED = "x !! 한글 W10 WzEsMiwzXQ WzEsIjIiLCJhIl0 eyJhIjoxfQ WzEsMWU5OSwiYSJd " + "[" * 5000


@pytest.mark.parametrize("cursor", MALFORMED.split())
def test_a_malformed_cursor_is_refused(store: SqliteStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.cards(EVERYTHING, cursor=cursor)


def test_a_page_before_which_nothing_is_left_is_the_first(store: SqliteStore) -> None:
    given = [article(n, published_at=NOON + timedelta(hours=n)) for n in range(4)]
    collect(store, *given)
    store.save_tags([tags(item) for item in given], NOON)
    wanted = ArticleFilter()
    second = store.cards(wanted, limit=2, cursor=store.cards(wanted, limit=2).older)
    store.save_tags([tags(item, relevant=False) for item in given[2:]], NOON)
    back = store.cards(wanted, limit=2, cursor=second.newer)
    assert (back.cards, back.newer, back.older) == (second.cards, "", "")
    for limit in (0, -1):
        with pytest.raises(ValueError, match="limit"):
            store.cards(wanted, limit=limit)


@pytest.mark.parametrize("few", [1, 2_000], ids=["common words", "rare words"])
@pytest.mark.parametrize("companies", [(), ("hanbit",), ("hanbit", "orbit")])
def test_a_search_lists_the_same_however_common_its_words(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, few: int, companies: tuple[str, ...]
) -> None:
    monkeypatch.setattr(filters, "FEW", few)
    given = [article(n, title=f"{'HBM4' if n % 2 else '누리셈'} 시연 {n}") for n in range(9)]
    collect(store, *given)
    store.save_tags([tags(item, mention("hanbit")) for item in given], NOON)
    for query, odd in (("hbm", True), ('"HBM4"', True), ("제목:누리셈", False), ("-hbm", False)):
        wanted = ArticleFilter(companies=companies, query=query)
        expected = {item.id for n, item in enumerate(given) if n % 2 == odd}
        assert {card.id for card in walk(store, wanted, Sort.NEWEST, 2)} == expected
        assert store.counts(wanted).articles == len(expected)


def test_values_of_a_filter_are_never_part_of_the_question(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, mention("hanbit"))], NOON)
    hostile = "x') OR 1=1 --"
    for wanted in (
        ArticleFilter(companies=(hostile,)),
        ArticleFilter(companies=(hostile, "nobody")),
        ArticleFilter(together=(hostile,)),
        ArticleFilter(outlets=(hostile,)),
        ArticleFilter(languages=(hostile,)),
        ArticleFilter(topics=(hostile,)),
        ArticleFilter(story_id=hostile),
    ):
        assert store.counts(wanted).articles == 0
        assert store.cards(wanted).cards == ()
        assert store.timeline(wanted, Step.DAY, Split.COMPANY) == []
    assert store.counts(ArticleFilter(start=date.min, end=date.max)).articles == 1


def test_one_article_with_its_story(store: SqliteStore) -> None:
    given = [
        article(n, published_at=NOON + timedelta(minutes=n), outlet=f"신문{n % 3}")
        for n in range(60)
    ]
    collect(store, *given)
    store.save_tags([tags(item, fingerprint=tuple(range(12))) for item in given], NOON)
    assert store.assign_stories() == 60
    last = store.article(given[-1].id)
    assert (last.card.story_articles, last.card.story_outlets) == (60, 3)
    assert not last.card.first_in_story
    assert store.article(given[0].id).card.first_in_story
    assert [card.id for card in last.similar] == [a.id for a in given[:49]] + [given[-1].id]
    assert (last.tagger_version, last.tagged_at) == (VERSION, NOON)
    with pytest.raises(NotFound) as caught:
        store.article("feedbeef")
    assert caught.value.subject == "feedbeef"


@pytest.mark.parametrize(
    ("rights", "body", "summary", "quoted"),
    [
        (RightsMode.LINK, "", (), {"title"}),
        (RightsMode.EXCERPT, "", ("뽑은 문장",), {"title", "summary"}),
        (RightsMode.FULL, "비밀 본문", ("뽑은 문장",), {"title", "summary", "body"}),
    ],
)
@pytest.mark.parametrize("configured", [True, False])
def test_no_output_carries_what_the_rights_mode_withholds(
    store: SqliteStore,
    rights: RightsMode,
    body: str,
    summary: tuple[str, ...],
    quoted: set[str],
    configured: bool,
) -> None:
    # stored under FULL, as if the licence had ended since; or from an archive without a source
    item = article(
        source_id="alpha" if configured else "archive",
        rights=RightsMode.FULL if configured else rights,
        body="비밀 본문",
        subheads=("작은 제목",),
        image_caption="사진 설명",
    )
    store.import_articles([item])
    places = tuple(evidence(where) for where in ("title", "summary", "body"))
    said = tags(item, mention("hanbit", Tone.POSITIVE, evidence=places), summary=("뽑은 문장",))
    store.save_tags([said], NOON)
    store.assign_stories()
    store.save_sources([replace(SOURCES[0], rights=rights)])
    detail = store.article(item.id)
    (exported,) = store.export(ArticleFilter())
    cards = [
        *store.cards(ArticleFilter()).cards,
        *store.stories(ArticleFilter()),
        *detail.similar,
        detail.card,
        exported.card,
    ]
    assert len(cards) == 5
    for card in cards:
        assert (card.rights, card.summary) == (rights, summary)
        contexts = {e.where: e.context for m in card.mentions for e in m.evidence}
        assert {where for where, context in contexts.items() if context} == quoted
    assert detail.body == exported.body == body
    assert bool(detail.subheads) is bool(exported.image_caption) is (rights is not RightsMode.LINK)


LONG = "가" * 200 + "끝말"
QUOTES = (
    quote("제목에서 한 말", "title"),
    quote(LONG),
    quote("요약에서 한 말", "summary"),
    quote("넷째로 한 말"),
    quote("다섯째로 한 말"),
)


@pytest.mark.parametrize("rights", list(RightsMode))
@pytest.mark.parametrize("stored_as", [RightsMode.FULL, RightsMode.EXCERPT])
def test_no_output_quotes_more_than_the_rights_mode_allows(
    store: SqliteStore, rights: RightsMode, stored_as: RightsMode
) -> None:
    item = article(rights=stored_as, summary="발행사의 요약", body="비밀 본문")
    collect(store, item)
    places = (Span("title", 0, 3), Span("summary", 2, 5), Span("body", 0, 5))
    said = tags(
        item, summary=("하나", "둘", "셋"), summary_spans=places, quotes=QUOTES, fingerprint=(1, 2)
    )
    store.save_tags([said], NOON)
    store.save_sources([replace(SOURCES[0], rights=rights)])
    store.correct(Correction(item.id, CorrectionKind.TONE, tone=Tone.POSITIVE), NOON)
    detail, (exported,) = store.article(item.id), store.export(ArticleFilter())
    assert replace(detail, similar=()) == exported

    empty = {where: Span(where, 0, 0) for where in ("summary", "body")}
    if rights is RightsMode.FULL:
        assert (detail.quotes, detail.summary_spans) == (QUOTES, places)
    elif rights is RightsMode.EXCERPT:
        first, second, third = detail.quotes
        assert first == QUOTES[0]
        assert (second.text, second.span) == ("가" * 199 + "…", empty["body"])
        assert third == replace(QUOTES[2], span=empty["summary"])
        assert detail.summary_spans == (places[0], empty["summary"], empty["body"])
    else:
        assert (detail.quotes, detail.summary_spans) == ((), ())
    assert detail.description == ("발행사의 요약" if rights is RightsMode.FULL else "")

    allowed = {RightsMode.FULL: 5, RightsMode.EXCERPT: 3, RightsMode.LINK: 0}[rights]
    export = Export.of(store, ArticleFilter(), NOON)
    for file_format in FORMATS:
        told = readable(store, export, file_format)
        assert [q.text[:5] in told for q in QUOTES] == [n < allowed for n in range(5)], file_format
        assert "발행사의 요약" not in told
        assert ("끝말" in told) is (rights is RightsMode.FULL)
        assert "윤서하" in told or not allowed
    gold = io.BytesIO()
    assert write_gold(store, gold) == 1
    assert ("발행사의 요약" in gold.getvalue().decode()) is (rights is RightsMode.FULL)
    for text in ("비밀 본문", "한 말", "가가가"):
        assert text not in gold.getvalue().decode()


def readable(store: SqliteStore, export: Export, file_format: str) -> str:
    """Every text that an export holds."""
    target = io.BytesIO()
    assert write(export, store.export(export.wanted), target, file_format) == 1
    target.seek(0)
    if file_format == "xlsx":
        rows = load_workbook(target)["기사"].iter_rows(values_only=True)
        return "\n".join(str(value) for row in rows for value in row)
    if file_format == "parquet":
        return str(pq.read_table(target).to_pylist())
    return target.getvalue().decode("utf-8")
