"""From the written events (``*.jsonl``) to articles of the last 60 days.

An event stands so many working days (or weekend days) back from today, so that weekdays stay
busy and a fair's second day follows its first whatever day it is. Dates inside texts are
placeholders: ``{d}`` is the day of publication, ``{d+12}`` twelve days later (``{D}`` in English).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from functools import cache
from itertools import count
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from db.model import KST, Article, RightsMode, TimeQuality, article_id, kst_day
from ingest.sample.outlets import FOLDER, draw, outlets

PICTURES = "app/static/sample"
SETTLED = timedelta(minutes=5)
"""The newest article is at least this old: every collect run so far has seen it."""
MONTHS = [
    "Jan.",
    "Feb.",
    "March",
    "April",
    "May",
    "June",
    "July",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
]
PLACEHOLDER = re.compile(r"\{([dD])([+-]\d+)?\}|\{year\}")


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class At(_Line):
    """``workday`` 0 is the latest working day up to today; ``weekend`` 0 the latest weekend day."""

    workday: Annotated[int, Field(ge=0, le=40)] | None = None
    weekend: Annotated[int, Field(ge=0, le=15)] | None = None
    time: time

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.workday is None) == (self.weekend is None):
            raise ValueError("either workday or weekend")
        return self

    def days(self, today: date) -> Iterator[date]:
        """The day meant, then the days of the same kind before it."""
        weekend = self.workday is None
        left = (self.weekend if self.workday is None else self.workday) or 0
        for back in count():
            day = today - timedelta(days=back)
            if (day.weekday() >= 5) is weekend:
                if left <= 0:
                    yield day
                left -= 1


class Copy(_Line):
    """The same text in another outlet. ``keep``: how many paragraphs it kept (all if absent)."""

    outlet: str
    after: Annotated[int, Field(gt=0, le=360)]
    """minutes after the original"""
    title: str
    keep: int | None = None


class Event(_Line):
    """One line of a ``*.jsonl`` file. ``key`` makes the article's address and never changes."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    at: At
    outlet: str
    title: str
    author: str = ""
    summary: str = ""
    body: tuple[str, ...] = ()
    subheads: tuple[str, ...] = ()
    image: str = ""
    caption: str = ""
    credit: str = ""
    quality: TimeQuality = TimeQuality.EXACT
    modified_after: Annotated[int, Field(gt=0)] | None = None
    """minutes after publication"""
    first_title: str = ""
    """the headline until then"""
    copies: tuple[Copy, ...] = ()

    def starts_at(self, now: datetime) -> datetime:
        """When the original appeared: as written, or a day earlier while a copy is not out yet."""
        parts = [(self.outlet, 0), *((copy.outlet, copy.after) for copy in self.copies)]
        limits = [
            min(outlets()[outlet].silent_since(now), now - SETTLED) - timedelta(minutes=after)
            for outlet, after in parts
        ]
        for day in self.at.days(kst_day(now)):
            start = datetime.combine(day, self.at.time, KST)
            start += timedelta(seconds=draw(60, self.key))
            if start <= min(limits):
                return start
        raise AssertionError("days() never ends")


@cache
def events() -> tuple[Event, ...]:
    """All events, file by file in the order of their names."""
    return tuple(
        Event.model_validate(json.loads(line))
        for path in sorted(FOLDER.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )


def articles(now: datetime) -> list[Article]:
    """The sample's articles, oldest first: at most 60 days old, none later than ``now``."""
    found = [article for event in events() for article in _articles(event, now)]
    return sorted(found, key=lambda article: (article.published_at, article.id))


def first_form(article: Article) -> Article:
    """One of `articles` as it was before it was edited; itself if it never was."""
    if article.modified_at is None:
        return article
    return replace(article, title=_first_titles()[article.title], modified_at=None)


@cache
def _first_titles() -> dict[str, str]:
    return {event.title: event.first_title for event in events() if event.modified_after}


def _articles(event: Event, now: datetime) -> Iterator[Article]:
    start = event.starts_at(now)
    yield _article(event, None, 0, start, now)
    before = [event.outlet]
    for copy in event.copies:
        yield _article(event, copy, before.count(copy.outlet), start, now)
        before.append(copy.outlet)


def _article(
    event: Event, copy: Copy | None, again: int, start: datetime, now: datetime
) -> Article:
    """The original, or a ``copy``, which is the outlet's ``again``-th further text of the event."""
    outlet = outlets()[copy.outlet if copy else event.outlet]
    key = (event.key, outlet.id, again)
    at, title = start, event.title
    if copy:
        at += timedelta(minutes=copy.after, seconds=draw(60, *key))
        title = copy.title
    day = kst_day(start)
    number = 10_000_000 + draw(90_000_000, *key)
    url = outlet.host + outlet.path.format(n=number)
    seen = min(at + timedelta(seconds=40 + draw(840, *key, "lag")), now)
    quality = TimeQuality.EXACT if copy else event.quality
    published, raw = at, _raw(at, outlet.dates)
    if quality is TimeQuality.DATE_ONLY:
        published, raw = datetime.combine(at.date(), time(), KST), f"{at:%Y-%m-%d}"
    elif quality is TimeQuality.GUESSED:
        published, raw = seen, ""
    modified = None
    if event.modified_after and not copy:
        modified = start + timedelta(minutes=event.modified_after)
    author = event.author if not copy else ""
    linked_only = outlet.rights is RightsMode.LINK
    paragraphs = event.body[: copy.keep] if copy else event.body
    pictured = bool(event.image) and copy is None and not linked_only
    return Article(
        id=article_id(url),
        url=url,
        source_id=outlet.id,
        outlet=outlet.name,
        title=_dated(title, day),
        published_at=published.astimezone(UTC),
        first_seen_at=seen.astimezone(UTC),
        language=outlet.language,
        rights=outlet.rights,
        time_quality=quality,
        published_raw=raw,
        guid=str(number),
        author=author or outlet.reporters[draw(len(outlet.reporters), *key, "by")],
        summary="" if linked_only else _dated(event.summary, day),
        body="" if linked_only else _dated("\n\n".join(paragraphs), day),
        subheads=() if copy or linked_only else tuple(_dated(s, day) for s in event.subheads),
        image_url=f"{PICTURES}/{event.image}" if pictured else "",
        image_caption=_dated(event.caption, day) if pictured else "",
        image_credit=event.credit if pictured else "",
        copyright=outlet.copyright,
        modified_at=modified.astimezone(UTC) if modified and modified <= now else None,
    )


def _raw(at: datetime, habit: Literal["rfc822", "plain", "iso"]) -> str:
    if habit == "rfc822":
        return format_datetime(at)
    return f"{at:%Y-%m-%d %H:%M:%S}" if habit == "plain" else at.isoformat()


def _dated(text: str, day: date) -> str:
    """``text`` with its placeholders replaced by dates as a newspaper writes them on ``day``."""

    def written(found: re.Match[str]) -> str:
        kind, distance = found.groups()
        if kind is None:
            return str(day.year)
        meant = day + timedelta(days=int(distance or 0))
        if kind == "D":
            return f"{MONTHS[meant.month - 1]} {meant.day}"
        same = (meant.year, meant.month) == (day.year, day.month)
        return f"{meant.day}일" if same else f"{meant.month}월 {meant.day}일"

    return PLACEHOLDER.sub(written, text)
