"""Answers that are not read: pages that keep robots out. Pure."""

from __future__ import annotations

import re

from db.errors import ParseError
from db.faults import Fault

_PROLOGUE = 100_000
_CHALLENGE = re.compile(
    r"cdn-cgi/challenge-platform|<title>Just a moment|cf-chl-|_Incapsula_Resource|awswaf"
    r"|px-captcha|Attention Required! \| Cloudflare|<title>Access Denied",
    re.IGNORECASE,
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
