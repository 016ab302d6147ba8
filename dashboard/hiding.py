"""Hiding: the menu on an article, and the line that says how much the figures leave out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import card_menu, clock, data, person, said
from dashboard.frame import Page
from dashboard.labels import Labels
from dashboard.markup import Html, fill, foreign, label, link, show, tag
from db.errors import NotFound
from db.model import Source
from db.mutes import VALUE_LENGTH, Mute, MuteKind, usable
from db.query import ArticleCard

PLACE = "hiding"
SETTINGS = {"section": "mutes"}
ID_LENGTH = 64


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


def heard(labels: Labels, wish: str | None) -> None:
    """Do what was chosen in the menu of a card: ``kind article-id``, as the browser says it.

    What is hidden is read from the store; a browser that says anything else is not listened to.
    """
    kind, _, article = (wish or "").partition(" ")
    if kind not in card_menu.KINDS or not article.isalnum() or len(article) > ID_LENGTH:
        return
    try:
        card = data.reader().article(article).card
    except NotFound as error:
        said.say(PLACE, said.sentence(labels, error), failed=True)
        return
    if kind == card_menu.WORDS:
        _ask_words(labels, card)
    elif kind == MuteKind.OUTLET:
        hide(labels, PLACE, Mute(MuteKind.OUTLET, card.outlet, person.name()))
    elif card.story_id:
        hide(labels, PLACE, Mute(MuteKind.STORY, card.story_id, person.name(), card.title))


def _ask_words(labels: Labels, card: ArticleCard) -> None:
    @st.dialog(labels("mute.keyword"), icon=":material/visibility_off:")
    def asked() -> None:
        show(tag("p", foreign(card.title), class_="say"))
        words, who = "hide:list:words", "hide:list:name"
        with st.form("hide-list", border=False):
            st.text_input(
                labels("mute.keyword"),
                max_chars=VALUE_LENGTH,
                placeholder=labels("mute.keyword_example"),
                help=label(labels("mute.keyword_help")),
                key=words,
            )
            person.field(labels, who)
            sent = st.form_submit_button(
                labels("mute.keyword_hide"),
                key="hide-list-words",
                on_click=hide_keyword,
                args=(labels, PLACE, words, who),
            )
        if sent and not st.session_state[words]:
            st.rerun()
        # what is still in the field was refused
        said.draw(labels, PLACE)

    asked()


def toast(labels: Labels) -> None:
    """What became of the last choice in a list, floating so that the list stays where it is."""
    with st.container(key="toast"):
        said.draw(labels, PLACE)


def menu(page: Page, card: ArticleCard) -> None:
    """The button on an article that offers what may be hidden."""
    labels = page.labels
    with st.popover(labels("mute.open"), icon=":material/visibility_off:", key="hide-menu"):
        show(tag("p", labels("mute.say"), class_="say"))
        _offer(labels, Mute(MuteKind.OUTLET, card.outlet))
        known = {status.source.id: status.source for status, _ in page.states}
        if source := known.get(card.source_id):
            _offer(labels, Mute(MuteKind.SOURCE, source.id), source_name(source))
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


def source_name(source: Source) -> str:
    """A feed as people know it: ``한새경제 산업``."""
    return " ".join(part for part in (source.outlet, source.section) if part)


def _offer(labels: Labels, mute: Mute, called: str = "") -> None:
    words = labels(f"mute.hide_{mute.kind}", value=called or mute.value)
    st.button(
        label(words),
        key=f"hide-{mute.kind}",
        on_click=_hide_signed,
        args=(labels, replace(mute, title=called or mute.title)),
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
