"""Korean verbs and adjectives: the begins of all conjugated forms of a dictionary form.

Rules of 한글 맞춤법 §18 (르, ㅂ, ㅅ, ㄷ, ㄹ, ㅡ, 하다) and §34–38 (contractions). With them a lexicon
of dictionary forms works without a morphological analyser on every sentence.
"""

from __future__ import annotations

_BASE = ord("가")
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_REGULAR_B = frozenset("뽑입잡좁씹접꼽집업굽")
_IRREGULAR_S = frozenset("잇짓낫붓긋")
_IRREGULAR_D = frozenset("듣싣닫일")
_CONTRACTED = dict(zip("ㅏㅓㅐㅔㅕㅗㅜㅣㅚ", "ㅏㅓㅐㅔㅕㅘㅝㅕㅙ", strict=True))
_ENDINGS = ("고", "며", "면", "지", "기", "는", "던", "자", "네", "게", "다", "나", "려")


def begins(verb: str) -> list[str]:
    """Strings with which a word that conjugates ``verb`` (``오르다``) begins, each once.

    A begin of one letter would fit too many words and is left out, unless it holds the past
    tense (컸). Raises ValueError for something that is not a dictionary form.
    """
    if len(verb) < 2 or not verb.endswith("다") or not all("가" <= char <= "힣" for char in verb):
        raise ValueError(f"not a dictionary form: {verb!r}")
    stem = verb[:-1]
    head, last = stem[:-1], stem[-1]
    forms = [stem + ending for ending in _ENDINGS]
    if last == "하":
        forms += [head + syllable for syllable in "하해했한할함합"]
    elif _final(last) == " ":
        forms += [head + _with_final(last, final) for final in "ㄴㄹㅁㅂ"]
        forms += _open_stem(head, last)
    else:
        forms += _closed_stem(head, last)
    if len(stem) > 1:
        forms.append(stem)
    return list(dict.fromkeys(form for form in forms if len(form) > 1 or _final(form) == "ㅆ"))


def _open_stem(head: str, last: str) -> list[str]:
    if last == "르" and head:
        root = head[:-1] + _with_final(head[-1], "ㄹ")
        vowel = "ㅏ" if _vowel(head[-1]) in "ㅏㅗ" else "ㅓ"
        return _past(root, _compose("ㄹ", vowel))
    if _vowel(last) == "ㅡ":
        vowel = "ㅏ" if head and _vowel(head[-1]) in "ㅏㅗ" else "ㅓ"
        return _past(head, _with_vowel(last, vowel))
    if contracted := _CONTRACTED.get(_vowel(last)):
        return _past(head, _with_vowel(last, contracted))
    return _past(head + last, "어")


def _closed_stem(head: str, last: str) -> list[str]:
    final, bare = _final(last), _with_final(last, " ")
    vowel = "아" if _vowel(last) in "ㅏㅗ" else "어"
    if final == "ㅂ" and last not in _REGULAR_B:
        root = head + bare
        return [root + "우", root + "운", root + "울", root + "웠", root + "워", root + "움"]
    if final == "ㅅ" and last in _IRREGULAR_S:
        return [*_past(head + bare, vowel), head + bare + "은", head + bare + "을"]
    if final == "ㄷ" and last in _IRREGULAR_D:
        root = head + _with_final(last, "ㄹ")
        return [*_past(root, vowel), root + "은", root + "을"]
    forms = _past(head + last, vowel)
    if final == "ㄹ":
        return [*forms, *(head + _with_final(last, other) for other in "ㄴㄻ"), head + bare + "는"]
    return [*forms, head + last + "은", head + last + "을", head + last + "음", head + last + "으"]


def _past(root: str, infinitive: str) -> list[str]:
    return [root + infinitive, root + _with_final(infinitive, "ㅆ")]


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - _BASE
    return code // 588, code % 588 // 28, code % 28


def _vowel(syllable: str) -> str:
    return _VOWELS[_parts(syllable)[1]]


def _final(syllable: str) -> str:
    return _FINALS[_parts(syllable)[2]]


def _with_final(syllable: str, final: str) -> str:
    onset, vowel, _ = _parts(syllable)
    return chr(_BASE + onset * 588 + vowel * 28 + _FINALS.index(final))


def _with_vowel(syllable: str, vowel: str) -> str:
    onset, _, final = _parts(syllable)
    return chr(_BASE + onset * 588 + _VOWELS.index(vowel) * 28 + final)


def _compose(onset: str, vowel: str) -> str:
    return chr(
        _BASE
        + "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ".index(onset) * 588
        + _VOWELS.index(vowel) * 28
    )
