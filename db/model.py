"""The dataclasses that cross the border between ingest, the store and the dashboard.

Standard library only. Everything is frozen. Instants are aware UTC datetimes and their names end
in ``_at``; a ``day`` is the calendar date in Korea (KST), computed here and nowhere else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

from db.faults import Fault

KST = timezone(timedelta(hours=9), "KST")
"""Korea has had no summer time since 1988, so a fixed offset is exact and needs no tz database."""


def kst_day(instant: datetime) -> date:
    """The calendar day in Korea of an aware ``instant``."""
    return instant.astimezone(KST).date()


class Tone(StrEnum):
    """Tone of a text towards somebody. ``UNRATED`` means "could not be judged", never neutral."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNRATED = "unrated"


class RightsMode(StrEnum):
    """What may be done with a source's text.

    ``LINK``: headline, link and tags; no text is stored, the page is never fetched.
    ``EXCERPT``: text is held for analysis on this machine; users see the extracted summary only.
    ``FULL``: a licence is noted in the configuration; the body may be shown and exported.
    """

    LINK = "link"
    EXCERPT = "excerpt"
    FULL = "full"


class TimeQuality(StrEnum):
    """How far ``published_at`` can be trusted.

    ``DATE_ONLY``: the source gave a day; the instant is 00:00 there and the clock time is not shown.
    ``GUESSED``: no usable date; the instant is the time at which we first saw the article.
    ``FUTURE``: the date that the source gave had not come yet; the instant is as with ``GUESSED``.
    """

    EXACT = "exact"
    DATE_ONLY = "date_only"
    GUESSED = "guessed"
    FUTURE = "future"

    @property
    def as_published(self) -> bool:
        """Whether at least the day is the source's own."""
        return self in (TimeQuality.EXACT, TimeQuality.DATE_ONLY)


# --- what is collected -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One feed of one outlet. ``id`` is a slug that never changes; ``timezone`` an IANA name."""

    id: str
    outlet: str
    url: str
    section: str = ""
    language: str = "ko"
    timezone: str = "Asia/Seoul"
    rights: RightsMode = RightsMode.EXCERPT
    aggregator: bool = False
    """True for feeds such as Google News, whose entries name their outlet themselves."""
    licence: str = ""
    enabled: bool = True
    interval_minutes: int = 0
    """between visits, as the user wants it; 0 = as often as the source publishes"""
    newsroom: str = ""
    """id of the company whose own press releases these are; "" for everybody else's feeds"""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the next conditional GET of a source needs. Empty strings where unknown."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    not_before_at: datetime | None = None
    """Set from Retry-After: do not ask again before this instant."""
    next_visit_at: datetime | None = None
    fresh_at: datetime | None = None
    """when the feed last had something new, by its own dates"""
    pause: int = 0
    """seconds between visits that the feed itself asks for"""


class FetchOutcome(StrEnum):
    """How one visit of a source ended. ``OK`` brought entries; ``UNCHANGED`` is 304 or the same body."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not asked: in logs of older versions only; a visit that did not take place leaves no line now."""


@dataclass(frozen=True, slots=True)
class FetchReport:
    """One visit of one source, as the log keeps it. ``seconds`` is wall-clock time."""

    source_id: str
    fetched_at: datetime
    outcome: FetchOutcome
    status: int | None = None
    entries: int = 0
    new: int = 0
    rejected: int = 0
    """Entries without a usable title or link."""
    seconds: float = 0.0
    message: str = ""
    """what was wrong or odd, in Korean; ``message_en`` is the same in English"""
    message_en: str = ""
    newest_at: datetime | None = None
    """``published_at`` of the newest dated entry of this visit"""
    fault: Fault = Fault.NONE
    """why it failed; where not said, the status says it"""

    def text(self, language: str) -> str:
        return self.message if language == "ko" else self.message_en


def article_id(url: str) -> str:
    """The public id of the article at the canonical ``url``: 16 hex digits, the same everywhere."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Article:
    """One entry that we keep. Text fields are plain text (no HTML), NFC, without control characters."""

    id: str
    """``article_id(url)``"""
    url: str
    """canonical, http or https"""
    source_id: str
    outlet: str
    title: str
    published_at: datetime
    first_seen_at: datetime
    language: str = "ko"
    rights: RightsMode = RightsMode.EXCERPT
    time_quality: TimeQuality = TimeQuality.EXACT
    published_raw: str = ""
    """the date as the feed wrote it"""
    guid: str = ""
    author: str = ""
    summary: str = ""
    """the feed's own description; empty in mode ``LINK``"""
    body: str = ""
    """the full text where the feed carries it; empty in mode ``LINK``"""
    subheads: tuple[str, ...] = ()
    image_url: str = ""
    image_caption: str = ""
    image_credit: str = ""
    copyright: str = ""
    modified_at: datetime | None = None
    other_urls: tuple[str, ...] = ()
    """other addresses of this very article, canonical in general; what is stored knows them too"""

    @property
    def day(self) -> date:
        return kst_day(self.published_at)


