"""How fast stories are found: ``python -m tests.bench.bench_stories [--articles N]``.

Invented articles, of which a third follow another one (half of them as near-copies), are stored and
tagged; then `assign_stories` is timed: over a month, in ten runs (each finds its window in the
database again), and on one day on which everybody writes about the same company. Figures are per
second of CPU time: one thread does it all.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import log, log2
from pathlib import Path

from db.model import Article, FeedState, FetchOutcome, FetchReport, Source, Tags, Tone, article_id
from db.query import ArticleFilter
from db.sqlite import SqliteStore, open_store
from db.terms import Term, TermKind

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
SOURCES = [Source(f"feed-{n:02}", f"나래일보{n}", f"https://n{n}.example/rss") for n in range(60)]
WORDS = 30_000
FOLLOWS = 1 / 3


def _words(chance: random.Random, count: int, most: int) -> list[int]:
    """Few words are everywhere, most are rare (Zipf)."""
    return [int(most ** chance.random()) for _ in range(count)]


def _terms(words: Sequence[int], company: int) -> tuple[int, ...]:
    """Weighed as `ingest.train.words` does, by the share of texts that have the word."""
    terms = {}
    for place, word in enumerate(words):
        weight = min(9, round(log2(word * log(WORDS) / len(words)) - 3.6))
        if weight >= 4:
            terms[word] = Term(word, TermKind.WORD, weight, place < 8)
    named = Term(10**9 + company, TermKind.COMPANY, 2 if company < 5 else 9, headline=True)
    return tuple(sorted(term.packed() for term in (*terms.values(), named)))


def tagged(
    count: int, days: float, companies: int, chance: random.Random
) -> Iterator[tuple[Article, Tags]]:
    """Articles in order of time with their tags."""
    past: list[tuple[list[int], int, tuple[int, ...]]] = []
    for number in range(count):
        at = BEGIN + timedelta(days=days * number / count)
        source = SOURCES[number % len(SOURCES)]
        url = f"https://n.example/view?idxno={number}"
        if past and chance.random() < FOLLOWS:
            words, company, hashes = past[-1 - int(len(past) * chance.random() ** 3)]
            words = words[:10] + _words(chance, 30, WORDS)
            if chance.random() < 0.5:
                hashes = (*hashes[:8], *(chance.getrandbits(62) for _ in range(4)))
            else:
                hashes = tuple(chance.getrandbits(62) for _ in range(12))
        else:
            words, company = _words(chance, 40, WORDS), int(companies ** chance.random()) - 1
            hashes = tuple(chance.getrandbits(62) for _ in range(12))
            past.append((words, company, hashes))
            if len(past) > 4000:
                del past[:2000]
        item = Article(article_id(url), url, source.id, source.outlet, f"제목 {number}", at, at)
        yield (
            item,
            Tags(
                item.id,
                "v1",
                True,
                0.9,
                Tone.NEUTRAL,
                fingerprint=hashes,
                terms=_terms(words, company),
            ),
        )


def fill(store: SqliteStore, made: Sequence[tuple[Article, Tags]], run: int) -> None:
    for start in range(0, len(made), 5000):
        part = made[start : start + 5000]
        report = FetchReport("feed-00", BEGIN, FetchOutcome.OK, entries=len(part))
        store.add_articles([item for item, _ in part], report, FeedState(), run)
        store.save_tags([tags for _, tags in part], BEGIN)


def measure(name: str, made: Sequence[tuple[Article, Tags]], runs: int = 1) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "bench.db"), read_only=False)
        store.save_sources(SOURCES)
        run = store.start_run(BEGIN)
        seconds = grown = 0.0
        size = -(-len(made) // runs)
        for start in range(0, len(made), size):
            fill(store, made[start : start + size], run)
            before, began = _peak(), time.process_time()
            store.assign_stories()
            seconds += time.process_time() - began
            grown += _peak() - before
        counts = store.counts(ArticleFilter())
        print(
            f"| {name} | {len(made) / seconds:,.0f}/s | {counts.stories:,} stories |"
            f" {grown:,.0f} MB |",
            flush=True,
        )
        store.close()


def _peak() -> float:
    """Megabytes that this process needed at most until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    count = parser.parse_args().articles
    chance = random.Random(7)
    month = list(tagged(count, 30, 120, chance))
    print("| what | assigned | found | memory above what was in use |\n|---|---|---|---|")
    measure("a month, one run", month)
    measure("a month, ten runs", month, runs=10)
    burst = list(tagged(count // 5, 1, 1, chance))
    measure("one day, one company", burst)


if __name__ == "__main__":
    main()
