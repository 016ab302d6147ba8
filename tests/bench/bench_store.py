"""How fast the store answers and stores: ``python -m tests.bench.bench_store [--articles N]``.

Writes N invented articles over two years with about 2.2 mentions each through the store's own
methods, then asks the dashboard's questions of the store and, in the same run, of pandas over
``read_sql`` of the tables (what dashboards of this kind do). Times are milliseconds.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd

from db.model import (
    Article,
    Company,
    Evidence,
    FeedState,
    FetchOutcome,
    FetchReport,
    Mention,
    Source,
    Tags,
    Tone,
    Topic,
    article_id,
)
from db.query import ArticleFilter, Sort, Split, Step
from db.sqlite import SqliteReadStore, SqliteStore, open_store
from db.tallies import Keyword

BEGIN = datetime(2024, 7, 1, tzinfo=UTC)
DAYS = 730
TODAY = date(2026, 6, 30)
COMPANIES = [Company(f"firm-{n:03}", f"가온{n}칩", f"Gaon {n}") for n in range(120)]
TOPICS = [Topic(f"topic-{n:02}", f"주제{n}", f"Topic {n}") for n in range(25)]
SOURCES = [Source(f"feed-{n:02}", f"나래일보{n}", f"https://n{n}.example/rss") for n in range(60)]
VOCABULARY = (
    "메모리 공정 수율 설계 행사 전시 표준 회의 시연 강연 "
    "장비 연구 서버 전력 냉각 패키지 시제품 HBM NPU AI"
)
WORDS = VOCABULARY.split()
TONES = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE, Tone.UNRATED)


def articles(count: int, chance: random.Random) -> Iterator[Article]:
    weights = [1 / (n + 1) for n in range(len(COMPANIES))]
    for number in range(count):
        source = SOURCES[number % len(SOURCES)]
        url = f"https://n.example/view?idxno={number}"
        at = BEGIN + timedelta(seconds=int(number * DAYS * 86_400 / count))
        firm = chance.choices(COMPANIES, weights)[0].name_ko
        words = chance.choices(WORDS, k=18)
        yield Article(
            id=article_id(url),
            url=url,
            source_id=source.id,
            outlet=source.outlet,
            title=f"{firm} {' '.join(words[:5])}",
            summary=f"{firm}은 {' '.join(words[5:])} 자리를 마련했다.",
            published_at=at,
            first_seen_at=at,
            language="en" if number % 9 == 0 else "ko",
        )


def tags_of(article: Article, chance: random.Random) -> Tags:
    weights = [1 / (n + 1) for n in range(len(COMPANIES))]
    firms = dict.fromkeys(chance.choices(COMPANIES, weights, k=chance.choice((1, 2, 3, 4))))
    mentions = tuple(
        Mention(
            firm.id,
            chance.randint(1, 5),
            place == 0,
            chance.choices(TONES, (5, 4, 2, 1))[0],
            0.5,
            (firm.name_ko,),
            (Evidence("시연", Tone.POSITIVE, "title", article.title[:60]),),
        )
        for place, firm in enumerate(firms)
    )
    copy = chance.random() < 0.15
    seed = random.Random(article.day.toordinal() * 7 + chance.randrange(20)) if copy else chance
    return Tags(
        article.id,
        "bench",
        True,
        0.9,
        mentions[0].tone,
        mentions=mentions,
        topics=tuple({chance.choice(TOPICS).id, chance.choice(TOPICS).id}),
        summary=(article.summary,),
        fingerprint=tuple(sorted(seed.getrandbits(62) for _ in range(12))),
        # few words that all know, many that few use
        keywords=tuple({f"낱말{int(chance.paretovariate(0.6)) % 40_000}" for _ in range(7)}),
    )


def build(store: SqliteStore, count: int) -> None:
    chance = random.Random(20260630)
    store.save_companies(COMPANIES)
    store.save_topics(TOPICS)
    store.save_sources(SOURCES)
    run = store.start_run(BEGIN)
    report = FetchReport("feed-00", BEGIN, FetchOutcome.OK)
    add = save = again = 0.0
    mentions = repeated = 0
    source = articles(count, chance)
    while batch := list(islice(source, 500)):
        said = [tags_of(article, chance) for article in batch]
        mentions += sum(len(tags.mentions) for tags in said)
        add += _seconds(partial(store.add_articles, batch, report, FeedState(), run))
        save += _seconds(partial(store.save_tags, said, BEGIN))
        if repeated < 10_000:
            again += _seconds(partial(store.save_tags, said, BEGIN))
            repeated += len(batch)
    stories = _seconds(store.assign_stories)
    print(f"{count:,} articles, {mentions:,} mentions, {store.info().size_bytes / 1e6:,.0f} MB")
    print(f"  add_articles   {count / add:10,.0f} /s   (batches of 500, search index included)")
    print(f"  save_tags      {count / save:10,.0f} /s   (first time, roll-ups included)")
    print(f"  save_tags      {repeated / again:10,.0f} /s   (again)")
    print(f"  assign_stories {count / stories:10,.0f} /s")
    check = _seconds(lambda: print("  check:", store.check() or "nothing wrong"))
    print(f"  checked in {check:.1f} s")


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def since(days: int, **more: object) -> ArticleFilter:
    return ArticleFilter(start=TODAY - timedelta(days=days - 1), end=TODAY, **more)  # type: ignore[arg-type]


def questions(store: SqliteReadStore) -> dict[str, Callable[[], object]]:
    """What the dashboard asks. The common company is in a third of the articles."""
    common, rare = ("firm-000",), ("firm-090",)
    middle = store.cards(ArticleFilter(start=TODAY - timedelta(days=400), end=TODAY), Sort.OLDEST)
    return {
        "revision": store.revision,
        "counts, 7 days": lambda: store.counts(since(7)),
        "counts, all": lambda: store.counts(ArticleFilter()),
        "counts, company, 1 year": lambda: store.counts(since(365, companies=common)),
        "counts, negative, company, 1 year": lambda: store.counts(
            since(365, companies=common, tones=(Tone.NEGATIVE,))
        ),
        "counts, 3 companies, 90 days": lambda: store.counts(
            since(90, companies=("firm-001", "firm-005", "firm-020"))
        ),
        "counts, outlet and topic, all": lambda: store.counts(
            ArticleFilter(outlets=("나래일보7",), topics=("topic-03",))
        ),
        "counts, search, 90 days": lambda: store.counts(since(90, query="수율 HBM")),
        "counts, search, all": lambda: store.counts(ArticleFilter(query="수율")),
        "timeline by company, 30 days": lambda: store.timeline(since(30), Step.DAY, Split.COMPANY),
        "timeline by tone, all, weeks": lambda: store.timeline(
            ArticleFilter(), Step.WEEK, Split.TONE
        ),
        "timeline of a company, 1 year": lambda: store.timeline(
            since(365, companies=common), Step.WEEK, Split.TONE
        ),
        "timeline, hours, 2 days": lambda: store.timeline(since(2), Step.HOUR, Split.TONE),
        "timeline, search, all": lambda: store.timeline(
            ArticleFilter(query="수율"), Step.WEEK, Split.TONE
        ),
        "companies, 30 days": lambda: store.company_counts(since(30)),
        "companies, all": lambda: store.company_counts(ArticleFilter()),
        "co-mentions, 90 days": lambda: store.company_counts(since(90, companies=common)),
        "outlets, company, 1 year": lambda: store.outlet_counts(since(365, companies=common)),
        "topics, company, 90 days": lambda: store.topic_counts(since(90, companies=common)),
        "cue words, 90 days": lambda: store.cue_counts(since(90, companies=common)),
        "pairs, 7 days": lambda: store.pair_counts(since(7)),
        "pairs, 30 days": lambda: store.pair_counts(since(30)),
        "pairs, 90 days": lambda: store.pair_counts(since(90)),
        "pairs of a company, 90 days": lambda: store.pair_counts(since(90, companies=common)),
        "story days, 63 days": lambda: store.story_days(since(63)),
        "terms, 7 days": lambda: store.keyword_counts(since(7), Keyword.TERM),
        "terms, 30 days": lambda: store.keyword_counts(since(30), Keyword.TERM),
        "terms, 90 days": lambda: store.keyword_counts(since(90), Keyword.TERM),
        "terms of a company, 30 days": lambda: store.keyword_counts(
            since(30, companies=common), Keyword.TERM
        ),
        "topics by story, 30 days": lambda: store.keyword_counts(since(30), Keyword.TOPIC),
        "uses of 15 terms, 30 days": lambda: store.keyword_uses(
            since(30), Keyword.TERM, [f"낱말{n}" for n in range(1, 16)]
        ),
        "uses of 15 topics, 30 days": lambda: store.keyword_uses(
            since(30), Keyword.TOPIC, [f"topic-{n:02}" for n in range(15)]
        ),
        "cards, newest 20": lambda: store.cards(ArticleFilter()),
        "cards, 20 from the middle": lambda: store.cards(ArticleFilter(), cursor=middle.older),
        "cards, common company": lambda: store.cards(ArticleFilter(companies=common)),
        "cards, rare company": lambda: store.cards(ArticleFilter(companies=rare)),
        "cards, 3 companies, negative": lambda: store.cards(
            ArticleFilter(companies=("firm-001", "firm-050", "firm-090"), tones=(Tone.NEGATIVE,))
        ),
        "cards, common search": lambda: store.cards(ArticleFilter(query="수율")),
        "cards, rare search": lambda: store.cards(ArticleFilter(query='"가온119칩 수율"')),
        "cards, search, company, tone": lambda: store.cards(
            ArticleFilter(query="AI", companies=common, tones=(Tone.NEGATIVE,))
        ),
        "cards, everything but a word": lambda: store.cards(ArticleFilter(query="-수율")),
        "stories, 7 days, largest": lambda: store.stories(since(7), largest=True),
        "one article": lambda: store.article(middle.cards[0].id),
    }


class Baseline:
    """The usual way: read the tables into frames, then filter and group."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        with sqlite3.connect(self._path) as connection:
            found = pd.read_sql(
                """SELECT a.id, a.published_at, a.day, a.tone, a.lead, a.story, a.language,
                    o.name AS outlet, c.title FROM articles a JOIN contents c ON c.article = a.id
                    JOIN outlets o ON o.id = a.outlet WHERE a.relevant = 1""",
                connection,
            )
            named = pd.read_sql(
                """SELECT m.article, c.slug AS company, m.tone FROM mentions m
                    JOIN companies c ON c.id = m.company WHERE m.relevant = 1""",
                connection,
            )
        connection.close()
        return found, named

    def questions(self) -> dict[str, Callable[[], object]]:
        first_day = (TODAY - timedelta(days=364) - date(1970, 1, 1)).days

        def counts() -> object:
            found, _ = self._frames()
            recent = found[found.day >= first_day + 358]
            return len(recent), recent.outlet.nunique(), recent.groupby("tone").size()

        def of_company() -> object:
            found, named = self._frames()
            both = found.merge(named[named.company == "firm-000"], left_on="id", right_on="article")
            recent = both[both.day >= first_day]
            return recent.groupby([recent.day // 7, "tone_y"]).size()

        def companies() -> object:
            found, named = self._frames()
            both = named.merge(found[["id", "day"]], left_on="article", right_on="id")
            return both[both.day >= first_day + 335].groupby(["company", "tone"]).size()

        def newest() -> object:
            return self._frames()[0].nlargest(20, "published_at")

        def search() -> object:
            found, _ = self._frames()
            return found[found.title.str.contains("수율", regex=False)].nlargest(20, "published_at")

        return {
            "counts, 7 days": counts,
            "timeline of a company, 1 year": of_company,
            "companies, 30 days": companies,
            "cards, newest 20": newest,
            "cards, common search": search,
        }


def measure(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one call to warm up."""
    call()
    taken = sorted(_seconds(call) * 1000 for _ in range(times))
    return statistics.median(taken), taken[min(len(taken) - 1, int(len(taken) * 0.95))]


def report(path: Path, times: int) -> None:
    store = open_store(str(path), read_only=True)
    usual = {
        name: measure(call, max(times // 10, 3))
        for name, call in Baseline(path).questions().items()
    }
    print(f"\n{'question':36}{'p50':>9}{'p95':>9}{'pandas p50':>12}{'ratio':>8}")
    for name, call in questions(store).items():
        middle, high = measure(call, times)
        line = f"{name:36}{middle:9.2f}{high:9.2f}"
        if name in usual:
            line += f"{usual[name][0]:12.0f}{usual[name][0] / middle:7.0f}×"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the store.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=30, help="calls per question")
    parser.add_argument("--keep", type=Path, help="a file to build once and to use again")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = wanted.keep or Path(folder) / "bench.db"
        if not path.exists():
            store = open_store(str(path), read_only=False)
            build(store, wanted.articles)
            store.close()
        report(path, wanted.times)


if __name__ == "__main__":
    main()
