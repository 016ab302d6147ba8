"""The command tag: JSON Lines in, tags (or the reasons for them) out. No database."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import typer

from db.errors import ChipwatchError, InputError
from db.model import Article, TagFailure, TagResult
from ingest.cli_screen import ConfigOption, Place, WorkersOption, command
from ingest.executors import Executor, Processes, Serial
from ingest.messages import language, say
from ingest.process.companies import Note, Reason
from ingest.process.record import article_from_record, tags_to_record
from ingest.process.tagging import TaggerSpec, tag_batch, tagger

TAG_BATCH = 100
LINE_LIMIT = 50_000_000
"""bytes of one line of ``tag``; a longer one is an error of that line"""
_YES = {Reason.COUNTED, Reason.CONFIRMED}


def register(app: typer.Typer) -> None:
    """Add this module's command to the program."""
    command(app, "tag")(tag)


def tag(
    context: typer.Context,
    config: ConfigOption = None,
    workers: WorkersOption = None,
    explain: Annotated[bool, typer.Option("--explain", help=say("opt.explain"))] = False,
) -> None:
    spec = Place.of(context, "", config).configuration().tagger
    executor: Executor = Serial() if workers in (None, 1) else Processes(workers or 0)
    lines = sys.stdin.buffer
    answers = explained(lines, spec) if explain else tag_lines(lines, spec, executor)
    for line in answers:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def explained(lines: Iterable[bytes], spec: TaggerSpec) -> Iterator[bytes]:
    """For people: every sentence with a name in it, and why each name was or was not counted."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record_id, article = _parsed(line)
        except InputError as error:
            yield f"{number}: {error.text(language())}\n".encode("utf-8", "replace")
            continue
        why = tagger(spec).explain(article)
        yield f"{record_id}\n".encode("utf-8", "replace")
        points = " · ".join(f"{words} {value:+.2g}" for words, value in why.relevance)
        verdict = say("why.relevant" if why.relevant else "why.irrelevant", points=points or "0")
        yield f"  {verdict}\n".encode("utf-8", "replace")
        for place, sentence in enumerate(why.document.sentences):
            found = [note for note in why.notes if note.sentence == place]
            if found or not place:
                yield f"  {sentence.text}\n".encode("utf-8", "replace")
            for note in sorted(found, key=lambda note: (note.start, -note.end)):
                yield _why(note, sentence.text, spec).encode("utf-8", "replace")


def _why(note: Note, text: str, spec: TaggerSpec) -> str:
    companies = ", ".join(spec.companies.company[place].id for place in note.form.companies)
    mark = "○" if note.reason in _YES else "×"
    owner = f" → {companies}" if companies else ""
    reason = say(f"why.{note.reason.value}", by=note.by)
    return f"    {mark} {text[note.start : note.end]} [{note.start}:{note.end}]{owner}: {reason}\n"


def tag_lines(lines: Iterable[bytes], spec: TaggerSpec, executor: Executor) -> Iterator[bytes]:
    """JSON Lines in, JSON Lines out, in the order of the input; a bad line becomes an error object."""
    waiting: deque[int] = deque()
    answers: dict[int, dict[str, Any]] = {}

    def batches() -> Iterator[list[tuple[int, Any, Article]]]:
        """Articles with their line numbers: several lines may hold the same text."""
        batch: list[tuple[int, Any, Article]] = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            waiting.append(number)
            try:
                batch.append((number, *_parsed(line)))
            except InputError as error:
                answers[number] = _line_error(number, error)
            if len(batch) == TAG_BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def ready() -> Iterator[bytes]:
        while waiting and waiting[0] in answers:
            # a lone surrogate in an id stays the escape that it was in the input
            text = json.dumps(answers.pop(waiting.popleft()), ensure_ascii=False)
            yield text.encode("utf-8", "backslashreplace") + b"\n"

    for pairs in executor.map(_TagNumbered(spec), batches()):
        for (number, record_id), result in pairs:
            answers[number] = _answer(number, record_id, result, spec)
        yield from ready()
    yield from ready()


class _TagNumbered:
    """A picklable function that keeps line numbers with their tags."""

    def __init__(self, spec: TaggerSpec) -> None:
        self.spec = spec

    def __call__(
        self, batch: Sequence[tuple[int, Any, Article]]
    ) -> list[tuple[tuple[int, Any], TagResult]]:
        results = tag_batch(self.spec, [article for _, _, article in batch])
        return [((number, key), r) for (number, key, _), r in zip(batch, results, strict=True)]


def _parsed(line: bytes) -> tuple[Any, Article]:
    if len(line) > LINE_LIMIT:
        raise InputError("", "줄이 너무 깁니다.", "the line is too long.")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("", "JSON이 아닙니다.", "not JSON.") from error
    return article_from_record(record)


def _line_error(number: int, error: ChipwatchError) -> dict[str, Any]:
    return {"error": error.text(language()), "line": number}


def _answer(number: int, record_id: Any, result: TagResult, spec: TaggerSpec) -> dict[str, Any]:
    if isinstance(result, TagFailure):
        return {"id": record_id, "error": result.message, "line": number}
    return tags_to_record(record_id, result, spec)
