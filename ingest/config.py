"""From TOML files to one frozen `Config`. Every mistake is a `ConfigError` with file and key.

Packaged files lie beside this module. A file of the same name in the user's directory replaces
the packaged one as a whole, so that what is in force can be read in one place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from platformdirs import user_config_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from db.errors import ConfigError
from db.model import Company, RightsMode, Source, Topic
from db.store import Store
from ingest.collect.fetch import FetchLimits
from ingest.collect.sites import Sites, SitesFile
from ingest.process.rules import (
    CompaniesFile,
    KeywordsFile,
    QuotesFile,
    RelevanceFile,
    ToneFile,
    TopicsFile,
)
from ingest.process.tagging import TaggerSpec

PACKAGED = Path(__file__).parent
FILES = (
    "chipwatch.toml",
    "feeds.toml",
    "sites.toml",
    "companies.toml",
    "topics.toml",
    "relevance.toml",
    "tone.toml",
    "quotes.toml",
    "keywords.toml",
)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CollectSettings(_Model):
    """How politely and how long feeds are asked. Times in seconds, sizes in MB (10⁶ bytes)."""

    contact: str = ""
    concurrency: Annotated[int, Field(ge=1, le=100)] = 20
    per_host: Annotated[int, Field(ge=1, le=10)] = 2
    adaptive: bool = True
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    max_megabytes: Annotated[float, Field(gt=0, le=500)] = 10
    allow_private_addresses: bool = False


class ProcessSettings(_Model):
    """``workers`` 0 means one process per CPU."""

    workers: Annotated[int, Field(ge=0, le=256)] = 0
    retag_per_run: Annotated[int, Field(ge=0)] = 2000


class PagesSettings(_Model):
    """How articles' own pages are visited. ``revisit_days``: days between visits that found a text."""

    enabled: bool = True
    per_run: Annotated[int, Field(ge=0, le=5000)] = 60
    seconds_per_host: Annotated[float, Field(ge=0.2, le=600)] = 1
    max_seconds: Annotated[float, Field(gt=0, le=3600)] = 120
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 20
    max_megabytes: Annotated[float, Field(gt=0, le=50)] = 5
    revisit_days: tuple[Annotated[float, Field(gt=0, le=30)], ...] = (1, 6)


class NotifySettings(_Model):
    """Who is told when a source falls silent or comes back: addresses in Apprise's notation."""

    urls: tuple[SecretStr, ...] = ()


class Settings(_Model):
    """chipwatch.toml"""

    collect: CollectSettings = CollectSettings()
    pages: PagesSettings = PagesSettings()
    process: ProcessSettings = ProcessSettings()
    notify: NotifySettings = NotifySettings()


class FeedEntry(_Model):
    """One ``[[feed]]`` of feeds.toml; the keys are those of `db.model.Source`."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    outlet: Annotated[str, Field(min_length=1)]
    url: str
    section: str = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "ko"
    timezone: str = ""
    rights: RightsMode = RightsMode.EXCERPT
    aggregator: bool = False
    licence: str = ""
    enabled: bool = True
    interval_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    newsroom: str = ""


class FeedsFile(_Model):
    """feeds.toml"""

    feed: tuple[FeedEntry, ...] = ()


@dataclass(frozen=True)
class Config:
    """Everything that the user decides. ``files`` says where each part came from."""

    settings: Settings
    sources: tuple[Source, ...]
    sites: Sites
    companies: tuple[Company, ...]
    topics: tuple[Topic, ...]
    tagger: TaggerSpec
    files: Mapping[str, Path]


def default_directory() -> Path:
    """The user's configuration directory; it need not exist."""
    return user_config_path("chipwatch", appauthor=False)


