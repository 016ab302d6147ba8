"""kill -9 at any moment loses nothing that was stored; the next run repairs the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.connect import open_store
from db.model import RunState
from db.query import ArticleFilter
from db.store import ReadStore
from tests.commands import Shell
from tests.feed_server import FeedServer, item, rss, running

ROOT = Path(__file__).parent.parent
EVERYTHING = ArticleFilter(include_irrelevant=True)
FEEDS = 4
ARTICLES = 6


@pytest.fixture
def shell(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    return Shell(tmp_path, capfdbinary, monkeypatch)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running() as server:
        yield server


@pytest.fixture
def feeds(shell: Shell, server: FeedServer) -> list[tuple[str, str]]:
    """Four feeds of six articles; three of each are the same report in other words."""
    made = []
    for feed in range(FEEDS):
        items = (
            item(
                feed * 100 + number,
                f"SK하이닉스, {number % 2}차 HBM 설계 강연회 판교서 열려…엔비디아 참석",
                f"https://m{feed}.example.com/view?idxno={number}",
            )
            for number in range(ARTICLES)
        )
        made.append((f"f{feed}", server.serve_with_etag(f"/{feed}", rss(*items))))
    shell.write_feeds(*made)
    return made


def contents(store: ReadStore) -> list[Any]:
    """Everything that does not depend on when a run happened."""
    return [
        (replace(detail.card, first_seen_at=detail.card.published_at), detail.tagger_version)
        for detail in store.export(EVERYTHING)
    ]


def killed(shell: Shell, method: str, number: int, when: str) -> int:
    command = [sys.executable, "-m", "tests.killed_run", method, str(number), when]
    environment = os.environ | {"CHIPWATCH_DB": str(shell.db)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120
    ).returncode


MOMENTS = [
    ("add_articles", 1, "inside"),
    ("add_articles", 3, "inside"),
    ("add_articles", 4, "after"),
    ("save_tags", 1, "before"),
    ("save_tags", 2, "inside"),
    ("save_tags", 3, "after"),
    ("assign_stories", 1, "before"),
    ("finish_run", 1, "before"),
]


@pytest.mark.parametrize(("method", "number", "when"), MOMENTS)
def test_a_killed_run_is_repaired_by_the_next(
    shell: Shell, feeds: list[tuple[str, str]], method: str, number: int, when: str
) -> None:
    assert killed(shell, method, number, when) == -signal.SIGKILL
    reader = open_store(str(shell.db), read_only=True)
    assert reader.check() == [], "what stands is consistent at once"
    survived = {detail.card.id for detail in reader.export(EVERYTHING)}

    assert shell("run").code == 0, "the dead run's lock holds nobody up"
    assert survived <= {detail.card.id for detail in reader.export(EVERYTHING)}
    assert reader.check() == []
    assert [run.state for run in reader.runs()] == [RunState.DONE, RunState.INTERRUPTED]

    undisturbed = shell.db.with_name("undisturbed.db")
    # the server's ETags are known to nobody there, so everything is collected anew
    assert shell("run", "--db", undisturbed).code == 0
    assert contents(reader) == contents(open_store(str(undisturbed), read_only=True))


def test_killed_again_and_again(shell: Shell, feeds: list[tuple[str, str]]) -> None:
    """One store, dying at every moment in turn, never goes backwards and ends whole."""
    count = 0
    for method, number, when in MOMENTS:
        assert killed(shell, method, min(number, 1 + (method == "add_articles")), when) in (
            -signal.SIGKILL,
            0,
        )
        reader = open_store(str(shell.db), read_only=True)
        assert reader.check() == []
        assert reader.info().articles >= count
        count = reader.info().articles
    assert shell("run").code == 0
    reader = open_store(str(shell.db), read_only=True)
    assert reader.info().articles == FEEDS * ARTICLES
    assert reader.info().untagged == 0
    assert reader.counts(ArticleFilter()).articles == FEEDS * ARTICLES
