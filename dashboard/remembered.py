"""What a browser remembers of how its user likes the pages: language, text size, pictures.

Cookies, written by `dashboard.browser`; they hold one of a few words of ours each, and whatever
else stands in them counts as nothing. Where cookies are off, it is remembered for the session.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

CHOICES: Mapping[str, tuple[str, ...]] = {
    "lang": ("ko", "en"),
    "size": ("m", "s", "l"),
    "pictures": ("no", "yes"),
}
"""What may be remembered; the first of each is the default."""
PREFIX = "chipwatch_"


def read(name: str) -> str:
    """What was chosen in this session, else in this browser, else the default."""
    choices = CHOICES[name]
    found = st.session_state.get(PREFIX + name) or st.context.cookies.get(PREFIX + name)
    return str(found) if found in choices else choices[0]


def keep(name: str, value: str) -> None:
    """Remember a choice. Raises `ValueError` for what cannot be chosen."""
    if value not in CHOICES[name]:
        raise ValueError(f"{name} cannot be {value!r}")
    st.session_state[PREFIX + name] = value


def cookies() -> dict[str, str]:
    """The cookies that the browser should have: only of what was chosen in this session."""
    return {PREFIX + name: read(name) for name in CHOICES if st.session_state.get(PREFIX + name)}
