"""Saved views: a page with its filters, under a name. Standard library only, frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from db.notes import require_author

NAME_LENGTH = 40
QUERY_LENGTH = 4_000
_PAGE = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class SavedView:
    """``page`` and ``query`` (its parameters, URL-encoded) are as the browser gave them.

    Whoever opens a view checks both: they are text that a person wrote, and may name what is gone.
    """

    name: str
    page: str
    query: str
    author: str = ""
    # the store fills in the rest
    id: int = 0
    made_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


def require_valid(view: SavedView) -> None:
    """Raises `ValueError` for a name, page or query that no view can have."""
    require_name(view.name)
    require_author(view.author)
    if not _PAGE.fullmatch(view.page):
        raise ValueError(f"no page: {view.page!r}")
    if len(view.query) > QUERY_LENGTH:
        raise ValueError(f"a view's query has at most {QUERY_LENGTH} characters")


def require_name(name: str) -> None:
    """Raises `ValueError` for a name that is blank, too long, or of several lines."""
    if name != " ".join(name.split()) or not 0 < len(name) <= NAME_LENGTH:
        raise ValueError(f"a view's name has 1 to {NAME_LENGTH} characters, in one line")
