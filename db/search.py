"""The query language, and the tokens that make Korean findable without analysing it.

Text becomes overlapping bigrams where it is written in Hangul, Hanja or Kana, and lower-case words
everywhere else. A run of such characters ends with its last character as a token of its own:
``삼성전자 HBM`` → ``삼성 성전 전자 자 hbm``. So every two characters of a run are a token, one
character is the beginning of a token, and a phrase cannot bridge a gap that is not in the text.

A query is words side by side (all of them), with ``OR`` between alternatives, ``-`` before what
must not occur, quotes around phrases and ``제목:``/``title:`` or ``본문:``/``text:`` before a term
of one field. ``AND`` binds tighter than ``OR``, and ``OR`` tighter than standing side by side:
``HBM 삼성 OR 하이닉스 -주가`` asks for HBM, with one of the two, without 주가. Korean is found
anywhere in a run (``전자`` in 삼성전자는), a Latin word at its beginning (``hbm`` in HBM3E) and,
in quotes, as a whole. Punctuation separates like a space; what has nothing to search for is ignored.

Pure, standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

# by code point, because the compatibility ideographs turn into others wherever text is normalised
_DENSE = (
    "\uac00-\ud7a3\u1100-\u11ff"  # Hangul syllables, jamo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005-\u3007\U00020000-\U0003ffff"  # Hanja
    "\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Kana
)
_RUN = re.compile(f"([{_DENSE}]+)|([^\\W_{_DENSE}]+)")
# two dense characters, but only one of them is consumed; or the last one of its run; or a word
_TOKEN = re.compile(f"(?=([{_DENSE}]{{1,2}}|[^\\W_{_DENSE}]+))(?:[{_DENSE}]|[^\\W_{_DENSE}]+)")
_DENSE_CHAR = f"[{_DENSE}]"
_WORD_CHAR = f"[^\\W_{_DENSE}]"
_GAP = "[\\W_]*"

EVERY = "\ue000"
"""A token that the index holds for every article; no text or query can produce it."""
NOTHING = '"\ue001"'
"""An expression that matches no article."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂〝〞", '"'))
_ITEM = re.compile(
    r"(?P<minus>-)?(?:(?P<column>title|제목|text|본문|outlet|매체|company|기업):(?=[^\s]))?"
    r'(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_COLUMNS = {"제목": "title", "본문": "text", "매체": "outlet", "기업": "company"}
TEXTS = ("title", "text")
"""The fields that the index holds; the others are looked up by name."""


def fold(text: str) -> str:
    """``text`` in the form in which it is compared: NFKC, case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """The tokens of ``text`` in their order; one per dense character, one per word."""
    return _TOKEN.findall(fold(text))


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase: its runs as (is dense, characters), folded. ``column`` "" is any field."""

    runs: tuple[tuple[bool, str], ...]
    quoted: bool = False
    column: str = ""
    negated: bool = False

    @property
    def named(self) -> bool:
        """Whether it asks for a name (of an outlet, of a company) and not for text."""
        return self.column not in ("", *TEXTS)

    def match(self) -> str:
        """The FTS5 phrase of this term, its negation left aside; names stand in no text."""
        if self.named:
            return NOTHING
        found: list[str] = []
        for dense, run in self.runs:
            if dense:
                found.extend(map("".join, pairwise(run)))
                found.append(run[-1])
            else:
                found.append(run)
        dense, run = self.runs[-1]
        if dense and len(run) > 1:
            # the run may go on in the text, so its last character need not be the last there
            found.pop()
        prefix = len(run) == 1 if dense else not self.quoted
        phrase = f'"{" ".join(found)}"{" *" if prefix else ""}'
        return f"{self.column} : {phrase}" if self.column else phrase

    def pattern(self) -> str:
        """The same as a regular expression over folded text."""
        parts: list[str] = []
        for index, (dense, run) in enumerate(self.runs):
            first, last = index == 0, index == len(self.runs) - 1
            kind = _DENSE_CHAR if dense else _WORD_CHAR
            before = "" if dense and first else f"(?<!{kind})"
            open_end = last and (dense or not self.quoted)
            parts.append(f"{before}{re.escape(run)}{'' if open_end else f'(?!{kind})'}")
        return _GAP.join(parts)


@dataclass(frozen=True, slots=True)
class Query:
    """All ``clauses``; of a clause any alternative; of an alternative all its terms."""

    clauses: tuple[tuple[tuple[Term, ...], ...], ...]
    blank: bool = False
    """True where nothing was asked: matches everything"""

    def match(self) -> str:
        """The FTS5 expression over the columns ``title`` and ``text``; always a valid one."""
        if not self.clauses:
            return f'"{EVERY}"' if self.blank else NOTHING
        wanted: list[str] = []
        unwanted: list[str] = []
        for clause in self.clauses:
            if len(clause) == 1 and all(term.negated for term in clause[0]):
                unwanted.extend(term.match() for term in clause[0])
            else:
                wanted.append(" OR ".join(f"({_all(terms)})" for terms in clause))
        return _without([f"({clause})" for clause in wanted], unwanted)

    def matches(
        self, title: str, text: str = "", outlet: str = "", companies: Iterable[str] = ()
    ) -> bool:
        """Whether an article matches, found by reading all of it.

        ``companies``: every name of every company that it mentions.
        """
        if not self.clauses:
            return self.blank
        fields = {
            "title": [fold(title)],
            "text": [fold(text)],
            "outlet": [fold(outlet)],
            "company": [fold(name) for name in companies],
        }

        def holds(term: Term) -> bool:
            pattern = re.compile(term.pattern())
            where = [term.column] if term.column else TEXTS
            found = any(pattern.search(value) for name in where for value in fields[name])
            return found is not term.negated

        return all(
            any(all(holds(term) for term in terms) for terms in clause) for clause in self.clauses
        )

    def by_name(self) -> tuple[Query, Query]:
        """The clauses without and with a term that asks for a name, each a query of its own."""
        plain: list[tuple[tuple[Term, ...], ...]] = []
        named: list[tuple[tuple[Term, ...], ...]] = []
        for clause in self.clauses:
            asks = any(term.named for terms in clause for term in terms)
            (named if asks else plain).append(clause)
        return Query(tuple(plain), blank=not plain and bool(named)), Query(tuple(named))

    def spans(self, text: str, column: str = "") -> list[tuple[int, int]]:
        """Where the wanted terms stand in ``text``, as (start, end), in order, never overlapping.

        With ``column``, terms that ask for another field are left out; a name (``outlet``) is
        marked only by terms that ask for it.
        """
        columns = {"": ("", *TEXTS), "title": ("", "title"), "text": ("", "text")}.get(
            column, (column,)
        )
        wanted = [
            term
            for clause in self.clauses
            for terms in clause
            for term in terms
            if not term.negated and term.column in columns
        ]
        if not wanted:
            return []
        folded, origin = _folded_with_origin(text)
        found = sorted(
            (origin[hit.start()][0], origin[hit.end() - 1][1])
            for term in wanted
            for hit in re.finditer(term.pattern(), folded)
        )
        merged: list[tuple[int, int]] = []
        for start, end in found:
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


def _all(terms: tuple[Term, ...]) -> str:
    wanted = [term.match() for term in terms if not term.negated]
    return _without(wanted, [term.match() for term in terms if term.negated])


def _without(wanted: list[str], unwanted: list[str]) -> str:
    """FTS5's NOT needs something to take away from."""
    base = " AND ".join(wanted) or f'"{EVERY}"'
    return f"({base}) NOT ({' OR '.join(unwanted)})" if unwanted else base


def _column(written: str | None) -> str:
    name = (written or "").casefold()
    return _COLUMNS.get(name, name)


def parse(query: str) -> Query:
    """The meaning of what a user typed. Never raises; unbalanced quotes end with the text."""
    clauses: list[list[list[Term]]] = []
    joint = ""
    negated = False
    for item in _ITEM.finditer(query.translate(_QUOTES)):
        word, phrase = item["word"], item["phrase"]
        if not item["minus"] and not item["column"] and word in ("AND", "OR", "NOT", "|"):
            negated = negated or word == "NOT"
            joint = {"AND": "AND", "OR": "OR", "|": "OR"}.get(word, joint)
            continue
        runs = _RUN.findall(fold(word if phrase is None else phrase))
        term = Term(
            tuple((bool(dense), dense or plain) for dense, plain in runs),
            quoted=phrase is not None,
            column=_column(item["column"]),
            negated=negated or bool(item["minus"]),
        )
        if runs:
            if joint == "OR" and clauses:
                clauses[-1].append([term])
            elif joint == "AND" and clauses:
                clauses[-1][-1].append(term)
            else:
                clauses.append([[term]])
        joint, negated = "", False
    frozen = tuple(tuple(tuple(terms) for terms in clause) for clause in clauses)
    return Query(frozen, blank=not query.strip())


def _folded_with_origin(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``fold(text)``, and for each of its characters the (start, end) in ``text`` it came from."""
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        folded.append(piece)
        origin.extend([(start, end)] * len(piece))
    return "".join(folded), origin


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Cut ``text`` where normalisation does not reach across, as (start, end)."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        yield from ((index, index + 1) for index in range(len(text)))
        return
    start = 0
    for index in range(1, len(text)):
        if not _joins(text[start:index], text[index]):
            yield start, index
            start = index
    if text:
        yield start, len(text)


def _joins(before: str, char: str) -> bool:
    """Whether ``char`` and the text before it become something else together."""
    if ord(char) < 0x300:
        return False
    plain = unicodedata.normalize("NFKD", char)
    if unicodedata.combining(plain[0]):
        return True
    apart = unicodedata.normalize("NFKC", before) + unicodedata.normalize("NFKC", char)
    return unicodedata.normalize("NFKC", before + char) != apart
