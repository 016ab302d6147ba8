"""The element that holds an article's text, found by what content systems call it.

Korean content systems differ in names, hardly in structure: `ingest.collect.pagenames` lists what
they call the element, and the boxes inside it that are no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from ingest.collect.pagenames import CONTAINER_CLASSES, CONTAINER_IDS, SUBHEAD
from ingest.collect.pagereader import Kind, Line, Lines, Reader, names_of
from ingest.collect.plaintext import clean_line

MAX_CONTAINERS = 12


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
    reader = Reader(len(element.text_content()))
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
        name = names_of(element)
        if not SUBHEAD.search(name) or element.tag in ("a", "li", "body", "html", "ul"):
            continue
        text = element.text_content()
        if not 4 <= len(text.strip()) <= 400 or any(
            True for _ in element.iterancestors("a", "li", "aside")
        ):
            continue
        if container in element.iterdescendants():
            continue
        reader = Reader(len(text), heading=True)
        reader.inside(element)
        reader.end()
        known = {line.text for line in lines}
        lines += [
            Line(line.text, Kind.SUBHEAD)
            for line in reader.lines
            if line.text not in known and line.linked < 0.5
        ]
    return lines[:8]
