"""The commands for data: evaluate, export, import."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table as RichTable

from db.connect import open_store
from db.errors import InputError
from db.export import FORMATS, Export, file_name, write
from db.gold import write_gold
from db.model import Article, RightsMode, TagResult, Tone
from db.query import ArticleFilter
from ingest.archive import BadRow, Defaults, read_archive
from ingest.cli_screen import (
    ConfigOption,
    DbOption,
    Place,
    QuietOption,
    command,
    err,
    fail,
    now,
    out,
)
from ingest.evaluate import Evaluation, Table, evaluate
from ingest.messages import SENTENCES, language, say
from ingest.process.tagging import tag_batch

IMPORT_BATCH = 1_000
SHOWN_BAD_ROWS = 20


def register(app: typer.Typer) -> None:
    """Add this module's commands to the program."""
    command(app, "evaluate")(evaluate_command)
    command(app, "export")(export)
    command(app, "import")(import_command)


# --- evaluate -----------------------------------------------------------------------------------


def evaluate_command(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(help=say("arg.gold"), metavar="GOLD.jsonl")],
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt.json"))] = False,
) -> None:
    spec = Place.of(context, "", config).configuration().tagger

    def tagged(articles: Sequence[Article]) -> list[TagResult]:
        return tag_batch(spec, articles)

    result = evaluate(gold, tagged)
    if not result.lines:
        raise InputError(
            str(gold), "라벨이 있는 줄이 없습니다.", "there is no labelled line in it."
        )
    if as_json:
        sys.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        for table in evaluation_tables(result):
            out.print(table)


def evaluation_tables(result: Evaluation) -> list[RichTable]:
    """The figures as tables for a terminal."""
    return [
        _terminal_table(table)
        for table in result.tables()
        if any(isinstance(value, int | float) and value for row in table.rows for value in row)
    ]


def _terminal_table(table: Table) -> RichTable:
    shown = RichTable(title=_word(f"eval.title.{table.name}"), title_justify="left", box=SIMPLE)
    for number, column in enumerate(table.columns):
        shown.add_column(_word(f"eval.{column}"), justify="right" if number else "left")
    for row in table.rows:
        shown.add_row(
            *(
                f"{value:.3f}" if isinstance(value, float) else _word(f"eval.{value}")
                for value in row
            )
        )
    return shown


def _word(key: str) -> str:
    """The word for a key of the evaluation; ids and numbers are shown as they are."""
    return say(key) if key in SENTENCES else key.rpartition(".")[2]


# --- export -------------------------------------------------------------------------------------


def export(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help=say("arg.export"), metavar="FILE")] = "-",
    file_format: Annotated[str, typer.Option("--format", help=say("opt.format"))] = "",
    start: Annotated[str, typer.Option("--from", help=say("opt.from"))] = "",
    end: Annotated[str, typer.Option("--to", help=say("opt.to"))] = "",
    company: Annotated[list[str] | None, typer.Option("--company", help=say("opt.company"))] = None,
    outlet: Annotated[list[str] | None, typer.Option("--outlet", help=say("opt.outlet"))] = None,
    tone: Annotated[list[str] | None, typer.Option("--tone", help=say("opt.tone"))] = None,
    lang: Annotated[list[str] | None, typer.Option("--language", help=say("opt.language"))] = None,
    topic: Annotated[list[str] | None, typer.Option("--topic", help=say("opt.topic"))] = None,
    query: Annotated[str, typer.Option("--query", help=say("opt.query"))] = "",
    corrections: Annotated[
        bool, typer.Option("--corrections", help=say("opt.corrections"))
    ] = False,
    db: DbOption = "",
    config: ConfigOption = None,
    quiet: QuietOption = False,
) -> None:
    directory = Path(target).is_dir()
    named = (file_format or ("" if directory else Path(target).suffix.lstrip("."))).lower()
    if corrections:
        # half a filter would give figures that nobody can tell from those over all corrections
        if any((start, end, company, outlet, tone, lang, topic, query)):
            raise typer.BadParameter(say("usage.filtered"), param_hint="--corrections")
        if named not in ("", "jsonl"):
            raise typer.BadParameter(say("usage.gold"), param_hint="--corrections")
        store = open_store(Place.of(context, db, config).url, read_only=True)
        _write_to(target, partial(write_gold, store), quiet=quiet)
        return
    chosen = named or "csv"
    if chosen not in FORMATS:
        raise typer.BadParameter(say("usage.format"), param_hint="--format")
    store = open_store(Place.of(context, db, config).url, read_only=True)
    companies = {c.id: (c.name_ko, c.name_en) for c in store.companies()}
    topics = {t.id: (t.name_ko, t.name_en) for t in store.topics()}
    wanted = ArticleFilter(
        start=_day(start, "--from"),
        end=_day(end, "--to"),
        companies=_ids(company, companies, "usage.company", "--company"),
        outlets=tuple(outlet or ()),
        tones=tuple(_tone(value) for value in tone or ()),
        languages=tuple(lang or ()),
        topics=_ids(topic, topics, "usage.topic", "--topic"),
        query=query,
    )
    made = Export.of(store, wanted, now(), language())
    if directory:
        target = str(Path(target) / file_name(made, chosen))
    _write_to(target, lambda file: write(made, store.export(wanted), file, chosen), quiet=quiet)


