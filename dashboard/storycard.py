"""One story: its articles in order, its outlets, companies, quotations and merges. Pure: HTML out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from dashboard import formats, tiles
from dashboard.cards import Setting
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, fill, foreign, join, link, tag
from dashboard.tiles import TONE_CLASSES, card_head
from db.echo import BASED
from db.model import TimeQuality, Tone
from db.query import ArticleCard
from db.story import Story

FIRST_ROWS = 12
"""articles that are shown at once; the others unfold"""


def delay(labels: Labels, span: timedelta) -> str:
    """``+2시간 14분``, ``+1일 3시간``, ``+0분``."""
    minutes = max(0, int(span.total_seconds() // 60))
    parts = [
        labels(key, n=n)
        for key, n in (
            ("duration.days", minutes // 1440),
            ("duration.hours", minutes // 60 % 24),
            ("duration.minutes", minutes % 60),
        )
        if n
    ]
    return f"+{' '.join(parts[:2])}" if parts else f"+{labels('duration.minutes', n=0)}"


def echo(labels: Labels, card: ArticleCard) -> Html:
    """How much of an article stands in the press release, in words; nothing where that is unknown."""
    if card.echo is None:
        return EMPTY
    based = card.echo >= BASED
    share = formats.percent(card.echo, 1)
    words = labels("story.based" if based else "story.own", share=share)
    return tag(
        "span", words, class_="echo on" if based else "echo", title=labels("story.echo_rule")
    )


def tiles_of(labels: Labels, story: Story, articles_href: str) -> list[tiles.Tile]:
    """How many articles and outlets, how long, and how much of it is the press release."""
    cards = story.articles
    length = cards[-1].published_at - cards[0].published_at
    judged = [card.echo for card in cards if card.echo is not None]
    based = sum(share >= BASED for share in judged)
    if judged:
        value, unit = formats.number(based), labels("story.of", n=formats.number(len(judged)))
        say = labels("story.echo_say")
    else:
        value, unit, say = formats.DASH, "", labels("story.echo_none")
    return [
        tiles.Tile(
            labels("tile.articles"),
            formats.number(story.articles_in_all),
            labels("unit.article"),
            EMPTY,
            labels("story.same_event"),
            articles_href,
            labels("tile.see_articles"),
        ),
        tiles.Tile(
            labels("tile.outlets"),
            formats.number(story.outlets_in_all),
            labels("unit.outlet"),
            EMPTY,
            labels("story.outlets_rule"),
        ),
        tiles.Tile(
            labels("story.length"),
            formats.duration(labels, length),
            "",
            EMPTY,
            labels("story.length_say"),
        ),
        tiles.Tile(labels("story.release"), value, unit, EMPTY, say),
    ]


def first_by_outlet(cards: Sequence[ArticleCard]) -> dict[str, ArticleCard]:
    """Each outlet's first article, in order of appearance."""
    first: dict[str, ArticleCard] = {}
    for card in cards:
        first.setdefault(card.outlet, card)
    return first


def articles(setting: Setting, story: Story) -> Html:
    """The story's articles in order, with the delay to the first; what the chart shows, in words."""
    labels = setting.labels
    heads = ("article.similar_time", "story.delay", "article.outlet", "article.similar_title")
    head = tag("tr", *(tag("th", labels(key), scope="col") for key in (*heads, "article.tone")))
    rows = [_row(setting, story, card, place) for place, card in enumerate(story.articles)]
    table = tag("table", tag("thead", head), tag("tbody", *rows[:FIRST_ROWS]), class_="sto")
    parts: list[Html] = [card_head(labels("story.order")), tag("div", table, class_="scroll")]
    if rest := rows[FIRST_ROWS:]:
        more = labels("article.similar_more", n=formats.number(len(rest)))
        table = tag("table", tag("tbody", *rest), class_="sto")
        parts.append(tag("details", tag("summary", more), table, class_="more"))
    if story.articles_in_all > len(story.articles):
        cut = labels(
            "story.cut",
            n=formats.number(len(story.articles)),
            all=formats.number(story.articles_in_all),
        )
        parts.append(tag("p", cut, class_="note"))
    return join(parts)


