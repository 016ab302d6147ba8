"""Where a name may begin and end in Korean text: hand-made letter classes, particles, suffixes.

``\\b`` and ``\\w`` count Hangul as word characters, so ``오픈AI\\b`` misses 오픈AI가; measured on
headlines that loses one mention in seven. Everything here expects `document.normal` text.
"""

from __future__ import annotations

import re

HANGUL = re.compile(r"[가-힣]")
LATIN = re.compile(r"[A-Za-z0-9]")

_PARTICLES = (
    "으로부터|로부터|에게서|에서는|에서도|에서의|에서|에게|에도|에는|에만|에선|에|"
    "으로는|으로도|으로|로는|로도|로서|로써|로|"
    "이라는|이라고|이라며|이라면|이라도|이라|라는|라고|라며|라면|라도|라|"
    "이었다|였다|이다|다|입니다|이며|이고|이자|이란|이냐|이지만|인데|인|란|냐|"
    "까지|부터|보다|처럼|만큼|마저|조차|밖에|뿐만|뿐|대로|같은|같이|"
    "이랑|랑|하고|이나|나|든|은|는|이|가|을|를|의|와|과|도|만|며|고|엔|선|서|님|들|측"
)
_SUFFIXES = (
    "코리아|재팬|차이나|아메리카|클라우드|그룹|반도체|파운드리|메모리|디바이스|"
    "노조|주가|주식|주주|본사|본체|법인|지사|공장|팹|칩|표|판|발|향|산|제|급|주|식|형|계열|계|용|진영|연합|동맹"
)
_ENDS = re.compile(rf"(?:{_SUFFIXES})?(?:{_PARTICLES}){{0,3}}(?![가-힣])")
_GLUE = re.compile(
    r"(?:^|[^가-힣])(?:미국|대만|중국|일본|한국|영국|독일|네덜란드|세계|글로벌|탈|반|친|대|구|옛|신|현|전|및)$"
)


def ends_word(text: str, position: int) -> bool:
    """Whether a Hangul name may end here: before no Hangul, or before suffix and particles only."""
    return _ENDS.match(text, position) is not None


def starts_word(text: str, position: int) -> bool:
    """Whether a Hangul name may begin here: after no Hangul, or after a short word that is glued on."""
    if position == 0 or not HANGUL.match(text[position - 1]):
        return True
    return _GLUE.search(text[max(0, position - 6) : position]) is not None


def splits_latin(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` would cut a Latin word or number, or stand beside an ampersand."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if LATIN.match(first) and (LATIN.match(before) or before == "&"):
        return True
    return bool(LATIN.match(last) and (LATIN.match(after) or after == "&"))
