"""What people keep, at the dashboard: notes, hiding, saved views, groups, settings; and whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from hypothesis import given, strategies
from streamlit.testing.v1 import AppTest

from dashboard import clock, data, edit_forms, edit_rules, groups, person, saved
from dashboard.labels import Labels
from db.audiences import Audience, Group
from db.config_edits import ConfigEdit, EditKind, EditState
from db.errors import StoreReadOnly
from db.model import RightsMode
from db.mutes import Mute, MuteKind
from db.notes import Note
from db.query import ArticleFilter
from db.views import SavedView
from tests import fake_store
from tests.fake_store import FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
APP = str(Path(data.__file__).with_name("app.py"))
ARTICLE = fake_store.hostile(NOW).card.id
NASTY = "<script>x</script> :red[y] **z** $a$"
KO, EN = Labels("ko"), Labels("en")
Open = Callable[..., AppTest]


@pytest.fixture
def store() -> FakeStore:
    return fake_store.filled(NOW)


@pytest.fixture
def open_page(store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a page on the canned store, in a session of its own."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(data, "store", lambda: store)
    monkeypatch.setattr(data, "at_desk", lambda call: call(store))
    st.cache_data.clear()

    def opened(name: str = "overview", **params: str | list[str]) -> AppTest:
        test = AppTest.from_file(APP, default_timeout=30)
        if name != "overview":
            test.run()
            test.switch_page(f"views/{name}.py")
        for key, value in params.items():
            test.query_params[key] = value
        return test.run()

    yield opened
    st.cache_data.clear()


@pytest.fixture
def open_article(open_page: Open) -> Open:
    return lambda article=ARTICLE, **params: open_page("article", id=article, **params)


def body(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(part.value for part in test.html if not part.value.startswith("<style>"))


def words(test: AppTest) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body(test)))


def said(test: AppTest) -> str:
    (found,) = re.findall(r'<div class="said.*?</div>', body(test)) or [""]
    return re.sub(r"<[^>]+>", "", found)


def box(test: AppTest, key: str) -> object:
    """The only text field or select box whose key ends so."""
    every = (*test.text_input, *test.text_area, *test.selectbox, *test.multiselect)
    (found,) = [widget for widget in every if str(widget.key).endswith(key)]
    return found


def fill(test: AppTest, key: str, value: object) -> AppTest:
    box(test, key).set_value(value)  # type: ignore[attr-defined]
    return test


def press(test: AppTest, key: str) -> AppTest:
    return test.button(key=key).click().run()


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_is_kept_shown_deleted_and_brought_back(
    store: FakeStore, open_article: Open
) -> None:
    test = fill(
        fill(open_article(), f"note:{ARTICLE}:name", " 김나래 "), ":text", f" {NASTY}\n둘째 줄"
    )
    press(test, "note-save")
    (note,) = store.notes(ARTICLE)
    assert (note.text, note.author, note.made_at) == (f"{NASTY}\n둘째 줄", "김나래", NOW)
    assert box(test, f"{ARTICLE}:text").value == "", "ready for the next one"  # type: ignore[attr-defined]
    assert "<script" not in body(test)
    assert "&lt;script&gt;x&lt;/script&gt; :red[y] **z** $a$" in body(test)
    assert "김나래 · 오늘 12:00" in words(test)
    assert "메모 1" in words(test)

    press(test, f"note-delete-{note.id}")
    assert store.notes(ARTICLE), "asked first"
    press(test, f"note-keep-{note.id}")
    press(press(test, f"note-delete-{note.id}"), f"note-sure-{note.id}")
    assert store.notes(ARTICLE) == []
    assert said(test) == KO("note.deleted")
    press(test, "said-undo-notes")
    assert store.notes(ARTICLE) == [note]


def test_lists_mark_articles_with_notes(store: FakeStore, open_page: Open) -> None:
    store.add_note(Note(ARTICLE, "확인"), NOW)
    page = body(open_page("articles", period="today"))
    assert page.count('class="noted"') == 1
    assert "메모 1" in page


def test_an_empty_or_doubled_note_is_told(store: FakeStore, open_article: Open) -> None:
    test = press(fill(open_article(), f"{ARTICLE}:text", "  \n "), "note-save")
    assert said(test) == KO("note.empty")
    store.add_note(Note(ARTICLE, "확인"), NOW)
    press(fill(test, f"{ARTICLE}:text", "확인"), "note-save")
    assert "이미 있습니다" in said(test)
    assert len(store.notes(ARTICLE)) == 1


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_what_cannot_be_written_says_so_and_nothing_typed_is_lost(
    open_article: Open, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    test = fill(open_article(lang=lang), f"{ARTICLE}:text", "적은 말")

    def closed(_: object) -> None:
        raise StoreReadOnly("/data/x.db", "까닭과 할 일.", "Why and what to do.")

    monkeypatch.setattr(data, "at_desk", closed)
    press(test, "note-save")
    assert ("까닭과 할 일." if lang == "ko" else "Why and what to do.") in said(test)
    assert box(test, f"{ARTICLE}:text").value == "적은 말"  # type: ignore[attr-defined]
    for key in ("hide-outlet", "hide-story"):
        assert "x.db" in said(press(test, key))


# --- hiding --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["outlet", "story"])
def test_an_article_hides_its_outlet_or_story_and_back(
    store: FakeStore, open_article: Open, kind: str
) -> None:
    before = store.counts(ArticleFilter())
    test = press(open_article(), f"hide-{kind}")
    (mute,) = store.mutes()
    assert (mute.kind, mute.articles) == (kind, 1)
    assert "숨겼습니다" in said(test)
    assert "<script" not in body(test)
    assert KO("mute.hidden") in body(test)
    assert store.counts(ArticleFilter()).articles == before.articles - 1
    press(test, "said-undo-hiding")
    assert "다시 보입니다" in said(test)
    assert KO("mute.hidden") not in body(test)
    assert store.counts(ArticleFilter()) == before


@pytest.mark.parametrize("name", ["overview", "articles", "companies"])
def test_pages_say_how_much_is_left_out(store: FakeStore, open_page: Open, name: str) -> None:
    assert 'class="excluded"' not in body(open_page(name, period="30d"))
    store.mute(Mute(MuteKind.KEYWORD, "인터뷰"), NOW)
    store.mute(Mute(MuteKind.OUTLET, "가온일보"), NOW)
    month = ArticleFilter(start=datetime(2026, 10, 25).date(), end=NOW.date(), muted=True)  # noqa: DTZ001
    left_out = store.counts(month).articles
    assert left_out > 10
    page = body(open_page(name, period="30d"))
    assert f"숨김 규칙 2개로 {left_out}건 제외" in page
    assert re.search(r'href="settings\?[^"]*section=mutes', page)
    # it counts the page's own filter
    alone = body(open_page(name, company="onnuri", period="today"))
    assert 'class="excluded"' not in alone


def test_what_is_left_out_can_be_listed(store: FakeStore, open_page: Open) -> None:
    store.mute(Mute(MuteKind.OUTLET, "가온일보"), NOW)
    page = body(open_page("articles", period="30d"))
    assert 'href="articles?period=30d&amp;hidden=1"' in page
    assert "가온일보" not in re.sub("<option.*", "", page)
    hidden = open_page("articles", period="30d", hidden="1")
    assert KO("mute.only") in body(hidden)
    outlets = re.findall(r'<span class="mt"><bdi>(.*?)</bdi>', body(hidden))
    assert set(outlets) == {"가온일보"}
    assert "hidden=1&amp;sort=oldest" in body(hidden)
    assert 'href="articles?period=30d"' in body(hidden), "the chip leads back"


def test_keywords_are_hidden_in_the_settings(store: FakeStore, open_page: Open) -> None:
    test = open_page("settings", section="mutes")
    assert KO("mute.none") in body(test)
    press(fill(test, "kept:words", "-HBM"), "mute-save")
    assert said(test) == KO("mute.unusable")
    press(
        fill(fill(test, "kept:words", " 포토  OR 인터뷰 "), "kept:mute-name", "나래"), "mute-save"
    )
    (mute,) = store.mutes()
    assert (mute.value, mute.author) == ("포토 OR 인터뷰", "나래")
    assert f"제목에 ‘ 포토 OR 인터뷰 ’ 나래 · 오늘 12:00 · 기사 {mute.articles}건 숨김" in words(
        test
    )
    press(fill(test, "kept:words", "포토 OR 인터뷰"), "mute-save")
    assert "이미 숨겼습니다" in said(test)
    press(test, "outlet-save")
    assert said(test) == KO("mute.outlet_choose")
    press(fill(test, "kept:outlet", "가온일보"), "outlet-save")
    assert [m.value for m in store.mutes()] == ["가온일보", "포토 OR 인터뷰"]
    press(test, f"undo-mute-{mute.id}")
    assert [m.value for m in store.mutes()] == ["가온일보"]
    assert store.mutes(active_only=False)[1].undone_by == "나래"


def test_with_everything_hidden_the_way_back_is_open(store: FakeStore, open_page: Open) -> None:
    for outlet in {detail.card.outlet for detail in store.details}:
        store.mute(Mute(MuteKind.OUTLET, outlet), NOW)
    test = open_page("settings", section="mutes")
    press(test, "undo-mute-1")
    assert len(store.mutes()) == len({detail.card.outlet for detail in store.details}) - 1


# --- views ---------------------------------------------------------------------------------------


def test_a_view_is_saved_listed_renamed_deleted(store: FakeStore, open_page: Open) -> None:
    test = open_page("articles", company=["samsung"], tone="negative", sort="oldest", cursor="20")
    press(test, "view-save-articles")
    assert said(test) == KO("view.nameless")
    press(fill(test, "view:articles:name", "아침  점검"), "view-save-articles")
    (view,) = store.saved_views()
    assert (view.name, view.page) == ("아침 점검", "articles")
    assert view.query == "company=samsung&tone=negative&sort=oldest", "a place in a list is no view"
    assert '<ul class="side-views">' in body(test)
    assert 'href="articles?company=samsung&amp;tone=negative&amp;sort=oldest"' in body(test)

    settings = open_page("settings", section="views")
    press(fill(settings, "kept:name", "저녁 점검"), "rename-save")
    assert store.saved_views()[0].name == "저녁 점검"
    press(settings, f"undo-view-{view.id}")
    assert store.saved_views() == []
    press(settings, "said-undo-view-list")
    assert store.saved_views()[0].name == "저녁 점검"


def test_a_view_of_the_standard_filter_says_so(store: FakeStore, open_page: Open) -> None:
    press(fill(open_page(), "view:overview:name", "기본"), "view-save-overview")
    assert store.saved_views()[0].query == "period=7d"


@pytest.mark.parametrize("page", ["overview", "settings"])
def test_what_stands_in_a_view_is_never_trusted(
    store: FakeStore, open_page: Open, page: str
) -> None:
    query = "q=%22%3E%3Cscript%3E&company=nobody&lang=xx&" + "x=1&" * 50
    store.save_view(SavedView(NASTY, "articles", query, NASTY[:40]), NOW)
    store.save_view(SavedView("없어진 화면", "gone", "javascript:alert(1)"), NOW)
    test = open_page(page, section="views")
    assert "<script" not in body(test)
    assert "lang=xx" not in body(test)
    assert "gone?" not in body(test)
    assert "javascript" not in body(test)


def test_an_english_page_opens_english_views() -> None:
    view = SavedView("x", "overview", "period=30d&lang=ko")
    assert saved.href(view, "en") == "./?period=30d&lang=en"
    assert saved.href(view, "ko") == "./?period=30d"


@given(strategies.text(max_size=300), strategies.text(max_size=40))
def test_any_view_gives_an_address_of_ours_or_none(query: str, page: str) -> None:
    address = saved.href(SavedView("x", page, query), "ko")
    assert not address or re.fullmatch(r"(\./|[a-z]+)(\?[\w%.~+&=-]*)?", address)


# --- groups --------------------------------------------------------------------------------------


def test_groups_are_chosen_once_and_offered_everywhere(store: FakeStore, open_page: Open) -> None:
    test = open_page("settings", section="groups")
    fill(test, "group.own", ["byeolmaru"])
    press(fill(test, "group.competitor", ["samsung", "byeolmaru"]), "groups-save")
    assert "별마루칩스" in said(test)
    assert store.audiences() == []
    press(fill(test, "group.competitor", ["samsung", "sk-hynix"]), "groups-save")
    assert store.audiences() == [
        Audience(Group.OWN, ("byeolmaru",)),
        Audience(Group.COMPETITOR, ("samsung", "sk-hynix")),
    ]
    for name in ("overview", "articles", "companies"):
        page = open_page(name)
        pills = page.button_group(key=f"{name}.group")
        assert len(pills.options) == 2
        pills.set_value("competitor")
        page.run()
        assert page.query_params["company"] == ["samsung", "sk-hynix"]
        assert page.button_group(key=f"{name}.group").value == "competitor"
        page.button_group(key=f"{name}.group").set_value(None)
        page.run()
        assert "company" not in page.query_params


def test_the_overview_sets_groups_side_by_side(store: FakeStore, open_page: Open) -> None:
    store.set_audience(Audience(Group.OWN, ("byeolmaru", "left-the-dictionary")), NOW)
    assert KO("group.rule") not in body(open_page(period="30d")), "one alone compares with nothing"
    store.set_audience(Audience(Group.COMPETITOR, ("samsung", "sk-hynix")), NOW)
    page = words(open_page(period="30d"))
    start = datetime(2026, 10, 25).date()  # noqa: DTZ001
    for name, ids in (("자사", ("byeolmaru",)), ("경쟁사", ("samsung", "sk-hynix"))):
        count = store.counts(ArticleFilter(start=start, end=NOW.date(), companies=ids)).articles
        assert re.search(rf"{name} 기업 {len(ids)}곳 {count}건", page)


def test_a_group_is_recognised_by_its_companies() -> None:
    found = groups.known([Audience(Group.OWN, ("a", "gone")), Audience(Group.INDUSTRY)], {"a", "b"})
    assert found == {"own": ("a",)}
    assert groups.chosen(found, ("a",)) == "own"
    assert groups.chosen(found, ("a", "b")) is None
    assert groups.chosen(found, ()) is None


# --- edits ---------------------------------------------------------------------------------------


def test_words_of_a_company_are_edited(store: FakeStore, open_page: Open) -> None:
    test = open_page("settings", section="companies", of="samsung")
    press(test, "edit-alias_add")
    assert said(test) == KO("edit.bad_empty")
    press(fill(test, "edit:samsung:words", "하이닉스"), "edit-alias_add")
    assert "하이닉스은(는) 이미 SK하이닉스의 별칭입니다" in said(test)
    press(fill(test, "edit:samsung:words", "삼성반도체"), "edit-alias_add")
    assert said(test) == KO("edit.kept")
    press(fill(test, "edit:samsung:words", "삼성생명"), "edit-exclusion_add")
    press(fill(test, "edit:samsung:alias", "삼전"), "edit-unalias")
    press(fill(test, "edit:samsung:en", "Samsung"), "edit-names-save")
    kinds = [(edit.kind.value, edit.target) for edit in store.config_edits()]
    assert kinds == [
        (kind, "samsung")
        for kind in ("alias_add", "exclusion_add", "alias_remove", "company_names")
    ]
    store.report_edit(1, EditState.APPLIED)
    store.report_edit(2, EditState.REFUSED, f"{NASTY} 안 됩니다.", "no.")
    store.changes += 1
    page = open_page("settings", section="companies")
    assert "안 됩니다." in words(page)
    assert "<script" not in body(page)
    for state in EditState:
        assert KO(f"edit.state_{state}") in body(page)
    press(page, "undo-edit-2")
    assert "되돌렸습니다" in said(page)
    assert [edit.id for edit in store.config_edits()] == [1, 3, 4]


def test_a_company_is_added(store: FakeStore, open_page: Open) -> None:
    test = open_page("settings", section="companies")
    wrong = {
        "new:id": "Not OK",
        "new:name_ko": "누리",
        "new:name_en": "Nuri",
        "new:aliases": "누리\n\n",
    }
    for key, value in wrong.items():
        fill(test, key, value)
    press(test, "new-save")
    assert said(test) == KO("edit.bad_slug")
    press(fill(test, "new:id", "nuri"), "new-save")
    assert said(test) == KO("edit.kept")
    (edit,) = store.config_edits()
    assert edit.values == {"name_ko": "누리", "name_en": "Nuri", "aliases": "누리"}


def test_a_source_is_changed_and_another_added(store: FakeStore, open_page: Open) -> None:
    test = open_page("settings", section="sources", of="src-0")
    press(test, "turn-src-0")
    press(fill(test, "edit:src-0:section", "속보"), "section-save")
    (rights,) = [g for g in test.button_group if g.key == "edit:src-0:rights"]
    rights.set_value("full")
    press(test, "rights-save")
    assert said(test) == KO("edit.bad_licence")
    press(fill(test, "edit:src-0:licence", "2026 계약"), "rights-save")
    fill(fill(test, "feed:url", "ftp://x.example"), "feed:outlet", "새매체")
    press(test, "feed-save")
    assert said(test) == KO("edit.bad_url")
    press(fill(test, "feed:url", "https://feeds.invalid/1.xml"), "feed-save")
    assert said(test) == KO("edit.bad_known_url")
    press(fill(test, "feed:url", "https://new.example/rss"), "feed-save")
    assert [(e.kind.value, dict(e.values)) for e in store.config_edits()[:3]] == [
        ("source_enabled", {"enabled": "no"}),
        ("source_section", {"section": "속보"}),
        ("source_rights", {"rights": "full", "licence": "2026 계약"}),
    ]
    added = store.config_edits()[3]
    assert (added.values["outlet"], added.values["rights"]) == ("새매체", "excerpt")
    assert edit_rules.SLUG.fullmatch(added.target)


def test_edits_of_what_is_gone_are_still_listed(store: FakeStore, open_page: Open) -> None:
    store.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "gone", {"text": "없음"}), NOW)
    store.edit_config(ConfigEdit(EditKind.SOURCE_ENABLED, "gone-feed", {"enabled": "no"}), NOW)
    assert "gone" in body(open_page("settings", section="companies", of="nobody"))
    assert "gone-feed" in body(open_page("settings", section="sources", of="nobody"))


def test_rules_of_edits() -> None:
    assert edit_rules.rights("full", "") == "edit.bad_licence"
    assert edit_rules.rights("mine", "x") == "edit.bad_rights"
    assert [edit_rules.rights(mode, "계약") for mode in RightsMode] == ["", "", ""]
    assert edit_rules.phrase("가" * 61) == "edit.bad_long"
    feed = {"url": "https://[bad", "outlet": "", "rights": "link", "licence": ""}
    assert edit_rules.source(feed, ()) == "edit.bad_url"
    assert edit_rules.source(feed | {"url": "https://a.example"}, ()) == "edit.bad_outlet"
    names = {"name_ko": "가", "name_en": "", "aliases": ""}
    assert edit_rules.company("a", names, ()) == "edit.bad_names"
    assert edit_rules.company("a", names | {"name_en": "A"}, ()) == "edit.bad_empty"
    assert edit_rules.company("a", names | {"name_en": "A" * 81}, ()) == "edit.bad_long_name"
    assert edit_rules.company("a", names, ("a",)) == "edit.bad_taken"


@given(strategies.text(min_size=1, max_size=40))
def test_a_new_source_has_an_id_of_its_own(path: str) -> None:
    one, other = (edit_forms.slug(f"https://뉴스.example/{path}{n}") for n in "12")
    assert one != other
    assert edit_rules.SLUG.fullmatch(one)


# --- display, and whose it is --------------------------------------------------------------------


def test_pictures_of_publishers_load_only_when_allowed(open_page: Open) -> None:
    picture = '<img src="https://tracker.invalid/p.png"'
    test = open_page("article", id=ARTICLE)
    assert picture not in body(test)
    test.switch_page("views/settings.py")
    test.query_params["section"] = "display"
    test.run()
    (toggle,) = test.toggle
    assert not toggle.value
    toggle.set_value(True)
    test.run()
    test.switch_page("views/article.py")
    test.query_params["id"] = ARTICLE
    test.run()
    assert picture in body(test)


@pytest.mark.parametrize("section", ["companies", "sources", "mutes", "views", "groups", "display"])
def test_english_settings_have_no_korean_label(
    store: FakeStore, open_page: Open, section: str
) -> None:
    store.mute(Mute(MuteKind.KEYWORD, "photo"), NOW)
    store.save_view(SavedView("mine", "articles", "period=7d"), NOW)
    test = open_page("settings", section=section, lang="en")
    widgets = (*test.button_group, *test.text_area, *test.text_input, *test.button, *test.selectbox)
    texts = " ".join(str(widget.label) for widget in widgets)
    assert not re.search("[가-힣]", texts)


def asked(monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], user: dict[str, object]) -> str:
    monkeypatch.setattr(
        person,
        "st",
        SimpleNamespace(
            user=SimpleNamespace(to_dict=lambda: user),
            context=SimpleNamespace(headers=headers),
            session_state={},
        ),
    )
    return person.name()


def test_a_login_gives_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(person.HEADER, raising=False)
    user = {"is_logged_in": True, "name": " 김 나래 ", "email": "n@x.example"}
    assert asked(monkeypatch, {}, user) == "김 나래"
    assert asked(monkeypatch, {}, {"is_logged_in": True, "email": "n@x.example"}) == "n@x.example"
    assert asked(monkeypatch, {}, {"is_logged_in": False, "name": "x"}) == ""
    assert len(asked(monkeypatch, {}, {"is_logged_in": True, "name": "가" * 99})) == 40


def test_a_header_is_believed_only_if_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"X-User": "김나래".encode().decode("latin-1"), "X-Other": "someone"}
    monkeypatch.delenv(person.HEADER, raising=False)
    assert asked(monkeypatch, headers, {}) == ""
    monkeypatch.setenv(person.HEADER, "X-User")
    assert asked(monkeypatch, headers, {}) == "김나래"
    assert asked(monkeypatch, {"X-User": "na\u0000rae\nx"}, {}) == "narae x"
    assert asked(monkeypatch, {}, {}) == ""


def test_whoever_is_logged_in_signs_everything(
    store: FakeStore, open_article: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person, "signed_in", lambda: "로그인한 사람")
    test = open_article()
    assert not [b for b in test.text_input if str(b.key).endswith(":name") and "view" not in b.key]
    press(fill(test, f"{ARTICLE}:text", "메모"), "note-save")
    press(test, "hide-outlet")
    assert store.notes(ARTICLE)[0].author == store.mutes()[0].author == "로그인한 사람"


def test_a_name_given_once_signs_what_follows(store: FakeStore, open_article: Open) -> None:
    test = fill(fill(open_article(), f"note:{ARTICLE}:name", "나래"), f"{ARTICLE}:text", "메모")
    press(press(test, "note-save"), "hide-story")
    assert store.mutes()[0].author == "나래"
