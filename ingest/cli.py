"""The commands that run chipwatch: start, run, collect, process, dashboard. And `main`.

Here everything is put together; modules below know neither each other's settings nor the clock.
"""

from __future__ import annotations

import importlib.metadata
import logging
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import typer.rich_utils

from db.connect import open_store
from db.errors import ChipwatchError, ConfigError, RunLocked, StoreError
from db.model import RunReport, RunState, TagScope
from db.store import Store
from ingest import cli_care, cli_data, cli_feeds, cli_notify, cli_tag, cli_train, edits
from ingest.cli_pages import read_pages
from ingest.cli_screen import (
    EXIT_CONFIG,
    EXIT_FEEDS,
    EXIT_LOCKED,
    EXIT_STORE,
    ConfigOption,
    DbOption,
    Place,
    QuietOption,
    WorkersOption,
    command,
    err,
    fail,
    korean_time,
    log_path,
    new_app,
    now,
    out,
    progress,
    start_log,
    store_exists,
    usage_sentence,
)
from ingest.cli_serve import anybody_there, serve
from ingest.collect import reading
from ingest.collect.fetch import fetch_all
from ingest.collect.schedule import Timetable
from ingest.config import Config, limits_of, save_configuration
from ingest.executors import Dask, Executor, Processes, Serial
from ingest.messages import language, say
from ingest.pipeline import Collected, Processed, collect, process
from ingest.sample.build import build_sample, is_current

app = new_app("help.app")
log = logging.getLogger(__name__)

FEW = 400
"""articles or fewer are tagged in this process: starting others would take longer"""
SHOWN_FAILURES = 10
"""failed sources that are named; a dead network must not fill the mail of cron"""

ADDRESS, PORT = "127.0.0.1", 8501
AddressOption = Annotated[str, typer.Option("--address", help=say("opt.address"))]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help=say("opt.port"))]
DaskOption = Annotated[str, typer.Option("--dask", help=say("opt.dask"), show_default=False)]


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"chipwatch {importlib.metadata.version('chipwatch')}")
        raise typer.Exit


