"""Numbers and times as Korean and English readers write them. Pure; times are shown in KST."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dashboard.labels import Labels
from db.model import KST, TimeQuality
from db.query import ArticleCard, Step

THIN, MINUS, DASH = "\u202f", "\u2212", "\u2013"
FEWEST_FOR_RATE = 20
"""Below this count a rate says nothing and is not shown."""


def number(value: int) -> str:
    """``1,234``"""
    return f"{value:,}".replace("-", MINUS)


def compact(labels: Labels, value: int) -> str:
    """``9,999``, ``1.2만``; in English ``12.3k``. For tiles, where the exact number is a hover away."""
    if value < 10_000:
        return number(value)
    unit = 10_000 if labels.lang == "ko" else 1_000
    return labels("unit.compact", n=f"{value / unit:,.1f}")


def signed(value: int) -> str:
    """``+12``, ``−3``, ``±0``"""
    return f"±{value}" if value == 0 else f"{'+' if value > 0 else MINUS}{abs(value):,}"


def percent(part: float, whole: float) -> str:
    """``11.6 %``; ``–`` of nothing."""
    return f"{100 * part / whole:.1f}{THIN}%" if whole else DASH


def points(value: float) -> str:
    """A difference of shares in percentage points: ``+1.9 %p``."""
    rounded = round(value, 1)
    sign = "±" if rounded == 0 else "+" if rounded > 0 else MINUS
    return f"{sign}{abs(rounded):.1f}{THIN}%p"


def rate(now: int, before: int) -> str:
    """``+10.3 %``; "" where the earlier count is too small for a rate."""
    if before < FEWEST_FOR_RATE:
        return ""
    value = round(100 * (now - before) / before, 1)
    sign = "±" if value == 0 else "+" if value > 0 else MINUS
    return f"{sign}{abs(value):.1f}{THIN}%"


def change(labels: Labels, now: int, before: int, unit: str) -> tuple[str, str]:
    """A difference and its rate: ``("+12건", "+10.3 %")``; from nothing it is ``("신규", "")``.

    ``unit`` is a label with ``{n}``, such as "12건".
    """
    if before == 0:
        return (labels("change.new") if now else labels(unit, n="±0")), ""
    return labels(unit, n=signed(now - before)), rate(now, before)


def day(labels: Labels, value: date, *, year: bool = True) -> str:
    """``2026.11.23.(월)`` or ``11.23.(월)``; in English ``Mon 23 Nov 2026``."""
    weekday = labels(f"weekday.{value.weekday()}")
    if labels.lang == "ko":
        lead = f"{value.year}." if year else ""
        return f"{lead}{value.month}.{value.day}.({weekday})"
    tail = f" {value.year}" if year else ""
    return f"{weekday} {value.day} {labels(f'month.{value.month}')}{tail}"


def span(labels: Labels, start: date, end: date) -> str:
    """``2026.11.17.(화) – 11.23.(월)``; one day alone is written once."""
    if start == end:
        return day(labels, start)
    if labels.lang == "ko":
        last = day(labels, end, year=start.year != end.year)
        return f"{day(labels, start)} {DASH} {last}"
    return f"{day(labels, start, year=start.year != end.year)} {DASH} {day(labels, end)}"


def clock(instant: datetime) -> str:
    """``07:12``"""
    return f"{instant.astimezone(KST):%H:%M}"


def moment(labels: Labels, instant: datetime) -> str:
    """``2026.11.23.(월) 07:12``"""
    return f"{day(labels, instant.astimezone(KST).date())} {clock(instant)}"


def recent(labels: Labels, instant: datetime, now: datetime) -> str:
    """``오늘 07:12``, ``어제 22:31``, else ``11.20.(금) 09:12``."""
    there, today = instant.astimezone(KST).date(), now.astimezone(KST).date()
    if there == today:
        return f"{labels('time.today')} {clock(instant)}"
    if there == today - timedelta(1):
        return f"{labels('time.yesterday')} {clock(instant)}"
    return f"{day(labels, there, year=there.year != today.year)} {clock(instant)}"


def brief(labels: Labels, instant: datetime, now: datetime) -> str:
    """As `recent`, but of older days the date only: for a narrow column."""
    there, today = instant.astimezone(KST).date(), now.astimezone(KST).date()
    if (today - there).days in (0, 1):
        return recent(labels, instant, now)
    return day(labels, there, year=there.year != today.year)


def published(labels: Labels, card: ArticleCard, now: datetime) -> tuple[str, str]:
    """Clock time and day of an article for a list; a time that nobody gave is not made up.

    Where the source gave no usable date, the clock is that of our collection and says so.
    """
    there = card.published_at.astimezone(KST).date()
    when = day(labels, there, year=there.year != now.astimezone(KST).year)
    if card.time_quality is TimeQuality.EXACT:
        return clock(card.published_at), when
    if card.time_quality is TimeQuality.DATE_ONLY:
        return labels("time.unknown"), when
    return labels("time.seen", time=clock(card.published_at)), when


_DOUBTS = {
    TimeQuality.DATE_ONLY: "time.date_only",
    TimeQuality.GUESSED: "time.no_date",
    TimeQuality.FUTURE: "time.future",
}


def time_doubt(labels: Labels, card: ArticleCard) -> str:
    """Why an article's time is not the publisher's to the minute; "" if it is."""
    key = _DOUBTS.get(card.time_quality)
    return labels(key) if key else ""


def published_brief(labels: Labels, card: ArticleCard, now: datetime) -> str:
    """As `recent`; the day alone where the clock time is not the publisher's."""
    if card.time_quality is TimeQuality.EXACT:
        return recent(labels, card.published_at, now)
    return published(labels, card, now)[1]


def duration(labels: Labels, span_: timedelta) -> str:
    """``2일 9시간``, ``6시간``, ``41분``: the two largest units at most."""
    minutes = max(0, int(span_.total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        parts = [labels("duration.days", n=days)]
        return " ".join([*parts, labels("duration.hours", n=hours)] if hours else parts)
    if hours:
        return labels("duration.hours", n=hours)
    return labels("duration.minutes", n=minutes)


def bucket(labels: Labels, start_at: datetime, step: Step) -> str:
    """The name of one bar: an hour, a day, or a week by its Monday."""
    there = start_at.astimezone(KST)
    name = day(labels, there.date(), year=False)
    if step is Step.HOUR:
        return labels(
            "bucket.hour", day=name, hour=f"{there:%H}", next=f"{(there.hour + 1) % 24:02}"
        )
    return labels("bucket.week", day=name) if step is Step.WEEK else name


def size(count: int) -> str:
    """Bytes: ``3.2 MB``"""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
