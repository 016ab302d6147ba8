"""The figures at the top of a page, and bars in tables. Pure: HTML out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.accuracy import measured
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, fill, foreign, join, link, tag
from dashboard.periods import Comparison, Versus
from dashboard.timeline import TONES_FROM_BASE
from db.model import Tone
from db.query import Counts

TONE_CLASSES = {
    Tone.POSITIVE: "p",
    Tone.NEUTRAL: "u",
    Tone.NEGATIVE: "n",
    Tone.UNRATED: "q",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One card: what, how many, how that compares, on which rule, and where the evidence is."""

    name: str
    value: str
    unit: str
    change: Html
    rule: str = ""
    href: str = ""
    see: str = ""
    at_least: bool = False
    below: Html = EMPTY
    exact: str = ""
    """the whole number, where ``value`` is shortened"""


def versus(labels: Labels, comparison: Comparison) -> str:
    """What is compared with, in words: "이전 7일", "5주 전"."""
    if comparison.versus is Versus.WEEKS_BEFORE:
        return labels("change.weeks_before", n=comparison.weeks)
    return labels(f"change.{comparison.versus}")


def rule(labels: Labels, comparison: Comparison) -> str:
    """Which days were compared."""
    if comparison.start is None:
        return ""
    return labels("change.without_today" if comparison.today_left_out else "change.whole")


def incomparable(labels: Labels, comparison: Comparison) -> Html:
    """Why there is no change to show."""
    return tag("span", labels("change.too_early" if comparison.too_early else "change.none_yet"))


def counted(labels: Labels, comparison: Comparison, now: int, before: int, unit: str) -> Html:
    """``이전 7일 대비 +12건 (+10.3 %)`` of two counts over the days that may be compared."""
    if comparison.start is None:
        return incomparable(labels, comparison)
    difference, rate = formats.change(labels, now, before, unit)
    figure = tag("b", difference)
    if rate:
        figure = join([figure, " ", tag("span", f"({rate})", class_="nw")])
    return join([labels("change.line", versus=versus(labels, comparison)), " ", figure])


def shared(labels: Labels, comparison: Comparison, now: Counts, before: Counts, tone: Tone) -> Html:
    """The change of a tone's share in percentage points; too few articles give none."""
    if comparison.start is None:
        return incomparable(labels, comparison)
    if min(now.articles, before.articles) < formats.FEWEST_FOR_RATE:
        return tag("span", labels("tile.few"))
    difference = 100 * (
        now.tones.get(tone, 0) / now.articles - before.tones.get(tone, 0) / before.articles
    )
    line = labels("change.line", versus=versus(labels, comparison))
    return join([line, " ", tag("b", formats.points(difference))])


def tone_bar(tones: Mapping[Tone, int]) -> Html:
    """The four tones as one bar; 0 of all gives nothing."""
    parts = [
        tag("i", class_=f"b{TONE_CLASSES[tone]}", style=f"flex:{tones[tone]}")
        for tone in TONES_FROM_BASE
        if tones.get(tone)
    ]
    return tag("div", *parts, class_="tbar", aria_hidden="true") if parts else EMPTY


def tone_shares(labels: Labels, tones: Mapping[Tone, int], leave_out: Tone | None = None) -> str:
    """``긍정 32.5 · 중립 51.5 · 미판정 4.4 %``: the words of `tone_bar`."""
    whole = sum(tones.values())
    if not whole:
        return labels("tile.no_articles")
    order = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE, Tone.UNRATED)
    shares = [
        f"{labels(f'tone.{tone}')} {100 * tones.get(tone, 0) / whole:.1f}"
        for tone in order
        if tone is not leave_out
    ]
    return " · ".join(shares) + f"{formats.THIN}%"


