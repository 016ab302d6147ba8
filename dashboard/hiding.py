"""Hiding: the menu on an article, and the line that says how much the figures leave out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import clock, data, person, said
from dashboard.frame import Page
from dashboard.labels import Labels
from dashboard.markup import Html, fill, foreign, label, link, show, tag
from db.mutes import VALUE_LENGTH, Mute, MuteKind, usable
from db.query import ArticleCard

PLACE = "hiding"
SETTINGS = {"section": "mutes"}


def name(labels: Labels, mute: Mute) -> Html:
    """What a mute hides, in words: ``매체 한새경제``."""
    value = mute.title or mute.value
    return fill(labels.template(f"mute.of_{mute.kind}"), value=foreign(value))


def hide(labels: Labels, place: str, mute: Mute) -> bool:
    """Mute; what became of it is said in ``place``, with a way back."""
    made = said.attempt(labels, place, lambda: data.at_desk(lambda d: d.mute(mute, clock.now())))
    if made is None:
        return False
    done = fill(labels.template("mute.done"), what=name(labels, mute))
    said.say(place, done, undo=partial(show_again, labels, place, made, mute))
    return True


def show_again(labels: Labels, place: str, mute_id: int, mute: Mute) -> None:
    """Undo a mute."""
    who = person.name()
    call = data.at_desk
    if (
        said.attempt(labels, place, lambda: call(lambda d: d.unmute(mute_id, clock.now(), who)))
        is not None
    ):
        said.say(place, fill(labels.template("mute.undone"), what=name(labels, mute)))


def hide_keyword(labels: Labels, place: str, key: str, name_key: str) -> None:
    """Mute the keywords that were typed; they stay in the field if that fails."""
    value = " ".join(str(st.session_state.get(key) or "").split())[:VALUE_LENGTH]
    author = person.read(name_key)
    if not usable(value):
        said.say(place, labels("mute.unusable"), failed=True)
    elif hide(labels, place, Mute(MuteKind.KEYWORD, value, author)):
        st.session_state[key] = ""


def menu(page: Page, card: ArticleCard) -> None:
    """The button on an article that offers what may be hidden."""
    labels = page.labels
    with st.popover(labels("mute.open"), icon=":material/visibility_off:", key="hide-menu"):
        show(tag("p", labels("mute.say"), class_="say"))
        _offer(labels, Mute(MuteKind.OUTLET, card.outlet))
        if card.story_id:
            _offer(labels, Mute(MuteKind.STORY, card.story_id, title=card.title))
        with st.form(f"hide-form-{card.id}", border=False, enter_to_submit=False):
            key, who = f"hide:{card.id}:words", f"hide:{card.id}:name"
            st.text_input(
                labels("mute.keyword"),
                max_chars=VALUE_LENGTH,
                placeholder=labels("mute.keyword_example"),
                key=key,
            )
            person.field(labels, who)
            st.form_submit_button(
                labels("mute.keyword_hide"),
                key="hide-words",
                on_click=hide_keyword,
                args=(labels, PLACE, key, who),
            )
        show(link(page.href("settings", SETTINGS), labels("mute.manage")))


def _offer(labels: Labels, mute: Mute) -> None:
    words = labels(f"mute.hide_{mute.kind}", value=mute.value)
    st.button(
        label(words),
        key=f"hide-{mute.kind}",
        on_click=_hide_signed,
        args=(labels, mute),
        width="stretch",
    )


def _hide_signed(labels: Labels, mute: Mute) -> None:
    hide(labels, PLACE, Mute(mute.kind, mute.value, person.name(), mute.title))


def notice(page: Page, card: ArticleCard) -> None:
    """Above an article: what became of the last click, and that the article is hidden."""
    labels = page.labels
    said.draw(labels, PLACE)
    if card.muted:
        show(
            tag(
                "div",
                tag("span", labels("mute.hidden")),
                " ",
                link(page.href("settings", SETTINGS), labels("mute.manage")),
                class_="hidden-note",
                role="status",
            )
        )
