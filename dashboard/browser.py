"""The only JavaScript of ours: what plain HTML on the page needs to feel like one application.

Links between our pages are ordinary anchors, which work without it. With it a click changes the
page inside the session (no reload), "copy link" buttons copy, the document says its language
(Streamlit fixes it to English), a switch between light and dark reaches the server at once, a
picture that does not load leaves no hole, menus close, choices are remembered, Streamlit's own
words are translated, feed readers find the feed of the filter, and a page that nobody has touched
takes the offer of news.
No text of foreign origin passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import links, remembered
from dashboard.labels import Labels, table

_SCRIPT = """
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  document.documentElement.lang = data.lang;

  const probe = parentElement.host ?? parentElement;
  const background = getComputedStyle(probe).getPropertyValue("--st-background-color").trim();
  const rgb = background.match(/^#(..)(..)(..)/);
  if (rgb) {
    const sum = rgb.slice(1).reduce((total, part) => total + parseInt(part, 16), 0);
    const theme = sum < 384 ? "dark" : "light";
    if (theme !== data.theme) setStateValue("theme", theme);
  }

  const copy = async (button) => {
    const address = new URL(button.dataset.copy || location.href, document.baseURI).href;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      const field = document.createElement("textarea");
      field.value = address;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    const before = button.textContent;
    button.textContent = data.copied;
    setTimeout(() => (button.textContent = before), 1600);
  };

  const close = (except) => {
    for (const open of document.querySelectorAll(".cw details.menu[open]")) {
      if (open !== except) open.open = false;
    }
  };
  const onKey = (event) => {
    const open = document.querySelector(".cw details.menu[open]");
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  };
  const onClick = (event) => {
    const plain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const button = event.target.closest?.(".cw button[data-copy]");
    if (button) return void copy(button);
    const menu = event.target.closest?.(".cw details.menu");
    close(menu);
    const hide = event.target.closest?.(".cw button[data-hide]");
    if (hide) {
      close();
      return void setTriggerValue("hide", `${hide.dataset.hide} ${hide.dataset.id}`);
    }
    const anchor = event.target.closest?.(".cw a[href]");
    if (!anchor || !plain || anchor.target) return;
    const address = anchor.getAttribute("href");
    const path = address.split("?")[0];
    if (path !== "./" && !data.pages.includes(path)) return;
    event.preventDefault();
    setTriggerValue("go", address);
  };
  const untouched = () =>
    window.chipwatchTouched !== location.href &&
    !document.activeElement?.matches?.("input, textarea, [contenteditable]");
  const refresh = () => {
    const offer = document.querySelector(".st-key-fresh-offer button");
    if (offer && !offer.dataset.taken && untouched()) {
      offer.dataset.taken = "yes";
      offer.click();
    }
  };
  const subscribe = () => {
    const feed = document.querySelector(".cw a[data-feed]")?.getAttribute("href");
    let known = document.head.querySelector("link[rel=alternate]");
    if (!feed) return void known?.remove();
    if (!known) {
      known = Object.assign(document.createElement("link"), { rel: "alternate" });
      known.type = "application/rss+xml";
      document.head.append(known);
    }
    if (known.getAttribute("href") !== feed) known.href = feed;
  };
  const translate = () => {
    refresh();
    subscribe();
    for (const element of document.querySelectorAll("[aria-label]")) {
      const words = data.chrome[element.getAttribute("aria-label")];
      if (words && !element.closest(".cw")) element.setAttribute("aria-label", words);
    }
    const parts = "[data-testid^=stMainMenu], [role=listbox], a[href='#stMain']";
    for (const part of document.querySelectorAll(parts)) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const words = data.chrome[walker.currentNode.nodeValue.trim()];
        if (words && !walker.currentNode.parentElement.closest("[role=option][aria-selected]")) {
          walker.currentNode.nodeValue = words;
        }
      }
    }
  };
  window.chipwatchWatch?.disconnect();
  window.chipwatchWatch = new MutationObserver(() => requestAnimationFrame(translate));
  window.chipwatchWatch.observe(document.body, { childList: true, subtree: true });
  translate();

  const onError = (event) => {
    if (event.target.matches?.(".cw .fig img")) event.target.closest(".fig").classList.add("gone");
  };
  if (window.chipwatchClick) document.removeEventListener("click", window.chipwatchClick);
  window.chipwatchClick = onClick;
  document.addEventListener("click", onClick);
  if (window.chipwatchKey) document.removeEventListener("keydown", window.chipwatchKey);
  window.chipwatchKey = onKey;
  document.addEventListener("keydown", onKey);
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; SameSite=Lax`;
  }
  if (!window.chipwatchError) {
    document.addEventListener("error", onError, true);
    for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
      const touch = () => (window.chipwatchTouched = location.href);
      document.addEventListener(kind, touch, { capture: true, passive: true });
    }
  }
  window.chipwatchError = true;
}
"""

_COMPONENT = st.components.v2.component("chipwatch_browser", js=_SCRIPT)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the browser says: the address of a clicked link, its theme, and what is to be hidden.

    None where silent. ``hide`` is a kind and an article's id (`dashboard.hiding.heard`).
    """

    go: str | None
    theme: str | None
    hide: str | None = None


def chrome(labels: Labels) -> dict[str, str]:
    """Streamlit's own words, in either language, as they should read in this one."""
    words: dict[str, str] = {}
    for key, texts in table().items():
        if key.startswith("chrome."):
            words |= {text: labels(key) for text in texts.values() if text != labels(key)}
    return words


def listen(labels: Labels, theme: str | None) -> Heard:
    """Mount the script. ``theme`` is what the server believes."""
    with st.container(key="browser"):
        result = _COMPONENT(
            key="browser_events",
            data={
                "lang": labels.lang,
                "theme": theme,
                "copied": labels("article.copied"),
                "chrome": chrome(labels),
                "pages": list(links.PAGES),
                "cookies": remembered.cookies(),
            },
            on_go_change=_nothing,
            on_theme_change=_nothing,
            on_hide_change=_nothing,
        )
    return Heard(result.get("go"), result.get("theme"), result.get("hide"))


def _nothing() -> None:
    """Declares an event; what it brings is read from the result."""
