"""What an article said before: the log of edits that nobody announces, and what counts as one.

Outlets change headlines and texts under the same address. A feed shows the present form only, so
each visit is compared with what is stored. These rules keep the log to what a reader would call
an edit, and keep it finite:

- White space, quotation marks, dashes, dots and full-width letters are no difference (`folded`).
- A text that is empty or cut where the other goes on is the same text (`changes`): feeds cut
  summaries at 140 to 300 characters, and not always at the same one.
- The same form may be taken over `MOST_RETURNS` times. An edit that was taken back is two edits;
  a feed that flips between two forms for ever (section copies, ``(종합)``) stands still after that.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

PARTS = ("title", "summary", "body")
"""what of an article can change, in this order wherever they stand together"""

MOST_RETURNS = 2
"""how often one form of a part may become the present one"""

MOST_VERSIONS = 50
"""kept per article (live tickers): the oldest one and the newest others"""

_MARKS = dict.fromkeys(map(ord, "\"'`´‘’‚‛“”„‟′″«»‹›「」『』"))
_MARKS |= dict.fromkeys(map(ord, "–—―−"), "-") | dict.fromkeys(map(ord, "ㆍ・‧∙"), "·")
_DOTS = re.compile(r"[.·]{2,}")
_SPACE = re.compile(r"\s+")
_CUT = re.compile(r"(?:…|\[…\]|\(…\))$")
_SHORTEST_START = 20


@dataclass(frozen=True, slots=True)
class Version:
    """One form of an article, in force from ``seen_at`` until the next one's.

    ``changed`` holds what differs from the version before, of `PARTS`; of the oldest one it is
    empty, and its ``seen_at`` is when the article was first seen. Only headlines are kept: a text
    that was taken back is not ours to keep.
    """

    seen_at: datetime
    title: str
    changed: tuple[str, ...] = ()


Parts = tuple[str, str, str]
"""title, summary and body of an article"""


def folded(text: str) -> str:
    """``text`` without what nobody would call a change of its words."""
    # some marks are made of others, and what stood apart may join once they are gone
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.translate(_MARKS))
        text = _SPACE.sub("", text.translate(_MARKS))
    return _DOTS.sub("…", text)


def changes(before: Parts, after: Parts) -> tuple[tuple[str, ...], Parts]:
    """(parts that were edited, the parts to hold from now on).

    What is empty in ``after`` stays as it was. What was empty before, or was cut, is filled in,
    which is no edit.
    """
    edited: list[str] = []
    held: list[str] = []
    for part, old, new in zip(PARTS, before, after, strict=True):
        one, other = folded(old), folded(new)
        if not other or one == other or _goes_on(part, one, other):
            held.append(old)
        else:
            held.append(new)
            if one and not _goes_on(part, other, one):
                edited.append(part)
    return tuple(edited), (held[0], held[1], held[2])


def _goes_on(part: str, longer: str, shorter: str) -> bool:
    """Whether ``shorter`` is ``longer``, cut: both folded, and the rest too long for chance.

    Headlines and bodies say so with an ellipsis; without one, words added at their end are an edit.
    """
    start = _CUT.sub("", shorter)
    if part != "summary" and start == shorter:
        return False
    return len(start) >= _SHORTEST_START and len(longer) > len(start) and longer.startswith(start)


def digest(text: str) -> str:
    """By what a form is known again without being kept: 16 hex digits of the folded text."""
    return hashlib.sha256(folded(text).encode()).hexdigest()[:16]


def earlier_titles(title: str, versions: Sequence[Version]) -> list[str]:
    """The headlines that an article had before ``title``, oldest first, each once."""
    return [old for old in dict.fromkeys(v.title for v in versions) if old != title]
