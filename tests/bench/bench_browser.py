"""Click on a company → its chart and cards stand, in a real Chromium; and what sessions weigh.

``python -m tests.bench.bench_browser [--articles N …] [--clicks C] [--sessions S] [--rounds R]``. Times
are milliseconds, beside those of an empty Streamlit page with one chart, clicked in the same run.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bench import newsdata
from tests.bench.newsdata import LAST_DAY
from tests.e2e.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[2]
EMPTY = """
import plotly.graph_objects as go
import streamlit as st

number = st.session_state.get("number", 0)
if st.button("next", key="next"):
    number = st.session_state["number"] = number + 1
st.title(f"Page {number}")
figure = go.Figure([go.Bar(y=[(n * 7 + number) % 11 for n in range(53)]) for _ in range(4)])
st.plotly_chart(figure, key="chart")
"""
PERIOD = f"period=custom&from={LAST_DAY - timedelta(days=364)}&to={LAST_DAY}"
STANDS = """([word]) => {
    const h1 = document.querySelector('h1');
    return h1 && h1.innerText.includes(word) && document.querySelector('.js-plotly-plot .trace.bars')
        && document.querySelector('[data-test-script-state=notRunning]');
}"""
VIEW = {"width": 1440, "height": 900}
IDLE = "[data-test-script-state=notRunning]"


@contextmanager
def served(script: Path, folder: Path, database: Path | None = None) -> Iterator[tuple[str, int]]:
    """(address, process id) of a Streamlit server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    if database:
        argv = [sys.executable, "-m", "dashboard", "--port", str(port), "--db", str(database)]
    else:
        argv = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
        argv += ["--server.headless=true", "--browser.gatherUsageStats=false"]
    process = subprocess.Popen(
        argv, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(20)


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _timed(page: Any, click: Any, word: str) -> float:
    begin = time.perf_counter()
    click.click(no_wait_after=True)
    page.wait_for_function(STANDS, arg=[word], polling=10)
    return (time.perf_counter() - begin) * 1000


def empty(browser: Any, address: str, clicks: int) -> list[float]:
    page = browser.new_page(viewport=VIEW)
    page.goto(address)
    page.wait_for_selector(".js-plotly-plot .trace.bars", state="attached")
    button = page.get_by_role("button", name="next")
    return [_timed(page, button, f"Page {number + 1}") for number in range(clicks)]


def company(browser: Any, address: str, clicks: int) -> list[float]:
    """Each click is the first on its company: nothing of it is cached."""
    page = browser.new_page(viewport=VIEW)
    taken = []
    for number in range(clicks):
        page.goto(f"{address}/?{PERIOD}")
        page.wait_for_selector(".sov tr th a", state="attached")
        page.wait_for_selector(IDLE, state="attached")
        page.wait_for_function("() => Boolean(window.chipwatchClick)")
        link = page.locator(".sov tr th a").nth(number % 10)
        taken.append(_timed(page, link, link.inner_text().strip()))
    return taken


def sessions(browser: Any, address: str, pid: int, count: int, rounds: int) -> None:
    """Open ``count`` browsers' pages at once and go from page to page in each."""
    pages = [browser.new_context().new_page() for _ in range(count)]
    print(f"  server: {memory(pid):.0f} MB before {count} sessions")
    for round_ in range(rounds):
        for number, page in enumerate(pages):
            view = ("", "companies", "articles")[round_ % 3]
            firm = f"firm-{(number + round_ * 7) % 60:03}"
            page.goto(f"{address}/{view}?{PERIOD}&company={firm}")
        for page in pages:
            page.wait_for_selector(IDLE, state="attached")
        print(f"  {(round_ + 1) * count:5} interactions: {memory(pid):.0f} MB", flush=True)


def report(browser: Any, title: str, taken: list[float], base: float | None) -> float:
    middle = statistics.median(taken)
    ratio = "" if base is None else f"{middle / base:6.2f} × empty"
    print(f"{title:28}{middle:8.0f}{max(taken):8.0f}{ratio}", flush=True)
    return middle


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure clicks in a real browser.")
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--clicks", type=int, default=8)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=25)
    wanted = parser.parse_args()
    if not CHROMIUM:
        sys.exit("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        script = folder / "empty.py"
        script.write_text(EMPTY)
        print(f"{'click → chart stands':28}{'p50':>8}{'max':>8}")
        with served(script, folder) as (address, _):
            base = report(
                browser, "empty page", empty(browser, address, wanted.clicks + 2)[2:], None
            )
        for count in wanted.articles:
            database = newsdata.build(count)
            with served(script, folder, database) as (address, pid):
                taken = company(browser, address, wanted.clicks)
                report(browser, f"{count:,} articles", taken, base)
                if wanted.sessions:
                    sessions(browser, address, pid, wanted.sessions, wanted.rounds)
        browser.close()


if __name__ == "__main__":
    main()
