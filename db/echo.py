"""How much of an article repeats a press release: the share of its sentences found there.

Sentences are compared by their character shingles, so that small edits (a dropped word, 밝혔다 for
전했다) do not hide a copy. Containment as in Broder, "On the resemblance and containment of
documents" (1997).
"""

from __future__ import annotations

import re
import unicodedata

SHINGLE = 4
COMMON = 0.6
"""share of a sentence's shingles in the release from which on the sentence counts as taken from it"""
BASED = 0.5
"""share of an article's text from which on it is said to be based on the release"""
SHORTEST = 50
"""letters below which nothing is said: a headline and half a sentence prove nothing"""

_END = re.compile(r"(?<=[다요죠음임][.!?])\s*|(?<=[.!?])\s+|\n+")
_KEPT = re.compile(r"[^0-9a-z가-힣一-龥]+")
_BYLINE = re.compile(r"^\s*(?:\[[^\]]{1,30}\]|\([^)=]{1,30}=[^)]{1,30}\))(?:[^=.]{0,30}=)?")


def share_from(text: str, release: str) -> float | None:
    """Share (by letters) of the sentences of ``text`` that stand in ``release``; 0 … 1.

    None if either is too short for a statement.
    """
    theirs = _shingles(_letters(release))
    sentences = [_letters(sentence) for sentence in _END.split(_BYLINE.sub("", text))]
    # what is cut in the middle of a word is compared like the rest: shingles do not mind
    sentences = [sentence for sentence in sentences if len(sentence) > SHINGLE]
    whole = sum(map(len, sentences))
    if whole < SHORTEST or len(theirs) < SHORTEST:
        return None
    taken = sum(len(sentence) for sentence in sentences if _stands_in(sentence, theirs))
    return taken / whole


def _letters(text: str) -> str:
    return _KEPT.sub("", unicodedata.normalize("NFKC", text).lower())


def _shingles(letters: str) -> set[str]:
    return {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}


def _stands_in(sentence: str, theirs: set[str]) -> bool:
    own = _shingles(sentence)
    return len(own & theirs) >= COMMON * len(own)
