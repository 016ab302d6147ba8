"""The tables of the page of sources. Pure: HTML out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dashboard import formats
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, fill, foreign, join, link, tag, text
from db.health import FINE, WORST_FIRST, Health, since_of
from db.model import FetchOutcome, FetchReport, RunReport, RunState, kst_day
from db.query import SourceStatus

SIGNS = {
    Health.OK: "●",
    Health.UNCHANGED: "●",
    Health.LATE: "◐",
    Health.UNVISITED: "◔",
    Health.EMPTY: "∅",
    Health.SILENT: "○",
    Health.STALE: "◌",
    Health.FAILING: "×",
    Health.BLOCKED: "⊘",
    Health.GONE: "✕",
    Health.STOPPED: "–",
}
CLASSES = {
    Health.OK: "ok",
    Health.UNCHANGED: "ok",
    Health.LATE: "late",
    Health.UNVISITED: "late",
    Health.EMPTY: "sil",
    Health.SILENT: "sil",
    Health.STALE: "sil",
    Health.FAILING: "bad",
    Health.BLOCKED: "bad",
    Health.GONE: "bad",
    Health.STOPPED: "off",
}
GROUPS = {
    "fine": (Health.OK, Health.UNCHANGED),
    "waiting": (Health.LATE, Health.UNVISITED),
    "quiet": (Health.SILENT, Health.STALE, Health.EMPTY),
    "out": (Health.FAILING, Health.BLOCKED, Health.GONE),
}
"""The states as the tiles, the filter and the cells of a strip sum them up."""


def badge(labels: Labels, health: Health) -> Html:
    """A state with its sign and word."""
    return _badge(health, labels(f"health.{health}"))


def _badge(health: Health, words: str) -> Html:
    sign = tag("i", SIGNS[health], aria_hidden="true")
    return tag("span", sign, words, class_=f"hs {CLASSES[health]}")


def tiles(labels: Labels, states: Sequence[Health]) -> Html:
    """How many feeds are in each group of states, and in which states these are."""
    counts = Counter(states)
    cards = []
    for group, members in (*GROUPS.items(), ("stopped", (Health.STOPPED,))):
        name = labels(f"health.group_{group}" if group in GROUPS else "health.stopped")
        there = [health for health in members if counts[health]]
        parts = [f"{labels(f'health.{h}')} {formats.number(counts[h])}" for h in there]
        one = there[0] if len(there) == 1 else members[0]
        words = " · ".join(parts) if len(parts) > 1 else labels(f"health.{one}_say")
        if len(there) == 1 and one is not members[0]:
            words = f"{labels(f'health.{one}')}: {words}"
        total = sum(counts[health] for health in members)
        cards.append(
            tag(
                "section",
                _badge(members[0], name),
                tag(
                    "div",
                    formats.number(total),
                    tag("small", labels("unit.outlet")),
                    class_="v",
                ),
                tag("div", words, class_="d"),
                class_="card tile",
            )
        )
    return tag("div", *cards, class_="g g5")


def definitions(labels: Labels) -> Html:
    """What every state means and what to do about it."""
    head = tag(
        "tr",
        *(
            tag("th", labels(key), scope="col")
            for key in ("source.state", "health.meaning", "health.do")
        ),
    )
    rows = [
        tag(
            "tr",
            tag("td", badge(labels, health)),
            tag("td", labels(f"health.{health}_say"), class_="ms"),
            tag("td", labels(f"health.{health}_do", id="ID"), class_="ms"),
        )
        for health in WORST_FIRST
    ]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="ht defs")
    return tag("div", table, class_="scroll")


def advice(labels: Labels, status: SourceStatus, health: Health, now: datetime) -> Html:
    """What the state of one feed means, since when, what to do, and when it is asked next."""
    said = labels(f"health.{health}_say")
    if health is Health.UNVISITED and status.last_fetch_at is None:
        said = labels("source.detail_never")
    parts: list[Html] = [text(said)]
    since = since_of(status, health)
    if since is not None:
        at = formats.recent(labels, since, now)
        parts += [text(" · "), tag("b", labels("health.since", at=at))]
    next_ = EMPTY
    if status.retired_at is not None:
        next_ = join([" · ", labels("source.retired")])
    elif status.next_visit_at is not None and health is not Health.STOPPED:
        at = formats.recent(labels, max(status.next_visit_at, now), now)
        next_ = join([" · ", labels("source.next", at=at)])
    elif health is not Health.STOPPED:
        next_ = join([" · ", labels("source.next_run")])
    lines = [tag("p", *parts, next_, class_="say")]
    if health not in FINE:
        to_do = fill(labels.template(f"health.{health}_do"), id=foreign(status.source.id))
        lines.append(tag("p", tag("b", labels("health.do")), " ", to_do, class_="say"))
    return join(lines)


def strip(labels: Labels, slices: Sequence[Health | None]) -> Html:
    """The last days of one feed, a cell per slice of time."""
    groups = Counter(
        name for health in slices for name, members in GROUPS.items() if health in members
    )
    words = labels("health.strip", **{name: groups[name] for name in GROUPS})
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
                tag("td", _day(labels, status, now), class_="num"),
                tag("td", strip(labels, slices_), class_="wk"),
                tag("td", labels(f"rights.{source.rights}"), class_="nw"),
                tag("td", _words(status.message, status.message_en, labels), class_="ms"),
                class_="hot" if health in GROUPS["out"] else None,
            )
        )
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", *rows), class_="ht"), class_="scroll"
    )


def _words(korean: str, english: str, labels: Labels) -> Html:
    """What a feed's last visit said; it may quote the feed's server."""
    words = korean if labels.lang == "ko" else english or korean
    return foreign(words) if words else text(formats.DASH)


def _day(labels: Labels, status: SourceStatus, now: datetime) -> Html:
    """The articles of 24 hours, and how many there usually are on such a day."""
    count = text(formats.number(status.articles_24h))
    if status.habit is None:
        return count
    usual = status.habit.on(kst_day(now))
    shown = f"{usual:.1f}" if usual < 10 else formats.number(round(usual))
    return join([count, tag("small", labels("source.usual", n=shown))])


def _some(count: int) -> str:
    return formats.number(count) if count else formats.DASH


def legend(labels: Labels) -> Html:
    """What the cells of the strip mean."""
    items = [
        tag("span", tag("i", class_=f"s-{CLASSES[members[0]]}"), labels(f"health.group_{group}"))
        for group, members in GROUPS.items()
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
