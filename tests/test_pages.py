"""From tagged articles to the texts of their pages, and to articles that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from db.errors import FetchError
from db.model import FeedState, RightsMode, Source, TagScope
from db.pages import PageDue, PageHost, PageOutcome, PageVisit
from db.sqlite import SqliteStore
from ingest.collect.fetch import Fetched, FetchFailed, FetchResult
from ingest.collect.pagevisits import VisitLimits, Visits
from ingest.pages import GONE_AFTER, REFUSED_FIRST, REFUSED_LONGEST, RETRIES, Paged, visit_pages
from tests.commands import Shell
from tests.feed_server import FeedServer, item, rss, running
from tests.newsroom import NOON, SOURCES, article, collect, mention, opened, pending, tags

DAY = timedelta(days=1)
ITEM = article()
TEXT = "한빛칩이 전시관에서 견학 행사를 열었다. 누리셈도 함께했다고 밝혔다. 다음 달에 또 연다."
REVISITS = (DAY, 6 * DAY)


def html(body: str = TEXT, title: str = ITEM.title) -> bytes:
    head = f"<head><meta property='og:title' content='{title}'></head>"
    return f"<html>{head}<body><div id='articleBody'><p>{body}</p></div></body></html>".encode()


def answer(body: bytes, url: str = ITEM.url) -> Fetched:
    return Fetched(url, 200, "text/html; charset=utf-8", body, "", "", "", 0.1)


def failed(status: int | None) -> FetchFailed:
    return FetchFailed(FetchError("x", "받지 못함", "not received", status=status), 0.1)


class Web:
    """One answer for every page; no robots.txt anywhere."""

    def __init__(self, page: FetchResult, robots: FetchResult | None = None) -> None:
        self.page = page
        self.robots = robots or failed(404)
        self.asked: list[str] = []

    def fetch(
        self, wanted: Sequence[tuple[Source, FeedState]]
    ) -> Iterator[tuple[Source, FetchResult]]:
        for source, _ in wanted:
            robots = source.url.endswith("/robots.txt")
            self.asked += [] if robots else [source.url]
            yield source, self.robots if robots else self.page


def visit(
    store: SqliteStore, page: FetchResult | Web, at: datetime = NOON, per_run: int = 10
) -> Paged:
    web = page if isinstance(page, Web) else Web(page)
    visits = Visits(web.fetch, VisitLimits(per_run), lambda: 0.0, lambda _: None)
    visits._rest = lambda host: None  # type: ignore[method-assign]
    return visit_pages(store, SOURCES, visits, per_run, REVISITS, lambda: at)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as store:
        collect(store, ITEM)
        store.save_tags([tags(ITEM, mention("hanbit"))], NOON)
        yield store


def known(store: SqliteStore, at: datetime) -> PageVisit:
    """The visit as the store keeps it, seen when it is due again."""
    found = store.pages_due(at, NOON - DAY, 1)[0].visit
    assert found is not None
    return found


def test_a_text_is_held_and_its_article_tagged_again(store: SqliteStore) -> None:
    done = visit(store, answer(html()))
    assert (done.outcomes, done.changed, done.visited) == ({PageOutcome.HELD: 1}, 1, 1)
    assert pending(store) == [ITEM.id]
    assert next(store.untagged("v1", TagScope.NEW)).body == TEXT
    assert visit(store, answer(html())).visited == 0


def test_pages_of_link_mode_are_never_asked_for(store: SqliteStore) -> None:
    web = Web(answer(html()))
    links = tuple(replace(source, rights=RightsMode.LINK) for source in SOURCES)
    store.save_sources(links)
    assert visit(store, web).visited == 0
    # nor where the store's copy of the configuration is older than the configuration
    store.save_sources(SOURCES)
    visits = Visits(web.fetch, VisitLimits(), lambda: 0.0, lambda _: None)
    assert visit_pages(store, links, visits, 10, REVISITS, lambda: NOON).visited == 0
    assert visit_pages(store, (), visits, 10, REVISITS, lambda: NOON).visited == 0
    assert web.asked == []


def test_a_page_is_seen_again_twice(store: SqliteStore) -> None:
    visit(store, answer(html()))
    assert known(store, NOON + DAY).next_at == NOON + DAY
    edited = answer(html(TEXT + " 고친 문장을 더했다."))
    assert visit(store, edited, NOON + DAY).changed == 1
    assert known(store, NOON + 7 * DAY).attempts == 2
    assert visit(store, edited, NOON + 7 * DAY - timedelta(seconds=1)).visited == 0
    assert visit(store, edited, NOON + 7 * DAY).changed == 0
    assert store.pages_due(NOON + 60 * DAY, NOON - DAY, 5) == []


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (answer(b"%PDF-1.7"), PageOutcome.EMPTY),
        (answer(b"<html><body><div id='root'></div></body></html>"), PageOutcome.EMPTY),
        (answer(html(title="로그인 - 회원 전용")), PageOutcome.EMPTY),
        (answer(html("삭제된 기사입니다.")), PageOutcome.MISSING),
        (answer(html(), "https://alpha.example/"), PageOutcome.MISSING),
        (failed(404), PageOutcome.MISSING),
        (failed(410), PageOutcome.MISSING),
        (failed(403), PageOutcome.REFUSED),
        (failed(429), PageOutcome.REFUSED),
        (failed(500), PageOutcome.FAILED),
        (failed(None), PageOutcome.FAILED),
    ],
)
def test_how_visits_end(store: SqliteStore, page: FetchResult, outcome: PageOutcome) -> None:
    done = visit(store, page)
    assert (done.outcomes, done.changed) == ({outcome: 1}, 0)
    kept = known(store, NOON + RETRIES[0])
    assert (kept.outcome, kept.next_at) == (outcome, NOON + RETRIES[0])
    assert kept.text("ko") != kept.text("en") != ""
    assert next(store.untagged("v2", TagScope.ALL)).body == ""


def test_a_page_that_breaks_the_reader_stays_alone(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("ingest.pages.extract", broken)
    assert visit(store, answer(html())).outcomes == {PageOutcome.EMPTY: 1}


def test_a_forbidden_page_is_not_asked_for(store: SqliteStore) -> None:
    web = Web(answer(html()), answer(b"User-agent: *\nDisallow: /"))
    assert visit(store, web).outcomes == {PageOutcome.FORBIDDEN: 1}
    assert web.asked == []
    assert visit(store, web, NOON + 6 * DAY).visited == 0
    assert visit(store, web, NOON + 7 * DAY).visited == 1


def test_failures_come_at_growing_distances_and_end(store: SqliteStore) -> None:
    at, times = NOON, []
    while due := store.pages_due(at, NOON - DAY, 1):
        assert visit(store, failed(500), at).visited == 1
        times.append(at)
        following = known_next(store, due[0])
        if following is None:
            break
        at = following
    assert [later - earlier for earlier, later in pairwise(times)] == list(RETRIES)


def known_next(store: SqliteStore, page: PageDue) -> datetime | None:
    found = store.pages_due(NOON + 365 * DAY, NOON - DAY, 5)
    return next(
        (p.visit.next_at for p in found if p.visit and p.article_id == page.article_id), None
    )


def test_gone_only_after_several_visits_on_different_days(store: SqliteStore) -> None:
    visit(store, answer(html()))
    at = NOON + DAY
    for distance in RETRIES[:2]:
        visit(store, failed(404), at)
        assert store.article(ITEM.id).gone_at is None
        at += distance
    # the third time, but still within a day
    visit(store, failed(404), at)
    assert store.article(ITEM.id).gone_at is None
    assert at - (NOON + DAY) < GONE_AFTER
    at += RETRIES[2]
    visit(store, failed(404), at)
    assert store.article(ITEM.id).gone_at == at
    # what was held stays, and a page that is back is back
    assert next(store.untagged("v2", TagScope.ALL)).body == TEXT
    visit(store, answer(html()), at + RETRIES[3])
    assert store.article(ITEM.id).gone_at is None


def test_trouble_in_between_does_not_forget_that_a_page_was_missing(store: SqliteStore) -> None:
    visit(store, failed(404))
    visit(store, failed(500), NOON + RETRIES[0])
    kept = known(store, NOON + 2 * DAY)
    assert (kept.missing, kept.missing_since_at) == (1, NOON)


def test_hosts_that_refuse_are_left_alone_for_longer_each_time(store: SqliteStore) -> None:
    others = [article(number) for number in (2, 3)]
    collect(store, *others)
    store.save_tags([tags(other) for other in others], NOON)
    web = Web(failed(403))
    first = visit(store, web)
    assert first.refusing == (PageHost("alpha.example", 1, NOON + REFUSED_FIRST, 403),)
    assert len(web.asked) == 1
    assert visit(store, web, NOON + timedelta(minutes=30)).visited == 0
    again = visit(store, web, NOON + REFUSED_FIRST)
    assert again.refusing[0].not_before_at == NOON + 3 * REFUSED_FIRST
    assert store.page_totals(NOON - DAY, NOON + 2 * REFUSED_FIRST).hosts == again.refusing
    store.save_page_hosts([PageHost("alpha.example", 60, NOON, 403)], [])
    assert visit(store, web, NOON + DAY).refusing[0].not_before_at == NOON + DAY + REFUSED_LONGEST
    store.save_page_hosts([PageHost("alpha.example", 60, NOON, 403)], [])
    visit(store, answer(html()), NOON + 2 * DAY)
    assert store.page_hosts() == []


def test_a_page_that_is_asked_too_early_says_when(store: SqliteStore) -> None:
    told = FetchFailed(FetchError("x", "나중에", "later", status=429, retry_after=7_200.0), 0.1)
    assert visit(store, told).refusing[0].not_before_at == NOON + timedelta(hours=2)


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running() as server:
        yield server


@pytest.fixture
def shell(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    return Shell(tmp_path, capfdbinary, monkeypatch)


TITLE = "SK하이닉스·엔비디아, {}번째 HBM 강연회 성황"


def newspaper(server: FeedServer, count: int) -> str:
    """A feed whose articles have pages on the same server; entries are dated today."""
    entries = []
    now = datetime.now(UTC)
    for number in range(count):
        title = TITLE.format(number)
        text = f"SK하이닉스가 {number}번째 HBM 강연회를 열었다. 엔비디아도 참가했다고 밝혔다."
        url = server.serve(
            f"/news/{number}", html(text, title), headers={"Content-Type": "text/html"}
        )
        date = (now - timedelta(minutes=number)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        entries.append(
            item(number, title, url).replace("Mon, 23 Nov 2026", date).split("<pubDate>")[0]
        )
        entries[-1] += f"<pubDate>{date}</pubDate></item>"
    return server.serve("/rss", rss(*entries))


def with_pages(shell: Shell, feed: str, rights: str = "excerpt", **settings: object) -> None:
    shell.write_feeds(("hansae", feed))
    feeds = shell.config / "feeds.toml"
    feeds.write_text(feeds.read_text("utf-8") + f'rights = "{rights}"\n', "utf-8")
    lines = {"seconds_per_host": 0.2, "max_seconds": 20} | settings
    text = "".join(f"{key} = {value}\n" for key, value in lines.items())
    path = shell.config / "chipwatch.toml"
    path.write_text(path.read_text("utf-8").partition("[pages]")[0] + f"[pages]\n{text}", "utf-8")


def asked_for_pages(server: FeedServer) -> list[str]:
    return [request.path for request in server.requests if request.path.startswith("/news/")]


def test_run_visits_pages_and_says_so(shell: Shell, server: FeedServer) -> None:
    with_pages(shell, newspaper(server, 3))
    ended = shell("run")
    assert ended.code == 0, ended.err
    assert "원문 페이지 3곳: 본문 3건(바뀐 기사 3건)" in ended.out
    assert sorted(asked_for_pages(server)) == ["/news/0", "/news/1", "/news/2"]
    robots = [request for request in server.requests if request.path == "/robots.txt"]
    assert len(robots) == 1
    assert "text/html" in next(
        r.headers["accept"] for r in server.requests if r.path.startswith("/news/")
    )
    doctor = shell("doctor").out
    assert "본문 3건" in doctor
    assert "원문 페이지" not in shell("run").out


def test_the_text_is_used_and_never_shown(shell: Shell, server: FeedServer, tmp_path: Path) -> None:
    with_pages(shell, newspaper(server, 1))
    shell("run")
    target = tmp_path / "out.jsonl"
    assert shell("export", target, "--query", "참가했다고").code == 0
    written = target.read_text("utf-8")
    assert written.count("\n") == 1
    assert "참가했다고" in shell.db.read_bytes().decode("utf-8", "replace")
    assert '"body"' not in written or '"body": ""' in written or '"body":""' in written


def test_link_mode_asks_for_no_page(shell: Shell, server: FeedServer) -> None:
    with_pages(shell, newspaper(server, 2), rights="link")
    assert shell("run").code == 0
    assert [request.path for request in server.requests] == ["/rss"]


def test_pages_can_be_switched_off_and_start_and_collect_do_without(
    shell: Shell, server: FeedServer
) -> None:
    with_pages(shell, newspaper(server, 1), enabled="false")
    assert shell("run").code == 0
    with_pages(shell, newspaper(server, 1))
    assert shell("collect").code == 0
    assert shell("process", "--all").code == 0
    assert asked_for_pages(server) == []


def test_a_server_that_refuses_is_named_and_left_alone(shell: Shell, server: FeedServer) -> None:
    feed = newspaper(server, 3)
    for number in range(3):
        server.serve(f"/news/{number}", status=403)
    with_pages(shell, feed)
    ended = shell("run")
    assert ended.code == 0
    assert "HTTP 403" in ended.err
    assert len(asked_for_pages(server)) == 1
    assert "HTTP 403, 1번째" in shell("doctor").out
    shell("run")
    assert len(asked_for_pages(server)) == 1


def test_relevant_articles_only(shell: Shell, server: FeedServer) -> None:
    url = server.serve("/news/9", html())
    with_pages(shell, server.serve("/rss", rss(item(9, "봄꽃 축제 열려", url))))
    assert shell("run").code == 0
    assert asked_for_pages(server) == []
