"""Invented news of years, for benchmarks: ``python -m tests.bench.newsdata [--articles N] [--path P]``.

Five years of articles through the store's own methods: companies and outlets by Zipf's law, fewer
articles at weekends, more each year, bursts about one company, events that several outlets copy,
leads and some bodies of realistic length, tones with their cue words, quotations, an hourly log of
visits. The same number of articles and seed give the same news.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

from platformdirs import user_cache_path

from db.model import (
    KST,
    Article,
    Company,
    Evidence,
    FeedState,
    FetchOutcome,
    FetchReport,
    Mention,
    Quote,
    RightsMode,
    RunReport,
    RunState,
    Source,
    Span,
    Tags,
    Tone,
    Topic,
    article_id,
)
from db.sqlite import SqliteReadStore, SqliteStore, open_store

SEED = 20260630
LAST_DAY = date(2026, 6, 30)
DAYS = 1_826
BATCH = 2_000
IRRELEVANT = 0.05
COPIED = 0.12
"""share of events that more than one outlet writes about"""
_KINDS = ("전자", "반도체", "칩", "메모리", "세미콘", "로직")
_SYLLABLES = (
    "가나다라마바사아자차카타파하고노도로모보소오조초구누두루무부수우주추기니디리미비시이지"
)
_TONES = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE, Tone.UNRATED)
_CUES = {
    Tone.POSITIVE: ("호조", "수주", "개선", "돌파", "확대"),
    Tone.NEGATIVE: ("지연", "결함", "하락", "감산", "소송"),
}
_TERMS = ("HBM", "NPU", "AI", "수율", "공정", "서버", "전력", "패키징", "파운드리", "로드맵")
_ENDINGS = ("밝혔다.", "공개했다.", "설명했다.", "열었다.", "시작했다.", "전했다.")


def _names(chance: random.Random, count: int) -> list[str]:
    """Names of two syllables, each once; the first few share their beginning."""
    found = dict.fromkeys(("가온", "한빛", "누리"))
    while len(found) < count:
        found["".join(chance.choices(_SYLLABLES, k=2))] = None
    return list(found)


def _companies() -> list[Company]:
    names = _names(random.Random(SEED), 120)
    kinds = [_KINDS[number % len(_KINDS)] for number in range(120)]
    # a short search word, such as a group's name, finds several companies
    full = ["가온전자", "가온반도체", *(a + b for a, b in zip(names[1:], kinds, strict=False))]
    return [
        Company(f"firm-{n:03}", name, f"Firm {n}", "KR", "memory", (name, name[:2]))
        for n, name in enumerate(full[:120])
    ]


COMPANIES = _companies()
TOPICS = [Topic(f"topic-{n:02}", f"주제 {n}", f"Topic {n}") for n in range(25)]
SOURCES = [
    Source(
        f"feed-{n:03}",
        f"누리신문 {n // 2}" if n % 7 else f"Daily Post {n}",
        f"https://paper{n}.example/rss",
        section="산업" if n % 2 else "경제",
        language="ko" if n % 7 else "en",
        rights=RightsMode.FULL
        if n == 3
        else RightsMode.LINK
        if n % 10 == 9
        else RightsMode.EXCERPT,
    )
    for n in range(150)
]


class _Zipf:
    """Draws of ``range(count)``, the first most often."""

    def __init__(self, count: int, exponent: float = 1.0) -> None:
        self._range = range(count)
        self._weights = list(accumulate(1 / (n + 2) ** exponent for n in self._range))

    def draw(self, chance: random.Random, count: int = 1) -> list[int]:
        return chance.choices(self._range, cum_weights=self._weights, k=count)


@dataclass(slots=True)
class _Event:
    """What several articles may tell of; at least one company, most of them among the big."""

    companies: list[int]
    topics: tuple[str, ...]
    words: str
    hashes: list[int]


class Newsroom:
    """Makes the news of ``count`` articles, day by day."""

    def __init__(self, count: int, seed: int = SEED, days: int = DAYS) -> None:
        self._count, self._days = count, days
        self._chance = random.Random(seed)
        self._firms, self._outlets = _Zipf(len(COMPANIES)), _Zipf(len(SOURCES), 0.9)
        self._topics = _Zipf(len(TOPICS))
        self._sentences = self._phrases()
        self._made = 0

    def _phrases(self) -> list[str]:
        """Sentences of 8 to 16 words, of which a few are very common and most are rare."""
        chance = self._chance
        syllables = "".join(chance.sample(_SYLLABLES, len(_SYLLABLES)))
        words = [
            "".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 4)))) for _ in range(6_000)
        ]
        words = [*_TERMS, *words]
        common = _Zipf(len(words), 0.95)
        return [
            " ".join(words[n] for n in common.draw(chance, chance.randint(8, 16)))
            + f" {chance.choice(_ENDINGS)}"
            for _ in range(30_000)
        ]

    def days(self) -> Iterator[tuple[date, list[tuple[Article, Tags]]]]:
        """Each day's articles in the order of their publication, with what is to be said of them."""
        chance = self._chance
        first = LAST_DAY - timedelta(days=self._days - 1)
        weights = []
        bursts: list[int | None] = []
        for number in range(self._days):
            weekday = (first + timedelta(days=number)).weekday()
            burst = self._firms.draw(chance)[0] if chance.random() < 0.02 else None
            bursts.append(burst)
            quiet = (1.0, 1.0, 1.0, 1.0, 1.0, 0.35, 0.45)[weekday]
            weights.append(quiet * (1 + number / self._days) * (1 if burst is None else 2.5))
        whole, told, before = sum(weights), 0.0, 0
        for number, weight in enumerate(weights):
            told += weight
            upto = round(self._count * told / whole)
            day = first + timedelta(days=number)
            yield day, self._day(day, upto - before, bursts[number])
            before = upto

    def _day(self, day: date, count: int, burst: int | None) -> list[tuple[Article, Tags]]:
        chance = self._chance
        start = datetime(day.year, day.month, day.day, tzinfo=KST).astimezone(UTC)
        found: list[tuple[Article, Tags]] = []
        while len(found) < count:
            event = self._event(burst)
            copies = 1
            if chance.random() < COPIED:
                copies = min(int(chance.paretovariate(0.9)) + 1, 60)
            at = int(min(max(chance.gauss(12.5, 4.0), 0.0), 21.0) * 3_600)
            for place in range(min(copies, count - len(found))):
                late = 0 if not place else int(chance.expovariate(1 / 5_400))
                found.append(
                    self._article(event, start + timedelta(seconds=min(at + late, 86_399)))
                )
        return sorted(found, key=lambda made: made[0].published_at)

    def _event(self, burst: int | None) -> _Event:
        chance = self._chance
        size = chance.choices((1, 2, 3, 4, 6), (38, 30, 18, 10, 4))[0]
        firms = self._firms.draw(chance, size)
        if burst is not None and chance.random() < 0.6:
            firms.insert(0, burst)
        return _Event(
            list(dict.fromkeys(firms)),
            tuple(TOPICS[n].id for n in dict.fromkeys(self._topics.draw(chance, 2))),
            chance.choice(self._sentences),
            [chance.getrandbits(62) for _ in range(12)],
        )

    def _article(self, event: _Event, at: datetime) -> tuple[Article, Tags]:
        chance = self._chance
        self._made += 1
        number = self._made
        source = SOURCES[self._outlets.draw(chance)[0]]
        url = f"{source.url[:-4]}/news/{number}"
        named = [COMPANIES[n].name_ko for n in event.companies]
        words = event.words.split()
        title = f"{'·'.join(named[:2])}, {' '.join(words[:5])}"
        lead = f"{'과 '.join(named)}은 {event.words} " if chance.random() < 0.9 else ""
        if lead:
            lead += " ".join(chance.choices(self._sentences, k=2))
        body = ""
        if chance.random() < 0.15 and source.rights is not RightsMode.LINK:
            body = "\n".join([lead, *chance.choices(self._sentences, k=chance.randint(6, 14))])
        article = Article(
            id=article_id(url),
            url=url,
            source_id=source.id,
            outlet=source.outlet,
            title=title,
            summary=lead[:280],
            body=body,
            published_at=at,
            first_seen_at=at + timedelta(minutes=chance.randint(1, 50)),
            language=source.language,
            rights=source.rights,
            author="김가람 기자",
        )
        return article, self._tags(event, article)

    def _tags(self, event: _Event, article: Article) -> Tags:
        chance = self._chance
        mentions = []
        tones = chance.choices(_TONES, (38, 40, 16, 6), k=len(event.companies))
        for place, (company, tone) in enumerate(zip(event.companies, tones, strict=True)):
            firm = COMPANIES[company]
            cues = tuple(
                Evidence(cue, tone, "title", article.title[:60])
                for cue in chance.sample(_CUES.get(tone, ()), 1 if tone in _CUES else 0)
            )
            count = max(1, 5 - place)
            mentions.append(Mention(firm.id, count, place < 2, tone, 0.5, firm.aliases[:1], cues))
        hashes = list(event.hashes)
        for _ in range(chance.randint(0, 4)):
            hashes[chance.randrange(12)] = chance.getrandbits(62)
        quotes: tuple[Quote, ...] = ()
        if article.body and chance.random() < 0.4:
            quotes = (Quote(article.body[10:60], Span("body", 10, 60), "김가람", "대표"),)
        return Tags(
            article.id,
            "bench-1",
            relevant=chance.random() >= IRRELEVANT,
            relevance=0.9,
            tone=mentions[0].tone,
            tone_score=0.5,
            mentions=tuple(mentions),
            topics=event.topics,
            summary=(article.summary,) if article.summary else (),
            summary_spans=(Span("summary", 0, len(article.summary)),) if article.summary else (),
            quotes=quotes,
            fingerprint=tuple(sorted(hashes)),
        )


