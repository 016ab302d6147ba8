"""Collecting 200 feeds of 50 entries from a local server: ours against the usual loop.

    python -m tests.bench.bench_collect [feeds] [entries]

Both read the same bytes from the same server in one run; only the ratio means anything elsewhere.
The usual loop is `feedparser.parse(url)`, one feed after the other, which is what most news
dashboards do. Ours is `fetch_all` and `read_feed`, in this process and in two. Nothing is stored.
"""

from __future__ import annotations

import gzip
import hashlib
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

import feedparser

from db.model import FeedState, Source
from ingest.collect.fetch import Fetched, FetchLimits, fetch_all
from ingest.collect.read import FeedRead, read_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LIMITS = FetchLimits(user_agent="chipwatch-bench", per_host=20, allow_private=True)
WORDS = [
    *["반도체", "강연회", "전시", "표준", "회의", "도서관", "메모리", "설계"],
    *["공모전", "박물관", "축제", "연구", "교실", "안내", "접수", "일정"],
]


def feed(number: int, entries: int) -> bytes:
    """One invented feed of about 1 kB per entry; 15 % of the entries stand in every feed."""
    items = []
    for index in range(entries):
        shared = index < entries * 15 // 100
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


def serve(pipe: Connection, feeds: int, entries: int) -> None:
    """A server in a process of its own: gzip where asked for, ETag and 304."""
    bodies = {f"/{number}": feed(number, entries) for number in range(feeds)}
    packed = {path: gzip.compress(body) for path, body in bodies.items()}
    etags = {path: f'"{hashlib.sha256(body).hexdigest()[:16]}"' for path, body in bodies.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # header and body in one packet
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            known = self.headers.get("If-None-Match") == etags[self.path]
            zipped = "gzip" in self.headers.get("Accept-Encoding", "")
            body = b"" if known else (packed if zipped else bodies)[self.path]
            self.send_response_only(304 if known else 200)
            self.send_header("ETag", etags[self.path])
            self.send_header("Content-Type", "application/rss+xml")
            if zipped and not known:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


def timed(job: Callable[[], int]) -> tuple[float, int]:
    """(seconds, entries)."""
    started = time.perf_counter()
    entries = job()
    return time.perf_counter() - started, entries


def usual_loop(urls: list[str]) -> int:
    return sum(len(feedparser.parse(url)["entries"]) for url in urls)


def _read(task: tuple[Fetched, Source]) -> FeedRead:
    fetched, source = task
    return read_feed(fetched.body, fetched.content_type, source, NOW)


def ours(urls: list[str], states: dict[str, FeedState], pool: ProcessPoolExecutor | None) -> int:
    """Fetch and read; ``states`` is filled for the next visit. Returns entries read."""
    wanted = [(Source(url, "가온일보", url), states.get(url, FeedState())) for url in urls]
    pending = []
    entries = 0
    for source, result in fetch_all(wanted, LIMITS):
        if isinstance(result, Fetched):
            states[source.id] = FeedState(result.etag, result.last_modified, result.body_hash)
            if pool is None:
                entries += _read((result, source)).entries
            else:
                pending.append(pool.submit(_read, (result, source)))
    return entries + sum(future.result().entries for future in pending)


def main(feeds: int = 200, entries: int = 50) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there, feeds, entries), daemon=True)
    server.start()
    port = here.recv()
    urls = [f"http://127.0.0.1:{port}/{number}" for number in range(feeds)]
    total = feeds * entries
    try:
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            # processes are started and modules imported before anything is timed
            list(pool.map(_read, [(_warm(), Source("warm", "", "https://a.example"))] * 4))
            loop_seconds, loop_entries = timed(lambda: usual_loop(urls))
            one_seconds, one_entries = timed(lambda: ours(urls, {}, None))
            states: dict[str, FeedState] = {}
            two_seconds, two_entries = timed(lambda: ours(urls, states, pool))
            same_seconds, same_entries = timed(lambda: ours(urls, states, pool))
    finally:
        server.terminate()
    assert loop_entries == one_entries == two_entries == total
    assert same_entries == 0
    print(f"{feeds} feeds of {entries} entries")
    for name, seconds in (
        ("feedparser.parse(url), one after the other", loop_seconds),
        ("fetch_all + read_feed, one process", one_seconds),
        ("fetch_all + read_feed, two processes", two_seconds),
        ("the same again, nothing changed (304)", same_seconds),
    ):
        print(
            f"{name:45} {seconds:6.2f} s {total / seconds:9,.0f} entries/s {loop_seconds / seconds:6.1f} x"
        )


def _warm() -> Fetched:
    body = feed(0, 2)
    return Fetched("", 200, "", body, "", "", "", 0.0)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
