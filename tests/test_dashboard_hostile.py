"""A walk over every page on a store all of whose texts try to break out: each stays text.

The pages' HTML is read as a browser reads it; labels and options as Streamlit's markdown does;
charts as Plotly reads its texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import clock, data
from db.audiences import Audience, Group
from db.corrections import REASON_LENGTH
from db.model import Company, Correction, CorrectionKind, Tone
from db.mutes import Mute, MuteKind
from db.notes import Note
from db.query import ArticleFilter
from db.views import SavedView
from tests import fake_store
from tests.fake_store import FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
APP = str(Path(data.__file__).with_name("app.py"))
BAD = (
    "<script>alert(1)</script> <b>x</b> 1~2분기 10~20% $x$ $$y$$ :red[빨강] :material/home: "
    "**굵게** `c` [a](https://b.invalid) ![](https://tracker.invalid/p.png) -> \u202e뒤집힘"
)
LONG = "가나다라마바사아자차" * 1000
PAGES = {
    "overview": [{}, {"at": "2026-11-23"}, {"split": "company"}],
    "articles": [{}, {"q": BAD[:60]}, {"hidden": "1"}, {"q": "zzzz", "outlet": BAD}],
    "stories": [{}, {"story": "hostile"}],
    "companies": [{}, {"company": "samsung"}, {"company": ["samsung", "nvidia"]}],
    "sources": [{}, {"source": "src-0"}],
    "settings": [
        {"section": section}
        for section in ("companies", "sources", "mutes", "views", "groups", "display")
    ],
    "article": [{"id": "hostile"}, {"id": "long"}],
}
CASES = [(name, params) for name, several in PAGES.items() for params in several]
TAGS = """a article aside b bdi br button code dd del details div dl dt em figcaption figure h1 h2
h3 i img ins li mark nav ol p s section small span style summary table tbody td th thead tr u ul"""


class Seen(HTMLParser):
    """Tags, addresses and event handlers that a browser would see; the text outside of bdi."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.odd: list[str] = []
        self.bare: list[str] = []
        self.isolated = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.isolated += tag == "bdi"
        for name, value in attrs:
            if name.startswith("on") or (name == "href" and "javascript:" in (value or "")):
                self.odd.append(f"{tag} {name}={value}")
            if name == "src" and not (value or "").startswith(("app/static/", "/app/static/")):
                self.odd.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self.isolated -= tag == "bdi"

    def handle_data(self, data: str) -> None:
        if not self.isolated:
            self.bare.append(re.sub("\u2068[^\u2069]*\u2069", "", data))


def hostile_store() -> FakeStore:
    """The canned store with hostile names, texts, notes, mutes, views and corrections."""
    store = fake_store.filled(NOW)
    bad = fake_store.hostile(NOW)
    mention = replace(bad.card.mentions[0], surfaces=(BAD,))
    card = replace(
        bad.card,
        id="hostile",
        title=BAD,
        outlet=BAD,
        author=BAD,
        mentions=(mention,),
        summary=(BAD,),
    )
    bad = replace(bad, card=card, similar=(card,), body=BAD, subheads=(BAD,), image_credit=BAD)
    long_card = replace(card, id="long", title=LONG, outlet=LONG[:300], summary=(LONG,))
    long_one = replace(bad, card=long_card, similar=(long_card, card), body=LONG, subheads=(LONG,))
    muted = replace(bad, card=replace(card, id="muted", story_id="other"))
    store.details = [bad, long_one, muted, *store.details[:40]]
    store.names = tuple(
        Company(c.id, f"{BAD} {c.id}", f"{BAD} {c.id}", aliases=(BAD,)) for c in store.names
    )
    store.statuses = [
        replace(
            status,
            source=replace(status.source, outlet=f"{BAD} {status.source.id}", section=BAD),
            message=BAD,
            message_en=BAD,
            failures_in_row=4,
            failing_since_at=NOW - timedelta(days=1),
        )
        for status in store.statuses
    ]
    store.add_note(Note("hostile", BAD, BAD[:40]), NOW)
    store.save_view(SavedView(BAD[:40], "articles", "q=%3Cscript%3E", BAD[:40]), NOW)
    store.set_audience(Audience(Group.OWN, ("samsung",)), NOW)
    store.set_audience(Audience(Group.COMPETITOR, ("nvidia",)), NOW)
    store.correct(
        Correction(
            "hostile",
            CorrectionKind.TONE,
            "samsung",
            Tone.NEGATIVE,
            reason=BAD[:REASON_LENGTH],
            author=BAD[:40],
        ),
        NOW,
    )
    store.mute(Mute(MuteKind.STORY, "other", BAD[:40]), NOW)
    return store


@pytest.fixture(scope="module")
def store() -> FakeStore:
    return hostile_store()


@pytest.fixture
def opened(store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(data, "store", lambda: store)
    st.cache_data.clear()

    def page(name: str, params: dict[str, Any], lang: str) -> AppTest:
        test = AppTest.from_file(APP, default_timeout=40)
        if name != "overview":
            test.run()
            test.switch_page(f"views/{name}.py")
        for key, value in {**params, "lang": lang}.items():
            test.query_params[key] = value
        return test.run()

    yield page
    st.cache_data.clear()


def labels_of(test: AppTest) -> list[str]:
    """Every text that Streamlit reads as markdown."""
    found = []
    for kind in ("button", "multiselect", "selectbox", "text_input", "text_area", "toggle"):
        for widget in test.get(kind):
            found += [widget.label, getattr(widget, "help", "") or ""]
    return found


def interpreted(text: str) -> str:
    """What of a label markdown would read as more than text: punctuation that is not escaped."""
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    return "".join(re.findall(r":\w+\[|\$.+\$|<\w|!?\[.*\]\(|\*\*|`|~.*~|->", bare))


def texts(part: object) -> Iterator[str]:
    """Every string in a chart that Plotly shows."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key not in {"color", "pattern", "font", "customdata", "type"}:
                yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)
    elif isinstance(part, str):
        yield part


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(("name", "params"), CASES, ids=[f"{n}-{p}" for n, p in CASES])
def test_hostile_text_stays_text(opened: Any, name: str, params: dict[str, Any], lang: str) -> None:
    test: AppTest = opened(name, params, lang)
    assert not test.exception
    for element in test.get("html"):
        if element.proto.body.startswith("<style>"):
            continue
        seen = Seen()
        seen.feed(element.proto.body)
        seen.close()
        assert seen.tags <= set(TAGS.split())
        assert seen.odd == []
        assert "\u202e" not in "".join(seen.bare), "a direction mark turns what is not foreign"
        assert 'class="problem"' not in element.proto.body
    assert [label for label in labels_of(test) if interpreted(label)] == []
    for chart in test.get("plotly_chart"):
        for text in texts(json.loads(chart.proto.spec)):
            assert not re.search(r"<(?!b>|/b>|br>|extra>|/extra>|i>|/i>)", text), text
            assert not re.search(r"\$.+\$", text), text


def test_the_walk_meets_hostile_text(opened: Any, store: FakeStore) -> None:
    """Or it would say nothing: where the bad text must be seen, letter by letter."""
    shown = "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;"
    for name in ("overview", "articles", "stories", "companies", "sources", "article"):
        page = opened(name, {"id": "hostile"}, "ko")
        assert shown in "\n".join(element.proto.body for element in page.get("html")), name
    assert store.counts(ArticleFilter(muted=True)).articles
    assert store.article("hostile").card.mentions[0].tone is Tone.NEGATIVE
