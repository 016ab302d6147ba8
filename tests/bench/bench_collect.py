"""Collecting 200 feeds of 50 entries from a local server: ours beside lemon24/reader and a loop.

    python -m tests.bench.bench_collect [feeds] [entries] [rounds]

The server has its own process; every candidate has one too, with its own empty SQLite file, and
does everything that it does in earnest: fetch, parse, clean, store (ours includes the search index
and the start of its workers). Each round visits all feeds four times: first; after a tenth of the
feeds got five new entries; with nothing changed; and with 100 ms of latency while a tenth of the
feeds fails (HTTP 500, no answer at all, broken XML). Rounds alternate the order of candidates.
Medians are printed; only ratios mean anything elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

LATENCY = 0.1
TIMEOUT = 8.0
"""seconds that a feed may take, for both candidates that have such a limit"""
NEW = 5
"""entries that a changed feed has more"""
STEPS = ("first", "changed", "same", "failing")
WORDS = [
    *["반도체", "강연회", "전시", "표준", "회의", "도서관", "메모리", "설계"],
    *["공모전", "박물관", "축제", "연구", "교실", "안내", "접수", "일정"],
]


def feed(number: int, entries: int, first: int = 0) -> bytes:
    """One invented feed of about 1 kB per entry; 15 % of the entries stand in every feed."""
    items = []
    for index in range(first, first + entries):
        shared = index - first < entries * 15 // 100
        key = index if shared else number * 1000 + index
        words = [WORDS[(key + step) % len(WORDS)] for step in range(60)]
        items.append(
            f"<item><title><![CDATA[{' '.join(words[:6])} {key}]]></title>"
            f"<link>https://news{0 if shared else number}.example/view?idxno={key}&amp;utm_source=rss</link>"
            f"<guid>{key}</guid><pubDate>Mon, 23 Nov 2026 {index % 24:02}:{index % 60:02}:00 +0900</pubDate>"
            f"<description><![CDATA[<p><img src='https://img.example/{key}.jpg'></p>"
            f"[서울=가온일보] 나하늘 기자 = {' '.join(words[:30])}이 열린다.{' '.join(words[30:])}.<br/>"
            f"{' '.join(words)}.]]></description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>피드</title>'
        f"<link>https://news.example/</link>{''.join(items)}</channel></rss>"
    ).encode()


class Newsstand:
    """What the server has at present. ``/_/NAME`` switches to one of `STEPS`."""

    def __init__(self, feeds: int, entries: int) -> None:
        self.step = STEPS[0]
        self.closing = threading.Event()
        before = {f"/{number}": feed(number, entries) for number in range(feeds)}
        after = {f"/{number}": feed(number, entries, NEW) for number in range(0, feeds, 10)}
        self.bodies = {"first": before, "changed": before | after}
        self.packed = {
            step: {path: gzip.compress(body) for path, body in bodies.items()}
            for step, bodies in self.bodies.items()
        }

    def answer(self, path: str, known: str, zipped: bool) -> tuple[int, str, bytes]:
        """(status, ETag, body)."""
        if path.startswith("/_/"):
            self.step = path[3:]
            return 200, "", b""
        if self.step == "failing":
            time.sleep(LATENCY)
            match int(path[1:]) % 30:
                case 3:
                    return 500, "", b""
                case 13:
                    self.closing.wait(60)
                case 23:
                    return 200, "", b"<rss version='2.0'><chan"
        step = "first" if self.step == "first" else "changed"
        body = self.bodies[step][path]
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if known == etag:
            return 304, etag, b""
        return 200, etag, self.packed[step][path] if zipped else body


def serve(pipe: Connection, feeds: int, entries: int) -> None:
    """A server in a process of its own: gzip where asked for, ETag and 304."""
    stand = Newsstand(feeds, entries)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # header and body in one packet
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            zipped = "gzip" in self.headers.get("Accept-Encoding", "")
            known = self.headers.get("If-None-Match", "")
            status, etag, body = stand.answer(self.path, known, zipped)
            self.send_response_only(status)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Type", "application/rss+xml")
            if body[:2] == b"\x1f\x8b":
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Who does not wait for the feeds that hang is right."""

    server = Server(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


Visit = Callable[[], int]
"""visits all feeds once; the number of entries that are stored afterwards"""


def ours(urls: list[str], folder: Path) -> Visit:
    from db.connect import open_store
    from db.model import Source
    from ingest.collect import reading
    from ingest.collect.fetch import FetchLimits, fetch_all
    from ingest.pipeline import collect

    sources = [Source(f"s{n}", "가온일보", url) for n, url in enumerate(urls)]
    store = open_store(str(folder / "ours.db"))
    store.save_sources(sources)
    limits = FetchLimits("chipwatch-bench", per_host=20, allow_private=True, timeout=TIMEOUT)

    def now() -> datetime:
        return datetime.now(UTC)

    def visit() -> int:
        fetch = partial(fetch_all, limits=limits)
        collect(store, sources, fetch, reading.isolated(), now, store.start_run(now()))
        return store.info().articles

    return visit


def readers(urls: list[str], folder: Path) -> Visit:
    """lemon24/reader, as its documentation advises for many feeds."""
    import feedparser_sgmllib

    # its copy of feedparser knows this module by the name that it had in Python 2
    sys.modules.setdefault("sgmllib", feedparser_sgmllib)
    from reader import make_reader

    reader = make_reader(str(folder / "reader.db"), session_timeout=(3.05, TIMEOUT))
    for url in urls:
        reader.add_feed(url)

    def visit() -> int:
        reader.update_feeds(workers=20, scheduled=False)
        return reader.get_entry_counts().total or 0

    return visit


def loop(urls: list[str], folder: Path) -> Visit:
    """`feedparser.parse(url)` one after the other, which is what most news dashboards do."""
    import feedparser

    def visit() -> int:
        return sum(len(feedparser.parse(url)["entries"]) for url in urls)

    return visit


CANDIDATES = {"ours": ours, "reader": readers, "loop": loop}


def measure(pipe: Connection, name: str, urls: list[str], warm: str) -> None:
    """In a process of its own: what each step takes, in seconds."""
    logging.disable()
    switch = partial(urllib.request.urlopen, timeout=10)
    base = urls[0].rpartition("/")[0]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "warm").mkdir()
        switch(f"{base}/_/first")
        CANDIDATES[name]([warm], Path(folder) / "warm")()
        visit = CANDIDATES[name](urls, Path(folder))
        for step in STEPS[:1] if name == "loop" else STEPS:
            switch(f"{base}/_/{step}")
            started = time.perf_counter()
            stored = visit()
            pipe.send((step, time.perf_counter() - started, stored))
    pipe.send(None)


