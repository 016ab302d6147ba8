"""Feeds of every filter, the server's health, and who may ask."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote
from xml.etree import ElementTree

import feedparser
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard import clock, data, feeds, guard, handout, links, periods, printed, question
from dashboard import routes as served_routes
from dashboard.filters import Selection
from dashboard.guard import Guard
from dashboard.labels import Labels
from dashboard.routes import Seen, routes
from db.errors import StoreLocked
from db.model import KST, RightsMode, TimeQuality, Tone
from db.query import ArticleDetail, ArticleFilter
from tests import fake_store
from tests.asking import Answered, ask
from tests.fake_store import HOSTILE_TITLE, FakeStore

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
Ask = Callable[..., Answered]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStore]:
    store = fake_store.filled(NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(data, "store", lambda: store)
    streamlit.cache_data.clear()
    yield store
    streamlit.cache_data.clear()


def served(base: str = "", hosts: tuple[str, ...] = ("127.0.0.1",)) -> Starlette:
    return Starlette(routes=routes(base), middleware=[Middleware(Guard, hosts=hosts)])


@pytest.fixture
def get(store: FakeStore) -> Ask:
    app = served()
    return lambda address, **headers: ask(
        app, address, {key.replace("_", "-"): value for key, value in headers.items()}
    )


def items(answer: Answered) -> list[ElementTree.Element]:
    assert answer.status == 200
    return ElementTree.fromstring(answer.body).findall("channel/item")


def test_the_feed_holds_what_the_list_shows(get: Ask, store: FakeStore) -> None:
    answer = get("/feed.rss?company=samsung&tone=neutral&period=30d")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    wanted = ArticleFilter(
        start=(NOW - timedelta(29)).date(),
        end=NOW.date(),
        companies=("samsung",),
        tones=(Tone.NEUTRAL,),
    )
    expected = [card.url for card in store.cards(wanted, limit=feeds.NEWEST).cards]
    assert expected
    assert [item.findtext("link") for item in items(answer)] == expected
    parsed = feedparser.parse(answer.body)
    assert not parsed.bozo
    assert [entry.link for entry in parsed.entries] == expected
    assert parsed.feed.title == "칩워치 · 삼성전자 · 중립"


def test_fifty_are_enough(get: Ask, store: FakeStore) -> None:
    assert len(items(get("/feed.rss?period=90d"))) == feeds.NEWEST
    assert len(json.loads(get("/feed.json?period=90d").body)["items"]) == feeds.NEWEST


def test_the_json_feed_says_the_same(get: Ask) -> None:
    rss, whole = get("/feed.rss?lang=en"), json.loads(get("/feed.json?lang=en").body)
    assert whole["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["external_url"] for item in whole["items"]] == [
        item.findtext("link") for item in items(rss)
    ]
    assert [item["id"] for item in whole["items"]] == [item.findtext("guid") for item in items(rss)]
    assert whole["items"][0]["id"].startswith("http://127.0.0.1:8501/article?id=")
    assert all(item["content_text"] for item in whole["items"])


def rights_of(detail: ArticleDetail, rights: RightsMode) -> ArticleDetail:
    card = replace(
        detail.card, rights=rights, summary=() if rights is RightsMode.LINK else ("꼭지.",)
    )
    return replace(detail, card=card, body="비밀 본문", description="비밀 설명", subheads=("비밀",))


@pytest.mark.parametrize("rights", list(RightsMode))
def test_no_feed_carries_more_than_the_rights_allow(
    get: Ask, store: FakeStore, rights: RightsMode
) -> None:
    store.details[:] = [rights_of(detail, rights) for detail in store.details]
    for name in ("feed.rss", "feed.json"):
        body = get(f"/{name}").text
        assert "비밀" not in body
        assert ("꼭지." in body) is (rights is not RightsMode.LINK)


def test_what_a_feed_wrote_stays_text(get: Ask, store: FakeStore) -> None:
    odd = replace(
        store.details[0].card, title=f"{HOSTILE_TITLE} ]]> \x00\x0b\ud800\ufffe & <b>", summary=()
    )
    store.details[:] = [replace(store.details[0], card=odd)]
    (item,) = items(get("/feed.rss?period=90d"))
    assert item.findtext("title") == f"{HOSTILE_TITLE} ]]>  & <b>"
    assert "<script" not in (item.findtext("description") or "")
    (entry,) = json.loads(get("/feed.json?period=90d").body)["items"]
    assert entry["title"].startswith(HOSTILE_TITLE)
    assert "content_html" not in entry


@given(st.text())
def test_any_text_gives_a_feed_that_parses(text: str) -> None:
    detail = fake_store.hostile(NOW)
    card = replace(
        detail.card, title=text, outlet=text, author=text, summary=(text,), topics=(text,)
    )
    selection = Selection(
        periods.resolve(periods.Preset.DAYS_7, NOW.date()), ArticleFilter(query=text)
    )
    asked = question.Question(Labels("ko"), selection, {}, {})
    made = feeds.Feed(asked, [card], "http://h/", f"http://h/feed.rss?q={text}", NOW)
    ElementTree.fromstring(feeds.rss(made))
    assert json.loads(feeds.json_feed(made))["items"][0]["external_url"] == card.url


def test_a_day_without_a_time_says_so(get: Ask, store: FakeStore) -> None:
    card = replace(store.details[0].card, time_quality=TimeQuality.DATE_ONLY)
    store.details[:] = [replace(store.details[0], card=card)]
    assert Labels("ko")("time.unknown") in get("/feed.rss?period=90d").text


def test_who_asks_again_gets_304_until_something_changes(get: Ask, store: FakeStore) -> None:
    first = get("/feed.rss?company=samsung")
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for headers in (
        {"if_none_match": tag},
        {"if_none_match": f'"x", {tag}'},
        {"if_modified_since": changed},
    ):
        again = get("/feed.rss?company=samsung", **headers)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
    assert (
        get("/feed.rss?company=samsung", if_none_match='"x"', if_modified_since=changed).status
        == 200
    )
    assert get("/feed.rss?company=nvidia", if_none_match=tag).status == 200
    assert get("/feed.rss?company=samsung", if_modified_since="nonsense").status == 200
    store.changes += 1
    after = get("/feed.rss?company=samsung", if_none_match=tag)
    assert after.status == 200
    assert after.headers["etag"] != tag
    assert get("/feed.rss?company=samsung", if_modified_since=changed).status == 200


def test_two_states_never_share_a_second() -> None:
    seen = Seen()
    first = seen.at("x", "1", NOW)
    assert seen.at("x", "1", NOW + timedelta(hours=1)) == first
    assert seen.at("x", "2", NOW) > first
    assert seen.at("x", "2", NOW + timedelta(1)) > NOW


@pytest.mark.parametrize(
    "query",
    [
        "company=nobody",
        "company=samsung&company=nobody",
        "tone=angry",
        "outlet=%EC%97%86%EB%8A%94",
        "period=fortnight",
        "from=yesterday",
        "from=2026-13-01",
        "from=2026-11-09&to=2026-11-02",
        "topic=x",
        "language=xx",
        "story=../../etc",
        f"q={'x' * 300}",
        "q=%ff",
        "q=" + "x" * 9000,
    ],
)
def test_a_condition_that_nobody_knows_is_refused(get: Ask, query: str) -> None:
    for name in ("feed.rss", "feed.json"):
        answer = get(f"/{name}?{query}")
        assert answer.status == 400
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text.count("\n") == 1
        assert any("가" <= char <= "힣" for char in answer.text)
    if len(query) < 8000:
        english = get(f"/feed.rss?{query}&lang=en").text
        assert not any("가" <= char <= "힣" for char in english.replace("없는", ""))


def test_parameters_of_a_page_are_no_conditions(get: Ask) -> None:
    answer = get("/feed.rss?company=samsung&sort=oldest&split=company&utm_source=x")
    assert [i.findtext("link") for i in items(answer)] == [
        i.findtext("link") for i in items(get("/feed.rss?company=samsung"))
    ]


def test_a_store_in_trouble_is_one_sentence(get: Ask, store: FakeStore) -> None:
    store.error = StoreLocked("x.db", "까닭.", "Why.")
    for path in ("/feed.rss", "/feed.json", "/health"):
        answer = get(path)
        assert (answer.status, answer.text.count("\n")) == (503, 1)
        assert "까닭." in answer.text


def test_health_tells_the_age_of_the_last_run(get: Ask, store: FakeStore) -> None:
    found = json.loads(get("/health").body)
    last = max(run.finished_at for run in store.reports if run.finished_at)
    assert found["status"] == "ok"
    assert found["last_run_age_seconds"] == int((NOW - last).total_seconds())
    store.reports.clear()
    store.changes += 1
    assert json.loads(get("/health").body)["last_run_age_seconds"] is None


def test_the_excel_file_is_what_the_page_counts(get: Ask, store: FakeStore) -> None:
    query = "company=samsung&from=2026-11-02&to=2026-11-22"
    answer = get(f"/export.xlsx?{query}")
    assert answer.status == 200
    named = unquote(answer.headers["content-disposition"].partition("''")[2])
    assert named == "모니터링_삼성전자_20261102-20261122.xlsx"
    assert int(answer.headers["content-length"]) == len(answer.body)
    book = load_workbook(io.BytesIO(answer.body))
    assert book.sheetnames == ["기사", "집계", "조건"]
    wanted = ArticleFilter(start=date(2026, 11, 2), end=date(2026, 11, 22), companies=("samsung",))
    expected = [detail.card for detail in store.export(wanted)]
    head, *rows = book["기사"].iter_rows(values_only=True)
    column = {name: index for index, name in enumerate(head)}
    assert [row[column["URL"]] for row in rows] == [card.url for card in expected]
    assert [row[column["일시 (KST)"]] for row in rows] == [
        card.published_at.astimezone(KST).replace(tzinfo=None) for card in expected
    ]
    told = dict(row[:2] for row in book["조건"].iter_rows(values_only=True))
    assert told["기업"] == "삼성전자"
    assert told["기사"].removeprefix("≥ ") == str(len(expected))


def test_the_csv_holds_no_formula_and_no_more_than_the_rights_allow(
    get: Ask, store: FakeStore
) -> None:
    card = replace(store.details[0].card, title="=1+1", outlet="@x", author="-y")
    store.details[:] = [replace(store.details[0], card=card, body="비밀", description="비밀")]
    answer = get("/export.csv?period=90d&lang=en")
    assert answer.body.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert (row["headline"], row["outlet"], row["reporter"]) == ("'=1+1", "'@x", "'-y")
    assert "비밀" not in answer.text
    assert "monitoring_all_20260826-20261123.csv" in answer.headers["content-disposition"]


def test_hidden_articles_are_exported_where_the_list_shows_them(get: Ask, store: FakeStore) -> None:
    hidden = replace(store.details[3].card, muted=True)
    store.details[3] = replace(store.details[3], card=hidden)
    rows = csv.DictReader(io.StringIO(get("/export.csv?period=90d&hidden=1").text.lstrip("\ufeff")))
    assert [row["URL"] for row in rows] == [hidden.url]


def test_too_many_rows_and_too_many_askers_are_told(
    get: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_routes, "MOST_ROWS", 5)
    answer = get("/export.csv?period=30d")
    assert answer.status == 400
    assert "5건을 넘습니다" in answer.text
    monkeypatch.undo()


def test_two_files_at_once_are_enough(get: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_routes, "_writing", threading.BoundedSemaphore(1))
    with served_routes._writing:
        answer = get("/export.csv")
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert get("/export.csv").status == 200
    assert get("/export.csv").status == 200


def test_a_store_that_fails_half_way_gives_no_file(
    get: Ask, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(wanted: ArticleFilter) -> Iterator[ArticleDetail]:
        yield store.details[0]
        raise StoreLocked("x.db", "까닭.", "Why.")

    monkeypatch.setattr(store, "export", broken)
    for path in ("/export.csv", "/export.xlsx"):
        answer = get(path)
        assert (answer.status, "까닭." in answer.text) == (503, True)
    monkeypatch.undo()


def test_only_the_scripts_of_the_page_itself_may_run() -> None:
    scripts = guard.inline_scripts("<p></p><script>\n a\n</script><script src='x'></script>")
    assert scripts == ["'sha256-nAd+vbBe7vlPybiqkJj7W/GyGhVg0Yo4bv1iflsI4ls='"]
    rule = next(r for r in guard.policy("h", scripts).split("; ") if r.startswith("script-src"))
    assert rule == f"script-src 'self' blob: {scripts[0]}"


def test_the_sheet_says_what_the_page_counts(get: Ask, store: FakeStore) -> None:
    answer = get("/print?company=samsung&from=2026-11-02&to=2026-11-22")
    assert answer.status == 200
    wanted = ArticleFilter(start=date(2026, 11, 2), end=date(2026, 11, 22), companies=("samsung",))
    counts = store.counts(wanted)
    assert re.findall(r"<b>(?:≥ )?(\d+)</b>", answer.text) == [
        str(counts.articles),
        str(counts.stories),
        str(counts.outlets),
    ]
    assert answer.text.count('<td class="at">') == printed.STORIES + min(
        counts.articles, printed.LISTED
    )
    assert get("/print?company=nobody").status == 400
    assert get("/print?q=zzzz").status == 200


def test_hostile_text_is_text_on_the_sheet(get: Ask, store: FakeStore) -> None:
    odd = replace(store.details[0].card, title=HOSTILE_TITLE * 100 + "\ud800", outlet="</style><b>")
    store.details[:] = [replace(store.details[0], card=odd)]
    answer = get("/print?period=90d&q=script")
    assert "<script" not in answer.text
    assert "</style><b>" not in answer.text
    assert html.escape(HOSTILE_TITLE) in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_below_a_base_path_behind_tls(store: FakeStore) -> None:
    app = served("/mon/", hosts=("news.example",))
    headers = {"host": "news.example", "x-forwarded-proto": "https"}
    answer = ask(app, "/mon/feed.rss?company=samsung", headers)
    (first, *_) = items(answer)
    assert (first.findtext("guid") or "").startswith("https://news.example/mon/article?id=")
    assert "https://news.example/mon/feed.rss?company=samsung" in answer.text.replace("&amp;", "&")
    assert ask(app, "/feed.rss", headers).status == 404


@pytest.mark.parametrize(
    ("host", "hosts", "expected"),
    [
        ("127.0.0.1:8501", ("127.0.0.1",), True),
        ("LOCALHOST", ("localhost",), True),
        ("[::1]:8501", ("::1",), True),
        ("[::1]", ("[::1]",), True),
        ("evil.example", ("localhost", "127.0.0.1"), False),
        ("localhost.evil.example", ("localhost",), False),
        ("a.news.example.", ("*.news.example",), True),
        ("news.example", ("*.news.example",), False),
        ("anything.example", ("*",), True),
        ("anything.example", (), True),
        ("", ("*",), False),
        ("a b", ("*",), False),
        ("x@localhost", ("*",), False),
        ("localhost/x", ("*",), False),
        ('"><script>', ("*",), False),
        ("localhost; script-src *", ("*",), False),
    ],
)
def test_only_names_of_ours_are_served(host: str, hosts: tuple[str, ...], expected: bool) -> None:
    assert guard.allowed(host, hosts) is expected


def test_a_foreign_name_gets_nothing(store: FakeStore) -> None:
    answer = ask(served(), "/feed.rss", {"host": "evil.example"})
    assert answer.status == 421
    assert "<rss" not in answer.text


def test_every_answer_says_what_a_browser_may_do(get: Ask) -> None:
    for path in ("/feed.rss", "/feed.rss?company=x", "/health", "/nothing"):
        headers = get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert "object-src 'none'" in headers["content-security-policy"]


def test_a_page_offers_the_feed_of_its_filter() -> None:
    today = NOW.date()
    week = periods.resolve(periods.Preset.DAYS_30, today)
    selection = Selection(week, ArticleFilter(companies=("samsung",)))
    made = handout.links_of(Labels("en"), "articles", selection, {"hidden": ["1"]})
    assert 'href="feed.rss?period=30d&amp;company=samsung&amp;hidden=1&amp;lang=en"' in made
    over = Selection(periods.custom(today - timedelta(40), today - timedelta(30)), selection.wanted)
    assert 'href="feed.rss?company=samsung"' in handout.links_of(Labels("ko"), "articles", over, {})
    assert not handout.links_of(Labels("ko"), "settings", selection, {})
    assert links.split("feed.rss") is None
