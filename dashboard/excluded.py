"""The line that says how many articles of a page's filter mutes leave out."""

from __future__ import annotations

from dataclasses import replace

from dashboard import formats
from dashboard.data import Reader
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, join, link, tag
from db.query import ArticleFilter


def line(
    labels: Labels, reader: Reader, wanted: ArticleFilter, listing: str, settings: str
) -> Html:
    """``숨김 규칙 3개로 128건 제외``, leading to the articles and to the rules; else nothing."""
    mutes = reader.mutes()
    if not mutes:
        return EMPTY
    articles = reader.counts(replace(wanted, muted=True)).articles
    if not articles:
        return EMPTY
    words = labels("mute.excluded", rules=formats.number(len(mutes)), n=formats.number(articles))
    return tag(
        "p",
        join([link(listing, words), link(settings, labels("mute.manage"))], " · "),
        class_="excluded",
    )
