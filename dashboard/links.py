"""Addresses of our own pages, with the filter in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit

from dashboard import filters
from dashboard.filters import Params, Selection

PAGES = (
    "overview",
    "articles",
    "stories",
    "companies",
    "relations",
    "keywords",
    "sources",
    "accuracy",
    "settings",
    "article",
)
"""The names of the pages, which are their URL paths as well; the overview is at the root."""


def href(page: str, params: Params) -> str:
    """A relative address: every page lies one level below the root, wherever that is mounted."""
    pairs = [(key, value) for key, values in params.items() for value in values]
    path = "./" if page == "overview" else page
    return f"{path}?{urlencode(pairs)}" if pairs else path


def to(
    page: str, selection: Selection, lang: str, more: Mapping[str, str | Sequence[str]] = {}
) -> str:
    """The address of ``page`` with the filter, the language and ``more`` page parameters."""
    params = filters.to_params(selection)
    for key, value in more.items():
        params[key] = [value] if isinstance(value, str) else list(value)
    if lang != "ko":
        params["lang"] = [lang]
    return href(page, params)


def split(address: str) -> tuple[str, dict[str, list[str]]] | None:
    """Page name and parameters of an address of ours; None for any other."""
    if not address:
        return None
    parts = urlsplit(address)
    name = parts.path.rstrip("/").rsplit("/", 1)[-1] or "overview"
    if name == ".":
        name = "overview"
    if name not in PAGES:
        return None
    return name, parse_qs(parts.query, keep_blank_values=False)
