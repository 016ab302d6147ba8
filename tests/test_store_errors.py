"""Every method of the contract against a locked, a read-only, a missing and a damaged database."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db import store as contract
from db.audiences import Audience, Group
from db.config_edits import ConfigEdit, EditKind, EditState
from db.connect import engine
from db.connect import open_store as open_url
from db.errors import (
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreReadOnly,
)
from db.health import Health
from db.model import (
    Correction,
    CorrectionKind,
    FeedState,
    FetchOutcome,
    FetchReport,
    RunReport,
    TagScope,
)
from db.mutes import Mute, MuteKind
from db.notes import Note
from db.pages import PageHost, PageOutcome, PageText, PageVisit
from db.people import PeopleDesk, PeopleReader
from db.query import ArticleFilter, Split, Step
from db.sqlite import SqliteReadStore, SqliteStore, open_store
from db.sqlite.connection import translate
from db.tallies import Keyword
from db.views import SavedView
from tests.newsroom import (
    COMPANIES,
    NOON,
    SOURCES,
    TOPICS,
    article,
    collect,
    mention,
    opened,
    tags,
)

Call = Callable[[Any, Path], object]
ITEM = article()
ONE = ArticleFilter(companies=("hanbit",))

READS: dict[str, Call] = {
    "revision": lambda s, _: s.revision(),
    "info": lambda s, _: s.info(),
    "companies": lambda s, _: s.companies(),
    "topics": lambda s, _: s.topics(),
    "counts": lambda s, _: s.counts(ONE),
    "timeline": lambda s, _: s.timeline(ONE, Step.DAY, Split.TONE),
    "company_counts": lambda s, _: s.company_counts(ONE),
    "outlet_counts": lambda s, _: s.outlet_counts(ONE),
    "topic_counts": lambda s, _: s.topic_counts(ONE),
    "cue_counts": lambda s, _: s.cue_counts(ONE),
    "pair_counts": lambda s, _: s.pair_counts(ONE),
    "story_days": lambda s, _: s.story_days(ONE),
    "keyword_counts": lambda s, _: s.keyword_counts(ONE, Keyword.TERM),
    "keyword_uses": lambda s, _: s.keyword_uses(ONE, Keyword.TOPIC, ["hbm"]),
    "correction_counts": lambda s, _: s.correction_counts(),
    "cards": lambda s, _: s.cards(ONE),
    "article": lambda s, _: s.article(ITEM.id),
    "stories": lambda s, _: s.stories(ONE),
    "story": lambda s, _: s.story(ITEM.id),
    "export": lambda s, _: list(s.export(ONE)),
    "corrections": lambda s, _: s.corrections(ITEM.id),
    "notes": lambda s, _: s.notes(ITEM.id),
    "mutes": lambda s, _: s.mutes(),
    "saved_views": lambda s, _: s.saved_views(),
    "audiences": lambda s, _: s.audiences(),
    "config_edits": lambda s, _: s.config_edits(),
    "sources": lambda s, _: s.sources(NOON),
    "health": lambda s, _: s.health(NOON, timedelta(hours=1)),
    "gaps": lambda s, _: s.gaps(NOON - timedelta(days=9), NOON, ("가람일보",)),
    "announced": lambda s, _: s.announced(),
    "fetches": lambda s, _: s.fetches("alpha"),
    "page_totals": lambda s, _: s.page_totals(NOON, NOON),
    "runs": lambda s, _: s.runs(),
    "check": lambda s, _: s.check(),
    "backup": lambda s, folder: s.backup(folder / "copy.db"),
    "feed_states": lambda s, _: s.feed_states(),
    "pages_due": lambda s, _: s.pages_due(NOON, NOON, 5),
    "page_hosts": lambda s, _: s.page_hosts(),
    "untagged": lambda s, _: list(s.untagged("v2", TagScope.ALL)),
}
WRITES: dict[str, Call] = {
    "save_companies": lambda s, _: s.save_companies(COMPANIES),
    "save_topics": lambda s, _: s.save_topics(TOPICS),
    "save_sources": lambda s, _: s.save_sources(SOURCES),
    "start_run": lambda s, _: s.start_run(NOON),
    "finish_run": lambda s, _: s.finish_run(RunReport(1, NOON)),
    "add_articles": lambda s, _: s.add_articles(
        [article(2)], FetchReport("alpha", NOON, FetchOutcome.OK), FeedState(), 1
    ),
    "revive": lambda s, _: s.revive("alpha"),
    "save_announced": lambda s, _: s.save_announced({"alpha": Health.SILENT}),
    "import_articles": lambda s, _: s.import_articles([article(3)]),
    "save_page": lambda s, _: s.save_page(
        PageVisit(ITEM.id, NOON, PageOutcome.HELD), PageText("한빛칩이 행사를 열었다.")
    ),
    "save_page_hosts": lambda s, _: s.save_page_hosts([PageHost("a.example", 1, NOON)], ["b"]),
    "save_tags": lambda s, _: s.save_tags([tags(ITEM)], NOON),
    "assign_stories": lambda s, _: s.assign_stories(),
    "mark_sample": lambda s, _: s.mark_sample(),
    "correct": lambda s, _: s.correct(
        Correction(ITEM.id, CorrectionKind.NOT_NAMED, "hanbit"), NOON
    ),
    "undo_correction": lambda s, _: s.undo_correction(1, NOON),
    "add_note": lambda s, _: s.add_note(Note(ITEM.id, "두 번째"), NOON),
    "delete_note": lambda s, _: s.delete_note(1, NOON),
    "restore_note": lambda s, _: s.restore_note(2, NOON),
    "mute": lambda s, _: s.mute(Mute(MuteKind.KEYWORD, "부고"), NOON),
    "unmute": lambda s, _: s.unmute(1, NOON),
    "save_view": lambda s, _: s.save_view(SavedView("둘", "articles", ""), NOON),
    "rename_view": lambda s, _: s.rename_view(1, "셋", NOON),
    "delete_view": lambda s, _: s.delete_view(1, NOON),
    "restore_view": lambda s, _: s.restore_view(2, NOON),
    "set_audience": lambda s, _: s.set_audience(Audience(Group.OWN, ("hanbit",)), NOON),
    "edit_config": lambda s, _: s.edit_config(
        ConfigEdit(EditKind.ALIAS_ADD, "hanbit", {"text": "한빛반도체"}), NOON
    ),
    "undo_edit": lambda s, _: s.undo_edit(1, NOON),
    "report_edit": lambda s, _: s.report_edit(1, EditState.APPLIED),
}
NEITHER = {"close"}
WRITERS_ONLY = {"announced", "feed_states", "pages_due", "page_hosts", "untagged"}
"""reads that the contract has for the ingest job only"""

reads = pytest.mark.parametrize("call", list(READS.values()), ids=list(READS))
writes = pytest.mark.parametrize("call", list(WRITES.values()), ids=list(WRITES))


def members(protocol: type) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def test_no_method_of_the_contract_is_forgotten() -> None:
    read = members(contract.ReadStore) | members(PeopleReader)
    write = members(contract.Store) | members(contract.Desk) | members(PeopleDesk)
    assert read == set(READS) - WRITERS_ONLY
    assert write == set(WRITES) | WRITERS_ONLY | NEITHER


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one tagged article, corrected once, a run, and what people keep; closed again."""
    with opened(tmp_path) as store:
        collect(store, ITEM)
        store.save_tags([tags(ITEM, mention("hanbit"))], NOON)
        store.assign_stories()
        store.correct(Correction(ITEM.id, CorrectionKind.RELEVANCE, relevant=True), NOON)
        for text in ("첫 메모", "지운 메모"):
            store.add_note(Note(ITEM.id, text), NOON)
        store.delete_note(2, NOON)
        store.mute(Mute(MuteKind.KEYWORD, "포토"), NOON)
        for name in ("하나", "지운 보기"):
            store.save_view(SavedView(name, "articles", "q=HBM"), NOON)
        store.delete_view(2, NOON)
        store.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "orbit", {"text": "오비트"}), NOON)
    return tmp_path / "chipwatch.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(open_store(str(path), read_only=False, timeout=0.01)) as found:
        yield found


