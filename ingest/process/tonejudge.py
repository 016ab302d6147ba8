"""Tone of an article and towards each company: the rules' reading, weighed by the tone network.

The network sees what the rules saw (cues and whom they give them to) and the words around the
names. Evidence is the rules': a number alone would explain nothing to a reader.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from db.model import Tone
from ingest.process.companies import Hit
from ingest.process.document import Document
from ingest.process.particles import HANGUL
from ingest.process.rules import ToneFile
from ingest.process.tone import MAX_SENTENCES, Judged, Reading, ToneRules, Verdict
from ingest.process.toneinput import (
    LEAD_SENTENCES,
    Example,
    Floats,
    Line,
    Rated,
    Reader,
    Span,
    Vocabulary,
    Weight,
    roles,
)
from ingest.process.tonemodel import ToneModel

TONES = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE)
MOST_COMPANIES = 4
"""Companies of one article that the network judges. What else a list or a late paragraph names is
left to the rules: it is seldom more than background."""


_SURE = 1.5
"""raw score from which on the rules are sure of an article's tone"""
AGREEMENT = 0.3
"""How much the tones of its companies count for the article's own."""


class ToneJudge:
    """``model``: None judges by the rules alone."""

    def __init__(self, rules: ToneFile, model: ToneModel | None) -> None:
        self._rules = ToneRules(rules)
        self._model = model

    def judge(self, document: Document, hits: Sequence[Hit]) -> tuple[Judged, dict[int, Judged]]:
        """The article's tone and that of each company in ``hits``, by its place in the dictionary."""
        reading = self._rules.read(document, hits)
        if reading is None:
            unrated = Judged(Tone.UNRATED, 0.0)
            return unrated, dict.fromkeys((hit.company for hit in hits), unrated)
        article, judged = self._rules.judged(reading)
        # the network was trained on Korean
        if self._model is None or not HANGUL.search(document.title.text):
            return article, judged
        companies, examples = examples_of(document, hits, reading, self._model)
        if not examples:
            return article, judged
        logits = self._model.logits(examples)
        if companies:
            # an article says in the main what it says of its companies
            logits[0] += AGREEMENT * logits[1:].mean(axis=0)
        judged |= {
            company: judged_by(row, reading.companies[company])
            for company, row in zip(companies, logits[1:], strict=True)
        }
        own = judged_by(logits[0], reading.article)
        return agreeing(own, article, reading, [judged[company] for company in companies]), judged


def agreeing(
    own: Judged, by_rules: Judged, reading: Reading, companies: Sequence[Judged]
) -> Judged:
    """The article's tone, which does not contradict its companies without a reason.

    Where all of ``companies`` (those that the network judged) share one tone, the article cannot have
    the opposite one; and it has theirs where the rules are sure of it too.
    """
    if len({company.tone for company in companies}) != 1:
        return own
    tone = companies[0].tone
    opposite = {own.tone, tone} == {Tone.POSITIVE, Tone.NEGATIVE}
    sure = tone is by_rules.tone and abs(reading.article.score) >= _SURE
    if own.tone is tone or not (opposite or sure):
        return own
    score = sum(company.score for company in companies) / len(companies)
    return Judged(tone, round(score, 3), reading.article.evidence(tone))


def examples_of(
    document: Document, hits: Sequence[Hit], reading: Reading, vocabulary: Vocabulary
) -> tuple[list[int], list[Example]]:
    """The companies that the network judges, and what it sees: first the article, then each.

    Nothing for a text in which there is no word at all.
    """
    numbers = {company: number for number, company in enumerate(reading.companies)}
    # the headline says it; where it names nobody, the first sentence that does, or else the first.
    # Kiwi and the network cost most of an article's time, and a second sentence taught them nothing
    named = {hit.sentence for hit in hits if hit.sentence <= MAX_SENTENCES}
    later = [] if 0 in named else sorted(named) or range(1, len(document.sentences))
    lines = [
        _line(document.sentences[place].text, place, hits, reading, numbers)
        for place in (0, *later[:LEAD_SENTENCES])
    ]
    reader = Reader(lines, vocabulary)
    judged = {hit.company for hit in hits if not hit.comparison}
    companies: list[int] = []
    examples = [reader.example(None, Rated(reading.article.score, len(numbers)))]
    if not len(examples[0].tokens):
        return [], []
    for company, number in numbers.items():
        if company in judged and len(companies) < MOST_COMPANIES:
            place = roles(lines[0], number, outsider=reading.outsider)
            rated = Rated(reading.companies[company].score, len(numbers), place)
            example = reader.example(number, rated)
            if example.marks_target():
                companies.append(company)
                examples.append(example)
    return companies, examples


def _line(
    text: str, place: int, hits: Sequence[Hit], reading: Reading, numbers: dict[int, int]
) -> Line:
    spans: dict[tuple[int, int], list[int]] = {}
    for hit in hits:
        if hit.sentence == place:
            spans.setdefault((hit.start, hit.end), []).append(numbers[hit.company])
    # comparisons stand among the shares only
    found = {(cue.start, cue.end): cue.weight for cue in reading.cues.get(place, ())}
    given = {key[1:]: parts for key, parts in reading.shares.items() if key[0] == place}
    weights = [
        Weight(
            start,
            end,
            found.get((start, end), 0.0),
            {numbers[company]: part for company, part in given.get((start, end), {}).items()},
        )
        for start, end in sorted({*found, *given})
    ]
    return Line(
        text,
        [Span(start, end, tuple(owned)) for (start, end), owned in sorted(spans.items())],
        weights,
    )


def judged_by(logits: Floats, verdict: Verdict) -> Judged:
    """The likeliest tone. The score is the margin of positive over negative, -1 … 1."""
    powers = np.exp(logits - logits.max())
    shares = powers / powers.sum()
    tone = TONES[int(logits.argmax())]
    return Judged(tone, round(float(shares[0] - shares[2]), 3), verdict.evidence(tone))
