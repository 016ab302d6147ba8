"""Fetching from a local server that behaves well, badly or with evil intent. No real network."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.model import FeedState, Source
from ingest.collect import fetch
from ingest.collect.bodies import BodyTooLarge, Inflater
from ingest.collect.fetch import (
    Fetched,
    FetchFailed,
    FetchLimits,
    FetchResult,
    NotModified,
    fetch_all,
)
from tests.feed_server import FeedServer, Reply, Request, item, rss, running

FEED = rss(item(1), item(2))
LIMITS = FetchLimits(
    user_agent="chipwatch-test/1 (+mailto:test@example.com)",
    timeout=5.0,
    connect_timeout=5.0,
    max_bytes=100_000,
    retry_delay=0.01,
    allow_private=True,
)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running() as feeds:
        yield feeds


def fetched(url: str, state: FeedState = FeedState(), limits: FetchLimits = LIMITS) -> FetchResult:  # noqa: B008
    [(source, result)] = fetch_all([(Source("s", "시험", url), state)], limits)
    assert source.id == "s"
    return result


def body(url: str, **limits: Any) -> bytes:
    result = fetched(url, limits=replace(LIMITS, **limits))
    assert isinstance(result, Fetched), result
    return result.body


def failure(url: str, **limits: Any) -> FetchFailed:
    result = fetched(url, limits=replace(LIMITS, **limits))
    assert isinstance(result, FetchFailed), result
    assert result.error.subject == "s"
    assert result.error.ko.endswith((".", "요", "'"))
    return result


# --- conditional requests ----------------------------------------------------------------------


def test_a_feed_and_what_the_next_request_needs(server: FeedServer) -> None:
    url = server.serve_with_etag("/a", FEED, modified="Mon, 23 Nov 2026 00:00:00 GMT")
    result = fetched(url)
    assert isinstance(result, Fetched)
    assert (result.body, result.status, result.content_type) == (FEED, 200, "application/rss+xml")
    assert (result.etag, result.last_modified) == ('"1"', "Mon, 23 Nov 2026 00:00:00 GMT")
    again = fetched(url, FeedState(result.etag, result.last_modified, result.body_hash))
    assert isinstance(again, NotModified)
    assert (again.status, again.etag) == (304, '"1"')
    assert server.requests[1].headers["if-none-match"] == '"1"'
    assert server.requests[1].headers["if-modified-since"] == "Mon, 23 Nov 2026 00:00:00 GMT"
    assert "if-none-match" not in server.requests[0].headers


def test_the_same_body_counts_as_unchanged_without_any_etag(server: FeedServer) -> None:
    url = server.serve("/a", FEED)
    first = fetched(url)
    assert isinstance(first, Fetched)
    again = fetched(url, FeedState(body_hash=first.body_hash))
    assert isinstance(again, NotModified)
    assert again.status == 200
    server.serve("/a", rss(item(1), item(2), item(3)))
    assert isinstance(fetched(url, FeedState(body_hash=first.body_hash)), Fetched)


def test_a_build_date_alone_is_no_news(server: FeedServer) -> None:
    builds = iter(["09:00", "09:10"])

    def built_now(_: Request) -> Reply:
        stamp = f"<channel><lastBuildDate>Mon, 23 Nov 2026 {next(builds)}:00 +0900</lastBuildDate>"
        return Reply(FEED.replace(b"<channel>", stamp.encode()))

    server.routes["/a"] = built_now
    first = fetched(server.url("/a"))
    assert isinstance(first, Fetched)
    assert isinstance(fetched(server.url("/a"), FeedState(body_hash=first.body_hash)), NotModified)


def test_we_say_who_we_are_and_bring_no_cookies(server: FeedServer) -> None:
    url = server.serve("/a", FEED, headers={"Set-Cookie": "id=1"})
    list(fetch_all([(Source(name, "시험", url), FeedState()) for name in "ab"], LIMITS))
    for request in server.requests:
        assert request.headers["user-agent"] == LIMITS.user_agent
        assert "rss" in request.headers["accept"]
        assert "cookie" not in request.headers


# --- bodies --------------------------------------------------------------------------------------


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:99]) + gzip.compress(FEED[99:])),
        ("gzip", gzip.compress(FEED) + b"\0\0\0\0"),
        ("deflate", zlib.compress(FEED)),
        ("deflate", raw_deflate(FEED)),
        ("gzip", FEED),
        ("identity", FEED),
        ("utf-8", FEED),
    ],
)
def test_compressed_bodies_and_those_that_only_say_so(
    server: FeedServer, encoding: str, packed: bytes
) -> None:
    assert body(server.serve("/a", packed, headers={"Content-Encoding": encoding})) == FEED


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_encodings_that_we_did_not_ask_for(server: FeedServer, encoding: str) -> None:
    url = server.serve("/a", b"\x01\x02\x03", headers={"Content-Encoding": encoding})
    assert "압축" in failure(url).error.ko


@pytest.mark.parametrize("packed", [gzip.compress(FEED)[:-20], b"\x1f\x8b" + b"\xff" * 50])
def test_a_compressed_body_that_is_cut_or_broken(server: FeedServer, packed: bytes) -> None:
    url = server.serve("/a", packed, headers={"Content-Encoding": "gzip"})
    assert "압축" in failure(url).error.ko


def test_a_gzip_bomb_costs_no_more_than_the_limit(server: FeedServer) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    url = server.serve("/a", bomb, headers={"Content-Encoding": "gzip"})
    assert len(bomb) < LIMITS.max_bytes
    assert "100kB" in failure(url).error.ko


def test_decompressing_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    inflater = Inflater("gzip", 100_000)
    tracemalloc.start()
    with pytest.raises(BodyTooLarge):
        inflater.feed(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_body_over_the_limit_is_refused_with_or_without_a_length(server: FeedServer) -> None:
    large = b" " * (LIMITS.max_bytes + 1)
    assert "100kB" in failure(server.serve("/a", large)).error.ko
    server.routes["/b"] = lambda _: Reply(pieces=iter([large]))
    assert "100kB" in failure(server.url("/b")).error.ko
    endless = iter(lambda: b"x" * 10_000, b"")
    server.routes["/c"] = lambda _: Reply(pieces=endless)
    assert "100kB" in failure(server.url("/c")).error.ko
    assert len(body(server.serve("/d", large[1:]))) == LIMITS.max_bytes


def test_a_body_that_ends_too_early_is_not_taken_for_the_feed(server: FeedServer) -> None:
    url = server.serve("/a", FEED[:100], length=len(FEED))
    assert "끊" in failure(url).error.ko
    assert len(server.requests) == 2  # tried once more


# --- answers that are no feed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (403, "거절"),
        (404, "없음"),
        (410, "없어짐"),
        (429, "자주"),
        (418, "거절"),
        (500, "오류"),
        (503, "쉬는"),
    ],
)
def test_each_status_has_its_sentence(server: FeedServer, status: int, word: str) -> None:
    error = failure(server.serve("/a", status=status)).error
    assert error.status == status
    assert f"HTTP {status}" in error.ko
    assert word in error.ko
    assert f"HTTP {status}" in error.en


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        (
            {
                "Retry-After": "Mon, 23 Nov 2026 00:02:00 GMT",
                "Date": "Mon, 23 Nov 2026 00:00:00 GMT",
            },
            120.0,
        ),
        (
            {
                "Retry-After": "Mon, 23 Nov 2026 00:00:00 GMT",
                "Date": "Mon, 23 Nov 2026 00:02:00 GMT",
            },
            0.0,
        ),
        ({"Retry-After": "Mon, 23 Nov 2026 00:02:00 GMT"}, 900.0),
        ({"Retry-After": "99999999999"}, 86400.0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(
    server: FeedServer, status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert failure(server.serve("/a", status=status, headers=headers)).error.retry_after == seconds
    assert len(server.requests) == 1  # who is asked to wait does not try again


def test_a_server_error_is_tried_once_more(server: FeedServer) -> None:
    answers = iter([Reply(status=500), Reply(FEED)])
    server.routes["/a"] = lambda _: next(answers)
    assert body(server.url("/a")) == FEED
    failure(server.serve("/b", status=502))
    assert len(server.requests) == 4


def test_no_second_try_when_there_is_no_time_for_it(server: FeedServer) -> None:
    failure(server.serve("/a", status=500), timeout=0.5, retry_delay=0.4)
    assert len(server.requests) == 1


def test_what_is_not_http_at_all() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"SSH-2.0-nonsense\r\n\r\n")

        threading.Thread(target=talk, daemon=True).start()
        failure(f"http://127.0.0.1:{listener.getsockname()[1]}/")


# --- redirects ---------------------------------------------------------------------------------------


def redirect(target: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": target})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_also_relative_ones(server: FeedServer, status: int) -> None:
    server.routes["/a/b"] = redirect("../c?x=1", status)
    server.serve("/c?x=1", FEED)
    result = fetched(server.url("/a/b"))
    assert isinstance(result, Fetched)
    assert result.url == server.url("/c?x=1")


def test_redirects_end_somewhere(server: FeedServer) -> None:
    server.routes["/a"] = redirect("/a")
    assert "5번" in failure(server.url("/a")).error.ko
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://a.example/x",
        "javascript:alert(1)",
        "http://u:p@a.example/",
    ],
)
def test_redirects_to_what_may_not_be_asked(server: FeedServer, target: str) -> None:
    server.routes["/a"] = redirect(target)
    assert "요청할 수 없는 주소" in failure(server.url("/a")).error.ko


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "not an address", "https://user:pw@a.example/", "http://a:b/"]
)
def test_sources_with_such_addresses(url: str) -> None:
    assert "요청할 수 없는 주소" in failure(url).error.ko


def test_a_redirect_without_a_target_is_no_feed(server: FeedServer) -> None:
    assert failure(server.serve("/a", status=302)).error.status == 302


# --- addresses inside --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[fd00::1]",
        "0.0.0.0",
        "169.254.169.254",
    ],
)
def test_private_addresses_get_no_socket_however_they_are_written(
    server: FeedServer, host: str
) -> None:
    server.serve("/a", FEED)
    error = failure(f"http://{host}:{server.port}/a", allow_private=False).error
    assert "내부망" in error.ko or "요청할 수 없는 주소" in error.ko
    assert server.requests == []


def resolving(monkeypatch: pytest.MonkeyPatch, **hosts: list[str]) -> None:
    """Name resolution from a table, one answer after the other; unknown names do not exist."""
    answers = {f"{host}.example": iter(addresses) for host, addresses in hosts.items()}

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host not in answers:
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        address = (next(answers[host]), port)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_a_public_name_with_a_private_address_is_blocked(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, rebinding=["127.0.0.1"])
    error = failure(f"http://rebinding.example:{server.port}/a", allow_private=False).error
    assert "내부망 주소(127.0.0.1)" in error.ko
    assert server.requests == []


def test_a_redirect_from_outside_to_inside_is_blocked(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    server.routes["/a"] = redirect(f"http://127.0.0.2:{server.port}/secret")
    error = failure(server.url("/a"), allow_private=False).error
    assert "내부망 주소(127.0.0.2)" in error.ko
    assert [request.path for request in server.requests] == ["/a"]


# --- no answer ---------------------------------------------------------------------------------------


def test_a_host_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch)
    assert "nowhere.example" in failure("http://nowhere.example/rss").error.ko


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "연결할 수 없습니다" in failure(f"http://127.0.0.1:{port}/").error.ko


def test_a_server_that_speaks_no_tls(server: FeedServer) -> None:
    assert "TLS" in failure(server.url("/a").replace("http://", "https://")).error.ko


def test_a_connection_that_is_never_accepted() -> None:
    # a full queue of waiting connections: the system lets nobody else in
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(address)
            waiting.append(client)
        error = failure(f"http://127.0.0.1:{address[1]}/", connect_timeout=0.2, timeout=1.0).error
        for client in waiting:
            client.close()
    assert "연결되지 않았습니다" in error.ko


@pytest.mark.parametrize("behaviour", ["drip", "hang"])
def test_slow_servers_cost_the_deadline_and_no_more(server: FeedServer, behaviour: str) -> None:
    server.routes["/slow"] = getattr(server, behaviour)
    result = failure(server.url("/slow"), timeout=0.2)
    assert "0.2초" in result.error.ko
    assert 0.15 < result.seconds < 1.0


# --- many feeds --------------------------------------------------------------------------------------


def test_one_feed_never_disturbs_the_others(server: FeedServer) -> None:
    server.routes["/hang"] = server.hang
    server.serve("/gone", status=410)
    urls = [server.url("/hang"), server.url("/gone"), "http://bad:port/"]
    urls += [server.serve(f"/{n}", rss(item(n))) for n in range(20)]
    wanted = [(Source(f"s{n}", "시험", url), FeedState()) for n, url in enumerate(urls)]
    results = [
        (source.id, result) for source, result in fetch_all(wanted, replace(LIMITS, timeout=0.5))
    ]
    assert sorted(name for name, _ in results) == sorted(source.id for source, _ in wanted)
    assert sum(isinstance(result, Fetched) for _, result in results) == 20
    assert isinstance(dict(results)["s0"], FetchFailed)


def test_who_is_slow_to_answer_loses_its_place_and_not_its_time(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of dead servers must not make the others wait for their time-outs."""
    monkeypatch.setattr(fetch, "PATIENCE", 0.01)
    server.routes["/hang"] = server.hang
    urls = [server.url("/hang"), server.serve("/a", FEED), server.serve("/b", FEED)]
    wanted = [(Source(url, "시험", url), FeedState()) for url in urls]
    results = fetch_all(wanted, replace(LIMITS, concurrency=1, timeout=60.0))
    assert {next(results)[0].id for _ in range(2)} == set(urls[1:])
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("concurrency", "per_host", "expected"), [(20, 2, 2), (3, 10, 3)])
def test_at_most_so_many_at_once(
    server: FeedServer, concurrency: int, per_host: int, expected: int
) -> None:
    lock = threading.Lock()
    full = threading.Event()
    active = peak = 0

    def counted(_: Request) -> Reply:
        nonlocal active, peak
        with lock:
            active += 1
            peak = max(peak, active)
            if active >= expected:
                full.set()
        full.wait(5)
        server.closing.wait(0.05)  # time in which one too many could come in
        with lock:
            active -= 1
        return Reply(FEED)

    for n in range(9):
        server.routes[f"/{n}"] = counted
    wanted = [(Source(f"s{n}", "시험", server.url(f"/{n}")), FeedState()) for n in range(9)]
    limits = replace(LIMITS, concurrency=concurrency, per_host=per_host)
    assert len(list(fetch_all(wanted, limits))) == 9
    assert peak == expected


