"""Which words of a sentence speak well or ill, after direction, negation and concession."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingest.process.particles import HANGUL, LATIN
from ingest.process.phrases import Found, Phrases
from ingest.process.rules import CueRules, ToneFile
from ingest.process.verbs import begins

_REACH = 10
"""Characters within which a burden, a relief, a negation or a concession belongs to a cue."""
_NEGATION_REACH = 8
_CONCEDED = 0.25
_NEGATED_BAD = 0.6
_NEGATED_GOOD = 0.9
_ASKED = 0.6
_PAUSE = re.compile(r"[…?!;|]|[.,](?=\s)")
_ADNOMINAL = re.compile(r"(?P<ending>[가-힣]{0,3})['\"]?\s['\"]?")
_FINAL_N = 4
"""place of ㄴ among the final consonants: the ending of attributes"""


@dataclass(frozen=True, slots=True)
class Cue:
    """``weight`` above 0 speaks well. ``text[start:end]`` are the words that say so."""

    start: int
    end: int
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """A comparison of two companies, found at ``start``."""

    start: int
    end: int
    subject: float
    object: float
    words: str


class CueFinder:
    """Finds the cues of tone.toml in `document.normal` sentences."""

    def __init__(self, rules: ToneFile) -> None:
        self.rules = rules
        self._cues: list[tuple[CueRules, bool] | None] = [None] * len(rules.exclusions)
        texts = list(rules.exclusions)
        for cue in rules.cue:
            for form in cue.forms:
                texts.append(form)
                self._cues.append((cue, False))
            for verb in cue.verbs:
                for begin in begins(verb):
                    texts.append(begin)
                    self._cues.append((cue, True))
        self._phrases = Phrases(texts)
        self._contrasts = [(rule, form) for rule in rules.contrast for form in rule.forms]
        self._contrast_phrases = Phrases([form for _, form in self._contrasts])
        self._burdens = Phrases(rules.burdens)

    @cached_property
    def _reliefs(self) -> re.Pattern[str]:
        return _any_of(self.rules.reliefs)

    @cached_property
    def _negations(self) -> re.Pattern[str]:
        return _any_of(self.rules.negations)

    @cached_property
    def _concessions(self) -> re.Pattern[str]:
        return _any_of(self.rules.concessions)

    def find(self, text: str, names: Sequence[tuple[int, int]] = ()) -> list[Cue]:
        """Cues in reading order. What lies inside ``names`` (spans of companies) is none."""
        found: list[tuple[Found, CueRules]] = []
        taken = 0
        for candidate in self._phrases.candidates(text):
            entry = self._cues[candidate.phrase]
            if candidate.start < taken or _touches(candidate, names):
                continue
            if entry is None:
                taken = candidate.end
                continue
            rule, word_start = entry
            if not _may_stand(text, candidate, word_start):
                continue
            taken = candidate.end
            found.append((candidate, rule))
        return self._weigh(text, found)

    def contrasts(self, text: str) -> list[Contrast]:
        """Comparisons in reading order."""
        return [
            Contrast(start, end, rule.subject, rule.object, text[start:end])
            for index, start, end in self._contrast_phrases.longest(text)
            for rule in [self._contrasts[index][0]]
        ]

    def _weigh(self, text: str, found: Sequence[tuple[Found, CueRules]]) -> list[Cue]:
        if not found:
            return []
        burdens = self._burdens.longest(text)
        cues: list[Cue] = []
        for place, (span, rule) in enumerate(found):
            weight = rule.weight
            start = span.start
            if rule.direction is not None:
                weight = abs(weight) if rule.direction == "up" else -abs(weight)
                burden = _just_before(text, span.start, burdens)
                if burden is not None:
                    weight = -weight
                    start = burden.start
                    # the burden itself is no cue any more: it says what rises or falls
                    cues = [
                        cue for cue in cues if cue.end <= burden.start or cue.start >= burden.end
                    ]
            following = found[place + 1][0].start if place + 1 < len(found) else len(text)
            weight = self._turned(text, span.end, weight, following)
            cues.append(Cue(start, span.end, weight, text[start : span.end]))
        if text.rstrip(" '\"").endswith("?"):
            cues = [replace(cue, weight=cue.weight * _ASKED) for cue in cues]
        return cues

    def _turned(self, text: str, end: int, weight: float, following: int) -> float:
        """``weight`` after what follows the cue closely, within its clause."""
        pause = _PAUSE.search(text, end, end + _REACH)
        rest = text[end : pause.start() if pause else end + _REACH]
        if weight < 0 and self._reliefs.search(rest):
            return _NEGATED_BAD * -weight
        if self._negations.search(rest[: min(_NEGATION_REACH, max(0, following - end) + 3)]):
            return -weight * (_NEGATED_GOOD if weight > 0 else _NEGATED_BAD)
        if self._concessions.search(rest):
            return weight * _CONCEDED
        return weight


def is_adnominal(words: str, between: str) -> bool:
    """Whether a cue is tied to the name after it: 급락한 삼성전자, 밀린 인텔.

    ``between`` is the text from the end of ``words`` to the name.
    """
    match = _ADNOMINAL.fullmatch(between)
    if match is None:
        return False
    last = match["ending"] or words
    return (ord(last[-1]) - ord("가")) % 28 == _FINAL_N if "가" <= last[-1] <= "힣" else False


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Any of ``words``; nothing when there are none."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _touches(found: Found, names: Sequence[tuple[int, int]]) -> bool:
    return any(start < found.end and found.start < end for start, end in names)


def _may_stand(text: str, found: Found, word_start: bool) -> bool:
    before, after = text[found.start - 1 : found.start], text[found.end : found.end + 1]
    if word_start or found.end - found.start == 1:
        return not HANGUL.match(before) or not HANGUL.match(text[found.start])
    if LATIN.match(text[found.start]) and LATIN.match(before):
        return False
    return not (LATIN.match(text[found.end - 1]) and LATIN.match(after))


def _just_before(text: str, position: int, burdens: Sequence[Found]) -> Found | None:
    """The burden that ends last before ``position``, if nothing pauses in between."""
    for burden in reversed(burdens):
        if burden.end <= position:
            between = text[burden.end : position]
            if len(between) <= _REACH and _PAUSE.search(between) is None and "," not in between:
                return burden
            return None
    return None
