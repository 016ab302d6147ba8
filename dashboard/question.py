"""What a request without a page asks for: a feed, a file, a print. Its query string is ours, read strictly.

A page ignores what it does not know, since its user sees the conditions and can mend them. Nobody
looks at a subscription: one whose company left the dictionary must fail rather than bring everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from dashboard import filters, formats
from dashboard.filters import FILTER_KEYS, Known, Params, Selection
from dashboard.labels import LANGUAGES, Labels
from dashboard.periods import Preset
from db.errors import InputError
from db.model import Company, kst_day
from db.query import ArticleFilter

if TYPE_CHECKING:
    from dashboard.data import Reader

LONGEST = 8000
"""characters of a query string"""
MOST_FIELDS = 400


@dataclass(frozen=True)
class Question:
    """A filter with the names of what it speaks of. ``hidden``: of what mutes hide, as in the list."""

    labels: Labels
    selection: Selection
    companies: Mapping[str, Company]
    topics: Mapping[str, str]
    hidden: bool = False

    @property
    def wanted(self) -> ArticleFilter:
        return replace(self.selection.wanted, muted=self.hidden)

    def company(self, company_id: str) -> str:
        company = self.companies.get(company_id)
        return self.labels.name(company) if company else company_id

    def topic(self, topic_id: str) -> str:
        return self.topics.get(topic_id, topic_id)

    def period(self) -> str:
        """``최근 7일``, or the days."""
        period = self.selection.period
        if period.preset is Preset.CUSTOM:
            return formats.span(self.labels, period.start, period.end)
        return self.labels(f"preset.{period.preset}")

    def conditions(self) -> list[str]:
        """Every condition but the period, in words."""
        labels, wanted = self.labels, self.wanted
        found = [self.company(key) for key in wanted.companies]
        found += [labels("list.together_chip", company=self.company(k)) for k in wanted.together]
        found += [labels(f"tone.{tone}") for tone in wanted.tones]
        found += wanted.outlets
        found += [labels(f"language.{key}") for key in wanted.languages]
        found += [self.topic(key) for key in wanted.topics]
        found += [f"“{wanted.query}”"] if wanted.query else []
        found += [labels("list.story_chip")] if wanted.story_id else []
        found += [labels("mute.only")] if wanted.muted else []
        return found


def params_of(query: str) -> dict[str, list[str]]:
    """The parameters of a raw query string. Raises `InputError` for one that is no such thing."""
    if len(query) > LONGEST:
        raise refused("query", "ask.too_long", most=formats.number(LONGEST))
    try:
        return parse_qs(query, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise refused("query", "ask.unreadable") from error


def refused(subject: str, key: str, **values: object) -> InputError:
    """The sentence ``key`` in both languages."""
    return InputError(subject, *(Labels(lang)(key, **values) for lang in LANGUAGES))


def language(params: Params) -> str:
    """The language asked for, else Korean."""
    asked = next(iter(params.get("lang", ())), "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def read(params: Params, reader: Reader, now: datetime) -> Question:
    """The question of ``params``. Raises `InputError` for a value that a page would ignore.

    Parameters of the pages' own, such as the order of a list, mean nothing here.
    """
    labels = Labels(language(params))
    companies = {company.id: company for company in reader.companies()}
    known = Known(
        companies=tuple(companies),
        outlets=tuple(reader.outlets()),
        languages=filters.LANGUAGES,
        topics=tuple(topic.id for topic in reader.topics()),
    )
    today = kst_day(now)
    selection = filters.parse(params, today, known)
    _require_all_read(params, selection, today)
    return Question(
        labels=labels,
        selection=selection,
        companies=companies,
        topics={topic.id: labels.name(topic) for topic in reader.topics()},
        hidden=params.get("hidden") == ["1"],
    )


def _require_all_read(params: Params, selection: Selection, today: date) -> None:
    """Every value of a filter's parameter must have found its way into ``selection``."""
    wanted, period = selection.wanted, selection.period
    kept: dict[str, set[str]] = {
        "period": {preset.value for preset in Preset},
        "company": set(wanted.companies),
        "together": set(wanted.together),
        "outlet": set(wanted.outlets),
        "tone": {tone.value for tone in wanted.tones},
        "language": set(wanted.languages),
        "topic": set(wanted.topics),
        "story": {wanted.story_id},
    }
    for key in FILTER_KEYS:
        values = params.get(key, ())
        if key in {"from", "to"}:
            # a preset decides the days by itself
            strange = [value for value in values if not _is_day(value)]
            first, last = params.get("from", [""])[0], params.get("to", [""])[0]
            if key == "to" and first and last and not strange and first > last:
                strange = [f"{first} > {last}"]
            if key == "from" and first > today.isoformat() and period.preset is Preset.CUSTOM:
                strange = strange or [first]
        elif key == "q":
            strange = [
                value for value in values if filters.text([value]) != " ".join(value.split())
            ]
        else:
            strange = [value for value in values if value not in kept[key]]
        if strange:
            raise refused(key, "ask.not_known", value=strange[0][:60])


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
