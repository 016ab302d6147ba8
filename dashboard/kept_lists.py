"""Lists of the settings page: mutes, saved views, edits; each row says who and when, with a way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import clock, data, formats, hiding, links, person, said, saved
from dashboard.frame import Page
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, fill, foreign, join, label, link, option, show, tag
from dashboard.tiles import card_head
from db.config_edits import ConfigEdit, EditKind, EditState
from db.mutes import VALUE_LENGTH, Mute, MuteKind
from db.views import NAME_LENGTH, SavedView

MUTES, VIEWS, EDITS = "mute-list", "view-list", "edit-list"
_SAYS = ("text", "url", "section", "name_ko")
"""the value that tells what an edit is about"""


def _row(
    labels: Labels,
    key: str,
    what: Html,
    below: Html,
    button: str,
    help_: str,
    call: Callable[[], None],
) -> None:
    """What, who and when, and one button."""
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"fixed-{key}",
    ):
        show(tag("div", tag("b", what), tag("div", below, class_="mt"), class_="fix-row"))
        st.button(labels(button), key=f"undo-{key}", on_click=call, help=label(help_))


def mutes(page: Page) -> None:
    """The mutes in force, and a field for keywords."""
    labels = page.labels
    found = page.reader.mutes()
    show(card_head(labels("mute.title"), tag("span", labels("mute.say"))))
    said.draw(labels, MUTES)
    if not found:
        show(tag("p", labels("mute.none"), class_="say"))
    feeds = {status.source.id: hiding.source_name(status.source) for status, _ in page.states}
    for mute in found:
        if mute.kind is MuteKind.SOURCE:
            mute = replace(mute, title=feeds.get(mute.value, ""))
        by = said.byline(labels, mute.author, formats.recent(labels, mute.made_at, page.now))
        count = labels("mute.count", n=formats.number(mute.articles))
        _row(
            labels,
            f"mute-{mute.id}",
            hiding.name(labels, mute),
            join([by, count], " · "),
            "mute.undo",
            labels("mute.undo_which", value=mute.title or mute.value),
            partial(_unmute, labels, mute),
        )
    with st.form("mute-form", border=False, enter_to_submit=True):
        key, who = "kept:words", "kept:mute-name"
        st.text_input(
            labels("mute.keyword"),
            max_chars=VALUE_LENGTH,
            placeholder=labels("mute.keyword_example"),
            help=labels("mute.keyword_help"),
            key=key,
        )
        person.field(labels, who)
        st.form_submit_button(
            labels("mute.keyword_hide"),
            key="mute-save",
            on_click=hiding.hide_keyword,
            args=(labels, MUTES, key, who),
        )
    _choose(labels, MuteKind.OUTLET, {outlet: outlet for outlet in page.known.outlets})
    _choose(labels, MuteKind.SOURCE, feeds)


def _choose(labels: Labels, kind: MuteKind, named: Mapping[str, str]) -> None:
    """A box of outlets or of feeds (value → name), and the button that hides the chosen one."""
    with st.form(f"{kind}-form", border=False, enter_to_submit=False):
        st.selectbox(
            labels(f"mute.{kind}"),
            list(named),
            index=None,
            format_func=lambda value: option(named.get(value, "")),
            placeholder=labels(f"mute.{kind}_choose"),
            key=f"kept:{kind}",
        )
        st.form_submit_button(
            labels(f"mute.{kind}_hide"),
            key=f"{kind}-save",
            on_click=_hide_chosen,
            args=(labels, kind, dict(named)),
        )


def _hide_chosen(labels: Labels, kind: MuteKind, named: Mapping[str, str]) -> None:
    value = st.session_state.get(f"kept:{kind}")
    if not value:
        said.say(MUTES, labels(f"mute.{kind}_choose"), failed=True)
        return
    title = named[value] if kind is MuteKind.SOURCE else ""
    if hiding.hide(labels, MUTES, Mute(kind, str(value), person.name(), title)):
        st.session_state[f"kept:{kind}"] = None


def _unmute(labels: Labels, mute: Mute) -> None:
    hiding.show_again(labels, MUTES, mute.id, mute)


def views(page: Page) -> None:
    """The saved views, to be opened, renamed and deleted."""
    labels = page.labels
    found = page.reader.saved_views()
    show(card_head(labels("view.title"), tag("span", labels("view.say"))))
    said.draw(labels, VIEWS)
    if not found:
        show(tag("p", labels("view.none"), class_="say"))
    for view in found:
        address = saved.href(view, labels.lang)
        name = link(address, foreign(view.name)) if address else foreign(view.name)
        by = said.byline(labels, view.author, formats.recent(labels, view.made_at, page.now))
        where = labels(f"nav.{view.page}") if view.page in links.PAGES else labels("view.gone")
        _row(
            labels,
            f"view-{view.id}",
            name,
            join([where, by], " · "),
            "note.delete",
            labels("view.delete_which", name=view.name),
            partial(_delete_view, labels, view),
        )
    if found:
        with st.form("view-rename", border=False, enter_to_submit=False):
            names = {view.id: view.name for view in found}
            with st.container(horizontal=True, vertical_alignment="bottom", key="rename"):
                st.selectbox(
                    labels("view.which"),
                    list(names),
                    format_func=lambda number: option(names.get(number, "")),
                    key="kept:view",
                )
                st.text_input(labels("view.new_name"), max_chars=NAME_LENGTH, key="kept:name")
                st.form_submit_button(
                    labels("view.rename"), key="rename-save", on_click=_rename, args=(labels,)
                )


def _rename(labels: Labels) -> None:
    number = st.session_state.get("kept:view")
    name = " ".join(str(st.session_state.get("kept:name") or "").split())[:NAME_LENGTH].strip()
    if not name or number is None:
        said.say(VIEWS, labels("view.nameless"), failed=True)
        return

    def rename() -> bool:
        data.at_desk(lambda desk: desk.rename_view(int(number), name, clock.now()))
        return True

    if said.attempt(labels, VIEWS, rename):
        st.session_state["kept:name"] = ""
        said.say(VIEWS, fill(labels.template("view.renamed"), name=foreign(name)))


def _delete_view(labels: Labels, view: SavedView) -> None:
    who = person.name()

    def delete() -> bool:
        return data.at_desk(lambda desk: desk.delete_view(view.id, clock.now(), who))

    def restore() -> None:
        back = partial(data.at_desk, lambda desk: desk.restore_view(view.id, clock.now()))
        said.attempt(labels, VIEWS, back)

    if said.attempt(labels, VIEWS, delete) is not None:
        done = fill(labels.template("view.deleted"), name=foreign(view.name))
        said.say(VIEWS, done, undo=restore)


def edit_words(labels: Labels, edit: ConfigEdit, name: str) -> Html:
    """An edit in a few words: ``SK하이닉스 · 별칭 더하기 · 하닉스``."""
    values = edit.values
    if edit.kind is EditKind.SOURCE_ENABLED:
        told = labels(f"edit.enabled_{values['enabled']}")
    elif edit.kind is EditKind.SOURCE_RIGHTS:
        told = labels(f"rights.{values['rights']}")
    elif edit.kind is EditKind.COMPANY_NAMES:
        told = f"{values['name_ko']} / {values['name_en']}"
    else:
        told = next(values[key] for key in _SAYS if key in values)
    return join([foreign(name), labels(f"edit.{edit.kind}"), foreign(told)], " · ")


def edits(page: Page, kinds: frozenset[EditKind]) -> None:
    """The edits of these kinds, newest first, with what the next or latest run made of them."""
    labels = page.labels
    found = [edit for edit in page.reader.config_edits() if edit.kind in kinds]
    said.draw(labels, EDITS)
    if not found:
        return
    count = tag("span", str(len(found)), class_="mt")
    show(tag("h3", labels("edit.list"), " ", count, class_="fix-list"))
    outlets = {status.source.id: status.source.outlet for status, _ in page.states}
    for edit in reversed(found):
        name = outlets.get(edit.target) or page.company_name(edit.target)
        by = said.byline(labels, edit.author, formats.recent(labels, edit.made_at, page.now))
        state = tag("span", labels(f"edit.state_{edit.state}"), class_=f"state {edit.state}")
        refused = edit.state is EditState.REFUSED
        why = tag("div", foreign(edit.text(labels.lang)), class_="why") if refused else EMPTY
        _row(
            labels,
            f"edit-{edit.id}",
            edit_words(labels, edit, name),
            join([state, " ", by, why]),
            "fix.undo",
            labels("edit.undo_which", name=name),
            partial(_undo_edit, labels, edit, name),
        )


def _undo_edit(labels: Labels, edit: ConfigEdit, name: str) -> None:
    who = person.name()
    call = partial(data.at_desk, lambda desk: desk.undo_edit(edit.id, clock.now(), who))
    if said.attempt(labels, EDITS, call) is not None:
        done = fill(labels.template("edit.undone"), what=edit_words(labels, edit, name))
        said.say(EDITS, done)
