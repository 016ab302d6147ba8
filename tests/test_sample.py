"""The sample: enough to see, harmless to everybody, and the same for the same ``now``."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest
from db.model import KST, Article, FetchOutcome, RightsMode, TimeQuality, article_id
from ingest import sample
from ingest.process.rules import CompaniesFile
from ingest.sample.events import PICTURES, events
from ingest.sample.outlets import outlets

TUESDAY_NOON = datetime(2026, 11, 24, 12, 40, tzinfo=KST)
NOWS = [
    TUESDAY_NOON,
    datetime(2026, 11, 23, 0, 0, 1, tzinfo=KST),  # a Monday that has only begun
    datetime(2026, 11, 22, 1, 0, tzinfo=KST),  # Sunday, still Saturday in UTC
    datetime(2027, 1, 1, 9, 0, tzinfo=KST),
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
]
moments = st.timedeltas(timedelta(0), timedelta(days=1500)).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed
)
FOLDER = Path(ingest.__file__).parent
STATIC = FOLDER.parent / "dashboard" / "static" / "sample"

HARM = re.compile(
    "정전|중단|리콜|결함|불량|적자|지연|차질|(?<!박)사과|급락|하락|약세|장애|고장|폐기|악취|감산|철회|취소"
    "|오류|사고|부진|연기|하향|균열|먹통|항의|비판|불만|손실|반발|소송|해고|유출|노조|파업"
    r"|halts|recall|\bfaulty?\b|delay|fail|\bloss|apolog|offline",
    re.IGNORECASE,
)
RESULTS = re.compile(
    "억 ?원|조 ?원|주가|매출|영업이익|흑자|시가총액|목표가|점유율|revenue|profit|shares"
)


@cache
def sample_articles() -> list[Article]:
    return sample.articles(TUESDAY_NOON)


def headlines() -> list[str]:
    return [
        title for event in events() for title in (event.title, *(c.title for c in event.copies))
    ]


def sentences() -> list[str]:
    texts = [
        text
        for event in events()
        for text in (event.summary, event.caption, *event.body, *event.subheads)
    ]
    return [
        sentence for text in texts for sentence in re.split(r"(?<=[.?!”])\s+", text) if sentence
    ]


@cache
def real_names() -> re.Pattern[str]:
    rows = tomllib.loads((FOLDER / "companies.toml").read_text(encoding="utf-8"))["company"]
    names = {
        re.sub(r"\(.*?\)", "", name).strip()
        for row in rows
        for name in (row["name_ko"], row["name_en"])
    }
    assert "삼성전자" in names
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))), re.IGNORECASE)


@pytest.mark.parametrize("now", NOWS)
def test_there_is_enough_and_all_of_it_within_sixty_days(now: datetime) -> None:
    found = sample.articles(now)
    assert len(found) >= 320
    assert len({article.outlet for article in found}) == 12
    assert sum(article.language == "en" for article in found) >= 20
    assert found == sorted(found, key=lambda article: (article.published_at, article.id))


@settings(max_examples=60, deadline=None)
@given(moments)
def test_no_moment_brings_an_article_from_the_future_or_the_far_past(now: datetime) -> None:
    found = sample.articles(now)
    assert len(found) == len(sample_articles())
    for article in found:
        assert now - timedelta(days=60) <= article.published_at <= article.first_seen_at <= now
        assert article.modified_at is None or article.published_at < article.modified_at <= now
        assert article.published_at.tzinfo is UTC
        assert article.first_seen_at.tzinfo is UTC


@settings(max_examples=30, deadline=None)
@given(moments)
def test_outlets_in_trouble_bring_nothing_while_they_are(now: datetime) -> None:
    newest = {article.source_id: article.published_at for article in sample.articles(now)}
    for outlet in outlets().values():
        assert newest[outlet.id] <= outlet.silent_since(now)


def test_the_same_now_gives_the_same_sample_in_any_time_zone() -> None:
    for now in NOWS:
        assert sample.articles(now) == sample.articles(now.astimezone(UTC))
        assert sample.visits(now) == sample.visits(now.astimezone(KST))


def test_addresses_stay_the_same_from_day_to_day() -> None:
    later = {article.id for article in sample.articles(TUESDAY_NOON + timedelta(days=20))}
    assert later == {article.id for article in sample_articles()}


def test_ids_are_unique_and_addresses_belong_to_nobody() -> None:
    found = sample_articles()
    assert len({article.id for article in found}) == len(found)
    for article in found:
        assert article.id == article_id(article.url)
        assert re.match(r"https://[a-z]+\.example/", article.url)
    assert all(".example/" in source.url for source in sample.sources())


def test_working_days_are_busier_than_weekends_and_recent_days_than_old_ones() -> None:
    per_day = Counter(article.day for article in sample_articles())
    days = [TUESDAY_NOON.date() - timedelta(days=back) for back in range(56)]
    working = [per_day[day] for day in days if day.weekday() < 5]
    weekend = [per_day[day] for day in days if day.weekday() >= 5]
    assert sum(working) / len(working) > 4 * sum(weekend) / len(weekend) > 0
    assert sum(per_day[day] for day in days[:14]) > 2 * sum(per_day[day] for day in days[42:])
    hours = Counter(article.published_at.astimezone(KST).hour for article in sample_articles())
    assert sum(hours[hour] for hour in range(7, 19)) > 0.9 * hours.total()


def test_stories_are_copied_by_other_outlets_within_hours() -> None:
    copied = [event for event in events() if event.copies]
    assert len(copied) >= 40
    assert max(len(event.copies) for event in copied) >= 10
    for event in copied:
        assert len({event.title, *(copy.title for copy in event.copies)}) == 1 + len(event.copies)
    by_body: dict[str, set[str]] = defaultdict(set)
    for article in sample_articles():
        if article.body:
            by_body[article.body].add(article.outlet)
    assert sum(len(names) > 1 for names in by_body.values()) >= 40


def test_every_rights_mode_is_there_and_link_means_no_text() -> None:
    by_mode = defaultdict(list)
    for article in sample_articles():
        by_mode[article.rights].append(article)
    assert set(by_mode) == set(RightsMode)
    for article in by_mode[RightsMode.LINK]:
        assert (article.summary, article.body, article.subheads) == ("", "", ())
        assert (article.image_url, article.image_caption, article.copyright) == ("", "", "")
    assert (
        sum(bool(article.body and article.copyright) for article in by_mode[RightsMode.FULL]) > 60
    )
    assert all(source.licence for source in sample.sources() if source.rights is RightsMode.FULL)


def test_uncertain_times_and_changed_articles_are_there() -> None:
    quality = Counter(article.time_quality for article in sample_articles())
    assert quality[TimeQuality.DATE_ONLY] >= 3
    assert quality[TimeQuality.GUESSED] >= 1
    for article in sample_articles():
        if article.time_quality is TimeQuality.DATE_ONLY:
            assert article.published_at.astimezone(KST).time() == time()
        if article.time_quality is TimeQuality.GUESSED:
            assert article.published_at == article.first_seen_at
    edited = [article for article in sample_articles() if article.modified_at is not None]
    assert len(edited) >= 3
    for article in edited:
        first = sample.first_form(article)
        assert first.modified_at is None
        assert 10 <= len(first.title) <= 80
        assert first.title != article.title


def test_pictures_exist_are_small_and_are_all_used() -> None:
    pictured = [article for article in sample_articles() if article.image_url]
    assert len(pictured) >= 55
    assert all(article.image_caption and article.image_credit for article in pictured)
    used = {article.image_url.removeprefix(f"{PICTURES}/") for article in pictured}
    assert used == {path.name for path in STATIC.iterdir()}
    for path in STATIC.iterdir():
        assert path.read_bytes()[8:12] == b"WEBP"
        assert path.stat().st_size <= 15 * 1024


def test_no_placeholder_is_left_and_texts_are_shaped_like_news() -> None:
    for article in sample_articles():
        text = (article.title, article.summary, article.body, *article.subheads)
        assert "{" not in "".join((*text, article.image_caption))
        assert 10 <= len(article.title) <= 80
        assert article.author


def test_dates_inside_texts_follow_the_day_of_publication() -> None:
    planned = next(event for event in events() if event.key == "narae-plan")
    opened = next(event for event in events() if event.key == "narae-open")
    for now in NOWS:
        shown = next(a for a in sample.articles(now) if "참가" in a.title and "나래" in a.title)
        start = opened.starts_at(now)
        assert start.date() - planned.starts_at(now).date() == timedelta(days=14)
        assert f"{start.day}일 개막" in shown.title


def test_bad_news_is_never_told_of_a_real_company() -> None:
    for text in (*headlines(), *sentences()):
        if HARM.search(text):
            assert not real_names().search(text), text


def test_a_story_of_bad_news_names_no_real_company_at_all() -> None:
    for event in events():
        titles = (event.title, *(copy.title for copy in event.copies))
        if any(HARM.search(title) for title in titles):
            text = " ".join((*titles, event.summary, event.caption, *event.body, *event.subheads))
            assert not real_names().search(text), event.key


def test_no_business_results_are_invented_for_a_real_company() -> None:
    for text in (*headlines(), *sentences()):
        if RESULTS.search(text):
            assert not real_names().search(text), text


def test_the_invented_companies_have_good_and_bad_news() -> None:
    rules = CompaniesFile.model_validate({"company": sample.companies()}).company
    assert len(rules) == 8
    assert not {rule.name_ko for rule in rules} & set(real_names().pattern.split("|"))
    invented = re.compile("|".join(rule.name_ko for rule in rules))
    bad = [title for title in headlines() if invented.search(title) and HARM.search(title)]
    good = [title for title in headlines() if invented.search(title) and not HARM.search(title)]
    assert len(bad) >= 30
    assert len(good) >= 30


def test_no_two_headlines_share_a_skeleton() -> None:
    invented = "|".join(row["name_ko"] for row in sample.companies())
    names = re.compile(f"{invented}|{real_names().pattern}", re.IGNORECASE)
    seen: dict[str, str] = {}
    for title in headlines():
        skeleton = re.sub(r"[\W\d_]+", " ", names.sub(" ", title)).strip()
        assert skeleton not in seen, (title, seen[skeleton])
        seen[skeleton] = title


def test_no_sentence_and_hardly_any_opening_is_used_twice() -> None:
    bodies = [
        sentence
        for event in events()
        for paragraph in event.body
        for sentence in re.split(r"(?<=[.?!])\s+", paragraph)
    ]
    assert [sentence for sentence, times in Counter(bodies).items() if times > 1] == []
    openings = Counter(" ".join(event.body[0].split()[:3]) for event in events() if event.body)
    assert openings.most_common(1)[0][1] <= 2


def test_the_log_shows_every_kind_of_trouble() -> None:
    log = sample.visits(TUESDAY_NOON)
    assert {visit.source_id for visit in log} == set(outlets())
    assert log == sorted(log, key=lambda visit: (visit.fetched_at, visit.source_id))
    assert TUESDAY_NOON - timedelta(days=7) == log[0].fetched_at
    assert log[-1].fetched_at == TUESDAY_NOON
    latest = {visit.source_id: visit for visit in log}
    assert (latest["haeon"].outcome, latest["haeon"].status) == (FetchOutcome.FAILED, 403)
    assert (latest["techmaru"].outcome, latest["techmaru"].status) == (FetchOutcome.FAILED, None)
    for visit in log:
        assert (visit.outcome is FetchOutcome.FAILED) == bool(visit.message and visit.message_en)
    recently = TUESDAY_NOON - timedelta(days=2)
    silent = [visit for visit in log if visit.source_id == "mir" and visit.fetched_at > recently]
    assert {visit.outcome for visit in silent} == {FetchOutcome.EMPTY}
    failing = {source for source, visit in latest.items() if visit.outcome is FetchOutcome.FAILED}
    assert failing == {"haeon", "techmaru"}


@pytest.mark.parametrize("now", NOWS)
def test_the_log_counts_the_articles_that_it_brought(now: datetime) -> None:
    log = sample.visits(now)
    begin = now - timedelta(days=7, hours=2)
    last_success = {
        visit.source_id: visit.fetched_at
        for visit in log
        if visit.outcome is not FetchOutcome.FAILED
    }
    brought = sum(
        begin < article.first_seen_at <= last_success[article.source_id]
        for article in sample.articles(now)
    )
    assert sum(visit.new for visit in log) == brought
    assert all(visit.new <= visit.entries for visit in log)
