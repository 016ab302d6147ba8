"""What became of the last click: one or more sentences, shown once, where the click was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.labels import Labels
from dashboard.markup import Html, foreign, join, show, tag
from db.errors import AlreadyKept, NotFound, StoreError

_SAID = "chipwatch_said"


@dataclass(frozen=True, slots=True)
class Said:
    """``place`` names the part of a page; ``undo`` is what takes the click back, if anything does."""

    place: str
    lines: Sequence[Html]
    failed: bool = False
    undo: Callable[[], None] | None = None


def say(
    place: str,
    *lines: object,
    failed: bool = False,
    undo: Callable[[], None] | None = None,
) -> None:
    """Keep what to say in ``place`` when the page is drawn next."""
    told = [tag("p", line) for line in lines]
    st.session_state[_SAID] = Said(place, told, failed, undo)


def take(place: str) -> Said | None:
    """What there is to say here, once."""
    said = st.session_state.get(_SAID)
    if not isinstance(said, Said) or said.place != place:
        return None
    del st.session_state[_SAID]
    return said


def draw(labels: Labels, place: str) -> Said | None:
    """Show what became of the last click here, with the button that takes it back."""
    said = take(place)
    if said is None:
        return None
    role = "alert" if said.failed else "status"
    words = tag("div", *said.lines, class_="said bad" if said.failed else "said", role=role)
    if said.undo is None:
        show(words)
        return said
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"said-{place}"
    ):
        show(words)
        st.button(
            labels("fix.undo"),
            icon=":material/undo:",
            key=f"said-undo-{place}",
            on_click=said.undo,
        )
    return said


def sentence(labels: Labels, error: StoreError) -> Html:
    """Why the store refused. Ids mean nothing to a reader; a name or a path does."""
    alone = error.ko if labels.lang == "ko" else error.en
    return foreign(alone if isinstance(error, NotFound | AlreadyKept) else error.text(labels.lang))


def attempt(labels: Labels, place: str, call: Callable[[], Any]) -> Any:
    """``call``, or None and the reason said in ``place`` if the store refuses."""
    try:
        return call()
    except StoreError as error:
        say(place, sentence(labels, error), failed=True)
        return None


def byline(labels: Labels, author: str, when: str) -> Html:
    """``김나래 · 오늘 12:00``"""
    who = foreign(author) if author else labels("fix.nobody")
    return join([who, when], " · ")
