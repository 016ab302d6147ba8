"""Relations, keywords and accuracy: what is computed, drawn and shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import numpy as np
import pytest
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as hs
from streamlit.testing.v1 import AppTest

from dashboard import accuracy, clock, data, network, palette, rising
from dashboard.figures_network import NODE, PAIR
from dashboard.figures_network import network as figure_of
from dashboard.labels import Labels
from db.model import Correction, CorrectionKind, Tone
from db.query import ArticleFilter
from db.tallies import PairCount
from tests import fake_store
from tests.fake_store import FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
Open = Callable[..., AppTest]
KO = Labels("ko")


@pytest.fixture
def store() -> FakeStore:
    return fake_store.filled(NOW)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    st.cache_data.clear()

    def opened(store: FakeStore, name: str, **params: str | list[str]) -> AppTest:
        monkeypatch.setattr(data, "store", lambda: store)
        test = AppTest.from_file(
            str(data.__file__).replace("data.py", "app.py"), default_timeout=30
        )
        test.run()
        test.switch_page(f"views/{name}.py")
        for key, value in params.items():
            test.query_params[key] = value
        return test.run()

    yield opened
    st.cache_data.clear()


def body(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(part.value for part in test.html if not part.value.startswith("<style>"))


# --- layout ---------------------------------------------------------------------------------------

PAIRS = [
    PairCount("a", "b", 9),
    PairCount("a", "c", 4),
    PairCount("b", "c", 2),
    PairCount("d", "e", 1),
]


def test_the_layout_is_the_same_whatever_is_asked() -> None:
    sizes = dict.fromkeys("abcde", 5)
    few, all_ = network.arrange(PAIRS, sizes, 2), network.arrange(PAIRS, sizes, 4)
    assert all_ == network.arrange(PAIRS, sizes, 4)
    assert {node.company_id for node in few.nodes} == set("abc")
    # stretched, but nobody changes sides
    order = [node.company_id for node in sorted(all_.nodes, key=lambda node: node.x)]
    shown = [node.company_id for node in sorted(few.nodes, key=lambda node: node.x)]
    assert shown == [name for name in order if name in "abc"]


@settings(max_examples=30, deadline=None)
@given(
    hs.dictionaries(
        hs.tuples(hs.integers(0, 14), hs.integers(15, 25)), hs.integers(1, 500), max_size=60
    )
)
def test_every_node_has_a_place_of_its_own(found: dict[tuple[int, int], int]) -> None:
    pairs = [PairCount(f"c{a:02}", f"c{b:02}", n) for (a, b), n in found.items()]
    nodes = network.arrange(pairs, {}, 60).nodes
    places = np.array([(node.x, node.y) for node in nodes]).reshape(-1, 2)
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()
    assert len({(round(x, 6), round(y, 6)) for x, y in places}) == len(nodes)


def test_every_pair_has_a_point_that_can_be_clicked() -> None:
    found = network.arrange(PAIRS, dict.fromkeys("abcde", 5), 3)
    figure = figure_of(KO, palette.LIGHT, found, dict.fromkeys("abcde", "<b>$x$"), ("a",), ())
    points = [list(d) for t in figure.data if t.customdata is not None for d in t.customdata]
    assert [PAIR, "a", "b"] in points
    assert [NODE, "c"] in points
    assert sum(point[0] == PAIR for point in points) == 3
    assert "<b>$x$" not in str(figure.to_dict())


# --- rising ---------------------------------------------------------------------------------------


def test_a_rise_needs_evidence() -> None:
    changes = rising.compare(
        {"HBM4": 30, "NPU": 4, "new": 9, "rare": 2}, {"HBM4": 10, "NPU": 2, "old": 12}, 100, 100
    )
    assert [change.key for change in rising.rising(changes, 9)] == ["HBM4", "new"]
    assert rising.rising(changes, 9)[1].fresh
    assert [change.key for change in rising.falling(changes, 9)] == ["old"]


def test_a_busier_week_makes_nothing_rise() -> None:
    changes = rising.compare({"HBM4": 60, "NPU": 30}, {"HBM4": 20, "NPU": 10}, 300, 100)
    assert rising.rising(changes, 9) == []
    assert rising.compare({"HBM4": 6}, {}, 9, 0) == [], "nothing to compare with"


# --- pages ----------------------------------------------------------------------------------------


def test_a_pair_leads_to_exactly_its_articles(open_page: Open, store: FakeStore) -> None:
    test = open_page(store, "relations", period="7d")
    (top, *_) = store.pair_counts(ArticleFilter(start=date(2026, 11, 17), end=date(2026, 11, 23)))
    page = body(test)
    address = f"articles?together={top.first}&amp;together={top.second}"
    assert address in page
    listed = body(open_page(store, "articles", together=[top.first, top.second]))
    assert f"이 쪽에 {top.articles}건" in re.sub("<[^>]+>", "", listed)


def test_the_box_chooses_a_pair_and_the_url_keeps_it(open_page: Open, store: FakeStore) -> None:
    test = open_page(store, "relations", period="30d")
    box = test.selectbox(key="relations.pair")
    test = box.select_index(1).run()
    assert "고른 것 지우기" in body(test)
    pair = test.query_params["pair"]
    again = open_page(store, "relations", period="30d", pair=pair)
    assert "고른 것 지우기" in body(again)


@pytest.mark.parametrize("wrong", ["nobody~none", "<script>", "a~b~c", "~", "9" * 99])
def test_nonsense_in_the_url_is_ignored(open_page: Open, store: FakeStore, wrong: str) -> None:
    page = body(open_page(store, "relations", pair=wrong, node=wrong, pairs=wrong))
    assert "고른 것 지우기" not in page
    assert "<script" not in page
    assert body(open_page(store, "keywords", kind=wrong))


def test_a_keyword_leads_to_a_search_for_it(open_page: Open, store: FakeStore) -> None:
    page = body(open_page(store, "keywords", period="7d"))
    assert "articles?q=%22" in page
    assert "topic=hbm" in body(open_page(store, "keywords", kind="topic"))


def test_corrections_are_told_with_their_direction(open_page: Open, store: FakeStore) -> None:
    assert "아직 고친 태그가 없습니다" in body(open_page(store, "accuracy"))
    card = next(d.card for d in store.details if d.card.tone is Tone.POSITIVE)
    store.correct(Correction(card.id, CorrectionKind.TONE, tone=Tone.NEGATIVE), NOW)
    page = body(open_page(store, "accuracy"))
    assert "논조: 긍정 → 부정" in page
    assert "1건" in page


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = accuracy.interval(12, 22)
    assert (round(low, 3), round(high, 3)) == (0.347, 0.731)
    assert accuracy.interval(0, 0) == (0, 1)
    assert accuracy.interval(20, 20)[1] == pytest.approx(1)


def test_the_measured_counts_are_whole() -> None:
    found = accuracy.measured()
    assert found.mention_tone.total == found.mentions
    assert sum(found.mention_tone.score(tone).labelled for tone in accuracy.TONES) == found.mentions
    assert 0.5 < found.tone < 1
