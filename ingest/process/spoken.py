"""Which pieces between quotation marks were spoken, by the Korean words around them.

``"…"고 말했다``, ``"…"며``, ``"…"는 설명이다``, or a sentence that stands alone. A name, a catchword or
the title of an event between marks (``'AI 서밋'에서``) is no quotation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum

from db.model import Quote, Span
from ingest.process.document import Part
from ingest.process.marks import Quotation, quotations
from ingest.process.names import alternatives
from ingest.process.rules import QuotesFile
from ingest.process.speakers import Speaker

_REACH = 60
"""Characters after a quotation in which a word of saying belongs to it."""
_MAX_SENTENCE = 500
"""Characters before and after a quotation in which its speaker is looked for."""
_MIN_ALONE = 6
"""Characters of a quotation that stands alone."""
_MAX_HEAD = 40
"""Characters before a quotation that follows a name as in a play: ``홍길동 대표: "…"``"""

OPENER = r"[\"'”’」』)\]]*(?:\s?\([^()\n]{1,30}\))?[.,]?\s?"
"""What may stand between a closing mark and the words that belong to it."""
CLAUSE = re.compile(
    r"(?:[다요까자라죠지네군음임함됨걸게듯돼해줘려야냐나데길것없있중]|예정|[가-힣]어|[!?…])[\s.!?…~\"'”’)\]]*$"
)
"""The end of something that is said, not named."""
_PREDICATE = re.compile(r"(?:[다요까자라냐죠]|[!?])[\s.!?…~\"'”’)\]]*$")
_FULL_STOP = re.compile(r"[.!?。…][\"'”’)\]]*\s*$")
_BREAK = re.compile(
    r"[\n▲■◆◇▶.!?。](?:(?<![.!?。])|(?=\s)|(?<=[다요죠음함됨까]\.)(?=[가-힣A-Z\"“‘'(\[▲■◆]))"
)
_CLOSED = re.compile(r"[\"'”’」』)\]]*[.)]?\s*(?:\n|$)")
_ANSWER = re.compile(r"(?:말|답|대답|답변|발언|일성|첫마디|메시지|반응|한마디)[은는]\s*[\"“]$")
_COPULA = re.compile(r"\s?(?:이었|였|이)(?:다|습니다)")
_SPREADS = re.compile(
    r"[가-힣]{0,2}\s*[가-힣\s]{0,12}(?:나오|나온|나왔|제기|이어|많|지배|우세|쏟아|있다|있었|커지|커졌|잇따|팽배|터|적지|적잖|크다|대체|만만|쇄도|주를|일었|일고|분분|속출|확산|번지|고조|대두|뒤따|따르|달리|붙)"
)
_BETWEEN = re.compile(r"[\"'”’」』)\]]*(?:[\s,·/]|와|과)*[\"'“‘「『(]*$")


class Kind(Enum):
    """By what it is seen that something was spoken."""

    SAID = "said"
    """``"…"고 말했다``"""
    JOINED = "joined"
    """``"…"며``: what follows is by the same speaker"""
    NOUN = "noun"
    """``"…"는 설명이다``"""
    VOICE = "voice"
    """``"…"는 지적이 나온다``: by nobody in particular"""
    ASKED = "asked"
    """``"…"는 질문에``: by another than the one who goes on speaking"""
    ALONE = "alone"
    """a sentence of its own"""
    AFTER = "after"
    """``"…" 홍길동 대표가 말했다``, if somebody is named there"""


@dataclass(frozen=True, slots=True)
class Spoken:
    """``text[start:end]`` was spoken, in the sentence ``text[begin:finish]``.

    What says so ends at ``tail`` (behind ``"…"라고``).
    """

    start: int
    end: int
    kind: Kind
    begin: int
    finish: int
    tail: int


class Text:
    """One part of an article and what stands between its marks."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.text = part.text
        self.places = quotations(part.text)

    def masked(self) -> str:
        """The text with what stands between marks blotted out, so that nobody is found there."""
        pieces: list[str] = []
        last = 0
        for start, end, _ in self.places:
            pieces += (self.text[last:start], "\x00" * (end - start))
            last = end
        return "".join((*pieces, self.text[last:]))


def quote_of(text: Text, start: int, end: int, speaker: Speaker) -> Quote:
    """The quotation at ``start`` … ``end``, white space at its ends left out."""
    said = text.text[start:end]
    start += len(said) - len(said.lstrip())
    said = said.strip()
    return Quote(
        said,
        Span(text.part.where, start, start + len(said)),
        speaker.name or speaker.title,
        speaker.title,
        speaker.organisation,
    )


