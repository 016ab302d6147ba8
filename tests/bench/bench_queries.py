"""Every question of the dashboard over a spread of filters, beside pandas.

``python -m tests.bench.bench_queries [--articles N] [--times T] [--only WORD] [--no-pandas]``. Times
are milliseconds of one call of the store (a connection of its own included, as in the dashboard,
but nothing from its cache). ``pandas`` is one reading of the tables, measured in the same run, and
the filtering and grouping of this question; its answer must be the store's.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from db.model import Tone
from db.query import ArticleFilter, CardPage, CompanyCount, Counts, Sort, Split, Step, TimelinePoint
from db.sqlite import SqliteReadStore, open_store
from tests.bench import newsdata
from tests.bench.frames import Frames
from tests.bench.newsdata import COMPANIES, DAYS, LAST_DAY, SOURCES

LIMIT = 50.0
"""milliseconds that 95 of 100 calls should stay below"""
RATIO = 20
FIRST_DAY = LAST_DAY - timedelta(days=DAYS - 1)
NOW = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """``ask`` the store; ``usual`` is the same in pandas, where ``said`` makes answers comparable."""

    name: str
    ask: Callable[[SqliteReadStore], object]
    usual: Callable[[Frames], object] | None = None
    said: Callable[[object], object] = lambda answer: answer
    comparable: bool = True


def since(days: int) -> ArticleFilter:
    return ArticleFilter(start=LAST_DAY - timedelta(days=days - 1), end=LAST_DAY)


def filters() -> dict[str, ArticleFilter]:
    """What people choose, from the usual to the worst."""
    years = ArticleFilter(start=FIRST_DAY + timedelta(days=17), end=LAST_DAY - timedelta(days=9))
    common, second, rare = (COMPANIES[n].id for n in (0, 1, 100))
    outlet, quiet = SOURCES[1].outlet, SOURCES[140].outlet
    negative = (Tone.NEGATIVE,)
    return {
        "all": ArticleFilter(),
        "5 years": years,
        "1 year": since(365),
        "90 days": since(90),
        "30 days": since(30),
        "7 days": since(7),
        "5 years, negative": replace(years, tones=negative),
        "5 years, English": replace(years, languages=("en",)),
        "5 years, outlet": replace(years, outlets=(outlet,)),
        "5 years, 2 outlets": replace(years, outlets=(outlet, quiet)),
        "5 years, topic": replace(years, topics=("topic-00",)),
        "5 years, outlet, topic": replace(years, outlets=(outlet,), topics=("topic-00",)),
        "5 years, outlet, tone, Korean": replace(
            years, outlets=(outlet,), tones=negative, languages=("ko",)
        ),
        "5 years, company": replace(years, companies=(common,)),
        "1 year, company": replace(since(365), companies=(common,)),
        "90 days, company": replace(since(90), companies=(common,)),
        "5 years, rare company": replace(years, companies=(rare,)),
        "5 years, company, negative": replace(years, companies=(common,), tones=negative),
        "5 years, company, outlet": replace(years, companies=(common,), outlets=(outlet,)),
        "5 years, company, topic": replace(years, companies=(common,), topics=("topic-00",)),
        "5 years, company, tone, outlet, Korean": replace(
            years, companies=(common,), tones=negative, outlets=(outlet,), languages=("ko",)
        ),
        "5 years, 2 companies": replace(years, companies=(common, second)),
        "90 days, 3 companies": replace(since(90), companies=(common, second, rare)),
        "5 years, 2 companies, negative": replace(
            years, companies=(common, second), tones=negative
        ),
        "5 years, 2 companies together": replace(years, companies=(common,), together=(second,)),
        "5 years, common word": replace(years, query="가온"),
        "90 days, common word": replace(since(90), query="가온"),
        "5 years, 2 words": replace(years, query="가온 HBM"),
        "5 years, Latin word": replace(years, query="NPU"),
        "5 years, rare phrase": replace(years, query=f'"{COMPANIES[90].name_ko}"'),
        "5 years, without a word": replace(years, query="-가온"),
        "5 years, word, company, negative": replace(
            years, query="수율", companies=(common,), tones=negative
        ),
    }


def _counts(answer: object) -> object:
    assert isinstance(answer, Counts)
    a = answer
    return a.articles, a.stories, a.outlets, a.mentions, dict(a.tones)


def _points(answer: object) -> object:
    assert isinstance(answer, list)
    return sorted(p.articles for p in answer if isinstance(p, TimelinePoint))


def _companies(answer: object) -> object:
    assert isinstance(answer, list)
    return {
        (c.company_id, tone): n
        for c in answer
        if isinstance(c, CompanyCount)
        for tone, n in c.tones.items()
    }


def _keys(answer: object) -> object:
    assert isinstance(answer, list)
    return {count.key: count.articles for count in answer}


def _cards(answer: object) -> object:
    assert isinstance(answer, CardPage)
    return [card.id for card in answer.cards]


def _points_of_pandas(usual: Callable[[Frames], object]) -> Callable[[Frames], object]:
    def asked(frames: Frames) -> object:
        found = usual(frames)
        assert isinstance(found, list)
        return sorted(n for *_, n in found)

    return asked


def questions_of(name: str, wanted: ArticleFilter, store: SqliteReadStore) -> Iterator[Question]:
    """All that the pages ask about one filter."""
    start = wanted.start or FIRST_DAY
    days = ((wanted.end or LAST_DAY) - start).days + 1
    step = Step.DAY if days <= 92 else Step.WEEK
    same = not wanted.query
    yield Question(
        f"counts | {name}",
        lambda s: s.counts(wanted),
        lambda f: f.counts(wanted),
        _counts,
        same,
    )
    for split in Split:
        yield Question(
            f"timeline by {split} | {name}",
            lambda s, split=split: s.timeline(wanted, step, split),  # type: ignore[misc]
            _points_of_pandas(lambda f, split=split: f.timeline(wanted, step, split)),  # type: ignore[misc]
            _points,
            same,
        )
    yield Question(
        f"companies | {name}",
        lambda s: s.company_counts(wanted),
        lambda f: f.company_counts(wanted),
        _companies,
        same,
    )
    yield Question(
        f"outlets | {name}",
        lambda s: s.outlet_counts(wanted),
        lambda f: f.outlet_counts(wanted),
        _keys,
        same,
    )
    yield Question(
        f"topics | {name}",
        lambda s: s.topic_counts(wanted),
        lambda f: f.topic_counts(wanted),
        _keys,
        same,
    )
    if len(wanted.companies) == 1:
        yield Question(f"cue words | {name}", lambda s: s.cue_counts(wanted, 40))
    yield Question(
        f"cards, newest | {name}",
        lambda s: s.cards(wanted),
        lambda f: f.cards(wanted),
        _cards,
        same,
    )
    if name in {"all", "5 years", "5 years, company", "5 years, common word", "5 years, outlet"}:
        yield Question(
            f"cards, oldest | {name}",
            lambda s: s.cards(wanted, Sort.OLDEST),
            lambda f: f.cards(wanted, Sort.OLDEST),
            _cards,
            same,
        )
        deep = store.cards(replace(wanted, end=FIRST_DAY + timedelta(days=900))).older
        yield Question(f"cards, deep | {name}", lambda s: s.cards(wanted, cursor=deep))
    for largest in (False, True):
        order = "largest" if largest else "newest"
        yield Question(
            f"stories, {order} | {name}",
            lambda s, largest=largest: s.stories(wanted, 6, largest=largest),  # type: ignore[misc]
            lambda f, largest=largest: f.stories_first(wanted, largest=largest),  # type: ignore[misc]
            comparable=False,
        )


def others(store: SqliteReadStore) -> Iterator[Question]:
    """Questions without a filter, and those of single pages."""
    common = ArticleFilter(companies=(COMPANIES[0].id,))
    some = store.stories(since(90), 1, largest=True)[0]
    yield Question("revision", lambda s: s.revision())
    yield Question("info", lambda s: s.info())
    yield Question("companies known", lambda s: s.companies())
    yield Question("topics known", lambda s: s.topics())
    yield Question("sources", lambda s: s.sources(NOW))
    yield Question(
        "health, 60 hours", lambda s: s.health(NOW - timedelta(60 / 24), timedelta(0, 3600))
    )
    yield Question("gaps, 30 days", lambda s: s.gaps(NOW - timedelta(30), NOW, now=NOW))
    yield Question("fetches", lambda s: s.fetches(SOURCES[0].id))
    yield Question("runs", lambda s: s.runs())
    yield Question("corrections", lambda s: s.corrections())
    yield Question("article, the largest story", lambda s: s.article(some.id))
    yield Question("cards of a story", lambda s: s.cards(ArticleFilter(story_id=some.story_id)))
    yield Question("counts of a story", lambda s: s.counts(ArticleFilter(story_id=some.story_id)))
    yield Question(
        "cards, irrelevant too", lambda s: s.cards(ArticleFilter(include_irrelevant=True))
    )
    yield Question("counts, hidden", lambda s: s.counts(ArticleFilter(muted=True)))
    yield Question(
        "timeline by hour, 2 days", lambda s: s.timeline(since(2), Step.HOUR, Split.TONE)
    )
    yield Question("200 cards", lambda s: s.cards(common, Sort.NEWEST, 200))


def measure(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one call to warm up."""
    call()
    taken = sorted(_milliseconds(call) for _ in range(times))
    return statistics.median(taken), taken[min(len(taken) - 1, int(len(taken) * 0.95))]


