"""When two entries are one article although their addresses differ. Pure; see `db.sqlite.identity`.

Decided by what both orders of collection know, so that the result does not depend on the order:

- **Address.** The same canonical address, or one under which the article is known already.
- **Guid.** The same guid at the same outlet, if the rest agrees (`same_by_guid`): some feeds count
  their entries 1, 2, 3, or give all of them one guid.
- **Headline.** An aggregator's entry (its links lead to the aggregator) and an article of the same
  outlet, Korean day and headline (`headline_key`). Only aggregators' entries are ever joined by
  their headline: two addresses of the outlet itself are two articles, for outlets do publish
  different texts under the same headline.
"""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import SequenceMatcher

from db.model import Article, TimeQuality, kst_day
from db.versions import folded

WINDOW = timedelta(days=3)
"""beyond it an equal guid says nothing"""

SIMILAR = 0.5
"""share of two headlines that must agree (Ratcliff and Obershelp's measure, as in `difflib`)"""

_SHORTEST_KEY = 12
_NUMBER = re.compile(r"\d+")
_STRONG = 16
_STRONG_DIGITS = 6
# columns, lists and notices: outlets repeat their headlines
_SERIAL = re.compile(
    r"인사|부고|부음|동정|운세|날씨|포토|사진|화보|영상|그래픽|만평|알림|게시판|신간|단신|공시|시황|특징주"
    r"|주요\s*(?:뉴스|기사|일정|공시)|헤드라인|브리핑|모닝|오늘의|이\s*시각|금주|주간|칼럼|사설|퀴즈|속보\s*$"
    r"|\b(?:newsletter|roundup|briefing|headlines|podcast|photos?|obituary)\b",
    re.IGNORECASE,
)


def headline_key(title: str) -> str:
    """By what a headline is found again at its outlet on its day; "" where it says too little."""
    key = folded(title).casefold()
    return "" if len(key) < _SHORTEST_KEY or _SERIAL.search(title) else key


def same_by_guid(one: Article, other: Article, *, both_listed: bool = False) -> bool:
    """Whether two entries with the same guid at the same outlet are one article.

    A short guid, which may be no more than a place in a list, needs the same headline on the same
    day. A long one needs the same headline, a similar one with the same numbers in it, or the same
    instant; the same headline alone if a feed lists ``both_listed`` at the same time.
    """
    if abs(one.published_at - other.published_at) > WINDOW:
        return False
    titles = folded(one.title), folded(other.title)
    if not is_strong(one.guid):
        same_day = kst_day(one.published_at) == kst_day(other.published_at)
        return titles[0] == titles[1] and same_day and bool(headline_key(one.title))
    if titles[0] == titles[1]:
        return True
    exact = one.time_quality is other.time_quality is TimeQuality.EXACT
    at_once = exact and one.published_at == other.published_at
    return not both_listed and (at_once or _similar(*titles))


def _similar(one: str, other: str) -> bool:
    if _NUMBER.findall(one) != _NUMBER.findall(other):
        return False
    # in one order, as the measure depends on it
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second).ratio() >= SIMILAR


def is_strong(guid: str) -> bool:
    """Whether a guid is too long to be a place in a list."""
    return len(guid) >= _STRONG or sum(c.isdigit() for c in guid) >= _STRONG_DIGITS
