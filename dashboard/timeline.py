"""The timeline's figures, before anything is drawn: bars with all their parts, and a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard import formats, periods
from dashboard.labels import Labels
from dashboard.periods import Period
from db.model import Tone
from db.query import Split, Step, TimelinePoint

TONES_FROM_BASE = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE, Tone.UNRATED)
"""Negative sits on the axis, so that days can be compared."""
MOST_COMPANIES = 5
REST, NOBODY = "*", ""
"""Keys of the parts "other companies" and "no company"."""


@dataclass(frozen=True, slots=True)
class Bars:
    """``parts`` from the base up: key → articles per bar. ``totals`` are their sums."""

    step: Step
    split: Split
    starts: tuple[datetime, ...]
    parts: Mapping[str, tuple[int, ...]]
    totals: tuple[int, ...]
    previous: tuple[int | None, ...]
    """the earlier period's articles per bar; None beyond its end, and before the first article"""
    running: int | None
    """the bar that is not over yet"""

    @property
    def articles(self) -> int:
        return sum(self.totals)


def arrange(
    points: Sequence[TimelinePoint],
    before: Sequence[TimelinePoint],
    period: Period,
    step: Step,
    split: Split,
    now: datetime,
    before_span: Period,
    focus: Sequence[str] = (),
    first_day: date | None = None,
) -> Bars:
    """Fill the empty buckets, order the parts, and lay the earlier period under the bars.

    By company, the five with most articles are kept (``focus`` first), the others summed up.
    """
    starts = periods.buckets(period.start, period.end, step)
    place = {start: index for index, start in enumerate(starts)}
    rows: dict[str, list[int]] = defaultdict(lambda: [0] * len(starts))
    for point in points:
        if point.start_at in place:
            rows[point.key][place[point.start_at]] += point.articles
    parts = _by_tone(rows, len(starts)) if split is Split.TONE else _by_company(rows, focus)
    totals = tuple(sum(column) for column in zip(*parts.values(), strict=True)) if parts else ()
    earlier = periods.buckets(before_span.start, before_span.end, step)
    sums: dict[datetime, int] = defaultdict(int)
    for point in before:
        sums[point.start_at] += point.articles
    held = [first_day is None or start >= periods.midnight(first_day) for start in earlier]
    line = [sums[start] if known else None for start, known in zip(earlier, held, strict=True)]
    running = [i for i, start in enumerate(starts) if periods.unfinished(start, step, now)]
    return Bars(
        step=step,
        split=split,
        starts=tuple(starts),
        parts=parts,
        totals=totals or (0,) * len(starts),
        previous=(*line[: len(starts)], *[None] * (len(starts) - len(line))),
        running=running[0] if running else None,
    )


def _by_tone(rows: Mapping[str, Sequence[int]], bars: int) -> dict[str, tuple[int, ...]]:
    return {tone.value: tuple(rows.get(tone.value, [0] * bars)) for tone in TONES_FROM_BASE}


def _by_company(
    rows: Mapping[str, Sequence[int]], focus: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    named = sorted(
        (key for key in rows if key != NOBODY),
        key=lambda key: (key not in focus, -sum(rows[key]), key),
    )
    parts = {key: tuple(rows[key]) for key in named[:MOST_COMPANIES]}
    if rest := [rows[key] for key in named[MOST_COMPANIES:]]:
        parts[REST] = tuple(sum(column) for column in zip(*rest, strict=True))
    if NOBODY in rows:
        parts[NOBODY] = tuple(rows[NOBODY])
    return parts


def upcoming(bars: Bars, index: int, now: datetime) -> bool:
    """Whether the bar lies wholly in the future: nothing to list, nothing to count."""
    return bars.starts[index] > now


def sentence(labels: Labels, bars: Bars, names: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The takeaway: a label's key and its values. ``names`` gives the parts' names."""
    if not bars.articles:
        return "chart.nothing", {}
    top = max(range(len(bars.totals)), key=lambda i: (bars.totals[i], -i))
    values = {
        "when": formats.bucket(labels, bars.starts[top], bars.step),
        "count": labels("unit.articles", n=formats.number(bars.totals[top])),
    }
    if bars.split is Split.TONE:
        negative = bars.parts[Tone.NEGATIVE.value][top]
        if negative:
            text = labels("unit.articles", n=formats.number(negative))
            return "chart.peak_negative", values | {"negative": text}
        return "chart.peak", values
    named = [key for key in bars.parts if key not in {REST, NOBODY} and bars.parts[key][top]]
    if not named:
        return "chart.peak", values
    best = max(named, key=lambda key: bars.parts[key][top])
    text = labels("unit.articles", n=formats.number(bars.parts[best][top]))
    return "chart.peak_company", values | {"company": names[best], "top": text}