@app.callback()
def place(
    context: typer.Context,
    db: DbOption = "",
    config: ConfigOption = None,
    version: Annotated[
        bool, typer.Option("--version", help=say("opt.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before a command hold for it."""
    context.obj = Place(db, config)


def executor_for(config: Config, articles: int, workers: int | None, dask: str = "") -> Executor:
    """A cluster if one is named; processes if there is enough to do; else this process."""
    if dask:
        return Dask(dask)
    chosen = Processes(config.settings.process.workers if workers is None else workers)
    return Serial() if chosen.workers == 1 or articles <= FEW else chosen


NowOption = Annotated[bool, typer.Option("--now", "--all", help=say("opt.now"))]
NotifyOption = Annotated[bool, typer.Option("--notify", help=say("opt.notify"))]


def _collect(
    store: Store, config: Config, run_id: int, *, everyone: bool, quiet: bool
) -> Collected:
    sources = [source for source in config.sources if source.enabled]
    if not sources:
        path = config.files["feeds.toml"]
        raise ConfigError(
            str(path),
            "켜진 피드가 없습니다. 피드를 하나 이상 켜거나 더하세요.",
            "no enabled feeds. Enable or add at least one.",
        )
    begun = time.monotonic()
    fetch = partial(fetch_all, limits=limits_of(config))
    with progress(say("run.collecting"), len(sources), quiet=quiet) as shown:
        timetable = Timetable(config.settings.collect.adaptive, everyone)
        readers = reading.isolated()
        done = collect(store, sources, fetch, readers, now, run_id, shown, timetable, config.sites)
    if not quiet:
        out.print(
            say(
                "run.collected",
                sources=done.sources,
                new=done.new,
                entries=done.entries,
                unchanged=done.unchanged,
                failed=done.failed,
                waiting=done.waiting,
                seconds=time.monotonic() - begun,
            )
        )
    for report in done.failures[:SHOWN_FAILURES]:
        fail(say("run.failure", source=report.source_id, message=report.text(language())))
    if (more := len(done.failures) - SHOWN_FAILURES) > 0:
        fail(say("run.more_failures", count=more))
    return done


def _process(
    store: Store,
    config: Config,
    *,
    everything: bool,
    quiet: bool,
    workers: int | None = None,
    dask: str = "",
) -> Processed:
    """New articles first; then a bounded share of those that an older dictionary tagged."""
    begun = time.monotonic()
    info = store.info()
    scopes: list[tuple[TagScope, int | None, int]]
    if everything:
        scopes = [(TagScope.ALL, None, info.articles)]
    else:
        share = config.settings.process.retag_per_run
        scopes = [(TagScope.NEW, None, info.untagged), (TagScope.OUTDATED, share, share)]
    done = Processed()
    for scope, limit, expected in scopes:
        executor = executor_for(config, expected, workers, dask)
        with progress(say("run.processing"), expected or None, quiet=quiet) as shown:
            part = process(
                store, config.tagger, executor, now, scope, limit, shown, expected or None
            )
        done = Processed(
            done.tagged + part.tagged,
            done.relevant + part.relevant,
            done.failures + part.failures,
            done.mentions + part.mentions,
        )
    if not quiet:
        out.print(
            say(
                "run.processed",
                tagged=done.tagged,
                relevant=done.relevant,
                mentions=done.mentions,
                failures=done.failures,
                seconds=time.monotonic() - begun,
            )
        )
        if (left := store.info().outdated) and not everything:
            out.print(say("run.outdated", count=left))
    return done


def _run(
    at: Place,
    *,
    collecting: bool,
    processing: bool,
    pages: bool = False,
    everyone: bool = False,
    everything: bool = False,
    notifying: bool = False,
    quiet: bool = False,
    workers: int | None = None,
    dask: str = "",
) -> Collected:
    config = at.configuration()
    collected, processed = Collected(), Processed()
    with at.locked_store() as store:
        config = edits.take_over(store, config)
        save_configuration(store, config)
        begun = now()
        run_id = store.start_run(begun)
        if collecting:
            collected = _collect(store, config, run_id, everyone=everyone, quiet=quiet)
        if processing:
            processed = _process(
                store, config, everything=everything, quiet=quiet, workers=workers, dask=dask
            )
        if pages:
            read_pages(store, config, quiet=quiet)
        store.finish_run(
            RunReport(
                id=run_id,
                started_at=begun,
                state=RunState.DONE,
                finished_at=now(),
                sources=collected.sources,
                failed=collected.failed,
                entries=collected.entries,
                new=collected.new,
                tagged=processed.tagged,
                relevant=processed.relevant,
                tag_failures=processed.failures,
                tagger_version=config.tagger.version if processing else "",
            )
        )
        if notifying:
            cli_notify.announce_or_say(store, config)
    return collected


def _exit_if_blind(collected: Collected) -> None:
    """Of all sources, asked in this run or not: a run that asks two of them must not cry wolf.

    Silence is no failure; it is shown, and told by ``--notify``.
    """
    if collected.failing * 2 > collected.known:
        fail(say("run.half", sources=collected.known, failed=collected.failing))
        raise typer.Exit(EXIT_FEEDS)


@command(app, "run")
def run(
    context: typer.Context,
    db: DbOption = "",
    config: ConfigOption = None,
    quiet: QuietOption = False,
    workers: WorkersOption = None,
    everyone: NowOption = False,
    notify: NotifyOption = False,
) -> None:
    at = Place.of(context, db, config)
    done = _run(
        at,
        collecting=True,
        processing=True,
        pages=True,
        everyone=everyone,
        notifying=notify,
        quiet=quiet,
        workers=workers,
    )
    _exit_if_blind(done)


@command(app, "collect")
def collect_command(
    context: typer.Context,
    db: DbOption = "",
    config: ConfigOption = None,
    quiet: QuietOption = False,
    everyone: NowOption = False,
) -> None:
    at = Place.of(context, db, config)
    _exit_if_blind(_run(at, collecting=True, processing=False, everyone=everyone, quiet=quiet))


@command(app, "process")
def process_command(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=say("opt.all"))] = False,
    db: DbOption = "",
    config: ConfigOption = None,
    quiet: QuietOption = False,
    workers: WorkersOption = None,
    dask: DaskOption = "",
) -> None:
    _run(
        Place.of(context, db, config),
        collecting=False,
        processing=True,
        everything=everything,
        quiet=quiet,
        workers=workers,
        dask=dask,
    )


@command(app, "dashboard")
def dashboard(
    context: typer.Context,
    db: DbOption = "",
    config: ConfigOption = None,
    address: AddressOption = ADDRESS,
    port: PortOption = PORT,
    demo: Annotated[bool, typer.Option("--demo", help=say("opt.demo"))] = False,
) -> None:
    at = Place.of(context, db, config)
    url = _sample_url(at) if demo else at.url
    raise typer.Exit(serve(url, address, port))


@command(app, "start")
def start(
    context: typer.Context,
    db: DbOption = "",
    config: ConfigOption = None,
    address: AddressOption = ADDRESS,
    port: PortOption = PORT,
) -> None:
    """What ``make run`` calls: never an empty page, and quick when there is something to show."""
    at = Place.of(context, db, config)
    url = at.url
    if not store_exists(url):
        if not anybody_there(at.configuration()):
            err.print(say("start.sample"))
            url = _sample_url(at)
        else:
            _run(at, collecting=True, processing=True)
    elif runs := open_store(url, read_only=True).runs(1):
        err.print(say("start.last", at=korean_time(runs[0].started_at)))
    raise typer.Exit(serve(url, address, port))


def _sample_url(at: Place) -> str:
    """The sample's own database beside the real one, made anew when its days are not today's."""
    config = at.configuration()
    path = Path(at.url.removeprefix("sqlite:///")).with_name("sample.db")
    if not is_current(path, config, now()):
        err.print(say("sample.making"))
        build_sample(path, config, now())
    return str(path)


cli_tag.register(app)
cli_data.register(app)
cli_feeds.register(app)
cli_care.register(app)
cli_notify.register(app)
cli_train.register(app)


def main() -> None:
    """The program ``chipwatch``. Errors become one sentence and an exit code, never a traceback."""
    if language() == "ko":
        typer.rich_utils.COMMANDS_PANEL_TITLE = say("panel.commands")
        typer.rich_utils.OPTIONS_PANEL_TITLE = say("panel.options")
        typer.rich_utils.ARGUMENTS_PANEL_TITLE = say("panel.arguments")
    start_log()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except RunLocked as error:
        fail(error.text(language()))
        sys.exit(EXIT_LOCKED)
    except StoreError as error:
        log.error("%s", error)
        fail(error.text(language()))
        sys.exit(EXIT_STORE)
    except ChipwatchError as error:
        log.error("%s", error)
        fail(error.text(language()))
        sys.exit(EXIT_CONFIG)
    except (typer.Abort, KeyboardInterrupt):
        fail(say("end.interrupted"))
        sys.exit(130)
    except typer.TyperException as error:
        fail(usage_sentence(error))
        sys.exit(EXIT_CONFIG)
    except BrokenPipeError:
        # the reader of our output has left; nothing more can be said to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        log.exception("file")
        fail(say("end.file", path=error.filename or "", why=error.strerror or error))
        sys.exit(EXIT_STORE)
    except Exception as error:
        log.exception("unexpected")
        fail(say("end.bug", error=f"{type(error).__name__}: {error}", path=log_path()))
        sys.exit(70)
