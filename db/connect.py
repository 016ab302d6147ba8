"""From a URL to a store: the only place that chooses a backend."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType
from typing import Literal, overload

from platformdirs import user_data_path

from db.errors import StoreError
from db.store import Desk, ReadStore, Store

BACKENDS = {"sqlite": "db.sqlite"}
"""URL scheme → module with ``open_store(location, read_only, desk)`` and ``ENGINE``; imported lazily."""


def default_url() -> str:
    """``CHIPWATCH_DB``, or the fixed place of this user. Never relative to the working directory."""
    fixed = user_data_path("chipwatch", appauthor=False) / "chipwatch.db"
    return os.environ.get("CHIPWATCH_DB") or str(fixed)


@overload
def open_store(url: str, *, read_only: Literal[True]) -> ReadStore: ...
@overload
def open_store(url: str, *, desk: Literal[True]) -> Desk: ...
@overload
def open_store(url: str, *, read_only: Literal[False] = False) -> Store: ...


def open_store(url: str, *, read_only: bool = False, desk: bool = False) -> ReadStore:
    """Open the store at ``url``: a path, or ``sqlite:///path``.

    A writer creates what is missing and migrates what is old; a reader does neither and raises
    `StoreMissing` or `StoreOutdated`. ``desk`` is for the dashboard: opened like a reader (also
    where nothing can be written: then only its writing methods raise `StoreReadOnly`), it
    writes what `Desk` allows. Raises `StoreError` for a scheme that no backend serves.
    """
    if read_only and desk:
        raise ValueError("a desk is not read-only")
    module, location = _backend(url)
    store: ReadStore = module.open_store(location, read_only=read_only, desk=desk)
    return store


def engine(url: str) -> str:
    """Name and version of the library that serves ``url``, such as ``SQLite 3.40.1``."""
    name: str = _backend(url)[0].ENGINE
    return name


def _backend(url: str) -> tuple[ModuleType, str]:
    scheme, separator, location = url.partition("://")
    if not separator:
        scheme, location = "sqlite", url
    elif scheme == "sqlite":
        # as in SQLAlchemy: three slashes lead a relative path, four an absolute one
        location = location.removeprefix("/")
    if scheme not in BACKENDS:
        known = ", ".join(BACKENDS)
        raise StoreError(
            f"{scheme}://",
            f"지원하지 않는 저장소 종류입니다. 쓸 수 있는 것: {known}",
            f"no such kind of store. Known: {known}",
        )
    return import_module(BACKENDS[scheme]), location
