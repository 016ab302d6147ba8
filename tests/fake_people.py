"""What people keep, in memory: the part of `fake_store.FakeStore` that fulfils `db.people`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from db import audiences, config_edits, mutes, notes, views
from db.audiences import Audience, Group
from db.config_edits import ConfigEdit, EditState
from db.errors import AlreadyKept, NotFound
from db.mutes import Mute, MuteKind
from db.notes import Note
from db.query import ArticleCard, ArticleDetail
from db.views import SavedView

_Kept = TypeVar("_Kept")


def _of(kept: Sequence[_Kept], number: int) -> _Kept:
    if not 0 < number <= len(kept):
        raise NotFound(str(number), "그런 것이 없습니다.", "no such thing.")
    return kept[number - 1]


@dataclass
class FakePeople:
    """`db.people.PeopleDesk` over lists; ids are places in them."""

    details: list[ArticleDetail] = field(default_factory=list)
    error: Exception | None = None
    changes: int = 0
    kept_notes: list[Note] = field(default_factory=list)
    gone_notes: set[int] = field(default_factory=set)
    kept_mutes: list[Mute] = field(default_factory=list)
    kept_views: list[SavedView] = field(default_factory=list)
    gone_views: set[int] = field(default_factory=set)
    groups: dict[Group, tuple[str, ...]] = field(default_factory=dict)
    edits: list[ConfigEdit] = field(default_factory=list)

    def _begin(self) -> None:
        if self.error:
            raise self.error

    def notes(self, article_id: str) -> list[Note]:
        self._begin()
        return [
            n for n in self.kept_notes if n.article_id == article_id and n.id not in self.gone_notes
        ]

    def add_note(self, note: Note, now: datetime) -> int:
        notes.require_valid(note)
        self._begin()
        if not any(detail.card.id == note.article_id for detail in self.details):
            raise NotFound(note.article_id, "그런 기사가 없습니다.", "no such article.")
        made = replace(note, text=note.text.strip(), id=len(self.kept_notes) + 1, made_at=now)
        if any((n.text, n.author) == (made.text, made.author) for n in self.notes(note.article_id)):
            raise AlreadyKept(note.article_id, "이미 있습니다.", "there already.")
        self.kept_notes.append(made)
        self._show_notes()
        return made.id

    def delete_note(self, note_id: int, now: datetime, author: str = "") -> bool:
        self._begin()
        _of(self.kept_notes, note_id)
        was = note_id not in self.gone_notes
        self.gone_notes.add(note_id)
        self._show_notes()
        return was

    def restore_note(self, note_id: int, now: datetime) -> bool:
        self._begin()
        _of(self.kept_notes, note_id)
        was = note_id in self.gone_notes
        self.gone_notes.discard(note_id)
        self._show_notes()
        return was

    def _show_notes(self) -> None:
        self.changes += 1
        for place, detail in enumerate(self.details):
            found = tuple(self.notes(detail.card.id))
            if found != detail.notes:
                card = replace(detail.card, notes=len(found))
                self.details[place] = replace(detail, card=card, notes=found)

    def mutes(self, limit: int = 100, *, active_only: bool = True) -> list[Mute]:
        self._begin()
        found = [mute for mute in reversed(self.kept_mutes) if mute.active or not active_only]
        cards = [detail.card for detail in self.details if detail.card.relevant]
        return [
            replace(mute, articles=sum(hides(mute, card) for card in cards) if mute.active else 0)
            for mute in found[: max(limit, 0)]
        ]

    def mute(self, mute: Mute, now: datetime) -> int:
        mutes.require_valid(mute)
        self._begin()
        if any((m.kind, m.value) == (mute.kind, mute.value) for m in self.mutes()):
            raise AlreadyKept(mute.value, "이미 숨겼습니다.", "hidden already.")
        named = {
            MuteKind.OUTLET: {d.card.outlet for d in self.details},
            MuteKind.SOURCE: {d.card.source_id for d in self.details},
            MuteKind.STORY: {d.card.story_id for d in self.details},
        }
        if mute.value not in named.get(mute.kind, {mute.value}):
            raise NotFound(mute.value, "없습니다.", "nothing there.")
        first = next((d.card.title for d in self.details if d.card.story_id == mute.value), "")
        title = first if mute.kind is MuteKind.STORY else ""
        made = len(self.kept_mutes) + 1
        self.kept_mutes.append(replace(mute, id=made, made_at=now, title=title))
        self._show_muted()
        return made

    def unmute(self, mute_id: int, now: datetime, author: str = "") -> bool:
        self._begin()
        mute = _of(self.kept_mutes, mute_id)
        if mute.active:
            self.kept_mutes[mute_id - 1] = replace(mute, undone_at=now, undone_by=author)
            self._show_muted()
        return mute.active

    def _show_muted(self) -> None:
        self.changes += 1
        active = [mute for mute in self.kept_mutes if mute.active]
        for place, detail in enumerate(self.details):
            muted = any(hides(mute, detail.card) for mute in active)
            if muted is not detail.card.muted:
                card = replace(detail.card, muted=muted)
                self.details[place] = replace(detail, card=card)

    def saved_views(self) -> list[SavedView]:
        self._begin()
        return sorted(
            (view for view in self.kept_views if view.id not in self.gone_views),
            key=lambda view: (view.name, view.id),
        )

    def _require_free(self, name: str) -> None:
        if any(view.name == name for view in self.saved_views()):
            raise AlreadyKept(name, "이미 있는 이름입니다.", "this name is taken.")

    def save_view(self, view: SavedView, now: datetime) -> int:
        views.require_valid(view)
        self._require_free(view.name)
        self.kept_views.append(replace(view, id=len(self.kept_views) + 1, made_at=now))
        self.changes += 1
        return len(self.kept_views)

    def rename_view(self, view_id: int, name: str, now: datetime) -> None:
        views.require_name(name)
        self._begin()
        view = _of(self.kept_views, view_id)
        if view.name != name:
            self._require_free(name)
            self.kept_views[view_id - 1] = replace(view, name=name)
            self.changes += 1

    def delete_view(self, view_id: int, now: datetime, author: str = "") -> bool:
        self._begin()
        _of(self.kept_views, view_id)
        was = view_id not in self.gone_views
        self.gone_views.add(view_id)
        self.changes += 1
        return was

    def restore_view(self, view_id: int, now: datetime) -> bool:
        self._begin()
        view = _of(self.kept_views, view_id)
        if view_id not in self.gone_views:
            return False
        self._require_free(view.name)
        self.gone_views.discard(view_id)
        self.changes += 1
        return True

    def audiences(self) -> list[Audience]:
        self._begin()
        return [Audience(group, self.groups[group]) for group in Group if self.groups.get(group)]

    def set_audience(self, audience: Audience, now: datetime) -> None:
        audiences.require_valid(audience)
        self._begin()
        for group, ids in self.groups.items():
            self.groups[group] = tuple(c for c in ids if c not in audience.companies)
        self.groups[audience.group] = audience.companies
        self.changes += 1

    def config_edits(self, limit: int = 500, *, active_only: bool = True) -> list[ConfigEdit]:
        self._begin()
        found = [edit for edit in self.edits if edit.active or not active_only]
        return found[-limit:] if limit > 0 else []

    def edit_config(self, edit: ConfigEdit, now: datetime) -> int:
        config_edits.require_valid(edit)
        alike = [e for e in self.config_edits() if (e.kind, e.target) == (edit.kind, edit.target)]
        if alike and alike[-1].values == edit.values:
            raise AlreadyKept(edit.target, "이미 있습니다.", "there already.")
        self.edits.append(replace(edit, id=len(self.edits) + 1, made_at=now))
        self.changes += 1
        return len(self.edits)

    def undo_edit(self, edit_id: int, now: datetime, author: str = "") -> bool:
        self._begin()
        edit = _of(self.edits, edit_id)
        if edit.active:
            self.edits[edit_id - 1] = replace(edit, undone_at=now, undone_by=author)
            self.changes += 1
        return edit.active

    def report_edit(self, edit_id: int, state: EditState, *messages: Any) -> None:
        edit = _of(self.edits, edit_id)
        ko, en = (*messages, "", "")[:2]
        self.edits[edit_id - 1] = replace(edit, state=state, message=ko, message_en=en)


def hides(mute: Mute, card: ArticleCard) -> bool:
    """Whether a mute hits an article."""
    if mute.kind is MuteKind.KEYWORD:
        return mutes.keywords(mute.value).matches(card.title)
    found = {
        MuteKind.OUTLET: card.outlet,
        MuteKind.SOURCE: card.source_id,
        MuteKind.STORY: card.story_id,
    }
    return mute.value == found[mute.kind]
