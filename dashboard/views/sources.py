"""Every feed with its health, one of them in detail, and the latest runs."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard import formats, frame, health_table, markup, periods
from dashboard.coverage import strips
from dashboard.markup import foreign, join, link, show, tag
from dashboard.tiles import card_head
from db.health import FINE, Health, hiccups
from db.model import KST

WIDTH, SLICES = timedelta(hours=6), 28

page = frame.begin("sources")
labels, states = page.labels, page.states
judged_at = page.reader.judged_at(page.now)
last_slice = periods.midnight(judged_at.astimezone(KST).date())
last_slice += (judged_at - last_slice) // WIDTH * WIDTH
since = last_slice - WIDTH * (SLICES - 1)
end = since + WIDTH * SLICES
gaps = page.reader.gaps(since, end, (), judged_at)
found = hiccups(
    page.reader.health(since, WIDTH),
    strips(gaps, [status for status, _ in states], since, WIDTH, SLICES, judged_at),
    since,
    WIDTH,
)

outlets = len({status.source.outlet for status, _ in states})
frame.title(
    page,
    labels("source.title"),
    labels("source.sub", outlets=formats.number(outlets), feeds=formats.number(len(states))),
)
show(health_table.tiles(labels, [health for _, health in states]))

with st.expander(labels("health.definitions")):
    show(health_table.definitions(labels))

groups = {
    "": states,
    "troubled": [(s, h) for s, h in states if h not in FINE and h is not Health.STOPPED],
    Health.OK.value: [(s, h) for s, h in states if h in FINE],
    Health.STOPPED.value: [(s, h) for s, h in states if h is Health.STOPPED],
}
names = {
    "": labels("source.all"),
    "troubled": labels("source.troubled"),
    Health.OK.value: labels("health.group_fine"),
    Health.STOPPED.value: labels("health.stopped"),
}
chosen = page.param("state") if page.param("state") in groups else ""


def set_state() -> None:
    """Write the chosen group into the URL."""
    st.query_params["state"] = st.session_state["sources.state"] or ""


st.session_state["sources.state"] = chosen
st.pills(
    labels("source.filter"),
    list(groups),
    required=True,
    format_func=lambda key: labels("source.pill", name=names[key], n=len(groups[key])),
    key="sources.state",
    on_change=set_state,
    label_visibility="collapsed",
)
shown = groups[chosen]
if shown:
    table = health_table.table(
        labels,
        shown,
        found,
        SLICES,
        judged_at,
        lambda source: page.href("sources", {**page.own(), "source": source}),
    )
    counted = labels("source.shown", all=len(states), n=len(shown))
    foot = tag(
        "div",
        tag("span", counted, " · ", labels("source.worst_first")),
        health_table.legend(labels),
        class_="foot",
    )
    show(tag("div", table, foot, class_="card flush"))
else:
    show(tag("p", labels("source.none"), class_="card say"))

left, right = st.columns([1.95, 1], gap="medium")
with left, st.container(border=True, height="stretch", key="card-source"):
    ordered = [status for status, _ in health_table.order(states)]
    by_id = {status.source.id: (status, health) for status, health in states}
    if ordered:
        wanted = page.param("source")
        source_id = wanted if wanted in by_id else ordered[0].source.id

        def set_source() -> None:
            """Write the chosen feed into the URL."""
            st.query_params["source"] = st.session_state["sources.source"]

        def feed_name(key: str) -> str:
            """Outlet and section, as the select box shows them."""
            source = by_id[key][0].source
            return markup.option(f"{source.outlet} · {source.section or source.id}")

        status, health = by_id[source_id]
        section = status.source.section
        name = join([foreign(status.source.outlet), " · ", foreign(section)])
        st.session_state["sources.source"] = source_id
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="head-source"
        ):
            show(
                tag(
                    "div",
                    tag("h2", name if section else foreign(status.source.outlet)),
                    health_table.badge(labels, health),
                    class_="ch",
                )
            )
            st.selectbox(
                labels("source.choose"),
                [entry.source.id for entry in ordered],
                format_func=feed_name,
                key="sources.source",
                on_change=set_source,
                label_visibility="collapsed",
                width=220,
            )
        show(
            join(
                [
                    health_table.advice(labels, status, health, judged_at),
                    health_table.visits(labels, page.reader.fetches(source_id, 8), page.now),
                    tag(
                        "div",
                        tag(
                            "span",
                            link(status.source.url, labels("source.open"), outside=True),
                            class_="r",
                        ),
                        class_="foot",
                    ),
                ]
            )
        )
    else:
        show(tag("p", labels("state.never"), class_="say"))
with right, st.container(border=True, height="stretch", key="card-runs"):
    show(
        join(
            [
                card_head(labels("source.runs")),
                health_table.runs(labels, page.reader.runs(8), page.now),
            ]
        )
    )
