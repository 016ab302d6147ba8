"""Groups of companies side by side: how much of each, in what tone."""

from __future__ import annotations

from dataclasses import replace

from dashboard import formats, groups, tiles
from dashboard.frame import Page
from dashboard.markup import join, link, show, tag
from db.audiences import Group
from db.model import Tone


def show_card(page: Page) -> None:
    """Each group's articles and tones in the page's period; nothing until two groups are chosen."""
    labels, wanted = page.labels, page.selection.wanted
    found = groups.known(page.reader.audiences(), page.companies)
    if len(found) < 2 or wanted.companies:
        return
    rows = []
    for group, companies in found.items():
        selection = replace(page.selection, wanted=replace(wanted, companies=companies))
        counts = page.reader.counts(selection.wanted)
        negative = counts.tones.get(Tone.NEGATIVE, 0)
        articles = labels("unit.articles", n=formats.number(counts.articles))
        focus = "me" if group == Group.OWN else None
        rows.append(
            tag(
                "tr",
                tag(
                    "td",
                    link(page.href("companies", selection=selection), labels(f"group.{group}")),
                    " ",
                    tag("span", labels("unit.companies_long", n=len(companies)), class_="mt"),
                    class_="nm",
                ),
                tag("td", link(page.href("articles", selection=selection), articles), class_="num"),
                tag(
                    "td",
                    tiles.tone_bar(counts.tones),
                    class_="tn",
                    title=tiles.tone_shares(labels, counts.tones),
                ),
                tag("td", formats.percent(negative, counts.articles), class_="num"),
                class_=focus,
            )
        )
    heads = (
        ("group.group", None),
        ("company.articles", "num"),
        ("company.tone", "tn"),
        ("company.negative", "num"),
    )
    head = tag("tr", *(tag("th", labels(key), class_=c, scope="col") for key, c in heads))
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="cmp")
    note = tag("p", labels("group.rule"), class_="note")
    content = join(
        [tiles.card_head(labels("group.title")), tag("div", table, class_="scroll"), note]
    )
    show(tag("section", content, class_="card"))
