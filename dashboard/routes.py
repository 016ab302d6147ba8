"""What the server answers beside the pages: feeds of every filter, and its own health.

Plain functions over a request; Starlette runs them in threads of its own.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import wraps
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard import clock, feeds, question
from dashboard.feeds import Feed
from db.errors import InputError, StoreError
from db.health import FINE, Health
from db.model import kst_day
from db.query import Sort

if TYPE_CHECKING:
    from dashboard.data import Reader

_log = logging.getLogger("chipwatch.dashboard")
Answer = Callable[[Request], Response]


def routes(base: str) -> list[Route]:
    """The routes below ``base``, the server's ``baseUrlPath``."""
    prefix = f"/{base.strip('/')}" if base.strip("/") else ""
    paths: dict[str, Answer] = {"feed.rss": rss, "feed.json": json_feed, "health": health}
    return [Route(f"{prefix}/{path}", said(answer)) for path, answer in paths.items()]


def said(answer: Answer) -> Answer:
    """``answer``, with errors as one sentence: 400 for the asker's, 503 for the store's."""

    @wraps(answer)
    def contained(request: Request) -> Response:
        try:
            return answer(request)
        except (InputError, StoreError) as error:
            lang = question.language({"lang": request.query_params.getlist("lang")})
            status = 400 if isinstance(error, InputError) else 503
            if status == 503:
                _log.warning("%s", error, exc_info=error)
            return PlainTextResponse(f"{error.text(lang)}\n", status, {"Cache-Control": "no-store"})

    return contained


def _reader() -> Reader:
    """A reader, imported late: Streamlit's caches want its runtime, which starts after this module."""
    from dashboard import data

    return data.reader()


# --- feeds --------------------------------------------------------------------------------------


class Seen:
    """When each state of the store was first seen by this server.

    A revision has no time of its own. Two of them never get the same second, which is all that
    a date in HTTP can tell apart.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[str, str, date] | None = None
        self._at = datetime(2000, 1, 1, tzinfo=UTC)

    def at(self, url: str, revision: str, now: datetime) -> datetime:
        """The instant, in whole seconds; a new day changes what "7 days" means."""
        state = (url, revision, kst_day(now))
        with self._lock:
            if state != self._state:
                self._state = state
                self._at = max(now.replace(microsecond=0), self._at + timedelta(seconds=1))
            return self._at


_seen = Seen()


def address(request: Request) -> str:
    """Where this server stands for whoever asks, with a slash at the end.

    The host name has passed `dashboard.guard`. A proxy that ends TLS says so; who lies about it
    gets a wrong link himself.
    """
    proto = request.headers.get("x-forwarded-proto", request.url.scheme).partition(",")[0].strip()
    scheme = "https" if proto == "https" else "http"
    path = request.url.path.rpartition("/")[0]
    return f"{scheme}://{request.headers.get('host', '')}{path}/"


def rss(request: Request) -> Response:
    """``/feed.rss?…the pages' query string…``: the newest articles of the filter."""
    return _feed(request, feeds.rss, "application/rss+xml; charset=utf-8")


def json_feed(request: Request) -> Response:
    """``/feed.json?…``: the same as JSON Feed."""
    return _feed(request, feeds.json_feed, "application/feed+json; charset=utf-8")


@dataclass(frozen=True)
class _State:
    """What a conditional request compares."""

    tag: str
    changed_at: datetime

    def headers(self) -> dict[str, str]:
        return {
            "ETag": self.tag,
            "Last-Modified": format_datetime(self.changed_at, usegmt=True),
            "Cache-Control": "private, no-cache",
        }

    def same(self, request: Request) -> bool:
        """Whether the asker holds this state; a tag decides alone where one is given."""
        if tags := request.headers.get("if-none-match"):
            held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in held or self.tag.removeprefix("W/") in held
        try:
            since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        except ValueError:
            return False
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        return since >= self.changed_at


def _feed(request: Request, written: Callable[[Feed], bytes], media_type: str) -> Response:
    params = question.params_of(request.url.query)
    now = clock.now()
    reader = _reader()
    asked = question.read(params, reader, now)
    own = f"{address(request)}{request.url.path.rpartition('/')[2]}"
    own += f"?{request.url.query}" if request.url.query else ""
    state = _state(reader, own, now)
    if state.same(request):
        return Response(status_code=304, headers=state.headers())
    cards = reader.cards(asked.wanted, Sort.NEWEST, feeds.NEWEST, "").cards
    feed = Feed(asked, cards, address(request), own, state.changed_at)
    content = b"" if request.method == "HEAD" else written(feed)
    return Response(content, media_type=media_type, headers=state.headers())


def _state(reader: Reader, own: str, now: datetime) -> _State:
    changed_at = _seen.at(reader.url, reader.revision, now)
    # weak: a proxy or the server may compress
    parts = "\n".join((reader.revision, kst_day(now).isoformat(), own))
    return _State(f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"', changed_at)


# --- health -------------------------------------------------------------------------------------


def health(request: Request) -> Response:
    """``/health``: 200 with the age of the last run; 503 where the store cannot be read."""
    now = clock.now()
    reader = _reader()
    runs = reader.runs(10)
    ended = [run.finished_at for run in runs if run.finished_at]
    last = max(ended, default=None)
    active = [state for _, state in reader.states(now) if state is not Health.STOPPED]
    found = {
        "status": "ok",
        "last_run_at": last.isoformat() if last else None,
        "last_run_age_seconds": int((now - last).total_seconds()) if last else None,
        "last_run_state": runs[0].state.value if runs else None,
        "articles": reader.info().articles,
        "feeds": len(active),
        "feeds_ok": sum(state in FINE for state in active),
    }
    return JSONResponse(found, headers={"Cache-Control": "no-store"})
