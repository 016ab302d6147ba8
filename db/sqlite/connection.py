"""Connections to the database file: how they are opened, what they check, how they fail.

Readers get a connection of their own for each call and one snapshot on it; writers share one
connection and one helper, `Connections.write_tx`, which is the only place that begins a write.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from db.errors import (
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreOutdated,
    StoreReadOnly,
    StoreTooNew,
)
from db.sqlite import columns
from db.sqlite.migrations import MIGRATIONS, known

TIMEOUT = 30.0
"""seconds that a writer waits for another one"""

_CACHE_KIB = 65_536
_READER_MMAP = 2 << 30

_READER_PRAGMAS = (
    f"PRAGMA mmap_size = {_READER_MMAP}",
    "PRAGMA temp_store = MEMORY",
)
_WRITER_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    f"PRAGMA cache_size = -{_CACHE_KIB}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)
_SCRATCH = (
    "CREATE TEMP TABLE touched (article INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE touched_stories (story INTEGER PRIMARY KEY)",
)


def missing(path: Path) -> StoreMissing:
    return StoreMissing(
        str(path),
        "데이터베이스가 아직 없습니다. 먼저 `chipwatch run`으로 뉴스를 수집하세요.",
        "there is no database yet. Collect news first with `chipwatch run`.",
    )


def read_only(path: Path) -> StoreReadOnly:
    return StoreReadOnly(
        str(path),
        "이 파일이나 폴더에 쓸 수 없습니다. 소유자와 권한을 확인하거나 --db로 다른 위치를 지정하세요.",
        "this file or its folder cannot be written. "
        "Check owner and permissions, or choose another place with --db.",
    )


def corrupt(path: Path) -> StoreCorrupt:
    return StoreCorrupt(
        str(path),
        "칩워치 데이터베이스가 아니거나 손상되었습니다. 파일을 옮겨 두고 백업에서 되살리거나 새로 수집하세요.",
        "not a chipwatch database, or damaged. Move the file away, then restore a backup or collect anew.",
    )


def locked(path: Path) -> StoreLocked:
    return StoreLocked(
        str(path),
        "다른 작업이 데이터베이스를 쓰고 있습니다. 그 작업이 끝난 뒤 다시 시도하세요.",
        "another process is writing to the database. Try again when it has finished.",
    )


def translate(error: Exception, path: Path) -> StoreError:
    """The `StoreError` that says what a failure of SQLite or of the file system means."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if isinstance(error, PermissionError) or code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return read_only(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return locked(path)
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return corrupt(path)
    if code == sqlite3.SQLITE_CANTOPEN:
        return read_only(path) if path.exists() else missing(path)
    if code == sqlite3.SQLITE_FULL:
        return StoreError(
            str(path),
            "디스크에 남은 공간이 없습니다. 공간을 마련한 뒤 다시 시도하세요.",
            "the disk is full. Free some space and try again.",
        )
    return StoreError(
        str(path),
        "데이터베이스 작업이 실패했습니다. `chipwatch doctor`로 상태를 확인하세요.",
        "the database could not do this. Look at its state with `chipwatch doctor`.",
    )


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Whatever SQLite or the file system raises inside leaves as a `StoreError`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise translate(error, path) from error


def _require_schema(
    connection: sqlite3.Connection, path: Path, steps: frozenset[str], *, writer: bool
) -> bool:
    """Check what kind of database this is; True if a writer has steps to apply."""
    try:
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (MIGRATIONS.name,)
        )
        applied = {name for (name,) in rows}
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        applied = set()
    if not applied:
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise corrupt(path)
        if not writer:
            raise missing(path)
    if applied - steps:
        raise StoreTooNew(
            str(path),
            "더 새로운 칩워치가 만든 데이터베이스입니다. 칩워치를 업데이트하세요.",
            "made by a newer chipwatch. Update chipwatch.",
        )
    if steps - applied and not writer:
        raise StoreOutdated(
            str(path),
            "이전 버전의 데이터베이스입니다. `chipwatch run`을 한 번 실행하면 자료를 그대로 두고 갱신됩니다.",
            "made by an older chipwatch. Run `chipwatch run` once: it updates the file and keeps all data.",
        )
    return bool(steps - applied)


