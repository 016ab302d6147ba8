"""Every view on the canned store: filled and empty, Korean and English. Nothing below is a database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import clock, data, links
from dashboard.labels import Labels
from db.errors import (
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreOutdated,
    StoreTooNew,
)
from db.gaps import Gap
from db.health import Health
from db.query import ArticleFilter, Split, Step
from tests import fake_store
from tests.fake_store import FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
APP = str(Path(data.__file__).with_name("app.py"))
PAGES = links.PAGES
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def filled() -> FakeStore:
    return fake_store.filled(NOW)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a page of the app on a canned store, with query parameters."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    st.cache_data.clear()

    def opened(store: FakeStore, name: str = "overview", **params: str | list[str]) -> AppTest:
        monkeypatch.setattr(data, "store", lambda: store)
        test = AppTest.from_file(APP, default_timeout=30)
        if name != "overview":
            test.run()
            test.switch_page(f"views/{name}.py")
        for key, value in params.items():
            test.query_params[key] = value
        return test.run()

    yield opened
    st.cache_data.clear()


def body(test: AppTest) -> str:
    """The HTML of the page, without the style sheet."""
    assert not test.exception
    return "\n".join(part.value for part in test.html if not part.value.startswith("<style>"))


def words(test: AppTest) -> str:
    return re.sub(r"<[^>]+>", " ", body(test))


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("company", [[], ["samsung"], ["samsung", "nvidia"]], ids=len)
def test_every_view_stands_on_a_filled_store(
    open_page: Open, filled: FakeStore, name: str, lang: str, company: list[str]
) -> None:
    some = filled.details[0].card.id
    test = open_page(filled, name, lang=lang, company=company, id=some, period="30d")
    assert 'class="problem"' not in body(test)
    assert Labels(lang)("state.collected") in body(test)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_view_says_what_to_do_on_an_empty_store(
    open_page: Open, name: str, lang: str
) -> None:
    test = open_page(fake_store.empty(), name, lang=lang, id="0")
    page = body(test)
    if name == "settings":
        assert not test.get("plotly_chart")
    elif name == "sources":
        assert Labels(lang)("source.runs_none") in page
    else:
        assert "chipwatch run" in page
        assert not test.get("plotly_chart")


def test_collected_but_untagged_articles_are_told(open_page: Open) -> None:
    store = fake_store.empty()
    store.untagged = 12
    page = body(open_page(store))
    assert "12건" in page
    assert "chipwatch process" in page


@pytest.mark.parametrize(
    "kind", [StoreMissing, StoreLocked, StoreOutdated, StoreTooNew, StoreCorrupt, StoreError]
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_store_in_trouble_gives_one_sentence(
    open_page: Open, kind: type[StoreError], lang: str
) -> None:
    store = fake_store.empty()
    store.error = kind("<x>.db", "까닭과 할 일.", "Why and what to do.")
    page = body(open_page(store, lang=lang))
    assert ("까닭과 할 일." if lang == "ko" else "Why and what to do.") in page
    assert "<x>" not in page
    if kind is StoreMissing:
        assert "chipwatch run" in page
        assert "chipwatch dashboard --demo" in page


def test_the_unexpected_is_told_and_logged(
    open_page: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = fake_store.empty()
    store.error = RuntimeError("secret detail")
    page = body(open_page(store))
    assert Labels("ko")("problem.unknown") in page
    assert "secret detail" not in page
    assert "secret detail" in caplog.text


def test_a_sample_says_so_on_every_page(open_page: Open) -> None:
    store = fake_store.filled(NOW)
    store.sample = True
    for name in PAGES:
        assert "샘플 데이터" in words(open_page(store, name, id=store.details[0].card.id))


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", ["overview", "articles", "companies", "sources"])
def test_english_pages_have_no_korean_label(open_page: Open, name: str, lang: str) -> None:
    """On a store whose own texts are English, an English page holds no Hangul at all."""
    store = fake_store.filled(NOW)
    store.details = []
    store.names = ()
    test = open_page(store, name, lang=lang)
    texts = [words(test)] + [
        w.label for w in (*test.selectbox, *test.multiselect, *test.text_input)
    ]
    found = set(re.findall("[가-힣]+", " ".join(texts)))
    named = {"한국어"} | {word for outlet in fake_store.OUTLETS for word in [outlet]}
    named |= {"산업", "속보", "경제"}
    if lang == "en":
        assert found <= named
    else:
        assert found - named


def test_the_url_sets_the_widgets_and_the_widgets_the_url(
    open_page: Open, filled: FakeStore
) -> None:
    test = open_page(filled, company=["samsung"], period="30d", tone=["negative"], junk="1")
    assert test.multiselect(key="overview.company").value == ["samsung"]
    assert test.get_by_key("overview.period").value == "30d"
    test.multiselect(key="overview.company").set_value(["samsung", "nvidia"]).run()
    assert test.query_params["company"] == ["samsung", "nvidia"]
    assert test.query_params["period"] == "30d"
    assert test.query_params["tone"] == "negative"
    test.multiselect(key="overview.company").set_value([]).run()
    assert "company" not in test.query_params


def test_nonsense_in_the_url_harms_nothing(open_page: Open, filled: FakeStore) -> None:
    nonsense = {
        "period": "x'",
        "from": "2026-99-99",
        "company": "<b>",
        "tone": "?",
        "at": "9",
        "q": '"',
    }
    for name in ("overview", "articles", "companies"):
        page = body(open_page(filled, name, cursor="🦄", step="eon", split="x", **nonsense))
        assert 'class="problem"' not in page


def test_tiles_and_list_show_the_same_count(open_page: Open, filled: FakeStore) -> None:
    wanted = ArticleFilter(start=NOW.date().replace(day=17), end=NOW.date(), companies=("samsung",))
    count = filled.counts(wanted).articles
    assert count
    overview = words(open_page(filled, company=["samsung"]))
    assert re.search(rf"기사\s+(≥)?\s*{count}\s*건", overview)
    listed = words(open_page(filled, "articles", company=["samsung"]))
    assert re.search(rf"기사 (≥ )?{count}건", listed)


def test_a_bar_opens_exactly_its_articles(open_page: Open, filled: FakeStore) -> None:
    day = NOW.date().replace(day=20)
    count = filled.counts(ArticleFilter(start=day, end=day)).articles
    page = body(open_page(filled, at="2026-11-20"))
    assert f"11.20.(금) 기사 {count}건" in page
    assert page.count('class="li"') == count
    hours = filled.timeline(ArticleFilter(start=day, end=day), Step.HOUR, Split.TONE)
    hour = hours[0].start_at
    in_hour = sum(point.articles for point in hours if point.start_at == hour)
    at = hour.astimezone(data.KST).strftime("%Y-%m-%dT%H")
    days = {"period": "custom", "from": "2026-11-20", "to": "2026-11-20"}
    page = body(open_page(filled, at=at, **days))
    assert page.count('class="li"') == in_hour


def test_the_date_box_does_the_same_as_a_click(open_page: Open, filled: FakeStore) -> None:
    test = open_page(filled)
    test.selectbox(key="overview.at").set_value(3).run()
    assert test.query_params["at"] == "2026-11-20"
    assert 'class="listed"' in body(test)
    assert test.selectbox(key="overview.at").value == 3


def test_pages_of_the_list_follow_each_other(open_page: Open, filled: FakeStore) -> None:
    first = open_page(filled, "articles", period="90d")
    older = re.search(r'href="(articles\?[^"]*cursor=20[^"]*)"', body(first))
    assert older
    second = open_page(filled, "articles", period="90d", cursor="20")
    shown = re.findall(r'href="article\?[^"]*id=(\w+)"', body(first))
    assert not set(shown) & set(re.findall(r'href="article\?[^"]*id=(\w+)"', body(second)))


def test_search_marks_what_it_found(open_page: Open, filled: FakeStore) -> None:
    page = body(open_page(filled, "articles", period="90d", q="HBM -정전"))
    assert "<mark>HBM</mark>" in page
    named = body(open_page(filled, "articles", period="90d", q="매체:한새 기업:삼전"))
    assert "<mark>한새</mark>경제" in named
    assert "새녘통신" not in re.findall(r'class="mt"><bdi>.*?</bdi>', named)


def test_nothing_found_offers_to_drop_what_narrows_most(open_page: Open, filled: FakeStore) -> None:
    def offers(**params: str | list[str]) -> list[str]:
        page = body(open_page(filled, "articles", **params))
        made = re.findall(r'class="btn">(.*?)</a>', page)
        return [re.sub(r"<.*?>", "", offer) for offer in made]

    week = ArticleFilter(start=NOW.date().replace(day=17), end=NOW.date(), companies=("samsung",))
    count = filled.counts(week).articles
    assert offers(q="zzzz", company=["samsung"])[0] == f"zzzz 빼고 찾기 · {count}건"
    assert not any("삼성전자" in offer for offer in offers(q="zzzz", company=["samsung"]))
    # no single absence helps
    assert offers(q="zzzz", story="nothing", period="90d") == [
        "zzzz 빼고 찾기",
        "한 이슈의 기사 빼고 찾기",
    ]


def test_hostile_text_is_shown_literally_everywhere(open_page: Open, filled: FakeStore) -> None:
    hostile = fake_store.hostile(NOW).card
    for name in ("overview", "articles", "companies", "article"):
        page = body(open_page(filled, name, id=hostile.id, company=["samsung"], period="today"))
        assert "<script" not in page
        assert "<iframe" not in page
        assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", page)
        assert "javascript:" not in re.sub(r"&lt;.*?&gt;", "", page)
        assert "1~2분기 10~20%↑ $x$ :red[빨강] **굵게**" in page


def test_a_publishers_photo_waits_for_a_click(open_page: Open, filled: FakeStore) -> None:
    hostile = fake_store.hostile(NOW).card
    test = open_page(filled, "article", id=hostile.id)
    assert 'tracker.invalid/p.png"' not in body(test)
    load = next(button for button in test.button if button.label == "사진 불러오기")
    load.click().run()
    (image,) = re.findall(r"<img [^>]*>", body(test))
    assert 'src="https://tracker.invalid/p.png"' in image
    assert 'referrerpolicy="no-referrer"' in image
    assert 'loading="lazy"' in image


def test_an_unknown_article_says_so(open_page: Open, filled: FakeStore) -> None:
    assert "그런 기사가 없습니다" in body(open_page(filled, "article", id="nothing"))


def test_one_revision_is_asked_once(
    open_page: Open, filled: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = FakeStore.timeline

    def counting(self: FakeStore, *args: object) -> object:
        asked.append("timeline")
        return original(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeStore, "timeline", counting)
    test = open_page(filled)
    first = len(asked)
    test.run()
    assert len(asked) == first, "a rerun must not ask again"
    monkeypatch.setattr(FakeStore, "revision", lambda self: "another")
    test.run()
    assert len(asked) == 2 * first, "a new revision must"


def test_counts_of_a_gap_are_at_least_for_its_outlets_and_period_only(open_page: Open) -> None:
    store = fake_store.filled(NOW)
    start, end = NOW - timedelta(days=40), NOW - timedelta(days=39)
    store.statuses = [replace(s, failures_in_row=0, retired_at=None) for s in store.statuses]
    store.unseen = [Gap("src-1", fake_store.OUTLETS[1], Health.UNVISITED, start, end, end)]
    past = {"from": f"{start.date()}", "to": f"{end.date()}", "period": "custom"}
    for page in ("overview", "articles"):
        assert "≥" in body(open_page(store, page, **past))
        mine, other = fake_store.OUTLETS[1], fake_store.OUTLETS[2]
        assert "≥" in body(open_page(store, page, **past, outlet=mine))
        assert "≥" not in body(open_page(store, page, **past, outlet=other))
        assert "≥" not in body(open_page(store, page))


def test_the_sources_page_says_what_when_and_what_to_do(open_page: Open) -> None:
    store = fake_store.filled(NOW)
    retired = replace(store.statuses[1], retired_at=NOW - timedelta(days=2))
    store.statuses[1] = retired
    page = body(open_page(store, "sources", source="src-1"))
    assert "더는 방문하지 않음" in page
    assert "chipwatch feeds enable" in page
    assert "src-1" in page
    fine = body(open_page(store, "sources", source="src-2"))
    assert "다음 방문 예정" in fine
    labels = Labels("ko")
    assert all(labels(f"health.{health}_say") in fine for health in Health)
