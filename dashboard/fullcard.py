"""One article in full: the parts of its card, each a piece of HTML. Pure.

The numbers are those of the card's plan: 1 headline, 2 origin and time, 3 companies and evidence,
4 summary, 5 sub-headlines, 6 photo, 7 body, 8 quotations, 9 copyright, 10 similar articles. The
actions (11) come after 10, what people corrected (12) stands below the card: see `corrections`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from dashboard import formats
from dashboard.cards import Setting, chip, hand, place
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, fill, foreign, join, link, painted, tag
from dashboard.storycard import echo
from dashboard.tiles import TONE_CLASSES
from db.model import KST, CorrectionKind, Evidence, Mention, RightsMode, TimeQuality
from db.query import ArticleCard, ArticleDetail

FIRST_SIMILAR = 4
OWN_PICTURES = ("app/static/", "/app/static/")
"""Pictures that we made for the sample: shown at once, since they come from our own server."""


def time_of(labels: Labels, card: ArticleCard) -> str:
    """``2026.11.23.(월) 07:12``, or what is known: never a clock time that nobody gave."""
    if card.time_quality is TimeQuality.GUESSED:
        return labels("time.guessed", time=formats.moment(labels, card.first_seen_at))
    if card.time_quality is TimeQuality.FUTURE:
        return labels("time.future_seen", time=formats.moment(labels, card.first_seen_at))
    if card.time_quality is TimeQuality.DATE_ONLY:
        day = formats.day(labels, card.published_at.astimezone(KST).date())
        return f"{day} {labels('time.unknown')}"
    return formats.moment(labels, card.published_at)


def headline(setting: Setting, card: ArticleCard) -> Html:
    """Parts 1 and 2: the whole headline; outlet, reporter, time to the minute."""
    labels = setting.labels
    author = foreign(card.author) if card.author else labels("list.no_author")
    facts: list[object] = [tag("b", foreign(card.outlet)), author, time_of(labels, card)]
    if card.modified_at:
        changed = formats.recent(labels, card.modified_at, setting.now)
        facts.append(labels("time.modified", time=changed))
    if card.retitled:
        facts.append(labels("time.retitled"))
    return join(
        [
            tag("h1", foreign(card.title), class_="hl"),
            tag("div", *(tag("span", fact) for fact in facts), class_="meta"),
        ]
    )


def gone(setting: Setting, detail: ArticleDetail) -> Html:
    """That the publisher's page is no longer there, and since when we know; nothing while it is."""
    if detail.gone_at is None:
        return EMPTY
    at = formats.recent(setting.labels, detail.gone_at, setting.now)
    return tag("p", setting.labels("article.gone", at=at), class_="gone", role="status")


def companies(setting: Setting, card: ArticleCard) -> Html:
    """Part 3: a chip per company, and below them the evidence of each, the first unfolded."""
    if not card.mentions:
        none = tag("span", setting.labels("list.no_company"), class_="mt")
        return tag("div", none, class_="chips")
    ordered = sorted(card.mentions, key=lambda mention: mention.company_id not in setting.focus)
    boxes = [evidence(setting, mention, first=i == 0) for i, mention in enumerate(ordered)]
    return join(
        [
            tag("div", *(chip(setting, mention) for mention in ordered), class_="chips"),
            tag("div", *boxes, class_="evis"),
        ]
    )


def evidence(setting: Setting, mention: Mention, *, first: bool) -> Html:
    """Why one company has its tone: each cue word in its fragment of text, and the names found."""
    labels = setting.labels
    name = tag("b", foreign(setting.name(mention.company_id)))
    names = tag(
        "li", labels("article.names_found"), ": ", foreign(", ".join(mention.surfaces)), class_="w"
    )
    if mention.evidence or mention.corrected:
        tone = tag("b", labels(f"tone.{mention.tone}"), class_=f"tg {TONE_CLASSES[mention.tone]}")
        count = str(len(mention.evidence))
        key = "article.evidence_corrected" if mention.corrected else "article.evidence_of"
        head = fill(labels.template(key), company=name, tone=tone, n=count)
    else:
        head = fill(labels.template("article.evidence_none"), company=name)
    fragments: dict[tuple[str, str], list[Evidence]] = {}
    for piece in mention.evidence:
        fragments.setdefault((piece.where, piece.context or piece.cue), []).append(piece)
    lines = [_fragment(labels, *key, pieces) for key, pieces in fragments.items()]
    if mention.surfaces:
        lines.append(names)
    if not lines:
        return tag("p", head, class_="evi")
    opened = {"open": ""} if first else {}
    return tag("details", tag("summary", head), tag("ul", *lines), class_="evi", **opened)


