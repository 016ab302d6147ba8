"""The only JavaScript of ours: what plain HTML on the page needs to feel like one application.

Links between our pages are ordinary anchors, which work without it. With it a click changes the
page inside the session (no reload), "copy link" buttons copy, the document says its language
(Streamlit fixes it to English), a switch between light and dark reaches the server at once, a
picture that does not load leaves no hole, Streamlit's own words are translated, and feed readers
find the feed of the page's filter.
No text of foreign origin passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

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

  const onClick = (event) => {
    const plain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const button = event.target.closest?.(".cw button[data-copy]");
    if (button) return void copy(button);
    const anchor = event.target.closest?.(".cw a[href]");
    if (!anchor || !plain || anchor.target) return;
    const address = anchor.getAttribute("href");
    if (!/^(\\.\\/|articles|article|companies|sources|settings)(\\?|$)/.test(address)) return;
    event.preventDefault();
    setTriggerValue("go", address);
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
    subscribe();
    for (const element of document.querySelectorAll("[aria-label]")) {
      const words = data.chrome[element.getAttribute("aria-label")];
      if (words && !element.closest(".cw")) element.setAttribute("aria-label", words);
    }
    for (const part of document.querySelectorAll("[data-testid^=stMainMenu], [role=listbox]")) {
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
  if (!window.chipwatchError) document.addEventListener("error", onError, true);
  window.chipwatchError = true;
}
"""

_COMPONENT = st.components.v2.component("chipwatch_browser", js=_SCRIPT)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the browser says: the address of a clicked link, and its theme; None where silent."""

    go: str | None
    theme: str | None


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
            },
            on_go_change=_nothing,
            on_theme_change=_nothing,
        )
    return Heard(result.get("go"), result.get("theme"))


def _nothing() -> None:
    """Declares an event; what it brings is read from the result."""
