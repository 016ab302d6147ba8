"""News while a page is open is offered, and never forced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.data import Reader
from db.errors import StoreLocked
from tests import fake_store
from tests.fake_store import FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def script(lang: str, url: str, revision: str) -> None:
    from dashboard import fresh
    from dashboard.data import Reader
    from dashboard.labels import Labels

    fresh.watch(Labels(lang), Reader(url, revision))


def watch(drawn: Reader, lang: str = "ko") -> AppTest:
    """What the watching part of a page shows that was drawn by ``drawn``."""
    args = (lang, drawn.url, drawn.revision)
    return AppTest.from_function(script, args=args, default_timeout=20).run()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    st.cache_data.clear()
    made = fake_store.filled(NOW)
    monkeypatch.setattr(data, "store", lambda: made)
    return made


def test_nothing_is_offered_while_nothing_changed(store: FakeStore) -> None:
    assert not watch(data.reader()).button


@pytest.mark.parametrize(
    ("lang", "words"), [("ko", "새 기사 1건 — 새로 고침"), ("en", "New articles: 1 — refresh")]
)
def test_new_articles_are_counted_and_offered(store: FakeStore, lang: str, words: str) -> None:
    drawn = data.reader()
    drawn.info()
    store.details = [*store.details, fake_store.hostile(NOW)]
    (button,) = watch(drawn, lang).button
    assert button.label == words


def test_a_change_without_new_articles_is_offered_without_a_number(store: FakeStore) -> None:
    drawn = data.reader()
    drawn.info()
    store.changes += 1
    (button,) = watch(drawn).button
    assert button.label == "새 내용이 있습니다 — 새로 고침"


def test_a_store_in_trouble_leaves_the_page_alone(store: FakeStore) -> None:
    drawn = data.reader()
    store.error = StoreLocked("x.db", "잠겼습니다.", "locked.")
    test = watch(drawn)
    assert not test.button
    assert not test.exception
