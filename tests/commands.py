"""Calling the program in this process, as a shell would."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code and what it wrote."""

    code: int
    out: str
    err: str


class Shell:
    """``shell("run", "--quiet")`` with a database and configuration below the test's directory."""

    def __init__(
        self, home: Path, capture: pytest.CaptureFixture[bytes], patch: pytest.MonkeyPatch
    ):
        self.db = home / "news.db"
        self.config = home / "config"
        self.config.mkdir(exist_ok=True)
        self._capture = capture
        self._patch = patch
        patch.setenv("CHIPWATCH_DB", str(self.db))
        patch.setenv("CHIPWATCH_CONFIG", str(self.config))

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Ended:
        self._patch.setattr(sys, "argv", ["chipwatch", *map(str, arguments)])
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = self._capture.readouterr()
        code = ended.value.code
        return Ended(int(code or 0), written.out.decode(), written.err.decode())

    def write_feeds(self, *feeds: tuple[str, str], private: bool = True) -> None:
        """feeds.toml with (id, url) and a configuration that lets local feeds through."""
        text = "".join(
            f'[[feed]]\nid = "{name}"\noutlet = "매체 {name}"\nurl = "{url}"\n'
            for name, url in feeds
        )
        (self.config / "feeds.toml").write_text(text, "utf-8")
        settings = (
            f"[collect]\nallow_private_addresses = {str(private).lower()}\ntimeout_seconds = 5\n"
            # the articles of these feeds have no pages
            "[pages]\nenabled = false\n"
        )
        (self.config / "chipwatch.toml").write_text(settings, "utf-8")


ShellMaker = Callable[[], Shell]
