"""From an `ArticleFilter` to SQL.

A `Selection` reads from ``x``: from ``mentions`` when the filter names one company (then ``x.tone``
is the tone towards it), else from ``articles``. Both have the columns ``relevant``,
``published_at``, ``outlet``, ``language``, ``companies`` and ``tone``, in one covering index each.
Where the matches of a search or of several companies are few, or all of them are needed anyway,
these lead (``f``) and ``x`` is looked up; a page of a common word walks through time instead.
Values that come from outside are bound; only numbers of our own stand in the text.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db import search
from db.query import ArticleFilter
from db.sqlite.values import TONE_CODES, day_start, slug_ids, strings, to_day

FEW = 2_000
"""search results that are quicker sorted than met on the way"""

NO_DAY = -(1 << 40)
"""before every day; ``-NO_DAY`` is after every day"""


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles of a filter, ready to be selected from."""

    table: str
    lead: str
    """what leads ``x`` in the FROM clause, or nothing"""
    where: str
    params: dict[str, object]
    companies: tuple[int, ...]
    """internal ids of ``wanted.companies``, as far as they are known"""
    first_day: int
    last_day: int

    @property
    def by_mention(self) -> bool:
        return self.table == "mentions"

    @property
    def key(self) -> str:
        """The internal article id."""
        return "x.article" if self.by_mention else "x.id"

    @property
    def source(self) -> str:
        return f"{self.lead}{self.table} x"

    @property
    def with_article(self) -> str:
        """The same with the article's row as ``a``."""
        return f"{self.source} CROSS JOIN articles a ON a.id = {self.key}"


def span(wanted: ArticleFilter) -> tuple[int, int]:
    """First and last day of a filter, inclusive."""
    first = NO_DAY if wanted.start is None else to_day(wanted.start)
    last = -NO_DAY if wanted.end is None else to_day(wanted.end)
    return first, last


def rollable(wanted: ArticleFilter) -> bool:
    """Whether roll-ups know enough: at most a period, one company, tones and languages."""
    return not (
        len(wanted.companies) > 1
        or wanted.together
        or wanted.outlets
        or wanted.topics
        or wanted.query.strip()
        or wanted.story_id
        or wanted.include_irrelevant
        or wanted.muted
    )


def tone_list(wanted: ArticleFilter) -> str:
    """The codes of the tones asked for; all of them if none is."""
    codes = {TONE_CODES[tone] for tone in wanted.tones} or set(TONE_CODES.values())
    return _ids(codes)


def select(
    connection: sqlite3.Connection, wanted: ArticleFilter, *, paged: bool = False
) -> Selection:
    """The selection of a filter; ``paged`` if only the first few by time will be read."""
    companies = tuple(slug_ids(connection, "companies", wanted.companies))
    by_mention = len(set(wanted.companies)) == 1
    key = "x.article" if by_mention else "x.id"
    params: dict[str, object] = {}
    first, last = span(wanted)
    relevant = "relevant IN (0, 1)" if wanted.include_irrelevant else "relevant = 1"
    if wanted.muted:
        relevant = "relevant = 2"
    span_terms = [relevant]
    if wanted.start is not None:
        span_terms.append(f"published_at >= {day_start(first)}")
    if wanted.end is not None:
        span_terms.append(f"published_at < {day_start(last + 1)}")
    terms = [f"x.{term}" for term in span_terms]
    lead = ""
    if wanted.query.strip():
        lead, found = _searched(connection, wanted.query, key, params, paged=paged)
        terms.extend(found)
    if wanted.story_id:
        story = _story(wanted.story_id, params)
        if lead:
            terms.append(f"{key} IN ({story})")
        else:
            lead = f"(SELECT id AS hit FROM ({story})) f CROSS JOIN "
            terms.append(f"{key} = f.hit")
    if by_mention:
        terms.append(f"x.company = {companies[0] if companies else -1}")
    elif wanted.companies:
        tones = f" AND n.tone IN ({tone_list(wanted)})" if wanted.tones else ""
        if paged or lead:
            terms.append(_mentioned(key, companies, tones))
        else:
            within = " AND ".join(f"n.{term}" for term in span_terms)
            lead = (
                f"(SELECT DISTINCT n.article AS hit FROM mentions n"
                f" WHERE n.company IN ({_ids(companies)}) AND {within}{tones}) f CROSS JOIN "
            )
            terms.append("x.id = f.hit")
    if wanted.tones and (by_mention or not wanted.companies):
        terms.append(f"x.tone IN ({tone_list(wanted)})")
    terms.extend(_attributes(connection, wanted, key, params))
    where = " AND ".join(terms)
    table = "mentions" if by_mention else "articles"
    return Selection(table, lead, where, params, companies, first, last)


