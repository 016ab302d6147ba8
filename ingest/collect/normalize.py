"""An entry as a feed wrote it → an article as we keep it, or a reason why not. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from db.model import Article, RightsMode, Source, TimeQuality, article_id
from ingest.collect import addresses
from ingest.collect.bylines import author_name, strip_summary
from ingest.collect.dates import is_ahead, parse_date
from ingest.collect.entry import Entry
from ingest.collect.outlets import split_headline, without_outlet
from ingest.collect.plaintext import clean_line, html_text, title_text
from ingest.collect.sites import NO_SITES, Sites

MAX_TITLE = 500
"""characters of a headline, the ellipsis included"""

MAX_SUMMARY = 1_000
"""characters; a longer description is the full text, and becomes the body"""

MAX_BODY = 200_000
"""characters"""

MAX_GUID = 500
MAX_CAPTION = 300

_FIGCAPTION = re.compile(r"<figcaption\b[^<>]*>(.{1,2000}?)</figcaption", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why an entry is no article: ``no title``, ``no link`` or ``bad link``."""

    reason: str


def normalize(
    entry: Entry, source: Source, now: datetime, sites: Sites = NO_SITES
) -> Article | Rejected:
    """Clean every field of ``entry``. ``now`` is the time of collection and, without a usable date
    in the entry, the article's time (`TimeQuality.GUESSED`, `TimeQuality.FUTURE`); no article is
    later than that. ``sites`` says which addresses are the same article. Never raises for any entry.
    """
    title = title_text(entry.title)
    outlet = source.outlet
    if source.aggregator:
        title, named = split_headline(title, clean_line(entry.source_name))
        outlet = named or outlet
    else:
        title = without_outlet(title, outlet)
    if not any(character.isalnum() for character in title):
        return Rejected("no title")
    plain = _url(entry, source)
    if isinstance(plain, Rejected):
        return plain
    url = sites.canonical(plain)
    published_at, quality, raw = _published(entry, source, now)
    author = author_name(title_text(entry.author)) if entry.author else ""
    summary = body = image_url = caption = ""
    # of a source in link mode nothing but the headline and the link is kept
    if source.rights is not RightsMode.LINK:
        summary, body, reporter = _texts(entry, outlet)
        author = author if author and author != outlet else reporter
        image_url = _image_url(entry, source)
        caption = _caption(entry) if image_url else ""
    return Article(
        id=article_id(url),
        url=url,
        source_id=source.id,
        outlet=outlet,
        title=_cut(title, MAX_TITLE),
        published_at=published_at,
        first_seen_at=now,
        language=source.language,
        rights=source.rights,
        time_quality=quality,
        published_raw=raw,
        guid=clean_line(entry.guid)[:MAX_GUID],
        author="" if author == outlet else author,
        summary=summary,
        body=body,
        image_url=image_url,
        image_caption=caption,
        other_urls=() if url == plain else (plain,),
    )


def _url(entry: Entry, source: Source) -> str | Rejected:
    link = entry.link.strip()
    if not link and addresses.is_web_address(entry.guid):
        link = entry.guid
    if not link:
        return Rejected("no link")
    return addresses.canonical_url(_absolute(link, entry, source)) or Rejected("bad link")


def _absolute(link: str, entry: Entry, source: Source) -> str:
    """Relative to the feed's link; to the feed itself where that link is missing or nonsense."""
    if addresses.is_web_address(link):
        return link
    base = entry.base if addresses.canonical_url(entry.base) else source.url
    return addresses.absolute(link, base)


def _published(entry: Entry, source: Source, now: datetime) -> tuple[datetime, TimeQuality, str]:
    raws = [clean_line(raw)[:100] for raw in (entry.published, entry.updated) if raw]
    for raw in raws:
        found = parse_date(raw, source.timezone, now)
        if found is not None:
            # a clock that is a little fast must not give tomorrow's bar an article today
            return min(found[0], now), found[1], raw
    for raw in raws:
        if is_ahead(raw, source.timezone, now):
            return now, TimeQuality.FUTURE, raw
    return now, TimeQuality.GUESSED, raws[0] if raws else ""


def _texts(entry: Entry, outlet: str) -> tuple[str, str, str]:
    """(summary, body, reporters)."""
    stripped = strip_summary(html_text(entry.summary), outlet)
    summary, body, reporter = stripped.text, "", stripped.author
    if entry.content and entry.content != entry.summary:
        full = strip_summary(html_text(entry.content), outlet)
        body, reporter = full.text, full.author or reporter
        if len(body) < len(summary):
            summary, body = body, summary
        if body == summary or (not summary and len(body) <= MAX_SUMMARY):
            summary, body = body, ""
    if len(summary) > MAX_SUMMARY:
        summary, body = ("" if not body else _cut(summary, MAX_SUMMARY)), body or summary
    return summary, _cut(body, MAX_BODY), reporter


def _image_url(entry: Entry, source: Source) -> str:
    """The picture's address as published (its query may be what selects it), http(s) only."""
    if not entry.image_url:
        return ""
    url = _absolute(entry.image_url, entry, source)
    return url if " " not in url and url.isprintable() and addresses.canonical_url(url) else ""


def _caption(entry: Entry) -> str:
    markup = entry.content + entry.summary
    found = _FIGCAPTION.search(markup) if "<figcaption" in markup else None
    return _cut(clean_line(html_text(found.group(1))), MAX_CAPTION) if found else ""


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
