"""`db.people` on SQLite: a list of methods; the modules beside it do the work."""

from __future__ import annotations

from datetime import datetime

from db import audiences
from db import config_edits as edits_rules
from db import mutes as mutes_rules
from db import notes as notes_rules
from db import views as views_rules
from db.audiences import Audience
from db.config_edits import ConfigEdit
from db.mutes import Mute
from db.notes import Note, require_author
from db.sqlite import config_edits, mutes, notes, views
from db.sqlite.connection import Connections
from db.sqlite.values import to_seconds
from db.views import SavedView


class SqlitePeopleReader:
    """`db.people.PeopleReader`. Each method reads one snapshot on a connection of its own."""

    _connections: Connections

    def notes(self, article_id: str) -> list[Note]:
        with self._connections.reading() as connection:
            return notes.of(connection, article_id)

    def mutes(self, limit: int = 100, *, active_only: bool = True) -> list[Mute]:
        with self._connections.reading() as connection:
            return mutes.listed(connection, limit, active_only=active_only)

    def saved_views(self) -> list[SavedView]:
        with self._connections.reading() as connection:
            return views.listed(connection)

    def audiences(self) -> list[Audience]:
        with self._connections.reading() as connection:
            return views.audiences(connection)

    def config_edits(self, limit: int = 500, *, active_only: bool = True) -> list[ConfigEdit]:
        with self._connections.reading() as connection:
            return config_edits.listed(connection, limit, active_only=active_only)


class SqlitePeopleDesk:
    """`db.people.PeopleDesk`. Each method is one transaction, begun with the write lock in hand."""

    _connections: Connections

    def add_note(self, note: Note, now: datetime) -> int:
        notes_rules.require_valid(note)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return notes.add(connection, note, at)

    def delete_note(self, note_id: int, now: datetime, author: str = "") -> bool:
        require_author(author)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return notes.delete(connection, note_id, at, author)

    def restore_note(self, note_id: int, now: datetime) -> bool:
        to_seconds(now)
        with self._connections.write_tx() as connection:
            return notes.restore(connection, note_id)

    def mute(self, mute: Mute, now: datetime) -> int:
        mutes_rules.require_valid(mute)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return mutes.mute(connection, mute, at)

    def unmute(self, mute_id: int, now: datetime, author: str = "") -> bool:
        require_author(author)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return mutes.unmute(connection, mute_id, at, author)

    def save_view(self, view: SavedView, now: datetime) -> int:
        views_rules.require_valid(view)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return views.save(connection, view, at)

    def rename_view(self, view_id: int, name: str, now: datetime) -> None:
        views_rules.require_name(name)
        to_seconds(now)
        with self._connections.write_tx() as connection:
            views.rename(connection, view_id, name)

    def delete_view(self, view_id: int, now: datetime, author: str = "") -> bool:
        require_author(author)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return views.delete(connection, view_id, at, author)

    def restore_view(self, view_id: int, now: datetime) -> bool:
        to_seconds(now)
        with self._connections.write_tx() as connection:
            return views.restore(connection, view_id)

    def set_audience(self, audience: Audience, now: datetime) -> None:
        audiences.require_valid(audience)
        to_seconds(now)
        with self._connections.write_tx() as connection:
            views.set_audience(connection, audience)

    def edit_config(self, edit: ConfigEdit, now: datetime) -> int:
        edits_rules.require_valid(edit)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return config_edits.add(connection, edit, at)

    def undo_edit(self, edit_id: int, now: datetime, author: str = "") -> bool:
        require_author(author)
        at = to_seconds(now)
        with self._connections.write_tx() as connection:
            return config_edits.undo(connection, edit_id, at, author)