def fill(store: SqliteStore, count: int, *, days: int = DAYS) -> dict[str, float]:
    """Write the news; how many articles per second each step took in."""
    newsroom = Newsroom(count, days=days)
    store.save_companies(COMPANIES)
    store.save_topics(TOPICS)
    store.save_sources(SOURCES)
    taken = {"add_articles": 0.0, "save_tags": 0.0}
    waiting: list[tuple[Article, Tags]] = []
    run = store.start_run(datetime(2021, 1, 1, tzinfo=UTC))

    def write(now: datetime) -> None:
        articles = [article for article, _ in waiting]
        visit = FetchReport(articles[0].source_id, now, FetchOutcome.OK, 200, len(articles), 1)
        taken["add_articles"] += _seconds(
            partial(store.add_articles, articles, visit, FeedState(), run)
        )
        taken["save_tags"] += _seconds(partial(store.save_tags, [tags for _, tags in waiting], now))
        waiting.clear()

    now = datetime(2021, 1, 1, tzinfo=UTC)
    for day, news in newsroom.days():
        waiting.extend(news)
        now = datetime(day.year, day.month, day.day, 14, 59, tzinfo=UTC)
        if len(waiting) >= BATCH:
            write(now)
    if waiting:
        write(now)
    taken["assign_stories"] = _seconds(store.assign_stories)
    _log(store, run, now, count)
    return {name: count / seconds for name, seconds in taken.items()}


