"""The timeline as a component: chart, legend, takeaway, table, and the list behind every bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import (
    cards,
    figures,
    filters,
    formats,
    markup,
    palette,
    periods,
    spike_list,
    tiles,
    timeline,
)
from dashboard import coverage as coverage_
from dashboard.coverage import Coverage
from dashboard.frame import Page
from dashboard.markup import join, link, show, tag
from dashboard.periods import Period, Preset
from dashboard.spikes import Spike
from dashboard.timeline import NOBODY, REST, Bars
from db.health import Health
from db.model import KST, Tone
from db.query import ArticleCard, Sort, Split, Step

LISTED, TABLE_WIDTH = 20, 560
WHOLE = -1
"""In the place of a bar's index: no bar, the whole period."""


@dataclass(frozen=True)
class Trend:
    """What the page's other parts need of the timeline's data."""

    bars: Bars
    coverage: Coverage
    spikes: tuple[Spike, ...] = ()


def read(page: Page, split: Split) -> Trend:
    """The bars of the page's filter, in the step that the URL or the period's length asks for."""
    period, wanted = page.selection.period, page.selection.wanted
    offered = periods.steps_offered(period)
    asked = page.param("step")
    step = Step(asked) if asked in offered else periods.step_for(period)
    comparison = page.comparison
    span = Period(Preset.CUSTOM, comparison.line_start, comparison.line_end)
    earlier = filters.between(wanted, span.start, span.end)
    bars = timeline.arrange(
        page.reader.timeline(wanted, step, split),
        page.reader.timeline(earlier, step, split),
        period,
        step,
        split,
        page.now,
        span,
        wanted.companies,
        page.info.first_day,
    )
    coverage = seen(page, step, many_bars=len(bars.starts) > figures.FEW_BARS)
    return Trend(bars, coverage, spike_list.read(page, step))


def seen(page: Page, step: Step = Step.DAY, *, many_bars: bool = False) -> Coverage:
    """When the feeds of the page's filter were seen in its period."""
    judged_at = page.reader.judged_at(page.now)
    since, width, slices = coverage_.question(page.selection.period, step, judged_at)
    own = page.selection.wanted.outlets
    statuses = [
        status
        for status, health in page.states
        if health is not Health.STOPPED and (not own or status.source.outlet in own)
    ]
    found = page.reader.gaps(since, since + width * slices, own, judged_at)
    return coverage_.judge(found, statuses, since, width, slices, judged_at, many_bars=many_bars)


def split_of(page: Page) -> Split:
    """How the URL wants the bars divided."""
    return Split.COMPANY if page.param("split") == Split.COMPANY else Split.TONE


def _names(page: Page, bars: Bars) -> dict[str, str]:
    if bars.split is Split.TONE:
        return {tone.value: page.labels(f"tone.{tone}") for tone in Tone}
    names = {key: page.company_name(key) for key in bars.parts}
    return names | {
        REST: page.labels("overview.rest"),
        NOBODY: page.labels("chart.no_company"),
    }


def _colors(page: Page, bars: Bars) -> dict[str, str]:
    if bars.split is Split.TONE:
        return {tone.value: page.palette.tone(tone) for tone in Tone}
    named = [key for key in bars.parts if key not in {REST, NOBODY}]
    colors = palette.company_colors(
        page.palette, list(page.companies), named, page.selection.wanted.companies
    )
    return colors | {REST: page.palette.others, NOBODY: page.palette.line}


def _set(page: Page, key: str, parameter: str) -> None:
    """A control of the chart was used: write it to the URL; another date belongs to another chart."""
    value = st.session_state[f"{page.name}.{key}"]
    found = {**page.own(), **filters.to_params(page.selection)}
    if page.labels.lang != "ko":
        found["lang"] = [page.labels.lang]
    found.pop("at", None)
    if value:
        found[parameter] = [str(value)]
    else:
        found.pop(parameter, None)
    st.query_params.from_dict(found)


def _pick(page: Page, bars: Bars) -> int:
    """The bar that the URL names, if the chart has it; else `WHOLE`."""
    asked = page.param("at")
    return next((i for i in range(len(bars.starts)) if address(bars, i) == asked), WHOLE)


def address(bars: Bars, index: int) -> str:
    """How the URL names a bar: its first day, or its hour, in Korea."""
    there = bars.starts[index].astimezone(KST)
    return f"{there:%Y-%m-%dT%H}" if bars.step is Step.HOUR else f"{there:%Y-%m-%d}"


