"""What every page begins with: language, theme, store, filter from the URL, header and sidebar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard import (
    clock,
    data,
    excluded,
    filters,
    formats,
    fresh,
    groups,
    handout,
    links,
    palette,
    periods,
    problems,
    remembered,
    sidebar,
)
from dashboard.cards import NOTHING_SOUGHT, Setting
from dashboard.data import Reader
from dashboard.filters import FILTER_KEYS, Known, Params, Selection
from dashboard.labels import LANGUAGES, Labels
from dashboard.markup import foreign, join, link, show, tag
from dashboard.palette import Palette
from dashboard.periods import Comparison
from db.health import FINE, Health
from db.model import Company, kst_day
from db.query import ArticleCard, ArticleFilter, SourceStatus, StoreInfo
from db.search import parse

STORY_BEFORE, STORY_AFTER = timedelta(7), timedelta(14)
"""How far around an article its story's other articles are looked for."""


@dataclass(frozen=True)
class Page:
    """What the script of one page works with. ``more`` are the URL's parameters of this page only."""

    name: str
    labels: Labels
    palette: Palette
    now: datetime
    reader: Reader
    info: StoreInfo
    selection: Selection
    known: Known
    companies: Mapping[str, Company]
    states: Sequence[tuple[SourceStatus, Health]]
    more: Params

    @property
    def today(self) -> date:
        return kst_day(self.now)

    @property
    def comparison(self) -> Comparison:
        """What the page's period is compared with."""
        return periods.compare(self.selection.period, self.today, self.info.first_day)

    def param(self, key: str) -> str:
        """The value of one of this page's own parameters, or ""."""
        return next(iter(self.more.get(key, ())), "")

    def href(
        self,
        page: str,
        more: Mapping[str, str | Sequence[str]] = {},
        selection: Selection | None = None,
    ) -> str:
        """An address of ours with the present filter, or another ``selection``."""
        return links.to(page, selection or self.selection, self.labels.lang, more)

    def company_name(self, company_id: str) -> str:
        company = self.companies.get(company_id)
        return self.labels.name(company) if company else company_id

    def own(self) -> dict[str, list[str]]:
        """This page's own parameters, without the language."""
        return {key: list(values) for key, values in self.more.items() if key != "lang"}

    def story_href(self, card: ArticleCard) -> str:
        """The page of a card's story."""
        wanted = replace(self.selection.wanted, story_id=card.story_id)
        return self.href("stories", selection=replace(self.selection, wanted=wanted))

    def story_articles_href(self, card: ArticleCard) -> str:
        """All articles of a card's story, whatever else is filtered for."""
        day = kst_day(card.published_at)
        until = min(day + STORY_AFTER, max(self.today, day))
        period = periods.custom(day - STORY_BEFORE, until)
        only = ArticleFilter(start=period.start, end=period.end, story_id=card.story_id)
        return links.to("articles", Selection(period, only), self.labels.lang)

    def setting(self, *, searched: bool = False) -> Setting:
        """What the cards of this page share; with ``searched``, matches of the query are marked."""
        wanted = self.selection.wanted
        return Setting(
            labels=self.labels,
            companies=self.companies,
            focus=wanted.companies,
            now=self.now,
            href=lambda article_id: self.href("article", {"id": article_id}),
            story=self.story_href,
            search=parse(wanted.query) if searched else NOTHING_SOUGHT,
            menus=self.param("hidden") != "1",
        )


