"""The step between two taggings: fetch the pages of relevant articles, hold their texts for analysis.

No HTTP here and no clock (it is handed in). A page is visited when its article was tagged relevant
and no text of it is held; later once or twice more, to see corrections and whether it is still there.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from db.errors import ParseError
from db.model import RightsMode, Source
from db.pages import PageDue, PageHost, PageOutcome, PageText, PageVisit
from db.store import Store
from ingest.collect.fetch import Fetched, FetchFailed
from ingest.collect.page import Page, extract
from ingest.collect.pagevisits import REFUSALS, Answer, Forbidden, Refusal, Visits, host_of
from ingest.pipeline import Clock, Progress, silent

log = logging.getLogger(__name__)

WINDOW = timedelta(days=8)
"""older articles are not visited any more"""
RETRIES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 48, 96))
"""after a visit without a text; then never again"""
GONE_AFTER = timedelta(days=1)
"""a page must be missing for as long, at every visit, before its article counts as gone"""
GONE_VISITS = 3
REFUSED_FIRST, REFUSED_LONGEST = timedelta(hours=1), timedelta(days=7)
"""how long a host that refuses is left alone: doubled each time"""
FORBIDDEN_FOR = timedelta(days=7)
SHORTEST_TEXT = 30
"""characters; a flash has one sentence"""
SAME_TITLE = 0.15
"""share of letter pairs that headline and page's title must have in common"""
CANDIDATES = 5
"""times as many pages are looked at as may be visited, since some hosts will be left alone"""

_MESSAGES = {
    PageOutcome.EMPTY: ("페이지에서 본문을 찾지 못했습니다.", "no text was found on the page."),
    PageOutcome.MISSING: ("원문이 그 주소에 없습니다.", "the page is not there."),
    PageOutcome.REFUSED: (
        "매체의 서버가 접근을 거절했습니다.",
        "the outlet's server refused access.",
    ),
    PageOutcome.FORBIDDEN: (
        "매체의 robots.txt가 허용하지 않습니다.",
        "the outlet's robots.txt forbids it.",
    ),
}


@dataclass(frozen=True, slots=True)
class Paged:
    """What one step did. ``changed`` articles are due for tagging again."""

    outcomes: Mapping[PageOutcome, int] = field(default_factory=dict)
    changed: int = 0
    refusing: tuple[PageHost, ...] = ()

    @property
    def visited(self) -> int:
        return sum(self.outcomes.values())


def visit_pages(
    store: Store,
    sources: Iterable[Source],
    visits: Visits,
    per_run: int,
    revisits: Sequence[timedelta],
    clock: Clock,
    progress: Progress = silent,
) -> Paged:
    """Visit what is due, ``per_run`` pages at most, one transaction each. Raises `StoreError` only.

    ``revisits``: how long after each visit that brought a text the next one follows.
    """
    known = {source.id: source for source in sources}
    refused = {host.host: host for host in store.page_hosts()}
    due = _visitable(store, known, refused, per_run, clock())
    outcomes: Counter[PageOutcome] = Counter()
    refusing: dict[str, PageHost] = {}
    answering: set[str] = set()
    changed = 0
    total = min(per_run, len(due))
    for page, answer in visits.each(due):
        now = clock()
        if page is None:
            assert isinstance(answer, Refusal)
            refusing[answer.host] = _refusal(answer, refused.get(answer.host), now)
            continue
        if isinstance(answer, Fetched):
            answering.add(host_of(page.url))
        outcome, text = _read(page, answer, known[page.source_id], now)
        changed += store.save_page(judged(page, answer, outcome, revisits, now), text)
        outcomes[outcome] += 1
        progress(min(sum(outcomes.values()), total), total, host_of(page.url))
    store.save_page_hosts(
        list(refusing.values()), sorted((answering & refused.keys()) - refusing.keys())
    )
    return Paged(dict(outcomes), changed, tuple(refusing.values()))


def _visitable(
    store: Store,
    known: Mapping[str, Source],
    refused: Mapping[str, PageHost],
    per_run: int,
    now: datetime,
) -> list[PageDue]:
    """Of what is due, what may be visited now. The store leaves out link mode, and so do we."""
    return [
        page
        for page in store.pages_due(now, now - WINDOW, CANDIDATES * per_run)
        if (source := known.get(page.source_id)) is not None
        and RightsMode.LINK not in (page.rights, source.rights)
        and not ((host := refused.get(host_of(page.url))) and host.not_before_at > now)
    ]


