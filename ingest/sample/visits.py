"""A plausible log of the last week: every source every two hours, three of them in trouble."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from db.model import Article, FetchOutcome, FetchReport, RightsMode
from ingest.sample.events import articles
from ingest.sample.outlets import Outlet, draw, outlets

DAYS = 7
STEP = timedelta(hours=2)


def visits(now: datetime) -> list[FetchReport]:
    """Oldest first. ``new`` agrees with ``first_seen_at`` of `articles`."""
    now = now.astimezone(UTC)
    by_source: dict[str, list[Article]] = defaultdict(list)
    for article in articles(now):
        by_source[article.source_id].append(article)
    reports = [
        report
        for outlet in outlets().values()
        for report in _visits(outlet, by_source[outlet.id], now)
    ]
    return sorted(reports, key=lambda report: (report.fetched_at, report.source_id))


def _visits(outlet: Outlet, held: list[Article], now: datetime) -> Iterator[FetchReport]:
    rounds = timedelta(days=DAYS) // STEP
    last_success = now - (rounds + 1) * STEP
    for back in range(rounds, -1, -1):
        at = now - back * STEP
        if trouble := _trouble(outlet, at, now, back):
            yield trouble
            continue
        seen = [article for article in held if article.first_seen_at <= at]
        new = sum(article.first_seen_at > last_success for article in seen)
        last_success = at
        seconds = 0.2 + draw(1400, outlet.id, back) / 1000
        if not new:
            yield FetchReport(outlet.id, at, FetchOutcome.UNCHANGED, 304, seconds=seconds)
            continue
        yield FetchReport(
            source_id=outlet.id,
            fetched_at=at,
            outcome=FetchOutcome.OK,
            status=200,
            entries=max(new, 20 + draw(3, outlet.id) * 10),
            new=new,
            seconds=seconds,
            newest_at=max(article.published_at for article in seen),
        )


def _trouble(outlet: Outlet, at: datetime, now: datetime, back: int) -> FetchReport | None:
    """The failure or silence of one visit, if there was one."""
    if outlet.outage and at > outlet.silent_since(now):
        match outlet.outage.kind:
            case "refused":
                return _failure(
                    outlet, at, 403, 0.4, "HTTP 403: 접근이 거절됐습니다.", "HTTP 403: refused."
                )
            case "slow":
                return _failure(
                    outlet,
                    at,
                    None,
                    30.0,
                    "30초 안에 응답이 없었습니다.",
                    "no answer within 30 seconds.",
                )
            case "silent":
                return FetchReport(outlet.id, at, FetchOutcome.EMPTY, 200, seconds=0.3)
    hiccup = back > DAYS and draw(61, outlet.id, back, "hiccup") == 0
    if hiccup and outlet.rights is not RightsMode.LINK:
        return _failure(
            outlet, at, 503, 1.1, "HTTP 503: 서버가 바쁩니다.", "HTTP 503: the server is busy."
        )
    return None


def _failure(
    outlet: Outlet, at: datetime, status: int | None, seconds: float, korean: str, english: str
) -> FetchReport:
    return FetchReport(
        source_id=outlet.id,
        fetched_at=at,
        outcome=FetchOutcome.FAILED,
        status=status,
        seconds=seconds,
        message=korean,
        message_en=english,
    )
