"""Which addresses of one site are the same article: the rules of sites.toml, applied.

`addresses.canonical_url` knows what holds for every address of the web. What holds for one site
(its mobile host, a section in the path that is not part of the article's identity) is reviewed
data. A rule says which numbers or words of an address identify the article and how it is written;
it cannot leave one of them out, so it never merges what differs in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingest.collect.addresses import canonical_url

EVERYWHERE = "*"
"""in ``hosts``: the rules of this entry hold for every host that has no rule of its own that fits"""

_MOST_STEPS = 4
"""one rule may lay bare an address for another; rules that chase each other are stopped"""

_TWINS = ("", "www.", "m.", "mobile.", "amp.")
_FIELDS = re.compile(r"\{(\w+)\}")
_PARTS = re.compile(r"https?://(?P<host>[^/?]+)(?P<path>/[^?]*)(?:\?(?P<query>.*))?")

Host = Annotated[str, Field(pattern=r"^(\*|[a-z0-9-]+(\.[a-z0-9-]+)+)$", max_length=253)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ArticleRule(_Rules):
    """One form of an article's address. The head of sites.toml explains the keys."""

    path: Annotated[str, Field(min_length=1)]
    query: tuple[Annotated[str, Field(pattern=r"^\w+$")], ...] = ()
    others: bool = True
    to: Annotated[str, Field(pattern=r"^[/{]")]

    @model_validator(mode="after")
    def _names_all_that_identifies(self) -> Self:
        try:
            groups = set(re.compile(self.path).groupindex)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if re.compile(self.path).groups != len(groups):
            raise ValueError("every group in `path` needs a name, or (?:…)")
        parts = groups | set(self.query)
        if not parts or parts != set(_FIELDS.findall(self.to)):
            raise ValueError("`to` must use each named part of `path` and `query`, and no other")
        return self


class SiteRules(_Rules):
    """One ``[[site]]``. ``same`` and ``apart`` are examples, and tests."""

    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    also: tuple[Host, ...] = ()
    ignore: tuple[str, ...] = ()
    article: tuple[ArticleRule, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()
    apart: tuple[str, ...] = ()


class SitesFile(_Rules):
    """sites.toml"""

    site: tuple[SiteRules, ...] = ()


@dataclass(frozen=True, slots=True)
class _Site:
    host: str
    """as its articles' addresses are written; "" keeps what stands there"""
    rules: SiteRules


@dataclass(frozen=True, slots=True)
class Sites:
    """Picklable. ``Sites()`` knows no rule and changes nothing."""

    by_host: Mapping[str, _Site] = field(default_factory=dict)
    everywhere: tuple[_Site, ...] = ()

    @classmethod
    def of(cls, file: SitesFile) -> Sites:
        """Hosts bring their ``www.``, ``m.``, ``mobile.`` and ``amp.`` twins with them.

        Raises `ValueError` for a host that two entries claim, and for an example that fails.
        """
        found: dict[str, _Site] = {}
        for entry in file.site:
            for host in entry.hosts:
                if host != EVERYWHERE:
                    for twin in _twins(host):
                        _claim(found, twin, _Site(host, entry))
            for host in entry.also:
                _claim(found, host, _Site(entry.hosts[0], entry))
        sites = cls(found, tuple(_Site("", e) for e in file.site if EVERYWHERE in e.hosts))
        for entry in file.site:
            sites._prove(entry)
        return sites

    def canonical(self, url: str) -> str:
        """The article's address by the site's rules; ``url`` must be canonical."""
        for _ in range(_MOST_STEPS):
            written = self._step(url)
            if written == url:
                break
            url = written
        return url

    def _step(self, url: str) -> str:
        parts = _PARTS.fullmatch(url)
        if parts is None:
            return url
        own = self.by_host.get(parts["host"])
        for site in (own, *self.everywhere) if own else self.everywhere:
            written = _apply(site, parts)
            if written is not None:
                return canonical_url(written) or url
        return url

    def _prove(self, entry: SiteRules) -> None:
        """Examples that fail stop the program: a wrong rule would lose articles without a sound."""
        for group in entry.same:
            first = self._example(group[0])
            for url in group[1:]:
                if self._example(url) != first:
                    raise ValueError(f"same: {url} is {self._example(url)}, not {first}")
        seen: dict[str, str] = {}
        for url in entry.apart:
            other = seen.setdefault(self._example(url), url)
            if other != url:
                raise ValueError(f"apart: {url} is the same as {other}")

    def _example(self, url: str) -> str:
        plain = canonical_url(url)
        if plain is None:
            raise ValueError(f"not a web address: {url!r}")
        return self.canonical(plain)


NO_SITES = Sites()


def _twins(host: str) -> Iterable[str]:
    bare = host.removeprefix("www.")
    return dict.fromkeys([host, *(f"{prefix}{bare}" for prefix in _TWINS)])


def _claim(found: dict[str, _Site], host: str, site: _Site) -> None:
    first = found.setdefault(host, site)
    if (first.host, first.rules) != (site.host, site.rules):
        raise ValueError(f"{host} belongs to {first.host} and to {site.host}")


def _apply(site: _Site, parts: re.Match[str]) -> str | None:
    """The address by the first rule that fits; without ignored parameters; None if nothing fits."""
    pairs = [pair for pair in (parts["query"] or "").split("&") if pair]
    kept = [pair for pair in pairs if pair.partition("=")[0] not in site.rules.ignore]
    names = [pair.partition("=")[0] for pair in kept]
    values = {name: value for name, _, value in (pair.partition("=") for pair in kept)}
    for rule in site.rules.article:
        found = re.fullmatch(rule.path, parts["path"])
        if found is None or not all(values.get(n) and names.count(n) == 1 for n in rule.query):
            continue
        if not rule.others and len(kept) > len(rule.query):
            continue
        known = found.groupdict(default="") | {name: values[name] for name in rule.query}
        host = site.host or parts["host"]
        return f"https://{host}{_filled(rule.to, known)}"
    if len(kept) == len(pairs):
        return None
    query = f"?{'&'.join(kept)}" if kept else ""
    return f"https://{parts['host']}{parts['path']}{query}"


def _filled(template: str, known: Mapping[str, str]) -> str:
    return _FIELDS.sub(lambda hit: known[hit[1]], template)
