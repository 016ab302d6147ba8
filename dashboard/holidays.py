"""Public holidays of Korea, from ``holidays.toml``: news is thinner then, as on Sundays."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from dashboard.labels import LANGUAGES


@cache
def table() -> Mapping[date, Mapping[str, str]]:
    """Day → language → name. Of two on one day the earlier one of the file."""
    raw = tomllib.loads(files("dashboard").joinpath("holidays.toml").read_text(encoding="utf-8"))
    found: dict[date, Mapping[str, str]] = {}
    for entry in raw["holiday"]:
        names = dict(zip(LANGUAGES, entry["name"], strict=True))
        for day in entry["days"]:
            found.setdefault(day, names)
    return found


def name(day: date, language: str) -> str:
    """``설날``; "" on other days and outside the years of the table."""
    return table().get(day, {}).get(language, "")


def off(day: date) -> bool:
    """Whether most people do not work: Saturdays, Sundays and public holidays."""
    return day.weekday() >= 5 or day in table()
