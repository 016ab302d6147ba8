"""`start` and `dashboard`: never an empty page, quick the second time, and the sample when blind."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.connect import open_store
from db.query import ArticleFilter
from ingest.config import load
from ingest.sample.build import build_sample, is_current
from tests.commands import Shell
from tests.feed_server import FeedServer, item, rss, running


@dataclass
class Launches:
    """What would have been started instead of Streamlit."""

    commands: list[list[str]] = field(default_factory=list)
    databases: list[str] = field(default_factory=list)

    def run(self, command: list[str], *, env: dict[str, str], check: bool) -> Any:
        self.commands.append(command)
        self.databases.append(env["CHIPWATCH_DB"])
        return subprocess.CompletedProcess(command, 0)


@pytest.fixture
def launches(monkeypatch: pytest.MonkeyPatch) -> Launches:
    launches = Launches()
    monkeypatch.setattr("ingest.cli_serve.subprocess.run", launches.run)
    return launches


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
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def headlines(count: int) -> bytes:
    return rss(*(item(n, f"SK하이닉스, {n}번째 HBM 강연회 성황") for n in range(count)))


def test_the_first_start_collects(
    shell: Shell, server: FeedServer, launches: Launches, port: int
) -> None:
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(5))))
    ended = shell("start", "--port", port)
    assert ended.code == 0
    assert f"http://127.0.0.1:{port}" in ended.err
    assert launches.databases == [str(shell.db)]
    assert launches.commands[0][1:] == [
        "-m",
        "dashboard",
        "--address",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    assert open_store(str(shell.db), read_only=True).counts(ArticleFilter()).articles == 5


def test_the_second_start_asks_nobody(
    shell: Shell, server: FeedServer, launches: Launches, port: int
) -> None:
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(5))))
    shell("start", "--port", port)
    asked = len(server.requests)
    ended = shell("start", "--port", port)
    assert ended.code == 0
    assert "마지막 수집" in ended.err
    assert len(server.requests) == asked
    assert launches.databases == [str(shell.db)] * 2


def test_without_any_answer_the_sample_opens(
    shell: Shell, server: FeedServer, launches: Launches, port: int
) -> None:
    shell.write_feeds(("gone", server.serve("/gone", status=404)))
    ended = shell("start", "--port", port)
    assert ended.code == 0
    assert "샘플 데이터를 엽니다" in ended.err
    sample = shell.db.with_name("sample.db")
    assert launches.databases == [str(sample)]
    assert open_store(str(sample), read_only=True).info().sample
    assert not shell.db.exists(), "the sample never mixes with real data"
    made = sample.stat().st_ino
    shell("start", "--port", port)
    assert sample.stat().st_ino == made, "a sample of today is not made again"


def test_a_broken_database_is_not_hidden_behind_the_sample(
    shell: Shell, server: FeedServer, launches: Launches, port: int
) -> None:
    shell.write_feeds(("gone", server.serve("/gone", status=404)))
    shell.db.write_bytes(b"not a database" * 100)
    assert shell("start", "--port", port).code == 3
    assert launches.commands == []


def test_the_sample_can_be_asked_for(shell: Shell, launches: Launches, port: int) -> None:
    assert shell("dashboard", "--demo", "--port", port).code == 0
    assert launches.databases == [str(shell.db.with_name("sample.db"))]


def test_a_taken_port_is_said_before_anything_starts(shell: Shell, launches: Launches) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = shell("dashboard", "--port", taken.getsockname()[1])
    assert ended.code == 2
    assert "--port" in ended.err
    assert launches.commands == []


# --- the sample as a database ---------------------------------------------------------------------


def test_the_sample_has_something_for_every_chart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sample.db"
    now = datetime.now(UTC)
    config = load()
    build_sample(path, config, now)
    store = open_store(str(path), read_only=True)
    info = store.info()
    assert info.sample
    assert info.articles >= 300
    assert 0 < info.articles - info.relevant < 40, "some articles are off the subject"
    assert info.untagged == 0
    counts = store.counts(ArticleFilter())
    assert counts.outlets == 12
    assert counts.stories < counts.articles * 0.6, "syndicated copies are one story"
    assert min(counts.tones.values()) >= 30
    assert store.check() == []
    runs = store.runs(100)
    assert sum(run.new for run in runs) > 50
    assert sum(run.relevant for run in runs) > 50
    assert {status.failures_in_row > 2 for status in store.sources(now)} == {True, False}


def test_a_sample_is_made_anew_each_day_and_for_each_tagger(tmp_path: Path) -> None:
    path, now, config = tmp_path / "sample.db", datetime.now(UTC), load()
    assert not is_current(path, config, now)
    build_sample(path, config, now)
    assert is_current(path, config, now)
    assert not is_current(path, config, now + timedelta(days=1))
    user = tmp_path / "config"
    user.mkdir()
    (user / "topics.toml").write_text(
        '[[topic]]\nid = "hbm"\nname_ko = "HBM"\nname_en = "HBM"\nterms = ["HBM"]\n', "utf-8"
    )
    assert not is_current(path, load(user), now)
