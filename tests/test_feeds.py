"""feeds.toml as shipped: complete, unambiguous, and as its own comment explains."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import pytest

import ingest
from db.model import RightsMode, Source
from ingest.collect.addresses import canonical_url

FILE = Path(ingest.__file__).parent / "feeds.toml"
TEXT = FILE.read_text("utf-8")
FEEDS = tomllib.loads(TEXT)["feed"]
IDS = [feed["id"] for feed in FEEDS]


def korean(feed: dict[str, str]) -> bool:
    return feed.get("language", "ko") == "ko"


def test_there_are_enough_feeds_in_both_languages() -> None:
    assert sum(korean(feed) for feed in FEEDS) >= 40
    assert sum(feed.get("language") == "en" for feed in FEEDS) >= 20
    assert len({feed["outlet"] for feed in FEEDS if korean(feed)}) >= 30


def test_ids_and_urls_are_unique() -> None:
    assert [name for name, times in Counter(IDS).items() if times > 1] == []
    urls = Counter(canonical_url(feed["url"]) for feed in FEEDS)
    assert [url for url, times in urls.items() if times > 1] == []


@pytest.mark.parametrize("feed", FEEDS, ids=IDS)
def test_a_feed_is_complete(feed: dict[str, str]) -> None:
    assert set(feed) <= set(Source.__dataclass_fields__)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", feed["id"])
    assert feed["outlet"].strip()
    assert feed["section"].strip()
    assert urlsplit(feed["url"]).scheme in ("http", "https")
    assert canonical_url(feed["url"])
    assert feed.get("language", "ko") in ("ko", "en")
    assert korean(feed) or feed["timezone"] in available_timezones()
    assert RightsMode(feed.get("rights", "excerpt")) is not RightsMode.FULL or feed["licence"]


@pytest.mark.parametrize(
    "feed",
    [feed for feed in FEEDS if "news.google.com" in feed["url"]],
    ids=lambda feed: feed["id"],
)
def test_search_results_are_linked_and_nothing_more(feed: dict[str, str]) -> None:
    assert (feed["rights"], feed["aggregator"]) == ("link", True)
    language = feed.get("language", "ko")
    assert f"hl={language}" in feed["url"]


def test_the_core_terms_are_searched_for() -> None:
    terms = {feed["section"] for feed in FEEDS if feed.get("aggregator")}
    assert {"반도체", "HBM", "SK하이닉스", "삼성전자 반도체", "엔비디아", "AI 반도체"} <= terms


def test_newsrooms_of_the_companies_are_there() -> None:
    assert {"samsung-newsroom", "skhynix-newsroom", "nvidia-news"} <= set(IDS)


def test_the_comment_on_top_explains_every_key() -> None:
    comment = TEXT.partition("\n[[feed]]")[0]
    for key in Source.__dataclass_fields__:
        assert re.search(rf"^#\s+{key}\s", comment, re.MULTILINE), key