def _clicked(page: Page, bars: Bars) -> None:
    """A bar was clicked: its start goes into the URL at once, since a selection does not last."""
    event = st.session_state[f"{page.name}.chart"]
    chosen = event["selection"]["points"] if event else []
    if chosen and 0 <= chosen[0]["point_index"] < len(bars.starts):
        st.session_state[f"{page.name}.at"] = chosen[0]["point_index"]
        _picked(page, bars)


def _picked(page: Page, bars: Bars) -> None:
    index = st.session_state[f"{page.name}.at"]
    st.session_state[f"{page.name}.bar"] = "" if index == WHOLE else address(bars, index)
    _set(page, "bar", "at")


def show_trend(page: Page, trend: Trend, heading: str, *, splits: bool) -> None:
    """Draw it all inside one card; ``splits`` offers bars by company as well as by tone."""
    labels, bars = page.labels, trend.bars
    names, colors = _names(page, bars), _colors(page, bars)
    key, values = timeline.sentence(labels, bars, names)
    plain = labels(key, **values) if values else labels(key)
    _controls(page, bars, heading, splits=splits)
    show(tag("p", tiles.bold(labels, key, **values), class_="say"))
    if not bars.articles and not any(bars.previous):
        return
    comparison = page.comparison
    before = labels(f"change.legend_{comparison.versus}", n=comparison.weeks)
    show(figures.legend(labels, bars, names, colors, before))
    figure = figures.timeline(
        labels,
        page.palette,
        bars,
        names,
        colors,
        at_least=_incomplete(trend),
        coverage=trend.coverage,
        row_names=_row_names(page, trend),
        spikes=_marks(page, trend),
    )
    st.plotly_chart(
        figure,
        theme=None,
        key=f"{page.name}.chart",
        on_select=lambda: _clicked(page, bars),
        selection_mode="points",
        config=figures.CONFIG,
        alt=labels("chart.alt", title=heading, sentence=plain),
    )
    show(_coverage_legend(page, rows=bool(trend.coverage.rows)))
    spike_list.show_spikes(page, trend.spikes)
    if bars.split is Split.COMPANY:
        show(tag("p", labels("chart.company_rule"), class_="note"))
    _evidence(page, bars, names)


def _marks(page: Page, trend: Trend) -> dict[int, str]:
    """What the chart says of its spikes, by bar."""
    place = {start.astimezone(KST).date(): i for i, start in enumerate(trend.bars.starts)}
    return {place[s.day]: spike_list.sentence(page, s) for s in trend.spikes if s.day in place}


def _incomplete(trend: Trend) -> list[int]:
    width = figures.WIDTHS[trend.bars.step]
    starts = enumerate(trend.bars.starts)
    return [index for index, start in starts if trend.coverage.incomplete(start, width)]


def incomplete(trend: Trend) -> bool:
    """Whether any bar may be too low."""
    return bool(_incomplete(trend))


def _row_names(page: Page, trend: Trend) -> list[str]:
    outlets = {status.source.id: status.source.outlet for status, _ in page.states}
    named = [row.source_id for row in trend.coverage.rows if row.source_id]
    rest = trend.coverage.sources - len(named)
    key = "chart.coverage_rest" if named else "chart.coverage"
    others = page.labels(key, n=rest) if named else page.labels(key)
    return [outlets.get(row.source_id, row.source_id) or others for row in trend.coverage.rows]


def _coverage_legend(page: Page, *, rows: bool) -> markup.Html:
    labels = page.labels
    items = [tag("span", labels("chart.coverage_legend"))] if rows else []
    items += [
        tag("span", tag("i", class_=f"s-{css}"), labels(f"health.{health}"))
        for css, health in (
            ("ok", "ok"),
            ("sil", "silent"),
            ("bad", "failing"),
            ("late", "unvisited"),
        )
        if rows
    ]
    return tag("div", *items, tag("span", labels("chart.weekend"), class_="r"), class_="lg cov")


