"""Raw date strings of feeds → aware UTC instants. Korean habits first; nothing is guessed silently.

An explicit zone always wins; without one the source's time zone holds. See `parse_date`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.model import TimeQuality

EARLIEST_YEAR = 1990
"""before that there were no feeds: such a date is a filler (1970-01-01, 0001-01-01)"""

AHEAD = timedelta(hours=1)
"""clocks differ a little; what lies further in the future is a mistake of the feed"""

MAX_RAW = 80
"""characters; longer strings are no dates"""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
_OFFSETS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "kst": 9, "jst": 9, "hkt": 8, "sgt": 8,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "bst": 1, "cet": 1, "cest": 2,
}  # fmt: skip
_MORNING = ("오전", "am", "a.m.")
_AFTERNOON = ("오후", "pm", "p.m.")

_TIME = (
    r"(?:(?P<half>오전|오후|[ap]m\b|[ap]\.m\.)\s*)?"
    r"(?P<hour>\d{1,2})\s*(?:[:시]\s*(?P<minute>\d{1,2})\s*"
    r"(?:[:분]\s*(?:(?P<second>\d{1,2})(?:[.,]\d+)?\s*초?)?)?|시)"
    r"\s*(?P<half_after>오전|오후|[ap]m\b|[ap]\.m\.)?"
)
_ZONE = (
    r"(?P<zone>[a-z]{1,4}(?![a-z]))?\s*"
    r"(?:(?P<sign>[+\-−])\s*(?P<zone_hours>\d{1,2}):?(?P<zone_minutes>\d{2})?)?\s*(?:[a-z]{1,5})?"
)
# 2026.08.22 · 2026-08-22T07:30:00+09:00 · 2026/8/22 오후 3:00 · 2026년 8월 22일 01:31
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[.\-/년]\s*(?P<month>\d{1,2})\s*[.\-/월]\s*(?P<day>\d{1,2})\s*[.일]?"
    rf"(?:[\st,]*{_TIME})?\s*{_ZONE}",
)
# Fri, 21 Aug 2026 09:16:44 KST · 11 08 2026 07:00 +0900 · 21-8월-2026
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})[\s\-.,]*(?P<month>[a-z]{3,9}|\d{1,2}월|(?<=[\s\-])\d{1,2})(?:[\s.,]+|-)"
    rf"(?P<year>\d{{4}}|\d{{2}}(?!\d))(?:[\s,]+(?:at\s+)?{_TIME})?\s*{_ZONE}",
)
# Aug 22, 2026 7:30 AM · Sat Aug 22 07:30:00 2026
_MONTH_FIRST = re.compile(
    rf"(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})(?:[\s,]+(?:at\s+)?{_TIME})?\s*{_ZONE}",
)
_ASCTIME = re.compile(
    rf"(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})\s+{_TIME}\s*{_ZONE}\s*(?P<year>\d{{4}})",
)
# 20260822 · 202608220730 · 20260822T073000Z
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    rf"(?:t?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?(?:\.\d+)?)?\s*{_ZONE}",
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")

_WEEKDAY = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b[.,]?|[월화수목금토일]요일,?"
    r"|^[월화수목금토일][\s,]|\(\s*[월화수목금토일]\s*\)"
)
_DAY_WORDS = {"오늘": 0, "어제": 1, "그제": 2, "그저께": 2}
_AGO = re.compile(r"(?<=[초분간일주월년])전$")
_NAMED_ZONE = re.compile(r"\s*\[?\b([A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)+)\]?$")
_DATE_WITHOUT_SPACE = re.compile(r"(?<=[일\d])t(?=\d)")


def parse_date(raw: str, tz: str, now: datetime) -> tuple[datetime, TimeQuality] | None:
    """The instant (UTC) that ``raw`` names in a feed of time zone ``tz`` (IANA name).

    A date without a clock time is 00:00 in the source's zone, `TimeQuality.DATE_ONLY`. Returns
    None for what cannot be read, for dates before 1990, for times more than an hour after ``now``
    and for days that have not begun: callers then fall back to the time at which they first saw
    the article (see `is_ahead` for why).
    """
    found = _dated(raw, tz, now)
    return None if found is None or _ahead(found, now) else found


def is_ahead(raw: str, tz: str, now: datetime) -> bool:
    """Whether ``raw`` is a date that `parse_date` refuses because it has not come yet."""
    found = _dated(raw, tz, now)
    return found is not None and _ahead(found, now)


def _ahead(found: tuple[datetime, TimeQuality], now: datetime) -> bool:
    instant, quality = found
    return instant > (now if quality is TimeQuality.DATE_ONLY else now + AHEAD)


def _dated(raw: str, tz: str, now: datetime) -> tuple[datetime, TimeQuality] | None:
    text = " ".join(raw.split())
    if not text or len(text) > MAX_RAW:
        return None
    try:
        zone = _zone(tz)
        if (named := _NAMED_ZONE.search(text)) is not None:
            # 2026-08-22T07:30:00+09:00[Asia/Seoul]; an offset before it wins all the same
            text, zone = text[: named.start()], _zone(named.group(1))
        parsed = _read(text, zone) or _read_freely(text, tz, now)
        if parsed is None or parsed[0].year < EARLIEST_YEAR:
            return None
        instant = parsed[0].astimezone(UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None
    return instant, parsed[1]


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _read(text: str, zone: tzinfo) -> tuple[datetime, TimeQuality] | None:
    """By the known forms. Raises ValueError for 31 February and the like."""
    text = text.lower()
    if _EPOCH.fullmatch(text):
        seconds = int(text[:10])
        return datetime.fromtimestamp(seconds, UTC), TimeQuality.EXACT
    found = _COMPACT.fullmatch(text)
    if not found:
        # weekdays say nothing new; brackets hold weekdays or zone names
        text = _WEEKDAY.sub(" ", text).replace("(", " ").replace(")", " ")
        text = " ".join(text.split())
        text = _DATE_WITHOUT_SPACE.sub(" ", text.strip(" ,"))
        for form in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST, _ASCTIME):
            found = form.fullmatch(text)
            if found:
                break
        else:
            return None
    return _instant(found, zone)


def _instant(found: re.Match[str], zone: tzinfo) -> tuple[datetime, TimeQuality] | None:
    parts = found.groupdict()
    month = _month(parts["month"])
    if month is None:
        return None
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    day = datetime(year, month, int(parts["day"]), tzinfo=zone)
    here = _zone_of(parts, zone)
    if here is None:
        return None
    if parts["hour"] is None:
        return day.replace(tzinfo=here), TimeQuality.DATE_ONLY
    hour = int(parts["hour"])
    half = parts.get("half") or parts.get("half_after") or ""
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    midnight = hour == 24
    moment = day.replace(
        hour=0 if midnight else hour,
        minute=int(parts["minute"] or 0),
        second=min(59, int(parts["second"] or 0)),  # leap seconds
        tzinfo=here,
    )
    return moment + timedelta(days=midnight), TimeQuality.EXACT


def _month(name: str) -> int | None:
    if name.isdigit():
        return int(name)
    if name.endswith("월"):
        return int(name[:-1])
    return _MONTHS.get(name[:3])


def _zone_of(parts: dict[str, str], default: tzinfo) -> tzinfo | None:
    """The zone written in the string, ``default`` where there is none, None for an unknown name."""
    name, hours = parts["zone"], parts["zone_hours"]
    if hours is not None:
        offset = timedelta(hours=int(hours), minutes=int(parts["zone_minutes"] or 0))
        if offset > timedelta(hours=15):
            return None
        return timezone(offset if parts["sign"] == "+" else -offset)
    if name is None:
        return default
    return timezone(timedelta(hours=_OFFSETS[name])) if name in _OFFSETS else None


def _read_freely(text: str, tz: str, now: datetime) -> tuple[datetime, TimeQuality] | None:
    """What people write for people: `3시간 전`, `어제 오후 3:00`."""
    if text.isdigit():
        return None
    word, _, rest = text.partition(" ")
    if word in _DAY_WORDS:
        day = now.astimezone(_zone(tz)).date() - timedelta(days=_DAY_WORDS[word])
        return _read(f"{day} {rest}".strip(), _zone(tz))
    text = _AGO.sub(" 전", text)
    # slow to import, and hardly any feed needs it
    import dateparser

    zone = _zone(tz)
    settings = {
        "TIMEZONE": tz,
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "DATE_ORDER": "YMD",
        "STRICT_PARSING": True,
    }
    try:
        found: datetime | None = dateparser.parse(text, languages=["ko", "en"], settings=settings)
    except Exception:
        # a parser of free text may raise anything on free text
        return None
    if found is None:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    midnight = found.hour == found.minute == found.second == 0
    return found, TimeQuality.DATE_ONLY if midnight else TimeQuality.EXACT
