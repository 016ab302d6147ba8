"""Bytes of a web page → a tree, with its costs bounded.

lxml cuts what nests deeper than 255 elements, so that no later walk can exhaust the stack; what is
longer than `MAX_CHARACTERS` is cut before it is parsed.
"""

from __future__ import annotations

import copy
import re

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from ingest.collect.decode import decode

MAX_CHARACTERS = 3_000_000
MAX_ELEMENTS = 60_000
"""a page with more is no article"""

_META_CHARSET = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._-]{2,40})""", re.I
)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|article|meta|title|table)\b", re.IGNORECASE
)
_CODE = ("script", "style", "noscript", "template", "svg", "iframe", "object", "form", "nav")
_TEXT_FORMS = ("form",)


def parse(html: str | bytes, content_type: str = "") -> HtmlElement | None:
    """The root element, or None for what is not HTML."""
    if isinstance(html, bytes):
        head = html[:4096]
        if "charset" not in content_type.lower() and (meta := _META_CHARSET.search(head)):
            content_type = f"text/html; charset={meta[1].decode('ascii')}"
        html = decode(html[: 4 * MAX_CHARACTERS], content_type)
    text = _DECLARATION.sub("", html[:MAX_CHARACTERS]).replace("\0", "")
    return fragment(text) if _MARKUP.search(text) else None


def fragment(markup: str) -> HtmlElement | None:
    """A tree for any piece of HTML; None where nothing is in it."""
    # surrogates cannot be handed to libxml2
    text = markup[:MAX_CHARACTERS].encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
    try:
        root = lxml.html.document_fromstring(text, parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return None
    if sum(1 for _ in zip(root.iter(), range(MAX_ELEMENTS + 1), strict=False)) > MAX_ELEMENTS:
        return None
    return root


def without_code(tree: HtmlElement) -> HtmlElement:
    """A copy without scripts, styles, menus and forms. A form around a whole page is only unwrapped."""
    tree = copy.deepcopy(tree)
    whole = len(tree.text_content())
    for element in list(tree.iter(*_CODE)):
        if element.getparent() is None:
            continue
        if element.tag in _TEXT_FORMS and 2 * len(element.text_content()) > whole:
            element.drop_tag()
        else:
            element.drop_tree()
    return tree
