"""What is checked of an edit before it is kept. The job checks all of it again when it runs.

Each function gives the label of the sentence that says what is wrong, or "".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from db.model import Company, RightsMode

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PHRASE_LENGTH, NAME_LENGTH, SLUG_LENGTH = 60, 80, 60


def line(text: object) -> str:
    """What was typed, in one line."""
    return " ".join(str(text or "").split())


def phrase(text: str) -> str:
    """A word or phrase that is looked for."""
    if not text:
        return "edit.bad_empty"
    return "edit.bad_long" if len(text) > PHRASE_LENGTH else ""


def owner(alias: str, companies: Iterable[Company], besides: str = "") -> Company | None:
    """Whose alias it is already."""
    sought = alias.casefold()
    for company in companies:
        if company.id != besides and sought in {name.casefold() for name in company.aliases}:
            return company
    return None


def company(company_id: str, values: Mapping[str, str], known: Iterable[str]) -> str:
    """A company to be added."""
    if not SLUG.fullmatch(company_id) or len(company_id) > SLUG_LENGTH:
        return "edit.bad_slug"
    if company_id in set(known):
        return "edit.bad_taken"
    return names(values) or next(filter(None, map(phrase, aliases(values["aliases"]) or [""])), "")


def names(values: Mapping[str, str]) -> str:
    """Both names of a company."""
    if not values["name_ko"] or not values["name_en"]:
        return "edit.bad_names"
    longest = max(len(values["name_ko"]), len(values["name_en"]))
    return "edit.bad_long_name" if longest > NAME_LENGTH else ""


def aliases(text: str) -> list[str]:
    """The aliases of a text with one a line."""
    return [found for found in map(line, text.splitlines()) if found]


def rights(mode: str, licence: str) -> str:
    """A rights mode: the full text needs a licence that is noted."""
    if mode not in set(RightsMode):
        return "edit.bad_rights"
    return "edit.bad_licence" if mode == RightsMode.FULL and not licence else ""


def source(values: Mapping[str, str], urls: Iterable[str]) -> str:
    """A feed to be added."""
    try:
        parts = urlsplit(values["url"])
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        return "edit.bad_url"
    if values["url"] in set(urls):
        return "edit.bad_known_url"
    if not values["outlet"]:
        return "edit.bad_outlet"
    return rights(values["rights"], values["licence"])
