"""Feeds over HTTP: the only module that touches the network.

Asynchronous inside, an ordinary iterator outside. Each feed costs at most its limits in time and
bytes, and fails alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import queue
import re
import socket
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from db.errors import FetchError
from db.model import FeedState, Source
from ingest.collect import complaints
from ingest.collect.addresses import is_public
from ingest.collect.bodies import BodyBroken, BodyTooLarge, Inflater
from ingest.collect.budget import Budget
from ingest.collect.schedule import max_age

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
RETRIED_STATUSES = frozenset({500, 502, 504})
"""worth a second try at once; 503 and 429 mean "later" """

PATIENCE = 2.0
"""seconds after which a request no longer counts among those under way at once"""

_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What changes at every request without any news; a feed that differs in it only is unchanged.
_BUILD_DATE = re.compile(rb"<lastBuildDate>[^<]{0,100}</lastBuildDate>")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Times in seconds, sizes in bytes. ``timeout`` is the total per feed, without waiting in line."""

    user_agent: str
    accept: str = ACCEPT
    concurrency: int = 20
    per_host: int = 2
    timeout: float = 30.0
    connect_timeout: float = 10.0
    max_bytes: int = 10 * 1024 * 1024
    """of the body, as received and as decompressed"""
    max_redirects: int = 5
    allow_private: bool = False
    """also connect to addresses inside this machine and network: for tests and intranets"""
    retry_delay: float = 0.5
    """before the one retry after a connection reset or a server error"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body that differs from the last one. ``url`` is where the redirects ended."""

    url: str
    status: int
    content_type: str
    body: bytes
    etag: str
    last_modified: str
    body_hash: str
    seconds: float
    max_age: int = 0
    """seconds for which the server says that asking again is useless"""


