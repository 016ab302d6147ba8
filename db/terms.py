"""Key terms: what an article tells of, as small numbers by which articles are compared.

A term is a hash of a word, amount, subject or company, with a weight that says how telling it is.
Terms are packed into one number each, so that they are stored and compared without their words.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

HEAVIEST = 15
_HASH_BITS = 48


class TermKind(IntEnum):
    """``SUBJECT``: a thing that has several names, in several languages. ``MONEY``: a sum of money."""

    WORD = 0
    NUMBER = 1
    MONEY = 2
    SUBJECT = 3
    COMPANY = 4


class Term(NamedTuple):
    """``key`` is the same for the same thing; ``weight`` runs from 1 (everyday) to 15 (telling).

    ``headline``: whether it stands in the headline.
    """

    key: int
    kind: TermKind
    weight: int
    headline: bool = False

    def packed(self) -> int:
        """One non-negative number below 2⁵⁶."""
        return self.key << 8 | self.headline << 7 | self.kind << 4 | self.weight


def term_key(text: str) -> int:
    """48 bits, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=_HASH_BITS // 8).digest(), "big")


def unpacked(number: int) -> Term:
    """The opposite of `Term.packed`. Raises `ValueError` for a number that it never gives."""
    return Term(number >> 8, TermKind(number >> 4 & 7), number & 15, bool(number >> 7 & 1))
