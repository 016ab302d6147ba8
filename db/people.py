"""What people keep in a store: the part of the contract about notes, mutes, views, groups, edits.

`PeopleReader` belongs to `db.store.ReadStore`, `PeopleDesk` to `db.store.Desk`; threading, errors
and transactions are those of :mod:`db.store`. Every writing method changes the revision when it
changes anything, raises `ValueError` for what the ``require_valid`` of its module refuses, and
takes aware instants. What is deleted or undone stays in the store, with when and by whom.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from db.audiences import Audience
from db.config_edits import ConfigEdit
from db.mutes import Mute
from db.notes import Note
from db.views import SavedView


class PeopleReader(Protocol):
    """What readers may ask."""

    def notes(self, article_id: str) -> list[Note]:
        """The notes of an article that are not deleted, newest last; none of an unknown one."""

    def mutes(self, limit: int = 100, *, active_only: bool = True) -> list[Mute]:
        """Newest first, each with how many relevant articles it hides (0 once it is undone).

        What all of them hide of a filter is counted, and listed, with ``ArticleFilter.muted``.
        """

    def saved_views(self) -> list[SavedView]:
        """By name."""

    def audiences(self) -> list[Audience]:
        """The groups that have companies, in the order of `db.audiences.Group`."""

    def config_edits(self, limit: int = 500, *, active_only: bool = True) -> list[ConfigEdit]:
        """Oldest first: the order in which they are laid over the configuration.

        With more than ``limit``, the newest of them.
        """


class PeopleDesk(Protocol):
    """What a person may write. Each method is one transaction."""

    def add_note(self, note: Note, now: datetime) -> int:
        """Keep a note; returns its id.

        Raises `NotFound` for an unknown article, `AlreadyKept` if the same person's same note is
        there already.
        """

    def delete_note(self, note_id: int, now: datetime, author: str = "") -> bool:
        """Take a note away; False if it was gone already. Raises `NotFound`."""

    def restore_note(self, note_id: int, now: datetime) -> bool:
        """Bring a deleted note back, as it was; False if it is there. Raises `NotFound`."""

    def mute(self, mute: Mute, now: datetime) -> int:
        """Hide the articles that the mute hits, now and in future; returns its id.

        They leave lists, counts, charts, stories, search and exports alike until it is undone;
        tags, corrections and stories go on being kept meanwhile. Raises `NotFound` for an outlet,
        source or story that the store does not know, `AlreadyKept` for a mute that is active.
        """

    def unmute(self, mute_id: int, now: datetime, author: str = "") -> bool:
        """Show again what no other mute hides; False if it was undone before.

        Everything is then as if the mute had never been. Raises `NotFound`.
        """

    def save_view(self, view: SavedView, now: datetime) -> int:
        """Keep a view; returns its id. Raises `AlreadyKept` for a name that is taken."""

    def rename_view(self, view_id: int, name: str, now: datetime) -> None:
        """Raises `NotFound`, also for a deleted view, and `AlreadyKept` for a name that is taken."""

    def delete_view(self, view_id: int, now: datetime, author: str = "") -> bool:
        """Take a view away; False if it was gone already. Raises `NotFound`."""

    def restore_view(self, view_id: int, now: datetime) -> bool:
        """Bring a deleted view back; False if it is there.

        Raises `NotFound`, and `AlreadyKept` if its name was taken meanwhile.
        """

    def set_audience(self, audience: Audience, now: datetime) -> None:
        """Make a group exactly this. Companies in it leave the other groups."""

    def edit_config(self, edit: ConfigEdit, now: datetime) -> int:
        """Keep an edit for the next run; returns its id.

        Raises `AlreadyKept` if the latest active edit of that kind and target says the same.
        """

    def undo_edit(self, edit_id: int, now: datetime, author: str = "") -> bool:
        """Let an edit hold no longer, from the next run on; False if it did not. `NotFound`."""
