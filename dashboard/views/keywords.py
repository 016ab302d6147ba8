"""What the headlines speak of more, and less, than in the period before: terms and topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard import filters, formats, frame, parameters, rising, tiles
from dashboard.markup import Html, fill, foreign, join, link, show, tag
from dashboard.rising import Change
from db.tallies import Keyword, KeywordUse

RISING, FALLING, FREQUENT = 15, 10, 15
MOST_BARS = 15

page = frame.begin("keywords")
labels, wanted, period = page.labels, page.selection.wanted, page.selection.period
comparison = page.comparison
kind = Keyword.TOPIC if page.param("kind") == Keyword.TOPIC else Keyword.TERM
topics = {topic.id: labels.name(topic) for topic in page.reader.topics()}
span = formats.span(labels, period.start, period.end)
frame.title(page, labels("keyword.title"), f"{span} · {labels('keyword.sub')}")


def chosen() -> None:
    """Terms or topics: into the URL."""
    value = st.session_state["keywords.kind"]
    parameters.put(page, kind=value if value == Keyword.TOPIC else "")


st.session_state["keywords.kind"] = kind.value
st.segmented_control(
    labels("keyword.kind"),
    [Keyword.TERM.value, Keyword.TOPIC.value],
    required=True,
    format_func=lambda value: labels(f"keyword.{value}"),
    key="keywords.kind",
    on_change=chosen,
    label_visibility="collapsed",
)


def name_of(key: str) -> str:
    """A topic by its name; a term is its own."""
    return topics.get(key, key) if kind is Keyword.TOPIC else key


def address(key: str) -> str:
    """The articles of a keyword: those with the topic, or a search for the very term."""
    if kind is Keyword.TOPIC:
        asked = replace(wanted, topics=(key,))
    else:
        asked = replace(wanted, query=f'{wanted.query} "{key}"'.strip())
    return page.href("articles", selection=replace(page.selection, wanted=asked))


def compared() -> list[Change]:
    """Every keyword on the finished days against the days compared with."""
    spans = comparison.spans()
    if spans is None:
        return []
    now, before = (filters.between(wanted, *days) for days in spans)
    found, earlier = (
        {count.key: count.stories for count in page.reader.keyword_counts(days, kind)}
        for days in (now, before)
    )
    whole, whole_then = (page.reader.counts(days).stories for days in (now, before))
    return rising.compare(found, earlier, whole, whole_then)


def spark(use: KeywordUse) -> Html:
    """Articles by day as small bars; long periods in up to `MOST_BARS` equal parts."""
    width = -(-period.days // MOST_BARS)
    bars = [0] * -(-period.days // width)
    for day, articles in use.days.items():
        bars[(day - period.start) // timedelta(width)] += articles
    highest = max(bars) or 1
    parts = [tag("i", style=f"height:{max(100 * n / highest, 4 if n else 0):.0f}%") for n in bars]
    return tag("span", *parts, class_="spark", aria_hidden="true")


def rows(
    keys: Sequence[str], uses: Mapping[str, KeywordUse], cells: Mapping[str, Sequence[str]]
) -> list[Html]:
    """A row per keyword: name, days, stories and what else ``cells`` gives, articles and outlets."""
    return [
        tag(
            "tr",
            tag("th", link(address(key), foreign(name_of(key))), class_="nm", scope="row"),
            tag("td", spark(uses[key])),
            *(tag("td", cell, class_="num") for cell in cells[key]),
            tag("td", formats.number(uses[key].articles), class_="num mt"),
            tag("td", formats.number(uses[key].outlets), class_="num mt"),
        )
        for key in keys
    ]


def table(heads: Sequence[str], body: Sequence[Html]) -> Html:
    """Keywords in rows."""
    named = ("keyword.name", "keyword.days", *heads, "keyword.articles", "keyword.outlets")
    head = tag(
        "tr",
        *(
            tag("th", labels(key), class_="num" if place > 1 else None, scope="col")
            for place, key in enumerate(named)
        ),
    )
    made = tag("table", tag("thead", head), tag("tbody", *body), class_="kw")
    return tag("div", made, class_="scroll")


def times(change: Change) -> str:
    """``3.4배``, or 신규; with few stories before, a rate would say nothing."""
    if change.fresh:
        return labels("change.new")
    return labels("keyword.times", n=f"{change.ratio:.1f}")


def changed(changes: Sequence[Change]) -> Html:
    """A table of rises or falls."""
    keys = [change.key for change in changes]
    uses = {use.key: use for use in page.reader.keyword_uses(wanted, kind, keys)}
    cells = {
        change.key: (formats.number(change.before), formats.number(change.now), times(change))
        for change in changes
    }
    return table(("keyword.before", "keyword.now", "change.column"), rows(keys, uses, cells))


changes = compared()
up, down = rising.rising(changes, RISING), rising.falling(changes, FALLING)
versus = tiles.versus(labels, comparison)


def takeaway() -> Html:
    """The strongest rise in one sentence, or why there is none."""
    if comparison.spans() is None:
        return tiles.incomparable(labels, comparison)
    if not up:
        return fill(labels.template("keyword.say_none"), versus=versus)
    top = up[0]
    return fill(
        labels.template("keyword.say_new" if top.fresh else "keyword.say"),
        term=tag("b", foreign(name_of(top.key))),
        versus=versus,
        before=formats.number(top.before),
        now=tag("b", formats.number(top.now)),
    )


left, right = st.columns([1.25, 1], gap="medium")
with left, st.container(border=True, height="stretch", key="card-rising"):
    gone = tag("p", labels("keyword.falling_none"), class_="say")
    show(
        join(
            [
                tiles.card_head(labels("keyword.rising"), takeaway()),
                changed(up) if up else "",
                tag("div", tiles.card_head(labels("keyword.falling")), class_="second"),
                changed(down) if down else gone,
                tag("div", tag("span", labels("keyword.rule", n=rising.FEWEST)), class_="foot"),
            ]
        )
    )
with right, st.container(border=True, height="stretch", key="card-frequent"):
    frequent = page.reader.keyword_counts(wanted, kind)[:FREQUENT]
    keys = [count.key for count in frequent]
    uses = {use.key: use for use in page.reader.keyword_uses(wanted, kind, keys)}
    cells = {count.key: (formats.number(count.stories),) for count in frequent}
    nothing = "keyword.untagged" if kind is Keyword.TERM else "chart.nothing"
    often = (
        table(("keyword.now",), rows(keys, uses, cells))
        if keys
        else tag("p", labels(nothing), class_="say")
    )
    say = tag("span", labels("keyword.frequent_say"))
    show(join([tiles.card_head(labels("keyword.frequent"), say), often]))
if kind is Keyword.TERM:
    show(tag("p", labels("keyword.search_note"), class_="footnote"))
show(tiles.footnote(labels))
