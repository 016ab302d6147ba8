"""The URL's query parameters ↔ the filter. Pure functions; the URL is the only truth.

Widgets are set from what `parse` finds, and write back what `to_params` gives: so a reload, a
bookmark and a colleague's browser show the same. Whatever is unknown or malformed is ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from dashboard import periods
from dashboard.periods import Period, Preset
from db.model import Tone
from db.query import ArticleFilter

Params = Mapping[str, Sequence[str]]
"""Query parameters: every value of every key, in order."""

FILTER_KEYS = (
    "period",
    "from",
    "to",
    "company",
    "together",
    "outlet",
    "tone",
    "language",
    "topic",
    "q",
    "story",
)
"""The parameters that are the same on every page; all others belong to one page."""

LONGEST_QUERY = 200
MOST_VALUES = 50
LANGUAGES = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds; values outside it are ignored."""

    companies: Collection[str]
    outlets: Collection[str]
    languages: Collection[str]
    topics: Collection[str]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for: a period (with its preset) and everything else of the filter."""

    period: Period
    wanted: ArticleFilter


_Choice = TypeVar("_Choice", bound=StrEnum)


def _choice(values: Iterable[str], kind: type[_Choice]) -> list[_Choice]:
    members = {member.value: member for member in kind}
    return [members[value] for value in dict.fromkeys(values) if value in members]


def _known(values: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(value for value in dict.fromkeys(values) if value in known)[:MOST_VALUES]


def _day(values: Sequence[str]) -> date | None:
    try:
        day = date.fromisoformat(values[0]) if values else None
    except ValueError:
        return None
    # earlier days would leave the calendar when a comparison shifts them
    return day if day is None or day.year >= 1980 else None


def text(values: Sequence[str]) -> str:
    """A search text from the URL: one line, of reasonable length."""
    joined = " ".join((values[0] if values else "").replace("\x00", " ").split())
    return joined[:LONGEST_QUERY].rstrip()


def parse(params: Params, today: date, known: Known) -> Selection:
    """What the parameters ask for. Never raises; nonsense counts as not given."""
    start, end = _day(params.get("from", ())), _day(params.get("to", ()))
    # a link written by hand may give the days alone
    implied = Preset.DAYS_7 if start is None and end is None else Preset.CUSTOM
    preset = next(iter(_choice(params.get("period", ()), Preset)), implied)
    if preset is not Preset.CUSTOM:
        period = periods.resolve(preset, today)
    elif start is None and end is None:
        period = replace(periods.resolve(Preset.DAYS_7, today), preset=Preset.CUSTOM)
    else:
        first, last = start or end or today, end or start or today
        period = periods.custom(min(first, today), min(last, today))
    story = text(params.get("story", ()))
    return Selection(
        period,
        ArticleFilter(
            start=period.start,
            end=period.end,
            companies=_known(params.get("company", ()), known.companies),
            together=_known(params.get("together", ()), known.companies),
            outlets=_known(params.get("outlet", ()), known.outlets),
            tones=tuple(_choice(params.get("tone", ()), Tone)),
            languages=_known(params.get("language", ()), known.languages),
            topics=_known(params.get("topic", ()), known.topics),
            query=text(params.get("q", ())),
            story_id=story if story.isalnum() and len(story) <= 64 else "",
        ),
    )


def to_params(selection: Selection) -> dict[str, list[str]]:
    """The parameters that `parse` reads as ``selection``; defaults are left out."""
    wanted, period = selection.wanted, selection.period
    params: dict[str, list[str]] = {}
    if period.preset is not Preset.DAYS_7:
        params["period"] = [period.preset.value]
    if period.preset is Preset.CUSTOM:
        params["from"] = [period.start.isoformat()]
        params["to"] = [period.end.isoformat()]
    several = {
        "company": wanted.companies,
        "together": wanted.together,
        "outlet": wanted.outlets,
        "tone": tuple(tone.value for tone in wanted.tones),
        "language": wanted.languages,
        "topic": wanted.topics,
    }
    params |= {key: list(values) for key, values in several.items() if values}
    single = {"q": wanted.query, "story": wanted.story_id}
    return params | {key: [value] for key, value in single.items() if value}


def with_period(selection: Selection, period: Period) -> Selection:
    """``selection`` over other days."""
    return Selection(period, replace(selection.wanted, start=period.start, end=period.end))


def without(selection: Selection, key: str, value: str, today: date) -> Selection:
    """``selection`` without one ``value`` of one parameter; "period" goes back to 7 days."""
    if key == "period":
        return with_period(selection, periods.resolve(Preset.DAYS_7, today))
    fields = {
        "company": "companies",
        "together": "together",
        "outlet": "outlets",
        "tone": "tones",
        "language": "languages",
        "topic": "topics",
        "q": "query",
        "story": "story_id",
    }
    field = fields[key]
    kept: object = ""
    if field not in {"query", "story_id"}:
        kept = tuple(item for item in getattr(selection.wanted, field) if item != value)
    # mypy cannot follow a field's name that is a value
    return Selection(selection.period, replace(selection.wanted, **{field: kept}))  # type: ignore[arg-type]


def between(wanted: ArticleFilter, start: date, end: date) -> ArticleFilter:
    """``wanted`` over other days."""
    return replace(wanted, start=start, end=end)
