"""Bytes of a feed → text that an XML parser accepts. Declarations are hints; the bytes decide.

feedparser decodes a whole feed as windows-1252 when one byte lies outside the declared EUC-KR. Here
a broken byte costs at most the piece of text between two tags that it stands in.
"""

from __future__ import annotations

import codecs
import re

_CP949_NAMES = frozenset(
    [
        *["euckr", "korean", "csksc56011987", "ksc5601", "ksc56011987", "ksc56011989", "kscode"],
        *["isoir149", "windows949", "xwindows949", "ms949", "cp949", "949", "uhc", "mskorean"],
    ]
)
"""everything that says EUC-KR means its superset, in which browsers and editors really write"""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CHARSETS = re.compile(
    r"utf-8|cp949|ascii|iso8859|cp125|euc_|shift_jis|cp932|gb|big5|iso2022|koi8|johab"
)
_WORD = re.compile(rb"[\x80-\xff][^<\s]*")
_PIECE = re.compile(rb"[<\s]?[^<\s]+|[<\s]")
_HEAD = 1024
"""bytes in which a declaration is looked for; some servers send blanks or notices before it"""

_HANGUL = re.compile("[\uac00-\ud7a3]")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:\d|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef]));"
    r"|&#0*5(?:529[6-9]|5[3-9]\d{2}|6\d{3}|7[0-2]\d{2}|73[0-3]\d|734[0-3]);",
    re.IGNORECASE,
)
_KEPT_REFERENCES = ("&#9;", "&#10;", "&#13;")
_DECLARATION = re.compile(r"<\?xml\s.{0,300}?\?>", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<(?:rss|feed|rdf|channel|html|!doctype)\b", re.IGNORECASE)


def decode(body: bytes, content_type: str) -> str:
    """The text of a feed with the declaration ``<?xml version="1.0" encoding="utf-8"?>`` in front.

    Order of trust: byte-order mark, then what decodes without error among UTF-8, the XML
    declaration and the Content-Type header, then the codec that leaves the fewest broken
    characters, repaired piece by piece. Never raises; an empty body gives "".
    """
    text = _text(body, content_type)
    if "&#" in text:
        text = _CONTROL_REFERENCE.sub(_drop_reference, text)
    text = _CONTROL.sub("", text).strip(" \t\r\n\ufeff\u200b")
    return _with_declaration(text) if text else ""


def declared_encoding(body: bytes, content_type: str) -> list[str]:
    """The Python codecs that the feed claims: declaration first, then header; unknown names left out."""
    names = [found.group(1).decode("ascii") for found in [_DECLARED.search(body[:_HEAD])] if found]
    names += _CHARSET.findall(content_type)[:1]
    codecs_ = (_codec(name) for name in names)
    return list(dict.fromkeys(codec for codec in codecs_ if codec))


def _codec(name: str) -> str:
    if re.sub(r"[^a-z0-9]", "", name.lower()) in _CP949_NAMES:
        return "cp949"
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return ""
    # a declaration in ASCII letters cannot mean UTF-16, and base64 and friends are no charsets
    return codec if _CHARSETS.match(codec) else ""


def _text(body: bytes, content_type: str) -> str:
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return _lenient(body[len(bom) :], codec, "cp949")
    for start, codec in _WIDE:
        if body.startswith(start):
            return body.decode(codec, "replace")
    if body.isascii() and b"\x1b" not in body:
        return body.decode("ascii")
    claims = declared_encoding(body, content_type)
    texts = {}
    for codec in dict.fromkeys(["utf-8", *claims, "cp949"]):
        try:
            texts[codec] = body.decode(codec)
        except (UnicodeDecodeError, ValueError):
            continue
    if texts:
        return texts[_choose(texts, claims)]
    # Nothing fits throughout: take what fits best and mend the rest piece by piece.
    if _mostly_utf8(body):
        return _lenient(body, "utf-8", "cp949")
    candidates = dict.fromkeys([*(claim for claim in claims if claim != "utf-8"), "cp949"])
    best = min(candidates, key=lambda codec: body.decode(codec, "replace").count("\ufffd"))
    return _lenient(body, best, "utf-8")


def _mostly_utf8(body: bytes) -> bool:
    """Whether half of the words with non-ASCII bytes are UTF-8; those of other codecs hardly ever are.

    Counting broken characters would not do: UTF-8 read as CP949 breaks few, and is all wrong.
    """
    words = _WORD.findall(body)
    return 2 * sum(_is_utf8(word) for word in words) >= len(words)


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _choose(texts: dict[str, str], claims: list[str]) -> str:
    """Among codecs that decode without error. UTF-8 hardly ever fits by accident, but it happens."""
    claimed = next((codec for codec in claims if codec in texts), "")
    if claimed.startswith("iso2022"):
        return claimed
    if "utf-8" in texts:
        # `Ƽ` as UTF-8 is `티` as EUC-KR: a short feed that claims EUC-KR is believed
        if (
            claimed == "cp949"
            and not _EAST_ASIAN.search(texts["utf-8"])
            and _HANGUL.search(texts["cp949"])
        ):
            return "cp949"
        return "utf-8"
    if claimed == "cp949" or "cp949" not in texts:
        return claimed
    # windows-1252 accepts everything; Korean text that claims it is not
    return "cp949" if not claimed or len(_HANGUL.findall(texts["cp949"])) > 20 else claimed


def _lenient(body: bytes, codec: str, other: str) -> str:
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        if codec.startswith(("utf-16", "utf-32")):
            return body.decode(codec, "replace")
    # `<` and blanks are no trailing bytes in either codec: pieces can be judged on their own
    return "".join(_piece(piece, codec, other) for piece in _PIECE.findall(body))


def _piece(piece: bytes, codec: str, other: str) -> str:
    try:
        return piece.decode(codec)
    except UnicodeDecodeError:
        mended = piece.decode(codec, "replace")
    broken = mended.count("\ufffd")
    sound = sum(character > "\x7f" for character in mended) - broken
    if broken > sound:
        try:
            otherwise = piece.decode(other)
        except UnicodeDecodeError:
            return mended
        # half a character cut off at the end can look like a whole one of the other codec
        if len(_EAST_ASIAN.findall(otherwise)) > 1:
            return otherwise
    return mended


def _drop_reference(found: re.Match[str]) -> str:
    return found.group() if found.group() in _KEPT_REFERENCES else ""


def _with_declaration(text: str) -> str:
    """Replace the declaration, and with it whatever a server put in front of it."""
    head = text[:4096]
    declaration = _DECLARATION.search(head)
    root = _ROOT.search(head)
    if declaration and (not root or declaration.start() < root.start()):
        text = text[declaration.end() :].lstrip()
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'
