"""A local HTTP server for tests: routes that behave well, badly or with evil intent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What a client asked. Header names are lower case."""

    path: str
    headers: dict[str, str]
    client: tuple[str, int] = ("", 0)


@dataclass(frozen=True)
class Reply:
    """One answer. ``pieces`` are sent after the body, one by one, without a length."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None
    length: int | None = None
    """a Content-Length other than the true one"""


Route = Reply | Callable[[Request], Reply]


class FeedServer:
    """``routes`` maps a path to a `Reply` or to a function of the `Request`."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.feeds = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self, path: str, body: bytes = b"", **reply: Any) -> str:
        """Route ``path`` to one fixed reply. Returns its URL."""
        self.routes[path] = Reply(body, **reply)
        return self.url(path)

    def serve_with_etag(self, path: str, body: bytes, etag: str = '"1"', modified: str = "") -> str:
        """A well-behaved feed: 304 for who knows it already."""
        headers = {"ETag": etag, "Content-Type": "application/rss+xml"}
        if modified:
            headers["Last-Modified"] = modified

        def answer(request: Request) -> Reply:
            known = request.headers.get("if-none-match") == etag
            since = bool(modified) and request.headers.get("if-modified-since") == modified
            if known or (since and "if-none-match" not in request.headers):
                return Reply(status=304, headers=headers)
            return Reply(body, headers=headers)

        self.routes[path] = answer
        return self.url(path)

    def hang(self, _: Request) -> Reply:
        """A route that answers only when the server closes."""
        self.closing.wait(30)
        return Reply()

    def drip(self, _: Request) -> Reply:
        """A route that sends a byte now and then, for ever."""

        def bytes_now_and_then() -> Iterator[bytes]:
            while not self.closing.wait(0.02):
                yield b" "

        return Reply(pieces=bytes_now_and_then(), headers={"Content-Type": "text/xml"})

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    feeds: FeedServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up early are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        feeds = self.server.feeds
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, self.client_address)
        feeds.requests.append(request)
        route = feeds.routes.get(self.path, Reply(status=404))
        self._answer(route(request) if callable(route) else route)

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.pieces is not None:
            self.close_connection = True
            self.send_header("Connection", "close")
        elif reply.status != 304:
            self.send_header(
                "Content-Length", str(reply.length if reply.length is not None else len(reply.body))
            )
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.length is not None:
            self.close_connection = True
        for piece in reply.pieces or ():
            self.wfile.write(piece)
            self.wfile.flush()

    def send_response(self, code: int, message: str | None = None) -> None:
        # without the Server and Date headers of the base class: tests set what they need
        self.send_response_only(code, message)

    def log_message(self, *args: Any) -> None:
        """Silent."""


@contextmanager
def running() -> Iterator[FeedServer]:
    """A server that is closed, with all its hanging requests, at the end of the block."""
    server = FeedServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def rss(*items: str, title: str = "시험 피드") -> bytes:
    """A small RSS 2.0 feed of ready-made ``<item>`` elements, UTF-8."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://news.example.com/</link>{''.join(items)}</channel></rss>"
    ).encode()


def item(number: int, title: str = "", link: str = "") -> str:
    """An invented entry with its own title, link and date."""
    return (
        f"<item><title>{title or f'반도체 강연회 {number}회차 안내'}</title>"
        f"<link>{link or f'https://news.example.com/view?idxno={number}'}</link>"
        f"<description>강연회 {number}회차가 열린다.</description>"
        f"<pubDate>Mon, 23 Nov 2026 09:{number % 60:02}:00 +0900</pubDate></item>"
    )
