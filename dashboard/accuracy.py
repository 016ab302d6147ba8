"""How right the tags are, as ``make accuracy`` measured it: shown beside the numbers that rest on it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from db.model import Tone

TONES = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE)
"""Those that people gave; unrated is an answer of the machine alone, and a wrong one here."""
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Score:
    """Answers of one kind: ``right``, ``wrong`` (said, but not so), ``missed`` (so, but not said)."""

    right: int
    wrong: int
    missed: int

    @property
    def said(self) -> int:
        return self.right + self.wrong

    @property
    def labelled(self) -> int:
        return self.right + self.missed

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 … 1; 0 of nothing."""
        return 2 * self.right / max(1, self.said + self.labelled)


@dataclass(frozen=True, slots=True)
class Confusion:
    """``counts[what people say][what the machine says]``."""

    counts: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> int:
        return sum(sum(row.values()) for row in self.counts.values())

    @property
    def right(self) -> int:
        return sum(row.get(label, 0) for label, row in self.counts.items())

    def said(self, label: str) -> int:
        """How often the machine gave this answer."""
        return sum(row.get(label, 0) for row in self.counts.values())

    def score(self, label: str) -> Score:
        row = self.counts.get(label, {})
        right = row.get(label, 0)
        return Score(right, self.said(label) - right, sum(row.values()) - right)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Counts on the labelled headlines. ``by_company``: id → (labelled tones, right ones)."""

    measured_on: date
    headlines: int
    mentions: int
    companies: Score
    mention_tone: Confusion
    article_tone: Confusion
    relevance: Confusion
    look_alikes: Score
    """``right``: left alone, ``wrong``: taken for the company"""
    by_company: Mapping[str, tuple[int, int]]

    @property
    def tone(self) -> float:
        """Share of the mentions whose tone towards the company is the people's, 0 … 1."""
        return self.mention_tone.right / max(1, self.mention_tone.total)


@cache
def measured() -> Accuracy:
    """The figures of the tagger that ships with this dashboard."""
    found: dict[str, Any] = json.loads(
        files("dashboard").joinpath("accuracy.json").read_text("utf-8")
    )
    alike = found["look_alikes"]
    return Accuracy(
        measured_on=date.fromisoformat(found["measured_on"]),
        headlines=found["headlines"],
        mentions=found["mentions"],
        companies=Score(**found["companies"]),
        mention_tone=Confusion(found["confusion"]["mention_tone"]),
        article_tone=Confusion(found["confusion"]["article_tone"]),
        relevance=Confusion(found["confusion"]["relevance"]),
        look_alikes=Score(alike["lines"] - alike["wrong"], alike["wrong"], 0),
        by_company={
            company: (row["labelled"], row["right"]) for company, row in found["by_company"].items()
        },
    )


def interval(right: int, total: int) -> tuple[float, float]:
    """Where the true share lies in 19 of 20 cases, 0 … 1 (Wilson's score interval, 1927)."""
    if not total:
        return 0.0, 1.0
    share, spread = right / total, _Z**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / total + spread / total / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
