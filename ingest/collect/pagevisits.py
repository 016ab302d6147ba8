"""Visiting articles' pages politely: one request per host at a time, with pauses, within a budget.

What a request is, and every guard around it, is `ingest.collect.fetch`; here is only who is asked
when. Hosts take turns; a host that refuses is left alone for the rest of the run.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from db.model import FeedState, Source
from db.pages import PageDue
from ingest.collect.fetch import Fetched, FetchFailed, FetchResult
from ingest.collect.robots import Robots, robots_of

log = logging.getLogger(__name__)

REFUSALS = frozenset({401, 403, 429, 451})
FAILURES = 2
"""pages in a row without an answer, after which a host is left alone for the run"""

Fetch = Callable[[Sequence[tuple[Source, FeedState]]], Iterator[tuple[Source, FetchResult]]]
"""`ingest.collect.fetch.fetch_all` with its limits already bound"""


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """``per_run``: requests for pages; robots.txt comes on top. Times in seconds."""

    per_run: int = 60
    seconds_per_host: float = 1.0
    max_seconds: float = 120.0
    """after which no further request is begun"""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """robots.txt forbids the page; it was not asked for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A host that does not want us now. ``wait``: seconds that it asked for, None if it did not."""

    host: str
    status: int | None
    wait: float | None


Answer = FetchResult | Forbidden | Refusal
Visited = tuple[PageDue | None, Answer]
"""an answer about a page, or (with None) about its host"""


@dataclass(slots=True)
class _Host:
    """One host's queue in this run."""

    name: str
    scheme: str
    queue: deque[PageDue] = field(default_factory=deque)
    robots: Robots | None = None
    next_at: float = 0.0
    failures: int = 0

    def robots_page(self) -> Source:
        return Source(self.name, self.name, f"{self.scheme}://{self.name}/robots.txt")


def host_of(url: str) -> str:
    return urlsplit(url).netloc.lower()


class Visits:
    """One round of visits. ``timer`` and ``pause`` are handed in by tests only."""

    def __init__(
        self,
        fetch: Fetch,
        limits: VisitLimits,
        timer: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fetch = fetch
        self._limits = limits
        self._timer = timer
        self._pause = pause

    def each(self, due: Sequence[PageDue]) -> Iterator[Visited]:
        """Answers as they come. Pages of a host that refuses or fails are left for another run."""
        hosts = self._hosts(due)
        end = self._timer() + self._limits.max_seconds
        left = self._limits.per_run
        while left > 0 and any(host.queue for host in hosts.values()):
            waiting = [host for host in hosts.values() if host.queue]
            ready_at = min(host.next_at for host in waiting)
            if max(ready_at, self._timer()) >= end:
                return
            self._pause(max(0.0, ready_at - self._timer()))
            ready = [host for host in waiting if host.next_at <= self._timer()]
            yield from self._ask_robots([host for host in ready if host.robots is None])
            yield from self._forbidden(ready)
            asked = [
                host
                for host in ready
                if host.robots and host.queue and host.next_at <= self._timer()
            ]
            asked = asked[:left]
            left -= len(asked)
            yield from self._ask_pages(asked)

    def _hosts(self, due: Sequence[PageDue]) -> dict[str, _Host]:
        hosts: dict[str, _Host] = {}
        for page in due:
            name = host_of(page.url)
            host = hosts.setdefault(name, _Host(name, urlsplit(page.url).scheme))
            host.queue.append(page)
        return hosts

    def _ask_robots(self, hosts: Sequence[_Host]) -> Iterator[Visited]:
        by_name = {host.name: host for host in hosts}
        for source, answer in self._fetch([(h.robots_page(), FeedState()) for h in hosts]):
            host = by_name[source.id]
            host.robots = robots_of(answer)
            self._rest(host)
            if not host.robots.reached and isinstance(answer, FetchFailed):
                log.warning("pages of %s are left alone: robots.txt: %s", host.name, answer.error)
                host.queue.clear()
                yield None, Refusal(host.name, answer.error.status, answer.error.retry_after)

    def _forbidden(self, hosts: Sequence[_Host]) -> Iterator[Visited]:
        """Pages at the head of the queues that may not be asked for."""
        for host in hosts:
            while host.robots and host.queue and not host.robots.allows(host.queue[0].url):
                page = host.queue.popleft()
                log.info("robots.txt forbids %s", page.url)
                yield page, Forbidden()

    def _ask_pages(self, hosts: Sequence[_Host]) -> Iterator[Visited]:
        pages: Mapping[str, tuple[_Host, PageDue]] = {
            page.article_id: (host, page) for host in hosts for page in [host.queue.popleft()]
        }
        wanted = [
            (Source(page.article_id, host.name, page.url), FeedState())
            for host, page in pages.values()
        ]
        for source, answer in self._fetch(wanted):
            host, page = pages[source.id]
            self._rest(host)
            yield page, answer
            if isinstance(answer, FetchFailed):
                yield from self._failed(host, answer)
            elif isinstance(answer, Fetched):
                host.failures = 0

    def _failed(self, host: _Host, answer: FetchFailed) -> Iterator[Visited]:
        error = answer.error
        if error.status in REFUSALS or (error.status == 503 and error.retry_after):
            log.warning("pages of %s are left alone: %s", host.name, error)
            host.queue.clear()
            yield None, Refusal(host.name, error.status, error.retry_after)
        elif error.status is None or error.status >= 500:
            host.failures += 1
            if host.failures >= FAILURES:
                host.queue.clear()

    def _rest(self, host: _Host) -> None:
        asked = host.robots.delay if host.robots is not None else 0.0
        host.next_at = self._timer() + max(self._limits.seconds_per_host, asked)
