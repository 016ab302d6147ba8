"""How far an article is about AI semiconductors: points from terms and companies, then 0 … 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from db.model import Reason
from ingest.process.companies import Hit
from ingest.process.document import Document
from ingest.process.phrases import Terms
from ingest.process.rules import CompaniesFile, RelevanceFile

MAX_SENTENCES = 8
"""Sentences of the text that are read: what an article is about stands at its begin."""
MAX_REASONS = 8
_LONGEST = 80
_STEEP = 4.0


class RelevanceJudge:
    def __init__(self, rules: RelevanceFile, companies: CompaniesFile) -> None:
        self._rules = rules
        self._terms = Terms((group.terms for group in rules.group), rules.exclusions)
        self._points = [
            rules.companies.get(company.id, rules.segments.get(company.segment, 0.0))
            for company in companies.company
        ]

    def reasons(self, document: Document, hits: Sequence[Hit]) -> list[tuple[str, float]]:
        """What speaks for and against, as written, with its points.

        Each group counts once in the headline and once in the text; of the companies, the best.
        """
        rules = self._rules
        found: list[tuple[str, float]] = []
        parts = ((document.title,), document.text[:MAX_SENTENCES])
        for in_title, sentences in zip((True, False), parts, strict=True):
            terms: dict[int, dict[str, None]] = {}
            for sentence in sentences:
                for group, word in self._terms.words(sentence.text):
                    terms.setdefault(group, {})[word] = None
            for place, words in terms.items():
                group_rules = rules.group[place]
                points = group_rules.title if in_title else group_rules.text
                if points:
                    found.append((", ".join(words), points))
        best = max(
            (
                (self._points[hit.company] * (rules.text_share if hit.sentence else 1), hit.surface)
                for hit in hits
                if hit.sentence <= MAX_SENTENCES
            ),
            default=(0.0, ""),
        )
        return [*found, (best[1], best[0])] if best[0] > 0 else found

    def judge(
        self, document: Document, hits: Sequence[Hit]
    ) -> tuple[bool, float, tuple[Reason, ...]]:
        """Whether the article is relevant, a score that is 0.5 or more exactly then, and why."""
        reasons = self.reasons(document, hits)
        # rounded, since sums of decimal fractions miss the threshold by a hair
        points = round(sum(points for _, points in reasons) - self._rules.threshold, 6)
        score = round(1 / (1 + math.exp(-max(-20.0, min(20.0, _STEEP * points)))), 3)
        weightiest = sorted(reasons, key=lambda reason: -abs(reason[1]))[:MAX_REASONS]
        return (
            points >= 0,
            score if points >= 0 else min(score, 0.499),
            tuple(Reason(words[:_LONGEST], round(points, 3)) for words, points in weightiest),
        )
