"""Pieces that two pages share: the warning about gaps, the tone's tile, the order of stories."""

from __future__ import annotations

from dashboard import cards, filters, formats, tiles, trend
from dashboard.frame import Page
from dashboard.markup import Html, fill, foreign, join, link, show, tag
from dashboard.periods import Comparison
from dashboard.tiles import Tile
from dashboard.trend import Trend
from db.model import Tone
from db.query import Counts

NAMED = 2


def gaps(page: Page, shown: Trend) -> None:
    """Say that figures may be too low, because feeds failed for hours in this period."""
    if not trend.incomplete(shown):
        return
    labels = page.labels
    outlets = {status.source.id: status.source.outlet for status, _ in page.states}
    names = list(dict.fromkeys(outlets.get(i, i) for i in shown.coverage.troubled))
    listed: Html = foreign("·".join(names[:NAMED]))
    if len(names) > NAMED:
        template = labels.template("state.gap_more")
        listed = fill(template, names=listed, n=str(len(names) - NAMED))
    show(
        tag(
            "div",
            tag("span", "!", class_="hx", aria_hidden="true"),
            tag(
                "p",
                tag("b", labels("state.gap_now")),
                " ",
                labels("state.gap_stopped")
                if shown.coverage.stopped
                else fill(labels.template("state.gap_sources"), names=listed),
            ),
            link(page.href("sources"), labels("state.gap_link")),
            class_="gapnote",
            role="status",
        )
    )


def tone_tile(
    page: Page, comparison: Comparison, counts: Counts, now: Counts, before: Counts
) -> Tile:
    """The share of negative articles, with all four tones below it."""
    labels = page.labels
    name = labels("tile.negative")
    if len(page.selection.wanted.companies) == 1:
        company = page.company_name(page.selection.wanted.companies[0])
        name = labels("tile.negative_of", company=company)
    part = counts.tones.get(Tone.NEGATIVE, 0)
    value = f"{100 * part / counts.articles:.1f}" if counts.articles else "–"
    below = join(
        [
            tiles.tone_bar(counts.tones),
            tag("div", tiles.tone_shares(labels, counts.tones, Tone.NEGATIVE), class_="ev plain"),
        ]
    )
    return Tile(
        name,
        value,
        "%" if counts.articles else "",
        tiles.shared(labels, comparison, now, before, Tone.NEGATIVE),
        below=below,
    )


def articles_tile(
    page: Page,
    comparison: Comparison,
    counts: Counts,
    now: Counts,
    before: Counts,
    *,
    at_least: bool,
) -> Tile:
    """How many articles."""
    labels = page.labels
    return Tile(
        labels("tile.articles"),
        formats.compact(labels, counts.articles),
        labels("unit.article"),
        tiles.counted(labels, comparison, now.articles, before.articles, "unit.articles"),
        tiles.rule(labels, comparison),
        page.href("articles"),
        labels("tile.see_articles"),
        at_least,
        exact=labels("unit.articles_long", n=formats.number(counts.articles)),
    )


def stories_tile(
    page: Page,
    comparison: Comparison,
    counts: Counts,
    now: Counts,
    before: Counts,
    *,
    at_least: bool,
) -> Tile:
    """How many stories began."""
    labels = page.labels
    return Tile(
        labels("tile.stories"),
        formats.compact(labels, counts.stories),
        labels("unit.story"),
        tiles.counted(labels, comparison, now.stories, before.stories, "unit.stories"),
        labels("tile.first_day"),
        page.href(page.name, {**page.own(), "order": "largest"}),
        labels("tile.see_stories"),
        at_least,
        exact=labels("unit.stories_long", n=formats.number(counts.stories)),
    )


def story_card(page: Page, heading: str, counts: Counts, limit: int, *, largest: bool) -> None:
    """The stories of the filter, newest or largest first, inside the present container."""
    labels = page.labels
    stories = page.reader.stories(page.selection.wanted, limit, largest)
    head = tiles.card_head(heading, aside=_story_order(page, largest))
    if not stories:
        show(join([head, tag("p", labels("chart.nothing"), class_="say")]))
        return
    shown = labels(
        "overview.stories_shown",
        all=formats.number(counts.stories),
        n=formats.number(len(stories)),
    )
    every = link(page.href("stories"), labels("overview.stories_all"))
    foot = tag("div", tag("span", shown), tag("span", every, class_="r"), class_="foot")
    show(join([head, cards.stories(page.setting(), stories), foot]))


def _story_order(page: Page, largest: bool) -> Html:
    """Two links that look like a segmented control: newest or largest stories first."""
    labels = page.labels
    choices = (("newest", not largest), ("largest", largest))
    return tag(
        "span",
        *(
            link(
                page.href(page.name, {**page.own(), "order": order}),
                labels(f"overview.{order}"),
                class_="on" if on else None,
            )
            for order, on in choices
        ),
        class_="seg",
    )


def counts_of(page: Page, comparison: Comparison) -> tuple[Counts, Counts, Counts]:
    """The counts of the whole period, of its finished days, and of the days compared with."""
    wanted = page.selection.wanted
    whole = page.reader.counts(wanted)
    spans = comparison.spans()
    if spans is None:
        return whole, Counts(), Counts()
    now, before = (page.reader.counts(filters.between(wanted, *span)) for span in spans)
    return whole, now, before
