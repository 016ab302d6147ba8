"""Saved views in the sidebar: a list of links, and the button that keeps the present one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode

import streamlit as st

from dashboard import clock, data, filters, links, markup, person, said
from dashboard.filters import Params, Selection
from dashboard.labels import Labels
from dashboard.markup import foreign, link, tag
from dashboard.periods import Preset
from db.views import NAME_LENGTH, QUERY_LENGTH, SavedView

PLACE = "views"
KEPT = ("split", "sort", "order")
"""Parameters of one page that belong to a view."""


def href(view: SavedView, lang: str) -> str:
    """A view's address; "" if its page is not one of ours any more.

    Its parameters are read like any other address, so whatever in them is unknown is ignored.
    """
    if view.page not in links.PAGES:
        return ""
    params: dict[str, Sequence[str]] = {**parse_qs(view.query, max_num_fields=200)}
    params.pop("lang", None)
    if lang != "ko":
        params["lang"] = [lang]
    return links.href(view.page, params)


def query(selection: Selection, own: Params) -> str:
    """What a view keeps of a page: the filter, and how the page shows it."""
    # said outright, since a page without any parameter is given the filter of the one before
    params = filters.to_params(selection) or {"period": [Preset.DAYS_7.value]}
    kept = {key: list(own[key]) for key in KEPT if key in own}
    return urlencode({**params, **kept}, doseq=True)


def show(
    labels: Labels, views: Sequence[SavedView], name: str, selection: Selection, own: Params
) -> None:
    """The list, and on pages with a filter the form that keeps a new one."""
    may_save = name not in {"article", "settings", "sources"}
    if not views and not may_save:
        return
    with st.container(key="views", gap="small"):
        items = [
            tag("li", link(address, foreign(view.name)))
            for view in views
            if (address := href(view, labels.lang))
        ]
        heading = tag("h2", labels("view.title"), class_="side-h")
        listed = tag("ul", *items, class_="side-views") if items else ""
        markup.show(tag("nav", heading, listed, aria_label=labels("view.title")))
        said.draw(labels, PLACE)
        if not may_save:
            return
        with (
            st.popover(labels("view.save"), icon=":material/bookmark:", key=f"view-{name}"),
            st.form(f"view-form-{name}", border=False, enter_to_submit=True),
        ):
            key, who = f"view:{name}:name", f"view:{name}:who"
            st.text_input(
                labels("view.name"),
                max_chars=NAME_LENGTH,
                placeholder=labels("view.example"),
                key=key,
            )
            person.field(labels, who)
            st.form_submit_button(
                labels("fix.save"),
                key=f"view-save-{name}",
                on_click=_save,
                args=(labels, name, query(selection, own), key, who),
            )


def _save(labels: Labels, page: str, asked: str, key: str, who: str) -> None:
    name = " ".join(str(st.session_state.get(key) or "").split())[:NAME_LENGTH].strip()
    author = person.read(who)
    if not name:
        said.say(PLACE, labels("view.nameless"), failed=True)
        return
    if len(asked) > QUERY_LENGTH:
        said.say(PLACE, labels("view.too_long"), failed=True)
        return
    view = SavedView(name, page, asked, author)
    if said.attempt(labels, PLACE, lambda: data.at_desk(lambda d: d.save_view(view, clock.now()))):
        st.session_state[key] = ""
        said.say(PLACE, markup.fill(labels.template("view.saved"), name=foreign(name)))
