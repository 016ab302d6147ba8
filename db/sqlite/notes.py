"""Notes under articles."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from db.errors import AlreadyKept, NotFound
from db.notes import Note
from db.sqlite.tags import not_found
from db.sqlite.values import change_revision, to_instant, to_json


def add(connection: sqlite3.Connection, note: Note, now_seconds: int) -> int:
    """Keep a valid note; its id. Inside a write. Raises `NotFound`, `AlreadyKept`."""
    row = connection.execute(
        "SELECT id FROM articles WHERE public_id = ?", (note.article_id,)
    ).fetchone()
    if row is None:
        raise not_found(note.article_id)
    values = (row[0], note.text.strip(), note.author)
    if connection.execute(
        """SELECT 1 FROM article_notes
            WHERE article = ? AND text = ? AND author = ? AND deleted_at IS NULL""",
        values,
    ).fetchone():
        raise AlreadyKept(
            note.article_id,
            "같은 메모가 이미 있습니다.",
            "the same note is there already.",
        )
    cursor = connection.execute(
        "INSERT INTO article_notes (article, text, author, made_at) VALUES (?, ?, ?, ?)",
        (*values, now_seconds),
    )
    change_revision(connection)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def delete(connection: sqlite3.Connection, note_id: int, now_seconds: int, author: str) -> bool:
    """Whether it was there until now. Inside a write. Raises `NotFound`."""
    return _turn(connection, note_id, now_seconds, author)


def restore(connection: sqlite3.Connection, note_id: int) -> bool:
    """Whether it was deleted until now. Inside a write. Raises `NotFound`."""
    return _turn(connection, note_id, None, "")


def _turn(
    connection: sqlite3.Connection, note_id: int, deleted_at: int | None, author: str
) -> bool:
    row = connection.execute(
        "SELECT deleted_at FROM article_notes WHERE id = ?", (note_id,)
    ).fetchone()
    if row is None:
        raise NotFound(
            str(note_id),
            "그런 메모가 없습니다. 화면을 새로 고쳐 확인하세요.",
            "there is no such note. Reload the page to see those that there are.",
        )
    if (row[0] is None) is (deleted_at is None):
        return False
    connection.execute(
        "UPDATE article_notes SET deleted_at = ?, deleted_by = ? WHERE id = ?",
        (deleted_at, author, note_id),
    )
    change_revision(connection)
    return True


def of(connection: sqlite3.Connection, article_id: str) -> list[Note]:
    """The notes of one article, newest last."""
    row = connection.execute(
        "SELECT id FROM articles WHERE public_id = ?", (article_id,)
    ).fetchone()
    return [] if row is None else load(connection, [row[0]])[row[0]]


def load(connection: sqlite3.Connection, articles: Sequence[int]) -> defaultdict[int, list[Note]]:
    """By internal article id, newest last."""
    found: defaultdict[int, list[Note]] = defaultdict(list)
    rows = connection.execute(
        """SELECT n.*, a.public_id FROM article_notes n JOIN articles a ON a.id = n.article
            WHERE n.deleted_at IS NULL AND n.article IN (SELECT value FROM json_each(?))
            ORDER BY n.id""",
        (to_json(articles),),
    )
    for row in rows:
        note = Note(
            row["public_id"], row["text"], row["author"], row["id"], to_instant(row["made_at"])
        )
        found[row["article"]].append(note)
    return found
