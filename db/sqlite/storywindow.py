"""The articles of some days, findable by what they have in common; stories that became one."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.likeness import Traits, alike

NEAREST = 64
"""Of what very many articles have in common, the nearest in time are compared: this bounds the work
per article on a day on which everybody writes about one company."""
FEWEST = 2
"""features that two articles must have in common to be compared"""
CANDIDATES = 32
"""articles that are compared in full, those with most in common first"""


@dataclass(slots=True, eq=False)
class Entry:
    """An article of the window. ``order`` is (published_at, public id)."""

    article: int
    order: tuple[int, str]
    story: int
    traits: Traits

    def __lt__(self, other: Entry) -> bool:
        return self.order < other.order

    def features(self) -> Iterator[int]:
        """What it is looked up by; hashes and keys are far apart, so that they may share an index."""
        yield from self.traits.hashes
        yield from self.traits.lookup


class Window:
    """Entries sorted by time, and an index of their features."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._by_feature: dict[int, list[Entry]] = {}

    def add(self, entry: Entry) -> None:
        insort(self._entries, entry)
        for feature in entry.features():
            insort(self._by_feature.setdefault(feature, []), entry)

    def forget(self, before: int) -> None:
        """Let go of what was published earlier."""
        end = bisect_left(self._entries, (before, ""), key=lambda entry: entry.order)
        for entry in self._entries[:end]:
            for feature in entry.features():
                sharing = self._by_feature.get(feature)
                if sharing is None:
                    continue
                # all that is forgotten stands at the beginning
                keep = bisect_left(sharing, (before, ""), key=lambda entry: entry.order)
                del sharing[:keep]
                if not sharing:
                    del self._by_feature[feature]
        del self._entries[:end]

    def same_event(self, entry: Entry) -> list[Entry]:
        """The entries that tell of the same event, earliest first."""
        shared: Counter[Entry] = Counter()
        for feature in entry.features():
            sharing = self._by_feature.get(feature)
            if sharing:
                shared.update(_nearest(sharing, entry))
        likely = [other for other, count in shared.items() if count >= FEWEST]
        if len(likely) > CANDIDATES:
            likely.sort(key=lambda other: (-shared[other], other.order))
            del likely[CANDIDATES:]
        return sorted(other for other in likely if alike(entry.traits, other.traits))


def _nearest(sharing: list[Entry], entry: Entry) -> Iterable[Entry]:
    if len(sharing) <= NEAREST:
        return sharing
    place = bisect_left(sharing, entry)
    start = max(0, min(place - NEAREST // 2, len(sharing) - NEAREST))
    return sharing[start : start + NEAREST]


class Unions:
    """Which stories have become one. Those known before survive those of this run, the older ones
    survive the younger."""

    def __init__(self) -> None:
        self._into: dict[int, int] = {}
        self._opened: dict[int, int] = {}

    def open(self, story: int) -> None:
        """A story of this run, in their order."""
        self._opened[story] = len(self._opened)

    def survivor(self, story: int) -> int:
        while (into := self._into.get(story)) is not None:
            story = into
        return story

    def join(self, one: int, other: int) -> tuple[int, int] | None:
        """(story that ends, survivor), or None if they are one already."""
        survivor, ends = sorted((self.survivor(one), self.survivor(other)), key=self._rank)
        if survivor == ends:
            return None
        self._into[ends] = survivor
        return ends, survivor

    def _rank(self, story: int) -> tuple[int, int]:
        place = self._opened.get(story)
        return (0, story) if place is None else (1, place)
