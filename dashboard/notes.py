"""Notes under an article: those that there are, and a field for another one."""

from __future__ import annotations

import streamlit as st

from dashboard import clock, data, formats, person, said
from dashboard.frame import Page
from dashboard.labels import Labels
from dashboard.markup import foreign, label, show, tag
from dashboard.tiles import card_head
from db.notes import NOTE_LENGTH, Note
from db.query import ArticleDetail

PLACE = "notes"
_ASKED = "chipwatch_note_asked"


def panel(page: Page, detail: ArticleDetail) -> None:
    """The card below the article."""
    labels, article = page.labels, detail.card.id
    with st.container(border=True, key="card-notes"):
        title = labels("note.count", n=len(detail.notes)) if detail.notes else labels("note.title")
        show(card_head(title, tag("span", labels("note.say"))))
        said.draw(labels, PLACE)
        for note in detail.notes:
            _row(page, note)
        text, who = f"note:{article}:text", f"note:{article}:name"
        with st.form(f"note-form-{article}", border=False, enter_to_submit=False):
            st.text_area(
                labels("note.new"),
                max_chars=NOTE_LENGTH,
                height=88,
                placeholder=labels("note.placeholder"),
                key=text,
            )
            with st.container(
                horizontal=True,
                horizontal_alignment="distribute",
                vertical_alignment="bottom",
                key="note-buttons",
            ):
                person.field(labels, who)
                st.form_submit_button(
                    labels("note.save"), key="note-save", on_click=_add, args=(labels, article)
                )


def _add(labels: Labels, article: str) -> None:
    """Keep what was typed; it stays in the field if that fails."""
    key = f"note:{article}:text"
    text = str(st.session_state.get(key) or "").strip()[:NOTE_LENGTH]
    author = person.read(f"note:{article}:name")
    if not text:
        said.say(PLACE, labels("note.empty"), failed=True)
        return
    note = Note(article, text, author)
    if said.attempt(labels, PLACE, lambda: data.at_desk(lambda d: d.add_note(note, clock.now()))):
        st.session_state[key] = ""


def _row(page: Page, note: Note) -> None:
    labels = page.labels
    asked = st.session_state.get(_ASKED) == note.id
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="top",
        key=f"noted-{note.id}",
    ):
        when = formats.recent(labels, note.made_at, page.now)
        lines = [tag("p", foreign(line)) for line in note.text.splitlines() if line.strip()]
        by = tag("div", said.byline(labels, note.author, when), class_="mt")
        show(tag("div", by, *lines, class_="fix-row"))
        if not asked:
            st.button(
                labels("note.delete"),
                key=f"note-delete-{note.id}",
                type="tertiary",
                on_click=_ask,
                args=(note.id,),
                help=label(labels("note.delete_which", text=note.text[:40])),
            )
    if asked:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"note-ask-{note.id}"
        ):
            show(tag("p", labels("note.sure"), class_="note"))
            st.button(
                labels("note.delete"),
                key=f"note-sure-{note.id}",
                on_click=_delete,
                args=(labels, note),
            )
            st.button(labels("fix.cancel"), key=f"note-keep-{note.id}", on_click=_ask, args=(0,))


def _ask(note_id: int) -> None:
    """Ask about one note before it is deleted; 0 asks about none."""
    st.session_state[_ASKED] = note_id


def _delete(labels: Labels, note: Note) -> None:
    _ask(0)
    who = person.name()

    def gone() -> bool:
        return data.at_desk(lambda desk: desk.delete_note(note.id, clock.now(), who))

    if said.attempt(labels, PLACE, gone) is not None:
        said.say(PLACE, labels("note.deleted"), undo=lambda: _restore(labels, note))


def _restore(labels: Labels, note: Note) -> None:
    call = data.at_desk
    said.attempt(labels, PLACE, lambda: call(lambda d: d.restore_note(note.id, clock.now())))
