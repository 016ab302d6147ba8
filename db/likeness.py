"""Whether two articles tell of the same event: near-copies, or the same event in other words.

Pure, symmetric, and independent of every other article, so that stories do not depend on the order
in which articles come. Precision before recall: a story that mixes two events misleads, one that
misses a follower only counts it apart.

The weights of `_event` are a logistic regression, rounded, fitted to the development half of
tests/data/stories (pairs of different outlets within `EVENT_SECONDS` that are no near-copies);
signs were fixed beforehand. A pair needs `ENOUGH` points, chosen so that no pair of different events
of that half is joined; see tests/test_stories_accuracy.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from db.terms import TermKind, unpacked

DAY = 86_400
COPY_SECONDS = 3 * DAY
"""at most so long after each other copies of one text appear"""
EVENT_SECONDS = 36 * 3_600
"""… and reports of one event; what comes later is another step of the affair"""
SAME_OUTLET_SECONDS = 12 * 3_600
"""One outlet's copies appear in several sections on one day. Later ones are a series: daily digests
and columns share headline and phrases, not events."""

SHARE = 5 / 12
"""share of the shorter fingerprint that copies must have in common …"""
AT_LEAST = 3
"""… and how many hashes at least, unless the fingerprints are equal"""
AMOUNTS = 0.5
"""Share of the fewer amounts that copies must have in common: notices and market reports differ by
little else."""
WORTH = 1 / 4
"""Share of the fewer key terms (by worth) that copies must have in common: short headlines that begin
with the same two companies share shingles, and nothing else."""

ENOUGH = 1.0
_BIAS = -3.6
_SHARED = 0.33
_TELLING_COMPANY = 2.2
_EVERYDAY_COMPANY = 0.25
_OTHER_HEADLINE = -1.7
_NO_COMPANY = -3.2
_OTHER_MONEY = -4.1
_PER_DAY = -3.5
_OTHER_LANGUAGE = 2.1
EVERYDAY = 2
"""Up to this weight a company is in the news every day, and sharing it says little."""
_TELLING_AMOUNT = 5


@dataclass(frozen=True, slots=True)
class Traits:
    """What of an article is compared. ``published_at`` in seconds; ``outlet`` any number of it.

    ``points``: by key of word, amount or subject its weight squared; ``headline``: the keys that
    stand in the headline; ``telling_companies`` and ``everyday_companies``: keys of those named;
    ``amounts`` and ``money``: keys of telling ones.
    """

    published_at: int
    outlet: int
    language: str
    hashes: frozenset[int]
    points: Mapping[int, int]
    headline: frozenset[int]
    telling_companies: frozenset[int]
    everyday_companies: frozenset[int]
    headline_companies: frozenset[int]
    amounts: frozenset[int]
    money: frozenset[int]
    lookup: tuple[int, ...]
    """the keys by which others that tell of the same can be found"""


_INDEXED = {
    TermKind.WORD: 4,
    TermKind.NUMBER: 2,
    TermKind.MONEY: 2,
    TermKind.SUBJECT: 2,
    TermKind.COMPANY: EVERYDAY + 1,
}
"""from which weight on a term is looked up"""


def traits(
    published_at: int, outlet: int, language: str, fingerprint: Iterable[int], terms: Iterable[int]
) -> Traits:
    """``fingerprint`` and ``terms`` as in `db.model.Tags`."""
    points: dict[int, int] = {}
    headlined: list[int] = []
    companies: dict[bool, list[int]] = {True: [], False: []}
    amounts, money, lookup = [], [], []
    for key, kind, weight, headline in map(unpacked, terms):
        if weight >= _INDEXED[kind]:
            lookup.append(key)
        if headline:
            headlined.append(key)
        if kind is TermKind.COMPANY:
            companies[weight > EVERYDAY].append(key)
            continue
        points[key] = weight * weight * (4 if kind is TermKind.SUBJECT else 1)
        if kind in (TermKind.NUMBER, TermKind.MONEY) and weight >= _TELLING_AMOUNT:
            amounts.append(key)
            if kind is TermKind.MONEY:
                money.append(key)
    headline_keys = frozenset(headlined)
    return Traits(
        published_at,
        outlet,
        language,
        frozenset(fingerprint),
        points,
        headline_keys,
        frozenset(companies[True]),
        frozenset(companies[False]),
        headline_keys.intersection(companies[True] + companies[False]),
        frozenset(amounts),
        frozenset(money),
        tuple(lookup),
    )


def alike(one: Traits, other: Traits) -> bool:
    """Whether they tell of the same event; in either order the same answer."""
    apart = abs(one.published_at - other.published_at)
    if apart > COPY_SECONDS:
        return False
    if one.outlet == other.outlet:
        return (
            apart <= SAME_OUTLET_SECONDS and one.headline == other.headline and _copies(one, other)
        )
    return _copies(one, other) or (apart <= EVENT_SECONDS and _event(one, other) > ENOUGH)


def _copies(one: Traits, other: Traits) -> bool:
    if one.hashes != other.hashes:
        shared = len(one.hashes & other.hashes)
        if shared < max(AT_LEAST, SHARE * min(len(one.hashes), len(other.hashes))):
            return False
    elif not one.hashes:
        return False
    if one.money and other.money and not one.money & other.money:
        return False
    fewer = min(len(one.amounts), len(other.amounts))
    if fewer and len(one.amounts & other.amounts) < AMOUNTS * fewer:
        return False
    if one.hashes == other.hashes:
        return True
    lighter = min(sum(one.points.values()), sum(other.points.values()))
    shared_points = sum(one.points[key] for key in one.points.keys() & other.points.keys())
    return shared_points >= WORTH * lighter


def _event(one: Traits, other: Traits) -> float:
    score = _BIAS + _companies(one, other)
    score += _PER_DAY * abs(one.published_at - other.published_at) / DAY
    if one.language != other.language:
        score += _OTHER_LANGUAGE
    if one.money and other.money and one.money.isdisjoint(other.money):
        score += _OTHER_MONEY
    worth = 0.0
    for key in one.points.keys() & other.points.keys():
        points = min(one.points[key], other.points[key])
        # a term counts half as much again if both headlines have it
        worth += points * 1.5 if key in one.headline and key in other.headline else points
    return score + _SHARED * sqrt(worth)


def _companies(one: Traits, other: Traits) -> float:
    score = 0.0
    telling = not one.telling_companies.isdisjoint(other.telling_companies)
    everyday = not one.everyday_companies.isdisjoint(other.everyday_companies)
    if telling:
        score += _TELLING_COMPANY
    if everyday:
        score += _EVERYDAY_COMPANY
    if not telling and not everyday and any(map(_names_companies, (one, other))):
        score += _NO_COMPANY
    mine, theirs = one.headline_companies, other.headline_companies
    if mine and theirs and not _named(mine, other) and not _named(theirs, one):
        score += _OTHER_HEADLINE
    return score


def _names_companies(of: Traits) -> bool:
    return bool(of.telling_companies or of.everyday_companies)


def _named(companies: frozenset[int], by: Traits) -> bool:
    return not (
        companies.isdisjoint(by.telling_companies) and companies.isdisjoint(by.everyday_companies)
    )
