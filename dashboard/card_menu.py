"""The menu of a card in a list: what of it may be hidden. Pure: HTML out.

A choice reaches `dashboard.hiding.heard` by way of the browser's script.
"""

from __future__ import annotations

from dashboard.labels import Labels
from dashboard.markup import Html, fill, foreign, tag
from db.mutes import MuteKind
from db.query import ArticleCard

WORDS = "words"
KINDS = (MuteKind.OUTLET.value, MuteKind.STORY.value, WORDS)


def menu(labels: Labels, card: ArticleCard) -> Html:
    """``숨기기``, which opens to this outlet, this story, words in headlines."""

    def item(kind: str, words: object) -> Html:
        return tag("button", words, type="button", data_hide=kind, data_id=card.id)

    outlet = fill(labels.template("mute.hide_outlet"), value=foreign(card.outlet))
    items = [item(MuteKind.OUTLET.value, outlet)]
    if card.story_id:
        items.append(item(MuteKind.STORY.value, labels("mute.hide_story")))
    items.append(item(WORDS, labels("mute.hide_words")))
    named = tag("span", labels("mute.of_card", title=card.title), class_="sr")
    return tag(
        "details",
        tag("summary", tag("span", labels("mute.open"), aria_hidden="true"), named),
        tag("div", *items, class_="items"),
        class_="menu",
    )
