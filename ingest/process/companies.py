"""Which companies a document names, where, and by which form.

One automaton holds every alias, pair and exclusion. Of the forms that may stand where they were
found (letter boundaries, particles), the leftmost and then longest one wins and swallows whatever
lies inside it; an exclusion that wins names nobody. Forms that are also ordinary words count only
where the context speaks for the company.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from ingest.process import morphs
from ingest.process.document import Document
from ingest.process.particles import HANGUL, LATIN, ends_word, splits_latin, starts_word
from ingest.process.phrases import Phrases
from ingest.process.rules import CompaniesFile, CompanyRules

_SCRIPT_BORDER = re.compile(r"(?<=[A-Za-z])(?=[가-힣])|(?<=[가-힣])(?=[A-Z])")
_LONG = 4
"""From this many letters on a Hangul name is recognised even if something is glued to it."""
_DOUBTFUL = 2
_NUMBER = re.compile(r"[\d,.십백천만]+$")
_COMPARISON = re.compile(
    r"(?:(?:한국|국산|중국|일본|대만|유럽|인도|미국|아시아)판|제\s?2의|제\s?3의|한국형|중국형|(?<![A-Za-z])K-"
    r"|포스트|업계의?|계의)\s?['\"]?$"
)


class Kind(Enum):
    ALIAS = auto()
    CONTEXT = auto()
    PRICE = auto()
    EXCLUSION = auto()


@dataclass(frozen=True, slots=True)
class Form:
    """One string that is looked for. ``companies`` are places in the dictionary."""

    text: str
    companies: tuple[int, ...]
    kind: Kind
    pair: bool = False

    @property
    def loose(self) -> bool:
        """Long enough to be itself whatever Hangul stands beside it."""
        return (
            self.kind is Kind.ALIAS and not self.pair and len(self.text.replace(" ", "")) >= _LONG
        )


class Reason(StrEnum):
    """Why a form was counted or not."""

    COUNTED = "counted"
    CONFIRMED = "confirmed"
    """a form that needs context, and has it"""
    EXCLUSION = "exclusion"
    """a longer word that is not the company: it names nobody and swallows what lies inside it"""
    INSIDE = "inside"
    """lies inside a form that was taken before"""
    GLUED = "glued"
    """letters stand beside it that make it another word"""
    AGAINST = "against"
    """the sentence or the headline speaks of something else"""
    NO_CONTEXT = "no_context"
    """needs context, and nothing near speaks for the company"""
    WORD = "word"
    """Kiwi reads a longer word here"""


@dataclass(frozen=True, slots=True)
class Note:
    """One form that was found, and what became of it. ``by`` is the word that decided, if one did."""

    form: Form
    sentence: int
    start: int
    end: int
    reason: Reason
    by: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One naming of one company: ``sentence`` is a place in the document, positions are in its text."""

    company: int
    sentence: int
    start: int
    end: int
    surface: str
    comparison: bool = False
    """named as a yardstick only: 제2의 엔비디아"""


class CompanyFinder:
    """Companies are known by their place in ``rules.company``."""

    def __init__(self, rules: CompaniesFile) -> None:
        self.rules = rules
        self._forms = list(_forms(rules))
        self._phrases = Phrases([form.text for form in self._forms])
        self._context = Phrases(rules.context)
        self._own_context = [Phrases(company.context) for company in rules.company]
        self._against = [Phrases(company.against) for company in rules.company]

    def find(self, document: Document, notes: list[Note] | None = None) -> list[Hit]:
        """Every naming, in reading order. ``notes`` is filled with what became of every form."""
        sure: list[Hit] = []
        doubtful: list[tuple[Form, Hit]] = []
        for place, sentence in enumerate(document.sentences):
            for form, start, end in self._stand(sentence.text, place, notes):
                if not form.loose and (word := self._against_it(form, sentence.text, document)):
                    if notes is not None:
                        notes.append(Note(form, place, start, end, Reason.AGAINST, word))
                    continue
                hits = _hits(form, place, sentence.text, start, end)
                if form.kind is Kind.CONTEXT:
                    doubtful.extend((form, hit) for hit in hits)
                else:
                    sure.extend(hits)
                    if notes is not None:
                        notes.append(Note(form, place, start, end, Reason.COUNTED))
        if doubtful:
            sure.extend(self._confirmed(doubtful, sure, document, notes))
            sure.sort(key=lambda hit: (hit.sentence, hit.start, hit.company))
        return sure

    def _stand(
        self, text: str, place: int, notes: list[Note] | None
    ) -> Iterator[tuple[Form, int, int]]:
        """Forms that may stand where they were found, without overlaps and without exclusions."""
        taken = 0
        for index, start, end in self._phrases.candidates(text):
            form = self._forms[index]
            if start < taken:
                reason = Reason.INSIDE
            elif not _may_stand(form, text, start, end):
                reason = Reason.GLUED
            else:
                taken = end
                if form.kind is not Kind.EXCLUSION:
                    yield form, start, end
                    continue
                reason = Reason.EXCLUSION
            if notes is not None:
                notes.append(Note(form, place, start, end, reason))

    def _against_it(self, form: Form, text: str, document: Document) -> str:
        """A word near that speaks of something else, such as baseball; "" if there is none."""
        near = (text, document.title.text)
        words = (
            _first(self._against[company], part) for company in form.companies for part in near
        )
        return next(filter(None, words), "")

    def _confirmed(
        self,
        doubtful: Sequence[tuple[Form, Hit]],
        sure: Sequence[Hit],
        document: Document,
        notes: list[Note] | None,
    ) -> Iterator[Hit]:
        """The doubtful hits that their surroundings confirm. Confirmed ones confirm nothing else."""
        named = {hit.company for hit in sure}
        nouns: dict[int, list[tuple[int, int]]] = {}
        named_near: dict[int, set[int]] = {}
        for hit in sure:
            named_near.setdefault(hit.sentence, set()).add(hit.company)
        for form, hit in doubtful:
            text = document.sentences[hit.sentence].text
            near = f"{document.title.text} {text}" if hit.sentence else text
            others = named_near.get(0, set()) | named_near.get(hit.sentence, set())
            word = self._context_of(form, hit, near, named, others - {hit.company})
            reason = Reason.CONFIRMED
            if not word:
                reason = Reason.NO_CONTEXT
            elif hit.company not in named and _inside_word(text, hit, nouns):
                reason = Reason.WORD
            if notes is not None:
                notes.append(Note(form, hit.sentence, hit.start, hit.end, reason, word))
            if reason is Reason.CONFIRMED:
                yield hit

    def _context_of(
        self, form: Form, hit: Hit, near: str, named: Collection[int], others: Collection[int]
    ) -> str:
        """What speaks for the company: its own sure name, a word of its context, another company."""
        rules = self.rules.company
        if hit.company in named:
            return rules[hit.company].name_ko
        own = (_first(self._own_context[company], near) for company in form.companies)
        if word := next(filter(None, own), ""):
            return word
        if rules[hit.company].own_context_only:
            return ""
        return rules[min(others)].name_ko if others else _first(self._context, near)