def _row(setting: Setting, story: Story, card: ArticleCard, place: int) -> Html:
    labels, first = setting.labels, story.articles[0]
    when = formats.recent(labels, card.published_at, setting.now)
    late: Html | str = formats.DASH
    if card.time_quality is not TimeQuality.EXACT:
        when = formats.published(labels, card, setting.now)[1]
    elif place and first.time_quality is TimeQuality.EXACT:
        late = delay(labels, card.published_at - first.published_at)
    marks = [EMPTY]
    if place == 0:
        marks.append(tag("span", labels("article.first"), class_="first"))
    if card.id == story.release_id:
        marks.append(tag("span", labels("story.release_mark"), class_="echo on"))
    tone = tag("span", labels(f"tone.{card.tone}"), class_=f"tg {TONE_CLASSES[card.tone]}")
    return tag(
        "tr",
        tag("td", when, class_="tm"),
        tag("td", late, class_="dl"),
        tag("td", foreign(card.outlet), class_="o"),
        tag(
            "td",
            link(setting.href(card.id), foreign(card.title)),
            tag("span", *marks, echo(labels, card), class_="mks"),
            class_="ti",
        ),
        tag("td", tone),
    )


def companies(setting: Setting, cards: Sequence[ArticleCard]) -> Html:
    """Who is named, in how many of the articles, and in what tone."""
    labels = setting.labels
    tones: dict[str, Counter[Tone]] = {}
    for card in cards:
        for mention in card.mentions:
            tones.setdefault(mention.company_id, Counter())[mention.tone] += 1
    ordered = sorted(tones.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = [(setting.name(company), found) for company, found in ordered]
    return _tones(labels, "story.company_tone", "article.company", rows, "list.no_company")


def outlets(setting: Setting, cards: Sequence[ArticleCard]) -> Html:
    """Each outlet's articles by their own tone, in order of appearance."""
    tones: dict[str, Counter[Tone]] = {}
    for card in cards:
        tones.setdefault(card.outlet, Counter())[card.tone] += 1
    return _tones(
        setting.labels, "story.outlet_tone", "article.outlet", list(tones.items()), "chart.nothing"
    )


def _tones(
    labels: Labels, title: str, head: str, rows: Sequence[tuple[str, Counter[Tone]]], none: str
) -> Html:
    """A table of names with their articles and tones; words beside every bar."""
    if not rows:
        return join([card_head(labels(title)), tag("p", labels(none), class_="say")])
    heads = ((head, None), ("company.articles", "num"), ("company.tone", "tn"))
    body = [
        tag(
            "tr",
            tag("td", foreign(name), class_="nm"),
            tag("td", labels("unit.articles", n=formats.number(found.total())), class_="num"),
            tag("td", tiles.tone_bar(found), tag("small", _spelled(labels, found)), class_="tn"),
        )
        for name, found in rows[:FIRST_ROWS]
    ]
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", labels(k), class_=c, scope="col") for k, c in heads))),
        tag("tbody", *body),
        class_="cmp sto-tones",
    )
    rest = len(rows) - FIRST_ROWS
    more = tag("p", labels("overview.others", n=formats.number(rest)), class_="note")
    return join([card_head(labels(title)), table, more if rest > 0 else EMPTY])


def _spelled(labels: Labels, tones: Counter[Tone]) -> str:
    order = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE, Tone.UNRATED)
    return " · ".join(f"{labels(f'tone.{tone}')} {tones[tone]}" for tone in order if tones[tone])


def quotes(setting: Setting, story: Story) -> Html:
    """Who said what, each saying once, with the outlet that had it first."""
    labels = setting.labels
    head = card_head(labels("article.quotes"))
    if not story.quotes:
        return join([head, tag("p", labels("story.quotes_none"), class_="say")])
    rows = []
    for said in story.quotes:
        quote = said.quote
        named = dict.fromkeys((quote.speaker, quote.organisation, quote.title))
        who = " ".join(filter(None, named)) or labels("article.quote_unknown")
        source = link(setting.href(said.article_id), foreign(said.outlet), class_="mt")
        rows.append(tag("li", tag("b", foreign(who)), ": “", foreign(quote.text), "” ", source))
    return join([head, tag("ul", *rows, class_="quotes")])


def merges(setting: Setting, story: Story) -> Html:
    """Which stories turned out to be this one; nothing if none did."""
    labels = setting.labels
    if not story.merges:
        return EMPTY
    rows = [
        tag(
            "li",
            fill(
                labels.template("story.merged"),
                time=formats.recent(labels, merge.merged_at, setting.now),
                n=formats.number(merge.articles),
                article=link(setting.href(merge.article_id), labels("story.merged_by")),
            ),
        )
        for merge in story.merges
    ]
    note = tag("p", labels("story.merged_note"), class_="note")
    return tag(
        "section",
        card_head(labels("story.history")),
        tag("ul", *rows, class_="hist"),
        note,
        class_="card",
    )
