"""A filter on one sheet of A4: figures, timeline, stories, newest articles. Pure: a whole page out.

No script and nothing from elsewhere; rows are of fixed height, so that the sheet never overflows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard import formats, palette, tiles
from dashboard.markup import EMPTY, Html, foreign, join, tag
from dashboard.question import Question
from dashboard.timeline import TONES_FROM_BASE, Bars
from db.model import Tone
from db.query import ArticleCard, Counts

STORIES, LISTED = 6, 20
"""as many as there is room for"""
WIDTH, HEIGHT, FLOOR = 700, 150, 14
"""of the chart, in its own units; below the bars stand the days"""
MOST_DAYS_NAMED = 8
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
STYLE = Path(__file__).with_name("print.css")


@dataclass(frozen=True)
class Sheet:
    """What one sheet shows. ``at_least``: feeds were not seen meanwhile."""

    question: Question
    counts: Counts
    bars: Bars
    stories: Sequence[ArticleCard]
    newest: Sequence[ArticleCard]
    made_at: datetime
    tagger_version: str
    at_least: bool = False


def page(sheet: Sheet) -> str:
    """The whole document."""
    labels = sheet.question.labels
    title = labels("printed.title", conditions=_about(sheet))
    head = join(
        [
            Html('<meta charset="utf-8">'),
            tag("title", title),
            tag("style", Html(STYLE.read_text(encoding="utf-8"))),
        ]
    )
    shown = tag(
        "main",
        tag("h1", foreign(title), class_="one"),
        tag("div", _sub(sheet), class_="sub one"),
        _figures(sheet),
        tag("h2", labels("overview.timeline")),
        _key(sheet),
        _chart(sheet),
        tag("h2", labels("company.stories_several")),
        _stories(sheet),
        tag(
            "h2",
            labels("printed.list", n=len(sheet.newest), all=_number(sheet, sheet.counts.articles)),
        ),
        _list(sheet),
        tag("p", labels("printed.foot", version=sheet.tagger_version[:12]), class_="foot"),
        class_="sheet",
    )
    hint = tag("p", labels("printed.hint"), class_="hint")
    body = tag("html", tag("head", head), tag("body", hint, shown), lang=labels.lang)
    return f"<!doctype html>\n{body}\n"


def _about(sheet: Sheet) -> str:
    question = sheet.question
    return " · ".join(question.conditions()) or question.labels("subscription.everything")


def _sub(sheet: Sheet) -> str:
    labels, period = sheet.question.labels, sheet.question.selection.period
    made = labels("printed.made", when=formats.moment(labels, sheet.made_at))
    return f"{formats.span(labels, period.start, period.end)} · {made}"


def _number(sheet: Sheet, value: int) -> str:
    return ("≥ " if sheet.at_least else "") + formats.number(value)


def _figures(sheet: Sheet) -> Html:
    labels, counts = sheet.question.labels, sheet.counts
    figures = (
        ("tile.articles", _number(sheet, counts.articles)),
        ("tile.stories", _number(sheet, counts.stories)),
        ("tile.outlets", formats.number(counts.outlets)),
    )
    boxes = [tag("div", tag("span", labels(key)), tag("b", value)) for key, value in figures]
    tones = tag("b", tiles.tone_shares(labels, counts.tones))
    boxes.append(tag("div", tag("span", labels("filter.tone")), tones, class_="wide"))
    return tag("div", *boxes, class_="figures")


def _fill(tone: Tone) -> str:
    """Unrated is an empty frame: two greys look alike on paper."""
    return "#fff" if tone is Tone.UNRATED else palette.LIGHT.tone(tone)


def _key(sheet: Sheet) -> Html:
    names = [
        join(
            [
                tag("i", style=f"background:{_fill(tone)};border-color:{palette.LIGHT.tone(tone)}"),
                sheet.question.labels(f"tone.{tone}"),
            ]
        )
        for tone in TONES_FROM_BASE
    ]
    return tag("div", *names, class_="key")


def _chart(sheet: Sheet) -> Html:
    """Stacked bars by tone; the highest and some days are named."""
    labels, bars = sheet.question.labels, sheet.bars
    most = max(bars.totals, default=0) or 1
    slot = WIDTH / max(len(bars.starts), 1)
    scale = (HEIGHT - 2 * FLOOR) / most
    every = max(1, -(-len(bars.starts) // MOST_DAYS_NAMED))
    parts: list[Html] = []
    for index, start in enumerate(bars.starts):
        top = float(HEIGHT - FLOOR)
        for tone in TONES_FROM_BASE:
            height = bars.parts[tone.value][index] * scale
            top -= height
            if height:
                parts.append(
                    tag(
                        "rect",
                        x=f"{index * slot + slot * 0.15:.1f}",
                        y=f"{top:.1f}",
                        width=f"{slot * 0.7:.1f}",
                        height=f"{height:.1f}",
                        fill=_fill(tone),
                        stroke=palette.LIGHT.tone(tone),
                    )
                )
        middle = f"{(index + 0.5) * slot:.1f}"
        if bars.totals[index] and (every == 1 or bars.totals[index] == most):
            total = formats.number(bars.totals[index])
            parts.append(tag("text", total, x=middle, y=f"{top - 3:.1f}", text_anchor="middle"))
        if index % every == 0:
            name = formats.bucket(labels, start, bars.step)
            edge = {"x": 0} if index == 0 else {"x": middle, "text_anchor": "middle"}
            parts.append(tag("text", name, y=HEIGHT - 3, **edge))
    floor = HEIGHT - FLOOR
    parts.append(
        tag("line", x1=0, x2=WIDTH, y1=floor, y2=floor, stroke="#4b4e57", stroke_width=0.6)
    )
    # attributes of SVG mind their case, which `tag` keeps
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none" if len(bars.starts) > 60 else None,
        role="img",
        aria_label=labels("overview.timeline"),
    )


def _cell(value: object, class_: str = "") -> Html:
    return tag("td", tag("span", value, class_="one"), class_=class_ or None)


def _stories(sheet: Sheet) -> Html:
    labels = sheet.question.labels
    rows = [
        tag(
            "tr",
            _cell(_when(sheet, card), "at"),
            _cell(foreign(card.title)),
            _cell(foreign(card.outlet), "by"),
            _cell(
                f"{labels('unit.articles', n=formats.number(card.story_articles))} · "
                f"{labels('unit.outlets', n=formats.number(card.story_outlets))}",
                "to",
            ),
        )
        for card in sheet.stories
    ]
    return tag("table", *rows) if rows else tag("p", labels("chart.nothing"))


def _list(sheet: Sheet) -> Html:
    return tag(
        "table",
        *(
            tag(
                "tr",
                _cell(_when(sheet, card), "at"),
                _cell(foreign(card.title)),
                _cell(foreign(card.outlet), "by"),
                _cell(_tones(sheet, card), "to"),
            )
            for card in sheet.newest
        ),
    )


def _when(sheet: Sheet, card: ArticleCard) -> str:
    clock, day = formats.published(sheet.question.labels, card, sheet.made_at)
    return f"{day} {clock}"


def _tones(sheet: Sheet, card: ArticleCard) -> Html:
    labels, asked = sheet.question.labels, sheet.question.wanted.companies
    first = sorted(card.mentions, key=lambda mention: mention.company_id not in asked)[:1]
    if not first:
        return EMPTY
    name = sheet.question.company(first[0].company_id)
    return join([foreign(name), " ", labels(f"tone.{Tone(first[0].tone)}")])
