"""The key terms of an article: companies, amounts, subjects and rare words of headline and lead.

Words are stems cut to three syllables: particles and 하다 endings go, and compounds meet their
beginning (착공식, 착공했다 → 착공). Their weight falls with the number of texts that have them
(Spärck Jones, "A statistical interpretation of term specificity", 1972), as counted in the texts
that the tone network learned from; see `ingest.train.words`. What has several names, in Korean or
English, is one subject of bridge.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from db.terms import HEAVIEST, Term, TermKind, term_key
from ingest.process.amounts import amounts
from ingest.process.companies import Hit
from ingest.process.document import Document
from ingest.process.phrases import Terms

BRIDGE = Path(__file__).with_name("bridge.toml")
WEIGHTS = Path(__file__).with_name("word_weights.txt")

MOST = 40
SENTENCES = 3
"""sentences of the text that are read besides the headline"""
LETTERS = 300
"""characters of one sentence that are read"""
SYLLABLES = 3
_LIGHTEST = 4
"""words below this weight are left out: they are in too many texts"""
_UNSEEN = 8
_NAME, _LATIN = 5, 4
_EVERYDAY_COMPANY, _COMPANY = 2, 9

_WORD = re.compile(r"[가-힣]+|[A-Za-z][A-Za-z0-9&\-]*[A-Za-z0-9]")
_PARTICLE = re.compile(
    r"(?:으로부터|로부터|에게서|에서는|에서도|에서의|에서|에게|에도|에는|에만|에|으로는|으로도|으로|로는|로도|로서|로써|이라는"
    r"|이라고|이라며|이라|라는|라고|라며|이었다|였다|이다|입니다|이며|이고|이자|이란|까지|부터|보다|처럼|만큼|마저|조차|뿐만|뿐"
    r"|대로|같은|들이|들은|들을|들의|들|은|는|이|가|을|를|의|와|과|도|만|며|로)$"
)
_ENDING = re.compile(
    r"(?:하겠다고|하겠다|한다는|한다고|한다|했다고|했다는|했다|했으며|했습니다|합니다|하기로|하는|하며|하고|하면서|하면|하려는"
    r"|하던|해온|해|할|한|함|됐다고|됐다|됐으며|된다|되며|되고|되는|되면서|될|된|돼|됐습니다|됩니다|시켰다|시킨다|시키는|시켜"
    r"|받았다|받는다|받은|받아)$"
)


class _Bridge(NamedTuple):
    """The subjects and their weights, companies that are in the news every day, English words that
    say nothing."""

    subjects: Terms
    weights: tuple[int, ...]
    everyday: frozenset[str]
    empty: frozenset[str]


@cache
def _bridge() -> _Bridge:
    loaded = tomllib.loads(BRIDGE.read_text("utf-8"))
    everyday, empty = frozenset(loaded.pop("everyday")), frozenset(loaded.pop("empty"))
    groups, weights = [], []
    for name, lines in loaded.items():
        groups += lines
        weights += [int(name.rpartition("-")[2])] * len(lines)
    return _Bridge(Terms(groups), tuple(weights), everyday, empty)


@cache
def _weights() -> dict[str, int]:
    lines = (line.split() for line in WEIGHTS.read_text("utf-8").splitlines())
    return {word: int(weight) for weight, *words in lines for word in words}


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A Hangul word without particle and 하다 ending, at most `SYLLABLES` long; never less than two."""
    if len(cut := _ENDING.sub("", word)) >= 2:
        word = cut
    if len(cut := _PARTICLE.sub("", word)) >= 2:
        word = cut
    return word[:SYLLABLES]


_key = lru_cache(maxsize=100_000)(term_key)


def keyterms(document: Document, hits: Sequence[Hit], ids: Sequence[str]) -> tuple[int, ...]:
    """At most `MOST` packed `db.terms.Term`, ascending. ``ids`` are the companies' by their place."""
    named: dict[int, list[Hit]] = {}
    for hit in hits:
        named.setdefault(hit.sentence, []).append(hit)
    found: dict[int, Term] = {}
    for place, sentence in enumerate(document.sentences[: SENTENCES + 1]):
        text = sentence.text[:LETTERS]
        for kind, name, weight in _terms(text, named.get(place, ()), ids):
            key = _key(f"{kind:d}{name}")
            before = found.get(key)
            headline = place == 0 or (before is not None and before.headline)
            if before is not None:
                weight = max(weight, before.weight)
            found[key] = Term(key, kind, min(weight, HEAVIEST), headline)
    chosen = sorted(found.values(), key=_rank)[:MOST]
    return tuple(sorted(term.packed() for term in chosen))


def _rank(term: Term) -> tuple[bool, int, int]:
    return term.kind is not TermKind.COMPANY, -(term.weight + 2 * term.headline), term.key


def _terms(
    text: str, hits: Iterable[Hit], ids: Sequence[str]
) -> Iterator[tuple[TermKind, str, int]]:
    bridge = _bridge()
    plain = text
    for hit in hits:
        name = ids[hit.company]
        yield TermKind.COMPANY, name, _EVERYDAY_COMPANY if name in bridge.everyday else _COMPANY
        plain = plain[: hit.start] + " " * (hit.end - hit.start) + plain[hit.end :]
    for subject in bridge.subjects.found(text):
        yield TermKind.SUBJECT, str(subject), bridge.weights[subject]
    for amount in amounts(text):
        yield TermKind.MONEY if amount.money else TermKind.NUMBER, amount.key, amount.weight
    weights = _weights()
    for match in _WORD.finditer(plain[:LETTERS]):
        word = match.group()
        if "가" <= word[0] <= "힣":
            if len(word) > 1:
                word = stem(word)
                weight = weights.get(word, _UNSEEN)
                if weight >= _LIGHTEST:
                    yield TermKind.WORD, word, weight
            continue
        lower = word.lower()
        if lower not in bridge.empty:
            if lower.endswith("s") and len(lower) > 4:
                lower = lower[:-1]
            yield TermKind.WORD, lower, _NAME if word[0].isupper() else _LATIN