def _refusal(answer: Refusal, before: PageHost | None, now: datetime) -> PageHost:
    """Left alone for twice as long each time, and never shorter than the host asks for."""
    refusals = 1 + (before.refusals if before is not None else 0)
    wait = min(REFUSED_FIRST * 2 ** min(refusals - 1, 10), REFUSED_LONGEST)
    wait = max(wait, timedelta(seconds=answer.wait or 0))
    return PageHost(answer.host, refusals, now + wait, answer.status)


def _read(
    page: PageDue, answer: Answer, source: Source, now: datetime
) -> tuple[PageOutcome, PageText | None]:
    if isinstance(answer, Forbidden):
        return PageOutcome.FORBIDDEN, None
    if isinstance(answer, FetchFailed):
        status = answer.error.status
        if status in (404, 410):
            return PageOutcome.MISSING, None
        return PageOutcome.REFUSED if status in REFUSALS else PageOutcome.FAILED, None
    if not isinstance(answer, Fetched):
        return PageOutcome.FAILED, None
    if _is_home(answer.url) and not _is_home(page.url):
        # many systems lead to the front page in place of saying 404
        return PageOutcome.MISSING, None
    try:
        read = extract(
            answer.body, answer.url, content_type=answer.content_type, tz=source.timezone, now=now
        )
    except ParseError:
        return PageOutcome.EMPTY, None
    except Exception:
        # whatever a page does to the reader stays with this page
        log.exception("the page %s could not be read", page.url)
        return PageOutcome.EMPTY, None
    if read.gone:
        return PageOutcome.MISSING, None
    if len(read.body) < SHORTEST_TEXT or not _same(read.title, page.title):
        return PageOutcome.EMPTY, None
    return PageOutcome.HELD, _text(read, source)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/", "/index.html", "/main") and not parts.query


def _same(one: str, other: str) -> bool:
    """Whether a page is the article's, and not a login or a list, by the letters of their titles."""
    pairs = [_pairs(one), _pairs(other)]
    if not all(pairs):
        return True
    return len(pairs[0] & pairs[1]) >= SAME_TITLE * min(map(len, pairs))


def _pairs(title: str) -> set[str]:
    letters = "".join(character for character in title.casefold() if character.isalnum())
    return {letters[index : index + 2] for index in range(len(letters) - 1)}


def _text(page: Page, source: Source) -> PageText:
    return PageText(
        body=page.body,
        subheads=page.subheads,
        author="" if page.author == source.outlet else page.author,
        image_url=page.image_url,
        image_caption=page.image_caption,
        image_credit=page.image_credit,
        copyright=page.copyright,
        published_at=page.published_at,
        time_quality=page.time_quality,
        modified_at=page.modified_at,
    )


def judged(
    page: PageDue,
    answer: Answer,
    outcome: PageOutcome,
    revisits: Sequence[timedelta],
    now: datetime,
) -> PageVisit:
    """The visit as it is kept: when the next one follows, and whether the article counts as gone."""
    before = page.visit
    held = outcome is PageOutcome.HELD
    same_kind = before is not None and (before.outcome is PageOutcome.HELD) is held
    attempts = before.attempts + 1 if before is not None and same_kind else 1
    distances: Sequence[timedelta] = revisits if held else RETRIES
    if outcome is PageOutcome.FORBIDDEN:
        distances = (FORBIDDEN_FOR,) * attempts
    missing, since, gone_at = _missing(before, outcome, now)
    status, why = _why(answer, outcome)
    return PageVisit(
        article_id=page.article_id,
        visited_at=now,
        outcome=outcome,
        status=status,
        message=why[0],
        message_en=why[1],
        attempts=attempts,
        missing=missing,
        missing_since_at=since,
        gone_at=gone_at,
        next_at=now + distances[attempts - 1] if attempts <= len(distances) else None,
    )


def _missing(
    before: PageVisit | None, outcome: PageOutcome, now: datetime
) -> tuple[int, datetime | None, datetime | None]:
    """(missing visits in a row, since when, gone since). Only an answer with a text ends it."""
    if outcome is PageOutcome.HELD:
        return 0, None, None
    count, since, gone_at = (
        (before.missing, before.missing_since_at, before.gone_at) if before else (0, None, None)
    )
    if outcome is PageOutcome.MISSING:
        count, since = count + 1, since or now
        if count >= GONE_VISITS and now - since >= GONE_AFTER:
            gone_at = gone_at or now
    return count, since, gone_at


def _why(answer: Answer, outcome: PageOutcome) -> tuple[int | None, tuple[str, str]]:
    """(HTTP status, the same sentence in Korean and English)."""
    status: int | None = None
    why = _MESSAGES.get(outcome, ("", ""))
    if isinstance(answer, FetchFailed):
        status = answer.error.status
        why = _MESSAGES.get(outcome, (answer.error.ko, answer.error.en))
    elif isinstance(answer, Fetched):
        status = answer.status
    return status, why