# --- what processing says ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Company:
    """One row of the dictionary. ``id`` is a slug such as ``sk-hynix``, never a display name."""

    id: str
    name_ko: str
    name_en: str
    country: str = ""
    segment: str = ""
    aliases: tuple[str, ...] = ()
    """the surface forms that are looked for; shown to the user as "names found" """


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject such as HBM or export controls. ``id`` is a slug; `Tags.topics` holds ids."""

    id: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a mention has its tone: a cue word, where it stood and a fragment of at most 60 characters."""

    cue: str
    tone: Tone
    where: str
    """``title``, ``summary`` or ``body``"""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Article × company. ``tone_score`` runs from -1 (negative) to 1 (positive); 0 when unrated."""

    company_id: str
    count: int
    in_title: bool
    tone: Tone
    tone_score: float = 0.0
    surfaces: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """what the machine found, also where a person judged otherwise"""
    corrected: bool = False
    """set by the store: a person gave this tone, or said that the company is named"""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of an article: ``getattr(article, where)[start:end]``, in code points."""

    where: str
    """``title``, ``summary`` or ``body``"""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said: ``text`` between the quotation marks, at ``span``.

    ``speaker``, ``title`` and ``organisation`` are as written, "" where the article does not say;
    the speaker may be an organisation, which then stands in ``speaker`` too.
    """

    text: str
    span: Span
    speaker: str = ""
    title: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for (``points`` above 0) or against the relevance of an article, as written."""

    words: str
    """terms, or the name of a company; at most 80 characters"""
    points: float


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything the processing step derives from one article.

    ``mentions`` stand most-mentioned first (headline before text, then count, then dictionary
    order), so ``mentions[0]`` is the company that the article is counted for where each article
    may count once only.
    """

    article_id: str
    version: str
    relevant: bool
    relevance: float
    """0 … 1"""
    tone: Tone
    tone_score: float = 0.0
    mentions: tuple[Mention, ...] = ()
    topics: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    """up to three sentences taken from the article"""
    summary_spans: tuple[Span, ...] = ()
    """where each sentence of ``summary`` stands"""
    quotes: tuple[Quote, ...] = ()
    """in reading order"""
    fingerprint: tuple[int, ...] = ()
    """smallest shingle hashes (signed 64-bit) by which near-copies are found"""
    reasons: tuple[Reason, ...] = ()
    """why it is relevant or not, weightiest first; at most 8"""
    terms: tuple[int, ...] = ()
    """packed `db.terms.Term`, by which articles on the same event in other words are found"""
    keywords: tuple[str, ...] = ()
    """content words of the headline, in reading order; at most 12, none of an irrelevant article"""


@dataclass(frozen=True, slots=True)
class TagFailure:
    """Tagging raised. Stored under ``version`` so that a poison article is not retried for ever."""

    article_id: str
    version: str
    message: str


TagResult = Tags | TagFailure


class TagScope(StrEnum):
    """Which articles a processing run takes: never tagged, tagged by another version, or all."""

    NEW = "new"
    OUTDATED = "outdated"
    ALL = "all"


# --- what people say ----------------------------------------------------------------------------


class CorrectionKind(StrEnum):
    """What a `Correction` is about.

    ``TONE``: the tone towards the company, or of the article where no company is given.
    ``NOT_NAMED``: the company was tagged wrongly. ``NAMED``: the company is named, with this tone.
    ``RELEVANCE``: whether the article is about AI semiconductors.
    """

    TONE = "tone"
    NOT_NAMED = "not_named"
    NAMED = "named"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of an article against the machine. Which value a kind needs:

    ``TONE``: ``tone``. ``NAMED``: ``company_id`` and ``tone``. ``NOT_NAMED``: ``company_id``.
    ``RELEVANCE``: ``relevant``. Other values stay as they are here.
    """

    article_id: str
    kind: CorrectionKind
    company_id: str = ""
    """"" = the article itself"""
    tone: Tone | None = None
    relevant: bool | None = None
    reason: str = ""
    """at most 100 characters"""
    author: str = ""
    """at most 40 characters"""
    # the store fills in the rest
    id: int = 0
    made_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    undone_at: datetime | None = None
    """since when it no longer holds: a person undid it, or a later correction took its place"""
    replaced_by: int = 0
    """the id of that later correction"""

    @property
    def active(self) -> bool:
        return self.undone_at is None


# --- runs --------------------------------------------------------------------------------------


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    INTERRUPTED = "interrupted"
    """Killed; found and marked by the run after it."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """One execution of collect and/or process."""

    id: int
    started_at: datetime
    state: RunState = RunState.RUNNING
    finished_at: datetime | None = None
    sources: int = 0
    failed: int = 0
    entries: int = 0
    new: int = 0
    tagged: int = 0
    relevant: int = 0
    tag_failures: int = 0
    tagger_version: str = ""