def _fragment(labels: Labels, where: str, context: str, pieces: Sequence[Evidence]) -> Html:
    """A fragment of text with all its cue words in their tones' colours."""
    found = [(context.find(piece.cue), piece) for piece in pieces]
    spans = [(at, at + len(p.cue), TONE_CLASSES[p.tone]) for at, p in found if at >= 0]
    place_ = tag("span", place(labels, where), class_="w")
    return tag("li", place_, " “", painted(context, spans, "em"), "”")


def summary(setting: Setting, detail: ArticleDetail) -> Html:
    """Part 4: the extracted sentences with the notice beside them, and how they were made."""
    labels, card = setting.labels, detail.card
    if not card.summary:
        key = "list.not_summarised" if card.has_text else "list.no_text"
        if card.rights is RightsMode.LINK and not card.has_text:
            key = "list.no_text_link"
        return tag("section", tag("p", labels(key), class_="say"), class_="sum")
    version = detail.tagger_version
    if detail.tagged_at:
        made = labels(
            "article.summary_by", time=formats.moment(labels, detail.tagged_at), version=version
        )
    else:
        made = labels("article.summary_by_undated", version=version)
    return tag(
        "section",
        tag(
            "div",
            tag("b", labels("article.summary")),
            tag("span", labels("article.summary_note")),
            class_="h",
        ),
        tag("ul", *(tag("li", foreign(sentence)) for sentence in card.summary)),
        tag("div", foreign(made), class_="by"),
        class_="sum",
    )


def subheads(detail: ArticleDetail) -> Html:
    """Part 5: the article's sub-headlines."""
    if not detail.subheads:
        return EMPTY
    return tag("ul", *(tag("li", foreign(line)) for line in detail.subheads), class_="dek")


def own_picture(address: str) -> bool:
    """Whether a picture comes from our own server."""
    return address.startswith(OWN_PICTURES) and ".." not in address


def picture(address: str) -> bool:
    """Whether ``address`` may be shown as a picture at all."""
    return own_picture(address) or urlsplit(address).scheme in {"http", "https"}


def photo(labels: Labels, detail: ArticleDetail, *, large: bool = False) -> Html:
    """Part 6: the photo with caption and credit. The caller has made sure that it may be loaded."""
    address, caption = detail.card.image_url, detail.image_caption
    if own_picture(address):
        address = address.removeprefix("/")
    credit = tag("i", " [", foreign(detail.image_credit), "]") if detail.image_credit else EMPTY
    image = tag(
        "img",
        src=address,
        alt=caption or labels("article.photo"),
        loading="lazy",
        referrerpolicy="no-referrer",
        decoding="async",
    )
    below = tag("figcaption", foreign(caption), credit) if caption or credit else EMPTY
    return tag(
        "figure", tag("div", image, class_="im"), below, class_="fig big" if large else "fig"
    )


def may_show_body(card: ArticleCard) -> bool:
    """Only a licence noted in the configuration opens the text."""
    return card.rights is RightsMode.FULL


