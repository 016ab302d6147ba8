"""The commands for sources: feeds list, check, add, import-opml, export-opml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from db.errors import FetchError, InputError, ParseError
from db.model import FeedState, RightsMode, Source
from ingest.cli_screen import (
    ConfigOption,
    DbOption,
    Place,
    command,
    korean_time,
    new_app,
    now,
    out,
)
from ingest.collect.fetch import Fetched, FetchFailed, FetchLimits, fetch_all
from ingest.collect.read import read_feed
from ingest.config import Config, default_directory, limits_of
from ingest.feedfile import add_sources, read_opml, source_id, write_opml
from ingest.messages import language, say

STALE = timedelta(days=7)

PrivateOption = Annotated[bool, typer.Option("--allow-private", help=say("opt.private"))]


def register(app: typer.Typer) -> None:
    """Add the group ``feeds`` to the program."""
    feeds = new_app("help.feeds")
    command(feeds, "list", "help.feeds.list")(list_command)
    command(feeds, "check", "help.feeds.check")(check)
    command(feeds, "add", "help.feeds.add")(add)
    command(feeds, "enable", "help.feeds.enable")(enable)
    command(feeds, "import-opml", "help.feeds.import")(import_opml)
    command(feeds, "export-opml", "help.feeds.export")(export_opml)
    app.add_typer(feeds, name="feeds")


@dataclass(frozen=True)
class Checked:
    """What one feed answered. ``odd`` holds sentences for people; empty when all is well."""

    source: Source
    answer: str
    entries: int = 0
    newest_at: datetime | None = None
    title: str = ""
    odd: tuple[str, ...] = ()


def check_feeds(sources: Sequence[Source], limits: FetchLimits, at: datetime) -> list[Checked]:
    """Fetch each source once, unconditionally, in the order given; nothing is stored."""
    found: dict[str, Checked] = {}
    for source, result in fetch_all([(source, FeedState()) for source in sources], limits):
        if isinstance(result, FetchFailed):
            error: FetchError = result.error
            answer = f"HTTP {error.status}" if error.status else "—"
            reason = error.ko if language() == "ko" else error.en
            found[source.id] = Checked(source, answer, odd=(reason,))
        elif isinstance(result, Fetched):
            found[source.id] = _judge(source, result, at)
    return [found[source.id] for source in sources if source.id in found]


def _judge(source: Source, fetched: Fetched, at: datetime) -> Checked:
    answer = f"HTTP {fetched.status}"
    try:
        feed = read_feed(fetched.body, fetched.content_type, source, at)
    except ParseError as error:
        return Checked(source, answer, odd=(error.ko if language() == "ko" else error.en,))
    odd = [note.ko if language() == "ko" else note.en for note in feed.notes]
    if not feed.entries:
        odd.append(say("feeds.empty"))
    elif feed.newest_at is None:
        odd.append(say("feeds.no_date"))
    elif at - feed.newest_at > STALE:
        odd.append(say("feeds.stale", age=f"{(at - feed.newest_at).days}d"))
    return Checked(source, answer, feed.entries, feed.newest_at, odd=tuple(odd))


def list_command(context: typer.Context, config: ConfigOption = None) -> None:
    settings = Place.of(context, "", config).configuration()
    table = Table(box=None, pad_edge=False)
    for key in ("id", "outlet", "section", "language", "rights", "url"):
        table.add_column(say(f"feeds.{key}"), overflow="fold")
    for source in settings.sources:
        rights = source.rights.value if source.enabled else say("feeds.off")
        table.add_row(source.id, source.outlet, source.section, source.language, rights, source.url)
    out.print(table)
    out.print(say("feeds.total", count=len(settings.sources), path=settings.files["feeds.toml"]))


def check(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(help=say("feeds.id"), metavar="[ID]...")
    ] = None,
    config: ConfigOption = None,
    allow_private: PrivateOption = False,
) -> None:
    settings = Place.of(context, "", config).configuration()
    sources = [source for source in settings.sources if source.enabled]
    if ids:
        known = {source.id: source for source in settings.sources}
        if unknown := [value for value in ids if value not in known]:
            raise typer.BadParameter(say("feeds.unknown", value=", ".join(unknown)))
        sources = [known[value] for value in ids]
    table = Table(box=None, pad_edge=False)
    for key in ("id", "outlet", "answer", "entries", "newest", "odd"):
        table.add_column(
            say(f"feeds.{key}"), justify="right" if key == "entries" else "left", overflow="fold"
        )
    checked = check_feeds(sources, _limits(settings, allow_private), now())
    for row in checked:
        newest = korean_time(row.newest_at) if row.newest_at else "—"
        table.add_row(
            row.source.id,
            row.source.outlet,
            row.answer,
            str(row.entries),
            newest,
            " · ".join(row.odd),
        )
    out.print(table)
    good = sum(not row.odd for row in checked)
    out.print(say("feeds.checked", count=len(checked), good=good))
    if good * 2 < len(checked):
        raise typer.Exit(1)


def _limits(config: Config, allow_private: bool) -> FetchLimits:
    limits = limits_of(config)
    return replace(limits, allow_private=limits.allow_private or allow_private)


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help=say("arg.url"), metavar="URL")],
    outlet: Annotated[str, typer.Option("--outlet", help=say("opt.feed.outlet"))] = "",
    section: Annotated[str, typer.Option("--section", help=say("opt.feed.section"))] = "",
    lang: Annotated[str, typer.Option("--language", help=say("opt.feed.language"))] = "ko",
    timezone: Annotated[str, typer.Option("--timezone", help=say("opt.feed.timezone"))] = "",
    rights: Annotated[
        RightsMode, typer.Option("--rights", help=say("opt.feed.rights"))
    ] = RightsMode.EXCERPT,
    source_name: Annotated[str, typer.Option("--id", help=say("opt.feed.id"))] = "",
    config: ConfigOption = None,
    allow_private: PrivateOption = False,
) -> None:
    """The feed must answer with entries before it is written down."""
    at = Place.of(context, "", config)
    settings = at.configuration()
    source = Source(
        id=source_name or source_id(url),
        outlet=outlet,
        url=url,
        section=section,
        language=lang,
        timezone=timezone or ("Asia/Seoul" if lang == "ko" else "UTC"),
        rights=rights,
    )
    result = next(fetch_all([(source, FeedState())], _limits(settings, allow_private)))[1]
    if isinstance(result, FetchFailed):
        raise InputError(url, result.error.ko, result.error.en)
    assert isinstance(result, Fetched)
    feed = read_feed(result.body, result.content_type, source, now())
    if not feed.entries:
        raise InputError(url, "피드에 기사가 하나도 없습니다.", "the feed has no entries.")
    source = replace(source, outlet=outlet or feed.title or source.id)
    path, added = add_sources(at.directory or default_directory(), [source])
    _say_added(path, added, 1 - added)


def enable(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(help=say("feeds.id"), metavar="ID...")],
    db: DbOption = "",
    config: ConfigOption = None,
) -> None:
    """Switching off and on is the configuration's affair; this undoes what chipwatch did itself."""
    with Place.of(context, db, config).store() as store:
        for source_id in ids:
            key = "feeds.enabled" if store.revive(source_id) else "feeds.not_retired"
            out.print(say(key, id=source_id))


def import_opml(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help=say("arg.opml"), metavar="FILE")],
    config: ConfigOption = None,
) -> None:
    sources = read_opml(path)
    target, added = add_sources(
        Place.of(context, "", config).directory or default_directory(), sources
    )
    _say_added(target, added, len(sources) - added)


def _say_added(path: Path, added: int, known: int) -> None:
    out.print(say("feeds.added", count=added, path=path))
    if known:
        out.print(say("feeds.known", count=known))


def export_opml(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help=say("arg.opml"), metavar="FILE")],
    config: ConfigOption = None,
) -> None:
    sources = Place.of(context, "", config).configuration().sources
    path.write_bytes(write_opml(sources))
    out.print(say("feeds.exported", count=len(sources), path=path))
