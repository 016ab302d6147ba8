"""The filter's widgets. They are set from the URL before they are drawn, and write to the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from dashboard import filters, formats, groups, links, markup, periods, person, saved
from dashboard.filters import Known, Params, Selection
from dashboard.labels import Labels
from dashboard.markup import join, link, tag
from dashboard.periods import Preset
from db.model import Tone
from db.query import StoreInfo
from db.views import SavedView

PAGES_WITHOUT_FILTER = frozenset({"sources", "settings"})


@dataclass(frozen=True)
class Panel:
    """What the sidebar needs. ``keep`` are the page's own parameters, of which few survive a change."""

    labels: Labels
    name: str
    selection: Selection
    today: date
    known: Known
    company_names: Mapping[str, str]
    info: StoreInfo
    groups: Mapping[str, Sequence[str]]
    views: Sequence[SavedView]
    keep: Params
    other_language: str


KEPT = ("split", "sort", "lang", "order", "pairs", "kind")
"""Own parameters of a page that stay when the filter changes; a cursor or a date would lie."""


def write(panel: Panel, selection: Selection) -> None:
    """Put ``selection`` into the URL. From the page of one article this leads to the list."""
    kept = {key: list(panel.keep[key]) for key in KEPT if key in panel.keep}
    if panel.name == "stories":
        # a changed filter asks for the list; one story has nothing to filter
        selection = replace(selection, wanted=replace(selection.wanted, story_id=""))
    st.query_params.from_dict({**kept, **filters.to_params(selection)})
    if panel.name == "article":
        st.session_state["chipwatch_go"] = links.to("articles", selection, panel.labels.lang)


def state_key(name: str, key: str) -> str:
    """The session's key of a widget; unique per page, or Streamlit would carry values across."""
    return f"{name}.{key}"


def _changed(panel: Panel, key: str) -> None:
    """A widget was used: read it, and write the URL."""
    value = st.session_state[state_key(panel.name, key)]
    selection = panel.selection
    wanted = selection.wanted
    if key == "period":
        preset = Preset(value or Preset.DAYS_7)
        if preset is Preset.CUSTOM:
            period = periods.custom(selection.period.start, selection.period.end)
        else:
            period = periods.resolve(preset, panel.today)
        selection = filters.with_period(selection, period)
    elif key == "days":
        if len(value) < 2:
            return  # the second day has not been chosen yet
        selection = filters.with_period(selection, periods.custom(value[0], value[1]))
    elif key == "company":
        selection = replace(selection, wanted=replace(wanted, companies=tuple(value)))
    elif key == "group":
        companies = tuple(panel.groups[value]) if value else ()
        selection = replace(selection, wanted=replace(wanted, companies=companies))
    elif key == "outlet":
        selection = replace(selection, wanted=replace(wanted, outlets=tuple(value)))
    elif key == "tone":
        selection = replace(selection, wanted=replace(wanted, tones=tuple(map(Tone, value))))
    elif key == "language":
        selection = replace(selection, wanted=replace(wanted, languages=tuple(value)))
    write(panel, selection)


def _set(panel: Panel, key: str, value: object) -> dict[str, Any]:
    """Give a widget the URL's value; returns the arguments that tie it to `_changed`."""
    name = state_key(panel.name, key)
    st.session_state[name] = value
    return {"key": name, "on_change": _changed, "args": (panel, key)}


def show(panel: Panel) -> None:
    """Draw the sidebar."""
    labels = panel.labels
    with st.sidebar:
        if panel.name in PAGES_WITHOUT_FILTER:
            markup.show(tag("p", labels("filter.not_used"), class_="side-note"))
        else:
            _period(panel)
            _things(panel)
        saved.show(labels, panel.views, panel.name, panel.selection, panel.keep)
        _foot(panel)


def _period(panel: Panel) -> None:
    labels, period = panel.labels, panel.selection.period
    st.pills(
        labels("filter.period"),
        [preset.value for preset in Preset],
        required=True,
        format_func=lambda value: labels(f"preset.{value}"),
        **_set(panel, "period", period.preset.value),
    )
    if period.preset is Preset.CUSTOM:
        st.date_input(
            labels("filter.days"),
            max_value=panel.today,
            format="YYYY.MM.DD",
            **_set(panel, "days", (period.start, period.end)),
        )
    span = formats.span(labels, period.start, period.end)
    markup.show(tag("p", span, class_="side-span"))


def _things(panel: Panel) -> None:
    labels, wanted = panel.labels, panel.selection.wanted

    def company(key: str) -> str:
        return panel.company_names[key]

    def select(label: str, key: str, options: Sequence[str], value: Sequence[str]) -> None:
        st.multiselect(
            labels(label),
            options,
            format_func=company if key == "company" else markup.option,
            placeholder=labels(
                "filter.all_companies" if key == "company" else "filter.all_outlets",
                n=len(options),
            ),
            **_set(panel, key, list(value)),
        )

    select("filter.companies", "company", list(panel.known.companies), wanted.companies)
    if panel.groups:
        st.pills(
            labels("filter.groups"),
            list(panel.groups),
            format_func=lambda group: labels(
                "group.pill", name=labels(f"group.{group}"), n=len(panel.groups[group])
            ),
            label_visibility="collapsed",
            **_set(panel, "group", groups.chosen(panel.groups, wanted.companies)),
        )
    st.pills(
        labels("filter.tone"),
        [Tone.POSITIVE.value, Tone.NEUTRAL.value, Tone.NEGATIVE.value, Tone.UNRATED.value],
        selection_mode="multi",
        format_func=lambda value: labels(f"tone.{value}"),
        **_set(panel, "tone", [tone.value for tone in wanted.tones]),
    )
    select("filter.outlets", "outlet", list(panel.known.outlets), wanted.outlets)
    if len(panel.known.languages) > 1:
        st.pills(
            labels("filter.language"),
            list(panel.known.languages),
            selection_mode="multi",
            format_func=lambda value: labels(f"language.{value}"),
            **_set(panel, "language", list(wanted.languages)),
        )
    if filters.to_params(panel.selection):
        # said outright, since a page without any parameter is given the filter of the one before
        fresh = {"period": [Preset.DAYS_7.value]}
        if labels.lang != "ko":
            fresh["lang"] = [labels.lang]
        path = links.href("articles" if panel.name == "article" else panel.name, fresh)
        markup.show(tag("p", link(path, labels("filter.reset")), class_="side-note"))


def _foot(panel: Panel) -> None:
    labels, info = panel.labels, panel.info
    held = labels(
        "nav.about_held",
        total=formats.number(info.articles),
        relevant=formats.number(info.relevant),
    )
    version = info.tagger_version
    tags = labels("nav.about_tags", version=version[:12]) if version else labels("nav.about_none")
    other = link(panel.other_language, labels("nav.language_other"))
    lines = [
        tag("div", join([labels("nav.language_this"), " · ", other])),
        tag("div", tags),
        tag("div", held),
    ]
    markup.show(tag("div", *lines, class_="sfoot"))
    person.door(labels)