def heard(pipe: Connection, process: BaseProcess) -> tuple[str, float, int] | None:
    """The next step's figures, None after the last."""
    while not pipe.poll(1):
        if not process.is_alive():
            sys.exit("a candidate failed")
    found: tuple[str, float, int] | None = pipe.recv()
    return found


def main(feeds: int = 200, entries: int = 50, rounds: int = 3) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there, feeds, entries), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{here.recv()}"
    urls = [f"{base}/{number}" for number in range(feeds)]
    seconds: dict[tuple[str, str], list[float]] = {}
    stored: dict[tuple[str, str], int] = {}
    try:
        for number in range(rounds):
            for name in list(CANDIDATES)[:: -1 if number % 2 else 1]:
                process = context.Process(target=measure, args=(there, name, urls, urls[-1]))
                process.start()
                while (found := heard(here, process)) is not None:
                    step, taken, count = found
                    seconds.setdefault((name, step), []).append(taken)
                    stored[name, step] = count
                process.join()
    finally:
        server.terminate()
    report(feeds * entries, {key: statistics.median(taken) for key, taken in seconds.items()})
    print(
        f"stored: {stored['ours', 'same']:,} articles (each URL once), "
        f"{stored['reader', 'same']:,} entries by reader"
    )


def report(total: int, medians: dict[tuple[str, str], float]) -> None:
    loop_seconds = medians["loop", "first"]
    print(f"{total:,} entries; entries checked per second, medians")
    print(f"{'':10}{'ours':>12}{'reader':>12}{'ratio':>8}")
    for step in STEPS:
        mine, theirs = medians["ours", step], medians["reader", step]
        if step == "failing":
            print(f"{step:10}{mine:10.2f} s{theirs:10.2f} s   (time-out {TIMEOUT:g} s)")
        else:
            print(f"{step:10}{total / mine:12,.0f}{total / theirs:12,.0f}{theirs / mine:7.1f}x")
    print(f"feedparser.parse(url), one after the other: {total / loop_seconds:,.0f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
