"""Hiding from a list, and what a browser remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import browser, card_menu, clock, data, pictures, remembered
from dashboard.browser import Heard
from dashboard.labels import Labels
from db.mutes import MuteKind
from tests import fake_store
from tests.fake_store import FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
APP = str(Path(data.__file__).with_name("app.py"))
KO = Labels("ko")
Choose = Callable[[str, str], AppTest]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made = fake_store.filled(NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(data, "store", lambda: made)
    monkeypatch.setattr(data, "at_desk", lambda call: call(made))
    return made


@pytest.fixture
def choose(store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Choose]:
    """Opens the list and chooses, in a card's menu, what the browser would then say."""
    st.cache_data.clear()

    def chosen(kind: str, article: str) -> AppTest:
        test = AppTest.from_file(APP, default_timeout=30).run()
        test.switch_page("views/articles.py").run()
        said = iter([Heard(None, None, f"{kind} {article}")])
        silent = Heard(None, None)
        monkeypatch.setattr(browser, "listen", lambda *_: next(said, silent))
        return test.run()

    yield chosen
    st.cache_data.clear()


def body(test: AppTest) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


def test_every_card_of_a_list_has_one_menu(choose: Choose) -> None:
    page = body(choose("", ""))
    assert page.count('<details class="menu">') == page.count('class="li"') > 0


def test_an_outlet_is_hidden_and_shown_again(store: FakeStore, choose: Choose) -> None:
    card = store.details[0].card
    test = choose("outlet", card.id)
    (mute,) = store.mutes()
    assert (mute.kind, mute.value) == (MuteKind.OUTLET, card.outlet)
    assert f'data-id="{card.id}"' not in body(test)
    assert "숨겼습니다" in body(test)
    test.button(key="said-undo-hiding").click().run()
    assert store.mutes() == []
    assert "다시 보입니다" in body(test)


def test_a_story_is_hidden(store: FakeStore, choose: Choose) -> None:
    card = store.details[0].card
    choose("story", card.id)
    assert [(m.kind, m.value) for m in store.mutes()] == [(MuteKind.STORY, card.story_id)]


def test_words_are_asked_for(store: FakeStore, choose: Choose) -> None:
    test = choose("words", store.details[0].card.id)
    (field,) = [f for f in test.text_input if f.key == "hide:list:words"]
    field.input("경진대회")
    test.button(key="hide-list-words").click().run()
    assert [(m.kind, m.value) for m in store.mutes()] == [(MuteKind.KEYWORD, "경진대회")]


def test_words_that_would_hide_everything_are_refused(store: FakeStore, choose: Choose) -> None:
    test = choose("words", store.details[0].card.id)
    next(f for f in test.text_input if f.key == "hide:list:words").input("-HBM")
    test.button(key="hide-list-words").click().run()
    assert store.mutes() == []
    assert KO("mute.unusable") in body(test)


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        ("outlet", "../x"),
        ("outlet", ""),
        ("everything", "a"),
        ("keyword", "a"),
        ("story", "a" * 65),
    ],
)
def test_a_browser_that_says_anything_else_hides_nothing(
    store: FakeStore, choose: Choose, kind: str, article: str
) -> None:
    test = choose(kind, article)
    assert store.mutes() == []
    assert 'class="problem"' not in body(test)


def test_an_article_that_is_gone_is_told(store: FakeStore, choose: Choose) -> None:
    assert "said bad" in body(choose("outlet", "abc"))
    assert store.mutes() == []


def test_the_menu_shows_foreign_text_literally() -> None:
    made = card_menu.menu(KO, fake_store.hostile(NOW).card)
    assert "<script" not in made
    assert "<b>" not in made
    assert "&lt;b&gt;굵은" in made


def test_a_feed_is_hidden_in_the_settings(store: FakeStore) -> None:
    st.cache_data.clear()
    test = AppTest.from_file(APP, default_timeout=30).run()
    test.query_params["section"] = "mutes"
    test.switch_page("views/settings.py").run()
    source = store.statuses[1].source
    test.selectbox(key="kept:source").set_value(source.id)
    test.button(key="source-save").click().run()
    assert [(m.kind, m.value) for m in store.mutes()] == [(MuteKind.SOURCE, source.id)]
    assert source.outlet in body(test)


@pytest.mark.parametrize(
    ("cookie", "expected"), [("yes", True), ("no", False), ("<b>", False), (None, False)]
)
def test_pictures_are_remembered_by_the_browser(
    monkeypatch: pytest.MonkeyPatch, cookie: str | None, expected: bool
) -> None:
    found = {} if cookie is None else {"chipwatch_pictures": cookie}
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies=found))
    monkeypatch.setattr(st, "session_state", {})
    assert pictures.allowed() is expected
    assert remembered.cookies() == {}
    pictures.allow(not expected)
    assert pictures.allowed() is not expected
    assert remembered.cookies() == {"chipwatch_pictures": "no" if expected else "yes"}


def test_only_choices_are_remembered() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        remembered.keep("lang", "x; path=/")
