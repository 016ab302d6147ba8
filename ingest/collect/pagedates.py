"""When a page says it was published first and last: its data for machines, then what readers see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from htmldate import find_date
from lxml.html import HtmlElement

from db.model import TimeQuality
from ingest.collect.dates import parse_date
from ingest.collect.pagedata import PageData
from ingest.collect.plaintext import clean_line

_DATE = (
    r"(?P<raw>\d{4}\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,2}\s*[.일]?"
    r"(?:\s*\(?[월화수목금토일]\)?(?:요일)?)?\s*[,|·]?\s*"
    r"(?:(?:오전|오후|AM|PM)?\s*\d{1,2}\s*[:시]\s*\d{1,2}(?:\s*[:분]\s*\d{1,2})?(?:\s*(?:AM|PM|초|분))?)?)"
)
_FIRST = re.compile(
    rf"(?:기사\s?입력|최초\s?입력|입력|등록|승인|송고|게재|발행|작성|지면\s?게재일?|Published|Posted)\s*(?:일시?|시간|시각)?"
    rf"\s*[:：]?\s*{_DATE}",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"(?:최종\s?수정|기사\s?수정|최종\s?업데이트|수정|업데이트|Updated|Modified)\s*(?:일시?|시간|시각)?"
    rf"\s*[:：]?\s*{_DATE}",
    re.IGNORECASE,
)
# `2026/11/23 07:12 송고`
_SENT = re.compile(rf"{_DATE}\s*(?:송고|입력|등록|게재)")
_ANY = re.compile(_DATE)
_CLOCK = re.compile(r"\d\s*[:시]\s*\d")
_PLACES = (
    "//*[contains(@class,'date') or contains(@class,'time') or contains(@class,'info')"
    " or contains(@class,'byline') or contains(@id,'date')]"
)
MAX_TEXT = 60_000
"""characters of visible text in which a date is looked for"""


@dataclass(frozen=True, slots=True)
class PageTimes:
    """``published_at`` None where the page names no time; ``modified_at`` only if it is later."""

    published_at: datetime | None = None
    quality: TimeQuality = TimeQuality.GUESSED
    published_raw: str = ""
    modified_at: datetime | None = None


_Found = tuple[datetime, TimeQuality, str]


def read(tree: HtmlElement, data: PageData, tz: str, now: datetime) -> PageTimes:
    """Times of a page in a zone; explicit zones win. Never raises for any tree."""
    text = clean_line(" ".join(_visible(tree)))[:MAX_TEXT]
    seen = _parsed([m["raw"] for form in (_FIRST, _SENT) for m in form.finditer(text)], tz, now)
    told = _parsed(data.published, tz, now) or _parsed(_time_elements(tree), tz, now)
    first = (
        _honest(told, seen) or _parsed(_dated_places(tree), tz, now) or _by_htmldate(tree, tz, now)
    )
    if first is None:
        return PageTimes()
    last_seen = _parsed([m["raw"] for m in _LAST.finditer(text)], tz, now)
    last = _honest(_parsed(data.modified, tz, now), last_seen)
    modified = last[0] if last is not None and last[1] is TimeQuality.EXACT else None
    return PageTimes(
        published_at=first[0],
        quality=first[1],
        published_raw=first[2],
        modified_at=modified if modified is not None and modified > first[0] else None,
    )


def _parsed(raws: list[str] | tuple[str, ...], tz: str, now: datetime) -> _Found | None:
    """The first that can be read; one with a clock time before one without."""
    day_only: _Found | None = None
    for raw in raws[:8]:
        line = clean_line(raw)[:80].rstrip(" ,|·")
        # words such as "3시간 전" say nothing a year later
        if not re.search(r"\d{4}", line):
            continue
        found = parse_date(line, tz, now)
        if found is None:
            continue
        if found[1] is TimeQuality.EXACT:
            return (*found, line)
        day_only = day_only or (*found, line)
    return day_only


def _honest(told: _Found | None, seen: _Found | None) -> _Found | None:
    """What machines are told, unless readers see better.

    Some systems write Korean time and call it UTC: then both show the same clock, nine hours apart.
    """
    if told is None or seen is None:
        return told or seen
    if told[1] is not TimeQuality.EXACT and seen[1] is TimeQuality.EXACT:
        return seen
    same_clock = _clock(told[0], 0) == _clock(seen[0], 9) and seen[1] is TimeQuality.EXACT
    return seen if same_clock and told[0] != seen[0] else told


def _clock(instant: datetime, hours: int) -> tuple[int, ...]:
    return (instant.astimezone(UTC) + timedelta(hours=hours)).timetuple()[:5]


def _visible(tree: HtmlElement) -> list[str]:
    """Texts in reading order, without those of scripts and the like."""
    texts, size = [], 0
    for element in tree.iter():
        parts = (
            element.text if element.tag not in ("script", "style", "noscript") else None,
            element.tail,
        )
        for part in parts:
            if part and not part.isspace():
                texts.append(part)
                size += len(part)
        if size > MAX_TEXT:
            break
    return texts


def _time_elements(tree: HtmlElement) -> list[str]:
    given = [str(value) for value in tree.xpath("//@data-date-time | //@data-published-time")[:2]]
    return given + [v for e in tree.iter("time") if (v := e.get("datetime") or e.text or "")][:3]


def _dated_places(tree: HtmlElement) -> list[str]:
    """Dates without a word before them, in elements that are called date or the like."""
    raws: list[str] = []
    for element in tree.xpath(_PLACES)[:60]:
        text = element.text_content()
        if len(text) <= 300 and (found := _ANY.search(clean_line(text))) is not None:
            raws.append(found["raw"])
    return sorted(raws, key=lambda raw: _CLOCK.search(raw) is None)[:3]


def _by_htmldate(tree: HtmlElement, tz: str, now: datetime) -> _Found | None:
    try:
        raw = find_date(tree, original_date=True, extensive_search=False)
    except Exception:
        # a library that reads what anybody wrote
        return None
    return _parsed([raw], tz, now) if raw else None
