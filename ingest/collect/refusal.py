"""Answers that are not read: documents that attack their reader, pages that keep robots out. Pure."""

from __future__ import annotations

import re

from db.errors import ParseError
from db.faults import Fault

MAX_ENTITY = 200
"""characters; the entities that feeds define for themselves are single letters"""
_PROLOGUE = 100_000
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(
    r"""<!ENTITY\s+[^\s%<>"']{1,200}\s+(?:(SYSTEM|PUBLIC)\b|"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z_]")
_CHALLENGE = re.compile(
    r"cdn-cgi/challenge-platform|<title>Just a moment|cf-chl-|_Incapsula_Resource|awswaf"
    r"|px-captcha|Attention Required! \| Cloudflare|<title>Access Denied",
    re.IGNORECASE,
)


def refuse_bombs(text: str) -> None:
    """Raise `ParseError` for a document whose own entities multiply, or reach for other files.

    Parameter entities pass: old RSS 1.0 names W3C's lists of letters by them, and nobody reads them.
    """
    if not _DOCTYPE.search(text[:4096]):
        return
    for found in _ENTITY.finditer(text[:_PROLOGUE]):
        value = found.group(2) or found.group(3) or ""
        if found.group(1) or len(value) > MAX_ENTITY or _REFERENCE.search(value):
            raise ParseError(
                "",
                "피드가 스스로 불어나거나 다른 파일을 끌어오는 엔티티를 정의해 읽지 않았습니다.",
                "refused: the feed defines entities that multiply or reach for other files.",
            )


def challenge(text: str) -> ParseError | None:
    """The error for a page that asks who comes whether they are human; None for any other text."""
    if not _CHALLENGE.search(text[:_PROLOGUE]):
        return None
    return ParseError(
        "",
        "피드 대신 사람인지 확인하는 페이지가 왔습니다. 매체가 수집 프로그램을 막고 있습니다.",
        "got a page that checks for humans instead of a feed. The outlet keeps robots out.",
        fault=Fault.BLOCKED,
    )
