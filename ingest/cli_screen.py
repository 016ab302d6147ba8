"""What the commands share: where things are, the clock, output, progress, errors → exit codes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any

import typer
from filelock import FileLock, Timeout
from platformdirs import user_log_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from db.connect import default_url, open_store
from db.errors import RunLocked, StoreMissing, StoreOutdated, StoreReadOnly
from db.model import KST
from db.store import Store
from ingest.config import Config, load
from ingest.messages import say
from ingest.pipeline import Progress, silent

EXIT_FEEDS, EXIT_CONFIG, EXIT_STORE, EXIT_LOCKED = 1, 2, 3, 75
"""more than half of the feeds failed · configuration or usage · store · another run (EX_TEMPFAIL)"""

REASONS = {
    "Input should be a valid integer": "usage.integer",
    "Input should be greater": "usage.range",
    "Input should be less": "usage.range",
    " is not one of ": "usage.choice",
}
"""what the library's reasons say → our sentence"""

# what is not a terminal (a log, a mail from cron) must not be wrapped at 80 columns
out = Console(
    soft_wrap=True, highlight=False, markup=False, width=None if sys.stdout.isatty() else 240
)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


class _Command(typer.core.TyperCommand):
    """A command whose ``--help`` speaks the user's language."""

    def get_help_option(self, ctx: Any) -> Any:
        return _translated(super().get_help_option(ctx))


class _Group(typer.core.TyperGroup):
    def get_help_option(self, ctx: Any) -> Any:
        return _translated(super().get_help_option(ctx))


def _translated(option: Any) -> Any:
    if option is not None:
        option.help = say("opt.help")
    return option


def new_app(help_key: str, name: str | None = None) -> typer.Typer:
    """A Typer application or group in our manner."""
    return typer.Typer(
        name=name,
        help=say(help_key),
        cls=_Group,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def command(
    app: typer.Typer, name: str, help_key: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as command ``name``; its help is the sentence ``help.<name>``."""
    return app.command(name, cls=_Command, help=say(help_key or f"help.{name}"))


DbOption = Annotated[str, typer.Option("--db", help=say("opt.db"), show_default=False)]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help=say("opt.config"), show_default=False)
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help=say("opt.quiet"))]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=0, help=say("opt.workers"), show_default=False)
]


def now() -> datetime:
    """The one clock of the program."""
    return datetime.now(UTC)


def korean_time(instant: datetime) -> str:
    return f"{instant.astimezone(KST):%Y-%m-%d %H:%M} KST"


@dataclass(frozen=True)
class Place:
    """Where the database and the configuration of this call are."""

    url: str
    directory: Path | None

    @classmethod
    def of(cls, context: typer.Context, db: str, config: Path | None) -> Place:
        """A command's own options win over those before the command, these over the environment."""
        above = context.obj if isinstance(context.obj, cls) else None
        named = os.environ.get("CHIPWATCH_CONFIG")
        return cls(
            url=db or (above.url if above else "") or default_url(),
            directory=config
            or (above.directory if above else None)
            or (Path(named) if named else None),
        )

    def configuration(self) -> Config:
        return load(self.directory)

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = open_store(self.url)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def locked_store(self) -> Iterator[Store]:
        """The store, with the lock that one run at a time may hold. Raises `RunLocked`.

        The operating system lets go of the lock when a process dies, however it dies.
        """
        path = Path(self.url.removeprefix("sqlite:///")).with_suffix(".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise RunLocked(
                "",
                "다른 수집이 실행 중입니다. 이번 실행은 건너뜁니다.",
                "another run is under way; skipping this one.",
            ) from error
        except OSError as error:
            raise StoreReadOnly(
                str(path.parent),
                "데이터 폴더에 쓸 수 없습니다. 권한을 확인하거나 --db로 다른 곳을 고르세요.",
                "cannot write to the data directory. Check its permissions or choose another with --db.",
            ) from error
        try:
            with self.store() as store:
                yield store
        finally:
            lock.release()


@contextmanager
def progress(title: str, total: int | None, *, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere nothing, the result line says it all."""
    if quiet or not err.is_terminal:
        yield silent
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[subject]}", style="dim"),
    )
    with RichProgress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=total, subject="")

        def show(done: int, total: int | None, subject: str) -> None:
            bar.update(task, completed=done, total=total, subject=subject)

        yield show


def log_path() -> Path:
    return user_log_path("chipwatch", appauthor=False) / "chipwatch.log"


def start_log() -> None:
    """Details go to a file of at most 5 × 1 MB; without a place to write, to nowhere."""
    root = logging.getLogger()
    if any(isinstance(handler, RotatingFileHandler) for handler in root.handlers):
        return
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_path(), maxBytes=1_000_000, backupCount=4, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")
    )
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def store_exists(url: str) -> bool:
    """Whether a store with at least one article stands at ``url``; a run may yet have to migrate it.

    Raises `StoreError` for one that stands there but cannot be used: it must not be passed over.
    """
    try:
        return open_store(url, read_only=True).info().articles > 0
    except (StoreMissing, StoreOutdated):
        return False


def fail(message: str) -> None:
    """A problem, on standard error, in one line."""
    print(message, file=sys.stderr)


def usage_sentence(error: typer.TyperException) -> str:
    """What the user typed wrongly, in the user's language, with where to read more."""
    kind = type(error).__name__
    message = str(getattr(error, "message", error))
    context = getattr(error, "ctx", None)
    parameter = getattr(error, "param", None)
    name = getattr(error, "param_hint", None) or _name_of(parameter)
    if kind == "NoSuchOption":
        sentence = say("usage.no_option", name=getattr(error, "option_name", ""))
    elif kind == "MissingParameter":
        sentence = say("usage.missing", name=name)
    elif kind == "BadParameter":
        sentence = say("usage.bad", name=name, why=_reason(message))
    elif message.startswith("No such command"):
        sentence = say(
            "usage.no_command", name=message.removeprefix("No such command ").split("'")[1]
        )
    else:
        sentence = say("usage.other", why=message)
    if context is None:
        return sentence
    return f"{sentence}\n{say('usage.hint', command=context.command_path)}"


def _name_of(parameter: Any) -> str:
    """``--port`` of an option, ``GOLD.jsonl`` of an argument."""
    if parameter is None:
        return ""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name)
    return str(max(parameter.opts, key=len))


def _reason(message: str) -> str:
    """The library's reasons in the user's language; our own are that already."""
    for part, key in REASONS.items():
        if part in message:
            return say(key, values=message.partition(part)[2].rstrip("."))
    return message