def _log(store: SqliteStore, run: int, now: datetime, count: int) -> None:
    """The visits of the last days, four a day, a few of which failed."""
    for back in range(60, -1, -6):
        at = now - timedelta(hours=back)
        for place, source in enumerate(SOURCES):
            failed = place % 25 == 24
            visit = FetchReport(
                source.id,
                at,
                FetchOutcome.FAILED if failed else FetchOutcome.UNCHANGED,
                500 if failed else 304,
            )
            store.add_articles([], visit, FeedState(), run)
    report = RunReport(
        run, now, RunState.DONE, now, len(SOURCES), 6, count, count, count, count, 0, "bench-1"
    )
    store.finish_run(report)


def _seconds(call: object) -> float:
    begin = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - begin


def default_path(count: int) -> Path:
    """Where the news of ``count`` articles lie: ``CHIPWATCH_BENCH``, or the user's cache."""
    folder = os.environ.get("CHIPWATCH_BENCH")
    base = Path(folder) if folder else user_cache_path("chipwatch", appauthor=False) / "bench"
    return base / f"news-{count}.db"


def build(count: int, path: Path | None = None) -> Path:
    """The file with the news of ``count`` articles, made now if it is not there."""
    path = path or default_path(count)
    if path.exists():
        # of an older version, perhaps
        open_store(str(path), read_only=False).close()
        return path
    part = path.with_suffix(".part")
    for stale in path.parent.glob(f"{part.name}*"):
        stale.unlink()
    begin = time.perf_counter()
    store = open_store(str(part), read_only=False)
    speeds = fill(store, count)
    store.close()
    part.rename(path)
    size = path.stat().st_size / 1e6
    print(f"{count:,} articles, {size:,.0f} MB in {time.perf_counter() - begin:,.0f} s: {path}")
    for name, speed in speeds.items():
        print(f"  {name:16}{speed:10,.0f} articles/s")
    return path


def checked(path: Path) -> Sequence[str]:
    store: SqliteReadStore = open_store(str(path), read_only=True)
    return store.check()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=100_000, help="10000, 100000, 1000000 …")
    parser.add_argument("--path", type=Path, help="the file; else in the user's cache folder")
    parser.add_argument("--check", action="store_true", help="look for mistakes afterwards")
    wanted = parser.parse_args()
    path = build(wanted.articles, wanted.path)
    print(f"{path}, {path.stat().st_size / 1e6:,.0f} MB")
    if wanted.check:
        print("check:", "; ".join(checked(path)) or "nothing wrong")


if __name__ == "__main__":
    main()
