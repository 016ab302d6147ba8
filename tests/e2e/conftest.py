"""A real server on a real store, and a real browser. Skipped where no Chromium is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.connect import open_store
from db.model import (
    FeedState,
    FetchOutcome,
    FetchReport,
    RightsMode,
    RunReport,
    RunState,
    TimeQuality,
    article_id,
)
from db.mutes import Mute, MuteKind
from db.notes import Note
from db.views import SavedView
from tests import dashboard_data
from tests.fake_store import FakeStore

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
PROBES = ("/_stcore/health", "/_stcore/host-config")
"""On a page below the root Streamlit's client looks for its server there first; a 404 is expected."""


@dataclass(frozen=True)
class Server:
    """A running dashboard and what its store was filled with."""

    address: str
    canned: FakeStore
    url: str

    def add_an_article(self, title: str) -> None:
        """What a run does meanwhile: one relevant article, older than all of the canned ones."""
        published_at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=85)
        canned = self.canned.details[0]
        card = replace(
            canned.card,
            id=article_id(title),
            url=f"https://news.invalid/{article_id(title)}",
            title=title,
            published_at=published_at,
            first_seen_at=published_at,
            time_quality=TimeQuality.EXACT,
        )
        detail = replace(canned, card=card)
        report = FetchReport(card.source_id, published_at, FetchOutcome.OK, 200)
        with closing(open_store(self.url)) as store:
            run = store.start_run(published_at)
            article = dashboard_data.article_of(detail)
            store.add_articles([article], report, FeedState(), run)
            store.save_tags([dashboard_data.tags_of(detail)], published_at)
            store.finish_run(RunReport(run, published_at, RunState.DONE, published_at, new=1))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the dashboard did not start"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)  # a server's start has no event to wait for
    raise AssertionError("the dashboard did not answer")


def _serve(url: str, directory: Path) -> Iterator[str]:
    port = _free_port()
    argv = [sys.executable, "-m", "dashboard", "--port", str(port), "--db", url]
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "HOME": str(directory)}
    log = directory / "dashboard.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv, cwd=directory, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _await(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not CHROMIUM:
        pytest.skip("no Chromium installed")
    directory = tmp_path_factory.mktemp("dashboard")
    store = open_store(str(directory / "chipwatch.db"))
    canned = dashboard_data.fill(store, datetime.now(UTC).replace(microsecond=0))
    store.close()
    for address in _serve(str(directory / "chipwatch.db"), directory):
        yield Server(address, canned, str(directory / "chipwatch.db"))


@pytest.fixture(scope="session")
def long_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard whose texts have ten thousand letters without a blank, and markup in them."""
    if not CHROMIUM:
        pytest.skip("no Chromium installed")
    directory = tmp_path_factory.mktemp("long")
    url = str(directory / "chipwatch.db")
    now = datetime.now(UTC).replace(microsecond=0)
    text = "<img src=x onerror='window.broken=1'>$x$" + "가나다라마바사아자차" * 1000
    with closing(open_store(url)) as store:
        canned = dashboard_data.fill(store, now)
        detail = next(d for d in canned.details if len(d.card.mentions) > 1)
        card = replace(
            detail.card,
            id=article_id(text),
            url="https://news.invalid/long",
            title=text,
            outlet=text[:200],
            author=text,
            published_at=now,
            first_seen_at=now,
            rights=RightsMode.FULL,
            summary=(text, text),
            story_id="long",
        )
        long_one = replace(detail, card=card, body=text, subheads=(text,), image_caption=text)
        run = store.start_run(now)
        report = FetchReport(card.source_id, now, FetchOutcome.OK, 200)
        store.add_articles([dashboard_data.article_of(long_one)], report, FeedState(), run)
        tags = dashboard_data.tags_of(replace(long_one, card=replace(card, story_id="s1")))
        store.save_tags([tags], now)
        store.assign_stories()
        store.finish_run(RunReport(run, now, RunState.DONE, now, new=1))
        store.add_note(Note(card.id, "가" * 300, "나" * 40), now)
        store.mute(Mute(MuteKind.KEYWORD, "다" * 200, "나" * 40), now)
        store.save_view(SavedView("라" * 40, "articles", "q=HBM"), now)
        canned.details = [replace(long_one, card=store.article(card.id).card)]
    for address in _serve(url, directory):
        yield Server(address, canned, url)


@pytest.fixture(scope="session")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard whose database does not exist."""
    if not CHROMIUM:
        pytest.skip("no Chromium installed")
    directory = tmp_path_factory.mktemp("bare")
    yield from _serve(str(directory / "nothing.db"), directory)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    if not CHROMIUM:
        pytest.skip("no Chromium installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser context: its page, and whatever it should not have done."""

    page: object
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@pytest.fixture
def visit(chromium: object) -> Iterator[Callable[..., Visit]]:
    """Opens pages, each in a profile of its own; afterwards none may have erred or gone elsewhere."""
    visits: list[tuple[object, Visit]] = []

    def opened(address: str, width: int = 1440, scheme: str = "light") -> Visit:
        context = chromium.new_context(  # type: ignore[attr-defined]
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="ko-KR"
        )
        page = context.new_page()
        made = Visit(page)
        visits.append((context, made))
        origin = "/".join(address.split("/")[:3])

        def hear(message: object) -> None:
            where = message.location.get("url", "")  # type: ignore[attr-defined]
            if message.type == "error" and not where.endswith(PROBES):  # type: ignore[attr-defined]
                made.errors.append(f"{message.text} {where}")  # type: ignore[attr-defined]

        def see(request: object) -> None:
            url = request.url  # type: ignore[attr-defined]
            if not url.startswith((f"{origin}/", "data:", "blob:")):
                made.elsewhere.append(url)

        page.on("console", hear)
        page.on("pageerror", lambda error: made.errors.append(str(error)))
        page.on("request", see)
        page.goto(address)
        page.wait_for_selector(".cw .sfoot, .cw .problem", state="attached")
        page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
        return made

    yield opened
    for context, made in visits:
        context.close()  # type: ignore[attr-defined]
        assert made.errors == []
        assert made.elsewhere == []
