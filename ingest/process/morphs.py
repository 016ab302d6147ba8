"""The only user of kiwipiepy. Kiwi takes a second to load and 330 MB, so it is built once per
process, and only when a text needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from kiwipiepy import Kiwi

MAX_TEXT = 2_000
"""Characters of one text that are analysed."""

REMEMBERED = 16

_building = threading.Lock()


class Morph(NamedTuple):
    """``form`` is the dictionary form, ``tag`` Kiwi's part of speech; positions are code points."""

    form: str
    tag: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _build() -> Kiwi:
    # multi-word entries change 1 token in 1,000 and cost 185 MB; threads belong to the executor
    return Kiwi(num_workers=1, load_multi_dict=False)


def kiwi() -> Kiwi:
    """This process's Kiwi. Thread-safe."""
    with _building:
        return _build()


def kiwi_version() -> str:
    """Part of the tagger's version: another model may cut words otherwise."""
    return version("kiwipiepy_model")


@lru_cache(maxsize=REMEMBERED)
def analyse(text: str) -> tuple[Morph, ...]:
    """The morphemes of one text, as plain tuples that can be pickled and compared.

    The last few texts are remembered: tone and keywords read the same headline.
    """
    tokens = kiwi().tokenize(text[:MAX_TEXT])
    return tuple(
        Morph(token.form, token.tag, token.start, token.start + token.len) for token in tokens
    )


def similar_to(target: str | int) -> list[tuple[int, str, str, float]]:
    """Every morpheme that Kiwi knows, with its number, form, tag and similarity to ``target``."""
    everything = kiwi().most_similar_morphemes(target, top_n=1_000_000)
    return [(found.id, found.form, found.tag, found.score) for found in everything]


def analyse_all(texts: Iterable[str]) -> list[tuple[Morph, ...]]:
    """`analyse` for each text."""
    return [analyse(text) for text in texts]
