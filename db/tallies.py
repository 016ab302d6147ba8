"""What the pages on relations, keywords and accuracy ask a store for: counts of one kind each.

Standard library only, frozen, as in :mod:`db.query`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from db.model import CorrectionKind, Tone


@dataclass(frozen=True, slots=True)
class PairCount:
    """``articles`` that mention both companies. ``first`` < ``second``, by company id."""

    first: str
    second: str
    articles: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """Stories that began on a Korean ``day``."""

    day: date
    stories: int


class Keyword(StrEnum):
    """What a keyword is: a topic of the configuration, or a term of the headlines."""

    TOPIC = "topic"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class KeywordCount:
    """Stories about a topic id, or with a term in a headline. A story counts on its first day."""

    key: str
    stories: int


@dataclass(frozen=True, slots=True)
class KeywordUse:
    """How a keyword is used: articles, distinct outlets, and articles by Korean day (no zeros)."""

    key: str
    articles: int
    outlets: int
    days: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CorrectionCount:
    """Corrections that hold, of one kind and direction.

    ``machine`` → ``person``: the tones of ``TONE``, and of ``NAMED`` (``machine`` is None: the
    machine had not found the company). ``relevant``: what people said of ``RELEVANCE``.
    """

    kind: CorrectionKind
    corrections: int
    machine: Tone | None = None
    person: Tone | None = None
    relevant: bool | None = None
