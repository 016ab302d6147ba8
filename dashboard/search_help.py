"""The language of the search, shown by examples beside the field."""

from __future__ import annotations

import streamlit as st

from dashboard.labels import Labels
from dashboard.markup import Html, show, tag

EXAMPLES = ("both", "either", "phrase", "without", "title", "outlet", "company", "mixed")


def table(labels: Labels) -> Html:
    """What one may write, and what it finds."""
    rows = [
        tag(
            "tr",
            tag("td", tag("code", labels(f"search.{key}"))),
            tag("td", labels(f"search.{key}_say")),
        )
        for key in EXAMPLES
    ]
    return tag("table", tag("tbody", *rows), class_="search-help")


def popover(labels: Labels) -> None:
    """The button that opens it."""
    with st.popover(labels("search.help"), icon=":material/help:", key="search-help"):
        show(table(labels))
        show(tag("p", labels("search.rule"), class_="note"))
