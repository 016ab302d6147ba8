"""How right the tags are, how that was measured, and what people corrected since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import formats, frame, tiles
from dashboard.accuracy import TONES, Confusion, Score, interval, measured
from dashboard.markup import Html, fill, foreign, join, show, tag
from dashboard.tiles import Tile
from db.model import CorrectionKind, Tone
from db.tallies import CorrectionCount

page = frame.begin("accuracy")
labels, wanted = page.labels, page.selection.wanted
found = measured()
measured_on = formats.day(labels, found.measured_on)
frame.title(
    page,
    labels("accuracy.title"),
    labels("accuracy.sub", n=formats.number(found.headlines), day=measured_on),
)


def share(part: int, whole: int) -> str:
    """The figure of a tile: ``68.8``."""
    return f"{100 * part / whole:.1f}" if whole else formats.DASH


def range_of(right: int, total: int) -> str:
    """``65–72 %``: where the true share lies in 19 of 20 cases."""
    low, high = interval(right, total)
    return f"{100 * low:.0f}{formats.DASH}{100 * high:.0f}{formats.THIN}%"


def table(heads: Sequence[str], body: Sequence[Html], class_: str = "") -> Html:
    """A table; all columns but the first hold numbers."""
    head = tag(
        "tr",
        *(
            tag("th", name, class_="num" if place else None, scope="col")
            for place, name in enumerate(heads)
        ),
    )
    made = tag("table", tag("thead", head), tag("tbody", *body), class_=f"acc {class_}")
    return tag("div", made, class_="scroll")


def by_tone(confusion: Confusion) -> Html:
    """Each tone: how often it is right when said, and how much of it is found."""
    body = []
    for tone in TONES:
        score = confusion.score(tone.value)
        body.append(
            tag(
                "tr",
                tag("th", labels(f"tone.{tone}"), scope="row"),
                tag("td", formats.percent(score.right, score.said), class_="num"),
                tag("td", formats.percent(score.right, score.labelled), class_="num"),
                tag("td", f"{score.f1:.2f}", class_="num"),
                tag("td", formats.number(score.labelled), class_="num mt"),
            )
        )
    heads = ("article.tone", "accuracy.precision", "accuracy.recall", "accuracy.f1", "accuracy.n")
    return table([labels(key) for key in heads], body)


def matrix(confusion: Confusion) -> Html:
    """What people said against what the machine said; the darker, the more of the row."""
    answers = [*TONES, Tone.UNRATED]
    body = []
    for tone in TONES:
        row = confusion.counts.get(tone.value, {})
        whole = sum(row.values())
        cells = []
        for said in answers:
            count = row.get(said.value, 0)
            part = round(100 * count / whole) if whole else 0
            style = f"background:color-mix(in srgb,var(--cw-neutral) {part * 0.7:.0f}%,transparent)"
            inner = join([tag("b", formats.number(count)), tag("span", f"{part}{formats.THIN}%")])
            right = "num right" if said is tone else "num"
            cells.append(tag("td", inner, class_=right, style=style))
        body.append(tag("tr", tag("th", labels(f"tone.{tone}"), scope="row"), *cells))
    heads = [labels("accuracy.people"), *(labels(f"accuracy.machine_{tone}") for tone in answers)]
    return table(heads, body, "matrix")


def companies() -> Html:
    """The tone towards the companies that were labelled often enough."""
    rows = [(key, *row) for key, row in found.by_company.items() if key in page.companies]
    body = [
        tag(
            "tr",
            tag("th", foreign(page.company_name(key)), scope="row"),
            tag("td", formats.percent(right, labelled), class_="num"),
            tag("td", range_of(right, labelled), class_="num mt"),
            tag("td", formats.number(labelled), class_="num mt"),
        )
        for key, labelled, right in rows
    ]
    if not body:
        return tag("p", labels("accuracy.companies_none"), class_="say")
    heads = ("article.company", "accuracy.tone_right", "accuracy.range", "accuracy.n")
    return table([labels(key) for key in heads], body)


def direction(count: CorrectionCount) -> str:
    """What people changed, in words."""
    machine = labels(f"tone.{count.machine}") if count.machine else labels("accuracy.nothing_said")
    person = labels(f"tone.{count.person}") if count.person else ""
    if count.kind is CorrectionKind.RELEVANCE:
        return labels("accuracy.fix_relevant" if count.relevant else "accuracy.fix_irrelevant")
    if count.kind is CorrectionKind.NOT_NAMED:
        return labels("accuracy.fix_not_named")
    if count.kind is CorrectionKind.NAMED:
        return labels("accuracy.fix_named", tone=person)
    return labels("accuracy.fix_tone", machine=machine, person=person)


def corrections() -> Html:
    """How many corrections hold, and which way they go."""
    counts = page.reader.correction_counts()
    if not counts:
        return tag("p", labels("accuracy.fixes_none"), class_="say")
    whole = sum(count.corrections for count in counts)
    body = [
        tag(
            "tr",
            tag("th", direction(count), scope="row"),
            tag("td", labels("unit.articles", n=formats.number(count.corrections)), class_="num"),
        )
        for count in counts
    ]
    said = labels("accuracy.fixes_say", n=formats.number(whole))
    heads = [labels("accuracy.fix"), labels("accuracy.fixes_n")]
    return join([tag("p", said, class_="say"), table(heads, body)])


def ten(score: Score) -> str:
    """How many of ten such answers are right."""
    return formats.number(round(10 * score.right / score.said)) if score.said else formats.DASH


tone, named, relevant = found.mention_tone, found.companies, found.relevance
counts = page.reader.counts(wanted)
unrated = counts.tones.get(Tone.UNRATED, 0)
only_unrated = replace(page.selection, wanted=replace(wanted, tones=(Tone.UNRATED,)))
about = labels("accuracy.of_mentions", n=formats.number(found.mentions))
show(
    tiles.row(
        labels,
        [
            Tile(
                labels("accuracy.tile_tone"),
                share(tone.right, tone.total),
                "%",
                tag("span", labels("accuracy.between", range=range_of(tone.right, tone.total))),
                about,
            ),
            Tile(
                labels("accuracy.tile_companies"),
                share(named.right, named.said),
                "%",
                tag(
                    "span",
                    labels("accuracy.found", share=formats.percent(named.right, named.labelled)),
                ),
                labels(
                    "accuracy.alike",
                    n=formats.number(found.look_alikes.said),
                    wrong=formats.number(found.look_alikes.wrong),
                ),
            ),
            Tile(
                labels("accuracy.tile_relevance"),
                share(relevant.right, relevant.total),
                "%",
                tag(
                    "span",
                    labels("accuracy.between", range=range_of(relevant.right, relevant.total)),
                ),
                labels("accuracy.of_headlines", n=formats.number(relevant.total)),
            ),
            Tile(
                labels("accuracy.tile_unrated"),
                share(unrated, counts.articles),
                "%" if counts.articles else "",
                tag(
                    "span",
                    labels(
                        "accuracy.unrated_gold",
                        share=formats.percent(tone.said(Tone.UNRATED), tone.total),
                    ),
                ),
                labels(
                    "accuracy.unrated_of",
                    n=formats.number(unrated),
                    all=formats.number(counts.articles),
                ),
                page.href("articles", selection=only_unrated),
                labels("tile.see_articles"),
            ),
        ],
    )
)
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch", key="card-tones"):
    say = fill(
        labels.template("accuracy.say"),
        negative=tag("b", ten(tone.score(Tone.NEGATIVE))),
        positive=tag("b", ten(tone.score(Tone.POSITIVE))),
        neutral=tag("b", ten(tone.score(Tone.NEUTRAL))),
    )
    show(
        join(
            [
                tiles.card_head(labels("accuracy.by_tone"), say),
                by_tone(tone),
                tag("div", tiles.card_head(labels("accuracy.by_tone_article")), class_="second"),
                by_tone(found.article_tone),
            ]
        )
    )
with right, st.container(border=True, height="stretch", key="card-matrix"):
    show(
        join(
            [
                tiles.card_head(
                    labels("accuracy.matrix"), tag("span", labels("accuracy.matrix_say"))
                ),
                matrix(tone),
                tag("div", tiles.card_head(labels("accuracy.by_company")), class_="second"),
                companies(),
            ]
        )
    )
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch", key="card-fixes"):
    show(join([tiles.card_head(labels("accuracy.fixes")), corrections()]))
with right, st.container(border=True, height="stretch", key="card-how"):
    points = [
        labels("accuracy.how_1", n=formats.number(found.headlines)),
        labels("accuracy.how_2"),
        labels("accuracy.how_3"),
        labels("accuracy.how_4"),
    ]
    listed = tag("ul", *(tag("li", point) for point in points), class_="how")
    show(join([tiles.card_head(labels("accuracy.how")), listed]))
