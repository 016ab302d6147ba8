"""What the tone network sees of an article: morphemes, with one company marked as the target.

Names are masked before anything is read, so that the network cannot know which company it judges:
every company becomes `placeholder` (a Latin word, parted from letters beside it, which Kiwi does not
cut), the target's mark tells them apart. The same functions serve training and tagging.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ingest.process import morphs
from ingest.process.morphs import Morph

MAX_TOKENS = 64
MAX_LETTERS = 120
"""Characters of a sentence that are read: what follows rarely changes the tone and costs time."""
LEAD_SENTENCES = 1
"""Sentences of the text that are read besides the headline, where it names nobody."""

PLAIN, TARGET, OTHER, BORDER = range(4)
"""marks of a token: ordinary, the company that is judged, another one, begin of the next sentence"""
FAR, NEAR = 12, 6
"""Distances to the target and to other companies are clipped to these."""
DECIDED = 0.45
"""Raw score of the rules from which on the network is told that they decided. Part of the model: the
threshold in tone.toml may be another."""
ROLES = 10
EXTRAS = 4 + ROLES

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MASK = re.compile(r"ZQ([A-Z])")
_STICKY = re.compile(r"[A-Za-z0-9#@.&_]")
"""what Kiwi would make one word of with the placeholder"""
_AFTER = re.compile(r"['\"\])]*(은|는|이|가|을|를|의|에|와|과|로|,)")

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Word = tuple[str, str]
"""form and tag of a morpheme, as the vocabulary knows it"""


class Vocabulary(Protocol):
    """Numbers of words; 0 stands for all that are not known."""

    def row(self, word: Word) -> int: ...
    def tag(self, word: Word) -> int: ...
    def polarity(self, word: Word) -> int: ...


def placeholder(number: int) -> str:
    """The word that stands for the ``number``-th company of an article."""
    return "ZQ" + _LETTERS[min(number, len(_LETTERS) - 1)]


def word_of(morph: Morph) -> Word:
    """Numbers are all alike; Latin words in lower case; irregular verbs as others."""
    tag = morph.tag.split("-")[0]
    if tag == "SN":
        return "<number>", tag
    return (morph.form.lower(), tag) if tag == "SL" else (morph.form, tag)


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` names the companies ``numbers`` of the article."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """A cue at ``text[start:end]``; ``shares`` are the parts that the rules give to companies."""

    start: int
    end: int
    weight: float
    shares: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with the names and cues in it, in reading order."""

    text: str
    spans: Sequence[Span] = ()
    weights: Sequence[Weight] = ()

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(number for span in self.spans for number in span.numbers)


@dataclass(frozen=True, slots=True)
class Rated:
    """What the rules say of one company or of the article: a raw score and its roles (`roles`)."""

    raw: float
    companies: int
    roles: tuple[float, ...] = (0.0,) * ROLES


@dataclass(frozen=True, slots=True)
class Example:
    """One company of one article. ``tokens``: n × 7 numbers (row, tag, mark, distance to the target,
    to another company, polarity, sentence); ``cues``: n × 2; ``extras``: `EXTRAS` numbers."""

    tokens: Ints
    cues: Floats
    extras: Floats

    def marks_target(self) -> bool:
        """Whether the company stands among the tokens: names beyond the limits do not."""
        return bool((self.tokens[:, 2] == TARGET).any())


def roles(line: Line, number: int, *, outsider: bool) -> tuple[float, ...]:
    """`ROLES` facts about the place of company ``number`` in the headline."""
    text = line.text
    spans = [span for span in line.spans if number in span.numbers]
    first = spans[0] if spans else None
    after = _AFTER.match(text, first.end) if first else None
    particle = after[1] if after else ""
    return (
        float(first is not None),
        float(outsider),
        float("특징주" in text[:14]),
        float(first is not None and first == line.spans[0]),
        float(first is not None and first.start <= 1),
        float(particle in ("은", "는", "이", "가")),
        float(particle == ","),
        float(particle in ("의", "에", "와", "과", "로")),
        float(first is not None and text[max(0, first.start - 1) : first.start] in ("'", '"')),
        float(text.rstrip().endswith("?")),
    )


class _Token(NamedTuple):
    """``company`` is its number, or `_NOBODY`, or `_BREAK` for the begin of the next sentence."""

    row: int = 0
    tag: int = 0
    polarity: int = 0
    weight: float = 0.0
    shares: Mapping[int, float] = MappingProxyType({})
    company: int = -1


_NOBODY, _BREAK = -1, -2


