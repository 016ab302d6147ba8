"""What the server answers beside the pages: feeds of every filter, and its own health.

Plain functions over a request; Starlette runs them in threads of its own.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from dashboard import clock, feeds, formats, periods, printed, question, timeline
from dashboard.feeds import Feed
from db.errors import InputError, StoreError
from db.export import Export, file_name, write
from db.health import FINE, Health
from db.model import kst_day
from db.query import Sort, Split

if TYPE_CHECKING:
    from dashboard.data import Reader
    from db.store import ReadStore

_log = logging.getLogger("chipwatch.dashboard")
Answer = Callable[[Request], Response]


def routes(base: str) -> list[Route]:
    """The routes below ``base``, the server's ``baseUrlPath``."""
    prefix = f"/{base.strip('/')}" if base.strip("/") else ""
    paths: dict[str, Answer] = {
        "feed.rss": rss,
        "feed.json": json_feed,
        "export.csv": partial(export, "csv"),
        "export.xlsx": partial(export, "xlsx"),
        "print": sheet,
        "health": health,
    }
    return [Route(f"{prefix}/{path}", said(answer)) for path, answer in paths.items()]


def said(answer: Answer) -> Answer:
    """``answer``, with errors as one sentence: 400 for the asker's, 503 for the store's."""

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


def _store() -> ReadStore:
    from dashboard import data

    return data.store()


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


# --- files --------------------------------------------------------------------------------------

MOST_ROWS = 200_000
MOST_AT_ONCE = 2
"""files that are written at the same time; each may take a core for a minute"""
CHUNK = 1 << 18
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_writing = threading.BoundedSemaphore(MOST_AT_ONCE)


def export(file_format: str, request: Request) -> Response:
    """``/export.xlsx`` and ``/export.csv``: all articles of the filter, as the page counts them.

    Written to disk before the first byte goes out: memory stays bounded, and what fails half-way
    is an error rather than half a file.
    """
    now = clock.now()
    reader = _reader()
    asked = question.read(question.params_of(request.url.query), reader, now)
    if reader.counts(asked.wanted).articles > MOST_ROWS:
        raise question.refused(
            f"export.{file_format}", "ask.too_many", most=formats.number(MOST_ROWS)
        )
    if request.method == "HEAD":
        return Response(media_type=TYPES[file_format])
    if not _writing.acquire(blocking=False):
        return PlainTextResponse(
            asked.labels("ask.busy") + "\n", 503, {"Retry-After": "30", "Cache-Control": "no-store"}
        )
    try:
        store = _store()
        made = Export.of(store, asked.wanted, now, asked.labels.lang)
        file = TemporaryFile()  # noqa: SIM115 - closed by `_chunks`
        try:
            write(made, store.export(asked.wanted), file, file_format)
        except BaseException:
            file.close()
            raise
    finally:
        _writing.release()
    size = file.seek(0, 2)
    file.seek(0)
    named = quote(file_name(made, file_format), safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"chipwatch.{file_format}\"; filename*=UTF-8''{named}",
        "Content-Length": str(size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(file), media_type=TYPES[file_format], headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


# --- print --------------------------------------------------------------------------------------


def sheet(request: Request) -> Response:
    """``/print``: the filter on one sheet of A4."""
    now = clock.now()
    reader = _reader()
    asked = question.read(question.params_of(request.url.query), reader, now)
    wanted, period = asked.wanted, asked.selection.period
    step = periods.step_for(period)
    made = Export.of(_store(), wanted, now, asked.labels.lang)
    bars = timeline.arrange(
        reader.timeline(wanted, step, Split.TONE), (), period, step, Split.TONE, now, period
    )
    shown = printed.Sheet(
        question=asked,
        counts=made.counts,
        bars=bars,
        stories=reader.stories(wanted, printed.STORIES, True),
        newest=reader.cards(wanted, Sort.NEWEST, printed.LISTED, "").cards,
        made_at=now,
        tagger_version=made.tagger_version,
        at_least=bool(made.gaps),
    )
    headers = {"Content-Security-Policy": printed.POLICY, "Cache-Control": "no-store"}
    # a lone surrogate cannot be written
    content = printed.page(shown).encode("utf-8", "replace")
    return HTMLResponse(content, headers=headers)


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
