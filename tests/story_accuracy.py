"""How right the stories are on labelled articles: ``python -m tests.story_accuracy``.

The 520 articles in ``tests/data/stories`` were written and grouped by somebody who had not seen the
code: wire copies with edited headlines, the same event in other words, and what must stay apart.
The weights of `db.likeness` were fitted to the development half alone (events whose SHA-256 begins
with an even byte); the other half measures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from db.likeness import Traits, alike, traits
from db.sqlite.storywindow import Entry, Unions, Window
from ingest.process.companies import CompanyFinder
from ingest.process.document import read
from ingest.process.fingerprint import fingerprint
from ingest.process.keyterms import keyterms
from ingest.process.record import article_from_record
from tests.packaged import spec

DATA = Path(__file__).parent / "data" / "stories"
HALVES = ("development", "held_out")


@dataclass(frozen=True, slots=True)
class Item:
    group: str
    kind: str
    traits: Traits


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of articles: rightly together, wrongly together, wrongly apart."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def load(half: str) -> list[Item]:
    """The articles of one half, as the processing step sees them."""
    finder = CompanyFinder(spec().companies)
    ids = [company.id for company in spec().companies.company]
    outlets: dict[str, int] = {}
    found = []
    for line in (DATA / f"{half}.jsonl").read_text("utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        document = read(article_from_record(record)[1])
        hits = finder.find(document)
        own = traits(
            int(datetime.fromisoformat(record["published"]).timestamp()),
            outlets.setdefault(record["outlet"], len(outlets)),
            "en" if record["title"].isascii() else "ko",
            fingerprint(document),
            keyterms(document, hits, ids),
        )
        found.append(Item(record["group"], record["kind"], own))
    return found


def stories(items: Sequence[Item]) -> list[int]:
    """The story of each item, found as the store does."""
    window, unions = Window(), Unions()
    entries = [
        Entry(n, (item.traits.published_at, f"{n:04}"), n, item.traits)
        for n, item in enumerate(items)
    ]
    for entry in sorted(entries):
        for other in window.same_event(entry):
            unions.join(entry.story, other.story)
        window.add(entry)
    return [unions.survivor(entry.story) for entry in entries]


def measure(items: Sequence[Item], found: Sequence[int]) -> dict[str, Pairs]:
    """Of pairs of near-copies and of pairs of which one is told in other words."""
    counts = {"copies": [0, 0, 0], "other words": [0, 0, 0]}
    for (one, story), (other, its) in combinations(zip(items, found, strict=True), 2):
        told = "other words" if "reworded" in (one.kind, other.kind) else "copies"
        same, together = one.group == other.group, story == its
        counts[told][0] += same and together
        counts[told][1] += together and not same
        counts[told][2] += same and not together
    return {told: Pairs(*numbers) for told, numbers in counts.items()}


def linked(items: Sequence[Item]) -> list[tuple[int, int]]:
    """All pairs that are alike, without an index."""
    return [
        (one, other)
        for one, other in combinations(range(len(items)), 2)
        if alike(items[one].traits, items[other].traits)
    ]


def main() -> None:
    print("| half | pairs | precision | recall | F1 |\n|---|---|---|---|---|")
    for half in HALVES:
        items = load(half)
        for told, pairs in measure(items, stories(items)).items():
            figures = " | ".join(f"{x:.3f}" for x in (pairs.precision, pairs.recall, pairs.f1))
            print(f"| {half} | {told} | {figures} |")


if __name__ == "__main__":
    main()
