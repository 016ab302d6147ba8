"""``python -m ingest.train.words``: counts in how many texts of the corpus each word stands.

Writes ``word_weights.txt`` for `ingest.process.keyterms`, one line per weight. Words in few texts
are left out: they weigh as much as words that were never seen.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log2
from pathlib import Path

from ingest.process.keyterms import WEIGHTS, stem
from ingest.train.corpus import read_corpus

FEWEST = 8
"""texts that a word must stand in"""
_SMOOTHING, _EVERYWHERE = 3, 3.6
_HANGUL = re.compile(r"[가-힣]{2,}")


def weight(texts: int, every: int) -> int:
    """1 … 9, from the share of texts that have the word."""
    return max(1, min(9, round(log2(every / (texts + _SMOOTHING)) - _EVERYWHERE)))


def word_weights(texts: Iterable[str]) -> dict[str, int]:
    """The weight of each stem that is in at least `FEWEST` of ``texts``."""
    counts: Counter[str] = Counter()
    every = 0
    for text in texts:
        every += 1
        counts.update({stem(word) for word in _HANGUL.findall(text)})
    return {word: weight(count, every) for word, count in counts.items() if count >= FEWEST}


def write(weights: dict[str, int], path: Path = WEIGHTS) -> None:
    """One line per weight: the weight and its words."""
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for word in sorted(weights):
        lines[weights[word]].append(word)
    path.write_text("".join(f"{n} {' '.join(lines[n])}\n" for n in sorted(lines)), "utf-8")


if __name__ == "__main__":
    write(word_weights(line.text for line in read_corpus()))
