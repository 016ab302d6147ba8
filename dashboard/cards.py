"""Articles in lists: the compact card and the story row. Pure: HTML out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard import card_menu, formats
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, foreign, join, link, marked, tag, text
from dashboard.tiles import TONE_CLASSES
from db.model import Company, Evidence, Mention, RightsMode, TimeQuality
from db.query import ArticleCard
from db.search import Query, parse

MOST_CHIPS = 6
NOTHING_SOUGHT = parse("")


@dataclass(frozen=True, slots=True)
class Setting:
    """What all cards of a page share. ``href`` gives an article's own address, ``story`` its story's.

    With ``menus`` the cards of lists offer to be hidden.
    """

    labels: Labels
    companies: Mapping[str, Company]
    focus: Sequence[str]
    now: datetime
    href: Callable[[str], str]
    story: Callable[[ArticleCard], str]
    search: Query = NOTHING_SOUGHT
    menus: bool = False

    def name(self, company_id: str) -> str:
        """A company's name; the id, where it has left the dictionary."""
        company = self.companies.get(company_id)
        return self.labels.name(company) if company else company_id


def place(labels: Labels, where: str) -> str:
    """The name of where a cue word stood."""
    keys = {"title": "article.title", "summary": "article.where_summary"}
    return labels(keys.get(where, "article.where_body"))


def quote(labels: Labels, evidence: Evidence) -> str:
    """``제목 “…”``: one piece of evidence in a line."""
    return labels(
        "article.evidence_in",
        where=place(labels, evidence.where),
        context=evidence.context or evidence.cue,
    )


def hand(labels: Labels) -> Html:
    """The small mark of what a person corrected."""
    said = labels("article.corrected")
    return tag("i", tag("span", said, class_="sr"), class_="hand", title=said)


def chip(setting: Setting, mention: Mention) -> Html:
    """Company and tone towards it, with sign and word; the words that caused it on hover."""
    labels = setting.labels
    reasons = [labels("article.corrected")] if mention.corrected else []
    reasons += [quote(labels, evidence) for evidence in mention.evidence]
    if mention.surfaces:
        reasons.append(f"{labels('article.names_found')}: {', '.join(mention.surfaces)}")
    focus = " me" if mention.company_id in setting.focus else ""
    return tag(
        "span",
        tag("b", foreign(setting.name(mention.company_id))),
        tag("s", labels(f"tone.{mention.tone}"), hand(labels) if mention.corrected else EMPTY),
        class_=f"tone {TONE_CLASSES[mention.tone]}{focus}",
        title=" · ".join(reasons) or None,
    )


def chips(setting: Setting, mentions: Sequence[Mention]) -> list[Html]:
    """At most six chips, those in focus first, then how many more there are."""
    ordered = sorted(mentions, key=lambda mention: mention.company_id not in setting.focus)
    shown = [chip(setting, mention) for mention in ordered[:MOST_CHIPS]]
    if more := ordered[MOST_CHIPS:]:
        names = ", ".join(setting.name(mention.company_id) for mention in more)
        shown.append(tag("span", f"+{len(more)}", class_="mt", title=names))
    return shown


def origin(setting: Setting, card: ArticleCard) -> Html:
    """Outlet · reporter · headline changed · changed · what is doubtful about the time."""
    labels = setting.labels
    outlet = marked(card.outlet, setting.search.spans(card.outlet, "outlet"))
    parts: list[object] = [outlet]
    parts.append(foreign(card.author) if card.author else labels("list.no_author"))
    if card.retitled:
        parts.append(tag("span", labels("time.retitled"), class_="edited"))
    if card.modified_at:
        parts.append(labels("time.modified", time=formats.clock(card.modified_at)))
    if doubt := formats.time_doubt(labels, card):
        parts.append(doubt)
    return tag("span", join(parts, " · "), class_="mt")


def notes_mark(labels: Labels, card: ArticleCard) -> Html:
    """That people noted something of an article, and how often."""
    if not card.notes:
        return EMPTY
    return tag("span", labels("note.count", n=formats.number(card.notes)), class_="noted")


def excerpt(setting: Setting, card: ArticleCard) -> Html:
    """The summary's first sentence that holds a match, or why there is none."""
    labels = setting.labels
    for sentence in card.summary:
        if found := setting.search.spans(sentence, "text"):
            return marked(sentence, found)
    if card.summary:
        return foreign(card.summary[0])
    if card.has_text:
        return text(labels("list.not_summarised"))
    link_only = card.rights is RightsMode.LINK
    return text(labels("list.no_text_link" if link_only else "list.no_text"))


def compact(setting: Setting, card: ArticleCard) -> Html:
    """One article of a list."""
    labels = setting.labels
    clock, day = formats.published(labels, card, setting.now)
    similar: Html = tag("span", labels("list.alone"))
    if card.story_articles > 1:
        words = labels(
            "list.similar",
            n=formats.number(card.story_articles),
            outlets=formats.number(card.story_outlets),
        )
        similar = link(setting.story(card), words) if card.story_id else tag("span", words)
    found = chips(setting, card.mentions)
    noted = notes_mark(labels, card)
    title = marked(card.title, setting.search.spans(card.title, "title"))
    return tag(
        "article",
        tag("div", tag("b", clock), tag("span", day), class_="tm"),
        tag(
            "div",
            tag("h3", link(setting.href(card.id), title)),
            tag("p", excerpt(setting, card), class_="ex"),
            tag("div", *found, origin(setting, card), noted, class_="chips"),
            class_="bd",
        ),
        tag("div", similar, card_menu.menu(labels, card) if setting.menus else EMPTY, class_="ac"),
        class_="li",
    )


def listing(setting: Setting, cards: Sequence[ArticleCard], head: Html = EMPTY) -> Html:
    """A list of compact cards in one frame."""
    rows = [compact(setting, card) for card in cards]
    return tag("div", head, *rows, class_="card list")


def story_row(setting: Setting, card: ArticleCard) -> Html:
    """A story by its first article: when, headline, who, how far it spread."""
    labels = setting.labels
    if card.time_quality is TimeQuality.EXACT:
        when = formats.brief(labels, card.published_at, setting.now)
    else:
        when = formats.published_brief(labels, card, setting.now)
    count = labels("unit.articles", n=formats.number(card.story_articles))
    return tag(
        "article",
        tag("div", when, class_="tm"),
        tag(
            "div",
            tag("h3", link(setting.href(card.id), foreign(card.title))),
            tag(
                "div",
                *chips(setting, card.mentions),
                tag(
                    "span",
                    tag("span", labels("article.first_short"), class_="first"),
                    " ",
                    tag("span", foreign(card.outlet), class_="mt"),
                    class_="nw",
                ),
                class_="chips",
            ),
            class_="bd",
        ),
        tag(
            "div",
            tag("b", link(setting.story(card), count) if card.story_id else count),
            tag("span", labels("unit.outlets_of", n=formats.number(card.story_outlets))),
            class_="cn",
        ),
        class_="st",
    )


def stories(setting: Setting, cards: Sequence[ArticleCard]) -> Html:
    """Rows of stories."""
    return tag("div", *(story_row(setting, card) for card in cards), class_="sts")
