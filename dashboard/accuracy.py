"""How right the tags are, as ``make accuracy`` measured it: shown beside the numbers that rest on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Accuracy:
    """``tone`` is the share of the ``mentions`` whose tone towards the company is the people's."""

    measured_on: date
    mentions: int
    tone: float


@cache
def measured() -> Accuracy:
    """The figures of the tagger that ships with this dashboard."""
    found = json.loads(files("dashboard").joinpath("accuracy.json").read_text("utf-8"))
    return Accuracy(
        date.fromisoformat(found["measured_on"]),
        found["mentions"],
        found["figures"]["tone_per_company_accuracy"],
    )
