"""The dashboard's entry: page settings, navigation, and the one guard against a store in trouble."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from dashboard import browser, frame, fresh, hiding, links, palette, problems
from dashboard.labels import Labels
from db.errors import ChipwatchError

HERE = Path(__file__).parent
LOGO = HERE / "static"

labels = Labels(frame.language())
pages = {
    name: st.Page(
        HERE / "views" / f"{name}.py",
        title=labels(f"nav.{name}"),
        url_path=name,
        default=name == "overview",
        visibility="hidden" if name == "article" else "visible",
    )
    for name in links.PAGES
}
page = st.navigation(list(pages.values()), position="top")
st.set_page_config(
    page_title=labels("app.title", page=page.title),
    page_icon=str(HERE / "static" / "icon.png"),
    layout="wide",
    initial_sidebar_state="auto",
)
colors = palette.of(frame.theme())
st.html(f"<style>{colors.css()}{(HERE / 'style.css').read_text(encoding='utf-8')}</style>")
dark = colors is palette.DARK
st.logo(
    str(LOGO / f"logo-{'dark' if dark else 'light'}.svg"),
    size="large",
    icon_image=str(LOGO / f"logo-{'dark' if dark else 'light'}.svg"),
)

heard = browser.listen(labels, st.context.theme.type)
if heard.theme and heard.theme != st.session_state.get("chipwatch_theme"):
    st.session_state["chipwatch_theme"] = heard.theme
    st.rerun()
target = links.split(heard.go or st.session_state.pop("chipwatch_go", ""))
if target:
    st.switch_page(pages[target[0]], query_params=target[1])

waiting = fresh.shapes(labels)
try:
    hiding.heard(labels, heard.hide)
    if page.url_path != "article":
        hiding.toast(labels)
    page.run()
except ChipwatchError as error:
    logging.getLogger("chipwatch.dashboard").warning("%s", error, exc_info=error)
    problems.store(labels, error)
except Exception:
    logging.getLogger("chipwatch.dashboard").exception("page %s", page.title)
    problems.unknown(labels)
finally:
    waiting.empty()
