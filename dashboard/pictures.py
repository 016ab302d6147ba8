"""Whether pictures are fetched from publishers' servers, which then know this browser's visit."""

from __future__ import annotations

import streamlit as st

_ALLOWED = "chipwatch_pictures"


def allowed() -> bool:
    """Off unless it was switched on in this session."""
    return bool(st.session_state.get(_ALLOWED))


def allow(value: bool) -> None:
    """Switch it on or off for this session."""
    st.session_state[_ALLOWED] = value
