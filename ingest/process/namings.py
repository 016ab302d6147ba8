"""Where somebody is named with a title, and in which role: ``홍길동 별마루칩스 대표는``.

One automaton finds the titles (대표, 연구원 …) and words such as 관계자; what stands before one is
read by `speakers`, seventy characters at most, and only of those namings that are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from functools import cached_property, lru_cache, partial

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ingest.process.names import Words
from ingest.process.speakers import HONORIFIC, Speaker, read_speaker

_REACH = 70
MAX_FOUND = 400
"""Titles that are read of one text. No news article has as many."""
_REMEMBERED = 4096
"""Namings that are kept as read: news name the same people over and over."""

_CUT = re.compile(r"[\n,;:\"“”‘’'\x00…!?▲△▶■◆○●◇※|/→\])>]|[.。](?=\s)|(?<=[다요죠음함됨까])\.")
_CUT_IN_PARENTHESES = re.compile(
    r"[\n,;:\"“”‘’'\x00…!?▲△▶■◆○●◇※|/→\]>]|[.。](?=\s)|(?<=[다요죠음함됨까])\."
)

_CASE = re.compile(
    r"[을를와과에로만나며란들다등]|에게서?|으?로부터|으로|까지|이나|이?라는|이며|이란|한테|처럼|보다|이?라고|등[은이의]"
    r"|이다|이?었던|였던|으?로서|[와과][의도]|이었다|였다"
)
_FIRST = frozenset("은는이가도께측의인출에을를와과로으만까나며란한처보라등들다였")
_AFTER = re.compile(r"(\([^()\n]{1,30}\))?([가-힣]{0,5})(?![가-힣A-Za-z0-9])")


class Role(IntEnum):
    """What the particle after a name makes of it."""

    OTHER = 0
    APPOSITION = 1
    """``별마루칩스 대표인 홍길동은``"""
    PLACE = 2
    """``증권가에서는``"""
    BARE = 3
    GENITIVE = 4
    SUBJECT = 5
    TOPIC = 6


_ROLES = {
    **dict.fromkeys(("은", "는", "도", "께서는", "측은", "측도"), Role.TOPIC),
    **dict.fromkeys(("이", "가", "께서", "측이"), Role.SUBJECT),
    **dict.fromkeys(("인", "이자", "출신"), Role.APPOSITION),
    **dict.fromkeys(("에서는", "에서도", "에선", "에서"), Role.PLACE),
    "의": Role.GENITIVE,
    "": Role.BARE,
}


class Named:
    """A title at ``text[at:]``; with its particle it ends at ``end``. The rest is read when asked for.

    ``text[floor:at]`` is what may belong to it. ``start`` is where it does begin.
    """

    def __init__(
        self,
        reader: Callable[[str, str, str], tuple[Speaker | None, int]],
        text: str,
        place: tuple[int, int, int],
        word: str,
        paren: str,
        role: Role,
    ) -> None:
        self._reader, self._text, self._paren = reader, text, paren
        self.floor, self.at, self.end = place
        self.word, self.role = word, role

    @cached_property
    def speaker(self) -> Speaker | None:
        """Who is named; None where the title turns out to be an ordinary word."""
        return self._read[0]

    @cached_property
    def start(self) -> int:
        return self.at - self._read[1]

    def window(self, token: str) -> bool:
        """Whether ``token`` stands before the title, so that it may be part of the name."""
        return self._text.find(token, self.floor, self.at) >= 0

    @cached_property
    def _read(self) -> tuple[Speaker | None, int]:
        left = self._text[self.floor : self.at]
        begin = 0
        for cut in (_CUT_IN_PARENTHESES if "(" in left else _CUT).finditer(left):
            begin = cut.end()
        if (opened := left.rfind("(", begin)) >= 0 and ")" not in left[opened:]:
            begin = opened + 1
        return self._reader(left[begin:], self.word, self._paren)


class NamingFinder:
    """Finds titles with one automaton; a naming is what `Named` then reads around each."""

    def __init__(self, words: Words) -> None:
        self._groups = words.groups
        self._reader = lru_cache(_REMEMBERED)(partial(read_speaker, words))
        self._patterns = sorted({*words.titles, *words.unnamed, *words.groups, HONORIFIC})
        self._automaton = AhoCorasick(
            self._patterns,
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.DFA,
        )

    def find(self, text: str, until: int) -> list[Named]:
        """Every title before ``until``, in order. ``대표이사 사장``, ``수석 이코노미스트`` count as one."""
        found: list[Named] = []
        for pattern, at, end in self._automaton.find_matches_as_indexes(text[:until]):
            following = text[end : end + 1]
            if "가" <= following <= "힣" and following not in _FIRST:
                continue  # 대표단, 시장조사
            after = _AFTER.match(text, end)
            if after is None:
                continue
            particle = after[2]
            role = _ROLES.get(particle)
            if role is None:
                if _CASE.fullmatch(particle) is None:
                    continue
                role = Role.OTHER
            word = self._patterns[pattern]
            floor = max(0, at - _REACH)
            if found:
                previous = found[-1]
                gap = at - previous.end
                if previous.role is Role.BARE:
                    if gap < 5 and text[previous.end : at].strip() in ("", "겸"):
                        floor = max(floor, previous.floor)
                        found.pop()
                elif gap < _REACH and previous.role is not Role.APPOSITION:
                    floor = max(floor, previous.end)
            if role is Role.PLACE and word not in self._groups:
                role = Role.OTHER
            place = floor, at, after.end()
            found.append(Named(self._reader, text, place, word, after[1] or "", role))
            if len(found) == MAX_FOUND:
                break
        return found
