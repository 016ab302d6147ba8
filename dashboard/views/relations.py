"""Which companies appear in the same articles: a network, its table, and the articles behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import cards, figures, filters, formats, frame, markup, network, parameters, tiles
from dashboard.figures_network import NODE, PAIR
from dashboard.figures_network import network as figure_of
from dashboard.markup import Html, foreign, join, link, show, tag
from db.query import ArticleFilter, Sort
from db.tallies import PairCount

FEWEST, USUAL = 5, 25
ROWS, LISTED, BEFORE = 15, 10, 5_000
NOTHING = ""

page = frame.begin("relations")
labels, wanted, period = page.labels, page.selection.wanted, page.selection.period
comparison = page.comparison
pairs = page.reader.pair_counts(wanted, network.MOST_PAIRS)
sizes = {count.company_id: count.articles for count in page.reader.company_counts(wanted)}
span = formats.span(labels, period.start, period.end)
frame.title(page, labels("relation.title"), f"{span} · {labels('relation.sub')}")
if not pairs:
    show(tag("p", labels("relation.none"), class_="card say"))
    show(tiles.footnote(labels))
    st.stop()


def number_shown() -> int:
    """How many pairs the URL asks for."""
    asked = page.param("pairs")
    most = max(len(pairs), 1)
    return (
        min(most, max(1, int(asked))) if asked.isdecimal() and len(asked) < 4 else min(most, USUAL)
    )


def key_of(pair: PairCount) -> str:
    """A pair in the URL and in the select box; ids hold no tilde."""
    return f"{pair.first}~{pair.second}"


def named(pair: PairCount) -> str:
    """The pair by its names."""
    return f"{page.company_name(pair.first)} · {page.company_name(pair.second)}"


def articles_of(ids: Sequence[str]) -> ArticleFilter:
    """The filter for the articles that name all of these companies."""
    return replace(wanted, together=tuple(dict.fromkeys((*wanted.together, *ids))))


def changes() -> dict[tuple[str, str], tuple[int, int]]:
    """Articles of each pair on the finished days and on those compared with."""
    spans = comparison.spans()
    if spans is None:
        return {}
    now, before = (
        {
            (p.first, p.second): p.articles
            for p in page.reader.pair_counts(filters.between(wanted, *days), BEFORE)
        }
        for days in spans
    )
    return {key: (now.get(key, 0), before.get(key, 0)) for key in now | before}


moved = changes()
shown = number_shown()
found = network.arrange(pairs, sizes, shown)
names = {key: page.company_name(key) for pair in pairs for key in (pair.first, pair.second)}
by_key = {key_of(pair): pair for pair in pairs}
asked_pair = page.param("pair")
node = page.param("node") if page.param("node") in names else ""
chosen: tuple[str, ...] = (node,) if node else ()
if asked_pair in by_key:
    chosen = (by_key[asked_pair].first, by_key[asked_pair].second)


def change_of(pair: PairCount) -> str:
    """``+12건 (+10.3 %)``, 신규, or nothing where nothing can be compared."""
    if not moved:
        return ""
    now, before = moved.get((pair.first, pair.second), (0, 0))
    difference, rate = formats.change(labels, now, before, "unit.articles")
    return f"{difference} ({rate})" if rate else difference


def takeaway() -> Html:
    """One sentence: the strongest pair, and the one that grew most."""
    top = pairs[0]
    values = {
        "pair": named(top),
        "count": labels("unit.articles_long", n=formats.number(top.articles)),
    }
    grown = max(
        (pair for pair in pairs[:shown]),
        key=lambda p: (
            moved.get((p.first, p.second), (0, 0))[0] - moved.get((p.first, p.second), (0, 0))[1]
        ),
    )
    now, before = moved.get((grown.first, grown.second), (0, 0))
    if now <= before:
        return bold("relation.say", **values)
    more = labels("unit.articles", n=formats.signed(now - before))
    versus = tiles.versus(labels, comparison)
    return bold("relation.say_grown", **values, grown=named(grown), more=more, versus=versus)


def bold(key: str, **values: str) -> Html:
    """A sentence with its values set bold and isolated."""
    plain = {"versus"}
    made = {k: v if k in plain else tag("b", foreign(v)) for k, v in values.items()}
    return markup.fill(labels.template(key), **made)


def clicked() -> None:
    """A circle or the middle of a line was clicked: into the URL."""
    event = st.session_state["relations.chart"]
    points = event["selection"]["points"] if event else []
    what = list(points[0].get("customdata") or []) if points else []
    if what[:1] == [PAIR] and f"{what[1]}~{what[2]}" in by_key:
        parameters.put(page, pair=f"{what[1]}~{what[2]}", node="")
    elif what[:1] == [NODE] and what[1] in names:
        parameters.put(page, node=what[1], pair="")


def slid() -> None:
    """Another number of pairs."""
    parameters.put(page, pairs=str(st.session_state["relations.pairs"]))


def picked() -> None:
    """A pair was chosen in the box."""
    parameters.put(page, pair=st.session_state["relations.pair"], node="")


def option(key: str) -> str:
    """A pair as the box shows it."""
    if not key:
        return labels("relation.choose")
    pair = by_key[key]
    count = labels("unit.articles", n=formats.number(pair.articles))
    return markup.option(f"{named(pair)} — {count}")


left, right = st.columns([1.75, 1], gap="medium")
with left, st.container(border=True, height="stretch", key="card-network"):
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="head-relations"
    ):
        show(tag("div", tag("h2", labels("relation.network")), class_="ch"))
        if len(pairs) > FEWEST:
            st.session_state["relations.pairs"] = shown
            st.slider(
                labels("relation.strongest"),
                min_value=1,
                max_value=len(pairs),
                key="relations.pairs",
                on_change=slid,
                width=220,
            )
    say = takeaway()
    show(tag("p", say, class_="say"))
    st.plotly_chart(
        figure_of(labels, page.palette, found, names, wanted.companies, chosen),
        theme=None,
        key="relations.chart",
        on_select=clicked,
        selection_mode="points",
        config=figures.CONFIG,
        alt=labels("relation.alt"),
    )
    show(tag("p", labels("relation.legend"), class_="note"))
    st.session_state["relations.pair"] = asked_pair if asked_pair in by_key else NOTHING
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key="foot-relations"
    ):
        st.selectbox(
            labels("relation.pair"),
            [NOTHING, *(key_of(pair) for pair in pairs[:shown])]
            + ([asked_pair] if asked_pair in list(by_key)[shown:] else []),
            format_func=option,
            key="relations.pair",
            on_change=picked,
            label_visibility="collapsed",
        )
        show(tag("span", labels("relation.click"), class_="note"))
with right, st.container(border=True, height="stretch", key="card-pairs"):
    heads = [("relation.pair", None), ("company.articles", "num")]
    if moved:
        heads.append(("change.column", "num"))
    head = tag("tr", *(tag("th", labels(key), class_=c, scope="col") for key, c in heads))
    body = []
    for pair in pairs[:ROWS]:
        address = page.href(
            "articles",
            selection=replace(page.selection, wanted=articles_of((pair.first, pair.second))),
        )
        body.append(
            tag(
                "tr",
                tag("th", link(address, foreign(named(pair))), class_="nm", scope="row"),
                tag("td", labels("unit.articles", n=formats.number(pair.articles)), class_="num"),
                tag("td", change_of(pair), class_="num mt") if moved else "",
            )
        )
    versus = tiles.versus(labels, comparison)
    note = (
        labels("relation.versus", versus=versus)
        if moved
        else tiles.incomparable(labels, comparison)
    )
    show(
        join(
            [
                tiles.card_head(labels("relation.table"), tag("span", note)),
                tag(
                    "div",
                    tag("table", tag("thead", head), tag("tbody", *body), class_="pairs"),
                    class_="scroll",
                ),
                tag("div", tag("span", labels("relation.rule")), class_="foot"),
            ]
        )
    )

if chosen:
    selection = replace(page.selection, wanted=articles_of(chosen))
    count = page.reader.counts(selection.wanted).articles
    listed = page.reader.cards(selection.wanted, Sort.NEWEST, LISTED, "")
    who = " · ".join(names[key] for key in chosen)
    without = {k: v for k, v in page.own().items() if k not in {"pair", "node"}}
    heading = labels(
        "relation.listed", who=who, count=labels("unit.articles", n=formats.number(count))
    )
    show(
        join(
            [
                tag(
                    "div",
                    tag(
                        "div",
                        tag("h3", foreign(heading)),
                        tag(
                            "div",
                            link(page.href("relations", without), labels("relation.clear")),
                            class_="r",
                        ),
                        class_="ch",
                    ),
                    class_="listed",
                ),
                cards.listing(page.setting(), listed.cards),
                tag(
                    "div",
                    link(page.href("articles", selection=selection), labels("chart.more")),
                    class_="foot",
                )
                if listed.older
                else "",
            ]
        )
    )
show(tiles.footnote(labels))
