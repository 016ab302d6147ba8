"""What every test has: places of its own, so that nothing of the user's is read or written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data, configuration and log directories below the test's own directory; Korean; no proxy."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("CHIPWATCH_DB", "CHIPWATCH_CONFIG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHIPWATCH_LANG", "ko")


@pytest.fixture(autouse=True)
def own_main_module() -> Iterator[None]:
    """Streamlit puts its script in the place of ``__main__``, which new processes would then run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
