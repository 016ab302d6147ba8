"""What people keep: notes, mutes, views, groups and edits; nothing of it changes what is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.audiences import MOST_COMPANIES, Audience, Group
from db.config_edits import ConfigEdit, EditKind, EditState
from db.errors import AlreadyCorrected, AlreadyKept, NotFound
from db.model import Article, Correction, CorrectionKind, TagResult, Tone
from db.mutes import Mute, MuteKind
from db.notes import NOTE_LENGTH, Note
from db.people import PeopleDesk, PeopleReader
from db.query import ArticleFilter, Split, Step
from db.sqlite import SqliteDesk, SqliteReadStore, SqliteStore
from db.views import SavedView
from tests import fake_store
from tests.fake_people import hides
from tests.newsroom import NOON, article, collect, mention, opened, tags
from tests.test_store_corrections import content, corrections_of, results
from tests.test_store_errors import members

ITEM = article(1)
OTHER = article(
    2,
    outlet="나루신문",
    title="[포토] 누리셈 HBM 시연회",
    published_at=NOON + timedelta(minutes=1),
)
LATER = NOON + timedelta(hours=1)
NAIVE = datetime(2026, 3, 4)  # noqa: DTZ001
ALL = ArticleFilter()
HIDDEN = ArticleFilter(muted=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        collect(found, ITEM, OTHER)
        found.save_tags(
            [
                tags(ITEM, mention("hanbit"), topics=("hbm",), fingerprint=tuple(range(20))),
                tags(OTHER, mention("nurisem"), topics=("npu",), fingerprint=tuple(range(20))),
            ],
            NOON,
        )
        found.assign_stories()
        yield found


def listed(store: SqliteStore, wanted: ArticleFilter = ALL) -> list[str]:
    return sorted(card.id for card in store.cards(wanted).cards)


def test_readers_only_read() -> None:
    assert members(PeopleReader) <= set(dir(SqliteReadStore))
    assert not members(PeopleDesk) & set(dir(SqliteReadStore))
    for protocol in (PeopleReader, PeopleDesk):
        assert members(protocol) <= set(dir(SqliteDesk)) & set(dir(fake_store.FakeStore))


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.add_note(Note(ITEM.id, "메모"), NAIVE),
        lambda s: s.delete_note(1, NAIVE),
        lambda s: s.restore_note(1, NAIVE),
        lambda s: s.mute(Mute(MuteKind.KEYWORD, "포토"), NAIVE),
        lambda s: s.unmute(1, NAIVE),
        lambda s: s.save_view(SavedView("가", "articles", ""), NAIVE),
        lambda s: s.rename_view(1, "나", NAIVE),
        lambda s: s.delete_view(1, NAIVE),
        lambda s: s.restore_view(1, NAIVE),
        lambda s: s.set_audience(Audience(Group.OWN), NAIVE),
        lambda s: s.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "orbit", {"text": "오"}), NAIVE),
        lambda s: s.undo_edit(1, NAIVE),
        # what no caller should pass
        lambda s: s.add_note(Note(ITEM.id, " \n"), NOON),
        lambda s: s.add_note(Note(ITEM.id, "가" * 301), NOON),
        lambda s: s.add_note(Note(ITEM.id, "메모", "가" * 41), NOON),
        lambda s: s.add_note(Note(ITEM.id, "\ud800"), NOON),
        lambda s: s.delete_note(1, NOON, "가" * 41),
        lambda s: s.mute(Mute(MuteKind.OUTLET, ""), NOON),
        lambda s: s.mute(Mute("mood", "x"), NOON),  # type: ignore[arg-type]
        lambda s: s.mute(Mute(MuteKind.KEYWORD, "-HBM"), NOON),
        lambda s: s.mute(Mute(MuteKind.KEYWORD, "포토 OR -HBM"), NOON),
        lambda s: s.mute(Mute(MuteKind.KEYWORD, "본문:견학"), NOON),
        lambda s: s.mute(Mute(MuteKind.KEYWORD, "…!"), NOON),
        lambda s: s.mute(Mute(MuteKind.KEYWORD, "가" * 201), NOON),
        lambda s: s.save_view(SavedView("", "articles", ""), NOON),
        lambda s: s.save_view(SavedView("두\n줄", "articles", ""), NOON),
        lambda s: s.save_view(SavedView("가" * 41, "articles", ""), NOON),
        lambda s: s.save_view(SavedView("가", "../x", ""), NOON),
        lambda s: s.save_view(SavedView("가", "articles", "q" * 4001), NOON),
        lambda s: s.set_audience(Audience(Group.OWN, ("a", "a")), NOON),
        lambda s: s.set_audience(
            Audience(Group.OWN, tuple(map(str, range(MOST_COMPANIES + 1)))), NOON
        ),
        lambda s: s.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "orbit", {}), NOON),
        lambda s: s.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "", {"text": "오"}), NOON),
        lambda s: s.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "o", {"text": "오" * 1001}), NOON),
    ],
)
def test_what_no_caller_should_pass(store: SqliteStore, call: Callable[[Any], object]) -> None:
    revision = store.revision()
    with pytest.raises(ValueError):  # noqa: PT011
        call(store)
    assert store.revision() == revision


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.add_note(Note("feedbeef", "메모"), NOON),
        lambda s: s.delete_note(7, NOON),
        lambda s: s.restore_note(7, NOON),
        lambda s: s.mute(Mute(MuteKind.OUTLET, "없는신문"), NOON),
        lambda s: s.mute(Mute(MuteKind.SOURCE, "nowhere"), NOON),
        lambda s: s.mute(Mute(MuteKind.STORY, "nothing"), NOON),
        lambda s: s.unmute(7, NOON),
        lambda s: s.rename_view(7, "이름", NOON),
        lambda s: s.delete_view(7, NOON),
        lambda s: s.restore_view(7, NOON),
        lambda s: s.undo_edit(7, NOON),
        lambda s: s.report_edit(7, EditState.APPLIED),
    ],
)
def test_what_is_not_there(store: SqliteStore, call: Callable[[Any], object]) -> None:
    revision = store.revision()
    with pytest.raises(NotFound) as caught:
        call(store)
    assert caught.value.ko.endswith(".")
    assert caught.value.ko != caught.value.en
    assert store.revision() == revision


# --- notes ---------------------------------------------------------------------------------------


def test_notes_stand_under_their_article_newest_last(store: SqliteStore) -> None:
    revision = store.revision()
    first = store.add_note(Note(ITEM.id, " 자사 언급 확인\n담당자에게 전달 ", "가온"), NOON)
    assert store.revision() != revision
    second = store.add_note(Note(ITEM.id, "정정 보도 요청함", "나래"), LATER)
    kept = Note(ITEM.id, "자사 언급 확인\n담당자에게 전달", "가온", first, NOON)
    assert store.notes(ITEM.id) == [kept, Note(ITEM.id, "정정 보도 요청함", "나래", second, LATER)]
    assert store.notes(OTHER.id) == store.notes("feedbeef") == []
    detail = store.article(ITEM.id)
    assert (detail.card.notes, detail.notes) == (2, tuple(store.notes(ITEM.id)))
    assert {card.id: card.notes for card in store.cards(ALL).cards} == {ITEM.id: 2, OTHER.id: 0}
    assert {d.card.id: len(d.notes) for d in store.export(ALL)} == {ITEM.id: 2, OTHER.id: 0}
    assert store.check() == []


def test_a_deleted_note_comes_back_as_it_was(store: SqliteStore) -> None:
    numbers = [store.add_note(Note(ITEM.id, text), NOON) for text in ("하나", "둘")]
    before = store.notes(ITEM.id)
    assert store.delete_note(numbers[0], LATER, "나래")
    assert [note.text for note in store.notes(ITEM.id)] == ["둘"]
    assert store.article(ITEM.id).card.notes == 1
    revision = store.revision()
    assert not store.delete_note(numbers[0], LATER)
    assert store.revision() == revision
    assert store.restore_note(numbers[0], LATER)
    assert not store.restore_note(numbers[0], LATER)
    assert store.notes(ITEM.id) == before


def test_the_same_note_twice_is_one(store: SqliteStore) -> None:
    number = store.add_note(Note(ITEM.id, "확인", "가온"), NOON)
    with pytest.raises(AlreadyKept):
        store.add_note(Note(ITEM.id, " 확인 ", "가온"), LATER)
    store.add_note(Note(ITEM.id, "확인", "나래"), LATER)
    store.delete_note(number, LATER)
    store.add_note(Note(ITEM.id, "확인", "가온"), LATER)
    store.add_note(Note(ITEM.id, "가" * NOTE_LENGTH), LATER)
    assert len(store.notes(ITEM.id)) == 3


# --- mutes ---------------------------------------------------------------------------------------

KINDS = [
    Mute(MuteKind.OUTLET, "나루신문"),
    Mute(MuteKind.KEYWORD, "포토"),
    Mute(MuteKind.KEYWORD, "hbm -견학"),
    Mute(MuteKind.KEYWORD, "제목:포토 OR 부고"),
]


@pytest.mark.parametrize("mute", KINDS, ids=lambda mute: mute.value)
def test_a_muted_article_leaves_every_number(store: SqliteStore, mute: Mute) -> None:
    before = content(store)
    number = store.mute(replace(mute, author="가온"), NOON)
    assert listed(store) == [ITEM.id]
    assert store.counts(ALL) == store.counts(ArticleFilter(companies=("hanbit",)))
    assert [d.card.id for d in store.export(ALL)] == [ITEM.id]
    assert [point.articles for point in store.timeline(ALL, Step.DAY, Split.TONE)] == [1]
    assert [count.company_id for count in store.company_counts(ALL)] == ["hanbit"]
    assert [count.key for count in store.outlet_counts(ALL)] == ["가람일보"]
    assert [count.key for count in store.topic_counts(ALL)] == ["hbm"]
    (story,) = store.stories(ALL)
    assert (story.story_articles, story.story_outlets) == (1, 1)
    assert listed(store, ArticleFilter(query="누리셈 시연회")) == []
    assert store.info().relevant == 1
    assert [c.id for c in store.article(ITEM.id).similar] == [ITEM.id]
    # it can still be opened, and what is hidden can be listed
    card = store.article(OTHER.id).card
    assert (card.muted, card.relevant, card.story_id) == (True, True, "")
    assert listed(store, HIDDEN) == [OTHER.id]
    assert store.counts(HIDDEN).articles == 1
    assert store.counts(replace(HIDDEN, companies=("nurisem",))).articles == 1
    assert store.counts(replace(HIDDEN, companies=("hanbit",))).articles == 0
    (kept,) = store.mutes()
    assert kept == replace(mute, author="가온", articles=1, id=number, made_at=NOON)
    assert store.check() == []

    assert store.unmute(number, LATER, "나래")
    assert content(store) == before
    assert not store.unmute(number, LATER)
    assert store.mutes() == []
    (undone,) = store.mutes(active_only=False)
    assert (undone.undone_at, undone.undone_by, undone.articles) == (LATER, "나래", 0)
    assert store.check() == []


def test_a_story_is_muted_with_what_joins_it_later(store: SqliteStore) -> None:
    before = content(store)
    number = store.mute(Mute(MuteKind.STORY, ITEM.id), NOON)
    assert listed(store) == []
    assert (store.counts(ALL).stories, store.counts(HIDDEN).articles) == (0, 2)
    assert store.mutes()[0].title == ITEM.title
    third = article(3, title="뒤늦은 소식")
    collect(store, third)
    store.save_tags([tags(third, mention("orbit"), fingerprint=tuple(range(20)))], NOON)
    assert listed(store) == [third.id], "its story is not known yet"
    assert store.assign_stories() == 1
    assert listed(store) == []
    assert store.check() == []
    store.unmute(number, LATER)
    (story,) = store.stories(ALL)
    assert (story.id, story.story_articles) == (ITEM.id, 3)
    assert content(store)["stories"] != before["stories"]


def test_a_source_is_muted(store: SqliteStore) -> None:
    store.mute(Mute(MuteKind.SOURCE, "alpha"), NOON)
    assert (listed(store), store.counts(HIDDEN).articles) == ([], 2)
    other = article(9, source_id="beta")
    collect(store, other)
    store.save_tags([tags(other)], NOON)
    assert listed(store) == [other.id]
    assert store.check() == []


def test_what_two_mutes_hide_stays_until_both_are_undone(store: SqliteStore) -> None:
    one, two = (store.mute(mute, NOON) for mute in KINDS[:2])
    assert [mute.articles for mute in store.mutes()] == [1, 1]
    store.unmute(one, LATER)
    assert listed(store) == [ITEM.id]
    store.unmute(two, LATER)
    assert len(listed(store)) == 2
    assert store.check() == []


def test_the_same_mute_twice_is_refused(store: SqliteStore) -> None:
    number = store.mute(KINDS[0], NOON)
    revision = store.revision()
    with pytest.raises(AlreadyKept):
        store.mute(replace(KINDS[0], author="나래"), LATER)
    assert store.revision() == revision
    store.unmute(number, LATER)
    assert store.mute(KINDS[0], LATER) != number
    assert [mute.id for mute in store.mutes(1, active_only=False)] == [number + 1]


def test_new_articles_and_changed_headlines_are_muted_when_they_are_tagged(
    store: SqliteStore,
) -> None:
    store.mute(Mute(MuteKind.KEYWORD, "부고"), NOON)
    fresh = article(5, title="[부고] 아무개 씨")
    collect(store, fresh, replace(ITEM, title="[부고] 바뀐 제목"))
    assert store.check() == []
    store.save_tags([tags(fresh), tags(ITEM, mention("hanbit"))], LATER)
    assert listed(store) == [OTHER.id]
    assert store.counts(HIDDEN).articles == 2
    collect(store, replace(ITEM, title="다시 바뀐 제목"))
    store.save_tags([tags(ITEM, mention("hanbit"))], LATER)
    assert listed(store) == sorted([ITEM.id, OTHER.id])
    assert store.check() == []


def test_a_muted_article_can_be_corrected(store: SqliteStore) -> None:
    number = store.mute(KINDS[0], NOON)
    said = store.correct(Correction(OTHER.id, CorrectionKind.RELEVANCE, relevant=False), NOON)
    assert not store.article(OTHER.id).card.muted, "an article that does not count is not hidden"
    assert store.mutes()[0].articles == store.counts(HIDDEN).articles == 0
    store.undo_correction(said, LATER)
    assert store.article(OTHER.id).card.muted
    store.correct(Correction(OTHER.id, CorrectionKind.TONE, "nurisem", Tone.NEGATIVE), LATER)
    assert listed(store) == [ITEM.id]
    store.unmute(number, LATER)
    assert store.counts(ArticleFilter(companies=("nurisem",))).tones == {Tone.NEGATIVE: 1}
    assert store.check() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET relevant = 1",
        "UPDATE articles SET relevant = 2",
        "UPDATE mentions SET relevant = 1",
        "DELETE FROM mute_hits",
        "UPDATE mutes SET undone_at = 1",
        "UPDATE mutes SET value = '견학'",
    ],
)
def test_articles_that_nobody_hides_are_found(store: SqliteStore, statement: str) -> None:
    store.mute(KINDS[1], NOON)
    with store._connections.write_tx() as connection:
        connection.execute(statement)
    assert store.check()


OUTLETS = ("가람일보", "나루신문")
TITLES = ("한빛칩 견학 행사", "[포토] HBM4 시연", "누리셈 강연과 한빛")
MUTES = st.one_of(
    st.builds(Mute, st.just(MuteKind.OUTLET), st.sampled_from(OUTLETS)),
    st.just(Mute(MuteKind.SOURCE, "alpha")),
    st.builds(
        Mute, st.just(MuteKind.KEYWORD), st.sampled_from(["한빛", "포토 OR 강연", "hbm -견학"])
    ),
    st.builds(Mute, st.just(MuteKind.STORY), st.integers(0, 4).map(lambda n: article(n).id)),
)


@st.composite
def histories(
    draw: st.DrawFn,
) -> tuple[list[Article], list[TagResult], list[tuple[str, Any]]]:
    """Articles, their first tags, and what job and people then do, in any order."""
    items = [
        article(
            number,
            outlet=draw(st.sampled_from(OUTLETS)),
            source_id=draw(st.sampled_from(["alpha", "beta"])),
            title=draw(st.sampled_from(TITLES)),
            published_at=NOON + timedelta(days=draw(st.integers(0, 3))),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    first = [draw(results(item)) for item in items if draw(st.integers(0, 5)) > 0]
    steps: list[tuple[str, Any]] = []
    for _ in range(draw(st.integers(1, 14))):
        item = draw(st.sampled_from(items))
        kinds = ["mute", "mute", "unmute", "correct", "undo", "tags", "assign", "text"]
        kind = draw(st.sampled_from(kinds))
        value: Any = None
        if kind == "mute":
            value = draw(MUTES)
        elif kind == "correct":
            value = draw(corrections_of(item))
        elif kind in ("undo", "unmute"):
            value = draw(st.integers(1, 6))
        elif kind == "tags":
            value = draw(results(item))
        elif kind == "text":
            value = (replace(item, title=draw(st.sampled_from(TITLES))), draw(results(item)))
        steps.append((kind, value))
    return items, first, steps


def take(store: SqliteStore, kind: str, value: Any) -> None:
    if kind == "tags":
        store.save_tags([value], NOON)
    elif kind == "text":
        collect(store, value[0])
        assert store.check() == []
        store.save_tags([value[1]], NOON)
    elif kind == "assign":
        store.assign_stories()
    else:
        revision = store.revision()
        calls: dict[str, Callable[[Any, datetime], object]] = {
            "correct": store.correct,
            "undo": store.undo_correction,
            "mute": store.mute,
            "unmute": store.unmute,
        }
        try:
            calls[kind](value, LATER)
        except (NotFound, AlreadyCorrected, AlreadyKept):
            assert store.revision() == revision


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories(), st.randoms())
def test_mutes_hide_just_what_they_say_and_undone_they_leave_no_trace(
    history: tuple[list[Article], list[TagResult], list[tuple[str, Any]]], chance: Any
) -> None:
    items, first, steps = history
    with (
        tempfile.TemporaryDirectory() as here,
        tempfile.TemporaryDirectory() as there,
        opened(Path(here)) as store,
        opened(Path(there)) as plain,
    ):
        for one in (store, plain):
            collect(one, *items)
            one.save_tags(first, NOON)
            one.assign_stories()
        for kind, value in steps:
            take(store, kind, value)
            if kind not in ("mute", "unmute"):
                take(plain, kind, value)
            assert store.check() == []
        active = store.mutes()
        cards = [detail.card for detail in plain.export(ALL)]
        hit = {card.id for card in cards if any(hides(mute, card) for mute in active)}
        assert set(listed(store, replace(HIDDEN))) == hit
        assert [d.card.id for d in store.export(ALL)] == [c.id for c in cards if c.id not in hit]
        assert store.counts(ALL).articles == len(cards) - len(hit)
        assert {m.id: m.articles for m in active} == {
            m.id: sum(hides(m, card) for card in cards) for m in active
        }
        chance.shuffle(active)
        for mute in active:
            assert store.unmute(mute.id, LATER)
        assert store.check() == []
        assert content(store) == content(plain)
        assert list(store.export(ALL)) == list(plain.export(ALL))


# --- views, groups, edits ------------------------------------------------------------------------


def test_views_are_kept_renamed_deleted_and_brought_back(store: SqliteStore) -> None:
    view = SavedView("자사 부정 기사", "articles", "company=hanbit&tone=negative", "가온")
    number = store.save_view(view, NOON)
    other = store.save_view(replace(view, name="경쟁사"), NOON)
    kept = replace(view, id=number, made_at=NOON)
    assert store.saved_views() == [replace(kept, name="경쟁사", id=other), kept]
    for name in ("경쟁사", "자사 부정 기사"):
        with pytest.raises(AlreadyKept) as caught:
            store.save_view(replace(view, name=name), LATER)
        assert caught.value.subject == name
    with pytest.raises(AlreadyKept):
        store.rename_view(number, "경쟁사", LATER)
    revision = store.revision()
    store.rename_view(number, view.name, LATER)
    assert store.revision() == revision, "nothing was changed"
    store.rename_view(number, "아침", LATER)
    assert store.delete_view(other, LATER, "나래")
    assert not store.delete_view(other, LATER)
    assert [v.name for v in store.saved_views()] == ["아침"]
    with pytest.raises(NotFound):
        store.rename_view(other, "무엇", LATER)
    store.rename_view(number, "경쟁사", LATER)
    with pytest.raises(AlreadyKept):
        store.restore_view(other, LATER)
    store.rename_view(number, "아침", LATER)
    assert store.restore_view(other, LATER)
    assert not store.restore_view(other, LATER)
    assert [v.id for v in store.saved_views()] == [other, number]


def test_a_company_stands_in_one_group(store: SqliteStore) -> None:
    assert store.audiences() == []
    store.set_audience(Audience(Group.COMPETITOR, ("orbit", "nurisem")), NOON)
    store.set_audience(Audience(Group.OWN, ("nurisem", "nobody-yet")), NOON)
    own = Audience(Group.OWN, ("nurisem", "nobody-yet"))
    assert store.audiences() == [own, Audience(Group.COMPETITOR, ("orbit",))]
    store.set_audience(Audience(Group.COMPETITOR), NOON)
    assert store.audiences() == [own]


def test_edits_wait_are_reported_and_undone(store: SqliteStore) -> None:
    edit = ConfigEdit(EditKind.ALIAS_ADD, "orbit", {"text": "오비트"}, "가온")
    number = store.edit_config(edit, NOON)
    with pytest.raises(AlreadyKept):
        store.edit_config(replace(edit, author="나래"), LATER)
    second = store.edit_config(replace(edit, values={"text": "오빗칩"}), LATER)
    assert [e.id for e in store.config_edits()] == [number, second]
    assert [e.id for e in store.config_edits(1)] == [second]
    assert store.config_edits()[0] == replace(edit, id=number, made_at=NOON)
    revision = store.revision()
    store.report_edit(number, EditState.WAITING)
    assert store.revision() == revision
    store.report_edit(number, EditState.REFUSED, "겹칩니다.", "taken.")
    refused = store.config_edits()[0]
    assert (refused.state, refused.text("ko"), refused.text("en")) == (
        EditState.REFUSED,
        "겹칩니다.",
        "taken.",
    )
    assert store.undo_edit(number, LATER, "나래")
    assert not store.undo_edit(number, LATER)
    assert [e.id for e in store.config_edits()] == [second]
    undone = store.config_edits(active_only=False)[0]
    assert (undone.active, undone.undone_at, undone.undone_by) == (False, LATER, "나래")