def load(directory: Path | None = None) -> Config:
    """Read the configuration, ``directory`` before the packaged files. Raises `ConfigError`.

    A ``directory`` that was asked for must exist; the default one may be absent.
    """
    if directory is not None and not directory.is_dir():
        raise ConfigError(
            str(directory),
            "설정 폴더가 없습니다. 폴더를 만들거나 --config 값을 고치세요.",
            "no such configuration directory. Create it or correct --config.",
        )
    files = locate(directory or default_directory())
    spec = TaggerSpec(
        companies=read(files["companies.toml"], CompaniesFile),
        topics=read(files["topics.toml"], TopicsFile),
        relevance=read(files["relevance.toml"], RelevanceFile),
        tone=read(files["tone.toml"], ToneFile),
        quotes=read(files["quotes.toml"], QuotesFile),
        keywords=read(files["keywords.toml"], KeywordsFile),
    )
    companies = companies_of(str(files["companies.toml"]), spec.companies)
    return Config(
        settings=read(files["chipwatch.toml"], Settings),
        sources=_sources(files["feeds.toml"], companies),
        sites=load_sites(files["sites.toml"]),
        companies=companies,
        topics=_topics(str(files["topics.toml"]), spec),
        tagger=spec,
        files=files,
    )


def locate(directory: Path) -> dict[str, Path]:
    """For each configuration file the path that is in force."""
    return {
        name: directory / name if (directory / name).is_file() else PACKAGED / name
        for name in FILES
    }


FileModel = TypeVar("FileModel", bound=BaseModel)


def read(path: Path, model: type[FileModel]) -> FileModel:
    """Parse one TOML file into ``model``. Raises `ConfigError`."""
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            str(path), f"파일을 읽을 수 없습니다({error.strerror}).", f"cannot be read ({error})."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            str(path), "UTF-8이 아닙니다. UTF-8로 다시 저장하세요.", "not UTF-8. Save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            str(path), f"TOML 문법 오류입니다: {error}", f"not valid TOML: {error}"
        ) from error
    return validated(str(path), model, data)


