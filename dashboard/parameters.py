"""A page's own parameters in the URL: what its controls write."""

from __future__ import annotations

import streamlit as st

from dashboard import filters
from dashboard.frame import Page


def put(page: Page, **values: str) -> None:
    """Write ``values`` into the URL beside the filter and what else the page has there; "" removes."""
    found = {**page.own(), **filters.to_params(page.selection)}
    if page.labels.lang != "ko":
        found["lang"] = [page.labels.lang]
    for key, value in values.items():
        found.pop(key, None)
        if value:
            found[key] = [value]
    st.query_params.from_dict(found)
