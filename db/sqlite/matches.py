"""A filter's articles in memory, and what is counted of them: for filters that no roll-up knows.

The same questions and answers as the scans of `db.sqlite.counts`, over `db.sqlite.columns`. The
article of a row is fitting where ``mask`` is true.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from db import search
from db.query import ArticleFilter, Split
from db.sqlite import columns
from db.sqlite.columns import Columns
from db.sqlite.filter import span
from db.sqlite.values import TONE_CODES, day_start, slug_ids

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int32]

SMALL = 5_000
"""articles (or mentions, or search results) of a filter that a scan counts as quickly"""
HELD_SEARCHES = 8
"""results of the latest searches in memory, by the version of columns and texts"""
_FOUND: dict[tuple[str, ...], Numbers] = {}
_LOCK = threading.Lock()
MANY_CODES = 10_000_000
_ALL_TONES = 4


class Matches:
    """The articles of a filter that fits; see `worth`."""

    def __init__(self, connection: sqlite3.Connection, wanted: ArticleFilter) -> None:
        self.first_day, self.last_day = span(wanted)
        self.companies = slug_ids(connection, "companies", wanted.companies)
        self._connection = connection
        self._one = len(set(wanted.companies)) == 1
        self.columns = Columns(connection, self.first_day, self.last_day)
        self.tone = self.columns.articles["tone"]
        """of each row, the tone that the filter counts"""
        self.mask = self._mask(wanted)

    def _mask(self, wanted: ArticleFilter) -> Mask:
        articles = self.columns.articles
        mask = np.ones(self.columns.size, bool)
        codes = [TONE_CODES[tone] for tone in wanted.tones]
        if wanted.companies:
            mask &= self._named(self.companies, [] if self._one else codes)
        if codes and (self._one or not wanted.companies):
            mask &= _among(self.tone, codes)
        for slug in wanted.together:
            mask &= self._named(slug_ids(self._connection, "companies", [slug]), [])
        if wanted.outlets:
            outlets = slug_ids(self._connection, "outlets", wanted.outlets, "name")
            mask &= _among(articles["outlet"], outlets)
        if wanted.languages:
            languages = slug_ids(self._connection, "languages", wanted.languages, "code")
            mask &= _among(articles["language"], languages)
        if wanted.topics:
            topics = self.columns.topics
            wanted_topics = slug_ids(self._connection, "topics", wanted.topics)
            mask &= self._rows(topics["row"][_among(topics["topic"], wanted_topics)])
        if wanted.query.strip():
            mask &= _among(articles["number"], _found(self._connection, wanted.query))
        return mask

    def newest(self, before: int | None, count: int, *, falling: bool) -> list[int]:
        """Internal ids of rows among which the next ``count`` of a list are.

        The list runs from ``before`` (seconds, included) towards the past if ``falling``, else
        towards the future; None begins at its end. All rows of the first second are there.
        """
        published = self.columns.articles["published_at"]
        if falling:
            edge = len(published) if before is None else np.searchsorted(published, before, "right")
            rows = np.flatnonzero(self.mask[:edge])[::-1]
        else:
            edge = 0 if before is None else np.searchsorted(published, before, "left")
            rows = edge + np.flatnonzero(self.mask[edge:])
        same = 0 if before is None else np.count_nonzero(published[rows] == before)
        return [int(n) for n in self.columns.articles["number"][rows[: count + same]]]

    def _named(self, companies: Sequence[int], tones: Sequence[int]) -> Mask:
        """The rows that name one of these, with one of these tones towards it if any are given."""
        mentions = self.columns.mentions
        chosen = _among(mentions["company"], companies)
        if tones:
            chosen &= _among(mentions["tone"], tones)
        rows = mentions["row"][chosen]
        if self._one and list(companies) == self.companies:
            self.tone = self.tone.copy()
            self.tone[rows] = mentions["tone"][chosen]
        return self._rows(rows)

    def _rows(self, rows: NDArray[np.int32]) -> Mask:
        mask = np.zeros(self.columns.size, bool)
        mask[rows] = True
        return mask

    def counts(self) -> tuple[dict[int, int], int, int]:
        """(articles by tone, outlets, mentions)."""
        articles = self.columns.articles
        tones = np.bincount(self.tone[self.mask], minlength=_ALL_TONES)
        outlets = np.count_nonzero(np.bincount(articles["outlet"][self.mask]))
        mentions = int(articles["companies"][self.mask].sum(dtype=np.int64))
        return _counted(tones), int(outlets), mentions

    def story_count(self) -> int:
        """Stories that began in the period."""
        story, _ = self._begun()
        return int(np.count_nonzero(np.bincount(story)))

    def _begun(self) -> tuple[NDArray[np.int32], Mask]:
        """(story of each fitting article whose story began in the period, which rows these are)."""
        stories = self.columns.stories
        first, last = self._instants()
        rows = self.mask & (stories["story"] > 0)
        rows &= (stories["first_at"] >= first) & (stories["first_at"] < last)
        return stories["story"][rows], rows

    def _instants(self) -> tuple[int, int]:
        return day_start(self.first_day), day_start(self.last_day + 1)

    def first_stories(self, limit: int, *, largest: bool) -> list[int]:
        """Internal ids of at least the first ``limit`` stories of the order asked for."""
        if limit < 1:
            return []
        story, rows = self._begun()
        if not len(story):
            return []
        key = self.columns.stories["first_at"][rows]
        if largest:
            key = key + (self.columns.stories["articles"][rows].astype(np.int64) << 40)
        ranks = np.full(int(story.max()) + 1, np.iinfo(np.int64).min)
        ranks[story] = key
        ids = np.flatnonzero(ranks > np.iinfo(np.int64).min)
        if len(ids) > limit:
            least = np.partition(ranks[ids], -limit)[-limit]
            ids = ids[ranks[ids] >= least]
        return [int(number) for number in ids]

    def timeline(self, width: int, offset: int, split: Split) -> list[tuple[int, int, int]]:
        """(bucket, tone or company, articles), without empty ones."""
        articles = self.columns.articles
        bucket = (articles["published_at"][self.mask] - offset) // width
        if not len(bucket):
            return []
        key = self.tone if split is Split.TONE else self._leads()
        start = int(bucket.min())
        return [
            (start + place, code, count)
            for place, code, count in _pairs(bucket - start, key[self.mask])
        ]

    def _leads(self) -> NDArray[np.int32]:
        """The company that each row is counted for where it counts once."""
        articles = self.columns.articles
        if not self.companies:
            return articles["lead"]
        mentions = self.columns.mentions
        own = np.flatnonzero(_among(mentions["company"], self.companies))[::-1]
        leads = np.zeros(self.columns.size, np.int32)
        # written from the last to the first: the first mention stays
        leads[mentions["row"][own]] = mentions["company"][own]
        return leads

    def company_counts(self) -> list[tuple[int, int, int]]:
        """(company, tone towards it, articles)."""
        mentions = self.columns.mentions
        if self.mask.all():
            return _pairs(mentions["company"], mentions["tone"])
        chosen = self.mask[mentions["row"]]
        return _pairs(mentions["company"][chosen], mentions["tone"][chosen])

    def outlet_counts(self) -> dict[int, int]:
        return _counted(np.bincount(self.columns.articles["outlet"][self.mask]))

    def topic_counts(self) -> dict[int, int]:
        topics = self.columns.topics
        return _counted(np.bincount(topics["topic"][self.mask[topics["row"]]]))


def worth(connection: sqlite3.Connection, wanted: ArticleFilter) -> bool:
    """Whether columns know enough for a filter, and it is likely that they answer sooner."""
    if wanted.include_irrelevant or wanted.muted or wanted.story_id:
        return False
    if not columns.ready(connection):
        return False
    if wanted.query.strip() and len(_found(connection, wanted.query)) < SMALL:
        return False
    first, last = span(wanted)
    return not all(
        _fewer(
            connection,
            f"""SELECT COALESCE(SUM(articles), 0) FROM daily_companies
                WHERE company = ? AND day BETWEEN {first} AND {last}""",
            company,
        )
        for company in slug_ids(connection, "companies", wanted.companies) or [0]
    )


def _found(connection: sqlite3.Connection, query: str) -> Numbers:
    """The internal ids of all articles that a search finds."""
    match = search.parse(query).match()
    versions = connection.execute(
        "SELECT value FROM meta WHERE key IN ('columns', 'texts') ORDER BY key"
    )
    key = (*(row[0] for row in versions), match)
    with _LOCK:
        found = _FOUND.get(key)
    if found is None:
        rows = connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (match,))
        found = np.fromiter((row[0] for row in rows), np.int32)
        with _LOCK:
            _FOUND[key] = found
            while len(_FOUND) > HELD_SEARCHES:
                del _FOUND[next(iter(_FOUND))]
    return found


def _fewer(connection: sqlite3.Connection, sql: str, value: object) -> bool:
    return int(connection.execute(sql, (value,)).fetchone()[0]) < SMALL


def _among(values: NDArray[np.integer], wanted: Sequence[int] | Numbers) -> Mask:
    """Which values are wanted ones; all of them are small and not negative."""
    if len(wanted) == 1:
        only: Mask = values == wanted[0]
        return only
    if not len(wanted) or not len(values):
        return np.zeros(len(values), bool)
    known = np.zeros(max(int(values.max()), int(max(wanted))) + 1, bool)
    known[np.asarray(wanted)] = True
    found: Mask = known[values]
    return found


def _counted(counts: NDArray[np.intp]) -> dict[int, int]:
    return {int(code): int(counts[code]) for code in np.flatnonzero(counts)}


def _pairs(first: NDArray[np.integer], second: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """(value, other value, how often), without those that do not occur."""
    if not len(first):
        return []
    width = int(second.max()) + 1
    codes = first.astype(np.int64) * width + second
    if codes.max() < MANY_CODES:
        counts = np.bincount(codes)
        found = np.flatnonzero(counts)
        times = counts[found]
    else:
        # one article of the year 9999 makes many weeks
        found, times = np.unique(codes, return_counts=True)
    whole, rest = np.divmod(found, width)
    return list(zip(whole.tolist(), rest.tolist(), times.tolist(), strict=True))
