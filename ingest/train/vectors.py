"""Word vectors out of Kiwi: how similar its language model finds two morphemes, made coordinates.

Kiwi gives similarities, not vectors. The similarities of every morpheme to some hundred landmarks
determine them up to rotation (Williams and Seeger, "Using the Nyström method to speed up kernel
machines", 2000): its vectors have 256 dimensions, which 300 landmarks span.
"""

from __future__ import annotations

import random

import numpy as np

from ingest.process import morphs
from ingest.process.toneinput import Floats, Word

LANDMARKS = 300
DIMENSIONS = 256
_COMMON = 20_000
_LANDMARK_TAGS = ("NNG", "VV", "VA", "MAG", "XR", "NNP", "JKB", "EC", "NNB", "JX")
_KEPT_TAGS = frozenset(
    [
        "NNG",
        "VV",
        "VA",
        "VX",
        "XR",
        "MAG",
        "MAJ",
        "NNB",
        "NR",
        "NP",
        "MM",
        "XSN",
        "XPN",
        "XSV",
        "XSA",
        "EC",
        "EF",
        "EP",
        "ETM",
        "ETN",
        "JX",
        "JKS",
        "JKO",
        "JKB",
        "JKG",
        "JC",
        "VCN",
        "VCP",
    ]
)
_COMMON_NAMES = 9_000
"""Proper nouns up to this number of Kiwi's are kept: places and institutions, hardly people."""


def word_vectors(seed: int = 1) -> tuple[list[Word], Floats]:
    """Words and their vectors (words × `DIMENSIONS`, mean 0). Takes some minutes."""
    forms: dict[int, Word] = {
        number: (form, tag.split("-")[0]) for number, form, tag, _ in morphs.similar_to("급등")
    }
    numbers = sorted(forms)
    place = {number: index for index, number in enumerate(numbers)}
    choice = random.Random(seed)  # noqa: S311 # a fixed choice, nothing secret
    landmarks = choice.sample(
        [number for number in numbers if number < _COMMON and forms[number][1] in _LANDMARK_TAGS],
        LANDMARKS,
    )
    similar = np.zeros((len(numbers), LANDMARKS), np.float32)
    for column, landmark in enumerate(landmarks):
        for number, _, _, score in morphs.similar_to(landmark):
            if (row := place.get(number)) is not None:
                similar[row, column] = score
        similar[place[landmark], column] = 1.0
    among = similar[[place[landmark] for landmark in landmarks]].astype(np.float64)
    values, axes = np.linalg.eigh((among + among.T) / 2)
    order = np.argsort(-values)[:DIMENSIONS]
    vectors = similar @ (axes[:, order] / np.sqrt(np.maximum(values[order], 1e-3)))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    vectors -= vectors.mean(axis=0)
    words: list[Word] = []
    rows: list[int] = []
    seen: set[Word] = set()
    for number in numbers:
        word = forms[number]
        kept = word[1] in _KEPT_TAGS or (word[1] == "NNP" and number < _COMMON_NAMES)
        if kept and word not in seen:
            seen.add(word)
            words.append(word)
            rows.append(place[number])
    return words, vectors[rows].astype(np.float32)
