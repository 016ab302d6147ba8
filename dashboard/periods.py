"""Days: presets, the period to compare with, and the buckets of a timeline. Pure; days are Korean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from db.model import KST
from db.query import Step

HOURS_UP_TO_DAYS = 2
DAYS_UP_TO_DAYS = 92
LONGEST_DAYS = 366 * 30
"""A longer period in a URL is cut to its last days, so that nobody can ask for a million buckets."""


class Preset(StrEnum):
    """The periods on offer; the values stand in URLs."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    DAYS_7 = "7d"
    DAYS_30 = "30d"
    DAYS_90 = "90d"
    MONTH = "month"
    LAST_MONTH = "last-month"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Period:
    """``start`` to ``end``, both included."""

    preset: Preset
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


class Versus(StrEnum):
    """What a period is compared with, as the screen names it."""

    SAME_WEEKDAY = "same_weekday"
    LAST_7_DAYS = "last_7_days"
    WEEKS_BEFORE = "weeks_before"
    MONTH_BEFORE = "month_before"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two spans of whole days, of which rates may be computed, and the rule that chose them.

    ``start``/``end`` are the period's finished days; both None when there is none yet. The line in
    the chart covers ``line_start`` … ``line_end``, the whole earlier period.
    """

    versus: Versus
    weeks: int
    start: date | None
    end: date | None
    before_start: date | None
    before_end: date | None
    line_start: date
    line_end: date
    today_left_out: bool
    too_early: bool = False
    """the earlier period begins before the first article that is held: nothing can be compared"""

    def spans(self) -> tuple[tuple[date, date], tuple[date, date]] | None:
        """The finished days and those compared with; None while no day is finished."""
        if not (self.start and self.end and self.before_start and self.before_end):
            return None
        return (self.start, self.end), (self.before_start, self.before_end)


def resolve(preset: Preset, today: date) -> Period:
    """The days of a preset other than ``CUSTOM`` (which gives the last 7 days)."""
    if preset is Preset.TODAY:
        return Period(preset, today, today)
    if preset is Preset.YESTERDAY:
        return Period(preset, today - timedelta(1), today - timedelta(1))
    if preset is Preset.MONTH:
        return Period(preset, today.replace(day=1), today)
    if preset is Preset.LAST_MONTH:
        last = today.replace(day=1) - timedelta(1)
        return Period(preset, last.replace(day=1), last)
    days = {Preset.DAYS_30: 30, Preset.DAYS_90: 90}.get(preset, 7)
    return Period(preset, today - timedelta(days - 1), today)


def custom(start: date, end: date) -> Period:
    """A period of the user's own; the ends may come in either order."""
    start, end = min(start, end), max(start, end)
    return Period(Preset.CUSTOM, max(start, end - timedelta(LONGEST_DAYS - 1)), end)


def _month_before(day: date) -> date:
    """The same day a month earlier, or that month's last day."""
    last = day.replace(day=1) - timedelta(1)
    return last.replace(day=min(day.day, last.day))


def compare(period: Period, today: date, first_day: date | None = None) -> Comparison:
    """The rule of comparison, one for tiles, line and export.

    The earlier period lies the smallest whole number of weeks back that is not shorter than the
    period, so that weekdays match; calendar months are compared with the month before. An
    unfinished day (``today``, or days to come) is left out of both sides. What lies before
    ``first_day`` was never collected, which is not the same as "no articles".
    """
    finished = min(period.end, today - timedelta(1))
    left_out = finished < period.end
    whole = finished >= period.start
    if period.preset in {Preset.MONTH, Preset.LAST_MONTH}:
        line_start = _month_before(period.start)
        line_end = period.start - timedelta(1)
        before_end = _month_before(finished) if left_out and whole else line_end
        versus, weeks = Versus.MONTH_BEFORE, 0
    else:
        weeks = max(1, -(-period.days // 7))
        shift = timedelta(weeks=weeks)
        line_start, line_end = period.start - shift, period.end - shift
        before_end = finished - shift
        if period.days == 1:
            versus = Versus.SAME_WEEKDAY
        elif period.days == 7:
            versus = Versus.LAST_7_DAYS
        else:
            versus = Versus.WEEKS_BEFORE
    too_early = first_day is not None and line_start < first_day
    whole = whole and not too_early
    return Comparison(
        versus=versus,
        weeks=weeks,
        start=period.start if whole else None,
        end=finished if whole else None,
        before_start=line_start if whole else None,
        before_end=before_end if whole else None,
        line_start=line_start,
        line_end=line_end,
        today_left_out=left_out,
        too_early=too_early,
    )


def step_for(period: Period) -> Step:
    """Hours up to 2 days, days up to 92, then weeks."""
    if period.days <= HOURS_UP_TO_DAYS:
        return Step.HOUR
    return Step.DAY if period.days <= DAYS_UP_TO_DAYS else Step.WEEK


def steps_offered(period: Period) -> list[Step]:
    """The steps that make a readable chart of this period: 3 to about 200 bars."""
    offered = [Step.HOUR] if period.days <= 7 else []
    if 3 <= period.days <= 184:
        offered.append(Step.DAY)
    if period.days >= 21:
        offered.append(Step.WEEK)
    return offered or [step_for(period)]


def midnight(day: date) -> datetime:
    """The first instant of a Korean ``day``, in UTC."""
    return datetime.combine(day, time(), KST).astimezone(UTC)


def buckets(start: date, end: date, step: Step) -> list[datetime]:
    """The first instants (UTC) of all buckets that the days touch, empty ones included."""
    if step is Step.WEEK:
        start -= timedelta(start.weekday())
    width = {Step.HOUR: timedelta(hours=1), Step.DAY: timedelta(1), Step.WEEK: timedelta(7)}[step]
    first, last = midnight(start), midnight(end + timedelta(1))
    return [first + width * index for index in range(-(-(last - first) // width))]


def bucket_days(start_at: datetime, step: Step, period: Period) -> tuple[date, date]:
    """The days of a bucket that lie inside ``period``."""
    day = start_at.astimezone(KST).date()
    last = day + timedelta(6) if step is Step.WEEK else day
    return max(day, period.start), min(last, period.end)


def unfinished(start_at: datetime, step: Step, now: datetime) -> bool:
    """Whether ``now`` has not reached the end of the bucket."""
    width = {Step.HOUR: timedelta(hours=1), Step.DAY: timedelta(1), Step.WEEK: timedelta(7)}[step]
    return now < start_at + width
