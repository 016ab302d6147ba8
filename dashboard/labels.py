"""Every string on the screen, in Korean and in English, from ``labels.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dashboard.markup import isolated, turns
from db.model import Company, Topic

LANGUAGES = ("ko", "en")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Key → language → text, with ``{placeholders}``. Keys are dotted: ``tile.articles``."""
    raw = tomllib.loads(files("dashboard").joinpath("labels.toml").read_text(encoding="utf-8"))
    flat: dict[str, Mapping[str, str]] = {}

    def gather(prefix: str, branch: Mapping[str, object]) -> None:
        for key, value in branch.items():
            if isinstance(value, list):
                flat[prefix + key] = dict(zip(LANGUAGES, value, strict=True))
            elif isinstance(value, dict):
                gather(f"{prefix}{key}.", value)

    gather("", raw)
    return flat


@dataclass(frozen=True, slots=True)
class Labels:
    """The texts of one language: ``labels("tile.articles")``. Raises KeyError for an unknown key."""

    lang: str

    def __call__(self, key: str, /, **values: object) -> str:
        template = self.template(key)
        if not values:
            return template
        # a name from outside must not turn the words around it
        held = {
            name: isolated(v) if isinstance(v, str) and turns(v) else v
            for name, v in values.items()
        }
        return template.format(**held)

    def template(self, key: str) -> str:
        """The text with its placeholders, for `markup.fill`."""
        return table()[key][self.lang]

    def name(self, thing: Company | Topic) -> str:
        """The name of a company or topic in this language."""
        if self.lang == "ko":
            return thing.name_ko or thing.name_en
        return thing.name_en or thing.name_ko
