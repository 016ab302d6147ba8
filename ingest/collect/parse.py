"""Text of a feed → entries as the feed wrote them. The only module that knows feedparser.

feedparser gets a stream and never a string, which it might take for a path or a URL. Its sanitiser
and its resolution of relative links are off (we make plain text of everything, and they take a
third of the time), and its dates are not used (wrong for most Korean feeds).
"""

from __future__ import annotations

import html
import html.entities
import io
import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.sax import SAXException

from db.errors import ParseError
from ingest.collect.doctype import check_doctype
from ingest.collect.entry import MAX_ENTRIES, Entry, Medium, Parsed, picture
from ingest.collect.rss import read_rss

MAX_TAGS = 300_000
"""outside CDATA; feedparser needs some 15 µs for each, and much more for nonsense"""

_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
# feedparser looks at all attributes for each of them; nobody needs 20,000 characters of them
_LONG_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,60})\s[^<>]{20000,}>")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)


# Dates are parsed from the raw strings; this keeps feedparser from trying a dozen formats on each.
_NO_DATE = time.struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0))


@cache
def _feedparser() -> Any:
    # slow to import, and the common case does without it
    import feedparser

    feedparser.registerDateHandler(lambda _: _NO_DATE)
    return feedparser


def parse(text: str) -> Parsed:
    """Entries of a feed in its own order. Raises `ParseError` (without subject) for what is no feed.

    A valid feed without entries is no error. An entry that cannot be read is counted in
    ``skipped``; broken XML gives the entries before the break.
    """
    if not text.strip():
        raise ParseError(
            "",
            "빈 응답입니다. 주소가 맞는지, 피드가 옮겨 가지 않았는지 확인하세요.",
            "the answer was empty. Check the address; the feed may have moved.",
        )
    check_doctype(text)
    text = _LONG_TAG.sub(r"<\1>", text)
    mended = _mended(text)
    return read_rss(mended) or _parse_any(mended)


def _parse_any(text: str) -> Parsed:
    """By feedparser, which knows every format and forgives much."""
    tags = text.count("<") - _in_cdata(text)
    if tags > MAX_TAGS:
        raise ParseError(
            "",
            f"태그가 {tags:,}개나 되어 읽지 않았습니다(최대 {MAX_TAGS:,}개).",
            f"refused: {tags:,} tags (at most {MAX_TAGS:,}).",
        )
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        result = _feedparser().parse(stream, sanitize_html=False, resolve_relative_uris=False)
    except (
        RecursionError,
        ValueError,
        AttributeError,
        TypeError,
        LookupError,
        AssertionError,
    ) as error:
        raise ParseError(
            "",
            f"피드를 해석할 수 없습니다({type(error).__name__}).",
            f"the feed could not be parsed ({type(error).__name__}).",
        ) from error
    version = _string(result.get("version"))
    found = result.get("entries") or []
    if not version and (not found or _looks_like_html(text)):
        raise _no_feed(text)
    broken = result.get("bozo_exception")
    if not found and isinstance(broken, SAXException):
        why = broken.getMessage()
        raise ParseError(
            "",
            f"피드의 XML이 깨져 기사를 하나도 읽지 못했습니다({why}).",
            f"the feed's XML is broken and not one entry could be read ({why}).",
        )
    feed = result.get("feed") or {}
    base = _string(dict.get(feed, "link"))
    entries: list[Entry] = []
    skipped = max(0, len(found) - MAX_ENTRIES)
    for raw in found[:MAX_ENTRIES]:
        try:
            entries.append(_entry(raw, base))
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            skipped += 1
    return Parsed(tuple(entries), skipped, _string(dict.get(feed, "title")), base, version)


def _in_cdata(text: str) -> int:
    """How many ``<`` do not begin anything, because they stand in CDATA."""
    if text.count("<") <= MAX_TAGS or "<![CDATA[" not in text:
        return 0
    return sum(part.count("<") for part in _CDATA.split(text)[1::2])


