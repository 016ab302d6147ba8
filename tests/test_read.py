"""Whole feeds: each file in data/feeds beside the articles that it must give."""

import json
import pickle
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.errors import ParseError
from db.model import Article, RightsMode, Source, article_id
from ingest.collect.read import read_feed
from tests.feed_server import item, rss

FEEDS = Path(__file__).parent / "data" / "feeds"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SOURCE = Source(id="fixture", outlet="시험매체", url="https://feeds.example.com/rss.xml")
NAMES = sorted(path.stem for path in FEEDS.glob("*.xml"))
ALWAYS = {"id", "source_id", "first_seen_at", "language", "rights"}


def as_json(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def described(article: Article, source: Source) -> dict[str, Any]:
    """The fields of an article that are neither the same for all of its source nor empty."""
    return {
        field.name: as_json(getattr(article, field.name))
        for field in fields(article)
        if field.name not in ALWAYS
        and not (field.name == "outlet" and article.outlet == source.outlet)
        and not (field.default is not MISSING and getattr(article, field.name) == field.default)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_feed_gives_the_articles_that_stand_beside_it(name: str) -> None:
    expected = json.loads((FEEDS / f"{name}.json").read_text("utf-8"))
    settings = expected["source"]
    rights = RightsMode(settings.pop("rights", "excerpt"))
    source = Source(id="fixture", url=SOURCE.url, rights=rights, **settings)
    found = read_feed((FEEDS / f"{name}.xml").read_bytes(), "text/xml", source, NOW)
    assert [described(article, source) for article in found.articles] == expected["articles"]
    assert (found.entries, found.rejected) == (expected["entries"], expected["rejected"])
    assert as_json(found.newest_at) == expected["newest_at"]
    assert [note.ko for note in found.notes] == expected["notes"]
    assert all(note.en.isascii() for note in found.notes)
    for article in found.articles:
        assert (article.id, article.first_seen_at) == (article_id(article.url), NOW)
        assert (article.source_id, article.language) == (source.id, source.language)
        assert article.rights is rights


def test_every_fixture_has_its_pair() -> None:
    assert sorted(path.stem for path in FEEDS.glob("*.json")) == NAMES
    assert len(NAMES) >= 14


def test_what_is_no_feed_names_its_source() -> None:
    with pytest.raises(ParseError) as caught:
        read_feed(b"<html><body>404</body></html>", "text/html", SOURCE, NOW)
    assert caught.value.subject == "fixture"


def test_a_korean_feed_without_hangul_is_worth_a_note() -> None:
    latin = rss(*(item(n, title=f"Only Latin {n}") for n in range(3)))
    assert any("한글" in note.ko for note in read_feed(latin, "", SOURCE, NOW).notes)
    assert read_feed(rss(item(1), item(2), item(3)), "", SOURCE, NOW).notes == ()


def test_the_feed_says_its_name() -> None:
    assert read_feed(rss(item(1), title="가온&amp;nbsp;소식"), "", SOURCE, NOW).title == "가온 소식"


def test_a_guessed_date_is_not_the_newest() -> None:
    undated = "<item><title>날짜 없음</title><link>https://a.example/0</link></item>"
    found = read_feed(rss(undated, item(5)), "", SOURCE, NOW)
    assert found.newest_at == datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
    assert read_feed(rss(undated), "", SOURCE, NOW).newest_at is None


def test_results_and_errors_travel_between_processes() -> None:
    found = read_feed(rss(item(1)), "text/xml", SOURCE, NOW)
    assert pickle.loads(pickle.dumps(found)) == found


def test_the_same_bytes_give_the_same_articles() -> None:
    body = (FEEDS / "wire_html.xml").read_bytes()
    assert read_feed(body, "", SOURCE, NOW) == read_feed(body, "", SOURCE, NOW)
