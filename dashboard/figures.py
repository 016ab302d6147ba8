"""The Plotly figures. Pure: figures in, `go.Figure` out; every text is escaped by `markup.chart`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from dashboard import formats, holidays, markup
from dashboard.coverage import Coverage
from dashboard.labels import Labels
from dashboard.palette import Palette
from dashboard.timeline import NOBODY, Bars
from db.health import OUTAGES, QUIET, Health
from db.model import KST, Tone
from db.query import Split, Step

CONFIG = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False}
FONT = "Noto Sans KR, Noto Sans CJK KR, Apple SD Gothic Neo, Malgun Gothic, sans-serif"
FEW_BARS = 14
WIDTHS = {Step.HOUR: timedelta(hours=1), Step.DAY: timedelta(1), Step.WEEK: timedelta(7)}
COVERAGE_ROW = 17
PLOT_HEIGHT, TOP_MARGIN, AXIS_HEIGHT = 270, 24, 42


def template(palette: Palette) -> go.layout.Template:
    """Our look: no title, no legend (it is drawn in HTML), thin grid, KST on the axis."""
    axis = {
        "tickfont": {"size": 12, "color": palette.muted},
        "linecolor": palette.line,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": palette.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "dragmode": False,
            "margin": {"l": 44, "r": 4, "t": 24, "b": 28},
            "xaxis": {**axis, "showgrid": False, "showline": True},
            "yaxis": {**axis, "gridcolor": palette.hairline, "tickfont": {"color": palette.faint}},
            "hoverlabel": {
                "bgcolor": palette.background,
                "bordercolor": palette.line,
                "font": {"family": FONT, "size": 12.5, "color": palette.text},
            },
        }
    )


def tick_formats(labels: Labels) -> list[dict[str, Any]]:
    """Dates of the axis in the user's language; Plotly has no Korean locale of its own here."""
    day, month = labels("chart.tick_day"), labels("chart.tick_month")
    return [
        {"dtickrange": [None, 3_600_000 * 23], "value": labels("chart.tick_hour")},
        {"dtickrange": [3_600_000 * 23, "M1"], "value": day},
        {"dtickrange": ["M1", None], "value": month},
    ]


def _local(instant: datetime) -> datetime:
    # Plotly draws wall-clock time; naive, so that no browser shifts it into a zone of its own
    return instant.astimezone(KST).replace(tzinfo=None)


def _ticks(labels: Labels, bars: Bars) -> dict[str, Any]:
    """Few bars are named one by one, with weekday; many by Plotly's own choice of dates."""
    if bars.step is Step.DAY and len(bars.starts) <= FEW_BARS:
        texts = []
        for index, start in enumerate(bars.starts):
            there = start.astimezone(KST).date()
            weekday = labels(f"weekday.{there.weekday()}")
            month = labels(f"month.{there.month}") if index == 0 or there.day == 1 else ""
            name = f"{there.day}.{weekday}" if labels.lang == "ko" else f"{weekday} {there.day}"
            below = labels("chart.running") if index == bars.running else month
            if below:
                name += f"<br>{below}"
            texts.append(name)
        width = WIDTHS[bars.step] / 2
        values = [_local(start + width) for start in bars.starts]
        return {"tickmode": "array", "tickvals": values, "ticktext": texts, "tickangle": 0}
    return {"tickformatstops": tick_formats(labels), "nticks": 8}


def _days_off(bars: Bars, palette: Palette) -> list[dict[str, Any]]:
    if bars.step is Step.WEEK:
        return []
    days = {_local(start).replace(hour=0) for start in bars.starts}
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "y domain",
            "x0": day,
            "x1": day + timedelta(1),
            "y0": 0,
            "y1": 1,
            "fillcolor": palette.surface,
            "line": {"width": 0},
            "layer": "below",
        }
        for day in sorted(days)
        if holidays.off(day.date())
    ]


def _pattern(bars: Bars, key: str, palette: Palette) -> dict[str, Any]:
    """Hatching of the unrated part, and of the bar that is not over yet."""
    count = len(bars.starts)
    if bars.split is Split.TONE and key == Tone.UNRATED.value:
        return {"shape": "/", "fgcolor": palette.unrated, "size": 5, "solidity": 0.3}
    shapes = [""] * count
    if bars.running is not None:
        shapes[bars.running :] = ["\\"] * (count - bars.running)
    return {"shape": shapes, "fgcolor": palette.background, "size": 6, "solidity": 0.35}


