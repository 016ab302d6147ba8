"""What a page says of its article for machines: JSON-LD, meta elements, and the data from which
pages that build themselves in the browser do so (Next, Nuxt, Arc Fusion, …).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from lxml.html import HtmlElement

MAX_SCRIPT = 2_000_000
"""characters"""
MAX_VALUES = 20_000
"""JSON values that are looked at in one script"""

MAX_STRINGS = 200
"""strings of one key in one script"""

_ELSEWHERE = frozenset(
    [
        "itemListElement",
        "hasPart",
        "mentions",
        "citation",
        "isPartOf",
        "relatedLink",
        "publisher",
        "comment",
        "review",
    ]
)
_BODY_KEYS = (
    "contentHtml",
    "articleBody",
    "article_body",
    "articleContent",
    "newsContent",
    "bodyHtml",
)
_LOOSE_BODY_KEYS = ("content_html", "articleText", "contents", "content", "body")
_SUBHEAD_KEYS = ("subTitle", "subtitle", "sub_title", "subHeadline")
_FIRST_KEYS = ("deployDt", "publishedAt", "datePublished", "first_publish_date", "regDt", "pubDate")
_LAST_KEYS = ("reDeployDt", "modifiedAt", "dateModified", "last_updated_date", "modDt")
_AUTHOR_KEYS = ("writerDisplay", "reporterName", "writerName")
_SENTENCE = re.compile(r"다\.|[a-z]\. [A-Z]|요\.")
_FLIGHT = re.compile(r"self\.__next_f\.push\(\[1,\s*(?=\")")
_FUSION = re.compile(r"Fusion\.globalContent\s*=\s*(?=\{)")
_BREAK = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageData:
    """Raw values, "" where the page does not give them; not yet cleaned or checked."""

    title: str = ""
    subheads: tuple[str, ...] = ()
    body_html: str = ""
    """from the data that the page builds itself from"""
    body_text: str = ""
    """``articleBody``"""
    published: tuple[str, ...] = ()
    """candidates, best first"""
    modified: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    image_url: str = ""
    image_caption: str = ""
    copyright: str = ""
    canonical: str = ""
    language: str = ""
    site: str = ""


def read(tree: HtmlElement) -> PageData:
    """Never raises for any tree."""
    metas, itemprops = _metas(tree)
    ld = _linked_data(tree)
    state = _state(tree)

    def meta(*names: str) -> list[str]:
        return [metas[name] for name in names if metas.get(name)]

    def first(values: Sequence[str]) -> str:
        return next((value for value in values if value), "")

    published = [*_texts(ld.get("datePublished")), *meta(*_META_FIRST), *itemprops("datePublished")]
    modified = [*_texts(ld.get("dateModified")), *meta(*_META_LAST), *itemprops("dateModified")]
    authors = _names(ld.get("author")) or meta("dable:author", "article:author", "author", "byl")
    image = ld.get("image")
    return PageData(
        title=first([*_texts(ld.get("headline")), *meta("headline", "og:title", "twitter:title")]),
        subheads=tuple(_split(first([*_texts(ld.get("alternativeHeadline")), state.subhead]))),
        body_html=state.body,
        body_text=first(_texts(ld.get("articleBody"))),
        published=(*published, *filter(None, [state.published])),
        modified=(*modified, *filter(None, [state.modified])),
        authors=tuple(authors) or tuple(filter(None, [state.author])),
        image_url=first([*meta("og:image", "twitter:image"), *_urls(image), state.image_url]),
        image_caption=first([*_captions(image), state.image_caption]),
        copyright=first(meta("copyright", "dc.rights")),
        canonical=first([*_links(tree, "canonical"), *meta("og:url")]),
        language=first(
            [tree.get("lang") or "", *_texts(ld.get("inLanguage")), *meta("og:locale", "language")]
        ),
        site=first([*meta("og:site_name"), *_names(ld.get("publisher"))]),
    )


_META_FIRST = (
    "article:published_time", "og:article:published_time", "dable:published_time", "published_at",
    "article:published", "datepublished", "pubdate", "publishdate", "date", "dc.date.issued",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_META_LAST = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "lastmod", "last-modified", "article:updated", "dc.date.modified",
)  # fmt: skip


def _metas(tree: HtmlElement) -> tuple[dict[str, str], Callable[[str], list[str]]]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            # an outlet's own name as first author, the reporter's as the second
            if name.lower() == "author" and "기자" in content:
                found["author"] = content
            found.setdefault(name.lower().strip(), content)

    def itemprops(name: str) -> list[str]:
        elements = tree.xpath("//*[@itemprop=$name]", name=name)
        values = (e.get("content") or e.get("datetime") or e.text or "" for e in elements[:5])
        return [value.strip() for value in values if value.strip()]

    return found, itemprops


def _links(tree: HtmlElement, rel: str) -> list[str]:
    return [link.get("href") or "" for link in tree.iter("link") if link.get("rel") == rel]


# --- JSON-LD ------------------------------------------------------------------------------------


def _linked_data(tree: HtmlElement) -> dict[str, Any]:
    """The article's object; {} where there is none. Lists and ``@graph`` are looked through."""
    best: dict[str, Any] = {}
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        for value in _objects(_loads(script.text or "")):
            kinds = _texts(value.get("@type"))
            if any(kind.endswith(("Article", "BlogPosting")) for kind in kinds) and len(
                value
            ) > len(best):
                best = value
    return best


