"""What a page hands out of its filter: files, a sheet to print, the feed to subscribe to. Pure."""

from __future__ import annotations

from dashboard import filters, links, periods
from dashboard.filters import Params, Selection
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, join, tag
from dashboard.periods import Preset

PAGES = frozenset({"overview", "articles", "companies", "stories", "keywords", "relations"})
"""The pages whose filter is what they show."""


def address(path: str, labels: Labels, selection: Selection, more: Params) -> str:
    """``path`` with the filter that the page shows."""
    params = filters.to_params(selection)
    if list(more.get("hidden", ())) == ["1"]:
        params["hidden"] = ["1"]
    if labels.lang != "ko":
        params["lang"] = [labels.lang]
    return links.href(path, params)


def links_of(labels: Labels, page: str, selection: Selection, more: Params) -> Html:
    """The links of one page, for the right of its heading."""
    if page not in PAGES:
        return EMPTY
    rolling = selection
    if selection.period.preset is Preset.CUSTOM:
        # a subscription to days that are over would stay silent for ever
        rolling = filters.with_period(
            selection, periods.resolve(Preset.DAYS_7, selection.period.end)
        )
    feed = address("feed.rss", labels, rolling, more)
    subscribe = tag(
        "a",
        labels("subscription.subscribe"),
        href=feed,
        class_="btn",
        target="_blank",
        rel="noopener",
        data_feed="1",
    )
    files = [
        tag(
            "a", labels(key), href=address(path, labels, selection, more), class_="btn", download=""
        )
        for key, path in (("handout.excel", "export.xlsx"), ("handout.csv", "export.csv"))
    ]
    sheet = tag(
        "a",
        labels("handout.print"),
        href=address("print", labels, selection, more),
        class_="btn",
        target="_blank",
        rel="noopener",
    )
    return join([*files, sheet, subscribe, ""], " ")
