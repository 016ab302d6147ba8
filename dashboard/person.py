"""Who is at the browser: the name that corrections, notes, mutes, views and edits carry.

Where somebody logs in, the name is theirs: by Streamlit's own login (OpenID Connect, ``[auth]`` in
its secrets), or by a header that the reverse proxy in front of us sets, named in
``CHIPWATCH_USER_HEADER``. Any browser can send a header, so none is read unless it is named there.
Without a login it is the name that the person gives, remembered for this session.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

import streamlit as st

from dashboard.labels import Labels
from dashboard.markup import foreign, join, show, tag
from db.notes import AUTHOR_LENGTH

HEADER = "CHIPWATCH_USER_HEADER"
_NAME = "chipwatch_name"


def _clean(text: object) -> str:
    """One line without control characters, of a length that the store takes."""
    line = " ".join(str(text or "").split())
    return "".join(filter(str.isprintable, line))[:AUTHOR_LENGTH].strip()


def _login() -> Mapping[str, Any]:
    """What Streamlit's login knows; ``is_logged_in`` is there only where it is set up."""
    try:
        return cast(Mapping[str, Any], st.user.to_dict())
    except OSError:
        # its secrets cannot be read: then there is no login to ask
        return {}


def signed_in() -> str:
    """The name of whoever logged in; "" where nobody did."""
    user = _login()
    if user.get("is_logged_in"):
        return _clean(user.get("name") or user.get("email") or user.get("sub"))
    header = os.environ.get(HEADER, "")
    if not header:
        return ""
    value = st.context.headers.get(header) or ""
    with suppress(UnicodeError):
        # headers arrive as Latin-1, and proxies write UTF-8
        value = value.encode("latin-1").decode("utf-8")
    return _clean(value)


def name() -> str:
    """The name to write; "" if nobody gave one."""
    return signed_in() or _clean(st.session_state.get(_NAME))


def remember(text: str) -> None:
    """Keep a name that was given; whoever logged in has one already."""
    st.session_state[_NAME] = _clean(text)


def field(labels: Labels, key: str) -> None:
    """Ask for the name, or show whose it will be. Inside a form, read by `read`."""
    if known := signed_in():
        show(tag("p", join([labels("person.as"), tag("b", foreign(known))], " "), class_="note"))
        return
    st.text_input(
        labels("fix.name"),
        name(),
        max_chars=AUTHOR_LENGTH,
        placeholder=labels("fix.nobody"),
        autocomplete="name",
        key=key,
    )


def read(key: str) -> str:
    """The name as `field` has it now, remembered."""
    if key in st.session_state:
        remember(str(st.session_state[key] or ""))
    return name()


def door(labels: Labels) -> None:
    """Where Streamlit's own login is set up: the button that logs in or out."""
    state = _login().get("is_logged_in")
    if state is None:
        return
    if state:
        st.button(labels("person.leave", name=signed_in()), key="log-out", on_click=st.logout)
    else:
        st.button(labels("person.enter"), key="log-in", on_click=st.login)
