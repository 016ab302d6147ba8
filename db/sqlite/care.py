"""Looking after the file: sizes and versions, integrity, copies."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from db.errors import StoreError
from db.query import StoreInfo
from db.sqlite import corrections, mutes, rollups
from db.sqlite.connection import translate
from db.sqlite.counts import days
from db.sqlite.migrations import known
from db.sqlite.values import maybe_date


def info(connection: sqlite3.Connection, path: Path) -> StoreInfo:
    articles, relevant, untagged = connection.execute(
        """SELECT (SELECT COALESCE(SUM(articles), 0) FROM sources),
            (SELECT COALESCE(SUM(articles), 0) FROM daily_companies WHERE company = 0),
            (SELECT COUNT(*) FROM articles WHERE state <> 1 AND state = 0)"""
    ).fetchone()
    newest = connection.execute(
        """SELECT v.id, v.version FROM tags t CROSS JOIN articles a ON a.id = t.article
            CROSS JOIN taggers v ON v.id = a.tagger
            ORDER BY t.tagged_at DESC, t.article DESC LIMIT 1"""
    ).fetchone()
    current = newest[0] if newest else -1
    outdated = connection.execute(
        """SELECT (SELECT COUNT(*) FROM articles WHERE tagger < :current)
            + (SELECT COUNT(*) FROM articles WHERE tagger > :current)""",
        {"current": current},
    ).fetchone()[0]
    sample = connection.execute("SELECT 1 FROM meta WHERE key = 'sample'").fetchone()
    first, last = days(connection)
    files = (path, path.with_name(f"{path.name}-wal"))
    return StoreInfo(
        url=f"sqlite:///{path}",
        schema_version=known()[-1],
        articles=articles,
        relevant=relevant,
        untagged=untagged,
        outdated=outdated,
        tagger_version=newest[1] if newest else "",
        sample=sample is not None,
        first_day=maybe_date(first),
        last_day=maybe_date(last),
        size_bytes=sum(file.stat().st_size for file in files if file.exists()),
    )


def check(connection: sqlite3.Connection) -> list[str]:
    """Problems found, in English, for the log; empty if all is well."""
    problems = [
        f"file: {row[0]}"
        for row in connection.execute("PRAGMA integrity_check(20)")
        if row[0] != "ok"
    ]
    if problems:
        # a damaged file makes every further answer doubtful
        return problems
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        problems.append(f"{table}: row {row} points to nothing in {parent}")
    for table, wrong in rollups.differences(connection):
        problems.append(f"{table}: {wrong} rows differ from the tags they are made of")
    rules = [(what, connection.execute(query).fetchone()[0]) for what, query in _RULES.items()]
    rules.append(("corrections against tags", corrections.wrong(connection)))
    rules.append(("mutes against articles", mutes.wrong(connection)))
    for what, wrong in rules:
        if wrong:
            problems.append(f"{what}: {wrong} rows are wrong")
    return problems


_RULES = {
    "search": """SELECT abs((SELECT COUNT(*) FROM articles)
        - (SELECT COUNT(*) FROM search_docsize))""",
    "articles without content": """SELECT COUNT(*) FROM articles a WHERE NOT EXISTS
        (SELECT 1 FROM contents c JOIN bodies b ON b.article = c.article WHERE c.article = a.id)""",
    "articles of a source": """SELECT COUNT(*) FROM sources s WHERE s.articles <>
        (SELECT COUNT(*) FROM articles a WHERE a.source = s.id)""",
    "mentions against articles": """SELECT COUNT(*) FROM mentions m JOIN articles a
        ON a.id = m.article WHERE (m.relevant, m.published_at, m.outlet, m.language, m.companies)
        <> (a.relevant, a.published_at, a.outlet, a.language, a.companies)""",
    "terms against articles": """SELECT COUNT(*) FROM article_terms k JOIN articles a
        ON a.id = k.article WHERE a.relevant = 0 OR (k.day, k.outlet) <> (a.day, a.outlet)""",
    "stories": """SELECT COUNT(*) FROM stories s WHERE s.articles <> (SELECT COUNT(*)
        FROM articles a WHERE a.story = s.id AND a.relevant = 1)""",
    "merged stories": """SELECT COUNT(*) FROM stories s WHERE s.merged_into IS NOT NULL
        AND (s.articles > 0 OR EXISTS (SELECT 1 FROM articles a WHERE a.story = s.id)
            OR NOT EXISTS (SELECT 1 FROM stories t
                WHERE t.id = s.merged_into AND t.merged_into IS NULL))""",
    "marks of corrections": """SELECT COUNT(*) FROM (
        SELECT article FROM tags WHERE corrected = 1
        UNION ALL SELECT article FROM mentions WHERE corrected = 1)
        WHERE article NOT IN (SELECT article FROM overruled)""",
}


def backup(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the snapshot of ``connection`` to ``target``, which appears complete or not at all."""
    if target.exists():
        raise _exists(target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            _fill(connection, part)
        except (sqlite3.Error, OSError) as error:
            raise translate(error, target.parent) from error
        _publish(part, target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
        # one plain file, which can also be read where nothing can be written
        copy.execute("PRAGMA journal_mode = DELETE")


def _publish(part: Path, target: Path) -> None:
    try:
        # a hard link never replaces what somebody else put there meanwhile
        target.hardlink_to(part)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError:
        if target.exists():
            raise _exists(target) from None
        part.rename(target)


def _exists(target: Path) -> StoreError:
    return StoreError(
        str(target),
        "이미 있는 파일입니다. 덮어쓰지 않으니 다른 이름을 지정하세요.",
        "the file exists already and is not overwritten. Choose another name.",
    )
