"""Mutes: made, undone, listed, checked. What they hide stays stored as it was, see `muted`."""

from __future__ import annotations

import sqlite3

from db.errors import AlreadyKept, NotFound
from db.mutes import Mute, MuteKind, keywords
from db.sqlite import muted, rollups, stories
from db.sqlite.values import change_revision, maybe_instant, to_instant

_NAMES = {
    MuteKind.OUTLET: ("outlets", "name"),
    MuteKind.SOURCE: ("sources", "slug"),
    MuteKind.STORY: ("stories", "public_id"),
}


def mute(connection: sqlite3.Connection, wanted: Mute, now_seconds: int) -> int:
    """Note a valid mute and hide what it hits. Inside a write."""
    kind, value = MuteKind(wanted.kind), wanted.value.strip()
    ref = _ref(connection, kind, value)
    if connection.execute(
        "SELECT 1 FROM mutes WHERE undone_at IS NULL AND kind = ? AND value = ?", (kind, value)
    ).fetchone():
        raise AlreadyKept(
            value,
            "이미 숨기고 있습니다. 설정의 숨김 규칙에서 확인하세요.",
            "hidden already. See the mutes in the settings.",
        )
    cursor = connection.execute(
        "INSERT INTO mutes (kind, value, ref, author, made_at) VALUES (?, ?, ?, ?, ?)",
        (kind, value, ref, wanted.author, now_seconds),
    )
    made = cursor.lastrowid
    assert made is not None
    condition, params = _condition(kind, ref, value)
    connection.execute(
        f"""INSERT INTO mute_hits SELECT a.id, :mute FROM articles a
            WHERE a.relevant IN (1, 2) AND {condition}""",
        params | {"mute": made},
    )
    _turn(
        connection,
        """SELECT h.article FROM mute_hits h CROSS JOIN articles a ON a.id = h.article
            WHERE h.mute = ? AND a.relevant = 1""",
        made,
        2,
    )
    change_revision(connection)
    return made


def unmute(connection: sqlite3.Connection, mute_id: int, now_seconds: int, author: str) -> bool:
    """Whether it was active until now. Inside a write. Raises `NotFound`."""
    row = connection.execute("SELECT undone_at FROM mutes WHERE id = ?", (mute_id,)).fetchone()
    if row is None:
        raise NotFound(
            str(mute_id),
            "그런 숨김 규칙이 없습니다. 화면을 새로 고쳐 확인하세요.",
            "there is no such mute. Reload the page to see those that there are.",
        )
    if row["undone_at"] is not None:
        return False
    connection.execute(
        "UPDATE mutes SET undone_at = ?, undone_by = ? WHERE id = ?", (now_seconds, author, mute_id)
    )
    _turn(
        connection,
        """SELECT h.article FROM mute_hits h WHERE h.mute = ? AND NOT EXISTS
            (SELECT 1 FROM mute_hits o WHERE o.article = h.article AND o.mute <> h.mute)""",
        mute_id,
        1,
    )
    connection.execute("DELETE FROM mute_hits WHERE mute = ?", (mute_id,))
    change_revision(connection)
    return True


def _turn(connection: sqlite3.Connection, articles: str, mute_id: int, relevant: int) -> None:
    """Give these articles another ``relevant``, and keep roll-ups and stories right."""
    rollups.touch(connection, [row[0] for row in connection.execute(articles, (mute_id,))])
    rollups.take_away(connection)
    inside = "IN (SELECT article FROM touched)"
    connection.execute(f"UPDATE articles SET relevant = ? WHERE id {inside}", (relevant,))
    connection.execute(f"UPDATE mentions SET relevant = ? WHERE article {inside}", (relevant,))
    stories.refresh(connection)
    rollups.add(connection)


def _ref(connection: sqlite3.Connection, kind: MuteKind, value: str) -> int | None:
    """The internal id of what a mute names; None for keywords. Raises `NotFound`."""
    if kind is MuteKind.KEYWORD:
        return None
    table, column = _NAMES[kind]
    row = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,)).fetchone()
    if row is None:
        raise NotFound(
            value,
            "숨길 대상을 찾을 수 없습니다. 화면을 새로 고쳐 확인하세요.",
            "there is nothing of that name to hide. Reload the page.",
        )
    return int(row[0])


def _condition(kind: MuteKind, ref: int | None, value: str) -> tuple[str, dict[str, object]]:
    """Which articles ``a`` a mute hits, and the parameters of that."""
    if kind is MuteKind.KEYWORD:
        match = f"title : ({keywords(value).match()})"
        return "a.id IN (SELECT rowid FROM search WHERE search MATCH :match)", {"match": match}
    return f"a.{muted.COLUMNS[kind]} = :ref", {"ref": ref}


def listed(connection: sqlite3.Connection, limit: int, *, active_only: bool) -> list[Mute]:
    """Newest first; see `db.people.PeopleReader.mutes`."""
    rows = connection.execute(
        f"""SELECT m.*, (SELECT COUNT(*) FROM mute_hits h WHERE h.mute = m.id) AS articles,
                (SELECT c.title FROM articles a CROSS JOIN contents c ON c.article = a.id
                    WHERE m.kind = 'story' AND a.story = m.ref
                    ORDER BY a.published_at, a.public_id LIMIT 1) AS title
            FROM mutes m WHERE {"m.undone_at IS NULL" if active_only else "1"}
            ORDER BY m.id DESC LIMIT ?""",
        (max(limit, 0),),
    )
    return [
        Mute(
            MuteKind(row["kind"]),
            row["value"],
            row["author"],
            row["title"] or "",
            row["articles"],
            row["id"],
            to_instant(row["made_at"]),
            maybe_instant(row["undone_at"]),
            row["undone_by"],
        )
        for row in rows
    ]


def wrong(connection: sqlite3.Connection) -> int:
    """Articles that are hidden and should not be, or the other way round.

    Articles that wait for tagging are left out of keywords: their headline may have changed.
    """
    count = 0
    hits = "SELECT article FROM mute_hits WHERE mute = :mute"
    for row in connection.execute("SELECT id, kind, value, ref, undone_at FROM mutes").fetchall():
        kind = MuteKind(row["kind"])
        condition, params = _condition(kind, row["ref"], row["value"])
        if row["undone_at"] is not None:
            condition, params = "0", {}
        due = "AND a.state <> 0" if kind is MuteKind.KEYWORD else ""
        wanted = f"SELECT a.id FROM articles a WHERE a.relevant IN (1, 2) AND {condition} {due}"
        found = f"{hits} AND article NOT IN (SELECT id FROM articles a WHERE state = 0 AND :due)"
        params |= {"mute": row["id"], "due": bool(due)}
        for one, other in ((wanted, found), (found, wanted)):
            query = f"SELECT COUNT(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other}))"
            count += int(connection.execute(query, params).fetchone()[0])
    row = connection.execute(
        """SELECT (SELECT COUNT(*) FROM articles WHERE relevant = 2
                AND id NOT IN (SELECT article FROM mute_hits))
            + (SELECT COUNT(*) FROM mute_hits h JOIN articles a ON a.id = h.article
                WHERE a.relevant <> 2)"""
    ).fetchone()
    return count + int(row[0])
