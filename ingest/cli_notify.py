"""The command notify, and the message that a run sends when sources change their state."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from db.errors import ConfigError
from db.health import Health, since_of
from db.store import Store
from ingest.cli_screen import (
    EXIT_FEEDS,
    ConfigOption,
    DbOption,
    Place,
    command,
    fail,
    korean_time,
    now,
    out,
)
from ingest.config import Config
from ingest.messages import language, say
from ingest.notify import Change, changes, send

LINES = 20
ENVIRONMENT = "CHIPWATCH_NOTIFY_URLS"


def register(app: typer.Typer) -> None:
    """Add this module's command to the program."""
    command(app, "notify")(notify)


def notify(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help=say("opt.notify.test"))] = False,
    db: DbOption = "",
    config: ConfigOption = None,
) -> None:
    """Without ``--test``: send what changed since the last message, as `run --notify` does."""
    at = Place.of(context, db, config)
    settings = at.configuration()
    urls = addresses(settings)
    if test:
        sent = send(urls, say("notify.test_title"), say("notify.test_body"))
        out.print(say("notify.sent", sent=sent, all=len(urls)))
        if sent < len(urls):
            raise typer.Exit(EXIT_FEEDS)
        return
    with at.locked_store() as store:
        if announce(store, settings) is False:
            raise typer.Exit(EXIT_FEEDS)


def addresses(config: Config) -> list[str]:
    """Where messages go: the environment's addresses, else the configuration's. Raises `ConfigError`."""
    named = os.environ.get(ENVIRONMENT, "").split()
    urls = named or [url.get_secret_value() for url in config.settings.notify.urls]
    if not urls:
        raise ConfigError(
            f"{config.files['chipwatch.toml']}: notify.urls",
            f"알릴 곳이 없습니다. 주소를 적거나 환경 변수 {ENVIRONMENT}에 두세요.",
            f"nobody to notify. Set the addresses there, or {ENVIRONMENT}.",
        )
    return urls


def announce(store: Store, config: Config) -> bool | None:
    """Tell what changed since people were last told, in one message; None if nothing did.

    What was told is noted only after somebody took the message: a run that is interrupted, or a
    service that is down, leaves it to the next run.
    """
    urls = addresses(config)
    at = now()
    found = changes(store.sources(at), store.announced(), at)
    worth = [change for change in found if change.after is not Health.STOPPED]
    sent = send(urls, _title(worth), _body(worth)) if worth else 0
    if worth and sent < len(urls):
        fail(say("notify.failed", failed=len(urls) - sent, all=len(urls)))
    if found and (sent or not worth):
        store.save_announced(
            {
                change.status.source.id: Health.OK
                if change.after is Health.STOPPED
                else change.after
                for change in found
            }
        )
    return bool(sent) if worth else None


def announce_or_say(store: Store, config: Config) -> None:
    """At the end of a run: whoever cannot be told must not make the run fail."""
    try:
        announce(store, config)
    except ConfigError as error:
        fail(error.text(language()))


def _title(found: Sequence[Change]) -> str:
    bad = sum(change.after is not Health.OK for change in found)
    if not bad:
        return say("notify.title_good", good=len(found))
    key = "notify.title_both" if len(found) > bad else "notify.title_bad"
    return say(key, bad=bad, good=len(found) - bad)


def _body(found: Sequence[Change]) -> str:
    worst = sorted(found, key=lambda change: change.after is Health.OK)
    lines = [_line(change) for change in worst[:LINES]]
    if (more := len(found) - LINES) > 0:
        lines.append(say("notify.more", count=more))
    return "\n".join(lines)


def _line(change: Change) -> str:
    status, source = change.status, change.status.source
    name = " · ".join(filter(None, (source.outlet, source.section)))
    if change.after is Health.OK:
        before = say(f"doctor.health.{change.before.value}")
        return say("notify.recovered", name=name, id=source.id, before=before)
    since = since_of(status, change.after)
    message = status.message if language() == "ko" else status.message_en
    return say(
        "notify.turned",
        name=name,
        id=source.id,
        state=say(f"doctor.health.{change.after.value}"),
        since=korean_time(since) if since else "—",
        message=message or say(f"doctor.do.{change.after.value}", id=source.id),
    )