def _searched(
    connection: sqlite3.Connection,
    query: str,
    key: str,
    params: dict[str, object],
    *,
    paged: bool,
) -> tuple[str, list[str]]:
    """(what leads, the conditions) of a search."""
    plain, named = search.parse(query).by_name()
    terms = [_named(connection, clause, key, params) for clause in named.clauses]
    if plain.blank:
        return "", terms
    match = plain.match()
    name = _bind(params, [match])
    if paged:
        found = connection.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT {FEW})",
            (match,),
        ).fetchone()[0]
        if found == FEW:
            if "*" not in match:
                once = f"SELECT 1 FROM search WHERE rowid = {key} AND search MATCH {name}"
                return "", [f"EXISTS ({once})", *terms]
            # FTS5 gathers all words of a prefix anew at each look: gather them once
            return "", [f"+{key} IN (SELECT rowid FROM search WHERE search MATCH {name})", *terms]
    lead = f"(SELECT rowid AS hit FROM search WHERE search MATCH {name}) f CROSS JOIN "
    return lead, [f"{key} = f.hit", *terms]


def _named(
    connection: sqlite3.Connection,
    clause: tuple[tuple[search.Term, ...], ...],
    key: str,
    params: dict[str, object],
) -> str:
    """A clause that asks for names: any of its alternatives, each all of its terms."""
    alternatives = []
    for terms in clause:
        parts = []
        if texts := tuple(term for term in terms if not term.named):
            name = _bind(params, [search.Query(((texts,),)).match()])
            parts.append(f"{key} IN (SELECT rowid FROM search WHERE search MATCH {name})")
        for term in terms:
            if term.named:
                ids = _name_ids(connection, term)
                found = f"x.outlet IN ({_ids(ids)})"
                if term.column == "company":
                    found = _mentioned(key, ids)
                parts.append(f"NOT {found}" if term.negated else found)
        alternatives.append(f"({' AND '.join(parts)})")
    return f"({' OR '.join(alternatives)})"


def _name_ids(connection: sqlite3.Connection, term: search.Term) -> list[int]:
    """The internal ids of the outlets, or companies, with a name in which ``term`` is found."""
    pattern = re.compile(term.pattern())
    if term.column == "company":
        rows = connection.execute("SELECT id, name_ko, name_en, aliases FROM companies")
        named = ((row[0], (row[1], row[2], *strings(row[3]))) for row in rows)
    else:
        rows = connection.execute("SELECT id, name FROM outlets")
        named = ((row[0], (row[1],)) for row in rows)
    return [number for number, names in named if any(pattern.search(search.fold(n)) for n in names)]


def _attributes(
    connection: sqlite3.Connection, wanted: ArticleFilter, key: str, params: dict[str, object]
) -> Iterator[str]:
    for slug in wanted.together:
        yield _mentioned(key, slug_ids(connection, "companies", [slug]))
    if wanted.outlets:
        outlets = slug_ids(connection, "outlets", wanted.outlets, "name")
        yield f"x.outlet IN ({_ids(outlets)})"
    if wanted.languages:
        yield f"x.language IN ({_bind(params, wanted.languages)})"
    if wanted.topics:
        topics = _ids(slug_ids(connection, "topics", wanted.topics))
        yield (
            f"EXISTS (SELECT 1 FROM article_topics t"
            f" WHERE t.article = {key} AND t.topic IN ({topics}))"
        )


def _story(story_id: str, params: dict[str, object]) -> str:
    """The articles of a story: few enough to lead everywhere."""
    return f"""SELECT id FROM articles WHERE relevant IN (1, 2) AND story =
        (SELECT COALESCE(merged_into, id) FROM stories
        WHERE public_id = {_bind(params, [story_id])})"""


def language_term(wanted: ArticleFilter, column: str, params: dict[str, object]) -> str:
    """A condition on a roll-up's language, beginning with AND; empty without a restriction."""
    if not wanted.languages:
        return ""
    return f" AND {column} IN ({_bind(params, wanted.languages)})"


def _mentioned(key: str, companies: Iterable[int], tones: str = "") -> str:
    return (
        f"EXISTS (SELECT 1 FROM mentions n"
        f" WHERE n.article = {key} AND n.company IN ({_ids(companies)}){tones})"
    )


def _ids(values: Iterable[int]) -> str:
    return ", ".join(str(int(value)) for value in sorted(values))


def _bind(params: dict[str, object], values: Iterable[str]) -> str:
    names = []
    for value in values:
        name = f"v{len(params)}"
        params[name] = value
        names.append(f":{name}")
    return ", ".join(names)
