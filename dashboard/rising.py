"""Which keywords rise and fall between two periods. Pure.

Stories are compared, not articles, and shares of all stories, not counts: neither a story that
forty outlets copied nor a busier week makes a keyword rise. The score is the difference of the
log odds in units of its standard deviation, with half a story added everywhere (Haldane 1956;
as Monroe, Colaresi and Quinn use it on words in "Fightin' Words", 2008, without their prior):
a rise from 2 to 6 stories scores less than one from 20 to 60.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 3
"""Stories that a keyword needs in the period where it is strong."""
LEAST_SCORE = 1.28
"""Nine of ten such rises are no chance, taken one by one."""


@dataclass(frozen=True, slots=True)
class Change:
    """Stories with a keyword, now and before, of all stories then. ``score`` > 0 rises."""

    key: str
    now: int
    before: int
    score: float
    ratio: float
    """of its share of all stories now to that before, half a story added to both"""

    @property
    def fresh(self) -> bool:
        return self.before == 0


def compare(
    now: Mapping[str, int], before: Mapping[str, int], all_now: int, all_before: int
) -> list[Change]:
    """The change of every keyword, strongest rise first, then by key."""
    if not (all_now and all_before):
        return []
    changes = []
    for key in now.keys() | before.keys():
        a, b = now.get(key, 0), before.get(key, 0)
        # a story may have begun earlier than the period's articles tell: never more than all
        rest_a, rest_b = max(all_now - a, 0) + 0.5, max(all_before - b, 0) + 0.5
        difference = math.log((a + 0.5) / rest_a) - math.log((b + 0.5) / rest_b)
        score = difference / math.sqrt(1 / (a + 0.5) + 1 / (b + 0.5))
        ratio = ((a + 0.5) / (all_now + 1)) / ((b + 0.5) / (all_before + 1))
        changes.append(Change(key, a, b, score, ratio))
    return sorted(changes, key=lambda change: (-change.score, -change.now, change.key))


def rising(changes: list[Change], limit: int) -> list[Change]:
    """Clear rises, strongest first."""
    found = [c for c in changes if c.score >= LEAST_SCORE and c.now >= FEWEST]
    return found[:limit]


def falling(changes: list[Change], limit: int) -> list[Change]:
    """Clear falls, strongest first."""
    found = [c for c in reversed(changes) if c.score <= -LEAST_SCORE and c.before >= FEWEST]
    return found[:limit]