def params() -> dict[str, list[str]]:
    """The URL's query parameters as they are."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def language() -> str:
    """The language asked for: by the URL, else as before in this browser, else Korean."""
    asked = next(iter(st.query_params.get_all("lang")), "")
    if asked in LANGUAGES:
        remembered.keep("lang", asked)
    return remembered.read("lang")


def _restored(name: str, lang: str) -> dict[str, list[str]]:
    """The URL's parameters; on coming from another page without any, that page's filter.

    The navigation bar drops the query string, so the filter is put back into the URL.
    """
    found = params()
    came = st.session_state.get("chipwatch_page") not in {None, name}
    st.session_state["chipwatch_page"] = name
    if came and not any(key in found for key in FILTER_KEYS):
        found = {**st.session_state.get("chipwatch_filter", {}), **found}
    found.pop("lang", None)
    if lang != "ko":
        found["lang"] = [lang]
    if found != params():
        st.query_params.from_dict(found)
    return found


def begin(name: str) -> Page:
    """Open the store, read the URL, draw header and sidebar. Raises `StoreError`.

    On a database without articles it shows what to do next and ends the script; the page of
    sources goes on, since that is where the user sees why.
    """
    labels = Labels(language())
    now = clock.now()
    found = _restored(name, labels.lang)
    reader = data.reader()
    info = reader.info()
    states = reader.states(now)
    companies = {company.id: company for company in reader.companies()}
    spoken = {status.source.language for status, _ in states}
    known = Known(
        companies=tuple(companies),
        outlets=tuple(reader.outlets()),
        languages=tuple(key for key in filters.LANGUAGES if key in spoken),
        topics=tuple(topic.id for topic in reader.topics()),
    )
    selection = filters.parse(found, kst_day(now), known)
    st.session_state["chipwatch_filter"] = filters.to_params(selection)
    page = Page(
        name=name,
        labels=labels,
        palette=palette.of(theme()),
        now=now,
        reader=reader,
        info=info,
        selection=selection,
        known=known,
        companies=companies,
        states=states,
        more={key: values for key, values in found.items() if key not in FILTER_KEYS},
    )
    _header(page)
    fresh.watch(labels, reader)
    sidebar.show(
        sidebar.Panel(
            labels=labels,
            name=name,
            selection=selection,
            today=page.today,
            known=known,
            company_names={key: page.company_name(key) for key in companies},
            info=info,
            groups=groups.known(reader.audiences(), companies),
            views=reader.saved_views(),
            keep=page.more,
            other_language=links.href(
                name, {**found, "lang": ["en" if labels.lang == "ko" else "ko"]}
            ),
        )
    )
    # the page of an article stays: a person may have said of the last one that it is irrelevant
    stays = name in sidebar.PAGES_WITHOUT_FILTER or (
        name == "article" and info.articles > info.untagged
    )
    if info.relevant == 0 and not stays:
        problems.empty(labels, info)
        st.stop()
    return page


def theme() -> str | None:
    """ "light" or "dark", as the browser last said; else what Streamlit believes."""
    return st.session_state.get("chipwatch_theme") or st.context.theme.type


def _header(page: Page) -> None:
    """When was collected last and how many feeds are well; the banner of a sample."""
    labels = page.labels
    visits = [status.last_fetch_at for status, _ in page.states if status.last_fetch_at]
    if visits:
        last = max(visits)
        recent = formats.clock(last)
        if page.now - last > timedelta(hours=12):
            recent = formats.recent(labels, last, page.now)
        when = join([labels("state.collected"), " ", tag("b", recent), " KST"])
    else:
        when = tag("span", labels("state.never"))
    active = [health for _, health in page.states if health is not Health.STOPPED]
    words = labels("state.sources_ok", all=len(active), ok=sum(health in FINE for health in active))
    state = link(page.href("sources"), words) if active else ""
    show(tag("div", tag("span", when, class_="ext"), state, class_="col-state"))
    if page.info.sample:
        show(
            tag(
                "div",
                tag("b", labels("state.sample")),
                tag("span", labels("state.sample_note")),
                class_="sample",
                role="status",
            )
        )


def title(page: Page, words: str, sub: object) -> None:
    """The page's heading with one line below it, and the button that copies its address."""
    show(
        tag(
            "div",
            tag("div", tag("h1", foreign(words)), tag("div", sub, class_="sub")),
            tag(
                "div",
                handout.links_of(page.labels, page.name, page.selection, page.more),
                tag(
                    "button",
                    page.labels("article.copy"),
                    class_="btn",
                    type="button",
                    data_copy=page.href(page.name, page.own()),
                ),
                class_="r",
            ),
            class_="ph",
        )
    )
    if page.name not in sidebar.PAGES_WITHOUT_FILTER:
        left_out = excluded.line(
            page.labels,
            page.reader,
            page.selection.wanted,
            page.href("articles", {"hidden": "1"}),
            page.href("settings", {"section": "mutes"}),
        )
        if left_out:
            show(left_out)