@contextmanager
def held(path: Path, *statements: str) -> Iterator[sqlite3.Connection]:
    """Another process's connection, after these statements."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)
        yield other


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_every_call_works_when_nothing_is_in_its_way(
    store: SqliteStore, tmp_path: Path, name: str
) -> None:
    (READS | WRITES)[name](store, tmp_path)


@reads
def test_readers_work_while_another_writes(store: SqliteStore, tmp_path: Path, call: Call) -> None:
    with held(store._connections.path, "BEGIN IMMEDIATE", "DELETE FROM mentions"):
        call(store, tmp_path)
        assert store.counts(ONE).articles == 1


@writes
def test_writers_do_not_wait_for_ever(store: SqliteStore, tmp_path: Path, call: Call) -> None:
    with held(store._connections.path, "BEGIN IMMEDIATE"), pytest.raises(StoreLocked):
        call(store, tmp_path)
    call(store, tmp_path)


@reads
def test_readers_of_a_file_that_is_held_alone(path: Path, tmp_path: Path, call: Call) -> None:
    """Exclusive locking, as VACUUM or a repair tool does it."""
    alone = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "COMMIT")
    store = open_store(str(path), read_only=False, timeout=0.01)
    store.close()
    with held(path, *alone), pytest.raises(StoreLocked):
        call(store, tmp_path)


@writes
def test_nothing_is_written_to_a_read_only_database(
    store: SqliteStore, tmp_path: Path, call: Call
) -> None:
    with store._connections.write_tx() as connection:
        connection.execute("SELECT 1")
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly):
        call(store, tmp_path)


@contextmanager
def as_ordinary_user() -> Iterator[Path]:
    """A folder below which permissions count, also when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="chipwatch-"))
    folder.chmod(0o777)
    try:
        if os.geteuid() == 0:
            try:
                os.chown(folder, 65_534, 65_534)
                os.seteuid(65_534)
            except OSError:
                pytest.skip("cannot become an ordinary user here")
        yield folder
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        for place in (folder, *folder.rglob("*")):
            place.chmod(stat.S_IRWXU)
        shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
