"""Share of voice and rankings: whose the mentions are. An article counts for each of its companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard import filters, formats, tiles
from dashboard.frame import Page
from dashboard.markup import Html, foreign, join, link, tag, text
from dashboard.periods import Comparison
from dashboard.tiles import Share
from db.model import Tone
from db.query import ArticleFilter, CompanyCount

SHOWN = 10


def shares(
    page: Page, comparison: Comparison, counts: Sequence[CompanyCount]
) -> tuple[list[Share], int]:
    """All companies by share, and the mentions that are 100 %.

    ``counts`` are those of the whole period. The change is one between the finished days and the
    days compared with; it is None unless both have enough mentions for a rate.
    """
    wide = everyone(page.selection.wanted)
    whole = sum(count.articles for count in counts)
    then: dict[str, int] = {}
    lately: dict[str, int] = {}
    if spans := comparison.spans():
        lately, then = (
            {c.company_id: c.articles for c in page.reader.company_counts(days)}
            for days in (filters.between(wide, *span) for span in spans)
        )
    enough = min(sum(then.values()), sum(lately.values())) >= formats.FEWEST_FOR_RATE
    rows = []
    for count in counts:
        part = count.articles / whole
        before = None
        if enough:
            # laid off the whole period's share, so that bar and tick differ by the printed change
            change = lately.get(count.company_id, 0) / sum(lately.values())
            change -= then.get(count.company_id, 0) / sum(then.values())
            before = max(0.0, part - change)
        chosen = replace(page.selection.wanted, companies=(count.company_id,))
        rows.append(
            Share(
                name=page.company_name(count.company_id),
                articles=count.articles,
                part=part,
                before=before,
                href=page.href("companies", selection=replace(page.selection, wanted=chosen)),
                focus=count.company_id in page.selection.wanted.companies,
                fresh=enough and not then.get(count.company_id),
            )
        )
    return rows, whole


def everyone(wanted: ArticleFilter) -> ArticleFilter:
    """The filter without companies: a share of voice is one among all."""
    return replace(wanted, companies=(), together=())


def share_card(page: Page, comparison: Comparison) -> Html:
    """Share of voice: bars, %, change, the rest summed up, and the rule."""
    labels = page.labels
    wide = everyone(page.selection.wanted)
    counts = page.reader.company_counts(wide)
    rows, whole = shares(page, comparison, counts)
    aside = tag("span", tag("i", class_="tick"), labels("change.previous"), class_="lg")
    if not rows:
        return join(
            [
                tiles.card_head(labels("overview.share")),
                tag("p", labels("company.none"), class_="say"),
            ]
        )
    moved = [row for row in rows if row.before is not None and not row.fresh]
    if moved:
        most = max(moved, key=lambda row: abs(row.part - (row.before or 0)))
        points = formats.points(100 * (most.part - (most.before or 0)))
        say = tiles.bold(labels, "overview.share_say", company=most.name, points=points)
    else:
        versus = tiles.versus(labels, comparison)
        say = text(labels("overview.share_say_none", versus=versus))
        if comparison.start is None:
            say = tiles.incomparable(labels, comparison)
        aside = text("")
    focus = [row for row in rows[SHOWN:] if row.focus]
    shown = [*rows[: SHOWN - len(focus)], *focus]
    hidden = [row for row in rows if row not in shown]
    if hidden:
        known = all(row.before is not None for row in hidden)
        shown.append(
            Share(
                name=labels("overview.others", n=formats.number(len(hidden))),
                articles=sum(row.articles for row in hidden),
                part=sum(row.part for row in hidden),
                before=sum(row.before or 0 for row in hidden) if known else None,
            )
        )
    rule = labels(
        "overview.share_rule",
        mentions=formats.number(whole),
        articles=formats.number(page.reader.counts(wide).articles),
    )
    if wide != page.selection.wanted:
        rule = f"{rule} {labels('overview.share_rule_wide')}"
    foot = tag("div", tag("span", rule), class_="foot")
    return join(
        [tiles.card_head(labels("overview.share"), say, aside), tiles.shares(labels, shown), foot]
    )


def ranked(page: Page, rows: Sequence[tuple[str, int, ArticleFilter]]) -> Html:
    """Names with their articles as bars; each leads to the list of exactly these articles."""
    if not rows:
        return tag("p", page.labels("chart.nothing"), class_="say")
    return tiles.ranking(
        page.labels,
        [
            (name, count, page.href("articles", selection=replace(page.selection, wanted=wanted)))
            for name, count, wanted in rows
        ],
    )


def comparison_table(page: Page, counts: Sequence[CompanyCount], whole: int) -> Html:
    """Companies side by side: articles, share, tone, negative share."""
    labels = page.labels
    heads = (
        ("article.company", None),
        ("company.articles", "num"),
        ("company.share", "num"),
        ("company.tone", "tn"),
        ("company.negative", "num"),
    )
    head = tag("tr", *(tag("th", labels(key), class_=c, scope="col") for key, c in heads))
    body = []
    for count in counts:
        chosen = replace(page.selection.wanted, companies=(count.company_id,))
        selection = replace(page.selection, wanted=chosen)
        name = foreign(page.company_name(count.company_id))
        negative = count.tones.get(Tone.NEGATIVE, 0)
        body.append(
            tag(
                "tr",
                tag("td", link(page.href("companies", selection=selection), name), class_="nm"),
                tag(
                    "td",
                    link(
                        page.href("articles", selection=selection),
                        labels("unit.articles", n=formats.number(count.articles)),
                    ),
                    class_="num",
                ),
                tag("td", formats.percent(count.articles, whole), class_="num"),
                tag(
                    "td",
                    tiles.tone_bar(count.tones),
                    class_="tn",
                    title=tiles.tone_shares(labels, count.tones),
                ),
                tag("td", formats.percent(negative, count.articles), class_="num"),
            )
        )
    table = tag("table", tag("thead", head), tag("tbody", *body), class_="cmp")
    note = tag("p", labels("company.sum", n=formats.number(whole)), class_="note")
    return join([tag("div", table, class_="scroll"), note])
