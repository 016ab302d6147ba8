"""Whom the words before a title name: ``홍길동 별마루칩스 대표``, ``별마루칩스의 홍 대표``, ``업계 관계자``.

The words are read from right to left, as far as they may belong to a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.process.names import Words

HONORIFIC = "씨"
_MAX_TOKENS = 6
_ANOTHER = ("한", "다른")
_SEVERAL = ("두", "세", "네", "양", "각", "여러", "일부")
_FORMER = ("전", "현", "신임")
_BELONGING = ("소속", "출신")
_PARENTHESIS = re.compile(r"\s?\([^()\n]{0,40}\)")
_ABBREVIATION = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Speaker:
    """``person`` is false for an organisation or a group, ``named`` for 업계 관계자 and the like."""

    name: str
    title: str = ""
    organisation: str = ""
    person: bool = True
    named: bool = True


NOBODY = Speaker("", person=False, named=False)


def read_speaker(words: Words, left: str, word: str, paren: str) -> tuple[Speaker | None, int]:
    """Who is named by ``left`` before the title ``word``, and how much of ``left`` that takes.

    None where the title turns out to be an ordinary word.
    """
    tokens = (_PARENTHESIS.sub("", left) if "(" in left else left).split()
    prefix = tokens.pop() if tokens and not left[-1].isspace() else ""
    count = len(tokens)
    if word == HONORIFIC:
        speaker = _with_honorific(words, tokens, prefix)
    elif word in words.unnamed or word in words.groups:
        speaker = _unnamed(words, tokens, prefix, word)
    else:
        speaker = _titled(words, tokens, prefix, word, paren)
    taken = count - len(tokens) + bool(prefix)
    if taken == 0:
        return speaker, 0
    pieces = left.rsplit(None, taken)
    return speaker, len((left[len(pieces[0]) :] if len(pieces) > taken else left).lstrip())


def _with_honorific(words: Words, tokens: list[str], prefix: str) -> Speaker | None:
    """최가람 씨, 김모 씨, A 씨."""
    name = prefix or (tokens.pop() if tokens else "")
    if name == "모" and tokens and tokens[-1] in words.surnames:
        return Speaker(f"{tokens.pop()} {name}")  # 이 모 씨
    anonymous = len(name) == 1 or (len(name) <= 3 and name.endswith("모"))
    return Speaker(name) if anonymous or words.korean_name(name) else None


def _unnamed(words: Words, tokens: list[str], prefix: str, word: str) -> Speaker | None:
    """업계 관계자, 별마루칩스 측, 증권가. What belongs to it is taken off ``tokens``."""
    group = word in words.groups
    if prefix and group and not words.organisation(prefix + word):
        return None
    kept = [prefix + word]
    while tokens and len(kept) <= (1 if group else 4):
        token = tokens[-1]
        if token in _ANOTHER:
            kept.insert(0, tokens.pop())
            break
        if token in words.determiners or token in words.adverbs:
            break
        if not words.noun(token) and not (words.word(token) and words.organisation(token)):
            break
        kept.insert(0, tokens.pop())
    name = " ".join(kept)
    if word == "담당자" and len(kept) > 2 and words.full_name(kept[0]):  # 홍길동 별마루칩스 담당자
        return Speaker(kept[0], word, " ".join(kept[1:-1]))
    if group:
        return Speaker(name, person=False, named=False)
    first = prefix or (kept[0] if len(kept) > 1 else "")
    owner = words.organisation(first) and first not in words.things
    organisation = first if owner and not words.generic(first) else ""
    title = "" if word in ("측", "노조") else word
    return Speaker(name, title, organisation, person=word != "측", named=False)


def _titled(words: Words, tokens: list[str], prefix: str, word: str, paren: str) -> Speaker | None:
    """홍길동 별마루칩스 대표. What belongs to it is taken off ``tokens``."""
    title = (
        word + paren
        if _ABBREVIATION.search(paren) or paren[:-1].endswith(words.title_ends)
        else word
    )
    name = organisation = ""
    if prefix:
        if words.full_name(prefix) and not tokens:
            name = prefix
        elif word == "연구원" and prefix not in words.ranks:
            return Speaker(prefix + word, "", prefix + word, person=False)
        elif prefix in words.companies:
            organisation = prefix
        elif prefix[-1].isalnum():
            title = prefix + title
        else:
            return None
    while tokens and not name:
        last = tokens[-1]
        if last == "겸" and len(tokens) > 1:
            title = f"{tokens[-2]} 겸 {title}"
            del tokens[-2:]
        elif last in words.titles or (
            last in words.ranks and (len(tokens) > 1 or last not in words.surnames)
        ):
            title = f"{tokens.pop()} {title}"
        else:
            break
    if (
        len(tokens) > 1
        and tokens[-1].endswith(words.departments)
        and words.organisation(tokens[-2])
        and not words.full_name(tokens[-2])
    ):
        title = f"{tokens.pop()} {title}"
    chosen, taken = _tokens(words, tokens)
    del tokens[len(tokens) - taken :]
    for former in _FORMER:  # 홍길동 전 별마루칩스 대표
        if former in chosen[:-1]:
            place = chosen.index(former)
            title = f"{former} {title}"
            if place:
                return Speaker(" ".join(chosen[:place]), title, " ".join(chosen[place + 1 :]))
            del chosen[0]
    if chosen and words.owner(chosen[0]) and not words.full_name(chosen[0]):
        owner = chosen.pop(0)[:-1]
        organisation = organisation or owner
    if name:
        organisation = organisation or " ".join(chosen[-1:])
    elif chosen:
        if chosen[-1] in _SEVERAL or (
            any(map(words.generic, chosen)) and not any(map(words.full_name, chosen))
        ):
            if tokens and tokens[-1] in _ANOTHER:
                chosen.insert(0, tokens.pop())
            return Speaker(f"{' '.join(chosen)} {title}", title, named=False)
        name, owner = _name_and_organisation(words, chosen)
        organisation = organisation or owner
        if name and words.department(organisation):
            title, organisation = f"{organisation} {title}", ""
        first, _, country = name.rpartition(" ")
        if words.no_name(country):  # 중국 외교부 대변인, 존 아무개 미국 재무장관
            name, organisation = first, f"{country} {organisation}".strip()
        if organisation in words.titles:
            organisation = ""
    if name and not organisation and len(tokens) > 1:
        before, apposition = tokens[-2:]  # 별마루칩스 창업자인 홍길동 회장
        if apposition.removesuffix("인") in words.titles and words.organisation(before):
            organisation = before
    if not name and tokens and tokens[-1] in _ANOTHER:
        name = " ".join(filter(None, (tokens.pop(), organisation, title)))
        return Speaker(name, title, organisation, named=False)
    if word in words.titles_with_name and not (
        words.korean_name(name) or name in words.surnames or (" " in name and word != "시장")
    ):
        return None
    return Speaker(name, title, organisation)


def _tokens(words: Words, tokens: Sequence[str]) -> tuple[list[str], int]:
    """The last of ``tokens`` that may belong to somebody's name, in reading order, and how many
    they are with what is passed over."""
    kept: list[str] = []
    taken = 0
    for place, token in enumerate(reversed(tokens), start=1):
        if token in words.adverbs or not words.word(token):
            break
        if token in _BELONGING:
            continue
        if kept and token in words.determiners:
            break
        if words.owner(token) and not (kept and words.full_name(token)):
            named = not kept or words.full_name(kept[-1])
            if words.organisation(token[:-1]) or (
                named and len(token) > 3 and words.part_of_name(token[:-1])
            ):
                kept.append(token)
                taken = place
            break
        ends = words.marked(token) or (kept and words.bound(token))
        if ends and not (
            words.organisation(token) or words.full_name(token) or token.endswith(words.departments)
        ):
            break
        kept.append(token if kept else token.rpartition("·")[2])
        taken = place
        if len(kept) == _MAX_TOKENS:
            break
    kept.reverse()
    return kept, taken


def _name_and_organisation(words: Words, tokens: Sequence[str]) -> tuple[str, str]:
    last = tokens[-1]
    if len(tokens) == 1:
        if words.no_name(last):
            return "", ""
        if words.organisation(last) and not words.korean_name(last):
            return "", last
        return last, ""
    # 홍길동 별마루칩스 대표: the rightmost name that something else follows
    named = words.full_name(last)
    for index in range(len(tokens) - 2, -1, -1):
        if not words.full_name(tokens[index]):
            continue
        if named and (index < len(tokens) - 2 or words.bound(tokens[index])):
            break
        first = index - (index > 0 and tokens[index - 1] in words.given_names)
        return " ".join(tokens[first : index + 1]), " ".join(tokens[index + 1 :])
    if named and tokens[-2] in words.given_names:
        return " ".join(tokens[-2:]), _last_organisation(words, tokens[:-2])
    if named:
        return last, _last_organisation(words, tokens[:-1])
    for index in range(len(tokens) - 2, -1, -1):  # 별마루사 주지 아무개 스님
        if tokens[index].endswith(words.title_ends) and not words.organisation(tokens[index]):
            return " ".join(tokens[index + 1 :]), _last_organisation(words, tokens[:index])
    places = [index for index, token in enumerate(tokens) if words.organisation(token)]
    if len(last) == 1 and last in words.surnames and len(tokens) - 2 in places:
        return last, _last_organisation(words, tokens[:-1])  # 별마루칩스 김 대표
    if places:
        first = last_place = places[-1]
        while first - 1 in places and first > 1:
            first -= 1
        if last_place == len(tokens) - 1:  # 샘 아무개 별마루칩스 대표
            return " ".join(tokens[max(0, first - 3) : first]), " ".join(tokens[first:])
        organisation = _last_organisation(words, tokens[: last_place + 1])
        return " ".join(tokens[last_place + 1 :]), organisation
    if len(tokens) == 2 and not words.korean_name(tokens[0]):
        return " ".join(tokens), ""
    return " ".join(tokens[-3:-1]), last


def _last_organisation(words: Words, tokens: Sequence[str]) -> str:
    while tokens and tokens[-1].endswith(words.title_ends):  # 별마루칩스 센터장 홍길동 전무
        tokens = tokens[:-1]
    if tokens and (len(tokens[-1]) == 1 or words.full_name(tokens[-1])):
        return tokens[-1] if words.organisation(tokens[-1]) else ""
    if len(tokens) > 1:
        before, last = tokens[-2], tokens[-1]
        if last.endswith(words.departments) and last not in words.companies:
            return before
        if before.isascii() and before.isupper() and len(before) <= 3:
            return f"{before} {last}"
    return tokens[-1] if tokens else ""


def plain_subject(words: Words, tokens: Sequence[str]) -> Speaker | None:
    """Whom the last of ``tokens`` name without a title: 삼성전자, 일론 머스크, 재판부."""
    last = tokens[-1]
    if words.organisation(last) and not words.full_name(last):
        if last in words.suffixes and len(tokens) > 1 and words.part_of_name(tokens[-2]):
            last = f"{tokens[-2]} {last}"  # 블루힐 통신
        return Speaker(last, "", last, person=False)
    if words.thing(last) or not words.word(last):
        return None
    if (
        len(tokens) > 1
        and len(last) < 4
        and words.full_name(tokens[-2])
        and not words.full_name(last)
    ):
        return Speaker(tokens[-2], last)  # 홍길동 명장
    if len(tokens) > 1 and (not words.full_name(last) or tokens[-2] in words.given_names):
        before = tokens[-2]
        if before in words.adverbs or words.generic(before):
            pass
        elif words.part_of_name(before) or (last.endswith("들") and words.noun(before)):
            return Speaker(f"{before} {last}", named=not last.endswith("들"))
    return Speaker(last) if len(last) > 1 else None