def body(detail: ArticleDetail) -> Html:
    """Part 7: the paragraphs with the companies' names underlined in their tone."""
    if not may_show_body(detail.card) or not detail.body:
        return EMPTY
    names = {
        surface: TONE_CLASSES[mention.tone]
        for mention in detail.card.mentions
        for surface in mention.surfaces
        if surface
    }
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(name) for name in longest_first)) if names else None
    paragraphs = []
    for paragraph in re.split(r"\n+", detail.body):
        found = pattern.finditer(paragraph) if pattern else ()
        spans = [(hit.start(), hit.end(), f"co {names[hit.group()]}") for hit in found]
        if paragraph.strip():
            paragraphs.append(tag("p", painted(paragraph, spans, "span")))
    return tag("div", *paragraphs, class_="body")


def quotations(labels: Labels, detail: ArticleDetail) -> Html:
    """Part 8: who said what, as far as the rights mode lets the store give it."""
    if not detail.quotes:
        return EMPTY
    rows = []
    for quote in detail.quotes:
        # a speaker that is an organisation stands in both fields
        named = dict.fromkeys((quote.speaker, quote.organisation, quote.title))
        who = " ".join(filter(None, named)) or labels("article.quote_unknown")
        rows.append(tag("li", tag("b", foreign(who)), ": “", foreign(quote.text), "”"))
    return tag(
        "section", tag("h3", labels("article.quotes")), tag("ul", *rows), class_="sec quotes"
    )


def copyright_line(detail: ArticleDetail) -> Html:
    """Part 9, left: the publisher's own line, or its name."""
    return tag("p", foreign(detail.copyright or f"ⓒ {detail.card.outlet}"), class_="cpy")


def similar(setting: Setting, detail: ArticleDetail) -> Html:
    """Part 10: the story's articles with the first report marked; four, then the others unfolded."""
    labels, card = setting.labels, detail.card
    if len(detail.similar) < 2:
        return tag("p", labels("article.similar_none"), class_="say")
    rows = [_similar_row(setting, other, card, i == 0) for i, other in enumerate(detail.similar)]
    head = tag(
        "tr",
        tag("th", labels("article.similar_time"), class_="tm", scope="col"),
        tag("th", labels("article.outlet"), class_="o", scope="col"),
        tag("th", labels("article.similar_title"), scope="col"),
    )
    shown = tag("table", tag("thead", head), tag("tbody", *rows[:FIRST_SIMILAR]), class_="sim")
    rest = rows[FIRST_SIMILAR:]
    if not rest:
        return shown
    more = labels("article.similar_more", n=formats.number(len(rest)))
    table = tag("table", tag("tbody", *rest), class_="sim")
    return join([shown, tag("details", tag("summary", more), table, class_="more")])


def _similar_row(setting: Setting, other: ArticleCard, card: ArticleCard, first: bool) -> Html:
    labels = setting.labels
    badge = tag("span", labels("article.first"), class_="first") if first else EMPTY
    title: Html = foreign(other.title)
    if other.id == card.id:
        title = join([title, " ", tag("span", labels("article.this"), class_="mt")])
    else:
        title = link(setting.href(other.id), title)
    return tag(
        "tr",
        tag("td", formats.published_brief(labels, other, setting.now), class_="tm"),
        tag("td", foreign(other.outlet), " ", badge, class_="o"),
        tag("td", title, class_="ti"),
    )


def spread(setting: Setting, articles: Sequence[ArticleCard]) -> Html:
    """The rail's picture of a story: a dot per outlet on a line of time, the first in accent."""
    labels = setting.labels
    first, last = articles[0].published_at, articles[-1].published_at
    length = (last - first).total_seconds() or 1
    seen: dict[str, ArticleCard] = {}
    for article in articles:
        seen.setdefault(article.outlet, article)
    rows: list[Html] = []
    for outlet, article in list(seen.items())[:8]:
        left = 100 * (article.published_at - first).total_seconds() / length
        dot = tag("i", style=f"left:{left:.1f}%", class_="me" if not rows else None)
        exact = article.time_quality is TimeQuality.EXACT
        when = formats.clock(article.published_at) if exact else formats.DASH
        rows.append(
            tag("li", tag("b", foreign(outlet)), tag("span", dot, class_="ln"), tag("small", when))
        )
    say = labels(
        "article.spread_say",
        time=formats.duration(labels, last - first),
        n=formats.number(len(seen)),
    )
    legend = tag(
        "div",
        tag("span", tag("i", class_="dot me"), labels("article.first")),
        tag("span", tag("i", class_="dot"), labels("article.follow")),
        class_="lg",
    )
    return join([tag("p", say, class_="say"), tag("ul", *rows, class_="spread"), legend])


