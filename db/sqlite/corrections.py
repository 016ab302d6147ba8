"""What people correct: noted here, laid over the machine's tags, and taken away again.

The machine's result is kept in ``overruled`` while corrections hold; what they make of it is
written the way tags are (`db.sqlite.tags.write`), so that whatever reads tags reads them corrected.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.corrections import judges_article, overlay, replaces, same
from db.errors import AlreadyCorrected, NotFound
from db.model import Correction, CorrectionKind, TagFailure
from db.sqlite import overruled, stored, tags
from db.sqlite.values import TONE_CODES, change_revision

_BATCH = 500
_OF_WHAT_IS_NAMED = frozenset({CorrectionKind.TONE, CorrectionKind.NOT_NAMED})


def correct(connection: sqlite3.Connection, correction: Correction, now_seconds: int) -> int:
    """Note a valid correction and show its effect. Inside a write.

    Raises `NotFound` and `AlreadyCorrected`, see `db.store.Desk.correct`.
    """
    facts = tags.find(connection, [correction.article_id])
    if not facts:
        raise tags.not_found(correction.article_id)
    number: int = facts[correction.article_id]["id"]
    company = _company(connection, correction.company_id)
    before = stored.load(connection, [number]).get(number)
    if before is None:
        raise NotFound(
            correction.article_id,
            "아직 태깅하지 않은 기사입니다. 다음 수집이 끝난 뒤 다시 시도하세요.",
            "this article has not been tagged yet. Try again after the next run.",
        )
    holding = overruled.standing(connection, [number])[number]
    if any(same(correction, earlier) for earlier in holding):
        raise AlreadyCorrected(
            correction.article_id,
            "이미 같은 내용으로 수정되어 있습니다. 화면을 새로 고쳐 확인하세요.",
            "this has been corrected in the same way already. Reload the page to see it.",
        )
    named = {mention.company_id for mention in before.tags.mentions}
    if (
        company is not None
        and correction.kind in _OF_WHAT_IS_NAMED
        and (correction.company_id not in named)
    ):
        raise NotFound(
            correction.company_id,
            "이 기사에 태깅된 기업이 아닙니다. 화면을 새로 고쳐 확인하세요.",
            "this article is not tagged with the company. Reload the page to see its tags.",
        )
    made = _note(connection, correction, number, company, now_seconds)
    connection.executemany(
        "UPDATE corrections SET undone_at = ?, replaced_by = ? WHERE id = ?",
        [(now_seconds, made, c.id) for c in holding if replaces(correction, c)],
    )
    if not holding:
        overruled.keep(connection, {number: before.result})
    _show(connection, number, facts, before.tagged_at)
    return made


def undo(connection: sqlite3.Connection, correction_id: int, now_seconds: int) -> bool:
    """Whether it held until now. Inside a write. Raises `NotFound`."""
    row = connection.execute(f"{overruled.SELECT} WHERE c.id = ?", (correction_id,)).fetchone()
    if row is None:
        raise NotFound(
            str(correction_id),
            "그런 수정이 없습니다. 화면을 새로 고쳐 확인하세요.",
            "there is no such correction. Reload the page to see those that there are.",
        )
    if row["undone_at"] is not None:
        return False
    connection.execute(
        "UPDATE corrections SET undone_at = ? WHERE id = ?", (now_seconds, correction_id)
    )
    number = row["article"]
    tagged_at = stored.load(connection, [number])[number].tagged_at
    _show(connection, number, tags.find(connection, [row["public_id"]]), tagged_at)
    return True


def _company(connection: sqlite3.Connection, slug: str) -> int | None:
    """The internal id; None for the article itself. Raises `NotFound`."""
    if not slug:
        return None
    row = connection.execute("SELECT id FROM companies WHERE slug = ?", (slug,)).fetchone()
    if row is None:
        raise NotFound(
            slug,
            "사전에 없는 기업입니다. 먼저 companies.toml에 더하고 `chipwatch process`를 실행하세요.",
            "not in the dictionary. Add it to companies.toml first, then run `chipwatch process`.",
        )
    return int(row[0])


def _note(
    connection: sqlite3.Connection,
    correction: Correction,
    article: int,
    company: int | None,
    now_seconds: int,
) -> int:
    cursor = connection.execute(
        """INSERT INTO corrections (article, kind, company, tone, relevant, reason, author, made_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            article,
            correction.kind,
            company,
            None if correction.tone is None else TONE_CODES[correction.tone],
            correction.relevant,
            correction.reason,
            correction.author,
            now_seconds,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _show(
    connection: sqlite3.Connection,
    number: int,
    facts: dict[str, sqlite3.Row],
    tagged_at: int,
) -> None:
    """Write the tags of an article anew, from what the machine said and the corrections that hold."""
    said = overruled.kept(connection, [number])[number]
    holding = overruled.standing(connection, [number])[number]
    if not holding:
        overruled.forget(connection, number)
    tags.write(connection, facts, [tags.Entry.of(said, holding, tagged_at, fresh=False)])
    change_revision(connection)


def listed(
    connection: sqlite3.Connection, article_id: str, limit: int, *, active_only: bool
) -> list[Correction]:
    """Newest first; see `db.store.ReadStore.corrections`."""
    terms = ["1"]
    if article_id:
        terms.append("c.article = (SELECT id FROM articles WHERE public_id = :article)")
    if active_only:
        terms.append("c.undone_at IS NULL")
    rows = connection.execute(
        f"{overruled.SELECT} WHERE {' AND '.join(terms)} ORDER BY c.id DESC LIMIT :limit",
        {"article": article_id, "limit": max(limit, 0)},
    )
    return [overruled.correction(row) for row in rows]


def wrong(connection: sqlite3.Connection) -> int:
    """Articles whose tags are not what the machine and the people say together."""
    rows = connection.execute(
        """SELECT article FROM overruled
            UNION SELECT article FROM corrections WHERE undone_at IS NULL"""
    )
    numbers = [row[0] for row in rows]
    return sum(
        _wrong_among(connection, numbers[start : start + _BATCH])
        for start in range(0, len(numbers), _BATCH)
    )


def _wrong_among(connection: sqlite3.Connection, numbers: Sequence[int]) -> int:
    found, holding = stored.load(connection, numbers), overruled.standing(connection, numbers)
    said = overruled.kept(connection, numbers)
    count = 0
    for number in numbers:
        if number not in found or number not in said or not holding[number]:
            count += 1
            continue
        result, shown = said[number], found[number]
        failure = result.message if isinstance(result, TagFailure) else None
        expected = (overlay(result, holding[number]), failure, judges_article(holding[number]))
        count += (shown.tags, shown.failure, shown.corrected) != expected
    return count