def _looks_like_html(text: str) -> bool:
    return bool(re.search(r"<(?:html|!doctype html|body)\b", text[:4096], re.IGNORECASE))


def _no_feed(text: str) -> ParseError:
    start = re.sub(r"^<\?xml.*?\?>\s*", "", text[:4096], flags=re.DOTALL).lstrip()
    if _looks_like_html(start):
        what_ko, what_en = "웹페이지(HTML)", "a web page (HTML)"
    elif start[:1] in "{[":
        what_ko, what_en = "JSON", "JSON"
    else:
        what_ko, what_en = "알 수 없는 형식", "an unknown format"
    return ParseError(
        "",
        f"피드가 아니라 {what_ko}이(가) 왔습니다. 주소를 확인하세요.",
        f"got {what_en} instead of a feed. Check the address.",
    )


def _mended(text: str) -> str:
    """Make references well-formed outside CDATA, where an XML parser would stop.

    ``R&D`` → ``R&amp;D`` (feedparser's lenient parser makes ``R&D;`` of it) and ``&nbsp;`` → its
    number. A document with its own entities is left to feedparser.
    """
    if not _LOOSE_AMPERSAND.search(text) or _DOCTYPE.search(text[:4096]):
        return text
    parts = _CDATA.split(text) if "<![CDATA[" in text else [text]
    parts[::2] = [
        _LOOSE_AMPERSAND.sub("&amp;", _NAMED.sub(_number, part)) if "&" in part else part
        for part in parts[::2]
    ]
    return "".join(parts)


def _number(found: re.Match[str]) -> str:
    name = found.group(1)
    if name in ("amp;", "lt;", "gt;", "quot;", "apos;"):
        return found.group()
    return (
        "".join(f"&#{ord(character)};" for character in html.entities.html5.get(name, ""))
        or found.group()
    )


def _entry(raw: dict[str, Any], base: str) -> Entry:
    # dict.get: feedparser's own get() answers for a missing date with another one
    get = _Getter(raw)
    summary = get("summary")
    content = _longest(_values(raw, "content"))
    return Entry(
        title=get("title"),
        link=_link(raw),
        guid=get("id"),
        base=base,
        published=get("published") or get("created"),
        updated=get("updated"),
        author=get("author"),
        summary=summary,
        content=content,
        image_url=_image(raw, content, summary),
        source_name=_string(dict.get(dict.get(raw, "source") or {}, "title")),
    )


class _Getter:
    """Strings of a feedparser dictionary by their own keys."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    def __call__(self, key: str) -> str:
        return _string(dict.get(self.raw, key))


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _values(raw: dict[str, Any], key: str) -> Iterator[str]:
    for item in dict.get(raw, key) or ():
        yield _string(dict.get(item, "value"))


def _longest(texts: Iterator[str]) -> str:
    return max(texts, key=len, default="")


def _link(raw: dict[str, Any]) -> str:
    """The link element. feedparser also calls a guid a link; that is not our affair here."""
    links = [link for link in dict.get(raw, "links") or () if _string(dict.get(link, "href"))]
    for link in links:
        kind = _string(dict.get(link, "type"))
        if dict.get(link, "rel") == "alternate" and kind in (
            "",
            "text/html",
            "application/xhtml+xml",
        ):
            return _string(dict.get(link, "href"))
    for link in links:
        if dict.get(link, "rel") in ("alternate", None):
            return _string(dict.get(link, "href"))
    return ""


def _image(raw: dict[str, Any], *markups: str) -> str:
    def media(key: str) -> Iterator[Medium]:
        for item in dict.get(raw, key) or ():
            kind = _string(dict.get(item, "type")) or _string(dict.get(item, "medium"))
            yield Medium(_string(dict.get(item, "url")), kind)

    enclosures = (
        Medium(_string(dict.get(link, "href")), _string(dict.get(link, "type")))
        for link in dict.get(raw, "links") or ()
        if dict.get(link, "rel") == "enclosure"
    )
    return picture(media("media_thumbnail"), media("media_content"), enclosures, *markups)