def tone_table(setting: Setting, card: ArticleCard) -> Html:
    """The rail's table: every company with its tone and how often it is named."""
    labels = setting.labels
    heads = ("article.company", "article.tone", "article.mentions")
    rows = []
    for mention in card.mentions:
        key = "article.mentions_title" if mention.in_title else "unit.times"
        tone = tag(
            "span", labels(f"tone.{mention.tone}"), class_=f"tg {TONE_CLASSES[mention.tone]}"
        )
        named = labels(key, n=formats.number(mention.count))
        if mention.corrected and not mention.surfaces:
            named = formats.DASH  # a person says that it is named; nobody counted how often
        focus = "mk" if mention.company_id in setting.focus else None
        rows.append(
            tag(
                "tr",
                tag("td", foreign(setting.name(mention.company_id)), class_=focus),
                tag("td", tone, hand(labels) if mention.corrected else EMPTY),
                tag("td", named, class_="num"),
            )
        )
    head = tag(
        "tr",
        *(
            tag("th", labels(key), class_="num" if i == 2 else None, scope="col")
            for i, key in enumerate(heads)
        ),
    )
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    if not any(mention.corrected for mention in card.mentions):
        return table
    legend = tag("p", tag("i", class_="hand"), labels("article.corrected"), class_="note")
    return join([table, legend])


def _reasons(detail: ArticleDetail) -> Html:
    """``HBM, 파운드리 +0.8 · 축구 −1.0``: what the machine found for and against the relevance."""
    pieces = [
        join([foreign(reason.words), " ", tag("i", f"{reason.points:+.1f}".replace("-", "−"))])
        for reason in detail.reasons
    ]
    return join([piece if i == 0 else join([" · ", piece]) for i, piece in enumerate(pieces)])


def facts(setting: Setting, detail: ArticleDetail, topics: Sequence[str], address: str) -> Html:
    """The rail's list: topics, when seen and tagged, rights, the article's own address."""
    labels, card = setting.labels, detail.card
    mark = hand(labels)
    toned, judged = (
        any(not c.company_id and c.kind == kind for c in detail.corrections)
        for kind in (CorrectionKind.TONE, CorrectionKind.RELEVANCE)
    )
    own_tone = tag("span", labels(f"tone.{card.tone}"), class_=f"tg {TONE_CLASSES[card.tone]}")
    pairs: list[tuple[str, object]] = [
        ("fix.article_tone", join([own_tone, mark if toned else EMPTY])),
        ("article.topics", foreign(" · ".join(topics)) if topics else formats.DASH),
        ("article.first_seen", formats.recent(labels, card.first_seen_at, setting.now)),
        ("article.rights", labels(f"rights.{card.rights}")),
    ]
    tagged = labels("article.untagged")
    if detail.tagged_at:
        tagged = formats.recent(labels, detail.tagged_at, setting.now)
    pairs.insert(3, ("article.tagged", tagged))
    if card.echo is not None:
        pairs.append(("story.release_fact", echo(labels, card)))
    if judged or not card.relevant:
        said = labels("fix.relevance" if card.relevant else "article.irrelevant")
        pairs.append(("article.relevance", join([said, mark if judged else EMPTY])))
    if detail.reasons:
        pairs.append(("article.reasons", _reasons(detail)))
    if card.time_quality is not TimeQuality.EXACT and detail.published_raw:
        pairs.append(("article.raw_date", foreign(detail.published_raw)))
    pairs.append(("article.permalink", link(address, card.id[:8])))
    rows = (part for key, value in pairs for part in (tag("dt", labels(key)), tag("dd", value)))
    return tag("dl", *rows, class_="kv")