def test_waiting_in_line_does_not_count_against_the_deadline(server: FeedServer) -> None:
    def slowly(_: Request) -> Reply:
        server.closing.wait(0.12)
        return Reply(FEED)

    for n in range(4):
        server.routes[f"/{n}"] = slowly
    wanted = [(Source(f"s{n}", "시험", server.url(f"/{n}")), FeedState()) for n in range(4)]
    results = fetch_all(wanted, replace(LIMITS, per_host=1, timeout=0.4))
    assert all(isinstance(result, Fetched) for _, result in results)


def test_a_slow_consumer_holds_requests_back(server: FeedServer) -> None:
    count = 40
    for n in range(count):
        server.serve(f"/{n}", FEED)
    wanted = [(Source(f"s{n}", "시험", server.url(f"/{n}")), FeedState()) for n in range(count)]
    results = fetch_all(wanted, replace(LIMITS, concurrency=2, per_host=2))
    next(results)
    server.closing.wait(0.2)
    assert len(server.requests) <= 3 * 2 + 1
    assert len(list(results)) == count - 1


def test_stopping_early_cancels_what_is_under_way(server: FeedServer) -> None:
    server.routes["/hang"] = server.hang
    wanted = [(Source("fast", "시험", server.serve("/a", FEED)), FeedState())]
    wanted += [(Source("slow", "시험", server.url("/hang")), FeedState())]
    started = time.monotonic()
    results = fetch_all(wanted, LIMITS)
    assert next(results)[0].id == "fast"
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < LIMITS.timeout / 2
    assert not [thread for thread in threading.enumerate() if thread.name == "fetch"]


def test_nothing_to_do() -> None:
    assert list(fetch_all([], LIMITS)) == []


def test_only_one_module_of_collect_speaks_to_the_network() -> None:
    network = ("aiohttp", "socket", "urllib.request", "http.client", "requests", "httpx")
    package = Path(fetch.__file__).parent
    users = {
        path.name
        for path in package.glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if any(line.startswith((f"import {name}", f"from {name}")) for name in network)
    }
    assert users == {"fetch.py"}