def _milliseconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


def _export(store: SqliteReadStore, day: date) -> None:
    month = ArticleFilter(start=day - timedelta(days=30), end=day)
    begin = time.perf_counter()
    count = sum(1 for _ in store.export(month))
    taken = time.perf_counter() - begin
    print(f"export of a month: {count:,} articles in {taken:.2f} s ({count / taken:,.0f}/s)")


def report(path: Path, times: int, only: str, *, pandas: bool) -> None:
    store = open_store(str(path), read_only=True)
    asked = list(others(store))
    for name, wanted in filters().items():
        asked.extend(questions_of(name, wanted, store))
    asked = [question for question in asked if only in question.name]
    frames = Frames(path) if pandas else None
    reading = frames.seconds * 1000 if frames else 0.0
    if frames:
        print(f"pandas: read_sql of the tables takes {reading:,.0f} ms")
    print(f"{'question':58}{'p50':>9}{'p95':>9}{'pandas':>10}{'ratio':>8}")
    slow, close, wrong = [], [], []
    for question in asked:
        middle, high = measure(lambda q=question: q.ask(store), times)  # type: ignore[misc]
        line = f"{question.name:58}{middle:9.2f}{high:9.2f}"
        if high > LIMIT:
            slow.append(question.name)
            line = f"{line:76}" if not frames else line
        if frames and question.usual:
            begin = time.perf_counter()
            theirs = question.usual(frames)
            usual = reading + (time.perf_counter() - begin) * 1000
            line += f"{usual:10,.0f}{usual / high:7,.0f}×"
            if usual / high < RATIO:
                close.append(question.name)
            if question.comparable and question.said(question.ask(store)) != theirs:
                wrong.append(question.name)
        print(line + ("  *" if high > LIMIT else ""), flush=True)
    print(f"\n{len(asked)} questions; p95 above {LIMIT:.0f} ms: {len(slow)}")
    if frames:
        print(f"less than {RATIO}× faster than pandas: {len(close)} {close or ''}")
        print(f"other answers than pandas: {len(wrong)} {wrong or ''}")
    _export(store, LAST_DAY)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure every question of the dashboard.")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--path", type=Path, help="a file of `make bench-data`")
    parser.add_argument("--times", type=int, default=20, help="calls per question")
    parser.add_argument("--only", default="", help="questions with this in their name")
    parser.add_argument("--no-pandas", action="store_true")
    wanted = parser.parse_args()
    path = newsdata.build(wanted.articles, wanted.path)
    report(path, wanted.times, wanted.only, pandas=not wanted.no_pandas)


if __name__ == "__main__":
    main()
