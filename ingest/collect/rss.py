"""The common case, quickly: well-formed RSS 2.0 of the usual elements, read with lxml.

What feedparser would answer, in a fifth of its time (`tests/test_rss.py` compares them). Whatever
is not plainly the common case is declined with None, and feedparser decides: another format,
broken XML, a document type, markup that was not escaped, an element twice, a namespace that we
do not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from ingest.collect.entry import MAX_ENTRIES, Entry, Medium, Parsed, picture

_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
_WFW = "{http://wellformedweb.org/CommentAPI/}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
_MEDIA = ("{http://search.yahoo.com/mrss/}", "{http://search.yahoo.com/mrss}")

_FIELDS: Final = {
    "title": "title",
    "link": "link",
    "guid": "guid",
    "pubdate": "published",
    f"{_DC}date": "updated",
    "author": "author",
    f"{_DC}creator": "author",
    "description": "summary",
    f"{_CONTENT}encoded": "content",
    "source": "source_name",
}
"""element of an item → field of `Entry`. feedparser reads element names in lower case"""

_REPEATABLE: Final = frozenset({"published", "updated", "author"})
"""the last one counts"""
_ATTRIBUTES: Final = {"guid": frozenset({"isPermaLink"}), "source": frozenset({"url"})}
_THUMBNAILS: Final = frozenset(f"{media}thumbnail" for media in _MEDIA)
_MEDIA_FILES: Final = frozenset(f"{media}content" for media in _MEDIA)
_IGNORED: Final = frozenset(
    ["category", "comments", f"{_DC}subject", f"{_SLASH}comments", f"{_WFW}commentrss"]
    + [f"{media}{name}" for media in _MEDIA for name in ("credit", "keywords", "copyright")]
)
_OF_CHANNEL: Final = frozenset(
    ["category", "cloud", "copyright", "description", "docs", "generator", "language", "ttl"]
    + ["lastbuilddate", "managingeditor", "pubdate", "rating", "webmaster"]
    + [f"{_DC}{name}" for name in ("creator", "date", "language", "publisher", "rights", "subject")]
    + [f"{_SYNDICATION}{name}" for name in ("updateperiod", "updatefrequency", "updatebase")]
)
"""what tells nothing about the channel's title, link and items"""
_IN_IMAGE: Final = frozenset({"url", "title", "link", "width", "height", "description"})

_EXTRA_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+,.\-]*://)/+")
_SEMICOLON = re.compile(r"&([A-Za-z0-9_]+);")
_C1 = re.compile("[\u0080-\u009f]")

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)


class _OutOfTheOrdinaryError(Exception):
    """A job for feedparser."""


def read_rss(text: str) -> Parsed | None:
    """Entries of a plain RSS 2.0 feed (`ingest.collect.parse.parse`), or None for anything else."""
    if "<!DOCTYPE" in text:
        return None
    try:
        root = etree.fromstring(text.encode("utf-8"), _PARSER)
        return _parsed(root)
    except (etree.XMLSyntaxError, UnicodeEncodeError, _OutOfTheOrdinaryError):
        return None


def _parsed(root: etree._Element) -> Parsed:
    channels = [child for child in root if child.tag == "channel"]
    if root.tag != "rss" or len(root) != 1 or not channels or channels[0].attrib:
        raise _OutOfTheOrdinaryError
    based = any(name.lower().endswith("base") for name in root.attrib)
    if based or not root.get("version", "").startswith("2."):
        raise _OutOfTheOrdinaryError
    own: dict[str, str] = {}
    items = []
    for element in channels[0]:
        tag = element.tag
        if tag == "item":
            items.append(element)
        elif tag in ("title", "link"):
            if tag in own or element.attrib or len(element):
                raise _OutOfTheOrdinaryError
            own[tag] = _text(element)
        elif not _is_beside_the_point(element):
            raise _OutOfTheOrdinaryError
    link = _address(own.get("link", ""))
    entries = tuple(_entry(item, link) for item in items[:MAX_ENTRIES])
    skipped = max(0, len(items) - MAX_ENTRIES)
    return Parsed(entries, skipped, own.get("title", ""), link, "rss20")


def _is_beside_the_point(element: etree._Element) -> bool:
    """Whether an element of the channel tells nothing about its title, link and items."""
    tag = _lower(element)
    if tag == "image":
        return all(_lower(child) in _IN_IMAGE and not len(child) for child in element)
    if tag == f"{_ATOM}link":
        return element.get("rel", "").lower() in ("self", "hub", "next", "first", "last")
    return tag in _OF_CHANNEL and not len(element)


def _entry(item: etree._Element, base: str) -> Entry:
    if item.attrib:
        raise _OutOfTheOrdinaryError
    found: dict[str, str] = {}
    thumbnails: list[Medium] = []
    media: list[Medium] = []
    enclosures: list[Medium] = []
    permanent = True
    for element in item:
        if len(element):
            raise _OutOfTheOrdinaryError
        tag = _lower(element)
        field = _FIELDS.get(tag)
        if field is not None:
            if field in found and field not in _REPEATABLE:
                raise _OutOfTheOrdinaryError
            if element.attrib and not _ATTRIBUTES.get(tag, frozenset()).issuperset(element.attrib):
                raise _OutOfTheOrdinaryError
            found[field] = _text(element)
            if field == "guid":
                permanent = element.get("isPermaLink", "true") == "true"
        elif tag in _THUMBNAILS and not (element.text or "").strip():
            thumbnails.append(_medium(element))
        elif tag in _MEDIA_FILES:
            media.append(_medium(element))
        elif tag == "enclosure":
            enclosures.append(_medium(element))
        elif tag not in _IGNORED:
            raise _OutOfTheOrdinaryError
    content = found.get("content", "")
    summary = found.get("summary", content)
    guid = found.get("guid", "")
    return Entry(
        title=found.get("title", ""),
        link=_address(found.get("link", "").replace("&amp;", "&")),
        guid=_EXTRA_SLASHES.sub(r"\1", guid) if permanent else guid,
        base=base,
        published=found.get("published", ""),
        updated=found.get("updated", ""),
        author=found.get("author", ""),
        summary=summary,
        content=content,
        image_url=picture(thumbnails, media, enclosures, content, summary),
        source_name=found.get("source_name", ""),
    )


def _lower(element: etree._Element) -> str:
    """``pubDate`` → ``pubdate``; the namespace is left as it is."""
    namespace, brace, name = element.tag.rpartition("}")
    return f"{namespace}{brace}{name.lower()}"


def _text(element: etree._Element) -> str:
    text = (element.text or "").strip()
    if text.isascii():
        return text
    if _C1.search(text):
        raise _OutOfTheOrdinaryError
    try:
        # UTF-8 that was taken for Latin-1 and encoded again
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _address(link: str) -> str:
    """A link without the mistakes that feedparser mends: `&b;` for `&b`, `http:////`."""
    link = _EXTRA_SLASHES.sub(r"\1", link) if "///" in link else link
    return _SEMICOLON.sub(r"&\1", link) if ";" in link else link


def _medium(element: etree._Element) -> Medium:
    found = dict(_attributes(element))
    url = found.get("url") or found.get("uri") or found.get("href") or ""
    return Medium(url.strip(), (found.get("type", "").lower() or found.get("medium", "")).strip())


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield name.lower(), value
