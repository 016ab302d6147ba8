"""Notes that people keep under an article. Standard library only, frozen, as in :mod:`db.model`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

NOTE_LENGTH = 300
AUTHOR_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Note:
    """What a person noted of an article: plain text, as written."""

    article_id: str
    text: str
    """1 to `NOTE_LENGTH` characters, not blank"""
    author: str = ""
    """at most `AUTHOR_LENGTH` characters"""
    # the store fills in the rest
    id: int = 0
    made_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


def require_valid(note: Note) -> None:
    """Raises `ValueError` for a note that is blank or too long."""
    if not note.text.strip() or len(note.text) > NOTE_LENGTH:
        raise ValueError(f"a note has 1 to {NOTE_LENGTH} characters")
    require_author(note.author)


def require_author(author: str) -> None:
    """Raises `ValueError` for a name that is too long."""
    if len(author) > AUTHOR_LENGTH:
        raise ValueError(f"an author has at most {AUTHOR_LENGTH} characters")
