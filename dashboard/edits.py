"""What an article said before: its log of edits, with the words that changed. Pure: HTML out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise

from dashboard import formats
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, foreign, tag
from db.versions import PARTS, Version

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST_SHOWN = 20


def history(labels: Labels, versions: Sequence[Version], now: datetime) -> Html:
    """The versions, newest first, each headline marked against the one before it."""
    if len(versions) < 2:
        return EMPTY
    rows = [_row(labels, version, before, now) for before, version in pairwise(versions)]
    rows = [*rows[-MOST_SHOWN:][::-1], _first(labels, versions[0], now)]
    return tag(
        "section",
        tag("h3", labels("article.edits")),
        tag("p", labels("article.edits_say"), class_="note"),
        tag("ol", *rows, class_="edits"),
        class_="sec",
    )


def _row(labels: Labels, version: Version, before: Version, now: datetime) -> Html:
    parts = " · ".join(labels(f"article.edits_{part}") for part in PARTS if part in version.changed)
    return tag(
        "li",
        tag(
            "span",
            formats.recent(labels, version.seen_at, now),
            " ",
            labels("article.edits_changed", parts=parts),
            class_="mt",
        ),
        tag("div", wording(before.title, version.title)) if "title" in version.changed else EMPTY,
    )


def _first(labels: Labels, version: Version, now: datetime) -> Html:
    when = formats.recent(labels, version.seen_at, now)
    return tag(
        "li",
        tag("span", when, " ", labels("article.edits_first"), class_="mt"),
        tag("div", foreign(version.title)),
    )


def wording(before: str, after: str) -> Html:
    """``after`` with its new words in ``<ins>``, and the words that went in ``<del>`` before them."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    parts: list[object] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            parts.append(come)
            continue
        parts += [tag("del", gone) if gone.strip() else gone]
        parts += [tag("ins", come) if come.strip() else come]
    return tag("bdi", *parts)
