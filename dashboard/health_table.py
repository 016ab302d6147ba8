"""The tables of the page of sources. Pure: HTML out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dashboard import formats
from dashboard.labels import Labels
from dashboard.markup import Html, foreign, join, link, tag, text
from db.health import WORST_FIRST, Health
from db.model import FetchOutcome, FetchReport, RunReport, RunState
from db.query import SourceStatus

SIGNS = {
    Health.OK: "●",
    Health.LATE: "◐",
    Health.SILENT: "○",
    Health.FAILED: "×",
    Health.STOPPED: "–",
}
CLASSES = {
    Health.OK: "ok",
    Health.LATE: "late",
    Health.SILENT: "sil",
    Health.FAILED: "bad",
    Health.STOPPED: "off",
}


def badge(labels: Labels, health: Health) -> Html:
    """A state with its sign and word."""
    sign = tag("i", SIGNS[health], aria_hidden="true")
    return tag("span", sign, labels(f"health.{health}"), class_=f"hs {CLASSES[health]}")


def tiles(labels: Labels, states: Sequence[Health]) -> Html:
    """How many feeds are in each state, and what each state means."""
    counts = Counter(states)
    shown = (Health.OK, Health.LATE, Health.SILENT, Health.FAILED, Health.STOPPED)
    cards = [
        tag(
            "section",
            badge(labels, health),
            tag(
                "div",
                formats.number(counts[health]),
                tag("small", labels("unit.outlet")),
                class_="v",
            ),
            tag("div", labels(f"health.{health}_say"), class_="d"),
            class_="card tile",
        )
        for health in shown
    ]
    return tag("div", *cards, class_="g g5")


def strip(labels: Labels, slices: Sequence[Health | None]) -> Html:
    """The last days of one feed, a cell per slice of time."""
    counts = Counter(slices)
    words = labels(
        "health.strip", **{h.value: counts[h] for h in WORST_FIRST if h is not Health.STOPPED}
    )
    cells = (tag("i", class_=f"s-{CLASSES[health]}" if health else "s-off") for health in slices)
    return tag("div", *cells, class_="strip", role="img", aria_label=words, title=words)


def order(
    states: Sequence[tuple[SourceStatus, Health]],
) -> list[tuple[SourceStatus, Health]]:
    """Worst first; within a state as the store gave them."""
    return sorted(states, key=lambda entry: WORST_FIRST.index(entry[1]))


def table(
    labels: Labels,
    states: Sequence[tuple[SourceStatus, Health]],
    strips: Mapping[str, Sequence[Health | None]],
    slices: int,
    now: datetime,
    href: Callable[[str], str],
) -> Html:
    """Every feed with its health, worst first."""
    heads = (
        ("source.state", None),
        ("source.feed", None),
        ("source.success", "num"),
        ("source.age", "num"),
        ("source.failures", "num"),
        ("source.day", "num"),
        ("source.week", "wk"),
        ("source.rights", None),
        ("source.message", None),
    )
    head = tag("tr", *(tag("th", labels(key), class_=c, scope="col") for key, c in heads))
    rows = []
    for status, health in order(states):
        source = status.source
        newest, success = status.newest_at, status.last_success_at
        age = formats.duration(labels, now - newest) if newest else formats.DASH
        slices_ = strips.get(source.id, [None] * slices)
        rows.append(
            tag(
                "tr",
                tag("td", badge(labels, health)),
                tag(
                    "td",
                    link(href(source.id), tag("b", foreign(source.outlet))),
                    tag("small", foreign(source.section or source.id)),
                    class_="o",
                ),
                tag(
                    "td",
                    formats.recent(labels, success, now) if success else formats.DASH,
                    class_="num",
                ),
                tag("td", age, class_="num"),
                tag("td", _some(status.failures_in_row), class_="num"),
                tag("td", formats.number(status.articles_24h), class_="num"),
                tag("td", strip(labels, slices_), class_="wk"),
                tag("td", labels(f"rights.{source.rights}"), class_="nw"),
                tag("td", _words(status.message, status.message_en, labels), class_="ms"),
                class_="hot" if health is Health.FAILED else None,
            )
        )
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", *rows), class_="ht"), class_="scroll"
    )


def _words(korean: str, english: str, labels: Labels) -> Html:
    """What a feed's last visit said; it may quote the feed's server."""
    words = korean if labels.lang == "ko" else english or korean
    return foreign(words) if words else text(formats.DASH)


def _some(count: int) -> str:
    return formats.number(count) if count else formats.DASH


def legend(labels: Labels) -> Html:
    """What the cells of the strip mean."""
    shown = (Health.OK, Health.LATE, Health.SILENT, Health.FAILED)
    items = [
        tag("span", tag("i", class_=f"s-{CLASSES[health]}"), labels(f"health.{health}"))
        for health in shown
    ]
    items.append(tag("span", tag("i", class_="s-off"), labels("health.none")))
    return tag("div", *items, class_="lg strip-lg")


def visits(labels: Labels, reports: Sequence[FetchReport], now: datetime) -> Html:
    """The latest visits of one feed."""
    if not reports:
        return tag("p", labels("source.visits_none"), class_="say")
    heads = (
        ("source.when", None),
        ("source.outcome", None),
        ("source.entries", "num"),
        ("source.new", "num"),
        ("source.rejected", "num"),
        ("source.took", "num"),
        ("source.said", "ms"),
    )
    rows = []
    for report in reports:
        failed = report.outcome is FetchOutcome.FAILED
        outcome = labels(f"outcome.{report.outcome}")
        status = f" {report.status}" if report.status and failed else ""
        rows.append(
            tag(
                "tr",
                tag("td", formats.recent(labels, report.fetched_at, now), class_="nw"),
                tag("td", tag("b", outcome + status) if failed else outcome, class_="nw"),
                tag("td", formats.number(report.entries), class_="num"),
                tag("td", formats.number(report.new), class_="num"),
                tag("td", formats.number(report.rejected), class_="num"),
                tag("td", labels("unit.seconds", n=f"{report.seconds:.1f}"), class_="num"),
                tag("td", _words(report.message, report.message_en, labels), class_="ms"),
            )
        )
    head = tag("tr", *(tag("th", labels(key), class_=c, scope="col") for key, c in heads))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows)), class_="scroll")


def runs(labels: Labels, reports: Sequence[RunReport], now: datetime) -> Html:
    """The latest runs."""
    if not reports:
        return tag("p", labels("source.runs_none"), class_="say")
    heads = ("started", "new", "relevant", "failed", "seconds")
    rows = []
    for report in reports:
        took = labels(f"run.{report.state}")
        if report.finished_at and report.state is RunState.DONE:
            seconds = (report.finished_at - report.started_at).total_seconds()
            took = labels("unit.seconds", n=formats.number(round(seconds)))
        cells = (report.new, report.relevant, report.failed)
        rows.append(
            tag(
                "tr",
                tag("td", formats.recent(labels, report.started_at, now), class_="nw"),
                *(tag("td", formats.number(cell), class_="num") for cell in cells),
                tag("td", took, class_="num"),
            )
        )
    head = tag(
        "tr",
        *(
            tag("th", labels(f"source.{key}"), class_="num" if i else None, scope="col")
            for i, key in enumerate(heads)
        ),
    )
    failures = sum(report.tag_failures for report in reports)
    note = tag("p", labels("source.runs_note", n=formats.number(failures)), class_="note")
    return join([tag("table", tag("thead", head), tag("tbody", *rows)), note])
