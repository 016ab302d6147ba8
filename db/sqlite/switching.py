"""Sources that the configuration switches on or off or moves, and those that people revive."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.errors import NotFound
from db.gaps import open_gaps
from db.model import Source
from db.sqlite import coverage
from db.sqlite.log import status_of
from db.sqlite.values import to_instant


def prepare(connection: sqlite3.Connection, sources: Sequence[Source]) -> list[str]:
    """End the gaps of what is switched off or moves; the slugs of those that begin anew. Inside a write."""
    wanted = {source.id: source for source in sources}
    anew = []
    rows = connection.execute(
        """SELECT s.id, s.slug, s.url, s.enabled AND s.position IS NOT NULL AS active,
            f.last_fetch_at FROM sources s JOIN feeds f ON f.source = s.id"""
    ).fetchall()
    for number, slug, url, active, last_fetch_at in rows:
        source = wanted.get(slug)
        stays = source is not None and source.enabled
        moved = source is not None and source.url != url
        if active and (moved or not stays) and last_fetch_at is not None:
            at = to_instant(last_fetch_at)
            coverage.close(connection, number, open_gaps(status_of(connection, number, at), at), at)
        if moved or (stays and not active):
            anew.append(slug)
    return anew


def revive(connection: sqlite3.Connection, slug: str) -> bool:
    """See `db.store.Store.revive`. Inside a write."""
    row = connection.execute(
        """SELECT f.retired_at FROM sources s LEFT JOIN feeds f ON f.source = s.id
            WHERE s.slug = ? AND s.position IS NOT NULL""",
        (slug,),
    ).fetchone()
    if row is None:
        raise NotFound(
            slug,
            "그런 피드가 없습니다. chipwatch feeds list로 id를 확인하세요.",
            "no such source. Look its id up with `chipwatch feeds list`.",
        )
    if row[0] is None:
        return False
    coverage.begin_anew(connection, [slug])
    return True
