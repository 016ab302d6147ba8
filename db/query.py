"""What a reader may ask of a store, and what it gets: filters, counts, cards, health.

Standard library only, frozen, as in :mod:`db.model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from db.faults import Fault
from db.habit import Habit
from db.model import (
    Correction,
    FetchOutcome,
    Mention,
    Quote,
    Reason,
    RightsMode,
    Source,
    Span,
    TimeQuality,
    Tone,
)
from db.notes import Note
from db.versions import Version


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles. Empty means "no restriction"; fields are combined with AND, values with OR.

    ``companies``: the article mentions one of them. ``together``: it mentions all of them.
    ``tones``: with ``companies`` given, the tone towards one of these companies; otherwise the
    tone of the article. ``query``: see :mod:`db.search`. Days are inclusive and Korean.
    Only relevant articles are counted and listed unless ``include_irrelevant``. What mutes hide
    is left out, always; ``muted`` asks for just that (no story is then counted).
    """

    start: date | None = None
    end: date | None = None
    companies: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    tones: tuple[Tone, ...] = ()
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    query: str = ""
    story_id: str = ""
    include_irrelevant: bool = False
    muted: bool = False


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"


class Step(StrEnum):
    """Width of a timeline's buckets. A week starts on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Split(StrEnum):
    """What the parts of a bar are. See :meth:`db.store.ReadStore.timeline`."""

    TONE = "tone"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Counts:
    """The three counts of a filter, never to be added over periods, and the tones of its articles.

    ``stories`` counts a story on its first day only; ``mentions`` is the sum over companies.
    ``tones`` follows the rule of ``ArticleFilter.tones`` with one company given; else it is the
    articles' own tone. Its values add up to ``articles``.
    """

    articles: int = 0
    stories: int = 0
    outlets: int = 0
    mentions: int = 0
    tones: Mapping[Tone, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """``articles`` of one part of one bar. ``start_at`` is the bucket's first instant.

    ``key`` is a tone or a company id by the split asked for; "" = articles that name no company.
    Empty buckets are not returned: the caller fills them with zeros.
    """

    start_at: datetime
    key: str
    articles: int


@dataclass(frozen=True, slots=True)
class CompanyCount:
    """Articles of a filter that mention a company, with the tones towards it (sum = ``articles``)."""

    company_id: str
    articles: int
    tones: Mapping[Tone, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyCount:
    """Articles per outlet, topic, cue word … whatever ``key`` is said to be where it is returned."""

    key: str
    articles: int


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """One article as lists show it. Carries no text that the rights mode withholds."""

    id: str
    url: str
    title: str
    outlet: str
    source_id: str
    published_at: datetime
    first_seen_at: datetime
    time_quality: TimeQuality
    language: str
    rights: RightsMode
    author: str = ""
    modified_at: datetime | None = None
    """when we last saw that it had been edited; see :mod:`db.versions` for what an edit is"""
    retitled: bool = False
    """whether its headline was edited since we first saw it"""
    relevant: bool = True
    relevance: float = 0.0
    tone: Tone = Tone.UNRATED
    tone_score: float = 0.0
    corrected: bool = False
    """a person judged its relevance or its own tone; for companies see `Mention.corrected`"""
    mentions: tuple[Mention, ...] = ()
    topics: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    has_text: bool = False
    """whether there was any text beyond the headline to summarise"""
    image_url: str = ""
    story_id: str = ""
    story_articles: int = 1
    story_outlets: int = 1
    first_in_story: bool = True
    muted: bool = False
    """relevant, but hidden by a mute; see `db.mutes`"""
    notes: int = 0
    echo: float | None = None
    """share of its text that stands in the story's press release, see :mod:`db.echo`; None: unknown"""


@dataclass(frozen=True, slots=True)
class ArticleDetail:
    """One article as its own page shows it.

    In mode ``FULL`` everything; in mode ``EXCERPT`` no ``body`` and no ``description``, at most
    3 quotations of at most 200 characters each, and spans of the title only (the others are
    empty, ``start == end``); in mode ``LINK`` no quotations and no spans either.
    """

    card: ArticleCard
    reasons: tuple[Reason, ...] = ()
    """why the machine holds it for relevant or not, weightiest first"""
    subheads: tuple[str, ...] = ()
    description: str = ""
    """the feed's own summary of the article"""
    body: str = ""
    summary_spans: tuple[Span, ...] = ()
    """where each sentence of ``card.summary`` stands; as many, or none if that is not known"""
    quotes: tuple[Quote, ...] = ()
    """in reading order"""
    corrections: tuple[Correction, ...] = ()
    """what people say of it now, oldest first; see `ReadStore.corrections` for what they said"""
    notes: tuple[Note, ...] = ()
    """what people noted of it, newest last"""
    image_caption: str = ""
    image_credit: str = ""
    copyright: str = ""
    gone_at: datetime | None = None
    """since when the publisher's page is no longer there; see `db.pages.PageVisit`"""
    guid: str = ""
    published_raw: str = ""
    versions: tuple[Version, ...] = ()
    """what it said before and says now, oldest first; empty while nothing was edited"""
    tagger_version: str = ""
    tagged_at: datetime | None = None
    similar: tuple[ArticleCard, ...] = ()
    """the story's articles, oldest first, this one included; at most 50"""


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of a list. ``older``/``newer`` are opaque cursors, "" at the ends.

    ``older`` continues in the order asked for, ``newer`` goes back; either stays valid while
    articles are added.
    """

    cards: tuple[ArticleCard, ...]
    older: str = ""
    newer: str = ""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source and what the log knows of it. ``articles_24h`` counts from the ``now`` that was asked for."""

    source: Source
    last_fetch_at: datetime | None = None
    last_success_at: datetime | None = None
    failures_in_row: int = 0
    last_outcome: FetchOutcome | None = None
    last_status: int | None = None
    message: str = ""
    message_en: str = ""
    newest_at: datetime | None = None
    articles: int = 0
    articles_24h: int = 0
    first_fetch_at: datetime | None = None
    last_answer_at: datetime | None = None
    """the last visit that did not fail, also one that found the feed empty"""
    last_new_at: datetime | None = None
    """the last visit that brought an article nobody had"""
    failing_since_at: datetime | None = None
    """the first of the failures in a row"""
    fault: Fault = Fault.NONE
    fault_in_row: int = 0
    fault_since_at: datetime | None = None
    """``fault_in_row`` failures of the kind ``fault`` since then, with nothing else in between"""
    empty_since_at: datetime | None = None
    next_visit_at: datetime | None = None
    """when the job means to ask again"""
    retired_at: datetime | None = None
    """asked no more, because its server said again and again that there is no feed"""
    habit: Habit | None = None


@dataclass(frozen=True, slots=True)
class HealthBucket:
    """Visits of one source in one slice of time, for the health strip."""

    source_id: str
    start_at: datetime
    ok: int = 0
    failed: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What `chipwatch doctor` and the footer tell about a store."""

    url: str
    schema_version: str
    articles: int
    relevant: int
    untagged: int
    outdated: int
    """tagged by a version other than the newest"""
    tagger_version: str
    sample: bool
    first_day: date | None
    last_day: date | None
    size_bytes: int
