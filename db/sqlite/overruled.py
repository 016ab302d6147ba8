"""What the machine said of articles that people corrected, and the corrections that hold."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from db.model import (
    Correction,
    CorrectionKind,
    Evidence,
    Mention,
    Quote,
    Reason,
    Span,
    TagFailure,
    TagResult,
    Tags,
    Tone,
)
from db.sqlite.values import TONES, maybe_instant, to_instant, to_json

SELECT = """SELECT c.*, a.public_id, p.slug FROM corrections c
    JOIN articles a ON a.id = c.article LEFT JOIN companies p ON p.id = c.company"""


def keep(connection: sqlite3.Connection, results: Mapping[int, TagResult]) -> None:
    """Keep the machine's results, by internal article id, in place of those kept before."""
    connection.executemany(
        "INSERT OR REPLACE INTO overruled (article, result) VALUES (?, ?)",
        ((article, _to_text(result)) for article, result in results.items()),
    )


def forget(connection: sqlite3.Connection, article: int) -> None:
    connection.execute("DELETE FROM overruled WHERE article = ?", (article,))


def kept(connection: sqlite3.Connection, articles: Sequence[int]) -> dict[int, TagResult]:
    """What the machine said, by internal id; articles that nobody corrects are left out."""
    rows = connection.execute(
        "SELECT article, result FROM overruled WHERE article IN (SELECT value FROM json_each(?))",
        (to_json(articles),),
    )
    return {article: _from_text(text) for article, text in rows}


def standing(
    connection: sqlite3.Connection, articles: Sequence[int]
) -> defaultdict[int, list[Correction]]:
    """The corrections that hold, by internal article id, oldest first."""
    found: defaultdict[int, list[Correction]] = defaultdict(list)
    for row in connection.execute(
        f"""{SELECT} WHERE c.undone_at IS NULL
            AND c.article IN (SELECT value FROM json_each(?)) ORDER BY c.id""",
        (to_json(articles),),
    ):
        found[row["article"]].append(correction(row))
    return found


def correction(row: sqlite3.Row) -> Correction:
    """A row of `SELECT`."""
    return Correction(
        article_id=row["public_id"],
        kind=CorrectionKind(row["kind"]),
        company_id=row["slug"] or "",
        tone=None if row["tone"] is None else TONES[row["tone"]],
        relevant=None if row["relevant"] is None else bool(row["relevant"]),
        reason=row["reason"],
        author=row["author"],
        id=row["id"],
        made_at=to_instant(row["made_at"]),
        undone_at=maybe_instant(row["undone_at"]),
        replaced_by=row["replaced_by"] or 0,
    )


def _to_text(result: TagResult) -> str:
    if isinstance(result, Tags):
        # whatever kind of sequence the tagger gave
        result = replace(result, fingerprint=tuple(result.fingerprint), terms=tuple(result.terms))
    return json.dumps(asdict(result), ensure_ascii=False, separators=(",", ":"))


def _from_text(text: str) -> TagResult:
    fields: dict[str, Any] = json.loads(text)
    if "message" in fields:
        return TagFailure(**fields)
    # a key that is not there was not known yet when this was written
    fields["tone"] = Tone(fields["tone"])
    fields["mentions"] = tuple(map(_mention, fields["mentions"]))
    fields["summary_spans"] = tuple(_spans(fields.get("summary_spans", ())))
    fields["quotes"] = tuple(
        Quote(**{**quote, "span": Span(**quote["span"])}) for quote in fields.get("quotes", ())
    )
    fields["reasons"] = tuple(Reason(**reason) for reason in fields.get("reasons", ()))
    for name in ("topics", "summary", "fingerprint", "terms", "keywords"):
        fields[name] = tuple(fields.get(name, ()))
    return Tags(**fields)


def _spans(spans: Sequence[dict[str, Any]]) -> Iterator[Span]:
    return (Span(**span) for span in spans)


def _mention(fields: dict[str, Any]) -> Mention:
    evidence = tuple(Evidence(**{**e, "tone": Tone(e["tone"])}) for e in fields["evidence"])
    return Mention(
        **{
            **fields,
            "tone": Tone(fields["tone"]),
            "surfaces": tuple(fields["surfaces"]),
            "evidence": evidence,
        }
    )
