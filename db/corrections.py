"""The rules of corrections: which are valid, which replace which, and what they make of tags.

Pure functions, so that every store means the same by a correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.model import Correction, CorrectionKind, Mention, TagFailure, TagResult, Tags, Tone

REASON_LENGTH = 100
AUTHOR_LENGTH = 40

_SCORES = {Tone.POSITIVE: 1.0, Tone.NEGATIVE: -1.0}
_NAMING = frozenset({CorrectionKind.NAMED, CorrectionKind.NOT_NAMED})
_NEEDS_TONE = frozenset({CorrectionKind.TONE, CorrectionKind.NAMED})


def require_valid(correction: Correction) -> None:
    """Raises `ValueError` for a correction that says too much, too little or too long."""
    kind = CorrectionKind(correction.kind)
    if (correction.tone is not None) is not (kind in _NEEDS_TONE):
        raise ValueError(f"{kind} with tone {correction.tone!r}")
    if (correction.relevant is not None) is not (kind is CorrectionKind.RELEVANCE):
        raise ValueError(f"{kind} with relevant {correction.relevant!r}")
    if (kind in _NAMING and not correction.company_id) or (
        kind is CorrectionKind.RELEVANCE and correction.company_id
    ):
        raise ValueError(f"{kind} with company {correction.company_id!r}")
    if len(correction.reason) > REASON_LENGTH or len(correction.author) > AUTHOR_LENGTH:
        raise ValueError(
            f"at most {REASON_LENGTH} characters of reason and {AUTHOR_LENGTH} of author"
        )


def replaces(later: Correction, earlier: Correction) -> bool:
    """Whether two corrections of one article are about the same thing.

    Whether a company is named decides on the tone towards it too; a tone replaces tones only.
    """
    if later.company_id != earlier.company_id:
        return False
    return later.kind == earlier.kind or later.kind in _NAMING


def same(one: Correction, other: Correction) -> bool:
    """Whether both say the same, whoever says it and why."""
    return (one.company_id, one.kind, one.tone, one.relevant) == (
        other.company_id,
        other.kind,
        other.tone,
        other.relevant,
    )


def judges_article(corrections: Sequence[Correction]) -> bool:
    """Whether one of them is about the article itself: its own tone, or its relevance."""
    return any(not correction.company_id for correction in corrections)


def tags_of(said: TagResult) -> Tags:
    """What there is to show of a result: of a failure, nothing that anybody judged."""
    if isinstance(said, TagFailure):
        return Tags(said.article_id, said.version, relevant=False, relevance=0.0, tone=Tone.UNRATED)
    return said


def overlay(said: TagResult, corrections: Sequence[Correction]) -> Tags:
    """The machine's tags with what people say laid over them. ``corrections`` hold, oldest first.

    A correction that does not apply (the tone towards a company that the machine no longer finds)
    waits without effect. Mentions keep the machine's order; companies that only people found
    come last.
    """
    tags = tags_of(said)
    naming = {c.company_id: c for c in corrections if c.kind in _NAMING}
    # a tone given by itself is younger than the one that came with the naming, see `replaces`
    tones = {c.company_id: c.tone for c in naming.values()} | {
        c.company_id: c.tone for c in corrections if c.kind == CorrectionKind.TONE and c.company_id
    }
    mentions = [
        _toned(mention, tones.get(mention.company_id))
        for mention in tags.mentions
        if not _denied(naming.get(mention.company_id))
    ]
    found = {mention.company_id for mention in tags.mentions}
    mentions += [
        # it is named, so at least once; where, nobody said
        _toned(Mention(company, 1, False, Tone.UNRATED), tones[company])
        for company, correction in naming.items()
        if company not in found and not _denied(correction)
    ]
    shown = replace(tags, mentions=tuple(mentions))
    for correction in corrections:
        if correction.company_id:
            continue
        if correction.relevant is not None:
            shown = replace(
                shown,
                relevant=correction.relevant,
                relevance=float(correction.relevant),
                keywords=shown.keywords if correction.relevant else (),
            )
        elif correction.tone is not None:
            score = _SCORES.get(correction.tone, 0.0)
            shown = replace(shown, tone=correction.tone, tone_score=score)
    return shown


def _denied(correction: Correction | None) -> bool:
    return correction is not None and correction.kind == CorrectionKind.NOT_NAMED


def _toned(mention: Mention, tone: Tone | None) -> Mention:
    if tone is None:
        return mention
    return replace(mention, tone=tone, tone_score=_SCORES.get(tone, 0.0), corrected=True)
