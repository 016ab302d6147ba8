"""The figure of who appears with whom. Pure, as `dashboard.figures`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import plotly.graph_objects as go

from dashboard import formats, markup
from dashboard.figures import template
from dashboard.labels import Labels
from dashboard.network import Network
from dashboard.palette import Palette

HEIGHT = 520
SMALLEST, LARGEST = 12, 46
"""diameters of nodes in pixels; the area grows with the articles"""
THINNEST, THICKEST = 1.0, 9.0
PAIR, NODE = "pair", "node"
"""first word of a point's ``customdata``; the ids follow"""


def network(
    labels: Labels,
    palette: Palette,
    found: Network,
    names: Mapping[str, str],
    focus: Collection[str],
    chosen: Collection[str],
) -> go.Figure:
    """Companies as circles, pairs as lines. ``focus``: companies of the filter; ``chosen``: ids of
    the chosen pair or node.

    A line alone fires no click, so each pair has a marker in the middle of its line.
    """
    figure = go.Figure()
    places = {node.company_id: (node.x, node.y) for node in found.nodes}
    most = max((pair.articles for pair in found.pairs), default=1)
    for pair in reversed(found.pairs):
        (x0, y0), (x1, y1) = places[pair.first], places[pair.second]
        picked = {pair.first, pair.second} == set(chosen)
        figure.add_scatter(
            x=[x0, x1],
            y=[y0, y1],
            mode="lines",
            line={
                "width": THINNEST + (THICKEST - THINNEST) * pair.articles / most,
                "color": palette.accent if picked else palette.others,
            },
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[(places[p.first][0] + places[p.second][0]) / 2 for p in found.pairs],
        y=[(places[p.first][1] + places[p.second][1]) / 2 for p in found.pairs],
        mode="markers",
        marker={
            "size": 9,
            "color": palette.background,
            "line": {"width": 1.6, "color": palette.others},
        },
        customdata=[[PAIR, p.first, p.second] for p in found.pairs],
        hovertext=[
            f"{markup.chart(names[p.first])} · {markup.chart(names[p.second])}<br>"
            + labels("unit.articles_long", n=formats.number(p.articles))
            for p in found.pairs
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        unselected={"marker": {"opacity": 1}},
    )
    largest = max((node.articles for node in found.nodes), default=1) or 1
    sizes = [max(SMALLEST, LARGEST * (node.articles / largest) ** 0.5) for node in found.nodes]
    own = [node.company_id in focus or list(chosen) == [node.company_id] for node in found.nodes]
    figure.add_scatter(
        x=[node.x for node in found.nodes],
        y=[node.y for node in found.nodes],
        mode="markers",
        marker={
            "size": sizes,
            "opacity": 1,
            "color": [palette.accent if mine else palette.neutral for mine in own],
            "line": {"width": 2, "color": palette.background},
        },
        customdata=[[NODE, node.company_id] for node in found.nodes],
        hovertext=[
            f"{markup.chart(names[node.company_id])}<br>"
            + labels("unit.articles_long", n=formats.number(node.articles))
            for node in found.nodes
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
    )
    for node, size, mine in zip(found.nodes, sizes, own, strict=True):
        figure.add_annotation(
            text=f"<b>{markup.chart(names[node.company_id])}</b>",
            x=node.x,
            y=node.y,
            yshift=-(size / 2 + 9),
            showarrow=False,
            font={
                "size": 12,
                "color": palette.link if mine else palette.text,
                "shadow": ", ".join([f"0 0 3px {palette.background}"] * 4),
            },
        )
    axis = {"visible": False, "fixedrange": True}
    figure.update_layout(
        template=template(palette),
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={**axis, "range": [-0.07, 1.07]},
        yaxis={**axis, "range": [-0.11, 1.07]},
    )
    return figure
