"""Every page on a store in which whatever an outsider can write tries to break out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import clock, data, links
from db.model import Company, Evidence, Quote, Span, Tone
from tests import fake_store
from tests.fake_store import HOSTILE_TITLE, FakeStore
from tests.test_dashboard_pages import NOW

APP = str(Path(data.__file__).with_name("app.py"))
LONG = f"{HOSTILE_TITLE} {'가나다 ' * 2500}<script>window.ran=1</script>"
"""10,000 characters"""
WORDS = "1~2분기 10~20%↑ $x$ :red[빨강] **굵게**"
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "style", "base", "meta", "link", "svg"}


class Seen(HTMLParser):
    """The elements of a page that should not be there, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORBIDDEN:
            self.bad.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or address.startswith(("javascript:", "data:", "vbscript:")):
                self.bad.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def hostile_store() -> FakeStore:
    store = fake_store.filled(NOW)
    names = (Company("samsung", HOSTILE_TITLE, HOSTILE_TITLE, aliases=(HOSTILE_TITLE,)),)
    store.names = (*names, *store.names[2:])
    evidence = Evidence(LONG, Tone.NEGATIVE, "title", LONG)

    def spoiled(index: int) -> None:
        detail = store.details[index]
        mentions = tuple(
            replace(mention, surfaces=(LONG,), evidence=(evidence,))
            for mention in detail.card.mentions
        )
        card = replace(
            detail.card,
            title=f"{index} {LONG}",
            outlet=HOSTILE_TITLE,
            author=LONG,
            mentions=mentions,
            summary=(LONG,) if detail.card.summary else (),
            url="javascript:alert(1)" if index % 2 else detail.card.url,
        )
        store.details[index] = replace(
            detail,
            card=card,
            similar=(card,),
            body=LONG if detail.body else "",
            subheads=(LONG,) if detail.subheads else (),
            copyright=LONG,
            quotes=(Quote(LONG, Span("body", 0, 0), LONG, LONG, LONG),) if detail.quotes else (),
        )

    for index in range(len(store.details)):
        spoiled(index)
    store.statuses[:] = [
        replace(
            status,
            source=replace(status.source, outlet=HOSTILE_TITLE, section=LONG),
            message=LONG,
            message_en=LONG,
        )
        for status in store.statuses
    ]
    return store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStore]:
    store = hostile_store()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(data, "store", lambda: store)
    st.cache_data.clear()
    yield store
    st.cache_data.clear()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", [*links.PAGES])
def test_nothing_that_an_outsider_wrote_breaks_out(store: FakeStore, name: str, lang: str) -> None:
    test = AppTest.from_file(APP, default_timeout=60)
    if name != "overview":
        test.run()
        test.switch_page(f"views/{name}.py")
    asked = {"lang": lang, "company": "samsung", "q": "script", "id": store.details[0].card.id}
    for key, value in asked.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    seen = Seen()
    for part in test.html:
        if not part.value.startswith("<style>"):
            seen.feed(part.value)
    assert seen.bad == []
    if name in {"overview", "articles", "companies", "sources", "article"}:
        assert WORDS in "".join(seen.text)
    for element in [*test.main, *test.sidebar]:
        for words in (getattr(element, "label", ""), getattr(element, "value", "")):
            if element.type in {"html", "multiselect", "text_input", "text_area", "selectbox"}:
                continue
            assert ":red[" not in str(words), (element.type, "read as markdown")
    for chart in test.get("plotly_chart"):
        assert "<script" not in chart.proto.spec
        assert "$x$" not in chart.proto.spec