def row(labels: Labels, tiles: Sequence[Tile]) -> Html:
    """The tiles side by side; two by two on a narrow screen."""
    cards = []
    for tile in tiles:
        more = tag("span", "≥", class_="ge", title=labels("tile.at_least")) if tile.at_least else ""
        evidence = EMPTY
        if tile.rule or tile.href:
            see = link(tile.href, tile.see) if tile.href else EMPTY
            evidence = tag("div", tag("span", tile.rule), see, class_="ev")
        cards.append(
            tag(
                "section",
                tag("h2", tile.name, class_="k"),
                tag(
                    "div",
                    more,
                    tag("span", tile.value, title=tile.exact or None),
                    tag("small", tile.unit),
                    class_="v",
                ),
                tag("div", tile.change, class_="d"),
                tile.below,
                evidence,
                class_="card tile",
            )
        )
    return tag("div", *cards, class_="g g4" if len(cards) == 4 else "g g5")


@dataclass(frozen=True, slots=True)
class Share:
    """One company's row: articles that mention it, now and (``None``: not comparable) before."""

    name: str
    articles: int
    part: float
    """0 … 1"""
    before: float | None
    href: str = ""
    focus: bool = False
    fresh: bool = False


def shares(labels: Labels, rows: Sequence[Share]) -> Html:
    """Share of voice: bar, %, change in %p, and a tick where the share was before."""
    widest = max((max(row.part, row.before or 0) for row in rows), default=0) or 1
    lines = []
    changing = any(row_.before is not None or row_.fresh for row_ in rows)
    for row_ in rows:
        bar: list[Html] = [tag("i", style=f"width:{100 * row_.part / widest:.2f}%")]
        if row_.before is not None:
            bar.append(tag("u", style=f"left:{100 * row_.before / widest:.2f}%"))
        change = ""
        if row_.fresh:
            change = labels("change.new")
        elif row_.before is not None:
            change = formats.points(100 * (row_.part - row_.before))
        name = foreign(row_.name)
        lines.append(
            tag(
                "tr",
                tag("th", link(row_.href, name) if row_.href else name, class_="nm", scope="row"),
                tag("td", tag("div", *bar, class_="bar"), aria_hidden="true"),
                tag("td", formats.percent(row_.part, 1), class_="pc"),
                tag("td", change, class_="dp") if changing else EMPTY,
                class_="me" if row_.focus else None,
                title=labels("unit.articles_long", n=formats.number(row_.articles)),
            )
        )
    head = tag(
        "thead",
        tag(
            "tr",
            *(
                tag("th", labels(key), scope="col")
                for key in ("article.company", "chart.bar", "company.share", "change.column")
            ),
        ),
        class_="sr",
    )
    return tag("table", head, tag("tbody", *lines), class_="sov")


def ranking(labels: Labels, rows: Sequence[tuple[str, int, str]]) -> Html:
    """Name, articles and address as horizontal bars."""
    widest = max((count for _, count, _ in rows), default=0) or 1
    lines = [
        tag(
            "tr",
            tag("th", link(href, foreign(name)) if href else foreign(name), class_="nm"),
            tag(
                "td",
                tag("div", tag("i", style=f"width:{100 * count / widest:.2f}%"), class_="bar"),
                aria_hidden="true",
            ),
            tag("td", labels("unit.articles", n=formats.number(count)), class_="pc"),
        )
        for name, count, href in rows
    ]
    return tag("table", tag("tbody", *lines), class_="sov rank")


def card_head(title: str, say: Html = EMPTY, aside: Html = EMPTY) -> Html:
    """A card's heading with one sentence below it."""
    return join(
        [
            tag(
                "div", tag("h2", title), tag("div", aside, class_="r") if aside else "", class_="ch"
            ),
            tag("p", say, class_="say") if say else "",
        ]
    )


def bold(labels: Labels, key: str, **values: str) -> Html:
    """A sentence with its values set bold."""
    # a name is isolated; figures are not, since a line could break between them and a particle
    made = {k: tag("b", foreign(v) if k == "company" else v) for k, v in values.items()}
    return fill(labels.template(key), **made)


def footnote(labels: Labels) -> Html:
    """What the numbers of a page rest on: how right the tones are, and how to count."""
    accuracy = measured()
    said = labels(
        "overview.accuracy",
        share=formats.percent(accuracy.tone, 1),
        n=formats.number(accuracy.mentions),
        day=formats.day(labels, accuracy.measured_on),
    )
    return tag("p", said, " ", labels("overview.footnote"), class_="footnote")
