"""Which quotation marks belong together, in text where some are missing or of the wrong kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MAX_QUOTATION = 600
"""Characters between two marks. What is longer is taken for a forgotten mark."""
MAX_SINGLE = 300

_OPENING, _CLOSING, _NEUTRAL = "“〝„‟『", "”〞』", '"＂'
_SINGLE_OPENING, _SINGLE_CLOSING = "‘‛", "’"
_SINGLES = "‘‛’'＇‚"
_MARKS = re.compile(rf"[{_OPENING}{_CLOSING}{_NEUTRAL}{_SINGLES}\n]")
_ANY = re.compile(rf"[{_OPENING}{_CLOSING}{_NEUTRAL}{_SINGLES}]")
_BEFORE_OPENING = frozenset("([{<〈《【〔「·ㆍ-–—=:,/…⋯>▲△▶■◆○●◇*~.‥!?)]】〉》」")
_OPENS_ONLY = frozenset("([{<〈《【〔「·ㆍ-–—=:/▲△▶■◆○●◇*")
_AFTER_CLOSING = re.compile(
    r"(?:이?라?고|이?라?며|이?라?면서|이?라는|이?라던|는|다고|다며)(?![가-힣])|[\s.,!?)\]…·]|$"
)


class Quotation(NamedTuple):
    """``text[start:end]`` stands between two marks; ``double`` unless they are single ones."""

    start: int
    end: int
    double: bool


def quotations(text: str) -> list[Quotation]:
    """What stands between marks that belong together, in order; none lies within another.

    One linear pass for double marks and one for the single ones outside of them. A mark without
    its partner is passed over: it must not turn every later quotation of the text inside out.
    """
    if _ANY.search(text) is None:
        return []
    marks = [(found.start(), found.group()) for found in _MARKS.finditer(text)]
    single = [one for one in marks if one[1] in _SINGLES]
    doubles = _doubles(text, marks if not single else [m for m in marks if m[1] not in _SINGLES])
    if not single:
        return doubles
    return sorted(doubles + _singles(text, single, doubles))


def _doubles(text: str, marks: Sequence[tuple[int, str]]) -> list[Quotation]:
    found: list[Quotation] = []
    opened = -1
    crossed = corner = False
    for place, mark in marks:
        if mark == "\n":
            crossed = True
            continue
        if opened >= 0 and place - opened > MAX_QUOTATION:
            opened = -1
        if mark == "『" and opened >= 0 and not corner:
            continue  # a title within what is said
        closes = opened >= 0 and _closes(text, place, mark, crossed) and corner == (mark == "』")
        if closes:
            if text[opened + 1 : place].strip():
                found.append(Quotation(opened + 1, place, True))
            opened = -1
        elif mark in _OPENING or mark in _NEUTRAL or (mark == "”" and _may_open(text, place)):
            opened, crossed, corner = place, False, mark == "『"
    return found


def _closes(text: str, place: int, mark: str, crossed: bool) -> bool:
    """Whether ``mark`` ends the quotation that is open."""
    if mark in _CLOSING:
        return True
    before = text[place - 1]
    if mark in _OPENING:  # “…“ is a common slip
        return not before.isspace() and before not in _OPENS_ONLY
    if before.isspace():
        return not _may_open(text, place) or (
            not crossed and _AFTER_CLOSING.match(text, place + 1) is not None
        )
    if crossed or before in _OPENS_ONLY:
        return not _may_open(text, place) or _AFTER_CLOSING.match(text, place + 1) is not None
    return True


def _may_open(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    free = not before or before.isspace() or before in _BEFORE_OPENING
    return free and bool(after) and not after.isspace()


def _singles(
    text: str, marks: Sequence[tuple[int, str]], doubles: Sequence[Quotation]
) -> list[Quotation]:
    found: list[Quotation] = []
    opened = -1
    index = floor = 0
    for place, mark in marks:
        while index < len(doubles) and doubles[index].end < place:
            floor = doubles[index].end
            index += 1
        if index < len(doubles) and doubles[index].start <= place:
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if before.isascii() and before.isalnum() and after.isascii() and after.isalpha():
            continue  # don't
        if mark not in _SINGLE_OPENING and opened >= floor and not before.isspace():
            said = text[opened + 1 : place]
            if len(said) <= MAX_SINGLE and "\n" not in said and said.strip():
                found.append(Quotation(opened + 1, place, False))
                opened = -1
                continue
        if mark not in _SINGLE_CLOSING and _may_open(text, place):
            opened = place
    return found
