"""The element that holds an article's text, and the lines in it.

Korean content systems differ in names, hardly in structure: `ingest.collect.pagenames` lists what
they call the element, and the boxes inside it that are no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lxml.html import HtmlElement

from ingest.collect.pagenames import (
    CAPTIONS,
    CONTAINER_CLASSES,
    CONTAINER_IDS,
    NO_PHOTO,
    NOISE,
    SUBHEAD,
    parts_of,
)
from ingest.collect.pagewords import BOX
from ingest.collect.plaintext import clean_line

MAX_CONTAINERS = 12
BLOCKS = frozenset(
    [
        *[
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "center",
            "dd",
            "details",
            "div",
            "dl",
        ],
        *["dt", "fieldset", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"],
        *["html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"],
        *["tfoot", "th", "thead", "tr", "ul"],
    ]
)
DROPPED = frozenset(
    [
        *["audio", "button", "canvas", "dialog", "embed", "footer", "head", "input", "link", "map"],
        *["menu", "meta", "option", "param", "script", "select", "source", "style", "textarea"],
        *["title", "track", "video"],
    ]
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BOLD = frozenset(["b", "strong"])
_BOXES = frozenset(["div", "section", "ul", "ol", "dl", "details", "article", "table"])
_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’」』)\]]*$")


class Kind(StrEnum):
    TEXT = "text"
    HEADING = "heading"
    SUBHEAD = "subhead"
    """by what the page calls it"""
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, heading or caption. ``linked``: the share of it that is link, 0 … 1."""

    text: str
    kind: Kind = Kind.TEXT
    linked: float = 0.0
    bold: bool = False
    """all of it"""
    after_image: bool = False
    """nothing stands between it and a photo"""


@dataclass(frozen=True, slots=True)
class Lines:
    """What an element holds, in reading order; the first photo and its caption."""

    lines: tuple[Line, ...] = ()
    image_url: str = ""
    caption: str = ""

    @property
    def size(self) -> int:
        """Characters of text that is not link or caption."""
        return sum(
            len(line.text) for line in self.lines if line.kind is Kind.TEXT and line.linked < 0.5
        )


def from_container(tree: HtmlElement) -> Lines | None:
    """From the innermost element with a known name that holds most of the text; None without one.

    Some pages cut the text into several elements of the same name, with boxes in between.
    """
    groups = _containers(tree)
    if not groups:
        return None
    read = [(group, _joined([from_element(element) for element in group])) for group in groups]
    most = max(lines.size for _, lines in read)
    if not most:
        return None
    # of those that hold nearly everything, the last in document order is the innermost
    group, lines = [pair for pair in read if 5 * pair[1].size >= 4 * most][-1]
    if not lines.image_url:
        # the photo may stand beside the text, in an element around both
        photo = next((other for _, other in reversed(read) if other.image_url), lines)
        lines = replace(lines, image_url=photo.image_url, caption=photo.caption)
    if not any(line.kind is Kind.SUBHEAD for line in lines.lines):
        lines = replace(lines, lines=(*_subheads_before(tree, group[0]), *lines.lines))
    return lines


def _joined(parts: Sequence[Lines]) -> Lines:
    return Lines(
        tuple(line for part in parts for line in part.lines),
        next((part.image_url for part in parts if part.image_url), ""),
        next((part.caption for part in parts if part.caption), ""),
    )


def from_element(element: HtmlElement) -> Lines:
    reader = _Reader(len(element.text_content()))
    reader.inside(element)
    reader.end()
    return Lines(tuple(reader.lines), reader.image_url, reader.caption)


def from_text(text: str) -> Lines:
    """Each line of a plain text as a paragraph."""
    return Lines(tuple(Line(clean) for line in text.split("\n") if (clean := clean_line(line))))


def _containers(tree: HtmlElement) -> list[list[HtmlElement]]:
    """Elements with a known name; those that share a name and do not contain each other together."""
    groups: dict[str, list[HtmlElement]] = {}
    for element in tree.iter("div", "article", "section", "td", "main", "span"):
        names = set((element.get("class") or "").split()) & CONTAINER_CLASSES
        told = element.get("itemprop") == "articleBody" or element.get("id") in CONTAINER_IDS
        if not (told or names):
            continue
        name = f"{element.tag} {element.get('id') if told else ''} {sorted(names)}"
        group = groups.setdefault(name, [])
        if len(groups) > MAX_CONTAINERS:
            break
        if len(group) < 10 * MAX_CONTAINERS and not (
            group and group[-1] in element.iterancestors()
        ):
            group.append(element)
    return list(groups.values())


def _subheads_before(tree: HtmlElement, container: HtmlElement) -> list[Line]:
    """Elements called sub-headline between the headline and the text."""
    lines: list[Line] = []
    for element in tree.iter():
        if element is container:
            break
        if element.tag == "h1":
            lines.clear()
        name = _names(element)
        if not SUBHEAD.search(name) or element.tag in ("a", "li", "body", "html", "ul"):
            continue
        text = element.text_content()
        if not 4 <= len(text.strip()) <= 400 or any(
            True for _ in element.iterancestors("a", "li", "aside")
        ):
            continue
        if container in element.iterdescendants():
            continue
        reader = _Reader(len(text), heading=True)
        reader.inside(element)
        reader.end()
        known = {line.text for line in lines}
        lines += [
            Line(line.text, Kind.SUBHEAD)
            for line in reader.lines
            if line.text not in known and line.linked < 0.5
        ]
    return lines[:8]


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


