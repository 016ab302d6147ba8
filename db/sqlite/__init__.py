"""The SQLite backend: `db.store.Store` in one file, with no server.

This module is the entry. The methods are listed in read_store, desk and store; what they do stands
in the modules beside them:

    connection  connections, the one write helper, errors    migrations  the schema
    values      our values ↔ columns                         filter      an ArticleFilter as SQL
    intake      storing and re-reading articles              tags, rollups, stories, names
    stored      tags as they are stored                      corrections, overruled
    log         runs, visits, health                         counts, cards, care
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal, overload

from db.sqlite.connection import TIMEOUT, Connections
from db.sqlite.desk import SqliteDesk
from db.sqlite.read_store import SqliteReadStore
from db.sqlite.store import SqliteStore

__all__ = ["ENGINE", "SqliteDesk", "SqliteReadStore", "SqliteStore", "open_store"]

ENGINE = f"SQLite {sqlite3.sqlite_version}"


@overload
def open_store(
    location: str, *, read_only: Literal[True], timeout: float = TIMEOUT
) -> SqliteReadStore: ...
@overload
def open_store(
    location: str, *, read_only: Literal[False], desk: Literal[True], timeout: float = TIMEOUT
) -> SqliteDesk: ...
@overload
def open_store(
    location: str, *, read_only: Literal[False], timeout: float = TIMEOUT
) -> SqliteStore: ...


def open_store(
    location: str, *, read_only: bool, desk: bool = False, timeout: float = TIMEOUT
) -> SqliteReadStore:
    """Open the file at ``location``; ``timeout`` is how many seconds to wait for another writer.

    A writer makes folder and file and migrates them; a reader and a desk only look whether they
    can read. Raises `StoreError` subclasses.
    """
    connections = Connections(Path(location).expanduser(), timeout, makes=not (read_only or desk))
    if read_only or desk:
        with connections.reading():
            pass
        return SqliteDesk(connections) if desk else SqliteReadStore(connections)
    connections.open()
    return SqliteStore(connections)
