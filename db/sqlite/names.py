"""The configuration as the store mirrors it: companies, topics, sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.model import Company, Source, Topic
from db.sqlite.values import strings, to_json


def save_companies(connection: sqlite3.Connection, companies: Sequence[Company]) -> None:
    rows = [
        (
            company.id,
            company.name_ko,
            company.name_en,
            company.country,
            company.segment,
            to_json(company.aliases),
        )
        for company in companies
    ]
    columns = ("slug", "name_ko", "name_en", "country", "segment", "aliases")
    _replace(connection, "companies", columns, rows)


def save_topics(connection: sqlite3.Connection, topics: Sequence[Topic]) -> None:
    rows = [(topic.id, topic.name_ko, topic.name_en) for topic in topics]
    _replace(connection, "topics", ("slug", "name_ko", "name_en"), rows)


def save_sources(connection: sqlite3.Connection, sources: Sequence[Source]) -> None:
    columns = (
        "slug",
        "outlet",
        "url",
        "section",
        "language",
        "timezone",
        "rights",
        "aggregator",
        "licence",
        "enabled",
        "interval_minutes",
        "newsroom",
    )
    rows = [
        (
            source.id,
            source.outlet,
            source.url,
            source.section,
            source.language,
            source.timezone,
            source.rights,
            source.aggregator,
            source.licence,
            source.enabled,
            source.interval_minutes,
            source.newsroom,
        )
        for source in sources
    ]
    _replace(connection, "sources", columns, rows)


def _replace(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Make the rows with a position exactly these. Others stay, because articles point to them."""
    updates = ", ".join(f"{name} = excluded.{name}" for name in (*columns[1:], "position"))
    connection.execute(f"UPDATE {table} SET position = NULL WHERE position IS NOT NULL")
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}, position)"
        f" VALUES ({', '.join('?' * len(columns))}, ?)"
        f" ON CONFLICT (slug) DO UPDATE SET {updates}",
        [(*row, place) for place, row in enumerate(rows)],
    )


def companies(connection: sqlite3.Connection) -> list[Company]:
    rows = connection.execute(
        """SELECT slug, name_ko, name_en, country, segment, aliases FROM companies
            WHERE position IS NOT NULL ORDER BY position"""
    )
    return [
        Company(
            row["slug"],
            row["name_ko"],
            row["name_en"],
            row["country"],
            row["segment"],
            strings(row["aliases"]),
        )
        for row in rows
    ]


def topics(connection: sqlite3.Connection) -> list[Topic]:
    rows = connection.execute(
        "SELECT slug, name_ko, name_en FROM topics WHERE position IS NOT NULL ORDER BY position"
    )
    return [Topic(*row) for row in rows]
