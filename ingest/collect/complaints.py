"""Why a feed could not be fetched, as `FetchError`: one sentence in Korean and one in English."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from db.errors import FetchError
from db.faults import Fault
from ingest.collect.schedule import LONGEST_WAIT

UNKNOWN_WAIT = 900.0
"""seconds; when a server names a date to come back at but not what time it has now"""

_STATUSES = {
    400: ("잘못된 요청으로 거절됨", "the server did not accept the request"),
    401: ("로그인이 필요함", "a login is needed"),
    403: ("접근이 거절됨", "access denied"),
    404: ("피드가 그 주소에 없음. 주소를 확인하세요", "no feed at this address. Check it"),
    406: ("서버가 보낼 수 있는 형식이 아님", "the server has no acceptable format"),
    410: ("피드가 없어짐. 목록에서 빼세요", "the feed is gone for good. Remove it"),
    429: ("너무 자주 요청함. 나중에 다시 시도합니다", "asked too often. It will be tried later"),
    451: ("법적인 이유로 제공되지 않음", "unavailable for legal reasons"),
    503: ("서버가 잠시 쉬는 중", "the server is temporarily unavailable"),
}


def status_error(subject: str, status: int, wait: float | None) -> FetchError:
    """For an HTTP status that brings no body. ``wait``: seconds from Retry-After."""
    if status in _STATUSES:
        ko, en = _STATUSES[status]
    elif status >= 500:
        ko, en = "서버 오류", "server error"
    elif status >= 400:
        ko, en = "서버가 요청을 거절함", "the server refused the request"
    else:
        ko, en = "피드가 아닌 응답", "not an answer that carries a feed"
    return FetchError(
        subject, f"HTTP {status} — {ko}.", f"HTTP {status} — {en}.", status=status, retry_after=wait
    )


def too_large(subject: str, limit: int) -> FetchError:
    size = f"{limit / 1_000_000:.0f}MB" if limit >= 1_000_000 else f"{limit / 1000:.0f}kB"
    return FetchError(
        subject, f"본문이 {size}를 넘어 받지 않았습니다.", f"the body exceeds {size}."
    )


def broken_body(subject: str) -> FetchError:
    return FetchError(
        subject,
        "본문이 중간에 끊겼거나 압축이 깨졌습니다.",
        "the body was cut off or badly compressed.",
    )


def timed_out(subject: str, seconds: float) -> FetchError:
    return FetchError(
        subject,
        f"{seconds:g}초 안에 다 받지 못했습니다.",
        f"not complete within {seconds:g} seconds.",
    )


def no_answer(subject: str, seconds: float) -> FetchError:
    return FetchError(
        subject,
        f"{seconds:g}초 안에 연결되지 않았습니다.",
        f"no connection within {seconds:g} seconds.",
    )


def unknown_host(subject: str, host: str) -> FetchError:
    return FetchError(
        subject,
        f"{host} 서버를 찾을 수 없습니다. 주소와 인터넷 연결을 확인하세요.",
        f"no such host: {host}. Check the address and the network.",
        fault=Fault.UNKNOWN_HOST,
    )


def not_reachable(subject: str, detail: str) -> FetchError:
    return FetchError(
        subject,
        f"서버에 연결할 수 없습니다({detail}).",
        f"cannot connect to the server ({detail}).",
    )


def disconnected(subject: str) -> FetchError:
    return FetchError(subject, "서버가 연결을 끊었습니다.", "the server closed the connection.")


def untrusted(subject: str) -> FetchError:
    return FetchError(
        subject,
        "TLS 연결에 실패했습니다(인증서를 믿을 수 없거나 만료됨).",
        "TLS failed (certificate untrusted or expired).",
    )


def not_http(subject: str) -> FetchError:
    return FetchError(
        subject, "HTTP로 이해할 수 없는 응답입니다.", "the answer is not proper HTTP."
    )


def private(subject: str, address: str) -> FetchError:
    return FetchError(
        subject,
        f"내부망 주소({address})로 가는 요청이라 막았습니다.",
        f"blocked: the address {address} is not public.",
    )


def too_many_redirects(subject: str, limit: int) -> FetchError:
    return FetchError(
        subject,
        f"다른 주소로 넘기기를 {limit}번 넘게 되풀이합니다. 주소를 확인하세요.",
        f"redirected more than {limit} times. Check the address.",
    )


def bad_address(subject: str, url: str) -> FetchError:
    return FetchError(
        subject,
        f"요청할 수 없는 주소입니다: {url[:200]!r}",
        f"not an address that can be asked: {url[:200]!r}",
    )


def unexpected(subject: str, error: Exception) -> FetchError:
    name = type(error).__name__
    return FetchError(subject, f"받는 중에 오류가 났습니다({name}).", f"fetching failed ({name}).")


def address_problem(subject: str, url: str) -> FetchError | None:
    """Why ``url`` may not be asked at all: no http(s), no host, or a user name in it."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        fine = False
    return None if fine else bad_address(subject, url)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for (a number, or a date read against the server's own Date)."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    until = _http_date(value)
    if until is None:
        return None
    server_now = _http_date(headers.get("Date", ""))
    wait = (until - server_now).total_seconds() if server_now else UNKNOWN_WAIT
    return min(max(float(math.ceil(wait)), 0.0), LONGEST_WAIT)


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return parsed if parsed.tzinfo is not None else None
