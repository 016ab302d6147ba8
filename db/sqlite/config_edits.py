"""Edits of the configuration, kept until a run lays them over its files."""

from __future__ import annotations

import json
import sqlite3

from db.config_edits import ConfigEdit, EditKind, EditState
from db.errors import AlreadyKept, NotFound
from db.sqlite.values import change_revision, maybe_instant, to_instant


def add(connection: sqlite3.Connection, edit: ConfigEdit, now_seconds: int) -> int:
    """Keep a valid edit; its id. Inside a write. Raises `AlreadyKept`."""
    fields = json.dumps(dict(edit.values), ensure_ascii=False, sort_keys=True)
    said = (edit.kind, edit.target, fields)
    if _said_last(connection, edit) == fields:
        raise AlreadyKept(
            edit.target,
            "같은 변경이 이미 있습니다. 아래 목록에서 확인하세요.",
            "the same change is there already. See the list below.",
        )
    cursor = connection.execute(
        "INSERT INTO config_edits (kind, target, fields, author, made_at) VALUES (?, ?, ?, ?, ?)",
        (*said, edit.author, now_seconds),
    )
    change_revision(connection)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _said_last(connection: sqlite3.Connection, edit: ConfigEdit) -> str | None:
    row = connection.execute(
        """SELECT fields FROM config_edits WHERE undone_at IS NULL AND kind = ? AND target = ?
            ORDER BY id DESC LIMIT 1""",
        (edit.kind, edit.target),
    ).fetchone()
    return None if row is None else str(row[0])


def undo(connection: sqlite3.Connection, edit_id: int, now_seconds: int, author: str) -> bool:
    """Whether it held until now. Inside a write. Raises `NotFound`."""
    row = _row(connection, edit_id)
    if row["undone_at"] is not None:
        return False
    connection.execute(
        "UPDATE config_edits SET undone_at = ?, undone_by = ? WHERE id = ?",
        (now_seconds, author, edit_id),
    )
    change_revision(connection)
    return True


def report(
    connection: sqlite3.Connection, edit_id: int, state: EditState, message: str, message_en: str
) -> None:
    """Note what became of an edit. Inside a write. Raises `NotFound`."""
    row = _row(connection, edit_id)
    after = (state.value, message, message_en)
    if tuple(row)[1:] == after:
        return
    connection.execute(
        "UPDATE config_edits SET state = ?, message = ?, message_en = ? WHERE id = ?",
        (*after, edit_id),
    )
    change_revision(connection)


def _row(connection: sqlite3.Connection, edit_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT undone_at, state, message, message_en FROM config_edits WHERE id = ?", (edit_id,)
    ).fetchone()
    if row is None:
        raise NotFound(
            str(edit_id),
            "그런 변경이 없습니다. 화면을 새로 고쳐 확인하세요.",
            "there is no such change. Reload the page to see those that there are.",
        )
    return row


def listed(connection: sqlite3.Connection, limit: int, *, active_only: bool) -> list[ConfigEdit]:
    """Oldest first; see `db.people.PeopleReader.config_edits`."""
    rows = connection.execute(
        f"""SELECT * FROM config_edits WHERE {"undone_at IS NULL" if active_only else "1"}
            ORDER BY id DESC LIMIT ?""",
        (max(limit, 0),),
    ).fetchall()
    return [
        ConfigEdit(
            EditKind(row["kind"]),
            row["target"],
            json.loads(row["fields"]),
            row["author"],
            row["id"],
            to_instant(row["made_at"]),
            maybe_instant(row["undone_at"]),
            row["undone_by"],
            EditState(row["state"]),
            row["message"],
            row["message_en"],
        )
        for row in reversed(rows)
    ]
