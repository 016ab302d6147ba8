"""HTML and sloppily escaped text → plain text.

Everything here is total: any ``str`` goes in, clean text comes out (NFC, no control characters,
no zero-width characters, blanks collapsed), and nothing is ever raised.
"""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

# `&quo...`: a reference that was cut in two with its text
_CUT_ENTITY = re.compile(r"&(?:qu?o?t?|nb?s?p?|am?p?|he?l?l?i?p?|lt?|gt?|#\d{0,4})(?=\.{2,}|…)")

# Tags that occur in feeds. Whatever else stands between angle brackets is text: ⟨속보⟩, ⟨AI 반도체⟩.
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby "
    "s samp small span strike strong sub sup time tt u var wbr"
)
_BLOCK = (
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu "
    "nav ol option p pre section select summary table tbody td tfoot th thead title tr ul"
)
_OTHER = (
    "amp-img audio base button canvas col colgroup embed iframe img input label link map area meta "
    "noscript object param picture script source style svg textarea track video path g"
)
_NAMES = "|".join(sorted(f"{_INLINE} {_BLOCK} {_OTHER}".split(), key=len, reverse=True))

# A tag as people write it: bare, or with an ASCII attribute. `<A 씨>` and `<b마트>` are not tags.
_TAG_END = r"(?=[\s/>])(?:\s+[a-zA-Z_:@-][^<>]*|\s*(?:/\s*)?)>"
_KNOWN_TAG = re.compile(rf"</?(?:{_NAMES}){_TAG_END}", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(_BLOCK.split())}){_TAG_END}", re.IGNORECASE)
_NOT_A_TAG = re.compile(
    rf"<(?!/?(?:{_NAMES})(?=[\s/>])(?:\s+[a-zA-Z_:@-]|\s*(?:/\s*)?>)|!--)", re.IGNORECASE
)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u115f\u1160\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# what str.split() does not know to be blank
_FILLERS = str.maketrans("\u3164\uffa0", "  ")

# Captions are no part of the text; what scripts and forms contain is no text at all.
_DROPPED_WITH_CONTENT = {
    "script", "style", "figcaption", "button", "select", "textarea", "iframe", "object", "svg",
    "noscript", "title", "audio", "video",
}  # fmt: skip
_CLEANER = nh3.Cleaner(tags=set(), clean_content_tags=_DROPPED_WITH_CONTENT)

UNESCAPE_ROUNDS = 3
"""Feeds escape once too often, some twice; more rounds would eat what an author wrote on purpose."""

MAX_TITLE = 10_000
"""characters of a raw headline that are looked at"""

MAX_HTML = 1_000_000
"""characters of markup that are looked at; a body is capped far below that anyway"""


MAX_TAGS = 5_000
"""in one text; beyond, tags are cut out without a parser, whose time grows with nesting squared"""


def unescape(text: str) -> str:
    """Resolve character references until nothing changes (at most three rounds).

    Only references that end in a semicolon: ``D&GTX`` and ``AT&T`` stay as they are.
    """
    for _ in range(UNESCAPE_ROUNDS):
        if "&" not in text:
            break
        resolved = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
        if resolved == text:
            break
        text = resolved
    return text


def clean_line(text: str) -> str:
    """One line: NFC, without hidden characters, every run of white space one blank."""
    return unicodedata.normalize("NFC", _one_line(_HIDDEN.sub("", text)))


def _one_line(text: str) -> str:
    return " ".join(text.translate(_FILLERS).split() if _has_filler(text) else text.split())


def _has_filler(text: str) -> bool:
    return "\u3164" in text or "\uffa0" in text


def clean_lines(text: str) -> str:
    """Paragraphs separated by one line feed each, none of them empty, each as `clean_line`."""
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", text))
    lines = (_one_line(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def title_text(raw: str) -> str:
    """A headline as one plain line: unescaped, known tags removed, ``<속보> 코스피`` kept."""
    text = unescape(raw[:MAX_TITLE])
    if "<" in text:
        text = _SCRIPT.sub(" ", _CDATA.sub("", text))
        text = _KNOWN_TAG.sub(lambda tag: " " if _BLOCK_TAG.match(tag.group()) else "", text)
    return clean_line(text)


def html_text(raw: str) -> str:
    """HTML as plain paragraphs. Captions, scripts and forms go with their content.

    Text that was escaped once too often is unescaped and, if it turns out to be HTML, stripped
    again. Angle brackets that are no tags stay.
    """
    text = _SURROGATE.sub("", raw[:MAX_HTML])
    if "<" not in text and "&" not in text:
        return clean_lines(text)
    for _ in range(2):
        text = unescape(_strip_tags(text))
        if not _KNOWN_TAG.search(text):
            break
    return clean_lines(_CUT_ENTITY.sub("", text))


def _strip_tags(markup: str) -> str:
    if "<" not in markup:
        return markup
    # White space in the source is no paragraph; block tags are.
    markup = _NOT_A_TAG.sub("&lt;", _CDATA.sub("", markup))
    if _BLOCK_TAG.search(markup):
        markup = _BLOCK_TAG.sub(lambda tag: f"\n{tag.group()}", " ".join(markup.split()))
    if markup.count("<") > MAX_TAGS:
        return _KNOWN_TAG.sub("", _SCRIPT.sub(" ", markup))
    return _CLEANER.clean(markup)
