"""Forms that change companies and sources; what they keep holds from the next run on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import streamlit as st

from dashboard import clock, data, edit_rules, kept_lists, person, said
from dashboard.filters import LANGUAGES
from dashboard.frame import Page
from dashboard.labels import Labels
from dashboard.markup import fill, foreign, option, show, tag
from dashboard.tiles import card_head
from db.config_edits import LONGEST_VALUE, ConfigEdit, EditKind
from db.model import Company, RightsMode, Source

PLACE = kept_lists.EDITS
COMPANY_KINDS = frozenset(kind for kind in EditKind if not kind.startswith("source"))
SOURCE_KINDS = frozenset(EditKind) - COMPANY_KINDS


def _value(key: str) -> str:
    return edit_rules.line(st.session_state.get(key))


def _keep(labels: Labels, edit: ConfigEdit) -> bool:
    """Keep an edit, and say so."""
    call = lambda: data.at_desk(lambda desk: desk.edit_config(edit, clock.now()))  # noqa: E731
    if said.attempt(labels, PLACE, call) is None:
        return False
    said.say(PLACE, labels("edit.kept"))
    return True


def _refuse(labels: Labels, key: str, **values: object) -> None:
    said.say(PLACE, fill(labels.template(key), **values), failed=True)


# --- companies -----------------------------------------------------------------------------------


def companies(page: Page) -> None:
    """One company of the dictionary and its words; a form for another company."""
    labels = page.labels
    show(card_head(labels("edit.companies"), tag("span", labels("edit.next_run"))))
    kept_lists.edits(page, COMPANY_KINDS)
    ids = list(page.companies)
    if ids:
        chosen = _choose(page, "company", ids, page.company_name)
        _company(page, page.companies[chosen])
    with st.expander(labels("edit.company_add")):
        _new_company(page)


def _choose(page: Page, param: str, ids: list[str], name: Callable[[str], str]) -> str:
    """A select box whose choice stands in the URL."""
    wanted = page.param("of")
    key = f"edit:{param}"
    st.session_state[key] = wanted if wanted in ids else ids[0]

    def chosen() -> None:
        st.query_params["of"] = st.session_state[key]

    st.selectbox(
        page.labels(f"edit.choose_{param}"),
        ids,
        format_func=lambda value: option(name(value)),
        key=key,
        on_change=chosen,
    )
    return str(st.session_state[key])


def _company(page: Page, company: Company) -> None:
    labels = page.labels
    names = ", ".join(company.aliases)
    show(tag("p", labels("edit.aliases"), ": ", foreign(names), class_="note"))
    words = f"edit:{company.id}:words"
    with st.form(f"words-{company.id}", border=False, enter_to_submit=False):
        st.text_input(
            labels("edit.words"),
            max_chars=edit_rules.PHRASE_LENGTH,
            help=labels("edit.words_help"),
            key=words,
        )
        with st.container(horizontal=True, key="edit-words"):
            for kind in (EditKind.ALIAS_ADD, EditKind.EXCLUSION_ADD, EditKind.EXCLUSION_REMOVE):
                st.form_submit_button(
                    labels(f"edit.{kind}"),
                    key=f"edit-{kind}",
                    on_click=_keep_words,
                    args=(page, company, kind, words),
                )
    if len(company.aliases) > 1:
        with st.form(f"unalias-{company.id}", border=False, enter_to_submit=False):
            st.selectbox(
                labels("edit.alias_remove"),
                list(company.aliases),
                index=None,
                format_func=option,
                placeholder=labels("edit.alias_choose"),
                key=f"edit:{company.id}:alias",
            )
            st.form_submit_button(
                labels("note.delete"),
                key="edit-unalias",
                on_click=_keep_words,
                args=(page, company, EditKind.ALIAS_REMOVE, f"edit:{company.id}:alias"),
            )
    with st.form(f"names-{company.id}", border=False, enter_to_submit=False):
        korean, english = f"edit:{company.id}:ko", f"edit:{company.id}:en"
        with st.container(horizontal=True, vertical_alignment="bottom", key="edit-names"):
            st.text_input(labels("edit.name_ko"), company.name_ko, max_chars=80, key=korean)
            st.text_input(labels("edit.name_en"), company.name_en, max_chars=80, key=english)
            st.form_submit_button(
                labels("edit.company_names"),
                key="edit-names-save",
                on_click=_keep_names,
                args=(page, company.id, korean, english),
            )


def _keep_words(page: Page, company: Company, kind: EditKind, key: str) -> None:
    labels, text = page.labels, _value(key)
    if bad := edit_rules.phrase(text):
        _refuse(labels, bad)
        return
    if kind is EditKind.ALIAS_ADD:
        other = edit_rules.owner(text, page.companies.values())
        if other is not None:
            whose = foreign(labels.name(other))
            _refuse(labels, "edit.bad_alias", alias=foreign(text), company=whose)
            return
    if _keep(labels, ConfigEdit(kind, company.id, {"text": text}, person.name())):
        st.session_state[key] = None if kind is EditKind.ALIAS_REMOVE else ""


def _keep_names(page: Page, company_id: str, korean: str, english: str) -> None:
    values = {"name_ko": _value(korean), "name_en": _value(english)}
    if bad := edit_rules.names(values):
        _refuse(page.labels, bad)
        return
    _keep(page.labels, ConfigEdit(EditKind.COMPANY_NAMES, company_id, values, person.name()))


def _new_company(page: Page) -> None:
    labels = page.labels
    with st.form("new-company", border=False, enter_to_submit=False):
        st.text_input(labels("edit.id"), max_chars=60, placeholder="byeolmaru", key="new:id")
        st.text_input(labels("edit.name_ko"), max_chars=80, key="new:name_ko")
        st.text_input(labels("edit.name_en"), max_chars=80, key="new:name_en")
        st.text_area(
            labels("edit.aliases_lines"), max_chars=LONGEST_VALUE, height=96, key="new:aliases"
        )
        person.field(labels, "new:name")
        st.form_submit_button(
            labels("edit.company_add"), key="new-save", on_click=_keep_company, args=(page,)
        )


def _keep_company(page: Page) -> None:
    labels, author = page.labels, person.read("new:name")
    aliases = edit_rules.aliases(str(st.session_state.get("new:aliases") or ""))
    company_id = _value("new:id")
    values = {
        "name_ko": _value("new:name_ko"),
        "name_en": _value("new:name_en"),
        "aliases": "\n".join(aliases),
    }
    if bad := edit_rules.company(company_id, values, page.companies):
        _refuse(labels, bad)
        return
    for alias in aliases:
        if other := edit_rules.owner(alias, page.companies.values()):
            whose = foreign(labels.name(other))
            _refuse(labels, "edit.bad_alias", alias=foreign(alias), company=whose)
            return
    if _keep(labels, ConfigEdit(EditKind.COMPANY_ADD, company_id, values, author)):
        for key in ("new:id", "new:name_ko", "new:name_en", "new:aliases"):
            st.session_state[key] = ""


# --- sources -------------------------------------------------------------------------------------


def sources(page: Page) -> None:
    """One source with its switch, section and rights; a form for another feed."""
    labels = page.labels
    show(card_head(labels("edit.sources"), tag("span", labels("edit.next_run"))))
    kept_lists.edits(page, SOURCE_KINDS)
    by_id = {status.source.id: status.source for status, _ in page.states}
    if by_id:

        def name(source_id: str) -> str:
            source = by_id[source_id]
            return f"{source.outlet} · {source.section or source.id}"

        _source(page, by_id[_choose(page, "source", list(by_id), name)])
    with st.expander(labels("edit.source_add")):
        _new_source(page, by_id)


def _source(page: Page, source: Source) -> None:
    labels = page.labels
    enabled = "yes" if source.enabled else "no"
    state = labels(f"edit.enabled_{enabled}")
    show(
        tag(
            "p",
            labels(f"rights.{source.rights}"),
            " · ",
            state,
            " · ",
            foreign(source.url),
            class_="note",
        )
    )
    other = "no" if source.enabled else "yes"
    st.button(
        labels(f"edit.turn_{other}"),
        key=f"turn-{source.id}",
        on_click=_keep_value,
        args=(labels, EditKind.SOURCE_ENABLED, source.id, {"enabled": other}),
    )
    with st.form(f"rights-{source.id}", border=False, enter_to_submit=False):
        mode, licence = f"edit:{source.id}:rights", f"edit:{source.id}:licence"
        st.segmented_control(
            labels("edit.rights"),
            [mode.value for mode in RightsMode],
            default=source.rights.value,
            required=True,
            format_func=lambda value: labels(f"rights.{value}"),
            help=labels("edit.rights_help"),
            key=mode,
        )
        st.text_input(labels("edit.licence"), source.licence, max_chars=200, key=licence)
        st.form_submit_button(
            labels("edit.source_rights"),
            key="rights-save",
            on_click=_keep_rights,
            args=(labels, source.id, mode, licence),
        )
    with st.form(f"section-{source.id}", border=False, enter_to_submit=False):
        key = f"edit:{source.id}:section"
        with st.container(horizontal=True, vertical_alignment="bottom", key="edit-section"):
            st.text_input(labels("edit.section"), source.section, max_chars=60, key=key)
            st.form_submit_button(
                labels("edit.source_section"),
                key="section-save",
                on_click=_keep_section,
                args=(labels, source.id, key),
            )


def _keep_value(labels: Labels, kind: EditKind, source_id: str, values: Mapping[str, str]) -> None:
    _keep(labels, ConfigEdit(kind, source_id, values, person.name()))


def _keep_section(labels: Labels, source_id: str, key: str) -> None:
    _keep_value(labels, EditKind.SOURCE_SECTION, source_id, {"section": _value(key)})


def _keep_rights(labels: Labels, source_id: str, mode: str, licence: str) -> None:
    values = {"rights": _value(mode), "licence": _value(licence)}
    if bad := edit_rules.rights(values["rights"], values["licence"]):
        _refuse(labels, bad)
        return
    _keep_value(labels, EditKind.SOURCE_RIGHTS, source_id, values)


def _new_source(page: Page, by_id: Mapping[str, Source]) -> None:
    labels = page.labels
    with st.form("new-source", border=False, enter_to_submit=False):
        st.text_input(labels("edit.url"), max_chars=500, key="feed:url")
        st.text_input(labels("article.outlet"), max_chars=60, key="feed:outlet")
        st.text_input(labels("edit.section"), max_chars=60, key="feed:section")
        st.segmented_control(
            labels("filter.language"),
            LANGUAGES,
            default="ko",
            required=True,
            format_func=lambda value: labels(f"language.{value}"),
            key="feed:language",
        )
        st.segmented_control(
            labels("edit.rights"),
            [mode.value for mode in RightsMode],
            default=RightsMode.EXCERPT.value,
            required=True,
            format_func=lambda value: labels(f"rights.{value}"),
            help=labels("edit.rights_help"),
            key="feed:rights",
        )
        st.text_input(labels("edit.licence"), max_chars=200, key="feed:licence")
        person.field(labels, "feed:name")
        st.form_submit_button(
            labels("edit.source_add"), key="feed-save", on_click=_keep_source, args=(page, by_id)
        )


def _keep_source(page: Page, by_id: Mapping[str, Source]) -> None:
    labels, author = page.labels, person.read("feed:name")
    keys = ("url", "outlet", "section", "language", "rights", "licence")
    values = {key: _value(f"feed:{key}") for key in keys}
    if bad := edit_rules.source(values, (source.url for source in by_id.values())):
        _refuse(labels, bad)
        return
    if _keep(labels, ConfigEdit(EditKind.SOURCE_ADD, slug(values["url"]), values, author)):
        for key in ("url", "outlet", "section", "licence"):
            st.session_state[f"feed:{key}"] = ""


def slug(url: str) -> str:
    """An id for a new source that no other address gives: its host, and a digest of all of it."""
    host = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "feed").lower()).strip("-")
    return f"{host[:50].strip('-') or 'feed'}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"
