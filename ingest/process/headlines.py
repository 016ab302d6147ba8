"""Quotations in Korean headlines, which name no verb: ``홍길동 대표 "…"``, ``"…"…별마루칩스``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.model import Quote
from ingest.process.names import Words, alternatives
from ingest.process.namings import Named, NamingFinder
from ingest.process.people import People
from ingest.process.rules import QuotesFile
from ingest.process.speakers import NOBODY, Speaker
from ingest.process.spoken import CLAUSE, Text, quote_of

_BRACKETS = re.compile(
    r"\[[^\]]{0,40}\]|【[^】]{0,40}】|<[^>]{0,40}>|〈[^〉]{0,40}〉|\([^)]{0,40}\)"
)
_PIECE = re.compile(r"…|⋯|‥|·{2,}|\.{2,}|[|;▶■◆:]|\s[-–—]\s|\x00+[\"'”’]?")
_OVER = re.compile(r"[)\]]*\s*(?:$|…|⋯|‥|·{2,}|\.{2,}|[|<(\[,]|[-–—]\s|[\"'“‘])")
_ADVERBIAL = re.compile(
    r"(?:서|에|에서|로|으로|두고|향해|놓고|관련|맞아|통해|대해|에게|후|뒤|이어|앞서)$"
)
_WORD = re.compile(r"[0-9A-Za-z가-힣]{2,}")
_LEAD = re.compile(r"[\s\"'”’)…⋯‥·.<(\-–—]*")
_SHARED = 0.5
"""Share of the words of a headline's quotation that stand in one of the text, if it is the same."""


class HeadlineReader:
    def __init__(self, rules: QuotesFile, words: Words, namings: NamingFinder) -> None:
        self._words = words
        self._namings = namings
        self._unnamed = tuple(rules.unnamed)
        self._spoken = re.compile(
            rf"\s*(?:{alternatives(rules.headline_words)})|[\"'”’)]*(?:이?라?고|이?라?며|이?라?면서|이?라는|는)(?![가-힣])"
        )

    def quotes(self, text: Text, people: People, said: Sequence[Quote]) -> list[Quote]:
        """``said`` are the quotations of the text, which may say whose words the headline repeats."""
        masked = text.masked()
        named = self._namings.find(masked, len(masked))
        found: list[Quote] = []
        last = 0
        previous: Speaker | None = None
        for start, end, double in text.places:
            begin, last = last, end + 1
            said_so = self._spoken.match(masked, end + 1) is not None
            over = said_so or _OVER.match(masked, end + 1) is not None
            clause = CLAUSE.search(text.text, max(start, end - 12), end) is not None
            words = text.text.count(" ", start, end) + 1
            if words < 2 or not (clause or double):
                continue
            speaker = self._before(masked, begin, start - 1, named, people) if over else None
            if speaker is None and not masked[begin : start - 1].strip(" \"'”’,·…"):
                speaker = previous
            if speaker is None:
                speaker = self._behind(masked, end + 1, over, named, people)
            sure = speaker is not None and (bool(speaker.title) or not speaker.named)
            if not (clause or sure or words > 2):
                continue
            if speaker is None and double:
                speaker = _repeated(text.text[start:end], said)
            if not (over or speaker):
                continue
            if speaker is None and not (double and (clause or said_so)):
                continue
            previous = speaker
            resolved = people.resolve(speaker, 0) if speaker else NOBODY
            found.append(quote_of(text, start, end, resolved))
        return found

    def _before(
        self, masked: str, begin: int, end: int, named: Sequence[Named], people: People
    ) -> Speaker | None:
        whole = True
        for cut in _PIECE.finditer(masked, begin, end):
            begin = cut.end()
            whole = not cut.group().startswith("\x00")
        for naming in named:
            near = begin <= naming.at and naming.end <= end
            if near and not masked[naming.end : end].strip(" ,:\"'“‘") and naming.speaker:
                return naming.speaker
        piece = _BRACKETS.sub(" ", masked[begin:end]).strip(" ,\"'”’")
        first, comma, rest = piece.partition(",")
        if comma and (not rest.strip() or _ADVERBIAL.search(rest.strip())):
            piece = first
        return self._plain(piece, people, whole)

    def _behind(
        self, masked: str, begin: int, over: bool, named: Sequence[Named], people: People
    ) -> Speaker | None:
        """``"…"…홍길동 대표``, ``"…"(한빛증권)``, ``"…" 별마루칩스, 새 공장``."""
        lead = _LEAD.match(masked, begin)
        begin = lead.end() if lead else begin
        for naming in named:
            if naming.at >= begin and naming.start == begin and naming.speaker is not None:
                return naming.speaker
        cut = _PIECE.search(masked, begin)
        piece, comma, _ = masked[begin : cut.start() if cut else len(masked)].partition(",")
        piece = piece.strip(" )>]")
        words = piece.split()
        if not words or len(words) > 2 or not (over or comma):
            return None
        known = people.by_name(piece)
        if known is not None:
            return known
        if len(words) > 1:
            return None
        if self._words.korean_name(piece) and len(piece) == 3:
            return Speaker(piece)
        if self._words.organisation(piece):
            return Speaker(piece, "", piece, person=False)
        return None

    def _plain(self, piece: str, people: People, whole: bool) -> Speaker | None:
        """A headline's subject without a title: a name, an organisation, 증권가."""
        words = piece.split()
        if not words or len(words) > 3 or any(char.isdigit() for char in piece):
            return None
        last = words[-1]
        known = people.by_name(" ".join(words[-2:])) or people.by_name(last)
        if known is not None:
            return known
        if self._words.korean_name(last) and (len(last) == 3 or len(words) == 1):
            return Speaker(last)
        if (
            self._words.organisation(last)
            or last in self._words.groups
            or last.endswith(self._unnamed)
        ):
            name = piece if len(words) == 2 and self._words.part_of_name(words[0]) else last
            organisation = name if self._words.organisation(last) else ""
            if last in self._unnamed and name != last and self._words.organisation(words[0]):
                organisation = words[0]
            named = organisation != "" and not last.endswith(self._unnamed)
            return Speaker(name, "", organisation, person=False, named=named)
        if not whole or len(words) > 2 or self._words.thing(last):
            return None
        if len(words) == 2 and len(words[0]) == 3 and self._words.korean_name(words[0]):
            return Speaker(words[0], words[1])
        return Speaker(piece)


def _repeated(text: str, said: Sequence[Quote]) -> Speaker | None:
    """The speaker of the quotation of the article that a headline repeats."""
    words = {word[:2] for word in _WORD.findall(text)}
    for quote in said:
        if not quote.speaker or not words:
            continue
        shared = words & {word[:2] for word in _WORD.findall(quote.text)}
        if len(shared) >= 2 and len(shared) / len(words) >= _SHARED:
            return Speaker(quote.speaker, quote.title, quote.organisation)
    return None