@dataclass(slots=True)
class _Reader:
    """Walks an element once and keeps its lines."""

    whole: int
    """characters of the element's text: what is most of it is no noise, whatever it is called"""
    heading: bool = False
    lines: list[Line] = field(default_factory=list)
    image_url: str = ""
    caption: str = ""
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0
    _bold: int = 0
    _in_link: int = 0
    _in_bold: int = 0
    _kinds: list[Kind] = field(default_factory=list)
    _image_last: bool = False

    def inside(self, element: HtmlElement) -> None:
        self._text(element.text)
        for child in element:
            self._element(child)
            self._text(child.tail)

    def end(self) -> None:
        """A paragraph ends here."""
        text = clean_line("".join(self._parts))
        size = len("".join(self._parts).strip()) or 1
        linked, bold = self._linked / size, self._bold / size
        self._parts.clear()
        self._linked = self._bold = 0
        if not text:
            return
        kind = self._kinds[-1] if self._kinds else Kind.TEXT
        self.lines.append(
            Line(text, kind, min(linked, 1.0), bold > 0.9, self._image_last and kind is Kind.TEXT)
        )
        if kind is not Kind.CAPTION:
            self._image_last = False

    def _text(self, text: str | None) -> None:
        if not text:
            return
        self._parts.append(text)
        size = len(text.strip())
        if self._in_link:
            self._linked += size
        if self._in_bold:
            self._bold += size

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in DROPPED:
            return
        if tag == "br":
            self._break()
            return
        if tag == "img":
            self._image(element)
            return
        names = parts_of(_names(element))
        if tag == "figcaption" or (
            (not CAPTIONS.isdisjoint(names) or "desc" in names)
            and "drop" not in names
            and self._beside_image(element, names)
        ):
            self._caption(element)
            return
        if tag == "figure" or (tag == "table" and not self._is_layout(element)):
            self._figure(element)
            return
        if self._is_noise(element, names):
            self.end()
            return
        self._walk(element, tag, names)

    def _walk(self, element: HtmlElement, tag: str, names: set[str]) -> None:
        kind = None
        if (
            SUBHEAD.search(f"{element.get('class') or ''}")
            and tag != "a"
            and len(element.text_content()) < 400
        ):
            kind = Kind.SUBHEAD
        elif tag in HEADINGS:
            kind = Kind.HEADING
        block = tag in BLOCKS or kind is not None
        if block:
            self.end()
        if kind is not None:
            self._kinds.append(kind)
        self._in_link += tag == "a"
        self._in_bold += tag in _BOLD
        self.inside(element)
        self._in_link -= tag == "a"
        self._in_bold -= tag in _BOLD
        if block:
            self.end()
        if kind is not None:
            self._kinds.pop()

    def _break(self) -> None:
        """A `br` ends a line, unless it only wraps a sentence that goes on."""
        text = "".join(self._parts).rstrip()
        if (
            len(text) >= 60
            and not self.heading
            and not _SENTENCE_END.search(text)
            and text[-1:] in ",·"
        ):
            self._parts.append(" ")
            return
        self.end()

    def _image(self, element: HtmlElement) -> None:
        source = next(
            (
                v
                for name in ("data-src", "data-original", "data-lazy-src", "src")
                if (v := element.get(name))
            ),
            "",
        )
        small = (element.get("width") or "").isdigit() and int(element.get("width") or 0) < 120
        if source.startswith("data:") or small or NO_PHOTO.search(source):
            return
        self.image_url = self.image_url or source.strip()
        if not clean_line("".join(self._parts)):
            self._image_last = True

    def _figure(self, element: HtmlElement) -> None:
        """A photo with what belongs to it; a table with figures is no text either."""
        self.end()
        inner = _Reader(10**9)
        for image in element.iter("img"):
            inner._image(image)
        if not inner.image_url:
            return
        self.image_url = self.image_url or inner.image_url
        inner.inside(element)
        inner.end()
        text = " ".join(line.text for line in inner.lines if line.kind in (Kind.CAPTION, Kind.TEXT))
        self._keep_caption(text)
        self._image_last = True

    def _caption(self, element: HtmlElement) -> None:
        self.end()
        inner = _Reader(10**9)
        inner.inside(element)
        inner.end()
        self._keep_caption(" ".join(line.text for line in inner.lines))

    def _keep_caption(self, text: str) -> None:
        text = clean_line(text)
        if not text:
            return
        self.lines.append(Line(text, Kind.CAPTION))
        if self.image_url and not self.caption:
            self.caption = text

    def _beside_image(self, element: HtmlElement, names: set[str]) -> bool:
        text = len(element.text_content())
        if 2 * text > self.whole or any(True for _ in element.iter("img")):
            return False
        if "desc" not in names:
            return True
        parents = list(element.iterancestors())[:2]
        return any(
            any(True for _ in parent.iter("img")) and len(parent.text_content()) < 2 * text + 60
            for parent in parents
        )

    def _is_layout(self, table: HtmlElement) -> bool:
        """Old systems set a whole article, or its paragraphs, in a table."""
        size = len(table.text_content())
        if 2 * size > self.whole:
            return True
        cells = list(table.iter("td"))
        has_image = any(True for _ in table.iter("img"))
        return not has_image and len(cells) <= 2 and size >= 150

    def _is_noise(self, element: HtmlElement, names: set[str]) -> bool:
        if element.tag in ("aside", "nav"):
            return 2 * len(element.text_content()) < self.whole
        style = (element.get("style") or "").replace(" ", "").lower()
        hidden = "display:none" in style or element.get("hidden") is not None
        called = not NOISE.isdisjoint(names)
        box = element.tag in _BOXES
        if not (called or hidden or box):
            return False
        text = element.text_content()
        if 5 * len(text) > 2 * self.whole:
            return False
        if called or hidden:
            return True
        return BOX.match(text[:400].strip()) is not None
