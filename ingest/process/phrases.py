"""Finding many phrases in a text at once: one Aho-Corasick automaton, code-point positions.

Case is ignored for ASCII letters, unless a phrase is written Like This (one capital, then lower
case): then ``Like This`` and ``LIKE THIS`` are found, but not ``like this``, which is an ordinary
word. Phrases of lower-case letters or with several capitals (NVIDIA, xAI) are found in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ingest.process.document import normal
from ingest.process.particles import splits_latin

_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
_ORDINARY = re.compile(r"[A-Z][a-z]+([ \-][A-Z][a-z]+)*")


class Found(NamedTuple):
    """``phrase`` is the phrase's place in the list that was given; ``text[start:end]`` the find."""

    phrase: int
    start: int
    end: int


class Phrases:
    """``phrases`` need not be distinct: the first of two equal ones is reported."""

    def __init__(self, phrases: Sequence[str]) -> None:
        first: dict[str, int] = {}
        self._as_written: dict[int, str] = {}
        for index, phrase in enumerate(phrases):
            written = normal(phrase)
            place = first.setdefault(_lower(written), index)
            if place == index and _ORDINARY.fullmatch(written):
                self._as_written[index] = written
        self._indexes = list(first.values())
        self._automaton = (
            AhoCorasick(
                list(first), matchkind=MatchKind.Standard, implementation=Implementation.DFA
            )
            if first
            else None
        )

    def overlapping(self, text: str) -> Iterator[Found]:
        """All finds, by end. ``text`` must be `normal`."""
        if self._automaton is None:
            return
        found = self._automaton.find_matches_as_indexes(_lower(text), overlapping=True)
        for pattern, start, end in found:
            index = self._indexes[pattern]
            written = self._as_written.get(index)
            if written is None or text[start:end] in (written, written.upper()):
                yield Found(index, start, end)

    def candidates(self, text: str) -> list[Found]:
        """All finds, leftmost first and the longest first among those that begin together."""
        return sorted(self.overlapping(text), key=lambda found: (found.start, -found.end))

    def longest(self, text: str) -> list[Found]:
        """Finds that do not overlap and cut no Latin word: leftmost, then longest."""
        chosen: list[Found] = []
        end = 0
        for found in self.candidates(text):
            if found.start >= end and not splits_latin(text, found.start, found.end):
                chosen.append(found)
                end = found.end
        return chosen


class Terms:
    """Groups of terms, such as topics. A term may stand in several groups: it counts for each.

    Groups are known by their place in ``groups``; ``exclusions`` swallow the terms inside them.
    """

    def __init__(self, groups: Iterable[Iterable[str]], exclusions: Iterable[str] = ()) -> None:
        written: dict[str, str] = {}
        owners: dict[str, list[int]] = {}
        for place, terms in enumerate(groups):
            for term in terms:
                key = _lower(normal(term))
                written.setdefault(key, term)
                owners.setdefault(key, []).append(place)
        for exclusion in exclusions:
            written.setdefault(_lower(normal(exclusion)), exclusion)
        self._owners = [tuple(dict.fromkeys(owners.get(key, ()))) for key in written]
        self._phrases = Phrases(list(written.values()))

    def found(self, text: str) -> Iterator[int]:
        """The group of every find in reading order, once per find. ``text`` must be `normal`."""
        return (group for group, _ in self.words(text))

    def words(self, text: str) -> Iterator[tuple[int, str]]:
        """`found`, each with the term as written."""
        for found in self._phrases.longest(text):
            for group in self._owners[found.phrase]:
                yield group, text[found.start : found.end]


def _lower(text: str) -> str:
    """Lower case of the same length, so that positions hold (İ would become two letters)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_LOWER)
