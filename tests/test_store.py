"""What the store keeps of articles and tags, and what it does when they change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.errors import NotFound
from db.model import (
    FeedState,
    FetchOutcome,
    FetchReport,
    Reason,
    RightsMode,
    Span,
    TagFailure,
    TagScope,
    TimeQuality,
    Tone,
)
from db.query import ArticleFilter
from db.sqlite import SqliteStore
from tests.newsroom import (
    COMPANIES,
    NOON,
    TOPICS,
    VERSION,
    article,
    collect,
    mention,
    opened,
    pending,
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


def test_an_article_comes_back_as_it_was_given(store: SqliteStore) -> None:
    given = article(
        language="en",
        rights=RightsMode.FULL,
        time_quality=TimeQuality.DATE_ONLY,
        published_raw="2026.3.4",
        guid="g-1",
        author="윤서하 기자",
        body="본문 첫 문장.\n둘째 문장.",
        subheads=("작은 제목", "또 하나"),
        image_url="https://alpha.example/1.jpg",
        image_caption="전시관 모습",
        image_credit="가람일보",
        copyright="ⓒ 가람일보",
        modified_at=NOON + timedelta(hours=1),
    )
    assert collect(store, given) == 1
    assert list(store.untagged(VERSION, TagScope.NEW)) == [given]


def test_instants_are_kept_to_the_second(store: SqliteStore) -> None:
    kst = datetime.fromisoformat("2026-03-04T12:00:00.999999+09:00")
    collect(store, article(published_at=kst))
    assert store.cards(EVERYTHING).cards[0].published_at == NOON
    assert store.cards(EVERYTHING).cards[0].published_at.tzinfo is UTC


def test_the_same_visit_twice_stores_nothing_twice(store: SqliteStore) -> None:
    given = [article(number) for number in range(5)]
    assert collect(store, *given) == 5
    assert collect(store, *given, at=NOON + timedelta(hours=1)) == 0
    assert store.info().articles == 5
    assert [status.articles for status in store.sources(NOON) if status.articles] == [5]


def test_an_article_listed_twice_in_a_feed_is_one(store: SqliteStore) -> None:
    twice = (article(summary="먼저"), article(title="고친 제목", summary=""))
    assert collect(store, *twice) == 1
    assert collect(store, *twice) == 0
    card = store.cards(EVERYTHING).cards[0]
    assert (card.title, card.modified_at) == ("고친 제목", None)


def test_a_changed_text_is_taken_over_and_due_again(store: SqliteStore) -> None:
    old = article(body="처음 본문")
    collect(store, old)
    store.save_tags([tags(old, mention("hanbit"))], NOON)
    assert pending(store) == []
    later = NOON + timedelta(hours=2)
    new = replace(
        old, title="한빛칩 견학 행사, 장소 변경", body="", author="윤서하", published_at=later
    )
    assert collect(store, new, at=later) == 0
    found = next(store.untagged(VERSION, TagScope.NEW))
    # no text is ever lost, and the time of the first sight stays
    assert (found.title, found.body, found.author) == (new.title, "처음 본문", "윤서하")
    assert (found.published_at, found.first_seen_at) == (old.published_at, old.first_seen_at)
    assert found.modified_at == later
    # the old tags stay visible until the new ones come
    assert store.cards(ArticleFilter(companies=("hanbit",))).cards[0].title == new.title
    store.save_tags([tags(old)], NOON)
    assert pending(store) == []
    assert store.check() == []


def test_a_changed_text_is_found_by_its_new_words_only(store: SqliteStore) -> None:
    old = article(title="수율 발표", summary="처음 요약", body="")
    collect(store, old, article(2))
    collect(store, replace(old, title="공정 발표", summary="다음 요약"))

    def found(query: str) -> list[str]:
        return titles(store, ArticleFilter(query=query, include_irrelevant=True))

    assert found("공정") == found("발표") == found("다음") == ["공정 발표"]
    assert found("수율") == found("처음") == []
    assert store.check() == []


def test_another_source_changes_nothing(store: SqliteStore) -> None:
    first = article()
    collect(store, first)
    collect(store, replace(first, source_id="beta", outlet="나루신문", title="다른 제목"))
    card = store.cards(EVERYTHING).cards[0]
    assert (card.title, card.source_id, card.modified_at) == (first.title, "alpha", None)


def test_no_text_is_held_for_a_source_that_may_only_be_linked(store: SqliteStore) -> None:
    collect(store, article(rights=RightsMode.LINK, summary="요약", body="본문"))
    found = next(store.untagged(VERSION, TagScope.NEW))
    assert (found.summary, found.body) == ("", "")
    assert not store.cards(EVERYTHING).cards[0].has_text


def test_an_archive_is_imported_once(store: SqliteStore) -> None:
    old = [article(n, source_id="archive", outlet="옛신문") for n in range(3)]
    before = store.revision()
    assert store.import_articles(old) == 3
    imported = store.revision()
    assert imported != before
    assert store.import_articles(old) == 0
    assert store.revision() == imported
    store.import_articles([replace(old[0], title="고친 제목")])
    assert store.revision() != imported
    assert "archive" not in [status.source.id for status in store.sources(NOON)]
    assert store.check() == []


def test_a_failing_visit_leaves_nothing_behind(store: SqliteStore) -> None:
    broken = replace(article(2), first_seen_at=datetime(2026, 3, 4))  # noqa: DTZ001
    run = store.start_run(NOON)
    report = FetchReport("alpha", NOON, FetchOutcome.OK)
    with pytest.raises(ValueError, match="naive"):
        store.add_articles([article(1), broken], report, FeedState(), run)
    assert store.info().articles == 0
    assert store.fetches("alpha") == []
    assert store.feed_states() == {}


def test_which_articles_are_due(store: SqliteStore) -> None:
    one, two, three = (article(n) for n in range(3))
    collect(store, one, two, three)
    store.save_tags([tags(one), TagFailure(two.id, VERSION, "터짐")], NOON)
    assert pending(store, VERSION) == [three.id]
    # a failure is tried again by the next version, tags are renewed on demand only
    assert pending(store, "v2") == [two.id, three.id]
    assert pending(store, VERSION, TagScope.OUTDATED) == []
    assert pending(store, "v2", TagScope.OUTDATED) == [one.id, two.id]
    assert pending(store, VERSION, TagScope.ALL) == [one.id, two.id, three.id]
    assert len(list(store.untagged("v2", TagScope.ALL, limit=2))) == 2


def test_tags_can_be_saved_while_the_articles_are_read(store: SqliteStore) -> None:
    collect(store, *(article(n) for n in range(1_100)))
    seen = []
    for item in store.untagged(VERSION, TagScope.NEW):
        seen.append(item.id)
        store.save_tags([tags(item)], NOON)
    assert len(seen) == len(set(seen)) == 1_100
    assert pending(store) == []


def test_saving_tags_twice_or_in_another_order_changes_nothing(store: SqliteStore) -> None:
    given = [article(n, published_at=NOON + timedelta(days=n)) for n in range(4)]
    collect(store, *given)
    said = [tags(item, mention("hanbit", Tone.POSITIVE), mention("orbit")) for item in given]
    store.save_tags(said, NOON)
    before = store.counts(ArticleFilter()), store.company_counts(ArticleFilter())
    store.save_tags([*reversed(said), *said], NOON)
    assert (store.counts(ArticleFilter()), store.company_counts(ArticleFilter())) == before
    assert store.check() == []


def test_a_failure_removes_the_tags(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, mention("hanbit", Tone.POSITIVE), topics=("hbm",))], NOON)
    store.assign_stories()
    store.save_tags([TagFailure(item.id, "v2", "터짐")], NOON)
    card = store.article(item.id).card
    assert (card.relevant, card.tone, card.mentions, card.topics) == (False, Tone.UNRATED, (), ())
    assert (card.story_id, card.story_articles) == ("", 1)
    assert store.counts(ArticleFilter()).articles == store.counts(ArticleFilter()).stories == 0
    assert store.company_counts(ArticleFilter()) == []
    assert store.check() == []


def test_quotations_and_places_come_back_and_are_replaced(store: SqliteStore) -> None:
    item = article(source_id="archive", rights=RightsMode.FULL, body="본문")
    store.import_articles([item])
    said = tags(
        item,
        summary=("첫 문장", "둘째 문장"),
        summary_spans=(Span("title", 0, 4), Span("body", 10, 15)),
        reasons=(Reason("HBM, 파운드리", 0.8), Reason("축구", -0.5)),
        quotes=(
            quote("칩을 더 쉽게 만들겠다"),
            quote("같은 말", speaker="", title="", organisation=""),
            quote("같은 말", "title", speaker="한빛칩", title=""),
            quote("넷째"),
        ),
    )
    store.save_tags([said, said], NOON)
    for _ in range(2):
        detail = store.article(item.id)
        assert detail.quotes == said.quotes
        assert detail.summary_spans == said.summary_spans
        assert detail.reasons == said.reasons
        assert detail.card.summary == said.summary
        assert store.check() == []
        store.save_tags([said], NOON)
    fewer = replace(said, quotes=said.quotes[1:2], summary=(), summary_spans=())
    store.save_tags([fewer], NOON)
    assert store.article(item.id).quotes == said.quotes[1:2]
    assert store.article(item.id).summary_spans == ()
    store.save_tags([TagFailure(item.id, "v2", "터짐")], NOON)
    assert store.article(item.id).quotes == ()


def test_tags_of_an_unknown_article_are_refused_as_a_whole(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    with pytest.raises(NotFound):
        store.save_tags([tags(item), tags("feedbeef")], NOON)
    assert pending(store) == [item.id]


def test_companies_that_left_the_dictionary_keep_their_mentions(store: SqliteStore) -> None:
    item = article()
    collect(store, item)
    store.save_tags([tags(item, mention("hanbit"), mention("newcomer"))], NOON)
    store.save_companies(COMPANIES[1:])
    store.save_topics(tuple(reversed(TOPICS)))
    assert store.companies() == list(COMPANIES[1:])
    assert store.topics() == list(reversed(TOPICS))
    assert [count.company_id for count in store.company_counts(ArticleFilter())] == [
        "hanbit",
        "newcomer",
    ]