def timeline(
    labels: Labels,
    palette: Palette,
    bars: Bars,
    names: Mapping[str, str],
    colors: Mapping[str, str],
    *,
    at_least: Sequence[int] = (),
    coverage: Coverage | None = None,
    row_names: Sequence[str] = (),
    spikes: Mapping[int, str] = MappingProxyType({}),
) -> go.Figure:
    """Stacked bars over time with the earlier period as a dashed line.

    ``names`` and ``colors`` by part; ``at_least``: bars whose collection is incomplete;
    ``coverage``: rows of health, drawn below on the same axis, named by ``row_names``;
    ``spikes``: bars that get a mark, with what it says.
    """
    figure = go.Figure()
    width = WIDTHS[bars.step]
    middles = [_local(start + width / 2) for start in bars.starts]
    whens = [_when(labels, bars, start) for start in bars.starts]
    for key, values in bars.parts.items():
        dashed = bars.split is Split.TONE and key == Tone.UNRATED.value
        name = markup.chart(names[key])
        figure.add_bar(
            x=middles,
            y=list(values),
            name=name,
            width=width.total_seconds() * 1000 * (0.62 if len(bars.starts) <= FEW_BARS else 0.72),
            marker={
                "color": palette.background if dashed else colors[key],
                "pattern": {**_pattern(bars, key, palette), "fillmode": "overlay", "fgopacity": 1},
                "line": {
                    "width": 0.8 if dashed else 1.4,
                    "color": palette.unrated if dashed else palette.background,
                },
            },
            customdata=[start.isoformat() for start in bars.starts],
            hovertext=[
                f"{when}<br>{labels('chart.hover', name=name, count=_count(labels, value))}"
                for when, value in zip(whens, values, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            unselected={"marker": {"opacity": 1}},
        )
    _add_line(figure, labels, palette, bars, middles)
    if len(bars.starts) <= FEW_BARS:
        figure.add_scatter(
            x=middles,
            y=list(bars.totals),
            mode="text",
            text=[
                f"<b>{'≥ ' if i in at_least else ''}{formats.number(total)}</b>" if total else ""
                for i, total in enumerate(bars.totals)
            ],
            textposition="top center",
            textfont={
                "size": 12.5,
                "shadow": ", ".join([f"0 0 3px {palette.background}"] * 4),
            },
            hoverinfo="skip",
            cliponaxis=False,
        )
    if spikes:
        _add_spikes(figure, palette, bars, middles, spikes)
    rows = len(coverage.rows) if coverage else 0
    _lay_out(figure, labels, palette, bars, rows, marked=bool(spikes))
    if coverage and rows:
        _add_coverage(figure, palette, row_names, coverage)
    return figure


def _when(labels: Labels, bars: Bars, start: datetime) -> str:
    """A bar's name in its hover text, with the holiday that it falls on."""
    name = formats.bucket(labels, start, bars.step)
    holiday = holidays.name(start.astimezone(KST).date(), labels.lang)
    return markup.chart(f"{name} · {holiday}" if holiday and bars.step is Step.DAY else name)


def _add_spikes(
    figure: go.Figure,
    palette: Palette,
    bars: Bars,
    middles: Sequence[datetime],
    spikes: Mapping[int, str],
) -> None:
    """A diamond above each spike. One point per bar, so that a click tells the bar."""
    highest = max((*bars.totals, *(n or 0 for n in bars.previous)), default=0)
    above = highest * (0.13 if len(bars.starts) <= FEW_BARS else 0.05)
    figure.add_scatter(
        x=list(middles),
        y=[total + above if i in spikes else None for i, total in enumerate(bars.totals)],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": palette.text},
        hovertext=[markup.chart(spikes[i]) if i in spikes else "" for i in range(len(middles))],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
    )


def _count(labels: Labels, value: int) -> str:
    return labels("unit.articles", n=formats.number(value))


def _add_line(
    figure: go.Figure, labels: Labels, palette: Palette, bars: Bars, middles: Sequence[datetime]
) -> None:
    figure.add_scatter(
        x=list(middles),
        y=list(bars.previous),
        mode="lines+markers" if len(bars.starts) <= FEW_BARS else "lines",
        line={"color": palette.previous, "width": 1.8, "dash": "5px,3px"},
        marker={
            "size": 6,
            "color": palette.background,
            "line": {"color": palette.previous, "width": 1.6},
        },
        hovertext=[
            "" if n is None else f"{labels('change.previous')} {_count(labels, n)}"
            for n in bars.previous
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _lay_out(
    figure: go.Figure, labels: Labels, palette: Palette, bars: Bars, rows: int, *, marked: bool
) -> None:
    highest = max((*bars.totals, *(n or 0 for n in bars.previous)), default=0)
    first, last = _local(bars.starts[0]), _local(bars.starts[-1] + WIDTHS[bars.step])
    below = COVERAGE_ROW * rows
    named = bars.step is Step.DAY and len(bars.starts) <= FEW_BARS
    axis = AXIS_HEIGHT if named else AXIS_HEIGHT - 14
    height = PLOT_HEIGHT + axis + below
    figure.update_layout(
        template=template(palette),
        barmode="stack",
        height=TOP_MARGIN + height + 2,
        margin={"t": TOP_MARGIN, "b": 2, "l": 84 if rows else 44},
        xaxis={"range": [first, last], "anchor": "y", **_ticks(labels, bars)},
        yaxis={
            "domain": [(axis + below) / height, 1],
            "range": [0, max(highest, 4) * (1.2 if marked else 1.12)],
            "nticks": 4,
            "tickformat": ",d",
        },
        shapes=_days_off(bars, palette),
    )
    if rows:
        figure.update_layout(
            yaxis2={"domain": [0, below / height], "range": [rows, 0], "visible": False}
        )


def _add_coverage(
    figure: go.Figure,
    palette: Palette,
    names: Sequence[str],
    coverage: Coverage,
) -> None:
    """Rows of health below the bars, on their time axis: one strip per run of equal slices."""
    fills = {Health.OK: palette.ok, Health.UNVISITED: palette.late, Health.FAILING: palette.failed}
    for place, (name, row) in enumerate(zip(names, coverage.rows, strict=True)):
        figure.add_annotation(
            text=markup.chart(name),
            xref="paper",
            x=0,
            xanchor="right",
            xshift=-8,
            yref="y2",
            y=place + 0.5,
            yanchor="middle",
            showarrow=False,
            font={"size": 11.5, "color": palette.text if row.source_id else palette.muted},
        )
        at = coverage.since
        for health, run in groupby(row.slices, _drawn):
            until = at + coverage.width * len(list(run))
            if health is not None:
                silent = health is Health.SILENT
                left, right, top, bottom = _local(at), _local(until), place + 0.12, place + 0.88
                figure.add_scatter(
                    x=[left, right, right, left, left],
                    y=[top, top, bottom, bottom, top],
                    yaxis="y2",
                    mode="lines",
                    fill="toself",
                    fillcolor=palette.background if silent else fills[health],
                    fillpattern={
                        "shape": "/" if silent else "",
                        "fgcolor": palette.late,
                        "bgcolor": palette.background,
                        "size": 5,
                        "solidity": 0.3,
                    }
                    if silent
                    else None,
                    line={"width": 0.8 if silent else 0, "color": palette.late},
                    hoverinfo="skip",
                )
            at = until


def _drawn(health: Health | None) -> Health | None:
    """What a strip tells apart: fine, quiet, not asked, failing."""
    if health is None or health is Health.UNVISITED:
        return health
    if health in QUIET:
        return Health.SILENT
    return Health.FAILING if health in OUTAGES else Health.OK


def legend(
    labels: Labels, bars: Bars, names: Mapping[str, str], colors: Mapping[str, str], before: str
) -> markup.Html:
    """The figure's legend in HTML: sign and word, never colour alone. ``before`` names the line."""
    signs = {Tone.NEGATIVE: "−", Tone.NEUTRAL: "○", Tone.POSITIVE: "+", Tone.UNRATED: "?"}
    items = []
    for key in bars.parts:
        if key == NOBODY and bars.split is Split.TONE:
            continue
        tone = Tone(key) if bars.split is Split.TONE else None
        square = (
            markup.tag("i", class_="hatch")
            if tone is Tone.UNRATED
            else markup.tag("i", style=f"background:{colors[key]}")
        )
        name = f"{signs[tone]} {names[key]}" if tone else names[key]
        items.append(markup.tag("span", square, markup.foreign(name)))
    dashes = markup.tag("i", class_="dash")
    items.append(markup.tag("span", dashes, before))
    return markup.tag("div", *items, class_="lg")
