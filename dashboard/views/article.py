"""One article in full, under its permalink ``/article?id=…``."""

from __future__ import annotations

import streamlit as st

from dashboard import (
    corrections,
    edits,
    formats,
    frame,
    fullcard,
    hiding,
    notes,
    pictures,
    problems,
    remembered,
)
from dashboard.markup import EMPTY, link, show, tag
from dashboard.tiles import card_head
from db.errors import NotFound

SIZES = ("s", "m", "l")

page = frame.begin("article")
labels, setting = page.labels, page.setting()
back = link(page.href("articles"), labels("article.back"))
try:
    detail = page.reader.article(page.param("id"))
except NotFound:
    show(tag("div", back, class_="crumb"))
    problems.article(labels)
    st.stop()
card = detail.card


def photo() -> None:
    """The photo: ours at once, a publisher's only when asked for, since its server will know."""
    if not card.image_url or not fullcard.picture(card.image_url):
        return
    key = f"photo-{card.id}"
    allowed = st.session_state.get(key) or pictures.allowed()
    if not (fullcard.own_picture(card.image_url) or allowed):
        with st.container(horizontal=True, vertical_alignment="center", key="photo-ask"):
            if st.button(labels("article.photo_load"), icon=":material/image:"):
                st.session_state[key] = True
                st.rerun()
            show(tag("p", labels("article.photo_note"), class_="note"))
        return
    with st.container(key="photo"):
        show(fullcard.photo(labels, detail))
        if st.button(labels("article.photo_enlarge"), icon=":material/zoom_in:", key="enlarge"):
            enlarged()


@st.dialog(labels("article.photo"), width="large")
def enlarged() -> None:
    """The photo as large as the window allows."""
    show(fullcard.photo(labels, detail, large=True))


def set_size() -> None:
    """Remember the size in this browser, and in the URL."""
    remembered.keep("size", st.session_state["article.size"])
    st.query_params["size"] = st.session_state["article.size"]


def body() -> None:
    """Parts 7a and 7, or the one line that says why there is no text."""
    text = fullcard.body(detail)
    asked = page.param("size") or remembered.read("size")
    size = asked if asked in SIZES else "m"
    if text:
        with st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            key="text-size",
        ):
            show(tag("span", labels("article.body_full"), class_="note"))
            st.session_state["article.size"] = size
            st.segmented_control(
                labels("article.text_size"),
                list(SIZES),
                required=True,
                format_func=lambda value: labels(f"article.size_{value}"),
                key="article.size",
                on_change=set_size,
                label_visibility="collapsed",
                width="content",
            )
    show(fullcard.subheads(detail))
    photo()
    if text:
        show(tag("div", text, class_=f"size-{size}"))
    else:
        show(tag("p", labels("article.body_withheld"), class_="withheld"))


def main() -> None:
    """The card."""
    show(
        tag(
            "div",
            fullcard.headline(setting, card),
            fullcard.gone(setting, detail),
            fullcard.companies(setting, card),
            fullcard.summary(setting, detail),
            class_="art",
        )
    )
    body()
    show(fullcard.quotations(labels, detail))
    show(edits.history(labels, detail.versions, page.now))
    original = link(card.url, labels("article.original"), outside=True, class_="btn")
    show(tag("div", fullcard.copyright_line(detail), original, class_="cpy-row"))
    outlets = len({other.outlet for other in detail.similar})
    heading = labels(
        "article.similar",
        n=formats.number(len(detail.similar)),
        outlets=formats.number(outlets),
    )
    show(
        tag(
            "section",
            tag("h3", heading) if len(detail.similar) > 1 else "",
            fullcard.similar(setting, detail),
            class_="sec",
        )
    )
    address = page.href("article", {"id": card.id})
    copy = tag("button", labels("article.copy"), class_="btn", type="button", data_copy=address)
    with st.container(horizontal=True, vertical_alignment="center", key="acts"):
        show(tag("div", copy, class_="acts"))
        corrections.action(page, card)
        hiding.menu(page, card)


def rail() -> None:
    """What stands beside the card: spread, tone by company, facts."""
    if len({other.outlet for other in detail.similar}) > 1:
        show(
            tag(
                "section",
                card_head(
                    labels("article.spread"),
                    aside=link(page.story_href(card), labels("story.see"))
                    if card.story_id
                    else EMPTY,
                ),
                fullcard.spread(setting, detail.similar),
                class_="card",
            )
        )
    if card.mentions:
        show(
            tag(
                "section",
                card_head(labels("article.tone_table")),
                fullcard.tone_table(setting, card),
                class_="card",
            )
        )
    topics = {topic.id: labels.name(topic) for topic in page.reader.topics()}
    named = [topics.get(topic, topic) for topic in card.topics]
    address = page.href("article", {"id": card.id})
    show(
        tag(
            "section",
            card_head(labels("article.facts")),
            fullcard.facts(setting, detail, named, address),
            class_="card",
        )
    )


show(tag("div", back, class_="crumb"))
hiding.notice(page, card)
left, right = st.columns([1, 0.38], gap="medium")
with left, st.container(border=True, key="card-article"):
    main()
with left:
    corrections.panel(page, detail)
    notes.panel(page, detail)
with right:
    rail()
