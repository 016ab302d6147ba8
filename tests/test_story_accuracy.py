"""The quality gate of stories: labelled articles, floors. Lowering a floor is an edit that shows."""

from __future__ import annotations

from functools import cache

import pytest

from tests.story_accuracy import HALVES, Item, linked, load, measure, stories

FLOORS = {
    ("development", "copies"): (0.97, 0.99),
    ("development", "other words"): (0.99, 0.74),
    ("held_out", "copies"): (0.97, 0.99),
    ("held_out", "other words"): (0.97, 0.66),
}
"""(half, pairs) → (precision, recall)"""


@cache
def items(half: str) -> list[Item]:
    return load(half)


@pytest.mark.parametrize("half", HALVES)
def test_stories_are_as_right_as_they_were(half: str) -> None:
    found = measure(items(half), stories(items(half)))
    for told, pairs in found.items():
        precision, recall = FLOORS[half, told]
        assert pairs.precision >= precision
        assert pairs.recall >= recall
    assert found["copies"].f1 >= 0.95
    assert found["other words"].f1 >= 0.75


@pytest.mark.parametrize("half", HALVES)
def test_the_index_hides_hardly_anything(half: str) -> None:
    found = stories(items(half))
    hidden = [pair for pair in linked(items(half)) if found[pair[0]] != found[pair[1]]]
    assert len(hidden) <= 2


def test_the_halves_share_no_event() -> None:
    one, other = ({item.group for item in items(half)} for half in HALVES)
    assert len(one | other) >= 140
    assert not one & other
