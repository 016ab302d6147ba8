"""Terms of a headline: its content nouns, compounds and model names, for the page of keywords.

Nouns that touch each other are one term (실증센터, HBM4, 2나노), as in the headline, so that a
product keeps its number. Company names are left out: they have pages of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.process import morphs
from ingest.process.companies import Hit
from ingest.process.document import Document
from ingest.process.morphs import Morph
from ingest.process.particles import HANGUL
from ingest.process.rules import KeywordsFile
from ingest.process.toneinput import MAX_LETTERS, Line, Span, masked, placeholder

MAX_TERMS = 12
LONGEST = 30
"""Letters of a term. What is longer is an address or a slip."""

_NOUNS = ("NNG", "NNP", "SL", "SN", "XPN", "XSN", "XR")
_LOOSE = frozenset({"용", "들", "님", "형", "적", "급", "발", "별", "당", "측", "상", "간"})
"""suffixes that say nothing of the thing itself"""
_MASK = re.compile(re.escape(placeholder(0)[:-1]) + "[A-Z]")
_NUMBER = re.compile(r"\d[\d.,]*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.+][A-Za-z0-9]+)*")
_HANJA = re.compile(r"[一-鿿]")


class KeywordFinder:
    def __init__(self, rules: KeywordsFile) -> None:
        self._stop = frozenset(word.casefold() for word in rules.stop)
        self._stop_en = frozenset(rules.stop_en)
        self._units = frozenset(rules.units)

    def find(self, document: Document, hits: Sequence[Hit], outlet: str) -> tuple[str, ...]:
        """At most `MAX_TERMS` terms of the headline, in reading order, each once."""
        line = _title(document, hits)
        text = masked(line)[0]
        read = self._korean if HANGUL.search(line.text) else self._english
        own = outlet.casefold()
        found: dict[str, str] = {}
        for word in read(text[:MAX_LETTERS]):
            key = word.casefold()
            if 2 <= len(word) <= LONGEST and key not in self._stop and key not in own:
                found.setdefault(key, word)
        return tuple(found.values())[:MAX_TERMS]

    def _korean(self, text: str) -> Iterator[str]:
        # the tone network has read the same text: its analysis is remembered
        for chunk in _chunks(morphs.analyse(text)):
            while chunk and (
                (chunk[-1].tag == "XSN" and chunk[-1].form in _LOOSE) or chunk[-1].tag == "XPN"
            ):
                chunk.pop()
            if len(chunk) > 1 and chunk[-1].form == "서":
                # 서울서, 판교서: where something happened
                chunk.pop()
            if not chunk:
                continue
            word = text[chunk[0].start : chunk[-1].end]
            if _HANJA.search(word) or _MASK.search(word):
                continue
            if number := _NUMBER.match(word):
                # 2나노 is a thing, 10조 and 3분기 are amounts and dates
                if word[number.end() :] not in self._units:
                    continue
            elif word.isascii():
                # hbm4 and HBM4 are one
                word = word.upper() if word.islower() else word
            yield word

    def _english(self, text: str) -> Iterator[str]:
        for word in _LATIN.findall(text):
            plain = word.lower()
            if _MASK.fullmatch(word) or plain in self._stop_en or len(word) < 3:
                continue
            # names of things keep their form: HBM4, DeepSeek
            yield word if word[1:] != word[1:].lower() or any(map(str.isdigit, word)) else plain


def _chunks(found: Iterable[Morph]) -> Iterator[list[Morph]]:
    """Runs of nouns without anything between them."""
    chunk: list[Morph] = []
    for morph in found:
        noun = morph.tag.split("-")[0] in _NOUNS
        if chunk and not (noun and morph.start == chunk[-1].end):
            yield chunk
            chunk = []
        if noun:
            chunk.append(morph)
    if chunk:
        yield chunk


def _title(document: Document, hits: Sequence[Hit]) -> Line:
    """The headline with its companies, numbered as the tone network numbers them."""
    numbers = {c: n for n, c in enumerate(dict.fromkeys(hit.company for hit in hits))}
    spans: dict[tuple[int, int], list[int]] = {}
    for hit in hits:
        if hit.sentence == 0:
            spans.setdefault((hit.start, hit.end), []).append(numbers[hit.company])
    return Line(
        document.title.text,
        [Span(start, end, tuple(owned)) for (start, end), owned in sorted(spans.items())],
    )
