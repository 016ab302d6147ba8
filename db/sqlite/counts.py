"""Counts and charts: from roll-ups where these know enough, else by a scan that is exact.

Both ways give the same numbers; a property test holds them against each other.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from db.query import (
    ArticleFilter,
    CompanyCount,
    Counts,
    KeyCount,
    Split,
    Step,
    TimelinePoint,
)
from db.sqlite import matches
from db.sqlite.filter import Selection, language_term, rollable, select, tone_list
from db.sqlite.values import DAY_SECONDS, KST_SECONDS, TONES, to_instant

_BUCKETS = {
    # width and offset of the buckets in seconds; 1970-01-05 was the first Monday
    Step.HOUR: (3_600, 0),
    Step.DAY: (DAY_SECONDS, -KST_SECONDS),
    Step.WEEK: (7 * DAY_SECONDS, 4 * DAY_SECONDS - KST_SECONDS),
}


def counts(connection: sqlite3.Connection, wanted: ArticleFilter) -> Counts:
    storied = rollable(wanted) and not wanted.tones and not wanted.languages
    if not storied and matches.worth(connection, wanted):
        found = matches.Matches(connection, wanted)
        by_tone, seen_in, named = found.counts()
        return Counts(
            articles=sum(by_tone.values()),
            stories=found.story_count(),
            outlets=seen_in,
            mentions=named,
            tones={TONES[code]: n for code, n in by_tone.items()},
        )
    chosen = select(connection, wanted)
    tones: Counter[int] = Counter()
    mentions = 0
    if rollable(wanted):
        params: dict[str, object] = {}
        for tone, articles, companies in connection.execute(
            f"""SELECT tone, SUM(articles), SUM(mentions) FROM daily_companies
                WHERE {_rolled("company", chosen, wanted, params)} GROUP BY tone""",
            params,
        ):
            tones[tone] = articles
            mentions += companies
        outlets = _outlets_seen(connection, chosen)
    else:
        seen = set()
        for tone, outlet, articles, companies in connection.execute(
            f"""SELECT x.tone, x.outlet, COUNT(*), SUM(x.companies) FROM {chosen.source}
                WHERE {chosen.where} GROUP BY x.tone, x.outlet""",
            chosen.params,
        ):
            tones[tone] += articles
            mentions += companies
            seen.add(outlet)
        outlets = len(seen)
    return Counts(
        articles=tones.total(),
        stories=_stories(connection, wanted, chosen),
        outlets=outlets,
        mentions=mentions,
        tones={TONES[code]: tones[code] for code in sorted(tones) if tones[code]},
    )


def _rolled(key: str, chosen: Selection, wanted: ArticleFilter, params: dict[str, object]) -> str:
    """The conditions for the roll-up rows of a rollable filter; key 0 where no company is named."""
    company = (chosen.companies or (-1,))[0] if wanted.companies else 0
    return f"{key} = {company} AND {_period(chosen, wanted, params)}"


def _period(chosen: Selection, wanted: ArticleFilter, params: dict[str, object]) -> str:
    return (
        f"day BETWEEN {chosen.first_day} AND {chosen.last_day}"
        f" AND tone IN ({tone_list(wanted)}){language_term(wanted, 'language', params)}"
    )


def _outlets_seen(connection: sqlite3.Connection, chosen: Selection) -> int:
    """Distinct outlets by one look per outlet, which is far less than one per article."""
    index = "mentions_by_outlet" if chosen.by_mention else "articles_by_outlet"
    row = connection.execute(
        f"""SELECT COUNT(*) FROM outlets o WHERE EXISTS (
            SELECT 1 FROM {chosen.source} INDEXED BY {index}
            WHERE x.outlet = o.id AND {chosen.where})""",
        chosen.params,
    ).fetchone()
    return int(row[0])


def _stories(connection: sqlite3.Connection, wanted: ArticleFilter, chosen: Selection) -> int:
    """Stories that began in the period and have an article of the filter."""
    if rollable(wanted) and not wanted.tones and not wanted.languages:
        company = (chosen.companies or (-1,))[0] if wanted.companies else 0
        sql = f"""SELECT COALESCE(SUM(articles), 0) FROM daily_stories WHERE company = {company}
            AND day >= {chosen.first_day} AND match_day <= {chosen.last_day}"""
    else:
        sql = f"""SELECT COUNT(DISTINCT a.story) FROM {chosen.with_article}
            CROSS JOIN stories s ON s.id = a.story WHERE {chosen.where} AND a.relevant = 1
            AND s.first_day BETWEEN {chosen.first_day} AND {chosen.last_day}"""
    return int(connection.execute(sql, chosen.params).fetchone()[0])


def timeline(
    connection: sqlite3.Connection, wanted: ArticleFilter, step: Step, split: Split
) -> list[TimelinePoint]:
    width, offset = _BUCKETS[step]
    rolled = rollable(wanted) and step is not Step.HOUR
    leads = split is Split.COMPANY and not wanted.companies
    if (leads or not rolled) and matches.worth(connection, wanted):
        found = matches.Matches(connection, wanted).timeline(width, offset, split)
        return _points(connection, found, width, offset, split)
    chosen = select(connection, wanted)
    params = dict(chosen.params)
    if rolled:
        params = {}
        start = f"(day * {DAY_SECONDS} - {KST_SECONDS})"
        if leads:
            # company by company, as in `company_counts`; 0 for articles that name none
            key, rows = "lead", f"lead = c.id AND {_period(chosen, wanted, params)}"
            table = "(SELECT id FROM companies UNION ALL SELECT 0) c CROSS JOIN daily_leads"
        else:
            key = "company" if split is Split.COMPANY else "tone"
            table, rows = "daily_companies", _rolled("company", chosen, wanted, params)
        sql = f"""SELECT {_bucket(start, width, offset)} AS bucket, {key}, SUM(articles)
            FROM {table} WHERE {rows} GROUP BY 1, 2"""
    else:
        key = "x.tone" if split is Split.TONE else _leading(chosen, wanted)
        sql = f"""SELECT {_bucket("x.published_at", width, offset)} AS bucket, {key}, COUNT(*)
            FROM {chosen.source} WHERE {chosen.where} GROUP BY 1, 2"""
    rows_found = connection.execute(sql, params).fetchall()
    return _points(connection, rows_found, width, offset, split)


def _points(
    connection: sqlite3.Connection,
    rows: Iterable[Sequence[int]],
    width: int,
    offset: int,
    split: Split,
) -> list[TimelinePoint]:
    """In order; ``rows`` are (number of the bucket, code of the part, articles)."""
    names = _tone_names() if split is Split.TONE else _company_names(connection)
    starts: dict[int, datetime] = {}
    points = []
    for bucket, key, articles in sorted((row[0], names.get(row[1], ""), row[2]) for row in rows):
        start_at = starts.get(bucket)
        if start_at is None:
            start_at = starts[bucket] = to_instant(bucket * width + offset)
        points.append(TimelinePoint(start_at, key, articles))
    return points


def _bucket(seconds: str, width: int, offset: int) -> str:
    """Number of the bucket, rounded down also before 1970 (SQLite rounds towards zero)."""
    shifted = f"({seconds} - ({offset}))"
    return f"({shifted} - ({shifted} % {width} + {width}) % {width}) / {width}"


def _leading(chosen: Selection, wanted: ArticleFilter) -> str:
    """The company that an article is counted for where it counts once."""
    if chosen.by_mention:
        return "x.company"
    if not wanted.companies:
        return "x.lead"
    among = ", ".join(map(str, chosen.companies))
    return f"""(SELECT n.company FROM mentions n WHERE n.article = x.id
        AND n.company IN ({among}) ORDER BY n.position LIMIT 1)"""


def company_counts(connection: sqlite3.Connection, wanted: ArticleFilter) -> list[CompanyCount]:
    if matches.worth(connection, wanted):
        slugs = _company_names(connection)
        counted = matches.Matches(connection, wanted).company_counts()
        return _companies((slugs[number], tone, articles) for number, tone, articles in counted)
    chosen = select(connection, wanted)
    params = dict(chosen.params)
    if rollable(wanted) and not wanted.companies and not wanted.tones:
        params = {}
        # company by company: each is one range of the key, whatever the others have
        sql = f"""SELECT c.slug, d.tone, SUM(d.articles)
            FROM companies c CROSS JOIN daily_companies d ON d.company = c.id
            WHERE {_period(chosen, wanted, params)} GROUP BY c.id, d.tone"""
    else:
        sql = f"""SELECT c.slug, m.tone, COUNT(*) FROM {chosen.source}
            CROSS JOIN mentions m ON m.article = {chosen.key}
            CROSS JOIN companies c ON c.id = m.company
            WHERE {chosen.where} GROUP BY c.id, m.tone"""
    return _companies(connection.execute(sql, params))


def _companies(rows: Iterable[tuple[str, int, int]]) -> list[CompanyCount]:
    """``rows`` are (company, tone, articles)."""
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for slug, tone, articles in rows:
        found[slug][tone] = articles
    result = [
        CompanyCount(
            slug, sum(tones.values()), {TONES[code]: tones[code] for code in sorted(tones)}
        )
        for slug, tones in found.items()
    ]
    return sorted(result, key=lambda count: (-count.articles, count.company_id))


def outlet_counts(connection: sqlite3.Connection, wanted: ArticleFilter) -> list[KeyCount]:
    rolled = rollable(wanted) and not wanted.companies
    if matches.worth(connection, wanted):
        counted = matches.Matches(connection, wanted).outlet_counts()
        return _named(connection, "SELECT id, name FROM outlets", counted)
    chosen = select(connection, wanted)
    params = dict(chosen.params)
    if rolled:
        params = {}
        sql = f"""SELECT o.name, SUM(d.articles)
            FROM outlets o CROSS JOIN daily_outlets d ON d.outlet = o.id
            WHERE {_period(chosen, wanted, params)} GROUP BY o.id"""
    else:
        sql = f"""SELECT o.name, n FROM (
                SELECT x.outlet, COUNT(*) AS n FROM {chosen.source}
                WHERE {chosen.where} GROUP BY x.outlet
            ) f CROSS JOIN outlets o ON o.id = f.outlet"""
    return _ranked(connection.execute(sql, params))


def topic_counts(connection: sqlite3.Connection, wanted: ArticleFilter) -> list[KeyCount]:
    rolled = rollable(wanted) and not wanted.companies
    if matches.worth(connection, wanted):
        counted = matches.Matches(connection, wanted).topic_counts()
        return _named(connection, "SELECT id, slug FROM topics", counted)
    chosen = select(connection, wanted)
    params = dict(chosen.params)
    if rolled:
        params = {}
        sql = f"""SELECT t.slug, SUM(d.articles)
            FROM topics t CROSS JOIN daily_topics d ON d.topic = t.id
            WHERE {_period(chosen, wanted, params)} GROUP BY t.id"""
    else:
        sql = f"""SELECT t.slug, COUNT(*) FROM {chosen.source}
            CROSS JOIN article_topics k ON k.article = {chosen.key}
            CROSS JOIN topics t ON t.id = k.topic
            WHERE {chosen.where} GROUP BY t.id"""
    return _ranked(connection.execute(sql, params))


def _named(connection: sqlite3.Connection, sql: str, counted: Mapping[int, int]) -> list[KeyCount]:
    names = dict(connection.execute(sql).fetchall())
    return _ranked((names[number], articles) for number, articles in counted.items())


def _ranked(rows: Iterable[tuple[str, int]]) -> list[KeyCount]:
    return sorted(
        (KeyCount(key, articles) for key, articles in rows),
        key=lambda count: (-count.articles, count.key),
    )


def cue_counts(
    connection: sqlite3.Connection, wanted: ArticleFilter, limit: int
) -> list[tuple[str, str, int]]:
    if len(set(wanted.companies)) != 1:
        raise ValueError("cue words are those of exactly one company")
    chosen = select(connection, wanted)
    params = dict(chosen.params)
    if rollable(wanted):
        params = {}
        rows = connection.execute(
            f"""SELECT cue, cue_tone, SUM(articles) AS n FROM daily_cues
                WHERE {_rolled("company", chosen, wanted, params)} GROUP BY 1, 2
                ORDER BY n DESC, cue, cue_tone LIMIT :limit""",
            {**params, "limit": limit},
        )
        return [(cue, tone, articles) for cue, tone, articles in rows]
    rows = connection.execute(
        f"""SELECT j.value ->> 0 AS cue, j.value ->> 1 AS tone, COUNT(DISTINCT x.article) AS n
            FROM {chosen.source}
            CROSS JOIN evidence e ON e.article = x.article AND e.company = x.company
            CROSS JOIN json_each(e.cues) j
            WHERE {chosen.where} GROUP BY 1, 2 ORDER BY n DESC, cue, tone LIMIT :limit""",
        {**params, "limit": limit},
    )
    return [(cue, tone, articles) for cue, tone, articles in rows]


def _tone_names() -> dict[int, str]:
    return {code: tone.value for code, tone in enumerate(TONES)}


def _company_names(connection: sqlite3.Connection) -> dict[int, str]:
    return {row[0]: row[1] for row in connection.execute("SELECT id, slug FROM companies")}


def days(connection: sqlite3.Connection) -> tuple[int | None, int | None]:
    """First and last day with a relevant article."""
    row = connection.execute(
        "SELECT MIN(day), MAX(day) FROM daily_companies WHERE company = 0"
    ).fetchone()
    return row[0], row[1]
