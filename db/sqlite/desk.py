"""`db.desk.Desk` on SQLite."""

from __future__ import annotations

from datetime import datetime

from db.corrections import require_valid
from db.model import (
    Correction,
)
from db.sqlite import corrections
from db.sqlite.people import SqlitePeopleDesk
from db.sqlite.read_store import SqliteReadStore
from db.sqlite.values import to_seconds


class SqliteDesk(SqlitePeopleDesk, SqliteReadStore):
    """`db.store.Desk`. Each method is one transaction, begun with the write lock in hand."""

    def correct(self, correction: Correction, now: datetime) -> int:
        require_valid(correction)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return corrections.correct(connection, correction, at)

    def undo_correction(self, correction_id: int, now: datetime) -> bool:
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return corrections.undo(connection, correction_id, at)

    def close(self) -> None:
        self._connections.close()
