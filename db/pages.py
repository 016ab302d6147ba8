"""What is known of articles' own pages: how visits ended, what they brought, who wants to be left alone.

Standard library only, frozen, as in :mod:`db.model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from db.model import RightsMode, TimeQuality


class PageOutcome(StrEnum):
    """How the last visit of a page ended.

    ``HELD``: its text is held. ``EMPTY``: an answer without a text in it. ``MISSING``: 404, 410,
    or a page that says so. ``REFUSED``: the server does not want us (401, 403, 429, 451).
    ``FORBIDDEN``: robots.txt forbids it; nothing was asked. ``FAILED``: no usable answer.
    """

    HELD = "held"
    EMPTY = "empty"
    MISSING = "missing"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PageVisit:
    """The last visit of an article's page, and what came of the visits before it."""

    article_id: str
    visited_at: datetime
    outcome: PageOutcome
    status: int | None = None
    message: str = ""
    """why there is no text, in Korean; ``message_en`` is the same in English"""
    message_en: str = ""
    attempts: int = 1
    """visits in a row of this kind: that brought no text, or that did"""
    missing: int = 0
    """visits in a row that ended as ``MISSING``"""
    missing_since_at: datetime | None = None
    gone_at: datetime | None = None
    """since when the article counts as deleted or moved"""
    next_at: datetime | None = None
    """when it may be visited again; None = never"""

    def text(self, language: str) -> str:
        return self.message if language == "ko" else self.message_en


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says of its article. "" and () where it is silent; never replaces what is known."""

    body: str
    subheads: tuple[str, ...] = ()
    author: str = ""
    image_url: str = ""
    image_caption: str = ""
    image_credit: str = ""
    copyright: str = ""
    published_at: datetime | None = None
    """first publication"""
    time_quality: TimeQuality = TimeQuality.GUESSED
    modified_at: datetime | None = None
    """last publication"""


@dataclass(frozen=True, slots=True)
class PageDue:
    """A page that may be visited. ``visit`` is the last one, None before the first."""

    article_id: str
    url: str
    source_id: str
    rights: RightsMode
    title: str = ""
    visit: PageVisit | None = None


@dataclass(frozen=True, slots=True)
class PageHost:
    """A host that refused us: how often in a row, and until when it is left alone."""

    host: str
    """with its port, where it is not the usual one"""
    refusals: int
    not_before_at: datetime
    status: int | None = None


@dataclass(frozen=True, slots=True)
class PageTotals:
    """Pages of the articles published since an instant, by the outcome of their last visit."""

    outcomes: Mapping[PageOutcome, int] = field(default_factory=dict)
    gone: int = 0
    hosts: tuple[PageHost, ...] = ()
    """those that are left alone now, by name"""


def better_time(
    published_at: datetime, quality: TimeQuality, text: PageText
) -> tuple[datetime, TimeQuality] | None:
    """The time by which a page corrects that of a feed; None where the feed's stays.

    A page with a clock time is believed where the feed had none, or a later one: feeds often carry
    the time of the last edit. A page that knows the day only is believed where the feed had nothing.
    """
    first, told = text.published_at, text.time_quality
    if first is None or not told.as_published:
        return None
    if told is TimeQuality.DATE_ONLY:
        return (first, told) if not quality.as_published and first < published_at else None
    if quality is TimeQuality.EXACT and first >= published_at:
        return None
    return first, told