class Reader:
    """The tokens of one article, analysed once and marked for each company in turn.

    ``lines`` are the headline and the sentences of the text that are to be read.
    """

    def __init__(self, lines: Sequence[Line], vocabulary: Vocabulary) -> None:
        self._lines = lines
        self._vocabulary = vocabulary
        self._read: dict[int, list[_Token]] = {}

    def example(self, number: int | None, rated: Rated) -> Example:
        """What the network sees of company ``number``; None stands for the article as a whole."""
        read = list(self._sentence(0))
        title = len(read)
        for place in self._leads(number):
            read.append(_Token(company=_BREAK))
            read += self._sentence(place)
        read = read[:MAX_TOKENS]
        marks = [_mark(token.company, number) for token in read]
        # the article as a whole is read from its first word
        target = _distances(
            marks if TARGET in marks else [TARGET, *marks[1:]][: len(marks)], TARGET, FAR
        )
        other = _distances(marks, OTHER, NEAR)
        tokens = [
            (token.row, token.tag, mark, near, far, token.polarity, int(place >= title))
            for place, (token, mark, near, far) in enumerate(
                zip(read, marks, target, other, strict=True)
            )
        ]
        cues = [
            (
                _clipped(token.weight),
                _clipped(token.shares.get(number, 0.0) if number is not None else 0.0),
            )
            for token in read
        ]
        raw = rated.raw
        extras = (
            max(-3.0, min(3.0, raw)),
            float(raw >= DECIDED),
            float(raw <= -DECIDED),
            rated.companies / 3,
        )
        return Example(
            np.array(tokens, np.int64).reshape(-1, 7),
            np.array(cues, np.float32).reshape(-1, 2),
            np.array(extras + rated.roles, np.float32),
        )

    def _leads(self, number: int | None) -> list[int]:
        """The sentences of the text that are read for company ``number``."""
        return [
            place
            for place, line in enumerate(self._lines)
            if place and (number is None or number in line.numbers)
        ]

    def _sentence(self, place: int) -> list[_Token]:
        if place not in self._read:
            self._read[place] = self._analyse(self._lines[place])
        return self._read[place]

    def _analyse(self, line: Line) -> list[_Token]:
        text, numbers, cues = masked(line)
        vocabulary = self._vocabulary
        tokens: list[_Token] = []
        for morph in morphs.analyse(text[:MAX_LETTERS]):
            company = numbers.get(morph.start)
            if company is not None and _MASK.fullmatch(morph.form):
                tokens.append(_Token(company=company))
                continue
            word = word_of(morph)
            weight = 0.0
            shares: dict[int, float] = {}
            for cue in cues:
                if cue.start < morph.end and morph.start < cue.end:
                    weight += cue.weight
                    for number, part in cue.shares.items():
                        shares[number] = shares.get(number, 0.0) + part
            row, tag = vocabulary.row(word), vocabulary.tag(word)
            tokens.append(_Token(row, tag, vocabulary.polarity(word), weight, shares))
        return tokens


def masked(line: Line) -> tuple[str, dict[int, int], list[Weight]]:
    """The sentence with placeholders, which company stands where, and the cues moved along."""
    pieces: list[str] = []
    numbers: dict[int, int] = {}
    shifts: list[tuple[int, int]] = []
    position = length = 0
    for span in line.spans:
        if span.start < position:
            continue
        before = line.text[position : span.start]
        if _STICKY.match(before[-1:]) or (not before and position):
            before += " "
        pieces.append(before)
        length += len(before)
        for order, number in enumerate(span.numbers):
            if order:
                pieces.append("·")
                length += 1
            numbers[length] = number
            word = placeholder(number)
            pieces.append(word)
            length += len(word)
        position = span.end
        if _STICKY.match(line.text[position : position + 1]):
            pieces.append(" ")
            length += 1
        shifts.append((span.end, length - span.end))
    pieces.append(line.text[position:])

    def shift(place: int) -> int:
        return place + next((moved for end, moved in reversed(shifts) if end <= place), 0)

    moved = [
        Weight(shift(cue.start), shift(cue.end), cue.weight, cue.shares) for cue in line.weights
    ]
    return "".join(pieces), numbers, moved


def _mark(company: int, number: int | None) -> int:
    if company == _NOBODY:
        return PLAIN
    if company == _BREAK:
        return BORDER
    return TARGET if company == number else OTHER


def _distances(marks: Sequence[int], kind: int, limit: int) -> list[int]:
    """Of each token the signed distance to the nearest of ``kind``, as 0 … 2 × ``limit``.

    2 × ``limit`` + 1 where there is none.
    """
    places = [place for place, mark in enumerate(marks) if mark == kind]
    if not places:
        return [2 * limit + 1] * len(marks)
    return [
        max(-limit, min(limit, min((here - place for place in places), key=abs))) + limit
        for here in range(len(marks))
    ]


def _clipped(weight: float) -> float:
    return max(-2.0, min(2.0, weight))
