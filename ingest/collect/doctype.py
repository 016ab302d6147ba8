"""Document types that are weapons: entities that explode, or that open files and addresses.

No parser of ours follows them. But a feed that declares such things is an attack or a mistake, and
its reader is told so instead of getting what happens to be left of it.
"""

from __future__ import annotations

import re

from db.errors import ParseError

MAX_ENTITIES = 300
"""declared in one feed; HTML itself has 253 for Latin letters and symbols"""

MAX_ENTITY = 200
"""characters; those that feeds define for themselves are single letters"""

MAX_EXPANSION = 1_000_000
"""characters that the references to a feed's own entities may become, all together"""

_PROLOGUE = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE[^<>\[]*\[", re.DOTALL | re.IGNORECASE
)
_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s*)?(?P<name>[^\s\"'<>&%;]{1,200})\s+"
    r"(?:(?P<external>SYSTEM|PUBLIC)\s+(?P<where>\"[^\"]*\"|'[^']*')|\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)')",
    re.IGNORECASE,
)
_DECLARATION = re.compile("<!ENTITY", re.IGNORECASE)
_REFERENCE = re.compile(r"[&%](?!#|(?:amp|lt|gt|quot|apos);)[^\s;&%<>]{1,200};")
_W3C = re.compile(r"[\"']-//W3C//")


def check_doctype(text: str) -> None:
    """Raise `ParseError` (without subject) for a feed whose own entities could do harm.

    Plain ones, and the tables of HTML's letters that W3C publishes, are fine: the former are
    resolved, the latter are known without being fetched.
    """
    count = len(_DECLARATION.findall(text)) if "<!" in text and _PROLOGUE.match(text) else 0
    if not count:
        return
    declared = list(_ENTITY.finditer(text))
    if len(declared) > MAX_ENTITIES or len(declared) < count:
        raise _refused("개체 선언이 너무 많거나 잘못되었습니다", "too many or malformed entities")
    expansion = 0
    for found in declared:
        if found["external"]:
            if not (found["parameter"] and _W3C.match(found["where"])):
                raise _refused("외부 개체를 가리킵니다", "it points to an external entity")
            continue
        value = found["a"] or found["b"] or ""
        if found["parameter"] or _REFERENCE.search(value):
            raise _refused("개체 안에 개체가 있습니다", "entities within entities")
        if len(value) > MAX_ENTITY:
            raise _refused("개체가 너무 깁니다", "one of its entities is too long")
        expansion += len(value) * text.count(f"&{found['name']};")
        if expansion > MAX_EXPANSION:
            raise _refused("개체가 부풀어 오릅니다", "its entities would explode")


def _refused(ko: str, en: str) -> ParseError:
    return ParseError("", f"위험한 피드라 읽지 않았습니다: {ko}.", f"refused as dangerous: {en}.")
