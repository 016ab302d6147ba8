"""Who is asked for pages, when, and who is left alone. Time is a number here; nothing sleeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from db.errors import FetchError
from db.model import FeedState, RightsMode, Source
from db.pages import PageDue
from ingest.collect.fetch import Fetched, FetchFailed, FetchResult
from ingest.collect.pagevisits import Answer, Forbidden, Refusal, VisitLimits, Visits
from ingest.collect.robots import robots_of

ROBOTS = "/robots.txt"


def fetched(body: bytes = b"<html></html>", url: str = "https://a.example/1") -> Fetched:
    return Fetched(url, 200, "text/html", body, "", "", "", 0.1)


def failed(status: int | None = None, wait: float | None = None) -> FetchFailed:
    return FetchFailed(FetchError("x", "안 됨", "no", status=status, retry_after=wait), 0.1)


def page(number: int, host: str = "a") -> PageDue:
    url = f"https://{host}.example/{number}"
    return PageDue(f"{host}{number}", url, "alpha", RightsMode.EXCERPT)


class Web:
    """Answers by URL (a page, unless told otherwise) and a clock that moves only when asked to."""

    def __init__(self, **robots: FetchResult) -> None:
        self.answers: dict[str, FetchResult] = {
            f"https://{host}.example{ROBOTS}": answer for host, answer in robots.items()
        }
        self.now = 0.0
        self.asked: list[tuple[float, str]] = []

    def fetch(
        self, wanted: Sequence[tuple[Source, FeedState]]
    ) -> Iterator[tuple[Source, FetchResult]]:
        for source, _ in wanted:
            self.asked.append((self.now, source.url))
            default = failed(404) if source.url.endswith(ROBOTS) else fetched(url=source.url)
            yield source, self.answers.get(source.url, default)

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def visit(self, *pages: PageDue, **limits: float) -> list[tuple[str, Answer]]:
        chosen = VisitLimits(**{"seconds_per_host": 1.0, **limits})  # type: ignore[arg-type]
        visits = Visits(self.fetch, chosen, lambda: self.now, self.pause)
        return [(found.article_id if found else "", answer) for found, answer in visits.each(pages)]

    def pages(self) -> list[str]:
        return [url.removeprefix("https://") for _, url in self.asked if not url.endswith(ROBOTS)]


def test_each_host_is_asked_for_its_rules_once_and_then_one_page_a_second() -> None:
    web = Web()
    done = web.visit(page(1), page(2), page(3), page(1, "b"))
    assert sorted(name for name, _ in done) == ["a1", "a2", "a3", "b1"]
    of_a = [(at, url) for at, url in web.asked if "//a." in url]
    assert [at for at, _ in of_a] == [0, 1, 2, 3]
    assert of_a[0][1].endswith(ROBOTS)
    assert [at for at, url in web.asked if "//b." in url] == [0, 1]


def test_a_host_may_ask_for_longer_pauses_but_not_for_ever() -> None:
    slow = fetched(b"User-agent: *\nCrawl-delay: 7\n")
    never = fetched(b"User-agent: *\nCrawl-delay: 86400\n")
    web = Web(a=slow, b=never)
    web.visit(page(1), page(2), page(1, "b"), max_seconds=100)
    assert [at for at, url in web.asked if "//a." in url] == [0, 7, 14]
    assert [at for at, url in web.asked if "//b." in url] == [0, 30]


def test_robots_rules_are_kept() -> None:
    web = Web(
        a=fetched(b"User-agent: chipwatch\nDisallow: /1\nDisallow: /2\nUser-agent: *\nAllow: /\n")
    )
    done = dict(web.visit(page(1), page(2), page(3)))
    assert isinstance(done["a1"], Forbidden)
    assert isinstance(done["a2"], Forbidden)
    assert isinstance(done["a3"], Fetched)
    assert web.pages() == ["a.example/3"]


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (failed(404), True),
        (failed(403), True),
        (failed(401), True),
        (failed(429), False),
        (failed(500), False),
        (failed(503), False),
        (failed(None), False),
        (fetched(b""), True),
        (fetched(b"<html>404</html>"), True),
        (fetched(b"\xff\xfe\x00"), True),
        (fetched(b"User-agent: *\nDisallow: /"), False),
        (fetched(b"User-agent: GPTBot\nDisallow: /"), True),
    ],
)
def test_what_the_standard_says_of_answers(answer: FetchResult, allowed: bool) -> None:
    assert robots_of(answer).allows("https://a.example/1") is allowed


def test_a_host_without_reachable_rules_is_not_visited() -> None:
    web = Web(a=failed(503, wait=60.0))
    assert web.visit(page(1), page(2)) == [("", Refusal("a.example", 503, 60.0))]
    assert web.pages() == []


@pytest.mark.parametrize("status", [401, 403, 429, 451])
def test_a_refusal_ends_the_visits_of_its_host_only(status: int) -> None:
    web = Web()
    web.answers["https://a.example/1"] = refused = failed(status, wait=90.0)
    done = web.visit(page(1), page(2), page(1, "b"), page(2, "b"))
    assert ("a1", refused) in done
    assert ("", Refusal("a.example", status, 90.0)) in done
    assert sorted(web.pages()) == ["a.example/1", "b.example/1", "b.example/2"]


def test_a_server_in_trouble_is_left_alone_for_the_run() -> None:
    web = Web()
    for number in (1, 3, 4):
        web.answers[f"https://a.example/{number}"] = failed(500)
    web.visit(*(page(number) for number in range(1, 7)))
    assert web.pages() == [f"a.example/{number}" for number in (1, 2, 3, 4)]


def test_missing_pages_are_no_trouble() -> None:
    web = Web()
    for number in range(1, 5):
        web.answers[f"https://a.example/{number}"] = failed(404)
    assert len(web.visit(*(page(number) for number in range(1, 5)))) == 4


def test_the_budget_of_pages_and_of_time() -> None:
    web = Web()
    assert len(web.visit(*(page(number) for number in range(20)), per_run=5)) == 5
    web = Web()
    web.visit(*(page(number) for number in range(20)), max_seconds=4.5)
    assert [at for at, _ in web.asked] == [0, 1, 2, 3, 4]
    web = Web()
    many = [page(1, host) for host in ("a", "b", "c", "d")]
    assert len(web.visit(*many, per_run=3)) == 3


def test_nothing_due_asks_nobody() -> None:
    web = Web()
    assert web.visit() == []
    assert web.asked == []
