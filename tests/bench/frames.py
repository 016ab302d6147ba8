"""The dashboard's figures as most dashboards make them: ``read_sql`` of the tables, then pandas.

A search looks at headlines only, which is kind to pandas: reading the texts takes many times longer.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd

from db import search
from db.query import ArticleFilter, Sort, Split, Step
from db.sqlite.values import TONE_CODES, TONES

_ARTICLES = """SELECT a.id, a.public_id, a.published_at, a.day, a.tone, a.language, a.story,
        a.companies, o.name AS outlet, c.title, f.slug AS lead
    FROM articles a JOIN contents c ON c.article = a.id JOIN outlets o ON o.id = a.outlet
    LEFT JOIN companies f ON f.id = a.lead WHERE a.relevant = 1"""
_MENTIONS = """SELECT m.article, m.tone, m.position, c.slug AS company
    FROM mentions m JOIN companies c ON c.id = m.company WHERE m.relevant = 1"""
_TOPICS = """SELECT k.article, t.slug AS topic
    FROM article_topics k JOIN topics t ON t.id = k.topic"""
_STORIES = "SELECT id, public_id, first_article, first_at, first_day, articles FROM stories"
_EPOCH = date(1970, 1, 1).toordinal()


class Frames:
    """All tables in memory. ``seconds`` is what reading them took."""

    def __init__(self, path: Path) -> None:
        begin = time.perf_counter()
        with closing(sqlite3.connect(path)) as connection:
            self.articles = pd.read_sql(_ARTICLES, connection)
            self.mentions = pd.read_sql(_MENTIONS, connection)
            self.topics = pd.read_sql(_TOPICS, connection)
            self.stories = pd.read_sql(_STORIES, connection)
        self.seconds = time.perf_counter() - begin

    def fitting(self, wanted: ArticleFilter) -> pd.DataFrame:
        """The rows of a filter; ``shown`` is the tone that it counts."""
        found = self.articles
        if wanted.start is not None:
            found = found[found.day >= wanted.start.toordinal() - _EPOCH]
        if wanted.end is not None:
            found = found[found.day <= wanted.end.toordinal() - _EPOCH]
        found = found.assign(shown=found.tone)
        codes = [TONE_CODES[tone] for tone in wanted.tones]
        if wanted.companies:
            named = self.mentions[self.mentions.company.isin(wanted.companies)]
            if len(wanted.companies) == 1:
                towards = named.set_index("article").tone
                found = found[found.id.isin(towards.index)]
                found = found.assign(shown=found.id.map(towards))
            if codes:
                named = named[named.tone.isin(codes)]
            found = found[found.id.isin(named.article)]
        elif codes:
            found = found[found.tone.isin(codes)]
        for company in wanted.together:
            other = self.mentions[self.mentions.company == company]
            found = found[found.id.isin(other.article)]
        if wanted.outlets:
            found = found[found.outlet.isin(wanted.outlets)]
        if wanted.languages:
            found = found[found.language.isin(wanted.languages)]
        if wanted.topics:
            about = self.topics[self.topics.topic.isin(wanted.topics)]
            found = found[found.id.isin(about.article)]
        if wanted.query:
            for clause in search.parse(wanted.query).clauses:
                pattern = "|".join(re.escape(run) for term in clause[0] for _, run in term.runs)
                has = found.title.str.contains(pattern, regex=True)
                found = found[~has if clause[0][0].negated else has]
        return found

    def counts(self, wanted: ArticleFilter) -> object:
        found = self.fitting(wanted)
        tones = found.groupby("shown").size()
        return (
            len(found),
            len(self._stories(wanted, found)),
            int(found.outlet.nunique()),
            int(found.companies.sum()),
            {TONES[code]: int(tones[code]) for code in tones.index},
        )

    def _stories(self, wanted: ArticleFilter, found: pd.DataFrame) -> pd.DataFrame:
        stories = self.stories[self.stories.id.isin(found.story)]
        if wanted.start is not None:
            stories = stories[stories.first_day >= wanted.start.toordinal() - _EPOCH]
        if wanted.end is not None:
            stories = stories[stories.first_day <= wanted.end.toordinal() - _EPOCH]
        return stories

    def timeline(self, wanted: ArticleFilter, step: Step, split: Split) -> object:
        found = self.fitting(wanted)
        key = found.shown.map(lambda code: TONES[code].value)
        if split is Split.COMPANY:
            key = found.lead.fillna("")
            if wanted.companies:
                own = self.mentions[self.mentions.company.isin(wanted.companies)]
                own = own[own.article.isin(found.id)].sort_values("position")
                first = own.drop_duplicates("article").set_index("article").company
                key = found.id.map(first)
        bucket = found.day if step is Step.DAY else (found.day + 3) // 7
        if step is Step.HOUR:
            bucket = found.published_at // 3_600
        grouped = found.groupby([bucket, key]).size()
        return sorted((int(b), str(k), int(n)) for (b, k), n in grouped.items())

    def company_counts(self, wanted: ArticleFilter) -> object:
        found = self.fitting(wanted)
        both = self.mentions[self.mentions.article.isin(found.id)]
        grouped = both.groupby(["company", "tone"]).size()
        return {(str(c), TONES[t]): int(n) for (c, t), n in grouped.items()}

    def outlet_counts(self, wanted: ArticleFilter) -> object:
        return {str(k): int(n) for k, n in self.fitting(wanted).groupby("outlet").size().items()}

    def topic_counts(self, wanted: ArticleFilter) -> object:
        found = self.fitting(wanted)
        about = self.topics[self.topics.article.isin(found.id)]
        return {str(k): int(n) for k, n in about.groupby("topic").size().items()}

    def cards(self, wanted: ArticleFilter, sort: Sort = Sort.NEWEST) -> object:
        found = self.fitting(wanted)
        falling = sort is Sort.NEWEST
        first = found.sort_values(["published_at", "public_id"], ascending=not falling).head(20)
        return list(first.public_id)

    def stories_first(self, wanted: ArticleFilter, *, largest: bool) -> object:
        found = self._stories(wanted, self.fitting(wanted))
        by = ["articles", "first_at"] if largest else ["first_at"]
        first = found.sort_values(by, ascending=False).head(6)
        return list(first.public_id)
