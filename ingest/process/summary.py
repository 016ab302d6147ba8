"""Up to three sentences of an article that say most of what it says. Nothing is written anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from db.model import Span
from ingest.process.companies import Hit
from ingest.process.document import Document

MAX_SENTENCES = 3
MAX_CANDIDATES = 12
MIN_LENGTH, MAX_LENGTH = 18, 320
"""Characters of a sentence that may be chosen."""

_WORD = re.compile(r"[가-힣]{2,}|[a-z][a-z0-9]+|[0-9]+")
_CREDIT = re.compile(r"^\s*[^.]{1,20}\s?(?:제공|캡처|캡쳐)\s*[.\])]?$")
_SENTENCE_END = re.compile(r"(?:[다요죠까]|[음함됨임]|[.!?])[\"'”’)\]]*$|[.!?…][\"'”’)\]]*$")
_CUT = re.compile(r"(?:\.{2,}|…)[\"'”’\])]*$")
_OUTLETS = (
    "=|뉴스|일보|신문|경제|데일리|투데이|타임스|닷컴|코리아|기자|연합|통신|방송|TV|특파원|미디어"
)
_DATELINE = re.compile(
    rf"^\s*(?:[\[(【〔<](?=[^\])】〕>]{{0,40}}(?:{_OUTLETS}))[^\])】〕>]{{1,40}}[\])】〕>]\s*)+"
)
_BY_LINE = re.compile(
    r"^\s*[가-힣]{2,4}(?:[·, ]\s?[가-힣]{2,4})?\s?(?:인턴|선임|객원|전문)?(?:기자|특파원)\s?=\s*"
)
_NOISE = re.compile(
    r"[\w.+-]{1,64}@[\w-]+\.\w|무단\s?(?:전재|복제|배포)|재배포|저작권자|ⓒ|©|Copyright|All rights reserved"
    r"|기사\s?제보|제보는|구독하기|구독신청|네이버에서|자동 요약|좋아요|카카오톡|관련기사|기사 더보기|바로가기"
    r"|앱 다운|https?://|www\.|이미지 크게\s?보기|사진 확대|(?:사진|자료|이미지|그래픽)\s?(?:=|제공)"
    r"|^\s*(?:사진|자료|그래픽|영상|출처|이미지|일러스트)\s?[=:·|]|[가-힣]\s?(?:제공|캡처|캡쳐)\s*[.\])]?$"
    r"|^\s*[가-힣]{2,4}\s?(?:기자|특파원)\s*$|^\s*[▶☞■◆※▷→]|^\s*\(?(?:끝|계속)\)?\s*$"
)


class Extract(NamedTuple):
    """A sentence as it is shown and where it stands; white space may differ between the two."""

    text: str
    span: Span


class Candidate(NamedTuple):
    """``place`` in the document, the sentence without its dateline, its words.

    ``length`` is that of the sentence as published, from behind the dateline to its end.
    """

    place: int
    text: str
    length: int
    words: frozenset[str]


def summarise(document: Document, hits: Sequence[Hit]) -> tuple[Extract, ...]:
    """The chosen sentences as published, in their order in the article. Empty without text.

    Position, overlap with the headline, centrality (words that return in other sentences) and
    companies named decide. A sentence that only repeats the headline or a chosen one is left out.
    """
    title = _words(document.title.text)
    candidates = _candidates(document, title)
    frequency = Counter(word for candidate in candidates for word in candidate.words)
    named: dict[int, set[int]] = {}
    for hit in hits:
        named.setdefault(hit.sentence, set()).add(hit.company)
    headline = named.get(0, set())
    scored: list[tuple[float, int, Candidate]] = []
    for rank, candidate in enumerate(candidates):
        words = candidate.words
        shared = sum(map(frequency.__getitem__, words)) / len(words) - 1
        companies = named.get(candidate.place, set())
        score = (
            2.0 / (1 + rank)
            + 1.5 * len(words & title) / (len(title) or 1)
            + 0.4 * min(shared, 2.5)
            + 0.5 * bool(companies & headline)
            + 0.2 * min(len(companies), 2)
        )
        scored.append((-score, rank, candidate))
    chosen: list[Candidate] = []
    for _, _, candidate in sorted(scored, key=lambda entry: entry[:2]):
        if all(not _alike(candidate.words, other.words) for other in chosen):
            chosen.append(candidate)
        if len(chosen) == MAX_SENTENCES:
            break
    return tuple(_extract(document, candidate) for candidate in sorted(chosen))


def _extract(document: Document, candidate: Candidate) -> Extract:
    sentence = document.sentences[candidate.place]
    end = sentence.start + len(sentence.raw)
    return Extract(candidate.text, Span(sentence.where, end - candidate.length, end))


def _candidates(document: Document, title: frozenset[str]) -> list[Candidate]:
    """Whole sentences that are no by-line, caption or notice and do not repeat the headline."""
    found: list[Candidate] = []
    for place, sentence in enumerate(document.sentences):
        following = document.sentences[place + 1 : place + 2]
        if following and _CREDIT.match(following[0].raw):
            continue  # a caption
        if place == 0 or not _SENTENCE_END.search(sentence.raw) or _NOISE.search(sentence.raw):
            continue
        published = _BY_LINE.sub("", _DATELINE.sub("", sentence.raw)).lstrip()
        text = " ".join(published.split())
        if not MIN_LENGTH <= len(text) <= MAX_LENGTH or _CUT.search(text):
            continue
        words = _words(text)
        if not words or _alike(words, title):
            continue
        found.append(Candidate(place, text, len(published), words))
        if len(found) == MAX_CANDIDATES:
            break
    return found


def _words(text: str) -> frozenset[str]:
    """Words with the last syllable of longer Hangul ones cut, which is often a particle."""
    return frozenset(
        word[:-1] if len(word) > 2 and word[0] >= "가" else word
        for word in _WORD.findall(text.lower())
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) / smaller > 0.8
