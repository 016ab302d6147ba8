"""Numbers with their units, written one way: 3조2천억원, ₩3.2tn and 3.2 trillion won are the same.

Dates are left out: nearly every article names the day, and it tells nothing of the event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

_POWERS = {"천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12}
_ENGLISH = {
    "thousand": 1e3,
    "million": 1e6,
    "mln": 1e6,
    "billion": 1e9,
    "bln": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "trln": 1e12,
    "tn": 1e12,
}
_UNITS = {
    "원": "won",
    "won": "won",
    "달러": "usd",
    "dollar": "usd",
    "엔": "yen",
    "yen": "yen",
    "유로": "eur",
    "euro": "eur",
    "위안": "yuan",
    "yuan": "yuan",
    "percent": "%",
    "퍼센트": "%",
    "%": "%",
    "포인트": "pt",
    "point": "pt",
    "명": "person",
    "나노": "nm",
    "nm": "nm",
    "nanometer": "nm",
    "테라바이트": "tb",
    "terabyte": "tb",
    "기가비트": "gb",
    "gigabit": "gb",
    "인치": "inch",
    "inch": "inch",
    "년": "year",
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_KOREAN = re.compile(
    rf"(?P<number>(?:(?:{_NUMBER})\s?[조억만천]{{1,2}}\s?)*(?:{_NUMBER})?)"
    r"\s?(?P<unit>원|달러|대만달러|홍콩달러|엔|유로|위안|퍼센트|%p|%|포인트|명|나노|인치|테라바이트|기가비트|년|분기|월|일|시|분"
    r"|[A-Za-z]{1,12}|[가-힣]{1,2})?"
)
_PIECE = re.compile(rf"({_NUMBER})\s?([조억만천]{{0,2}})")
_LATIN = re.compile(
    rf"(?P<sign>[$₩€¥]?)(?P<number>{_NUMBER})[\s-]?"
    r"(?P<power>thousand|million|mln|billion|bln|bn|trillion|trln|tn)?[\s-]?"
    r"(?P<unit>won|dollar|yen|euro|yuan|percent|%|point|nm|nanometer|terabyte|gigabit|inch|[A-Za-z]+)?",
    re.IGNORECASE,
)
_SIGNS = {"$": "usd", "₩": "won", "€": "eur", "¥": "yen"}
_START = re.compile(r"(?<![\dA-Za-z.,])[$₩€¥]?\d")
_DATES = frozenset({"월", "일", "시", "분", "분기", "시간", "차", "회", "호", "위", "q"})
_MONEY = frozenset({"won", "usd", "yen", "eur", "yuan"})


class Amount(NamedTuple):
    """``key`` is the same for the same amount; ``weight`` 1 … 9 says how telling it is."""

    key: str
    weight: int
    money: bool = False


def amounts(text: str) -> Iterator[Amount]:
    """The amounts of `document.normal` text, in reading order."""
    at = 0
    while start := _START.search(text, at):
        sign = text[start.start()] if text[start.start()] in _SIGNS else ""
        found = None if sign else _KOREAN.match(text, start.start())
        latin = _LATIN.match(text, start.start())
        if found and (not latin or not latin["power"]) and found["number"]:
            at = max(found.end("number"), start.end())
            value = _value(found["number"])
            unit = (found["unit"] or "").lower()
        elif latin:
            at = max(latin.end("number"), start.end())
            value = float(latin["number"].replace(",", ""))
            value *= _ENGLISH.get((latin["power"] or "").lower(), 1)
            unit = _SIGNS.get(latin["sign"], (latin["unit"] or "").lower())
        else:
            at = start.end()
            continue
        if amount := _amount(value, unit):
            yield amount


def _value(text: str) -> float:
    total = below = 0.0
    for piece in _PIECE.finditer(text):
        value = float(piece[1].replace(",", ""))
        for letter in piece[2]:
            if letter == "천":
                below, value = below + value * _POWERS[letter], 0.0
            else:
                # 1천200억: what came before belongs to the same power
                total, below, value = total + (below + value) * _POWERS[letter], 0.0, 0.0
        below += value
    return total + below


@lru_cache(maxsize=10_000)
def _unit(written: str) -> str:
    """One name of each unit, whatever is glued to it; unknown ones as written."""
    plain = written.rstrip("s")
    known = (name for name in (written, plain) if name in _UNITS)
    glued = (name for name in _UNITS if len(name) > 1 and written.startswith(name))
    name = next(chain(known, glued), "")
    return _UNITS.get(name, written)


def _amount(value: float, unit: str) -> Amount | None:
    unit = _unit(unit)
    if value < 10_000 and (unit in _DATES or (unit[:1] in _DATES and len(unit) <= 2)):
        return None
    if 1990 <= value <= 2100 and unit not in _MONEY and unit not in {"%", "person"}:
        return Amount(f"{value:g}y", 2)
    if unit == "year":
        return None
    if value >= 10_000_000 and unit not in _MONEY and not (unit and unit.isascii()):
        unit = "won"  # 312억 규모
    if unit in _MONEY:
        return Amount(f"{value:.4g}{unit}", 7 if value >= 10_000 or value % 1 else 4, money=True)
    if unit == "%":
        return Amount(f"{value:.4g}%", 5 if value % 1 or value >= 10 else 3)
    if value < 10 and not value % 1 and unit not in {"nm", "tb"}:
        return None
    # counts of things: languages and writers name the thing differently
    return Amount(f"{value:.4g}", 5 if value >= 100 or value % 1 else 4)