def _controls(page: Page, bars: Bars, heading: str, *, splits: bool) -> None:
    labels = page.labels
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"head-{page.name}"
    ):
        show(tag("div", tag("h2", heading), class_="ch"))
        if splits:
            st.session_state[f"{page.name}.split"] = bars.split.value
            st.segmented_control(
                labels("chart.by"),
                [Split.TONE.value, Split.COMPANY.value],
                required=True,
                format_func=lambda value: labels(f"chart.{value}"),
                key=f"{page.name}.split",
                on_change=_set,
                args=(page, "split", "split"),
                label_visibility="collapsed",
            )
        offered = periods.steps_offered(page.selection.period)
        if len(offered) > 1:
            st.session_state[f"{page.name}.step"] = bars.step.value
            st.segmented_control(
                labels("chart.step"),
                [step.value for step in offered],
                required=True,
                format_func=lambda value: labels(f"chart.{value}"),
                key=f"{page.name}.step",
                on_change=_set,
                args=(page, "step", "step"),
                label_visibility="collapsed",
            )


def _evidence(page: Page, bars: Bars, names: Mapping[str, str]) -> None:
    """The date box (the click's twin for the keyboard), the table, and a bar's articles."""
    labels = page.labels
    picked = _pick(page, bars)
    past = [i for i in range(len(bars.starts)) if not timeline.upcoming(bars, i, page.now)]

    def bar_name(index: int) -> str:
        if index == WHOLE:
            return labels("chart.whole")
        when = formats.bucket(labels, bars.starts[index], bars.step)
        count = labels("unit.articles", n=formats.number(bars.totals[index]))
        return labels("chart.pick", when=when, count=count)

    st.session_state[f"{page.name}.at"] = picked
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key=f"foot-{page.name}"
    ):
        st.selectbox(
            labels("chart.date"),
            [WHOLE, *reversed(past)],
            format_func=bar_name,
            key=f"{page.name}.at",
            on_change=_picked,
            args=(page, bars),
            label_visibility="collapsed",
        )
        with st.popover(labels("chart.table")):
            st.dataframe(
                table(page, bars, names),
                hide_index=True,
                width=TABLE_WIDTH,
                alt=labels("chart.table"),
                key=f"{page.name}.table",
            )
        show(tag("span", labels("chart.click"), class_="note"))


def table(page: Page, bars: Bars, names: Mapping[str, str]) -> pd.DataFrame:
    """The chart's figures: a row per bar, a column per part, total and earlier period."""
    labels = page.labels
    columns: dict[str, Any] = {
        labels("chart.table_when"): [
            formats.bucket(labels, start, bars.step) for start in bars.starts
        ]
    }
    for key, values in bars.parts.items():
        columns[names[key]] = values
    columns[labels("chart.table_total")] = bars.totals
    columns[labels("chart.table_previous")] = pd.array(list(bars.previous), dtype="Int64")
    return pd.DataFrame(columns)


def articles_of(page: Page, bars: Bars, index: int) -> tuple[list[ArticleCard], str]:
    """The first articles of a bar, and the address that lists all of them ("" if these are all)."""
    start, wanted = bars.starts[index], page.selection.wanted
    first, last = periods.bucket_days(start, bars.step, page.selection.period)
    days = filters.between(wanted, first, last)
    if bars.step is Step.HOUR:
        return page.reader.hour_cards(days, start), ""
    found = page.reader.cards(days, Sort.NEWEST, LISTED, "")
    selection = filters.with_period(page.selection, periods.custom(first, last))
    return list(found.cards), page.href("articles", selection=selection) if found.older else ""


def show_listing(page: Page, trend: Trend) -> None:
    """The articles of the chosen bar, if one is chosen; the chart's neighbour below."""
    labels, bars = page.labels, trend.bars
    index = _pick(page, bars)
    if index == WHOLE:
        return
    found, more = articles_of(page, bars, index)
    head = tag(
        "div",
        tag(
            "h3",
            labels(
                "chart.listed",
                when=formats.bucket(labels, bars.starts[index], bars.step),
                count=labels("unit.articles", n=formats.number(bars.totals[index])),
            ),
        ),
        tag(
            "div",
            link(page.href(page.name, _without_bar(page)), labels("chart.clear")),
            class_="r",
        ),
        class_="ch",
    )
    foot = tag("div", link(more, labels("chart.more")), class_="foot") if more else ""
    show(join([tag("div", head, class_="listed"), cards.listing(page.setting(), found), foot]))


def _without_bar(page: Page) -> dict[str, list[str]]:
    return {key: values for key, values in page.own().items() if key != "at"}
