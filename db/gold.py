"""What people corrected, as the labelled file that `chipwatch evaluate` reads (JSON Lines).

So the corrections made while reading become a measure of the tagger, and examples for its rules.
"""

from __future__ import annotations

import json
import sys
from typing import IO, Any

from db.model import CorrectionKind, RightsMode, Tone
from db.query import ArticleDetail
from db.store import ReadStore


def write_gold(store: ReadStore, target: IO[bytes]) -> int:
    """One line per article with corrections that hold, oldest correction first; returns how many."""
    holding = store.corrections(limit=sys.maxsize, active_only=True)
    count = 0
    for article_id in dict.fromkeys(c.article_id for c in reversed(holding)):
        # tags and corrections from one snapshot; the last one may have been undone meanwhile
        article = store.article(article_id)
        if article.corrections:
            line = json.dumps(gold_record(article), ensure_ascii=False)
            target.write(line.encode() + b"\n")
            count += 1
    return count


def gold_record(article: ArticleDetail) -> dict[str, Any]:
    """The tags after correction. Only what people said is a label; everything else is null.

    All companies of the article are there, because who corrected it saw them all; the tone towards
    one is null unless a person gave it. A person's "unrated" is null: it is no label to be met.
    Where the text is withheld, companies that the machine found in it alone are contested: the line
    cannot show them, so nobody shall be measured by them.
    The feed's summary is there in mode ``FULL`` only.
    """
    card = article.card
    shown = card.rights is RightsMode.FULL
    named = {c.company_id for c in article.corrections if c.kind is CorrectionKind.NAMED}
    own = [c for c in article.corrections if not c.company_id]
    return {
        "id": card.id,
        "title": card.title,
        "summary": article.description if shown else "",
        "relevant": (
            card.relevant if any(c.kind == CorrectionKind.RELEVANCE for c in own) else None
        ),
        "tone": _label(card.tone, any(c.kind == CorrectionKind.TONE for c in own)),
        "companies": {m.company_id: _label(m.tone, m.corrected) for m in card.mentions},
        "contested": [
            mention.company_id
            for mention in card.mentions
            if not (shown or mention.in_title or mention.company_id in named)
        ],
    }


def _label(tone: Tone, said: bool) -> str | None:
    return tone.value if said and tone is not Tone.UNRATED else None
