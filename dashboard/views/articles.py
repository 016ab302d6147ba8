"""Search and the list of articles."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import cards, filters, formats, frame, periods, search_help, trend
from dashboard.markup import Html, foreign, join, link, show, tag
from dashboard.periods import Preset
from db.query import CardPage, Sort

PAGE = 20
NAME_SHOWN = 30

page = frame.begin("articles")
labels, selection, wanted = page.labels, page.selection, page.selection.wanted
own = {key: values for key, values in page.own().items() if key in {"sort", "hidden"}}
hidden = page.param("hidden") == "1"
wanted = replace(wanted, muted=hidden)
sort = Sort.OLDEST if page.param("sort") == Sort.OLDEST else Sort.NEWEST
span = formats.span(labels, selection.period.start, selection.period.end)
frame.title(page, labels("list.title"), span)


def search() -> None:
    """Write the typed query into the URL; pages of the old result are gone."""
    query = filters.text([st.session_state["articles.q"] or ""])
    asked = filters.Selection(selection.period, replace(wanted, query=query))
    params = {**own, **filters.to_params(asked)}
    if labels.lang != "ko":
        params["lang"] = [labels.lang]
    st.query_params.from_dict(params)


st.session_state["articles.q"] = wanted.query
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search-row"):
    st.text_input(
        labels("list.search"),
        type="search",
        icon=":material/search:",
        key="articles.q",
        placeholder=labels("list.placeholder"),
        max_chars=filters.LONGEST_QUERY,
        on_change=search,
        label_visibility="collapsed",
    )
    search_help.popover(labels)
show(tag("p", labels("list.hint"), class_="hint"))


def chip_names() -> list[tuple[str, str, str]]:
    """Every condition in force: parameter, value, and its words."""
    found = [("period", "", labels(f"preset.{selection.period.preset}"))]
    if selection.period.preset is Preset.CUSTOM:
        found = [("period", "", span)]
    found += [("company", key, page.company_name(key)) for key in wanted.companies]
    found += [
        ("together", key, labels("list.together_chip", company=page.company_name(key)))
        for key in wanted.together
    ]
    found += [("tone", tone.value, labels(f"tone.{tone}")) for tone in wanted.tones]
    found += [("outlet", outlet, outlet) for outlet in wanted.outlets]
    found += [("language", key, labels(f"language.{key}")) for key in wanted.languages]
    topics = {topic.id: labels.name(topic) for topic in page.reader.topics()}
    found += [("topic", key, topics.get(key, key)) for key in wanted.topics]
    if wanted.query:
        found.append(("q", wanted.query, wanted.query))
    if hidden:
        found.append(("hidden", "", labels("mute.only")))
    if wanted.story_id:
        found.append(("story", wanted.story_id, labels("list.story_chip")))
    return found


def address_without(key: str, value: str) -> str:
    """This page without one condition; said outright where that leaves no parameter at all."""
    if key == "hidden":
        return page.href("articles", {k: v for k, v in own.items() if k != "hidden"})
    rest = filters.without(selection, key, value, page.today)
    more = {} if filters.to_params(rest) else {"period": Preset.DAYS_7.value}
    return page.href("articles", {**own, **more}, rest)


def chips() -> Html:
    """The conditions, each with a cross that drops it; the standard period has none."""
    items = []
    for key, value, name in chip_names():
        words: list[object] = [foreign(name)]
        if (key, selection.period.preset) != ("period", Preset.DAYS_7):
            remove = labels("filter.remove", name=name)
            cross = tag("i", "×", aria_hidden="true")
            anchor = link(address_without(key, value), cross, tag("span", remove, class_="sr"))
            words.append(anchor)
        items.append(tag("span", *words, class_="fx"))
    return tag("div", tag("span", labels("filter.applied")), *items, class_="sel")


def read() -> CardPage:
    """The page that the URL's cursor points at; a cursor that nobody made gives the first page."""
    cursor = page.param("cursor")
    try:
        return page.reader.cards(wanted, sort, PAGE, cursor)
    except ValueError:
        show(tag("p", labels("list.bad_cursor"), class_="hint"))
        return page.reader.cards(wanted, sort, PAGE, "")


def order() -> Html:
    """Newest or oldest first."""
    kept = {key: values for key, values in own.items() if key != "sort"}
    return tag(
        "span",
        link(
            page.href("articles", kept),
            labels("list.newest"),
            class_="on" if sort is Sort.NEWEST else "",
        ),
        link(
            page.href("articles", {**kept, "sort": Sort.OLDEST.value}),
            labels("list.oldest"),
            class_="on" if sort is Sort.OLDEST else "",
        ),
        class_="seg",
    )


def without_counts() -> list[tuple[int, str, str, str]]:
    """How many articles each condition's absence would find, with parameter, value and words."""
    found = []
    for key, value, name in chip_names():
        if key == "period":
            continue
        rest = wanted
        if key == "hidden":
            rest = replace(wanted, muted=False)
        else:
            dropped = filters.without(selection, key, value, page.today).wanted
            rest = replace(dropped, muted=hidden)
        found.append((page.reader.counts(rest).articles, key, value, name))
    return found


def nothing() -> Html:
    """What was searched; and first of all the absence of what narrows most, as an offer."""
    offers = []
    # where no single absence helps, any of them is a step on the way
    found = sorted(without_counts(), key=lambda offer: -offer[0])
    for count, key, value, name in [offer for offer in found if offer[0]] or found:
        words = "list.nothing_drop" if count else "list.nothing_drop_bare"
        short = f"{name[:NAME_SHOWN]}…" if len(name) > NAME_SHOWN else name
        label = labels(words, name=short, n=formats.number(count))
        offers.append(link(address_without(key, value), label, class_="btn"))
    if selection.period.days < 90:
        wider = filters.with_period(selection, periods.resolve(Preset.DAYS_90, page.today))
        offers.append(
            link(page.href("articles", own, wider), labels("list.nothing_wider"), class_="btn")
        )
    return tag(
        "div",
        tag("h2", labels("list.nothing")),
        tag("p", labels("list.nothing_say", days=span), class_="say"),
        tag("div", *offers, class_="btns"),
        class_="card nothing",
    )


def pager(found: CardPage) -> Html:
    """Older and newer by cursor: any page costs the same, and stays where it is."""
    steps = []
    if found.newer:
        steps.append(link(page.href("articles", own), labels("list.first"), class_="btn"))
        newer = page.href("articles", {**own, "cursor": found.newer})
        steps.append(link(newer, labels("list.newer"), class_="btn"))
    if found.older:
        older = page.href("articles", {**own, "cursor": found.older})
        steps.append(link(older, labels("list.older"), class_="btn"))
    count = tag("span", labels("list.shown", n=formats.number(len(found.cards))), class_="r")
    return tag("nav", *steps, count, class_="pg")


show(chips())
counts = page.reader.counts(wanted)
at_least = "" if trend.seen(page).whole else "≥ "
found = read()
if found.cards:
    # hidden articles are counted in no story
    more = [labels("unit.outlets_long", n=formats.number(counts.outlets))]
    if not hidden:
        more.insert(0, labels("unit.stories_long", n=formats.number(counts.stories)))
    head = tag(
        "div",
        tag("b", labels("list.found", n=at_least + formats.number(counts.articles))),
        tag("span", " · " + " · ".join(more)),
        tag("div", order(), class_="r"),
        class_="list-head",
    )
    show(join([cards.listing(page.setting(searched=True), found.cards, head), pager(found)]))
else:
    show(nothing())