@pytest.mark.parametrize("file_mode", [0o444, 0o666])
@pytest.mark.parametrize("name", sorted(set(READS) - WRITERS_ONLY - {"backup"}))
def test_a_folder_that_cannot_be_written_can_still_be_read(
    path: Path, name: str, file_mode: int
) -> None:
    content = path.read_bytes()
    with as_ordinary_user() as folder:
        copy = folder / "chipwatch.db"
        copy.write_bytes(content)
        copy.chmod(file_mode)
        folder.chmod(0o555)
        READS[name](open_store(str(copy), read_only=True), folder)
        with pytest.raises(StoreReadOnly):
            open_store(str(copy), read_only=False)
        with pytest.raises(StoreReadOnly):
            open_store(str(copy), read_only=True).backup(folder / "copy.db")
        with pytest.raises(StoreReadOnly):
            open_store(str(folder / "new" / "chipwatch.db"), read_only=False)
        folder.chmod(0o777)
        copy.chmod(0)
        with pytest.raises(StoreReadOnly):
            open_store(str(copy), read_only=True)


@reads
def test_a_database_that_vanished(path: Path, tmp_path: Path, call: Call) -> None:
    reader = open_store(str(path), read_only=False)
    reader.close()
    for file in path.parent.glob("chipwatch.db*"):
        file.unlink()
    with pytest.raises(StoreMissing):
        call(reader, tmp_path)


@reads
def test_a_file_that_is_no_database(path: Path, tmp_path: Path, call: Call) -> None:
    reader = open_store(str(path), read_only=False)
    reader.close()
    path.write_bytes(b"<html>not found</html>" * 100)
    if call is READS["check"]:
        assert reader.check()
    else:
        with pytest.raises(StoreCorrupt):
            call(reader, tmp_path)


def test_a_damaged_page_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'contents'"
        (number,) = connection.execute(query).fetchone()
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    start = (number - 1) * size
    content[start : start + size] = b"\xff" * size
    path.write_bytes(content)
    reader = open_store(str(path), read_only=True)
    assert reader.check()
    with pytest.raises(StoreCorrupt):
        list(reader.export(ONE))


@pytest.mark.parametrize("read_only", [True, False])
def test_files_of_others_are_left_alone(tmp_path: Path, read_only: bool) -> None:
    text, other, folder = tmp_path / "text", tmp_path / "other.db", tmp_path / "folder"
    text.write_text("한 줄의 글\n" * 300, "utf-8")
    folder.mkdir()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE notes (body TEXT)")
    for place in (text, other):
        before = place.read_bytes()
        with pytest.raises(StoreCorrupt):
            open_store(str(place), read_only=read_only)
        assert place.read_bytes() == before
    with pytest.raises(StoreError):
        open_store(str(folder), read_only=read_only)


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing) as caught:
        open_store(str(tmp_path / "none.db"), read_only=True)
    assert caught.value.subject == str(tmp_path / "none.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreMissing):
        open_store(str(tmp_path / "empty.db"), read_only=True)
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["empty.db"]


def test_a_writer_makes_what_is_missing(tmp_path: Path) -> None:
    place = tmp_path / "새 폴더 #1?" / "뉴스 100%.db"
    with closing(open_store(str(place), read_only=False)) as store:
        store.import_articles([ITEM])
    assert open_store(str(place), read_only=True).info().articles == 1


def test_a_transaction_inside_another_is_refused(store: SqliteStore) -> None:
    with pytest.raises(StoreError), store._connections.write_tx():
        store.mark_sample()
    assert not store.info().sample
    store.mark_sample()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreLocked),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreReadOnly),
        (sqlite3.SQLITE_CORRUPT_VTAB, StoreCorrupt),
        (sqlite3.SQLITE_FULL, StoreError),
        (sqlite3.SQLITE_IOERR, StoreError),
        (sqlite3.SQLITE_CONSTRAINT, StoreError),
    ],
)
def test_what_sqlite_says_becomes_a_sentence_that_helps(
    tmp_path: Path, code: int, expected: type[StoreError]
) -> None:
    error = sqlite3.OperationalError("details for the log")
    error.sqlite_errorcode = code
    made = translate(error, tmp_path)
    assert type(made) is expected
    assert made.subject == str(tmp_path)
    for sentence in (made.ko, made.en):
        assert len(sentence) > 20
        assert sentence.endswith(".")
        assert "details" not in sentence
    assert made.ko != made.en


def test_the_backend_is_found_by_its_url(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'chipwatch.db'}"
    with closing(open_url(url)) as store:
        assert isinstance(store, SqliteStore)
    reader = open_url(url, read_only=True)
    assert isinstance(reader, SqliteReadStore)
    assert not isinstance(reader, SqliteStore)
    assert engine(url).startswith("SQLite 3.")
