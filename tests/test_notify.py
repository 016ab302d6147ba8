"""One message per run and change, to a local server that stands for a chat service."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from db.connect import open_store
from db.health import Health
from db.model import FeedState, FetchOutcome, FetchReport
from ingest import cli_notify
from tests.commands import Ended, Shell
from tests.feed_server import FeedServer, running

SECRET = "hunter2-token"
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><title>'
    + "별마루칩스 강연회".encode()
    + b"</title><link>https://a.example/1</link></item></channel></rss>"
)


class Chat:
    """Takes messages; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.status = 200
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if chat.status == 200:
                    chat.messages.append(json.loads(body))
                self.send_response(chat.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"json://user:{SECRET}@127.0.0.1:{self.server.server_address[1]}/hook/{SECRET}"

    def taken(self) -> list[str]:
        """Titles and texts since the last call."""
        found = [f"{message['title']}\n{message['message']}" for message in self.messages]
        self.messages.clear()
        return found


@pytest.fixture
def chat() -> Iterator[Chat]:
    chat = Chat()
    thread = threading.Thread(target=chat.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield chat
    chat.server.shutdown()
    chat.server.server_close()
    thread.join()


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with running() as server:
        yield server


@pytest.fixture
def shell(
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    feeds: FeedServer,
) -> Shell:
    monkeypatch.delenv(cli_notify.ENVIRONMENT, raising=False)
    monkeypatch.setenv("CHIPWATCH_LANG", "ko")
    shell = Shell(tmp_path, capfdbinary, monkeypatch)
    shell.write_feeds(("good", feeds.serve("/good", FEED)), ("bad", feeds.serve("/bad", FEED)))
    return shell


def configure(shell: Shell, *urls: str) -> None:
    with (shell.config / "chipwatch.toml").open("a", encoding="utf-8") as file:
        file.write(f"[notify]\nurls = {json.dumps(list(urls))}\n")


def run(shell: Shell) -> Ended:
    return shell("run", "--quiet", "--notify", "--now")


def break_it(feeds: FeedServer, status: int = 403) -> None:
    feeds.serve("/bad", status=status)


def test_a_change_is_told_once_and_so_is_the_recovery(
    shell: Shell, chat: Chat, feeds: FeedServer
) -> None:
    configure(shell, chat.url)
    run(shell)
    break_it(feeds)
    for _ in range(2):
        run(shell)
    assert chat.taken() == [], "one or two failures are nobody's business"
    for _ in range(3):
        assert run(shell).code == 0
    (message,) = chat.taken()
    assert "피드 1곳에 문제" in message
    assert "매체 bad (bad): 차단" in message
    assert "HTTP 403" in message
    feeds.serve("/bad", FEED)
    for _ in range(2):
        run(shell)
    (message,) = chat.taken()
    assert "회복" in message
    assert "bad" in message


def test_what_could_not_be_told_is_told_by_the_next_run(
    shell: Shell, chat: Chat, feeds: FeedServer
) -> None:
    configure(shell, chat.url)
    break_it(feeds, 410)
    chat.status = 500
    ended = run(shell)
    assert ended.code == 0, "a message that fails does not make the run fail"
    assert "알림을 1곳 가운데 1곳에 보내지 못했습니다" in ended.err
    chat.status = 200
    run(shell)
    assert len(chat.taken()) == 1


def test_an_interrupted_run_leaves_its_message_to_the_next(
    shell: Shell, chat: Chat, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(shell, chat.url)
    break_it(feeds, 410)
    with monkeypatch.context() as patch:

        def stop(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("ingest.cli._process", stop)
        assert run(shell).code == 130
    assert chat.taken() == []
    for _ in range(2):
        run(shell)
    assert len(chat.taken()) == 1


def test_all_changes_of_a_run_are_one_message(shell: Shell, chat: Chat, feeds: FeedServer) -> None:
    configure(shell, chat.url)
    count = cli_notify.LINES + 5
    shell.write_feeds(*((f"f{n}", feeds.serve(f"/f{n}", status=410)) for n in range(count)))
    configure(shell, chat.url)
    assert run(shell).code == 1
    (message,) = chat.taken()
    assert f"피드 {count}곳에 문제" in message
    assert message.count("없어짐, ") == cli_notify.LINES
    assert "그 밖에 5곳" in message


def test_addresses_are_secrets(
    shell: Shell,
    chat: Chat,
    feeds: FeedServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    configure(shell, chat.url, f"nonsense://{SECRET}", f"json://127.0.0.1:1/{SECRET}")
    break_it(feeds, 410)
    outputs = [run(shell), shell("doctor"), shell("notify", "--test")]
    assert [ended.code for ended in outputs] == [0, 0, 1]
    (shell.config / "chipwatch.toml").write_text(f'[notify]\nurls = "json://{SECRET}"\n', "utf-8")
    outputs.append(shell("run", "--quiet"))
    assert outputs[-1].code == 2
    assert "notify.urls" in outputs[-1].err
    assert all(SECRET not in ended.out + ended.err for ended in outputs)
    assert SECRET not in caplog.text
    assert SECRET not in shell.db.read_bytes().decode("latin-1")


def test_a_test_message(shell: Shell, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = shell("notify", "--test")
    assert ended.code == 2
    assert "notify.urls" in ended.err
    monkeypatch.setenv(cli_notify.ENVIRONMENT, f"{chat.url} {chat.url}")
    ended = shell("notify", "--test")
    assert (ended.code, len(chat.taken())) == (0, 2)
    assert "2곳 가운데 2곳" in ended.out


def test_a_run_without_addresses_runs_and_says_so(shell: Shell) -> None:
    ended = run(shell)
    assert ended.code == 0
    assert "notify.urls" in ended.err


def test_changes_between_runs_can_be_sent_by_themselves(
    shell: Shell, chat: Chat, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cli_notify.ENVIRONMENT, chat.url)
    break_it(feeds, 410)
    shell("collect", "--quiet")
    assert chat.taken() == []
    assert shell("notify").code == 0
    assert len(chat.taken()) == 1
    assert shell("notify").code == 0
    assert chat.taken() == []


def test_a_source_that_is_switched_off_is_forgotten(
    shell: Shell, chat: Chat, feeds: FeedServer
) -> None:
    configure(shell, chat.url)
    break_it(feeds, 410)
    run(shell)
    assert len(chat.taken()) == 1
    text = (shell.config / "feeds.toml").read_text("utf-8")
    (shell.config / "feeds.toml").write_text(text + "enabled = false\n", "utf-8")
    run(shell)
    assert chat.taken() == []
    (shell.config / "feeds.toml").write_text(text, "utf-8")
    run(shell)
    assert len(chat.taken()) == 1, "bad again, or still"


def test_a_retired_feed_is_named_by_doctor_and_comes_back(shell: Shell, feeds: FeedServer) -> None:
    run(shell)
    break_it(feeds, 410)
    now = datetime.now(UTC).replace(microsecond=0)
    store = open_store(str(shell.db))
    for hours in (60, 50, 40, 30):
        report = FetchReport("bad", now - timedelta(hours=hours), FetchOutcome.FAILED, 410)
        store.add_articles([], report, FeedState(), store.start_run(report.fetched_at))
    retired = next(s for s in store.sources(now) if s.source.id == "bad")
    assert retired.retired_at is not None
    asked = len([r for r in feeds.requests if r.path == "/bad"])
    run(shell)
    assert len([r for r in feeds.requests if r.path == "/bad"]) == asked, "asked no more"
    assert "chipwatch feeds enable bad" in shell("doctor").out
    assert "다시 받습니다" in shell("feeds", "enable", "bad").out
    assert "방문을 그만둔 피드가 아닙니다" in shell("feeds", "enable", "bad").out
    assert shell("feeds", "enable", "nobody").code == 3
    feeds.serve("/bad", FEED)
    run(shell)
    store = open_store(str(shell.db), read_only=True)  # type: ignore[assignment]
    health = {s.source.id: s.last_outcome for s in store.sources(now)}
    assert health["bad"] is FetchOutcome.OK
    assert Health.GONE not in store_states(shell)


def store_states(shell: Shell) -> set[Health]:
    store = open_store(str(shell.db))
    try:
        return set(store.announced().values())
    finally:
        store.close()
