"""What kind of word a word of Korean news is: a name, an organisation, something that cannot speak.

By the lists of quotes.toml, the dictionary of companies and the last syllables; no guess looks
further than the word itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.process.rules import CompaniesFile, QuotesFile

_HANGUL = re.compile(r"[가-힣]+")
_WORD = re.compile(r"[가-힣A-Za-z][가-힣A-Za-z0-9&.\-·]*")
_LATIN = re.compile(r"[A-Z]|[A-Za-z]+[A-Z][A-Za-z0-9]*$")
_MARKED = re.compile(
    r"(?:[을를]|에서|에게|에는|에도|에|부터|까지|으로|와|과|며|면서|지만|는데|하는|하던|라는|다는|이끄는|맡은|맡고"
    r"|따르면|[었았했]던|있는|없는|같은|[하묻되서내치오가르이나리지]자|라고|다고|했고|하고|등)$"
    r"|^(?:고|며|라며|이라며|는|라는|이라는|게|건|것은|것이)$"
)
_BOUND = re.compile(
    r"[은는던된한할운린긴간난해고]$|^.[끈든낸쓴룬본]$|[켜려]본$|(?:나|들어|앞장)선$|(?<![회협주정건논합])의$|..[이가도만로인온여아어]$"
)
_OWNER = re.compile(r"(?<![회협주정건논합])의$")
_CONNECTED = re.compile(r"(?:나오|말하|밝히|묻|되|하|치|나서|지나|내)자$")
_VERBS = ("어대", "아대", "해대", "어가시", "다시")
_NO_NAME_END = "부위청처당시군사팀에을를되있없겠싶졌었았했됐"


def alternatives(words: Sequence[str]) -> str:
    """A pattern that matches one of ``words``, the longest first; nothing if there are none."""
    return (
        "(?!)"
        if not words
        else "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
    )


class Words:
    """The lists of quotes.toml, and what follows from them for a single word."""

    def __init__(self, rules: QuotesFile, companies: CompaniesFile) -> None:
        self.unnamed = frozenset(rules.unnamed)
        self.groups = frozenset(rules.groups)
        self.titles = frozenset(rules.titles)
        self.titles_with_name = frozenset(rules.titles_with_name)
        self.ranks = frozenset(rules.ranks)
        self.adverbs = frozenset(rules.adverbs)
        self.determiners = frozenset(rules.determiners)
        self.surnames = frozenset(rules.surnames)
        self.double_surnames = tuple(rules.double_surnames)
        self.title_ends = tuple(rules.titles)
        self.departments = tuple(rules.departments)
        self.suffixes = frozenset(rules.organisations)
        self.companies = frozenset(
            alias for company in companies.company for alias in (*company.aliases, company.name_ko)
        )
        self._not_names = frozenset(rules.not_names) | self.adverbs
        self.given_names = frozenset(rules.given_names)
        self.things = frozenset(rules.things)
        self._thing_ends = tuple(word for word in rules.things if len(word) > 1)
        self._generic = tuple(rules.generic)
        self._ends = tuple(rules.organisations)
        self._letters = tuple(rules.organisation_letters)

    def korean_name(self, token: str) -> bool:
        """홍길동, 남궁민수, 허준; not 삼성전자 and not 이날은."""
        if not 2 <= len(token) <= 4 or token in self._not_names or not _HANGUL.fullmatch(token):
            return False
        if token.startswith(self.double_surnames):
            return len(token) > 2
        if len(token) > 3 or token[-1] in _NO_NAME_END or _CONNECTED.search(token):
            return False
        return token[0] in self.surnames and token not in self.companies

    def full_name(self, token: str) -> bool:
        """A name of three syllables or more, which is hardly ever something else."""
        if len(token) < 3 or token in self.given_names or token.endswith(self._ends):
            return False
        return self.korean_name(token)

    def organisation(self, token: str) -> bool:
        """별마루칩스, 서울대, OpenAI: known, in Latin capitals, or by the last syllables."""
        if token in self.companies or _LATIN.match(token) or token.endswith(self._ends):
            return True
        if len(token) < 3:
            return False
        if token.endswith(self._letters):
            return not token.endswith(_VERBS) and not self.korean_name(token)
        return _LATIN.search(token[-2:]) is not None

    def generic(self, word: str) -> bool:
        """증권사, 스타트업: a kind of organisation, not one."""
        return word.endswith(self._generic) and word not in self.companies

    def department(self, word: str) -> bool:
        """전자공학과, 인사담당: part of an organisation, not one."""
        return word.endswith(self.departments) and not word.endswith(self._ends)

    def thing(self, word: str) -> bool:
        """A word for what cannot speak: 이번 계약, 신제품."""
        return word.endswith(self._thing_ends) or word in self.things or word in self.adverbs

    def part_of_name(self, word: str) -> bool:
        """A noun without a particle that may be part of a name."""
        return word not in self._not_names and self.noun(word)

    def no_name(self, word: str) -> bool:
        return word in self._not_names

    @staticmethod
    def noun(word: str) -> bool:
        """Whether nothing shows that a particle or an ending stands at the end of ``word``."""
        if not _WORD.fullmatch(word) or _MARKED.search(word):
            return False
        return len(word) == 1 or not _BOUND.search(word)

    @staticmethod
    def word(token: str) -> bool:
        return _WORD.fullmatch(token) is not None

    @staticmethod
    def owner(token: str) -> bool:
        """별마루칩스의, but not 안전보장회의."""
        return _OWNER.search(token) is not None

    @staticmethod
    def marked(token: str) -> bool:
        """Whether ``token`` ends with what belongs to no name, whatever follows: 행사에서."""
        return _MARKED.search(token) is not None

    @staticmethod
    def bound(token: str) -> bool:
        """Whether ``token`` ends with what is a particle or an ending, unless it is a name."""
        return len(token) > 1 and _BOUND.search(token) is not None
