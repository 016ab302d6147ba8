"""Stories of the filter, and one of them in full under its permalink ``/stories?story=…``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard import cards, figures, figures_story, formats, frame, problems, storycard, tiles
from dashboard.markup import foreign, join, link, show, tag
from db.errors import NotFound
from db.model import kst_day
from db.story import Story

SHOWN = 50

page = frame.begin("stories")
labels, wanted = page.labels, page.selection.wanted


def listing() -> None:
    """The stories that began in the period, newest or largest first."""
    counts = page.reader.counts(wanted)
    largest = page.param("order") == "largest"
    found = page.reader.stories(wanted, SHOWN, largest)
    span = formats.span(labels, page.selection.period.start, page.selection.period.end)
    number = labels("unit.stories_long", n=formats.number(counts.stories))
    frame.title(page, labels("nav.stories"), f"{span} · {number}")
    if not found:
        show(tag("p", labels("story.none"), class_="card say"))
        return
    shown = labels(
        "overview.stories_shown", all=formats.number(counts.stories), n=formats.number(len(found))
    )
    foot = tag("div", tag("span", shown), class_="foot")
    order = tag(
        "span",
        *(
            link(
                page.href("stories", {"order": key}),
                labels(f"overview.{key}"),
                class_="on" if on else None,
            )
            for key, on in (("newest", not largest), ("largest", largest))
        ),
        class_="seg",
    )
    head = tiles.card_head(labels("story.list"), aside=order)
    stories = {card.id: card for card in found}
    setting = replace(page.setting(), href=lambda key: page.story_href(stories[key]))
    show(tag("section", head, cards.stories(setting, found), foot, class_="card"))


def one(story: Story) -> None:
    """A story: how it spread, who wrote what, in what tone."""
    setting, first = page.setting(), story.articles[0]
    # the story is this page's subject, not a filter that other pages should inherit
    st.session_state["chipwatch_filter"].pop("story", None)
    listed = replace(page.selection, wanted=replace(wanted, story_id=""))
    back = link(page.href("stories", selection=listed), labels("story.back"))
    show(tag("div", back, class_="crumb"))
    began = labels("story.began", time=formats.recent(labels, first.published_at, page.now))
    if first.time_quality != "exact":
        began = labels("story.began", time=formats.day(labels, kst_day(first.published_at)))
    frame.title(page, first.title, join([began, " · ", foreign(first.outlet)]))
    show(tiles.row(labels, storycard.tiles_of(labels, story, page.story_articles_href(first))))
    left, right = st.columns([1.95, 1], gap="medium")
    with left, st.container(border=True, height="stretch", key="card-spread"):
        spread(story)
    with right, st.container(border=True, height="stretch", key="card-companies"):
        show(storycard.companies(setting, story.articles))
    show(tag("section", storycard.articles(setting, story), class_="card"))
    left, right = st.columns([1.4, 1], gap="medium")
    with left, st.container(border=True, key="card-quotes"):
        show(storycard.quotes(setting, story))
    with left:
        show(storycard.merges(setting, story))
    with right, st.container(border=True, key="card-outlets"):
        show(storycard.outlets(setting, story.articles))
    show(tag("p", labels("story.how"), class_="note"))


def spread(story: Story) -> None:
    """The chart with one sentence that says what it shows; the table below is its twin."""
    first, last = story.articles[0], story.articles[-1]
    length: timedelta = last.published_at - first.published_at
    say = labels(
        "article.spread_say",
        time=formats.duration(labels, length),
        n=formats.number(story.outlets_in_all),
    )
    show(tiles.card_head(labels("article.spread"), tag("span", say)))
    st.plotly_chart(
        figures_story.spread(labels, page.palette, story.articles),
        theme=None,
        key="stories.spread",
        config=figures.CONFIG,
        alt=labels("chart.alt", title=labels("article.spread"), sentence=say),
    )
    show(tag("p", labels("story.legend"), class_="note"))


if not wanted.story_id:
    listing()
else:
    try:
        one(page.reader.story(wanted.story_id))
    except NotFound:
        problems.story(labels)
