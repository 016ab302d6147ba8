"""The figure of one story: who reported when. Pure; its table twin is `storycard.articles`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go

from dashboard import figures, formats, markup
from dashboard.labels import Labels
from dashboard.palette import Palette
from db.model import KST, Tone
from db.query import ArticleCard

MOST_OUTLETS = 14
_ROW, _FRAME = 26, 62
_SYMBOLS = {
    Tone.POSITIVE: "cross",
    Tone.NEUTRAL: "circle",
    Tone.NEGATIVE: "square",
    Tone.UNRATED: "circle-open",
}
"""a shape for each tone besides its colour"""


def spread(labels: Labels, palette: Palette, cards: Sequence[ArticleCard]) -> go.Figure:
    """A row per outlet in order of appearance, a mark per article at its time in KST.

    ``cards`` are by time; outlets beyond `MOST_OUTLETS` stand in the table alone.
    """
    outlets = list(dict.fromkeys(card.outlet for card in cards))[:MOST_OUTLETS]
    rows = {outlet: place for place, outlet in enumerate(outlets)}
    shown = [card for card in cards if card.outlet in rows]
    figure = go.Figure()
    for tone in Tone:
        own = [card for card in shown if card.tone is tone]
        if not own:
            continue
        figure.add_scatter(
            x=[card.published_at.astimezone(KST).replace(tzinfo=None) for card in own],
            y=[rows[card.outlet] for card in own],
            mode="markers",
            name=labels(f"tone.{tone}"),
            marker={
                "symbol": _SYMBOLS[tone],
                "size": 11,
                "color": palette.tone(tone),
                "line": {"width": 1.4, "color": palette.background}
                if tone is not Tone.UNRATED
                else {"width": 1.8, "color": palette.unrated},
            },
            hovertext=[
                f"{markup.chart(card.outlet)} · {formats.moment(labels, card.published_at)}"
                f"<br>{markup.chart(_short(card.title))}<br>{labels(f'tone.{card.tone}')}"
                for card in own
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    first, last = (
        card.published_at.astimezone(KST).replace(tzinfo=None) for card in (shown[0], shown[-1])
    )
    margin = max((last - first) * 0.04, timedelta(minutes=10))
    figure.update_layout(
        template=figures.template(palette),
        height=_FRAME + _ROW * len(outlets),
        margin={"l": 8, "r": 12, "t": 10, "b": 34},
        xaxis={
            "range": [first - margin, last + margin],
            "tickformatstops": figures.tick_formats(labels),
            "nticks": 5,
            "showgrid": True,
            "gridcolor": palette.hairline,
        },
        yaxis={
            "range": [len(outlets) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(len(outlets))),
            "ticktext": [markup.chart(_short(outlet, 14)) for outlet in outlets],
            "tickfont": {"color": palette.muted, "size": 12},
            "automargin": True,
        },
    )
    return figure


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
