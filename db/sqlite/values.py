"""Between our values and what the columns hold: instants, days, tones, lists, ids of names."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from db.model import Tone

TONES = (Tone.UNRATED, Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)
"""by their code in the database"""
TONE_CODES = {tone: code for code, tone in enumerate(TONES)}

MUTED = 2
"""``relevant`` of what is relevant, but hidden by a mute"""

DAY_SECONDS = 86_400
KST_SECONDS = 9 * 3_600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def to_seconds(instant: datetime) -> int:
    """Whole seconds since 1970, rounded down. Raises `ValueError` for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"naive datetime: {instant!r}")
    return (instant - _EPOCH) // timedelta(seconds=1)


def maybe_seconds(instant: datetime | None) -> int | None:
    return None if instant is None else to_seconds(instant)


def to_instant(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def maybe_instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else to_instant(seconds)


def to_day(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def maybe_date(day: int | None) -> date | None:
    return None if day is None else date.fromordinal(day + _EPOCH_ORDINAL)


def day_start(day: int) -> int:
    """The first second of a Korean day."""
    return day * DAY_SECONDS - KST_SECONDS


def to_json(values: Iterable[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def strings(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def slug_ids(
    connection: sqlite3.Connection, table: str, slugs: Sequence[str], column: str = "slug"
) -> list[int]:
    """The internal ids of names that are known; unknown names are left out."""
    rows = connection.execute(
        f"SELECT id FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY id",
        (to_json(slugs),),
    )
    return [row[0] for row in rows]


class Ids:
    """Internal ids of names of one table, made when first needed. Lives for one transaction."""

    def __init__(self, connection: sqlite3.Connection, table: str, insert: str) -> None:
        """``insert`` is a statement with the name as parameter ``:name``."""
        self._connection = connection
        self._select = f"SELECT id FROM {table} WHERE {_NAME_COLUMN[table]} = ?"
        self._insert = insert
        self._known: dict[str, int] = {}

    def __getitem__(self, name: str) -> int:
        found = self._known.get(name)
        if found is None:
            row = self._connection.execute(self._select, (name,)).fetchone()
            if row is None:
                cursor = self._connection.execute(self._insert, {"name": name})
                assert cursor.lastrowid is not None
                found = cursor.lastrowid
            else:
                found = int(row[0])
            self._known[name] = found
        return found


_NAME_COLUMN = {
    "companies": "slug",
    "topics": "slug",
    "sources": "slug",
    "outlets": "name",
    "taggers": "version",
}


def company_ids(connection: sqlite3.Connection) -> Ids:
    return Ids(
        connection,
        "companies",
        "INSERT INTO companies (slug, name_ko, name_en) VALUES (:name, :name, :name)",
    )


def topic_ids(connection: sqlite3.Connection) -> Ids:
    return Ids(
        connection,
        "topics",
        "INSERT INTO topics (slug, name_ko, name_en) VALUES (:name, :name, :name)",
    )


def source_ids(connection: sqlite3.Connection) -> Ids:
    return Ids(connection, "sources", "INSERT INTO sources (slug, outlet) VALUES (:name, :name)")


def outlet_ids(connection: sqlite3.Connection) -> Ids:
    return Ids(connection, "outlets", "INSERT INTO outlets (name) VALUES (:name)")


def tagger_ids(connection: sqlite3.Connection) -> Ids:
    return Ids(connection, "taggers", "INSERT INTO taggers (version) VALUES (:name)")


def change_revision(connection: sqlite3.Connection) -> None:
    """A new random value: also a file that was put back and written again never repeats one."""
    connection.execute("UPDATE meta SET value = lower(hex(randomblob(8))) WHERE key = 'revision'")