def _loads(text: str) -> Any:
    """JSON as found on pages: raw line feeds, trailing commas, comments around it."""
    if len(text) > MAX_SCRIPT:
        return None
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    for attempt in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    waiting, seen = [value], 0
    while waiting and seen < MAX_VALUES:
        seen += 1
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(part for key, part in item.items() if key not in _ELSEWHERE)
        elif isinstance(item, list):
            waiting.extend(reversed(item))


def _texts(value: Any) -> list[str]:
    """The strings of a value that may be a string, a number, a list of them or nothing."""
    values = value if isinstance(value, list) else [value]
    return [item.strip() for item in values[:20] if isinstance(item, str) and item.strip()]


def _names(value: Any) -> list[str]:
    names: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(item, dict):
            names += _texts(item.get("name"))
        elif isinstance(item, str):
            names.append(item)
    return [name for name in names if name.strip()]


def _urls(value: Any) -> list[str]:
    urls: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        urls += (
            _texts(item.get("url") or item.get("contentUrl"))
            if isinstance(item, dict)
            else (_texts(item))
        )
    return urls


def _captions(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [
        text for item in items[:1] if isinstance(item, dict) for text in _texts(item.get("caption"))
    ]


def _split(text: str) -> list[str]:
    return [line.strip() for line in _BREAK.split(text) if line.strip()]


# --- the data of pages that build themselves ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _State:
    body: str = ""
    subhead: str = ""
    published: str = ""
    modified: str = ""
    author: str = ""
    image_url: str = ""
    image_caption: str = ""


def _state(tree: HtmlElement) -> _State:
    best = _State()
    for text in _scripts(tree):
        found = _fusion(text) or _keyed(text)
        if found is not None and len(found.body) > len(best.body):
            best = found
    return best


def _scripts(tree: HtmlElement) -> Iterator[str]:
    """Scripts that may hold a text; the pieces of a Next stream as one."""
    flight: list[str] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" in (script.get("type") or "") or not 300 < len(text) <= MAX_SCRIPT:
            continue
        if (push := _FLIGHT.match(text.lstrip())) is not None:
            flight.append(_string(text.lstrip(), push.end() + 1) or "")
        else:
            yield text
    if flight and sum(map(len, flight)) <= MAX_SCRIPT:
        yield "".join(flight)


def _string(text: str, start: int) -> str | None:
    """The JSON string whose first character stands at ``start``; None if it is broken."""
    try:
        value, _ = scanstring(text, start, False)
    except (ValueError, IndexError):
        return None
    return str(value)


def _values(text: str, keys: Sequence[str]) -> Iterator[str]:
    names = "|".join(keys)
    for index, found in enumerate(re.finditer(rf'"(?:{names})"\s*:\s*"', text)):
        value = _string(text, found.end())
        # what does not end is no JSON, and looking for its end again and again would be slow
        if value is None or index >= MAX_STRINGS:
            return
        yield value


def _keyed(text: str) -> _State | None:
    body = max(_values(text, _BODY_KEYS), key=len, default="")
    if not _is_text(body):
        body = max(filter(_is_text, _values(text, _LOOSE_BODY_KEYS)), key=len, default="")
    if not body:
        return None

    def first(keys: Sequence[str]) -> str:
        return next((value for value in _values(text, keys) if value), "")

    return _State(
        body=body if "<" in body else escape(body).replace("\n", "<br>"),
        subhead=first(_SUBHEAD_KEYS),
        published=first(_FIRST_KEYS),
        modified=first(_LAST_KEYS),
        author=first(_AUTHOR_KEYS),
    )


def _is_text(value: str) -> bool:
    return len(value) >= 200 and len(_SENTENCE.findall(value)) >= 2


def _fusion(text: str) -> _State | None:
    """Arc XP: the article as a list of typed elements."""
    start = _FUSION.search(text)
    if start is None:
        return None
    try:
        content, _ = json.JSONDecoder(strict=False).raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not isinstance(content.get("content_elements"), list):
        return None
    parts: list[str] = []
    image_url = image_caption = ""
    for element in content["content_elements"][:2_000]:
        if not isinstance(element, dict):
            continue
        words = "".join(_texts(element.get("content")))
        if element.get("type") in ("text", "raw_html") and words:
            parts.append(f"<p>{words}</p>")
        elif element.get("type") == "header" and words:
            parts.append(f"<h3>{words}</h3>")
        elif element.get("type") == "image" and not image_url:
            image_url = "".join(_texts(element.get("url")))
            image_caption = "".join(_texts(element.get("caption")))
    subheads, credits = content.get("subheadlines"), content.get("credits")
    return _State(
        body="".join(parts),
        subhead="".join(_texts(subheads.get("basic"))) if isinstance(subheads, dict) else "",
        published="".join(_texts(content.get("first_publish_date") or content.get("display_date"))),
        modified="".join(_texts(content.get("last_updated_date"))),
        author=", ".join(_names(credits.get("by"))) if isinstance(credits, dict) else "",
        image_url=image_url,
        image_caption=image_caption,
    )