@dataclass(frozen=True, slots=True)
class NotModified:
    """Answered with 304, or with the body that we know. ``etag`` and ``last_modified`` as answered."""

    seconds: float
    etag: str = ""
    last_modified: str = ""
    status: int = 304
    max_age: int = 0


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No usable answer; ``error`` says why in one sentence."""

    error: FetchError
    seconds: float


FetchResult = Fetched | NotModified | FetchFailed


def fetch_all(
    wanted: Sequence[tuple[Source, FeedState]], limits: FetchLimits
) -> Iterator[tuple[Source, FetchResult]]:
    """Ask every source once and yield each result as it comes, in any order.

    Nothing a server does raises here: it becomes a `FetchFailed`. A consumer that takes its time
    stops new requests after a while, so that bodies do not pile up. Closing the iterator early
    cancels what is still under way.
    """
    if not wanted:
        return
    results: queue.SimpleQueue[tuple[Source, FetchResult] | BaseException] = queue.SimpleQueue()
    fetcher = _Fetcher(limits, results)
    thread = threading.Thread(target=fetcher.run, args=(wanted,), name="fetch", daemon=True)
    thread.start()
    try:
        for _ in wanted:
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            fetcher.taken()
            yield result
    finally:
        fetcher.cancel()
        thread.join()


class _Fetcher:
    """The event loop in its thread, and the gates through which requests pass."""

    def __init__(
        self,
        limits: FetchLimits,
        results: queue.SimpleQueue[tuple[Source, FetchResult] | BaseException],
    ) -> None:
        self.limits = limits
        self.results = results
        self.loop = asyncio.new_event_loop()
        self.window = asyncio.Semaphore(3 * limits.concurrency)
        self.slots = asyncio.Semaphore(limits.concurrency)
        self.hosts: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(limits.per_host)
        )
        self.main: asyncio.Task[None] | None = None

    def run(self, wanted: Sequence[tuple[Source, FeedState]]) -> None:
        """The thread: everything until the last result is handed over."""
        # name look-ups block a thread each; dead name servers must not hold up the others
        self.loop.set_default_executor(ThreadPoolExecutor(self.limits.concurrency))
        self.main = self.loop.create_task(self._fetch(wanted))
        try:
            self.loop.run_until_complete(self.main)
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self.results.put(error)
        finally:
            self.loop.close()

    def taken(self) -> None:
        """The consumer took a result: make room for another request."""
        self._in_loop(self.window.release)

    def cancel(self) -> None:
        """Stop what is still under way."""
        self._in_loop(lambda: self.main is not None and self.main.cancel())

    def _in_loop(self, function: Callable[[], object]) -> None:
        # the loop is closed once everything is fetched
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function)

    async def _fetch(self, wanted: Sequence[tuple[Source, FeedState]]) -> None:
        limits = self.limits
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # our own gates count
                socket_factory=None if limits.allow_private else _public_socket,
                ttl_dns_cache=60,
            ),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect_timeout),
            headers={
                "User-Agent": limits.user_agent,
                "Accept": limits.accept,
                "Accept-Encoding": "gzip, deflate",
            },
        )
        async with session, asyncio.TaskGroup() as tasks:
            for source, state in _interleaved(wanted):
                await self.window.acquire()
                tasks.create_task(self._one(session, source, state))

    async def _one(self, session: aiohttp.ClientSession, source: Source, state: FeedState) -> None:
        budget = Budget(self.limits.timeout)
        result: FetchResult
        try:
            result = await self._attempts(session, source, state, budget)
        except Exception as error:
            # one feed's trouble, whatever it is, stays with that feed
            result = FetchFailed(self._explained(source, error), budget.spent)
        self.results.put((source, result))

    async def _attempts(
        self, session: aiohttp.ClientSession, source: Source, state: FeedState, budget: Budget
    ) -> FetchResult:
        """One try, and another one after a hiccup if the time allows it."""
        _refused.set([])
        try:
            result = await self._follow(session, source, state, budget)
        except _HICCUPS as error:
            if isinstance(error, aiohttp.ClientConnectorError) or not self._may_retry(budget):
                raise
        else:
            hiccup = isinstance(result, FetchFailed) and result.error.status in RETRIED_STATUSES
            if not hiccup or not self._may_retry(budget):
                return result
        await asyncio.sleep(self.limits.retry_delay)
        return await self._follow(session, source, state, budget)

    def _may_retry(self, budget: Budget) -> bool:
        return budget.left > 2 * self.limits.retry_delay

    async def _follow(
        self, session: aiohttp.ClientSession, source: Source, state: FeedState, budget: Budget
    ) -> FetchResult:
        """One attempt, redirects included. Every hop passes the same checks."""
        url = source.url
        for _ in range(self.limits.max_redirects + 1):
            problem = complaints.address_problem(source.id, url)
            if problem is not None:
                return FetchFailed(problem, budget.spent)
            async with self._gate(url), budget:
                result = await self._request(session, source, state, url, budget)
            if not isinstance(result, str):
                return result
            url = urljoin(url, result)
        return FetchFailed(
            complaints.too_many_redirects(source.id, self.limits.max_redirects), budget.spent
        )

    @asynccontextmanager
    async def _gate(self, url: str) -> AsyncIterator[None]:
        # host first: those who wait for a busy host must not hold the slots of others
        async with self.hosts[(urlsplit(url).hostname or "").lower()]:
            await self.slots.acquire()
            slot = ExitStack()
            slot.callback(self.slots.release)
            # a server that is slow to answer loses its place to others, not its time
            timer = self.loop.call_later(PATIENCE, slot.close)
            try:
                yield
            finally:
                timer.cancel()
                slot.close()

    async def _request(
        self,
        session: aiohttp.ClientSession,
        source: Source,
        state: FeedState,
        url: str,
        budget: Budget,
    ) -> FetchResult | str:
        """The result of one request, or the address that it redirects to."""
        conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        asked = {name: value for name, value in conditions.items() if value}
        async with session.get(url, headers=asked, allow_redirects=False) as response:
            headers, status = response.headers, response.status
            etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
            age = max_age(headers)
            if status == 304:
                return NotModified(budget.spent, etag, modified, max_age=age)
            if status in _REDIRECTS and headers.get("Location"):
                return headers["Location"].strip()
            if not 200 <= status < 300:
                wait = complaints.retry_after(headers)
                return FetchFailed(complaints.status_error(source.id, status, wait), budget.spent)
            body = await self._body(response)
            digest = hashlib.sha256(_BUILD_DATE.sub(b"", body, count=1)).hexdigest()
            if digest == state.body_hash:
                return NotModified(budget.spent, etag, modified, status, age)
            return Fetched(
                url=url,
                status=status,
                content_type=headers.get("Content-Type", ""),
                body=body,
                etag=etag,
                last_modified=modified,
                body_hash=digest,
                seconds=budget.spent,
                max_age=age,
            )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The decompressed body. Raises `BodyTooLarge` as soon as either form exceeds the limit."""
        if (response.content_length or 0) > self.limits.max_bytes:
            raise BodyTooLarge
        inflater = Inflater(response.headers.get("Content-Encoding", ""), self.limits.max_bytes)
        async for chunk in response.content.iter_chunked(_CHUNK):
            inflater.feed(chunk)
        return inflater.finish()

    def _explained(self, source: Source, error: Exception) -> FetchError:
        """The sentence for an exception; the order goes from the special to the general."""
        subject, limits = source.id, self.limits
        host = getattr(error, "host", "") or urlsplit(source.url).hostname or ""
        match error:
            case _ if refused := _refused.get():
                return complaints.private(subject, refused[0])
            case BodyTooLarge():
                return complaints.too_large(subject, limits.max_bytes)
            case BodyBroken() | aiohttp.ClientPayloadError():
                return complaints.broken_body(subject)
            case aiohttp.ConnectionTimeoutError():
                return complaints.no_answer(subject, limits.connect_timeout)
            case TimeoutError():
                return complaints.timed_out(subject, limits.timeout)
            case aiohttp.ClientSSLError():
                return complaints.untrusted(subject)
            case aiohttp.ClientConnectorDNSError():
                return complaints.unknown_host(subject, host)
            case aiohttp.ClientConnectorError():
                code = error.os_error.errno
                detail = os.strerror(code) if code and code > 0 else host
                return complaints.not_reachable(subject, detail)
            case aiohttp.InvalidURL() | ValueError():
                return complaints.bad_address(subject, source.url)
            case aiohttp.ServerDisconnectedError() | OSError():
                return complaints.disconnected(subject)
            case aiohttp.ClientResponseError():
                return complaints.not_http(subject)
        return complaints.unexpected(subject, error)


_HICCUPS = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)


_refused: ContextVar[list[str]] = ContextVar("refused")
"""non-public addresses that the present fetch was about to connect to"""


def _public_socket(info: tuple[Any, ...]) -> socket.socket:
    """Sees every address right before it is connected to, after name resolution: a name that
    resolves into our own network, at the first look or at the second, gets no socket.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        _refused.get().append(str(address[0]))
        raise OSError(errno.EACCES, f"{address[0]} is not a public address")
    return socket.socket(family, kind, protocol)


def _interleaved(
    wanted: Sequence[tuple[Source, FeedState]],
) -> list[tuple[Source, FeedState]]:
    """In turns over the hosts, so that many feeds of one host do not fill the window."""
    turns: Counter[str] = Counter()
    numbered = []
    for pair in wanted:
        host = urlsplit(pair[0].url).netloc
        numbered.append((turns[host], pair))
        turns[host] += 1
    return [pair for _, pair in sorted(numbered, key=lambda item: item[0])]
