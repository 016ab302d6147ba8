"""The first page: how much, of what tone, by whom, and what is new."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import formats, frame, group_card, notices, tiles, trend, voice
from dashboard.markup import join, show, tag, text
from dashboard.tiles import Tile

STORIES = 6
TOPICS = 6
OUTLETS = 6

page = frame.begin("overview")
labels, wanted, period = page.labels, page.selection.wanted, page.selection.period
comparison = page.comparison
counts, now, before = notices.counts_of(page, comparison)
shown = trend.read(page, trend.split_of(page))
gaps = trend.incomplete(shown)

parts = [
    formats.span(labels, period.start, period.end),
    labels("unit.companies_long", n=formats.number(len(wanted.companies) or len(page.companies))),
    labels("overview.basis"),
]
if period.start <= page.today <= period.end:
    parts.append(labels("state.until", time=formats.clock(page.now)))
frame.title(page, labels("overview.title"), text(" · ".join(parts)))
notices.gaps(page, shown)

show(
    tiles.row(
        labels,
        [
            notices.articles_tile(page, comparison, counts, now, before, at_least=gaps),
            notices.stories_tile(page, comparison, counts, now, before, at_least=gaps),
            Tile(
                labels("tile.outlets"),
                formats.number(counts.outlets),
                labels("unit.outlet"),
                tiles.counted(labels, comparison, now.outlets, before.outlets, "unit.outlets"),
                labels("tile.of_outlets", n=formats.number(len(page.known.outlets))),
                page.href("sources"),
                labels("tile.see_outlets"),
            ),
            notices.tone_tile(page, comparison, counts, now, before),
        ],
    )
)

group_card.show_card(page)
left, right = st.columns([1.95, 1], gap="medium")
with left, st.container(border=True, height="stretch", key="card-trend"):
    trend.show_trend(page, shown, labels("overview.timeline"), splits=True)
with right, st.container(border=True, height="stretch", key="card-share"):
    show(voice.share_card(page, comparison))

trend.show_listing(page, shown)

left, right = st.columns([1, 1.95], gap="medium")
with left, st.container(border=True, height="stretch", key="card-topics"):
    topics = {topic.id: labels.name(topic) for topic in page.reader.topics()}
    show(
        join(
            [
                tiles.card_head(labels("overview.topics"), text(labels("overview.topics_say"))),
                voice.ranked(
                    page,
                    [
                        (
                            topics.get(count.key, count.key),
                            count.articles,
                            replace(wanted, topics=(count.key,)),
                        )
                        for count in page.reader.topic_counts(wanted)[:TOPICS]
                    ],
                ),
                tag("div", tiles.card_head(labels("overview.outlets")), class_="second"),
                voice.ranked(
                    page,
                    [
                        (count.key, count.articles, replace(wanted, outlets=(count.key,)))
                        for count in page.reader.outlet_counts(wanted)[:OUTLETS]
                    ],
                ),
            ]
        )
    )
with right, st.container(border=True, height="stretch", key="card-stories"):
    largest = page.param("order") == "largest"
    notices.story_card(page, labels("overview.stories"), counts, STORIES, largest=largest)
show(tiles.footnote(labels))
