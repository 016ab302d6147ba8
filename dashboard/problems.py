"""The pages that stand in for a page that cannot be shown: a sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import formats
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, foreign, show, tag
from db.errors import ChipwatchError, StoreLocked, StoreMissing
from db.query import StoreInfo

RUN = ("chipwatch run", "problem.run")
DEMO = ("chipwatch dashboard --demo", "problem.demo")
DOCTOR = ("chipwatch doctor", "problem.doctor")
PROCESS = ("chipwatch process", "problem.process")


def _page(
    labels: Labels, title: str, sentence: object, steps: Sequence[tuple[str, str]], note: str = ""
) -> Html:
    rows = [
        tag("li", tag("code", command), tag("span", labels(what), class_="say"))
        for command, what in steps
    ]
    return tag(
        "section",
        tag("h1", title),
        tag("p", sentence, class_="lead"),
        tag("p", note, class_="say") if note else EMPTY,
        tag("h2", labels("problem.next")) if rows else EMPTY,
        tag("ul", *rows) if rows else EMPTY,
        class_="problem",
        role="alert",
    )


def store(labels: Labels, error: ChipwatchError) -> None:
    """Why the store cannot be read, in the error's own sentence, and the commands that help."""
    sentence = foreign(error.text(labels.lang))
    if isinstance(error, StoreMissing):
        show(_page(labels, labels("problem.missing_title"), sentence, (RUN, DEMO)))
    elif isinstance(error, StoreLocked):
        show(_page(labels, labels("problem.title"), sentence, (), labels("problem.locked")))
    else:
        show(_page(labels, labels("problem.title"), sentence, (DOCTOR,)))


def unknown(labels: Labels) -> None:
    """Something that should not happen; the log has the details."""
    show(_page(labels, labels("problem.title"), labels("problem.unknown"), (DOCTOR,)))


def empty(labels: Labels, info: StoreInfo) -> None:
    """A database without relevant articles."""
    title = labels("problem.empty_title")
    if info.untagged:
        waiting = labels("problem.empty_untagged", n=formats.number(info.untagged))
        show(_page(labels, title, waiting, (PROCESS, DEMO)))
    else:
        show(_page(labels, title, labels("problem.empty_say"), (RUN, DEMO)))


def story(labels: Labels) -> None:
    """An address whose story is not there."""
    show(_page(labels, labels("story.missing"), labels("story.missing_say"), ()))


def article(labels: Labels) -> None:
    """An address whose article is not there."""
    show(_page(labels, labels("article.missing"), labels("article.missing_say"), ()))
