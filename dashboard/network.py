"""Who appears with whom, before anything is drawn: the strongest pairs, and where to put them.

The layout is Fruchterman and Reingold's (1991: springs along edges, repulsion between all nodes,
cooling), begun from a circle in the order of ids, so that the same data always lies the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from db.tallies import PairCount

MOST_PAIRS = 60
"""The layout is made for these, whatever part of them is shown: the slider turns nothing around."""
ROUNDS = 300
_WIDE, _HIGH = 0.13, 0.075
"""Room for a name, as shares of the plane."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Node:
    """A company at a place of the plane, 0 … 1 both ways."""

    company_id: str
    articles: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Network:
    """``pairs`` strongest first; ``nodes`` are their companies, most mentioned first."""

    nodes: tuple[Node, ...]
    pairs: tuple[PairCount, ...]


def arrange(pairs: Sequence[PairCount], articles: Mapping[str, int], shown: int) -> Network:
    """The ``shown`` strongest of ``pairs``, with places. ``articles`` by company gives the sizes."""
    every = tuple(pairs[:MOST_PAIRS])
    names = sorted({name for pair in every for name in (pair.first, pair.second)})
    places = dict(zip(names, layout(names, every), strict=True))
    kept = every[: max(shown, 0)]
    used = {name for pair in kept for name in (pair.first, pair.second)}
    in_use = [name for name in names if name in used]
    # those that are shown fill the plane
    fitted = _spread(_fitted(np.array([places[name] for name in in_use]).reshape(-1, 2)))
    nodes = [
        Node(name, articles.get(name, 0), float(x), float(y))
        for name, (x, y) in zip(in_use, fitted, strict=True)
    ]
    return Network(tuple(sorted(nodes, key=lambda n: (-n.articles, n.company_id))), kept)


def layout(names: Sequence[str], pairs: Sequence[PairCount]) -> Floats:
    """n × 2 places, one per name, in no particular units. Deterministic."""
    count = len(names)
    if count < 2:
        return np.zeros((count, 2))
    number = {name: place for place, name in enumerate(names)}
    pull: Floats = np.zeros((count, count))
    for pair in pairs:
        one, other = number[pair.first], number[pair.second]
        pull[one, other] = pull[other, one] = pair.articles
    # a pair of a hundred articles pulls more than one of ten, not ten times as much
    pull = np.sqrt(pull / pull.max())
    angles = 2 * np.pi * np.arange(count) / count
    places: Floats = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ideal = 2 / np.sqrt(count)
    for heat in np.linspace(0.25, 0.005, ROUNDS):
        apart = places[:, None] - places[None]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-6)
        force = ideal**2 / distance**2 - pull * distance / ideal
        move = (apart * force[:, :, None]).sum(axis=1) - 0.6 * places
        length = np.maximum(np.sqrt((move**2).sum(axis=1, keepdims=True)), 1e-9)
        places = places + move / length * np.minimum(length, heat)
    return places


def _fitted(places: Floats) -> Floats:
    """Stretched to the unit square."""
    if not len(places):
        return places
    low, high = places.min(axis=0), places.max(axis=0)
    fitted: Floats = (places - low) / np.maximum(high - low, 1e-9)
    # two nodes on one line have no height
    fitted[:, high - low < 1e-9] = 0.5
    return fitted


def _spread(places: Floats) -> Floats:
    """Push apart nodes whose names would lie over each other."""
    room = np.array([_WIDE, _HIGH])
    for _ in range(80):
        apart = places[:, None] - places[None]
        lacking = np.maximum(1 - np.abs(apart) / room, 0)
        np.fill_diagonal(lacking[:, :, 0], 0)
        np.fill_diagonal(lacking[:, :, 1], 0)
        overlapping = lacking.min(axis=2)
        if not overlapping.any():
            break
        order = np.sign(np.subtract.outer(np.arange(len(places)), np.arange(len(places))))
        side = np.where(apart == 0, order[:, :, None], np.sign(apart))
        # along the shorter way only: names are wide and low
        push = side * overlapping[:, :, None] * room * np.array([0.15, 0.5])
        places = np.clip(places + push.sum(axis=1), 0, 1)
    return places
