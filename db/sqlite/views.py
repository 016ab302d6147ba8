"""Saved views and the groups of companies."""

from __future__ import annotations

import sqlite3

from db.audiences import Audience, Group
from db.errors import AlreadyKept, NotFound
from db.sqlite.values import change_revision, to_instant, to_json
from db.views import SavedView


def save(connection: sqlite3.Connection, view: SavedView, now_seconds: int) -> int:
    """Keep a valid view; its id. Inside a write. Raises `AlreadyKept`."""
    _require_free(connection, view.name)
    cursor = connection.execute(
        "INSERT INTO saved_views (name, page, query, author, made_at) VALUES (?, ?, ?, ?, ?)",
        (view.name, view.page, view.query, view.author, now_seconds),
    )
    change_revision(connection)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def rename(connection: sqlite3.Connection, view_id: int, name: str) -> None:
    """Inside a write. Raises `NotFound`, `AlreadyKept`."""
    row = _row(connection, view_id)
    if row["deleted_at"] is not None:
        raise _no_view(view_id)
    if row["name"] == name:
        return
    _require_free(connection, name)
    connection.execute("UPDATE saved_views SET name = ? WHERE id = ?", (name, view_id))
    change_revision(connection)


def delete(connection: sqlite3.Connection, view_id: int, now_seconds: int, author: str) -> bool:
    """Whether it was there until now. Inside a write. Raises `NotFound`."""
    if _row(connection, view_id)["deleted_at"] is not None:
        return False
    connection.execute(
        "UPDATE saved_views SET deleted_at = ?, deleted_by = ? WHERE id = ?",
        (now_seconds, author, view_id),
    )
    change_revision(connection)
    return True


def restore(connection: sqlite3.Connection, view_id: int) -> bool:
    """Whether it was deleted until now. Inside a write. Raises `NotFound`, `AlreadyKept`."""
    row = _row(connection, view_id)
    if row["deleted_at"] is None:
        return False
    _require_free(connection, row["name"])
    connection.execute(
        "UPDATE saved_views SET deleted_at = NULL, deleted_by = '' WHERE id = ?", (view_id,)
    )
    change_revision(connection)
    return True


def listed(connection: sqlite3.Connection) -> list[SavedView]:
    """By name."""
    rows = connection.execute(
        "SELECT * FROM saved_views WHERE deleted_at IS NULL ORDER BY name, id"
    )
    return [
        SavedView(
            row["name"],
            row["page"],
            row["query"],
            row["author"],
            row["id"],
            to_instant(row["made_at"]),
        )
        for row in rows
    ]


def _row(connection: sqlite3.Connection, view_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT name, deleted_at FROM saved_views WHERE id = ?", (view_id,)
    ).fetchone()
    if row is None:
        raise _no_view(view_id)
    return row


def _no_view(view_id: int) -> NotFound:
    return NotFound(
        str(view_id),
        "그런 보기가 없습니다. 화면을 새로 고쳐 확인하세요.",
        "there is no such view. Reload the page to see those that there are.",
    )


def _require_free(connection: sqlite3.Connection, name: str) -> None:
    if connection.execute(
        "SELECT 1 FROM saved_views WHERE deleted_at IS NULL AND name = ?", (name,)
    ).fetchone():
        raise AlreadyKept(
            name,
            "이미 있는 이름입니다. 다른 이름을 쓰세요.",
            "this name is taken. Choose another one.",
        )


def set_audience(connection: sqlite3.Connection, audience: Audience) -> None:
    """Make one group exactly this. Inside a write."""
    connection.execute(
        """DELETE FROM audiences WHERE audience = ?
            OR company IN (SELECT value FROM json_each(?))""",
        (audience.group, to_json(audience.companies)),
    )
    connection.executemany(
        "INSERT INTO audiences VALUES (?, ?, ?)",
        [(company, audience.group, place) for place, company in enumerate(audience.companies)],
    )
    change_revision(connection)


def audiences(connection: sqlite3.Connection) -> list[Audience]:
    """The groups that have companies, in their order."""
    found: dict[Group, list[str]] = {group: [] for group in Group}
    for company, group in connection.execute(
        "SELECT company, audience FROM audiences ORDER BY position, company"
    ):
        found[Group(group)].append(company)
    return [Audience(group, tuple(ids)) for group, ids in found.items() if ids]
