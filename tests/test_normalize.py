"""Entry → article: every field clean, times honest, rights respected."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.model import Article, RightsMode, Source, TimeQuality, article_id
from ingest.collect.entry import Entry
from ingest.collect.normalize import MAX_BODY, MAX_SUMMARY, MAX_TITLE, Rejected, normalize
from ingest.collect.outlets import outlet_name, split_headline

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SOURCE = Source(id="gaon", outlet="가온일보", url="https://feeds.gaon.example/rss/chips.xml")
NEWS = Source(
    id="news",
    outlet="Google 뉴스",
    url="https://news.example/rss",
    rights=RightsMode.LINK,
    aggregator=True,
)


def entry(**values: str) -> Entry:
    defaults = {
        "title": "칩 강연회 열린다",
        "link": "https://gaon.example/v?idxno=1",
        "published": "2026-11-23 18:00:00",
    }
    return Entry(**{**defaults, **values})


def article(source: Source = SOURCE, **values: str) -> Article:
    found = normalize(entry(**values), source, NOW)
    assert isinstance(found, Article), found
    return found


def test_what_an_article_takes_from_its_source() -> None:
    found = article()
    assert found.id == article_id("https://gaon.example/v?idxno=1")
    assert (found.source_id, found.outlet, found.language) == ("gaon", "가온일보", "ko")
    assert found.first_seen_at == NOW
    assert found.published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert found.published_raw == "2026-11-23 18:00:00"


def test_an_article_is_the_same_wherever_it_was_linked_from() -> None:
    copies = [
        "http://gaon.example/v?idxno=1",
        "https://gaon.example//v?utm_source=rss&idxno=1#comments",
    ]
    assert {article(link=copy).id for copy in copies} == {article().id}


@pytest.mark.parametrize("published", ["", "곧", "1970-01-01"])
def test_without_a_usable_date_the_time_is_guessed_and_says_so(published: str) -> None:
    found = article(published=published)
    assert (found.published_at, found.time_quality) == (NOW, TimeQuality.GUESSED)
    assert found.published_raw == published


@pytest.mark.parametrize(
    "published",
    ["2099-01-01", "2026-11-24T10:00:01+09:00", "2026-11-25", "2026년 12월 1일 오전 9시"],
)
def test_a_date_that_has_not_come_gives_way_to_our_time_and_says_so(published: str) -> None:
    found = article(published=published)
    assert (found.published_at, found.time_quality) == (NOW, TimeQuality.FUTURE)
    assert found.published_raw == published
    # the update time, if that one is usable, is the better answer
    helped = article(published=published, updated="2026-11-23T01:00:00Z")
    assert (helped.published_at.hour, helped.time_quality) == (1, TimeQuality.EXACT)


def test_a_fast_clock_puts_no_article_into_the_future() -> None:
    found = article(published="2026-11-24T09:59:00+09:00")
    assert (found.published_at, found.time_quality) == (NOW, TimeQuality.EXACT)


def test_the_update_time_helps_out() -> None:
    found = article(published="곧", updated="2026-11-23T01:00:00Z")
    assert (found.published_at.hour, found.time_quality) == (1, TimeQuality.EXACT)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title": ""}, "no title"),
        ({"title": " … &nbsp;<b></b>"}, "no title"),
        ({"link": ""}, "no link"),
        ({"link": "", "guid": "20261123000218"}, "no link"),
        ({"link": "javascript:alert(1)"}, "bad link"),
        ({"link": "https://user@gaon.example/"}, "bad link"),
    ],
)
def test_what_cannot_be_an_article(values: dict[str, str], reason: str) -> None:
    assert normalize(entry(**values), SOURCE, NOW) == Rejected(reason)


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    assert article(link="", guid="https://gaon.example/9").url == "https://gaon.example/9"


def test_relative_links_belong_to_the_feeds_link_or_else_to_the_feed() -> None:
    assert (
        article(link="/v?idxno=2", base="https://www.gaon.example/").url
        == "https://www.gaon.example/v?idxno=2"
    )
    assert article(link="/v?idxno=2", base="mailto:x").url == "https://feeds.gaon.example/v?idxno=2"


def test_a_long_title_is_cut_with_an_ellipsis_and_a_body_at_its_limit() -> None:
    found = article(title="가" * 10_000, content="나 " * 2 * MAX_BODY, summary="짧은 글")
    assert len(found.title) == MAX_TITLE
    assert found.title.endswith("…")
    assert len(found.body) <= MAX_BODY
    assert found.summary == "짧은 글"


def test_a_description_that_is_the_full_text_becomes_the_body() -> None:
    long = "글이 길다. " * 300
    found = article(summary=long)
    assert (found.summary, len(found.body) > MAX_SUMMARY) == ("", True)
    assert article(summary="짧다.", content="짧다.").body == ""


def test_the_longer_of_two_texts_is_the_body() -> None:
    found = article(
        summary="<p>첫 문단이다.</p><p>둘째 문단이다.</p>", content="<p>첫 문단이다.</p>"
    )
    assert (found.summary, found.body) == ("첫 문단이다.", "첫 문단이다.\n둘째 문단이다.")


def test_the_reporter_comes_from_the_feed_or_from_the_by_line() -> None:
    by_line = "(서울=가온일보) 나하늘 기자 = 강연회가 열린다."
    assert article(summary=by_line).author == "나하늘"
    assert article(summary=by_line, author="도현우 기자").author == "도현우"
    assert article(summary=by_line, author="가온일보").author == "나하늘"


def test_nothing_but_headline_and_link_is_kept_in_link_mode() -> None:
    found = article(
        NEWS,
        summary="<p>글</p>",
        content="<p>긴 글</p>",
        image_url="https://i.example/1.jpg",
        source_name="가온일보",
    )
    assert (found.summary, found.body, found.image_url, found.image_caption) == ("", "", "", "")


@pytest.mark.parametrize(
    ("title", "named", "headline", "outlet"),
    [
        ("칩 축제 - 가온일보", "가온일보", "칩 축제", "가온일보"),
        ("칩 축제 - 가온일보 - 가온일보", "가온일보", "칩 축제", "가온일보"),
        ("칩 축제 | 가온일보", "가온일보", "칩 축제", "가온일보"),
        ("칩 축제 < 산업 < 기사본문 - 가온일보", "가온일보", "칩 축제", "가온일보"),
        ("칩 축제 < 뉴스 - 가온일보", "가온일보", "칩 축제", "가온일보"),
        ("D램 < 낸드 - 가온일보", "가온일보", "D램 < 낸드", "가온일보"),
        ("칩 축제 - 둘째 날 - etnews.com", "etnews.com", "칩 축제 - 둘째 날", "전자신문"),
        ("칩 축제 - Chosunbiz", "Chosunbiz", "칩 축제", "조선비즈"),
        ("칩 축제 - 가온일보", "", "칩 축제", "가온일보"),
        ("칩 축제", "", "칩 축제", ""),
        ("2026-2027 칩 축제", "가온일보", "2026-2027 칩 축제", "가온일보"),
    ],
)
def test_headlines_of_an_aggregator(title: str, named: str, headline: str, outlet: str) -> None:
    assert split_headline(title, named) == (headline, outlet)


def test_names_of_outlets() -> None:
    assert outlet_name("www.yna.co.kr") == "연합뉴스"
    assert outlet_name("모르는 신문") == "모르는 신문"


def test_pictures_with_an_address_of_their_own_only() -> None:
    assert (
        article(image_url="/i/1.jpg?w=3", base="https://gaon.example").image_url
        == "https://gaon.example/i/1.jpg?w=3"
    )
    for bad in (
        "javascript:alert(1)",
        "data:image/png;base64,xx",
        "https://a b.example/",
        "file:///x.png",
    ):
        assert article(image_url=bad).image_url == ""


def test_the_caption_of_the_picture() -> None:
    markup = "<figure><img src=x><figcaption>강연회 <b>포스터</b></figcaption></figure><p>글</p>"
    assert (
        article(summary=markup, image_url="https://i.example/1.jpg").image_caption
        == "강연회 포스터"
    )


RAW = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "<b>",
            "&lt;script&gt;",
            "\x00",
            "\ud800",
            "javascript:x",
            "https://a.example/1",
            "2026-11-23",
        ]
    ),
)
ENTRIES = st.builds(Entry, **dict.fromkeys((field.name for field in fields(Entry)), RAW))


@settings(deadline=None)
@given(ENTRIES, st.sampled_from([SOURCE, NEWS]))
def test_any_entry_gives_a_clean_article_or_a_reason(raw: Entry, source: Source) -> None:
    found = normalize(raw, source, NOW)
    if isinstance(found, Rejected):
        assert found.reason in ("no title", "no link", "bad link")
        return
    assert found.title
    assert found.url.startswith(("http://", "https://"))
    assert found.id == article_id(found.url)
    assert found.published_at.tzinfo is UTC
    for name in (
        "title",
        "summary",
        "body",
        "author",
        "guid",
        "outlet",
        "published_raw",
        "image_url",
        "url",
    ):
        text = getattr(found, name)
        text.encode("utf-8")
        assert not any(ord(character) < 32 and character != "\n" for character in text), name
    assert "\n" not in found.title + found.author + found.guid
