"""What a feed says, before anything is decided: raw entries, and the picture that belongs to one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_ENTRIES = 5_000
"""per feed; the largest real ones have some 800"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed: raw strings, "" where absent. HTML and escapes are as the feed has them."""

    title: str = ""
    link: str = ""
    """as written, possibly relative"""
    guid: str = ""
    base: str = ""
    """the feed's own web address, against which a relative link is meant"""
    published: str = ""
    updated: str = ""
    author: str = ""
    summary: str = ""
    content: str = ""
    image_url: str = ""
    source_name: str = ""
    """the outlet that an aggregator names in ``<source>``"""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed. ``skipped`` entries could not be read at all."""

    entries: tuple[Entry, ...]
    skipped: int = 0
    title: str = ""
    link: str = ""
    version: str = ""
    """feedparser's name of the format, for example ``rss20``"""


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that a feed attaches to an entry. ``kind``: a MIME type, or ``image``, or ""."""

    url: str
    kind: str = ""


_IMAGE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(src|data-src|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
)
_IMAGE_SUFFIX = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
_PIXEL = re.compile(r"pixel|spacer|blank\.gif|/stat|feedburner|feedsportal|doubleclick|/ad[sx]?/")


def picture(
    thumbnails: Iterable[Medium],
    media: Iterable[Medium],
    enclosures: Iterable[Medium],
    *markups: str,
) -> str:
    """The entry's picture: media elements, then enclosures, then the first picture in the text."""
    for thumbnail in thumbnails:
        if thumbnail.url:
            return thumbnail.url
    for medium in media:
        if medium.url and (medium.kind.startswith("image") or _IMAGE_SUFFIX.search(medium.url)):
            return medium.url
    for file in enclosures:
        named = file.kind.startswith("image")
        if file.url and (named or (not file.kind and _IMAGE_SUFFIX.search(file.url))):
            return file.url
    for markup in markups:
        if url := _picture_in(markup):
            return url
    return ""


def _picture_in(markup: str) -> str:
    if "<img" not in markup[:200_000].lower():
        return ""
    for found in _IMAGE.finditer(markup, 0, 200_000):
        attributes = {
            name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found.group(1))
        }
        url = attributes.get("src") or attributes.get("data-src", "")
        tiny = any(attributes.get(side, "") in ("0", "1") for side in ("width", "height"))
        if url and not tiny and not _PIXEL.search(url) and not url.startswith("data:"):
            return html.unescape(url)
    return ""
