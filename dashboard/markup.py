"""The one gate by which text reaches the page.

Whatever an outsider wrote (feed, query string, configuration) must appear letter by letter:
``<script>``, ``1~2분기``, ``$x$``, ``:red[x]``. `Html` marks text that passed the gate; `show` is the
only place that hands markup to Streamlit, and takes nothing else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

import streamlit as st

VOID_TAGS = frozenset({"img", "br"})
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_FIRST_STRONG, _POP = "\u2068", "\u2069"


class Html(str):
    """Markup made by this module's functions. Never build one from text of other origin."""

    __slots__ = ()


EMPTY = Html("")


def text(value: object) -> Html:
    """``value`` as text: escaped, unless it is `Html` already."""
    return value if isinstance(value, Html) else Html(html.escape(str(value), quote=True))


def foreign(value: str) -> Html:
    """Text of a feed: escaped and isolated, so that direction marks in it turn nothing outside."""
    return Html(f"<bdi>{html.escape(value, quote=True)}</bdi>")


def join(parts: Iterable[object], separator: str = "") -> Html:
    """``parts`` in a row, each passed through `text`; so is the ``separator``."""
    return Html(text(separator).join(text(part) for part in parts))


def fill(template: str, **values: object) -> Html:
    """A label with its ``{placeholders}`` replaced; label and values are escaped, `Html` is kept."""
    return Html(_PLACEHOLDER.sub(lambda m: text(values[m.group(1)]), html.escape(template)))


def tag(name: str, *content: object, **attributes: object) -> Html:
    """``<name …>content</name>``. ``class_`` → class, ``data_x`` → data-x; None leaves out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID_TAGS:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(content)}</{name}>")


def link(address: str, *content: object, outside: bool = False, class_: str | None = None) -> Html:
    """An anchor. An address that is neither relative nor http(s) leaves the bare content."""
    scheme = address.partition(":")[0].lower() if ":" in address.split("?")[0] else ""
    if scheme not in {"", "http", "https"}:
        return tag("span", *content, class_=class_)
    more = {"target": "_blank", "rel": "noopener noreferrer"} if outside else {}
    return tag("a", *content, href=address, class_=class_, **more)


def painted(value: str, spans: Iterable[tuple[int, int, str]], name: str) -> Html:
    """``value`` with the code points of ``spans`` (start, end, class) in ``<name class=…>``.

    Where spans overlap, the earlier one keeps what both claim.
    """
    parts: list[object] = []
    done = 0
    for start, end, class_ in sorted(spans):
        start, end = max(start, done), min(end, len(value))
        if start >= end:
            continue
        parts += [value[done:start], tag(name, value[start:end], class_=class_ or None)]
        done = end
    return tag("bdi", *parts, value[done:])


def marked(value: str, spans: Iterable[tuple[int, int]]) -> Html:
    """``value`` with the matches of a search marked."""
    return painted(value, [(start, end, "") for start, end in spans], "mark")


def label(value: str) -> str:
    """``value`` for a Streamlit label, where markdown is read: every punctuation mark escaped.

    A backslash keeps ``->`` and ``:streamlit:`` from being replaced, too, since no two of their
    characters stay neighbours; an invisible word joiner keeps bare addresses from becoming links.
    """
    plain = " ".join(value.split())
    plain = re.sub(r"(?i)(https?|ftp|www|mailto)(?=[:.])", "\\1\u2060", plain)
    plain = re.sub(r"(?<=\w)@(?=\w)", "\u2060@", plain)
    escaped = _PUNCTUATION.sub(r"\\\1", plain)
    return isolated(escaped)


def isolated(value: str) -> str:
    """``value`` so that direction marks in it turn nothing around it, where no ``<bdi>`` can be.

    Marks that would end the isolation early are taken out.
    """
    return f"{_FIRST_STRONG}{_ISOLATES.sub('', value)}{_POP}"


def turns(value: str) -> bool:
    """Whether there are direction marks in ``value``."""
    return bool(_TURNING.search(value))


def chart(value: str) -> str:
    """``value`` for Plotly, which reads a few HTML tags, entities and ``$…$`` in its texts."""
    plain = html.escape(value, quote=False).replace("$", "&#36;")
    return isolated(plain)


def option(value: str) -> str:
    """``value`` for an option of a select box, which shows text as it is."""
    return isolated(value)


def show(markup: Html) -> None:
    """Put ``markup`` on the page, inside the style sheet's root class."""
    if not isinstance(markup, Html):
        raise TypeError("only markup.Html may be shown")
    st.html(f'<div class="cw">{markup}</div>')
