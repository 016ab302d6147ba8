"""``python -m tests.killed_run METHOD NUMBER WHEN``: a run that dies at a chosen moment.

The process kills itself with SIGKILL at the NUMBER-th call of the store's METHOD: ``before`` it,
``inside`` its transaction (when half of its input has been read), or ``after`` it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from db.sqlite import open_store
from ingest import pipeline
from ingest.cli import main


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Deadly(list[Any]):
    """A list that nobody survives reading."""

    def __iter__(self) -> Iterator[Any]:
        for number, item in enumerate(super().__iter__()):
            if number >= len(self) // 2:
                die()
            yield item


def arrange(method: str, number: int, when: str) -> None:
    """Patch the store's class so that the moment comes."""
    probe = open_store(os.environ["CHIPWATCH_DB"], read_only=False)
    store = type(probe)
    probe.close()
    original = getattr(store, method)
    calls = 0

    def deadly(self: Any, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != number:
            return original(self, *arguments)
        if when == "before" or (when == "inside" and not arguments):
            die()
        if when == "inside":
            return original(self, Deadly(arguments[0]), *arguments[1:])
        original(self, *arguments)
        return die()

    setattr(store, method, deadly)


if __name__ == "__main__":
    pipeline.BATCH = 5
    arrange(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    sys.argv[1:] = ["run"]
    main()
