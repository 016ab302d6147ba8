"""News while a page is open: an offer to draw it anew, and grey shapes while it is drawn first.

A fragment asks for the revision every half minute, which costs the store well under a millisecond
and leaves the page as it is: what was typed, opened or scrolled to stays. The offer floats, so that
nothing moves. On a page that nobody has touched the browser takes the offer (`dashboard.browser`).
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, formats
from dashboard.data import Reader
from dashboard.labels import Labels
from dashboard.markup import show, tag
from db.errors import StoreError

EVERY = timedelta(seconds=30)
SHAPES = ("line", "tile", "tile", "tile", "tile", "block", "block low")


def offer(labels: Labels, drawn: Reader) -> None:
    """Where the store has changed since ``drawn``: how many articles came, and a button."""
    try:
        now = data.reader()
        if now == drawn:
            return
        new = now.info().relevant - drawn.info().relevant
    except StoreError:
        # the page that stands is worth more than the news that it cannot be renewed
        return
    words = labels("fresh.articles", n=formats.number(new)) if new > 0 else labels("fresh.changed")
    with st.container(key="fresh-offer"):
        if st.button(words, icon=":material/refresh:", key="fresh", type="primary"):
            st.rerun()


def watch(labels: Labels, drawn: Reader) -> None:
    """Ask again and again, in a place that takes no room, whether there is news."""
    with st.container(key="fresh-place"):
        st.fragment(offer, run_every=EVERY)(labels, drawn)


def shapes(labels: Labels) -> DeltaGenerator:
    """Grey shapes where a page will be; the style sheet shows them only where nothing else is yet."""
    place = st.empty()
    with place:
        drawn = (tag("i", class_=f"sk {shape}") for shape in SHAPES)
        words = tag("span", labels("fresh.waiting"), class_="sr", role="status")
        show(tag("div", words, *drawn, class_="skeleton"))
    return place
