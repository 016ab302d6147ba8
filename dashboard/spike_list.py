"""Spikes as a component: what the chart marks, in words, with the largest story of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dashboard import filters, formats, holidays, periods, spikes
from dashboard.frame import Page
from dashboard.markup import Html, fill, foreign, link, show, tag
from dashboard.spikes import SUNDAY, Spike
from db.query import Step

LONGEST_DAYS = 31
"""As for the coverage strip: further back the log of visits is large, and marks would be dust."""
SHOWN = 3


def read(page: Page, step: Step) -> tuple[Spike, ...]:
    """The spikes of the page's filter; none in charts of hours or weeks, or of long periods."""
    period, first_day = page.selection.period, page.info.first_day
    if step is not Step.DAY or period.days > LONGEST_DAYS or first_day is None:
        return ()
    since = period.start - timedelta(weeks=spikes.WEEKS)
    counted = page.reader.story_days(filters.between(page.selection.wanted, since, period.end))
    by_day = {count.day: count.stories for count in counted}
    days = [period.start + timedelta(back) for back in range(period.days)]
    # nothing stands out: then the log of visits need not be read
    if not spikes.find(by_day, days, first_day, None):
        return ()
    known = None
    # the visits of a sample are those of its last week only
    if not page.info.sample:
        known = spikes.feeds(page.reader.health(periods.midnight(since), timedelta(1))) or None
    return tuple(spikes.find(by_day, days, first_day, known))


def sentence(page: Page, spike: Spike) -> str:
    """``평소 수요일 4개 이슈 → 오늘 13개``"""
    return page.labels("spike.say", **_values(page, spike))


def _values(page: Page, spike: Spike) -> dict[str, str]:
    labels = page.labels
    weekday = labels(f"weekday.{spikes.kind(spike.day)}")
    usual_day = labels("spike.weekday", day=weekday)
    if spikes.kind(spike.day) == SUNDAY and holidays.name(spike.day, labels.lang):
        usual_day = labels("spike.holiday")
    now = spike.day == page.today
    return {
        "weekday": usual_day,
        "usual": formats.number(spike.usual),
        "when": labels("time.today") if now else formats.day(labels, spike.day, year=False),
        "stories": formats.number(spike.stories),
    }


def show_spikes(page: Page, found: Sequence[Spike]) -> None:
    """The days that stand out most, in their order, each with its largest story."""
    labels = page.labels
    if not found:
        return
    most = sorted(found, key=lambda spike: spike.usual - spike.stories)[:SHOWN]
    items = [_item(page, spike) for spike in sorted(most, key=lambda spike: spike.day)]
    rule = labels("spike.rule", n=spikes.WEEKS)
    head = tag("h3", labels("spike.title"), tag("span", rule, class_="note"))
    show(tag("div", head, tag("ul", *items), class_="spikes"))


def _item(page: Page, spike: Spike) -> Html:
    labels, selection = page.labels, page.selection
    day = periods.custom(spike.day, spike.day)
    values = {
        key: tag("b", value) if key == "stories" else value
        for key, value in _values(page, spike).items()
    }
    said = fill(labels.template("spike.say"), **values)
    parts: list[object] = [tag("i", "◆", aria_hidden="true"), said]
    wanted = filters.between(selection.wanted, spike.day, spike.day)
    for card in page.reader.stories(wanted, 1, True):
        parts += [
            " ",
            link(page.story_href(card), foreign(card.title)),
            " ",
            tag(
                "span", labels("unit.outlets_of", n=formats.number(card.story_outlets)), class_="mt"
            ),
        ]
    address = page.href("articles", selection=filters.with_period(selection, day))
    parts += [" ", link(address, labels("spike.articles"), class_="nw")]
    return tag("li", *parts)