def validated(where: str, model: type[FileModel], data: Mapping[str, object]) -> FileModel:
    """``data`` as ``model``. Raises `ConfigError` about a key of ``where``."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _config_error(where, error) from error


def _config_error(where: str, error: ValidationError) -> ConfigError:
    """The first problem that pydantic found, as a sentence about one key."""
    first = error.errors(include_url=False)[0]
    key = ""
    for part in first["loc"]:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    kind, english = first["type"], first["msg"]
    if kind == "extra_forbidden":
        korean, english = (
            "알 수 없는 키입니다. 철자를 확인하세요.",
            "unknown key; check its spelling.",
        )
    elif kind == "missing":
        korean, english = "꼭 있어야 하는 키가 없습니다.", "this key is required."
    elif first["loc"][:1] == ("notify",):
        # the value may be an address with a password
        korean = f"쓸 수 없는 값입니다 ({english})"
    else:
        korean = f"쓸 수 없는 값입니다: {first['input']!r} ({english})"
        english = f"{english}: {first['input']!r}"
    return ConfigError(f"{where}: {key}", korean, english)


def load_sources(path: Path) -> tuple[Source, ...]:
    """Read a feeds.toml. Raises `ConfigError` for doubled ids or URLs, bad URLs and time zones."""
    return sources_of(str(path), read(path, FeedsFile).feed)


def sources_of(path: str, entries: Sequence[FeedEntry]) -> tuple[Source, ...]:
    """The sources of a file's entries. Raises `ConfigError`, as `load_sources`."""
    _refuse_doubles(path, "feed", "id", (entry.id for entry in entries))
    _refuse_doubles(path, "feed", "url", (entry.url for entry in entries))
    zones = available_timezones()
    sources = []
    for index, entry in enumerate(entries):
        parts = urlsplit(entry.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(
                f"{path}: feed[{index}].url",
                f"http나 https 주소가 아닙니다: {entry.url!r}",
                f"not an http or https address: {entry.url!r}",
            )
        zone = entry.timezone or ("Asia/Seoul" if entry.language == "ko" else "UTC")
        if zone not in zones:
            raise ConfigError(
                f"{path}: feed[{index}].timezone",
                f"모르는 시간대입니다: {zone!r} (예: Asia/Seoul)",
                f"unknown time zone: {zone!r} (for example Asia/Seoul)",
            )
        ZoneInfo(zone)
        fields = entry.model_dump() | {"timezone": zone}
        sources.append(Source(**fields))
    return tuple(sources)


def _sources(path: Path, companies: Iterable[Company]) -> tuple[Source, ...]:
    """`load_sources`, whose newsrooms must belong to companies of the dictionary."""
    sources = load_sources(path)
    known = {"", *(company.id for company in companies)}
    for index, source in enumerate(sources):
        if source.newsroom not in known:
            raise ConfigError(
                f"{path}: feed[{index}].newsroom",
                f"companies.toml에 없는 기업입니다: {source.newsroom!r}",
                f"no company of companies.toml: {source.newsroom!r}",
            )
    return sources


def load_sites(path: Path) -> Sites:
    """Read a sites.toml. Raises `ConfigError`, also for an example that its rules do not fulfil."""
    try:
        return Sites.of(read(path, SitesFile))
    except ValueError as error:
        raise ConfigError(
            f"{path}: site",
            f"규칙이나 예시가 서로 맞지 않습니다: {error}",
            f"rules or examples do not agree: {error}",
        ) from error


def companies_of(path: str, file: CompaniesFile) -> tuple[Company, ...]:
    """The companies of a file. Raises `ConfigError` for doubled ids and aliases."""
    rules = file.company
    _refuse_doubles(path, "company", "id", (rule.id for rule in rules))
    owner: dict[str, str] = {}
    for index, rule in enumerate(rules):
        for alias in {alias.casefold(): alias for alias in rule.aliases}.values():
            first = owner.setdefault(alias.casefold(), rule.id)
            if first != rule.id:
                raise ConfigError(
                    f"{path}: company[{index}].aliases",
                    f"{alias!r}은(는) {first}에도 있습니다. 한 별칭은 한 기업에만 둘 수 있습니다.",
                    f"{alias!r} also belongs to {first}. An alias may belong to one company only.",
                )
    return tuple(
        Company(
            rule.id, rule.name_ko, rule.name_en, rule.country, rule.segment, tuple(rule.aliases)
        )
        for rule in rules
    )


def _topics(path: str, spec: TaggerSpec) -> tuple[Topic, ...]:
    rules = spec.topics.topic
    _refuse_doubles(path, "topic", "id", (rule.id for rule in rules))
    return tuple(Topic(rule.id, rule.name_ko, rule.name_en) for rule in rules)


def _refuse_doubles(path: str, table: str, key: str, values: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in seen:
            raise ConfigError(
                f"{path}: {table}[{index}].{key}",
                f"{value!r}이(가) {table}[{seen[value]}]과(와) 겹칩니다.",
                f"{value!r} is the same as in {table}[{seen[value]}].",
            )
        seen[value] = index


def limits_of(config: Config) -> FetchLimits:
    """How feeds are asked, from the settings."""
    settings = config.settings.collect
    contact = f"; +{settings.contact}" if settings.contact else ""
    return FetchLimits(
        user_agent=f"chipwatch/{version('chipwatch')} (feed reader{contact})",
        concurrency=settings.concurrency,
        per_host=settings.per_host,
        timeout=settings.timeout_seconds,
        connect_timeout=min(10.0, settings.timeout_seconds),
        max_bytes=int(settings.max_megabytes * 1_000_000),
        allow_private=settings.allow_private_addresses,
    )


def page_limits_of(config: Config) -> FetchLimits:
    """How pages are asked: as feeds, but smaller, and one at a time from each host."""
    settings = config.settings.pages
    return replace(
        limits_of(config),
        accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
        per_host=1,
        timeout=settings.timeout_seconds,
        connect_timeout=min(10.0, settings.timeout_seconds),
        max_bytes=int(settings.max_megabytes * 1_000_000),
        retry_delay=settings.seconds_per_host,
    )


def save_configuration(store: Store, config: Config) -> None:
    """Mirror what readers need into the store."""
    store.save_sources(config.sources)
    store.save_companies(config.companies)
    store.save_topics(config.topics)
