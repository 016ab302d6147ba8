"""Audiences: which companies are our own, which are competitors, which are the industry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_COMPANIES = 50
"""as many as a filter takes"""


class Group(StrEnum):
    OWN = "own"
    COMPETITOR = "competitor"
    INDUSTRY = "industry"


@dataclass(frozen=True, slots=True)
class Audience:
    """One group and its company ids, in the order chosen. A company stands in one group at most."""

    group: Group
    companies: tuple[str, ...] = ()


def require_valid(audience: Audience) -> None:
    """Raises `ValueError` for too many companies, or the same twice."""
    Group(audience.group)
    if len(audience.companies) > MOST_COMPANIES:
        raise ValueError(f"a group has at most {MOST_COMPANIES} companies")
    if len(set(audience.companies)) != len(audience.companies):
        raise ValueError("a company stands in a group once")
