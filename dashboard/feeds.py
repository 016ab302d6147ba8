"""A filter's newest articles as RSS 2.0 and JSON Feed 1.1, for readers, mail and chat programs.

Pure: bytes out. Carries what a list of cards carries: headline, names, tones and the extracted
summary, which is empty where a source's rights mode withholds text; never a body.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as Xml

from dashboard import links
from dashboard.question import Question
from db.model import KST, TimeQuality
from db.query import ArticleCard

NEWEST = 50
MINUTES = 10
"""how often it is worth asking: the job's own rhythm"""
_ATOM, _DC = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Xml.register_namespace("atom", _ATOM)
Xml.register_namespace("dc", _DC)


@dataclass(frozen=True)
class Feed:
    """A question's newest ``cards``. ``base`` is the dashboard's address, with a slash at its end;
    ``own`` that of this feed; ``changed_at`` when it last may have changed.
    """

    question: Question
    cards: Sequence[ArticleCard]
    base: str
    own: str
    changed_at: datetime

    def title(self) -> str:
        labels, conditions = self.question.labels, self.question.conditions()
        return labels(
            "subscription.title",
            conditions=" · ".join(conditions) or labels("subscription.everything"),
        )

    def say(self) -> str:
        return self.question.labels("subscription.say", period=self.question.period())

    def home(self) -> str:
        """The list on the dashboard that shows the same."""
        question = self.question
        return self.base + links.to("articles", question.selection, question.labels.lang)

    def permalink(self, card: ArticleCard) -> str:
        lang = self.question.labels.lang
        more = {} if lang == "ko" else {"lang": [lang]}
        return self.base + links.href("article", {"id": [card.id], **more})

    def companies(self, card: ArticleCard) -> list[str]:
        """``SK하이닉스 긍정``, …"""
        labels = self.question.labels
        return [
            f"{self.question.company(mention.company_id)} {labels(f'tone.{mention.tone}')}"
            for mention in card.mentions
        ]

    def names(self, card: ArticleCard) -> list[str]:
        """Companies and topics."""
        companies = [self.question.company(mention.company_id) for mention in card.mentions]
        return companies + [self.question.topic(topic) for topic in card.topics]

    def summary(self, card: ArticleCard) -> str:
        return " ".join(card.summary)


def clean(value: str) -> str:
    """``value`` without the characters that XML cannot hold, not even escaped."""
    return _NOT_XML.sub("", value)


def rss(feed: Feed) -> bytes:
    """RSS 2.0, UTF-8."""
    labels = feed.question.labels
    root = Xml.Element("rss", {"version": "2.0"})
    channel = Xml.SubElement(root, "channel")
    _put(channel, "title", feed.title())
    _put(channel, "link", feed.home())
    _put(channel, "description", feed.say())
    _put(channel, "language", labels.lang)
    _put(channel, "lastBuildDate", _stamp(feed.changed_at))
    _put(channel, "generator", "chipwatch")
    _put(channel, "ttl", str(MINUTES))
    own = {"href": clean(feed.own), "rel": "self", "type": "application/rss+xml"}
    Xml.SubElement(channel, f"{{{_ATOM}}}link", own)
    for card in feed.cards:
        item = Xml.SubElement(channel, "item")
        _put(item, "title", card.title)
        _put(item, "link", card.url)
        _put(item, "guid", feed.permalink(card), isPermaLink="true")
        _put(item, "pubDate", _stamp(card.published_at))
        _put(item, f"{{{_DC}}}creator", " · ".join(filter(None, (card.outlet, card.author))))
        for name in dict.fromkeys(feed.names(card)):
            _put(item, "category", name)
        _put(item, "description", _described(feed, card))
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _put(parent: Xml.Element, name: str, value: str, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = clean(value)


def _described(feed: Feed, card: ArticleCard) -> str:
    """Readers take a description for HTML: so it is HTML, with everything foreign escaped."""
    labels = feed.question.labels
    parts = []
    if card.summary:
        notice = html.escape(labels("subscription.extracted"))
        parts.append(f"<p>{html.escape(feed.summary(card))} <small>({notice})</small></p>")
    facts = [card.outlet, *feed.companies(card)]
    if card.time_quality is not TimeQuality.EXACT:
        facts.append(labels("time.unknown"))
    parts.append(f"<p>{html.escape(' · '.join(facts))}</p>")
    own, original = html.escape(feed.permalink(card)), html.escape(card.url)
    parts.append(
        f'<p><a href="{original}">{html.escape(labels("article.original"))}</a> · '
        f'<a href="{own}">{html.escape(labels("subscription.in_chipwatch"))}</a></p>'
    )
    return "".join(parts)


def _stamp(instant: datetime) -> str:
    return format_datetime(instant.astimezone(KST))


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/"""
    labels = feed.question.labels
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title(),
        "description": feed.say(),
        "home_page_url": feed.home(),
        "feed_url": feed.own,
        "language": labels.lang,
        "items": [_item(feed, card) for card in feed.cards],
    }
    # a lone surrogate can be written in JSON, but not in UTF-8
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _item(feed: Feed, card: ArticleCard) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": feed.permalink(card),
        "url": feed.permalink(card),
        "external_url": card.url,
        "title": card.title,
        # every item needs a content; where there is no summary, the headline is all there is
        "content_text": feed.summary(card) or card.title,
        "date_published": card.published_at.astimezone(KST).isoformat(),
        "authors": [{"name": name} for name in (card.outlet, card.author) if name],
        "tags": list(dict.fromkeys(feed.names(card))),
        "language": card.language,
        "_chipwatch": {
            "outlet": card.outlet,
            "tone": card.tone.value,
            "companies": {m.company_id: m.tone.value for m in card.mentions},
            "time": card.time_quality.value,
        },
    }
    if card.summary:
        item["summary"] = feed.summary(card)
    if card.modified_at:
        item["date_modified"] = card.modified_at.astimezone(KST).isoformat()
    return item
