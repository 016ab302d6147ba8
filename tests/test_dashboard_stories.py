"""The page of stories: the list, one story under its permalink, and its figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import figures_story, palette, storycard
from dashboard.labels import Labels
from db.model import Tone
from tests import fake_store
from tests.fake_store import HOSTILE_TITLE, FakeStore
from tests.test_dashboard_pages import NOW, Open, body, open_page, words

__all__ = ["open_page"]
KO, EN = Labels("ko"), Labels("en")


@pytest.fixture(scope="module")
def filled() -> FakeStore:
    return fake_store.filled(NOW)


def largest(store: FakeStore) -> str:
    return max((d.card for d in store.details), key=lambda card: card.story_articles).story_id


def opened(open_page: Open, store: FakeStore, story: str, **params: str) -> AppTest:
    return open_page(store, "stories", story=story, **params)


def test_the_list_leads_to_each_story(open_page: Open, filled: FakeStore) -> None:
    page = body(open_page(filled, "stories"))
    heads = filled.stories(fake_store.ArticleFilter(), 3)
    assert all(f"stories?story={card.story_id}" in page for card in heads)
    first = body(open_page(filled, "stories", order="largest", period="90d")).index('class="st"')
    assert first > 0


def test_a_story_shows_its_articles_in_order_with_their_delay(
    open_page: Open, filled: FakeStore
) -> None:
    story = filled.story(largest(filled))
    page = words(opened(open_page, filled, story.id))
    assert page.count("+7분") == 1
    assert "+14분" in page
    places = [page.rindex(card.outlet, 0, page.index("인용")) for card in story.articles]
    assert len(set(places)) == len(story.articles)
    assert "보도자료 기반 82.0" in page
    assert "자체 취재 추정" in page
    assert "합쳐진 기록" in page
    assert "기업 보도자료" in page


def test_the_chart_has_a_row_per_outlet_and_a_table_below(
    open_page: Open, filled: FakeStore
) -> None:
    test = opened(open_page, filled, largest(filled))
    assert len(test.get("plotly_chart")) == 1
    assert 'class="sto"' in body(test)


def test_other_pages_do_not_inherit_the_story(open_page: Open, filled: FakeStore) -> None:
    test = opened(open_page, filled, largest(filled))
    assert "story" not in test.session_state["chipwatch_filter"]


def test_a_changed_filter_asks_for_the_list(open_page: Open, filled: FakeStore) -> None:
    test = opened(open_page, filled, largest(filled))
    test.multiselect("stories.company").select("samsung").run()
    assert "story" not in test.query_params
    assert "samsung" in test.query_params["company"]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_unknown_story_is_told(open_page: Open, filled: FakeStore, lang: str) -> None:
    page = words(opened(open_page, filled, "nowhere", lang=lang))
    assert Labels(lang)("story.missing") in page


def test_an_empty_period_is_told(open_page: Open, filled: FakeStore) -> None:
    days = {"period": "custom", "from": "2001-01-01", "to": "2001-01-02"}
    assert KO("story.none") in words(open_page(filled, "stories", **days))


def test_hostile_text_stays_text(open_page: Open, filled: FakeStore) -> None:
    page = body(opened(open_page, filled, "hostile"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    card = filled.story("hostile").articles[0]
    figure = figures_story.spread(KO, palette.LIGHT, [card])
    assert "<script>" not in str(figure.data[0].hovertext)
    assert HOSTILE_TITLE not in str(figure.data[0].hovertext)


def test_the_article_page_says_how_much_is_the_release(open_page: Open, filled: FakeStore) -> None:
    card = next(d.card for d in filled.details if d.card.echo is not None)
    assert storycard.echo(KO, card) in body(open_page(filled, "article", id=card.id))


@pytest.mark.parametrize(
    ("minutes", "korean", "english"),
    [
        (0, "+0분", "+0 min"),
        (134, "+2시간 14분", "+2 h 14 min"),
        (120, "+2시간", "+2 h"),
        (27 * 60 + 5, "+1일 3시간", "+1 d 3 h"),
        (-3, "+0분", "+0 min"),
    ],
)
def test_a_delay_is_written_in_two_units(minutes: int, korean: str, english: str) -> None:
    assert storycard.delay(KO, timedelta(minutes=minutes)) == korean
    assert storycard.delay(EN, timedelta(minutes=minutes)) == english


def test_a_share_is_said_in_words_or_not_at_all(filled: FakeStore) -> None:
    card = filled.details[0].card
    assert storycard.echo(KO, replace(card, echo=None)) == ""
    assert "보도자료 기반" in storycard.echo(KO, replace(card, echo=0.5))
    assert "자체 취재 추정" in storycard.echo(KO, replace(card, echo=0.49))


def test_every_tone_has_a_shape_of_its_own(filled: FakeStore) -> None:
    card = filled.details[0].card
    cards = [replace(card, tone=tone, outlet=tone.value) for tone in Tone]
    figure = figures_story.spread(KO, palette.DARK, cards)
    assert len({trace.marker.symbol for trace in figure.data}) == len(Tone)


def test_many_outlets_are_cut_in_the_figure_only(filled: FakeStore) -> None:
    card = filled.details[0].card
    cards = [replace(card, outlet=f"매체 {n}") for n in range(40)]
    figure = figures_story.spread(KO, palette.LIGHT, cards)
    assert len(figure.layout.yaxis.ticktext) == figures_story.MOST_OUTLETS
    assert figure.layout.height < 600
