"""One company or several: how much, in what tone, with whom, about what, and why."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import formats, frame, notices, tiles, trend, voice
from dashboard.markup import Html, foreign, join, show, tag
from dashboard.tiles import Tile
from db.model import Tone
from db.query import Split

STORIES, TOGETHER, TOPICS, OUTLETS, CUES = 6, 7, 5, 6, 40
CUES_SHOWN, NAMES = 8, 8

page = frame.begin("companies")
labels, wanted, period = page.labels, page.selection.wanted, page.selection.period
comparison = page.comparison
span = formats.span(labels, period.start, period.end)
everyone = page.reader.company_counts(voice.everyone(wanted))
mentions = sum(count.articles for count in everyone)


def overview() -> None:
    """No company chosen: all of them, to choose from."""
    frame.title(page, labels("company.title"), f"{span} · {labels('company.choose')}")
    if not everyone:
        show(tag("p", labels("company.none"), class_="card say"))
        return
    table = voice.comparison_table(page, everyone, mentions)
    show(tag("section", tiles.card_head(labels("company.table")), table, class_="card"))


def names() -> tuple[str, object]:
    """The heading, and the names under which a single company was found."""
    heading = " · ".join(page.company_name(key) for key in wanted.companies)
    aliases = page.companies[wanted.companies[0]].aliases
    if len(wanted.companies) > 1 or not aliases:
        return heading, span
    names_ = ", ".join(aliases[:NAMES])
    if rest := len(aliases) - NAMES:
        names_ = labels("company.names_more", names=names_, n=rest) if rest > 0 else names_
    found = labels("company.names", names=names_)
    return heading, join([span, " · ", foreign(found)])


def share_tile() -> Tile:
    """Share of voice of the chosen companies, with the rank of a single one."""
    rows, whole = voice.shares(page, comparison, everyone)
    own = [row for row in rows if row.focus]
    part = sum(row.part for row in own)
    change: Html = tag("span", labels("tile.few"))
    if own and all(row.before is not None for row in own):
        points = formats.points(100 * (part - sum(row.before or 0 for row in own)))
        line = labels("change.line", versus=tiles.versus(labels, comparison))
        change = join([line, " ", tag("b", points)])
    elif comparison.start is None:
        change = tiles.incomparable(labels, comparison)
    rule = ""
    if len(own) == 1:
        rank = 1 + sum(row.articles > own[0].articles for row in rows)
        rule = labels("tile.rank", n=formats.number(len(rows)), rank=rank)
    everybody = replace(page.selection, wanted=voice.everyone(wanted))
    value = f"{100 * part:.1f}" if whole else "–"
    return Tile(
        labels("tile.share"),
        value,
        "%" if whole else "",
        change,
        rule,
        page.href("overview", selection=everybody),
        labels("tile.see_share"),
    )


def together() -> Html:
    """Who else is in these articles; each row leads to the articles that name both."""
    others = [
        count
        for count in page.reader.company_counts(wanted)
        if count.company_id not in wanted.companies
    ]
    if not others:
        return join(
            [
                tiles.card_head(labels("company.together")),
                tag("p", labels("company.together_none"), class_="say"),
            ]
        )
    rows = [
        (
            page.company_name(count.company_id),
            count.articles,
            replace(wanted, together=(count.company_id,)),
        )
        for count in others[:TOGETHER]
    ]
    say = tiles.bold(
        labels,
        "company.together_say",
        company=rows[0][0],
        n=formats.number(counts.articles),
        m=formats.number(rows[0][1]),
    )
    return join([tiles.card_head(labels("company.together"), say), voice.ranked(page, rows)])


def about() -> Html:
    """What the articles are about."""
    topics = {topic.id: labels.name(topic) for topic in page.reader.topics()}
    rows = [
        (topics.get(count.key, count.key), count.articles, replace(wanted, topics=(count.key,)))
        for count in page.reader.topic_counts(wanted)[:TOPICS]
    ]
    head = tag("div", tiles.card_head(labels("overview.topics")), class_="second")
    return join([head, voice.ranked(page, rows)])


def writers() -> Html:
    """Which outlets wrote them."""
    rows = [
        (count.key, count.articles, replace(wanted, outlets=(count.key,)))
        for count in page.reader.outlet_counts(wanted)[:OUTLETS]
    ]
    head = tag("div", tiles.card_head(labels("overview.outlets")), class_="second")
    return join([head, voice.ranked(page, rows)])


def cues() -> Html:
    """The words behind the tone of a single company."""
    head = labels("company.cues")
    if len(wanted.companies) != 1:
        comparing = [count for count in everyone if count.company_id in wanted.companies]
        return join(
            [
                tiles.card_head(labels("company.compare")),
                voice.comparison_table(page, comparing, mentions),
            ]
        )
    company = page.company_name(wanted.companies[0])
    found = page.reader.cue_counts(wanted, CUES)
    say = tiles.bold(labels, "company.cues_say", company=company)
    parts: list[object] = [tiles.card_head(head, say)]
    for tone in (Tone.POSITIVE, Tone.NEGATIVE):
        words = [(cue, n) for cue, kind, n in found if kind == tone][:CUES_SHOWN]
        if words:
            chips = [
                tag(
                    "span",
                    tag("b", foreign(cue)),
                    tag("s", formats.number(n)),
                    class_=f"tone {tiles.TONE_CLASSES[tone]}",
                )
                for cue, n in words
            ]
            parts += [
                tag("h3", labels(f"company.cues_{tone}"), class_="mini"),
                tag("div", *chips, class_="chips"),
            ]
    if len(parts) == 1:
        parts.append(tag("p", labels("company.cues_none"), class_="say"))
    return join(parts)


if not wanted.companies:
    overview()
    st.stop()

counts, now, before = notices.counts_of(page, comparison)
shown = trend.read(page, trend.split_of(page) if len(wanted.companies) > 1 else Split.TONE)
gaps = trend.incomplete(shown)
heading, sub = names()
frame.title(page, heading, sub)
notices.gaps(page, shown)
show(
    tiles.row(
        labels,
        [
            notices.articles_tile(page, comparison, counts, now, before, at_least=gaps),
            share_tile(),
            notices.stories_tile(page, comparison, counts, now, before, at_least=gaps),
            notices.tone_tile(page, comparison, counts, now, before),
        ],
    )
)
left, right = st.columns([1.95, 1], gap="medium")
with left, st.container(border=True, height="stretch", key="card-trend"):
    several = len(wanted.companies) > 1
    title = labels("overview.timeline" if several else "company.timeline")
    trend.show_trend(page, shown, title, splits=several)
with right, st.container(border=True, height="stretch", key="card-together"):
    show(join([together(), about()]))

trend.show_listing(page, shown)

left, right = st.columns([1, 1.95], gap="medium")
with left, st.container(border=True, height="stretch", key="card-cues"):
    show(join([cues(), writers()]))
with right, st.container(border=True, height="stretch", key="card-stories"):
    largest = page.param("order") != "newest"
    several_or_one = labels("company.stories_several")
    if len(wanted.companies) == 1:
        several_or_one = labels("company.stories", company=heading)
    notices.story_card(page, several_or_one, counts, STORIES, largest=largest)
show(tiles.footnote(labels))
