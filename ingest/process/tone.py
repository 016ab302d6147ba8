"""What the rules say of the tone: the cues of the clauses that speak about each company.

Cues (`cues`) are given to the company that Korean word order makes their subject, comparisons give
both sides their share. No cue means neutral; a text in a language that the lexicon does not know is
unrated. `tonejudge` weighs this with the tone network; the evidence that users see comes from here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from db.model import Evidence, Tone
from ingest.process.companies import Hit
from ingest.process.cues import Contrast, Cue, CueFinder, is_adnominal
from ingest.process.document import Document, Sentence, Where
from ingest.process.particles import HANGUL
from ingest.process.rules import ToneFile

MAX_SENTENCES = 12
"""Sentences of the text that are judged for one article; news says what matters first."""
MAX_EVIDENCE = 5
_CONTEXT = 60
_WEIGHTS: dict[Where, float] = {"title": 2.0, "summary": 0.8, "body": 0.6}
_SCALE = 2.5
_OUTSIDER = 0.1
_OBLIQUE = 0.45
_BREAK = re.compile(r"[…?!;|]|[.](?=\s|$)|(?:지만|는데|으나|반면|면서|으며|하며|되며|고)(?=[\s,])")
_JOINED = re.compile(r"[\s\d.%'\"()]*(?:[·/&+∙-]|와|과|및|나|vs)[\s'\"]*(?:美|日|中|韓)?")
_LISTED = re.compile(r"[\s\d.%'\"()]*,\s?['\"]?(?:美|日|中|韓)?|\s")
_TOPIC_PARTICLE = re.compile(r"['\"]?[은는]\s")
_OBLIQUE_AFTER = re.compile(
    r"['\"]?(?:에서|에게|에|와|과|로부터|로|향|向|發|발|급|표|판|식|용|부터|보다|처럼|외|\))(?![가-힣]*(?:도|만)?\s*주가)"
)
_TOPIC = re.compile(
    r"(?:\[[^\]]{0,20}\]\s*|\([^)]{0,10}\)\s*)*(?P<name>[^\s,…\"'\[\]][^,…?!\"']{0,18}),\s?"
)
_NO_TOPIC = re.compile(
    r"증권|월가|외국인|외인|개미|기관|정부|업계|전문가|반도체|메모리|코스피|캐피탈|펀드|연금|자산|운용|은행|투자"
    r"|그룹|골드만|모건|블랙록|씨티|[%\d]|美|日|中"
)


@dataclass(slots=True)
class Verdict:
    """Running sum for one company or for the article. ``cues`` in the order of their finding."""

    score: float = 0.0
    cues: list[Evidence] = field(default_factory=list)

    def add(self, weight: float, cue: Cue | Contrast, sentence: Sentence) -> None:
        self.score += weight * _WEIGHTS[sentence.where]
        self.cues.append(evidence(weight, cue, sentence))

    def tone(self, threshold: float) -> tuple[Tone, float]:
        """Tone and score in -1 … 1, rounded so that every machine stores the same."""
        score = round(math.tanh(self.score / _SCALE), 3)
        if self.score >= threshold:
            return Tone.POSITIVE, score
        if self.score <= -threshold:
            return Tone.NEGATIVE, score
        return Tone.NEUTRAL, score

    def evidence(self, tone: Tone) -> tuple[Evidence, ...]:
        """The cues that speak for ``tone`` first."""
        unique = list(dict.fromkeys(self.cues))
        unique.sort(key=lambda cue: cue.tone is not tone)
        return tuple(unique[:MAX_EVIDENCE])


@dataclass(frozen=True, slots=True)
class Judged:
    """Tone, score and evidence of one company or of the article."""

    tone: Tone
    score: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Companies that are named side by side (삼성전자·SK하이닉스) and share what is said."""

    start: int
    end: int
    companies: tuple[int, ...]
    oblique: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules found: verdicts of the article and of each company by its place in the
    dictionary; per sentence the cues, and for each cue the part that each company was given.
    ``outsider``: the headline speaks about somebody whom the dictionary does not know."""

    article: Verdict
    companies: dict[int, Verdict]
    cues: dict[int, list[Cue]]
    shares: dict[tuple[int, int, int], dict[int, float]]
    """(sentence, start, end) of a cue or comparison → company → weight"""
    outsider: bool


class ToneRules:
    def __init__(self, rules: ToneFile) -> None:
        self._rules = rules
        self._finder = CueFinder(rules)

    def judged(self, reading: Reading) -> tuple[Judged, dict[int, Judged]]:
        """The verdicts as tones."""
        threshold = self._rules.threshold
        judged = {}
        for company, verdict in reading.companies.items():
            tone, score = verdict.tone(threshold)
            judged[company] = Judged(tone, score, verdict.evidence(tone))
        tone, score = reading.article.tone(threshold)
        return Judged(tone, score, reading.article.evidence(tone)), judged

    def read(self, document: Document, hits: Sequence[Hit]) -> Reading | None:
        """The verdicts before they become tones; None for a text that cannot be judged."""
        companies = list(dict.fromkeys(hit.company for hit in hits))
        if not _readable(document):
            return None
        article = Verdict()
        verdicts = {company: Verdict() for company in companies}
        by_sentence: dict[int, list[Hit]] = {}
        for hit in hits:
            by_sentence.setdefault(hit.sentence, []).append(hit)
        found: dict[int, list[Cue]] = {}
        shares: dict[tuple[int, int, int], dict[int, float]] = {}
        outsider = False
        for place, sentence in enumerate(document.sentences[: MAX_SENTENCES + 1]):
            inside = by_sentence.get(place, [])
            spans = [(hit.start, hit.end) for hit in inside]
            cues = self._finder.find(sentence.text, spans)
            if place <= 2:
                for cue in cues:
                    article.add(cue.weight, cue, sentence)
            groups = grouped(sentence.text, [hit for hit in inside if not hit.comparison])
            if inside and place == 0:
                outsider = bool(groups) and _outsider(sentence.text, groups)
            if inside:
                found[place] = cues
            if groups:
                for company, weight, reason in self._attribute(
                    sentence, inside, groups, cues, outsider=outsider and place == 0
                ):
                    verdicts[company].add(weight, reason, sentence)
                    parts = shares.setdefault((place, reason.start, reason.end), {})
                    parts[company] = parts.get(company, 0.0) + weight
            elif place == 0:
                found[place] = cues
        # the article's own cues, weighed with the tones of its companies so that both agree
        if verdicts:
            scores = [verdict.tone(self._rules.threshold)[1] for verdict in verdicts.values()]
            article.score = 0.7 * article.score + 0.8 * sum(scores) / len(scores)
        return Reading(article, verdicts, found, shares, outsider)

    def _attribute(
        self,
        sentence: Sentence,
        hits: Sequence[Hit],
        groups: Sequence[Group],
        cues: Sequence[Cue],
        *,
        outsider: bool,
    ) -> Iterator[tuple[int, float, Cue | Contrast]]:
        """(company, weight, cue or comparison): what each company is given of a sentence."""
        text = sentence.text
        compared: list[tuple[int, int]] = []
        apart = grouped(text, [hit for hit in hits if not hit.comparison], lists=False)
        for contrast in self._finder.contrasts(text):
            if parts := _compare(contrast, text, apart):
                compared.append((contrast.start, contrast.end))
                yield from ((company, weight, contrast) for company, weight in parts)
        breaks = [match.end() for match in _BREAK.finditer(text)]
        for cue in cues:
            if any(start < cue.end and cue.start < end for start, end in compared):
                continue
            group, share = _target(text, cue, groups, breaks)
            if outsider:
                share *= _OUTSIDER
            for company in group.companies:
                yield company, cue.weight * min(share, 1.0), cue


def _compare(contrast: Contrast, text: str, groups: Sequence[Group]) -> list[tuple[int, float]]:
    """(company, weight) of both sides of a comparison; empty where it has no object."""
    before = [group for group in groups if group.end <= contrast.start]
    if not before or contrast.start - before[-1].end > 8:
        return []
    target = before[-1]
    subject = before[-2] if len(before) > 1 else None
    after = [group for group in groups if group.start >= contrast.end]
    if after and (
        subject is None or is_adnominal(contrast.words, text[contrast.end : after[0].start])
    ):
        subject = after[0]
    if subject is None and contrast.subject > 0 and contrast.object > -1:
        return []
    parts = [(company, contrast.object) for company in target.companies]
    if subject is not None:
        parts += [
            (company, contrast.subject)
            for company in subject.companies
            if company not in target.companies
        ]
    return parts


def evidence(weight: float, cue: Cue | Contrast, sentence: Sentence) -> Evidence:
    """A cue with at most 60 characters around it."""
    tone = Tone.POSITIVE if weight > 0 else Tone.NEGATIVE
    room = max(0, _CONTEXT - (cue.end - cue.start)) // 2
    start = max(0, cue.start - room)
    context = sentence.text[start : start + _CONTEXT].strip()
    return Evidence(cue.words, tone, sentence.where, context)


def grouped(text: str, hits: Sequence[Hit], *, lists: bool = True) -> list[Group]:
    """``hits`` of one sentence, those that stand side by side together.

    ``lists`` says whether a comma joins: "A, B 급등" speaks of both, "A, B 제치고" does not.
    """
    groups: list[Group] = []
    companies: list[int] = []
    start = end = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.company)):
        if companies and _side_by_side(text, end, hit, lists):
            companies.append(hit.company)
            end = hit.end
            continue
        if companies:
            groups.append(_group(text, start, end, companies))
        companies, start, end = [hit.company], hit.start, hit.end
    if companies:
        groups.append(_group(text, start, end, companies))
    return groups


def _side_by_side(text: str, end: int, hit: Hit, lists: bool) -> bool:
    if hit.start < end or _JOINED.fullmatch(text, end, hit.start):
        return True
    listed = lists and _LISTED.fullmatch(text, end, hit.start) is not None
    return listed and _TOPIC_PARTICLE.match(text, hit.end) is None


def _group(text: str, start: int, end: int, companies: Sequence[int]) -> Group:
    return Group(
        start, end, tuple(dict.fromkeys(companies)), _OBLIQUE_AFTER.match(text, end) is not None
    )


def _outsider(text: str, groups: Sequence[Group]) -> bool:
    """Whether a headline speaks about somebody whom the dictionary does not know: "갑을상사, …"."""
    topic = _TOPIC.match(text)
    if topic is None or _NO_TOPIC.search(topic["name"]):
        return False
    return groups[0].start >= topic.end()


def _target(
    text: str, cue: Cue, groups: Sequence[Group], breaks: Sequence[int]
) -> tuple[Group, float]:
    """The group that ``cue`` is about, and how surely (1 = certainly)."""
    for group in groups:
        if cue.end <= group.start and is_adnominal(cue.words, text[cue.end : group.start]):
            return group, 1.2
    clause_start = max((end for end in breaks if end <= cue.start), default=0)
    clause_end = min((end for end in breaks if end >= cue.end), default=len(text))
    inside = [group for group in groups if clause_start <= group.start < clause_end]
    before = [group for group in inside if group.end <= cue.start]
    subjects = [group for group in before if not group.oblique]
    if subjects:
        return subjects[-1], 1.0
    if before:
        earlier = [g for g in groups if g.end <= clause_start and not g.oblique]
        if earlier:
            return earlier[-1], 0.8
        return before[-1], _OBLIQUE
    after = [group for group in inside if group.start >= cue.end]
    if after:
        return after[0], 0.7
    earlier = [group for group in groups if group.end <= cue.start]
    if earlier:
        plain = [group for group in earlier if not group.oblique]
        return (plain[-1], 0.8) if plain else (earlier[-1], _OBLIQUE)
    return groups[0], 0.6


def _readable(document: Document) -> bool:
    """Whether there are Korean or English words to judge by."""
    sample = " ".join(sentence.text for sentence in document.sentences[:3])
    return HANGUL.search(sample) is not None or re.search(r"[A-Za-z]{3}", sample) is not None
