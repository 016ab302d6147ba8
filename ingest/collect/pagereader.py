"""One walk over an element of a page: its paragraphs, headings, captions and photo, without its boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from lxml.html import HtmlElement

from ingest.collect.pagenames import CAPTIONS, NO_PHOTO, NOISE, PHOTO_BOXES, SUBHEAD, parts_of
from ingest.collect.pagewords import BOX, STATEMENT
from ingest.collect.plaintext import clean_line

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


def names_of(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


@dataclass(slots=True)
class Reader:
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
        names = parts_of(names_of(element))
        if tag == "figcaption" or (
            (not CAPTIONS.isdisjoint(names) or "desc" in names)
            and "drop" not in names
            and self._beside_image(element, names)
        ):
            self._caption(element)
            return
        if (
            tag == "figure"
            or (tag == "table" and not self._is_layout(element))
            or (tag in BLOCKS and not PHOTO_BOXES.isdisjoint(names) and self._is_photo(element))
        ):
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
        inner = Reader(10**9)
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
        inner = Reader(10**9)
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

    def _is_photo(self, element: HtmlElement) -> bool:
        """Whether a box that is called a photo holds one, and no more text than a caption has."""
        size = len(element.text_content().strip())
        return size <= 400 and 4 * size < self.whole and any(True for _ in element.iter("img"))

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
        first = next((part for part in element.itertext() if not part.isspace()), "")
        first = first.strip()
        return len(first) <= 60 and not STATEMENT.search(first) and BOX.match(first) is not None
