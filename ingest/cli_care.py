"""The commands for care: doctor and backup."""

from __future__ import annotations

import platform
import shutil
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from db.connect import engine, open_store
from db.errors import ChipwatchError, StoreMissing
from db.health import FINE, Health, health_of, since_of
from db.model import RunReport
from db.pages import PageOutcome
from db.query import SourceStatus
from db.store import ReadStore
from ingest.cli_screen import (
    EXIT_CONFIG,
    EXIT_STORE,
    ConfigOption,
    DbOption,
    Place,
    command,
    korean_time,
    log_path,
    megabytes,
    now,
    out,
)
from ingest.config import PACKAGED, default_directory
from ingest.messages import language, say
from ingest.pages import WINDOW

LOW_DISK = 1_000_000_000


def register(app: typer.Typer) -> None:
    """Add this module's commands to the program."""
    command(app, "doctor")(doctor)
    command(app, "backup")(backup)


def doctor(context: typer.Context, db: DbOption = "", config: ConfigOption = None) -> None:
    """Looks only: it creates and changes nothing. Exits with what a run would exit with."""
    at = Place.of(context, db, config)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    problems: list[str] = []
    exit_code = 0

    table.add_row(say("doctor.chipwatch"), version("chipwatch"))
    table.add_row(say("doctor.python"), platform.python_version())
    table.add_row(say("doctor.engine"), engine(at.url))
    table.add_row(say("doctor.config_dir"), str(at.directory or default_directory()))
    try:
        files = at.configuration().files
    except ChipwatchError as error:
        problems.append(error.text(language()))
        exit_code = EXIT_CONFIG
    else:
        for name, path in files.items():
            key = "doctor.packaged" if path.parent == PACKAGED else "doctor.own"
            table.add_row("", say(key, name=name, path=path))
    table.add_row(say("doctor.log"), str(log_path()))
    table.add_row(say("doctor.db"), at.url)
    free = _free_bytes(Path(at.url))
    table.add_row(say("doctor.disk"), megabytes(free))
    if free < LOW_DISK:
        problems.append(say("doctor.low_disk"))
    try:
        problems += _store_rows(open_store(at.url, read_only=True), table)
    except StoreMissing:
        problems.append(say("doctor.no_db"))
    except ChipwatchError as error:
        problems.append(error.text(language()))
        exit_code = EXIT_STORE

    out.print(table)
    out.print()
    out.print(f"{say('doctor.problems')}: {'' if problems else say('doctor.ok')}")
    for problem in problems:
        out.print(f"  - {problem}")
    if exit_code:
        raise typer.Exit(exit_code)


def _store_rows(store: ReadStore, table: Table) -> list[str]:
    """What the store says of itself goes into ``table``; what is wrong is returned."""
    info = store.info()
    table.add_row(say("doctor.schema"), info.schema_version)
    table.add_row(say("doctor.size"), megabytes(info.size_bytes))
    table.add_row(
        say("doctor.articles"),
        say(
            "doctor.articles_value",
            articles=f"{info.articles:,}",
            relevant=f"{info.relevant:,}",
            untagged=f"{info.untagged:,}",
            outdated=f"{info.outdated:,}",
            first=info.first_day or "—",
            last=info.last_day or "—",
        ),
    )
    runs = store.runs(1)
    table.add_row(say("doctor.last_run"), _run_text(runs[0]) if runs else say("doctor.never"))
    problems = store.check()
    table.add_row(say("doctor.integrity"), say("doctor.ok") if not problems else "!")
    at = now()
    problems += _page_rows(store, table, at)
    statuses = store.sources(at)
    healths = [health_of(status, at) for status in statuses]
    fine = sum(health in (*FINE, Health.STOPPED) for health in healths)
    table.add_row(say("doctor.feeds"), f"{fine}/{len(statuses)}")
    for status, health in zip(statuses, healths, strict=True):
        if health not in (*FINE, Health.STOPPED):
            problems.append(_trouble(status, health))
    return problems


def _page_rows(store: ReadStore, table: Table, at: datetime) -> list[str]:
    """How the pages of the last days were found; the hosts that refuse are returned."""
    totals = store.page_totals(at - WINDOW, at)
    counts = {outcome.value: totals.outcomes.get(outcome, 0) for outcome in PageOutcome}
    table.add_row(say("doctor.pages"), say("doctor.pages_value", gone=totals.gone, **counts))
    return [
        say(
            "doctor.refusing",
            host=host.host,
            status=host.status or "—",
            refusals=host.refusals,
            until=korean_time(host.not_before_at),
        )
        for host in totals.hosts
    ]


def _trouble(status: SourceStatus, health: Health) -> str:
    """What is wrong with a source, since when, and what to do."""
    message = status.message if language() == "ko" else status.message_en
    since = since_of(status, health)
    return say(
        "doctor.retired" if status.retired_at else "doctor.silent",
        id=status.source.id,
        outlet=status.source.outlet,
        section=status.source.section,
        state=say(f"doctor.health.{health.value}"),
        since=korean_time(since) if since else "—",
        message=message or say(f"doctor.do.{health.value}", id=status.source.id),
    )


def _run_text(run: RunReport) -> str:
    return say(
        "doctor.last_run_value",
        at=korean_time(run.started_at),
        state=say(f"doctor.state.{run.state.value}"),
        new=run.new,
        sources=run.sources,
        failed=run.failed,
    )


def _free_bytes(path: Path) -> int:
    """Free space where ``path`` is or will be."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help=say("arg.backup"), metavar="FILE")],
    db: DbOption = "",
    config: ConfigOption = None,
) -> None:
    url = Place.of(context, db, config).url
    open_store(url, read_only=True).backup(target)
    out.print(say("backup.done", path=target, size=megabytes(target.stat().st_size)))
