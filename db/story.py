"""A story as its own page shows it. Standard library only, frozen, as in :mod:`db.query`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.model import Quote
from db.query import ArticleCard

MOST_ARTICLES = 300
"""Articles of a story that are loaded; `Story.articles_in_all` counts the others too."""


@dataclass(frozen=True, slots=True)
class StoryQuote:
    """What somebody said, and the article that said it first."""

    article_id: str
    outlet: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class StoryMerge:
    """The story ``story_id``, of so many articles, turned out to be this one.

    ``article_id``: the article that showed it, first seen at ``merged_at``.
    """

    story_id: str
    article_id: str
    merged_at: datetime
    articles: int


@dataclass(frozen=True, slots=True)
class Story:
    """A story. ``id`` is that of the surviving story, whatever id was asked for."""

    id: str
    articles: tuple[ArticleCard, ...]
    """by ``published_at``, then id; the first `MOST_ARTICLES`"""
    articles_in_all: int
    outlets_in_all: int
    release_id: str = ""
    """the company's own press release among the articles, "" if none was collected"""
    quotes: tuple[StoryQuote, ...] = ()
    """in order of appearance; each saying once. Cut and left out as in `ArticleDetail.quotes`"""
    merges: tuple[StoryMerge, ...] = ()
    """oldest first"""
