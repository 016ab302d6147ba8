"""What people hide: the rules by which articles leave every list and every number.

A mute hits articles; it never changes or deletes them. Standard library only, frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from db.notes import require_author
from db.search import Query, parse

VALUE_LENGTH = 200


class MuteKind(StrEnum):
    """What a mute looks at. ``KEYWORD`` asks the headline alone, in the language of `db.search`."""

    OUTLET = "outlet"
    SOURCE = "source"
    STORY = "story"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Mute:
    """One rule. ``value``: an outlet's name, a source's or story's id, or a search."""

    kind: MuteKind
    value: str
    author: str = ""
    # the store fills in the rest
    title: str = ""
    """of a story: the headline of its first article"""
    articles: int = 0
    """relevant articles that it hides now; several mutes may hide the same one"""
    id: int = 0
    made_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    undone_at: datetime | None = None
    undone_by: str = ""

    @property
    def active(self) -> bool:
        return self.undone_at is None


def require_valid(mute: Mute) -> None:
    """Raises `ValueError` for an empty or too long value, and for keywords that say nothing."""
    MuteKind(mute.kind)
    if not mute.value.strip() or len(mute.value) > VALUE_LENGTH:
        raise ValueError(f"a mute needs 1 to {VALUE_LENGTH} characters to look for")
    require_author(mute.author)
    if mute.kind is MuteKind.KEYWORD and not usable(mute.value):
        raise ValueError("a keyword names what stands in the headlines to be hidden")


def keywords(value: str) -> Query:
    """The search of a `MuteKind.KEYWORD`."""
    return parse(value)


def usable(value: str) -> bool:
    """Whether keywords name something. ``-HBM`` alone would hide nearly everything, ``…`` nothing."""
    query = parse(value)
    terms = [term for clause in query.clauses for terms in clause for term in terms]
    return (
        bool(terms)
        and not query.matches("")
        and all(term.column in ("", "title") for term in terms)
    )