class SpokenFinder:
    def __init__(self, rules: QuotesFile) -> None:
        says = alternatives(rules.says)
        self.says = re.compile(says)
        self._tail = re.compile(
            rf"{OPENER}(?:(?:이?라|으?라|다|냐|자)?(?P<joined>며|면서)(?:도|까지)?(?![가-힣])"
            rf"|(?P<la>이?라|다|냐|자)?고(?:까지|도|만|는|요)?(?:(?![가-힣])|(?={says}))"
            rf"|이?라(?=\s(?:{says}))|하(?:고|며|면서)(?=[\s,])"
            r"|(?P<noun>이?라는|다는|냐는|자는|는|이?란|이?라던|던)(?=\s))"
        )
        self._names = re.compile(rf"\s*(?:\S+\s+){{0,2}}?(?:{alternatives(rules.names)})")
        self._noun = re.compile(
            rf"\s+(?:[^\s\"“]+\s+){{0,4}}?(?P<noun>{alternatives(rules.nouns)})"
            r"(?P<particle>[가-힣]{0,4})(?![가-힣])"
        )
        self._directly = re.compile(rf"{OPENER}(?:{says})(?!(?:[을를은는이가의와과로]|에서?)\s)")
        self._asked = frozenset(rules.asked)
        self._voices = frozenset(rules.voices)
        self._statements = frozenset(rules.statements)

    def spoken(self, text: Text, masked: str) -> list[Spoken]:
        """What was spoken, in reading order. ``masked`` is ``text.masked()``."""
        breaks = [found.end() for found in _BREAK.finditer(masked)]
        found: list[Spoken | Quotation] = []
        closed = 0
        for place in text.places:
            at = bisect_right(breaks, place.start)
            begin = max(closed, breaks[at - 1] if at else 0, place.start - _MAX_SENTENCE)
            at = bisect_right(breaks, place.end)
            finish = min(breaks[at] if at < len(breaks) else len(masked), place.end + _MAX_SENTENCE)
            kind, tail = self._kind(text.text, masked, place, begin, finish)
            if kind is None or kind is Kind.ALONE:
                after = masked[place.end + 1 : place.end + 2]
                if (not after or after.isspace()) and _FULL_STOP.search(
                    text.text, max(place.start, place.end - 4), place.end
                ):
                    closed = place.end + 1
            if kind is None:
                found.append(place)
            else:
                found.append(Spoken(place.start, place.end, kind, begin, finish, tail))
        return _with_chains(text.text, masked, found)

    def _kind(
        self, text: str, masked: str, place: Quotation, begin: int, finish: int
    ) -> tuple[Kind | None, int]:
        start, end, double = place
        clause = CLAUSE.search(text, max(start, end - 12), end) is not None
        words = text.count(" ", start, end) + 1
        tail = self._tail.match(masked, end + 1)
        if tail is not None and (tail["noun"] is None or clause or double):
            if not double and not clause and words < 3:
                return None, 0
            if tail["noun"] is not None:
                return self._of_noun(text, masked, place, tail)
            if self._names.match(masked, tail.end(), min(finish, tail.end() + _REACH)):
                return None, 0
            if tail["joined"]:
                return Kind.JOINED, tail.end()
            sure = double and (clause or words > 2 or not tail["la"])
            if sure or self.says.search(masked, tail.end(), min(finish, tail.end() + _REACH)):
                return Kind.SAID, tail.end()
            return None, 0
        if not double or not (clause or words > 3):
            return None, 0
        if clause and self._directly.match(masked, end + 1):
            return Kind.SAID, end + 1
        if clause and _COPULA.match(masked, end + 1) and _ANSWER.search(masked, begin, start):
            return Kind.SAID, end + 1
        if start - begin <= _MAX_HEAD and clause and end - start >= _MIN_ALONE:
            full_stop = _FULL_STOP.search(text, max(start, end - 4), end)
            if _CLOSED.match(masked, end + 1) or (
                full_stop and masked[end + 1 : end + 2].isspace()
            ):
                return Kind.ALONE, end + 1
        if start - begin <= 3:
            return Kind.AFTER, end + 1
        return None, 0

    def _of_noun(
        self, text: str, masked: str, place: Quotation, tail: re.Match[str]
    ) -> tuple[Kind | None, int]:
        """``"…"는 설명이다``, ``"…"라는 질문에``, ``"…"는 지적이 나온다``."""
        noun = self._noun.match(masked, tail.end())
        if noun is None:
            return None, 0
        word, particle = noun["noun"], noun["particle"]
        predicate = _PREDICATE.search(text, max(place.start, place.end - 12), place.end)
        if predicate is None and (tail["noun"] == "는" or not place.double):
            return None, 0
        if not predicate and text.count(" ", place.start, place.end) < 3:
            clause = CLAUSE.search(text, max(place.start, place.end - 12), place.end)
            if clause is None and word not in self._statements:
                return None, 0
        if word in self._asked and particle.startswith("에"):
            return Kind.ASKED, tail.end()
        if word in self._voices and _SPREADS.match(masked, noun.end()):
            return Kind.VOICE, tail.end()
        return Kind.NOUN, tail.end()


def _with_chains(text: str, masked: str, found: list[Spoken | Quotation]) -> list[Spoken]:
    """``"…", "…"라고``: a clause directly before what was spoken was spoken too."""
    chosen: list[Spoken] = []
    for one in reversed(found):
        if isinstance(one, Spoken) and one.kind is not Kind.AFTER:
            chosen.append(one)
            continue
        following = chosen[-1] if chosen else None
        if (
            following is not None
            and following.start - one.end < 12
            and _BETWEEN.fullmatch(masked, one.end, following.start)
            and CLAUSE.search(text, max(one.start, one.end - 12), one.end)
            and (isinstance(one, Spoken) or one.double)
        ):
            begin = one.begin if isinstance(one, Spoken) else following.begin
            kind = Kind.JOINED if following.kind is not Kind.ALONE else Kind.ALONE
            chosen.append(Spoken(one.start, one.end, kind, begin, following.finish, one.end + 1))
        elif isinstance(one, Spoken):
            chosen.append(one)
    chosen.reverse()
    return chosen
