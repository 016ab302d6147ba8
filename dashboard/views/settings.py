"""What people keep and change: companies, sources, mutes, saved views, groups, display."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import clock, data, edit_forms, frame, kept_lists, pictures, said
from dashboard.markup import link, option, show, tag
from dashboard.tiles import card_head
from db.audiences import MOST_COMPANIES, Audience, Group
from db.store import Desk

SECTIONS = ("companies", "sources", "mutes", "views", "groups", "display")

page = frame.begin("settings")
labels = page.labels
frame.title(page, labels("settings.title"), labels("settings.sub"))
section = page.param("section") if page.param("section") in SECTIONS else SECTIONS[0]


def set_section() -> None:
    """Write the chosen section into the URL."""
    st.query_params["section"] = st.session_state["kept:section"]


def groups() -> None:
    """Which companies are ours, which compete, which are the industry."""
    show(card_head(labels("group.title"), tag("span", labels("group.say"))))
    said.draw(labels, "groups")
    chosen = {audience.group: audience.companies for audience in page.reader.audiences()}
    with st.form("groups", border=False, enter_to_submit=False):
        for group in Group:
            ids = [c for c in chosen.get(group, ()) if c in page.companies]
            st.multiselect(
                labels(f"group.{group}"),
                list(page.companies),
                ids,
                format_func=lambda key: option(page.company_name(key)),
                placeholder=labels("group.choose"),
                max_selections=MOST_COMPANIES,
                key=f"settings.group.{group}",
            )
        st.form_submit_button(labels("fix.save"), key="groups-save", on_click=save_groups)


def keep_group(audience: Audience, desk: Desk) -> None:
    """Write one group."""
    desk.set_audience(audience, clock.now())


def save_groups() -> None:
    """Keep all three groups; a company stands in one of them."""
    picked = {group: list(st.session_state[f"settings.group.{group}"]) for group in Group}
    every = [company for ids in picked.values() for company in ids]
    if doubled := next((company for company in every if every.count(company) > 1), ""):
        words = labels("group.doubled", company=page.company_name(doubled))
        said.say("groups", words, failed=True)
        return

    def keep() -> bool:
        for group, ids in picked.items():
            audience = Audience(group, tuple(ids))
            data.at_desk(partial(keep_group, audience))
        return True

    if said.attempt(labels, "groups", keep):
        said.say("groups", labels("group.saved"))


def display() -> None:
    """Pictures of publishers, and the language."""
    show(card_head(labels("settings.display")))
    st.session_state["kept:pictures"] = pictures.allowed()
    st.toggle(
        labels("settings.pictures"),
        key="kept:pictures",
        on_change=lambda: pictures.allow(st.session_state["kept:pictures"]),
    )
    show(tag("p", labels("settings.pictures_say"), class_="note"))
    here = page.href("settings", {"section": "display"})
    other = "en" if labels.lang == "ko" else "ko"
    joint = "&" if "?" in here else "?"
    address = (
        here.replace("lang=en", "lang=ko") if "lang=en" in here else f"{here}{joint}lang={other}"
    )
    show(tag("p", labels("settings.language"), ": ", link(address, labels("nav.language_other"))))


st.session_state["kept:section"] = section
st.pills(
    labels("settings.section"),
    list(SECTIONS),
    required=True,
    format_func=lambda key: labels(f"settings.{key}"),
    key="kept:section",
    on_change=set_section,
    label_visibility="collapsed",
)
with st.container(border=True, key="card-settings"):
    {
        "companies": lambda: edit_forms.companies(page),
        "sources": lambda: edit_forms.sources(page),
        "mutes": lambda: kept_lists.mutes(page),
        "views": lambda: kept_lists.views(page),
        "groups": groups,
        "display": display,
    }[section]()
