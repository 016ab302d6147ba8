"""Pairs of companies, stories by day, keywords, corrections: counted from roll-ups or by a scan.

As in `db.sqlite.counts`, both ways give the same numbers.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from db.model import CorrectionKind, TagFailure, TagResult, Tone
from db.query import ArticleFilter
from db.sqlite import overruled
from db.sqlite.filter import Selection, language_term, rollable, select
from db.sqlite.values import DAY_SECONDS, KST_SECONDS, maybe_date, slug_ids, to_json
from db.tallies import CorrectionCount, DayCount, Keyword, KeywordCount, KeywordUse, PairCount

_KEYWORDS = {
    # code in the roll-up, names, their column, and the table that ties them to articles
    Keyword.TOPIC: (0, "topics", "slug", "article_topics", "topic"),
    Keyword.TERM: (1, "terms", "text", "article_terms", "term"),
}


def pair_counts(
    connection: sqlite3.Connection, wanted: ArticleFilter, limit: int
) -> list[PairCount]:
    chosen = select(connection, wanted)
    params = dict(chosen.params)
    among = ""
    if wanted.companies:
        own = ", ".join(map(str, chosen.companies)) or "-1"
        among = f" AND ({{first}} IN ({own}) OR {{second}} IN ({own}))"
    if rollable(replace(wanted, companies=())) and not wanted.tones:
        params = {}
        # pair by pair, as in `counts.company_counts`: each is one range of the key
        rows = f"""SELECT first, second, SUM(articles) AS n FROM companies c
            CROSS JOIN companies e ON e.id > c.id
            CROSS JOIN daily_pairs ON first = c.id AND second = e.id
            WHERE {_days(chosen)}{among.format(first="c.id", second="e.id")}
            {language_term(wanted, "language", params)} GROUP BY c.id, e.id"""
    else:
        rows = f"""SELECT m.company AS first, n.company AS second, COUNT(*) AS n
            FROM {chosen.source}
            CROSS JOIN mentions m ON m.article = {chosen.key}
            CROSS JOIN mentions n ON n.article = m.article AND n.company > m.company
            WHERE {chosen.where}{among.format(first="m.company", second="n.company")}
            GROUP BY m.company, n.company"""
    found = connection.execute(
        f"""SELECT MIN(c.slug, d.slug), MAX(c.slug, d.slug), n FROM ({rows})
            JOIN companies c ON c.id = first JOIN companies d ON d.id = second
            ORDER BY n DESC, 1, 2 LIMIT {max(int(limit), 0)}""",
        params,
    )
    return [PairCount(*row) for row in found]


def story_days(connection: sqlite3.Connection, wanted: ArticleFilter) -> list[DayCount]:
    chosen = select(connection, wanted)
    if _storied(wanted):
        company = (chosen.companies or (-1,))[0] if wanted.companies else 0
        sql = f"""SELECT day, SUM(articles) FROM daily_stories WHERE company = {company}
            AND {_days(chosen)} AND match_day <= {chosen.last_day} GROUP BY day ORDER BY day"""
    else:
        sql = f"""SELECT s.first_day, COUNT(DISTINCT a.story) FROM {chosen.with_article}
            CROSS JOIN stories s ON s.id = a.story WHERE {chosen.where} AND a.relevant = 1
            AND s.first_day BETWEEN {chosen.first_day} AND {chosen.last_day}
            GROUP BY 1 ORDER BY 1"""
    return [DayCount(_date(day), n) for day, n in connection.execute(sql, chosen.params)]


def keyword_counts(
    connection: sqlite3.Connection, wanted: ArticleFilter, kind: Keyword, limit: int
) -> list[KeywordCount]:
    chosen = select(connection, wanted)
    code, names, name, tie, column = _KEYWORDS[kind]
    if _storied(wanted) and not wanted.companies:
        rows = f"""SELECT keyword, SUM(articles) AS n FROM daily_keywords WHERE kind = {code}
            AND {_days(chosen)} AND match_day <= {chosen.last_day} GROUP BY keyword"""
    else:
        rows = f"""SELECT k.{column} AS keyword, COUNT(DISTINCT a.story) AS n
            FROM {chosen.with_article} CROSS JOIN {tie} k ON k.article = a.id
            CROSS JOIN stories s ON s.id = a.story WHERE {chosen.where} AND a.relevant = 1
            AND s.first_day BETWEEN {chosen.first_day} AND {chosen.last_day} GROUP BY 1"""
    found = connection.execute(
        f"""SELECT k.{name}, n FROM ({rows}) JOIN {names} k ON k.id = keyword
            ORDER BY n DESC, 1 LIMIT {max(int(limit), 0)}""",
        chosen.params,
    )
    return [KeywordCount(*row) for row in found]


def keyword_uses(
    connection: sqlite3.Connection, wanted: ArticleFilter, kind: Keyword, keys: Sequence[str]
) -> list[KeywordUse]:
    chosen = select(connection, wanted)
    _, names, name, tie, column = _KEYWORDS[kind]
    ids = slug_ids(connection, names, keys, name)
    among = f"IN ({', '.join(map(str, ids))})"
    if kind is Keyword.TERM and rollable(wanted) and not _narrow(wanted):
        sql = f"""SELECT term, day, outlet, COUNT(*) FROM article_terms
            INDEXED BY article_terms_by_term WHERE term {among} AND {_days(chosen)}
            AND NOT EXISTS (SELECT 1 FROM mute_hits h WHERE h.article = article_terms.article)
            GROUP BY 1, 2, 3"""
    else:
        # from the index that finds the articles, which holds all that is needed of them
        seconds = f"(x.published_at + {KST_SECONDS})"
        past = f"({seconds} % {DAY_SECONDS} + {DAY_SECONDS}) % {DAY_SECONDS}"
        sql = f"""SELECT k.{column}, ({seconds} - {past}) / {DAY_SECONDS}, x.outlet, COUNT(*)
            FROM {chosen.source} CROSS JOIN {tie} k ON k.article = {chosen.key}
            AND k.{column} {among} WHERE {chosen.where} AND x.relevant = 1 GROUP BY 1, 2, 3"""
    days: defaultdict[int, Counter[date]] = defaultdict(Counter)
    outlets: defaultdict[int, set[int]] = defaultdict(set)
    for key, day, outlet, articles in connection.execute(sql, chosen.params):
        days[key][_date(day)] += articles
        outlets[key].add(outlet)
    called = dict(connection.execute(f"SELECT {name}, id FROM {names} WHERE id {among}"))
    uses = []
    for key in dict.fromkeys(keys):
        by_day = days[called.get(key, -1)]
        seen = len(outlets[called.get(key, -1)])
        uses.append(KeywordUse(key, by_day.total(), seen, dict(sorted(by_day.items()))))
    return uses


def correction_counts(connection: sqlite3.Connection) -> list[CorrectionCount]:
    articles = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT article FROM corrections WHERE undone_at IS NULL ORDER BY article"
        )
    ]
    said = overruled.kept(connection, articles)
    found: Counter[tuple[CorrectionKind, Tone | None, Tone | None, bool | None]] = Counter()
    for article, holding in overruled.standing(connection, articles).items():
        for one in holding:
            machine = None
            if one.kind is CorrectionKind.TONE:
                machine = _machine_tone(said[article], one.company_id)
            found[one.kind, machine, one.tone, one.relevant] += 1
    counts = [
        CorrectionCount(kind, n, machine, person, relevant)
        for (kind, machine, person, relevant), n in found.items()
    ]
    return sorted(
        counts, key=lambda c: (-c.corrections, c.kind, str(c.machine), str(c.person), c.relevant)
    )


def _machine_tone(said: TagResult, company: str) -> Tone | None:
    """What the machine had said; None where it does not find the company any more."""
    if isinstance(said, TagFailure):
        return Tone.UNRATED
    if not company:
        return said.tone
    return next((m.tone for m in said.mentions if m.company_id == company), None)


def term_ids(connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """The internal ids of terms, made where they are new. Inside a write."""
    text = to_json(sorted(set(terms)))
    connection.execute("INSERT OR IGNORE INTO terms (text) SELECT value FROM json_each(?)", (text,))
    rows = connection.execute(
        "SELECT text, id FROM terms WHERE text IN (SELECT value FROM json_each(?))", (text,)
    )
    return dict(rows.fetchall())


def _storied(wanted: ArticleFilter) -> bool:
    """Whether the roll-ups of stories know enough; tones and languages they do not know."""
    return rollable(wanted) and not wanted.tones and not wanted.languages


def _narrow(wanted: ArticleFilter) -> bool:
    return bool(wanted.companies or wanted.tones or wanted.languages)


def _days(chosen: Selection) -> str:
    return f"day BETWEEN {chosen.first_day} AND {chosen.last_day}"


def _date(day: int) -> date:
    found = maybe_date(day)
    assert found is not None
    return found