def _write_to(target: str, fill: Callable[[IO[bytes]], int], *, quiet: bool) -> None:
    """Fill a file, or standard output; ``fill`` returns how many articles it wrote."""
    if target == "-":
        fill(sys.stdout.buffer)
        return
    path = Path(target)
    count = _replace_when_whole(path, fill)
    if not quiet:
        err.print(say("export.done", count=f"{count:,}", path=path))


def _replace_when_whole(path: Path, fill: Callable[[IO[bytes]], int]) -> int:
    """A half-written file must not stand where a whole one did."""
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("wb") as file:
            count = fill(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _day(value: str, option: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(say("usage.date", value=value), param_hint=option) from error


def _tone(value: str) -> Tone:
    try:
        return Tone(value.lower())
    except ValueError as error:
        raise typer.BadParameter(say("usage.tone"), param_hint="--tone") from error


def _ids(
    values: list[str] | None, known: dict[str, tuple[str, str]], sentence: str, option: str
) -> tuple[str, ...]:
    """Ids, or display names in either language, to ids."""
    by_name = {name.casefold(): key for key, names in known.items() for name in (key, *names)}
    found = []
    for value in values or ():
        key = by_name.get(value.casefold())
        if key is None:
            raise typer.BadParameter(say(sentence, value=value), param_hint=option)
        found.append(key)
    return tuple(dict.fromkeys(found))


# --- import -------------------------------------------------------------------------------------


def import_command(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help=say("arg.import"), metavar="FILE")],
    outlet: Annotated[str, typer.Option("--outlet", help=say("opt.import.outlet"))] = "",
    rights: Annotated[
        RightsMode, typer.Option("--rights", help=say("opt.import.rights"))
    ] = RightsMode.EXCERPT,
    db: DbOption = "",
    config: ConfigOption = None,
    quiet: QuietOption = False,
) -> None:
    """Articles wait for the next ``process``; the lock keeps runs away meanwhile."""
    at = Place.of(context, db, config)
    new = good = 0
    bad: list[BadRow] = []
    defaults = Defaults(outlet=outlet, rights=rights, sites=at.configuration().sites)
    with at.locked_store() as store:
        rows = read_archive(path, defaults, now())
        while batch := list(islice(rows, IMPORT_BATCH)):
            articles = [row for row in batch if isinstance(row, Article)]
            bad += [row for row in batch if isinstance(row, BadRow)]
            new += store.import_articles(articles)
            good += len(articles)
    for row in bad[:SHOWN_BAD_ROWS]:
        fail(say("import.bad", row=row.row, why=row.error.text(language())))
    if len(bad) > SHOWN_BAD_ROWS:
        fail(say("import.more_bad", count=len(bad) - SHOWN_BAD_ROWS))
    if not quiet:
        total = good + len(bad)
        out.print(say("import.done", rows=total, new=new, known=good - new, bad=len(bad)))