def spellings(alias: str) -> list[str]:
    """``alias`` with and without spaces where both are written: SK하이닉스, SK 하이닉스."""
    forms = [alias]
    if " " in alias and HANGUL.search(alias):
        forms.append(alias.replace(" ", ""))
    elif spaced := _SCRIPT_BORDER.sub(" ", alias):
        forms.append(spaced)
    return list(dict.fromkeys(forms))


def _forms(rules: CompaniesFile) -> Iterator[Form]:
    """Earlier forms win over equal later ones: aliases over exclusions."""
    place = {company.id: index for index, company in enumerate(rules.company)}
    for index, company in enumerate(rules.company):
        for alias in company.aliases:
            yield from _spelled(alias, (index,), Kind.ALIAS)
    for pair in rules.pair:
        companies = tuple(place[company] for company in pair.companies)
        kind = Kind.CONTEXT if pair.needs_context else Kind.ALIAS
        for text in pair.forms:
            yield Form(text, companies, kind, pair=True)
    for index, company in enumerate(rules.company):
        for alias in company.context_aliases:
            yield from _spelled(alias, (index,), Kind.CONTEXT)
        for nickname in company.price_nicknames:
            yield Form(nickname, (index,), Kind.PRICE)
    for exclusion in (*rules.exclusions, *_exclusions(rules.company)):
        yield Form(exclusion, (), Kind.EXCLUSION)


def _spelled(alias: str, companies: tuple[int, ...], kind: Kind) -> Iterator[Form]:
    return (Form(text, companies, kind) for text in spellings(alias))


def _exclusions(companies: Iterable[CompanyRules]) -> Iterator[str]:
    return (exclusion for company in companies for exclusion in company.exclusions)


def _may_stand(form: Form, text: str, start: int, end: int) -> bool:
    if splits_latin(text, start, end):
        return False
    if form.kind is Kind.EXCLUSION:
        return True
    if form.kind is Kind.PRICE:
        return _NUMBER.search(text[max(0, start - 6) : start]) is not None and ends_word(text, end)
    if HANGUL.match(text[start]) and not form.loose:
        if LATIN.match(text[start - 1 : start]) or not starts_word(text, start):
            return False
    elif text[start - 1 : start].isdigit():
        return False
    if (
        form.kind is Kind.CONTEXT
        and HANGUL.match(text[end - 1])
        and LATIN.match(text[end : end + 1])
    ):
        return False  # 삼성SDI: an affiliate
    return form.loose or ends_word(text, end)


def _hits(form: Form, sentence: int, text: str, start: int, end: int) -> Iterator[Hit]:
    if form.kind is Kind.PRICE and (number := _NUMBER.search(text[max(0, start - 6) : start])):
        start -= len(number.group())
    comparison = _COMPARISON.search(text[max(0, start - 10) : start]) is not None
    for company in form.companies:
        yield Hit(company, sentence, start, end, text[start:end], comparison)


def _first(phrases: Phrases, text: str) -> str:
    """The first of ``phrases`` in ``text``, as written there; "" if there is none."""
    found = next(phrases.overlapping(text), None)
    return text[found.start : found.end] if found else ""


def _inside_word(text: str, hit: Hit, nouns: dict[int, list[tuple[int, int]]]) -> bool:
    """Whether Kiwi reads a longer word where a short name with a particle was found (고영은).

    ``nouns`` keeps what Kiwi said of a sentence, so that each is asked about once.
    """
    if hit.end - hit.start > _DOUBTFUL or not HANGUL.match(text[hit.end : hit.end + 1]):
        return False
    if hit.sentence not in nouns:
        nouns[hit.sentence] = [
            (morph.start, morph.end)
            for morph in morphs.analyse(text)
            if morph.tag.startswith("NN") and morph.end - morph.start > 1
        ]
    return any(start < hit.end < end for start, end in nouns[hit.sentence])