class Connections:
    """The ways to one database file. Safe to use from several threads."""

    def __init__(self, path: Path, timeout: float = TIMEOUT, *, makes: bool = True) -> None:
        """``makes``: whether a write may make folder and file, and migrate what is old."""
        self.path = path
        self._timeout = timeout
        self._makes = makes
        self._steps = frozenset(known())
        self._lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._writer_file: tuple[int, int] | None = None

    def file_id(self) -> tuple[int, int]:
        """Device and inode: they change when the file is replaced. Raises `StoreMissing`."""
        try:
            found = self.path.stat()
        except FileNotFoundError as error:
            raise missing(self.path) from error
        return found.st_dev, found.st_ino

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection and one snapshot, for one call."""
        with translated(self.path), closing(self.open_reader()) as connection:
            connection.execute("BEGIN")
            _require_schema(connection, self.path, self._steps, writer=False)
            yield connection

    def open_reader(self) -> sqlite3.Connection:
        """A read-only connection that the caller closes; nothing is checked yet."""
        self.file_id()
        try:
            return self._connect("mode=ro", _READER_PRAGMAS)
        except sqlite3.OperationalError:
            # WAL needs its side files; where they can be neither found nor made, nobody writes
            folder = self.path.parent
            if _writable(folder) or self.path.with_name(f"{self.path.name}-wal").exists():
                raise
            return self._connect("immutable=1", _READER_PRAGMAS)

    def _connect(self, how: str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in pragmas:
                connection.execute(pragma)
            # the first look into the file: fails here if it is no database
            connection.execute("PRAGMA schema_version").fetchone()
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return connection

    @contextmanager
    def write_tx(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end, undone if anything raises.

        BEGIN IMMEDIATE, because a transaction that reads first and asks for the lock later
        fails at once when another writer was quicker, whatever the timeout.
        """
        with translated(self.path):
            if not self._lock.acquire(timeout=self._timeout):
                raise locked(self.path)
            try:
                connection = self._open_writer()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    # a dashboard stays open for days: a newer chipwatch may have been here since
                    _require_schema(connection, self.path, self._steps, writer=self._makes)
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            finally:
                self._lock.release()

    def open(self) -> None:
        """Make sure that a writer can work: creates folder and file, migrates what is old."""
        with translated(self.path), self._lock:
            self._open_writer()

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is not None:
            with suppress(StoreMissing):
                if self.file_id() == self._writer_file:
                    return self._writer
            # replaced or removed under us: what we would write now, nobody would ever see
            self.close()
        if self._makes:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        else:
            self.file_id()
        for place in (self.path.parent, self.path):
            if place.exists() and not _writable(place):
                raise read_only(self.path)
        connection = self._connect("mode=rwc" if self._makes else "mode=rw", _WRITER_PRAGMAS)
        try:
            pending = _require_schema(connection, self.path, self._steps, writer=self._makes)
            self._enable_wal(connection)
            if pending:
                self._migrate(connection)
            for statement in _SCRATCH:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        self._writer = connection
        self._writer_file = self.file_id()
        return connection

    def _enable_wal(self, connection: sqlite3.Connection) -> None:
        """SQLite does not wait for others when it changes the journal mode: we do."""
        until = time.monotonic() + self._timeout
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # another writer may have been first; what is applied now is what counts
            _require_schema(connection, self.path, self._steps, writer=True)
            MIGRATIONS.apply(Database(connection, recursive_triggers=False, execute_plugins=False))
            columns.renew(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of the writing connection; it comes back when it is needed."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
