"""How good the tags are against labels that people gave: precision, recall, F1 per task.

A gold file holds one JSON object per line: ``id``, ``title``, ``summary``?, ``body``?, ``relevant``
(true, false, null), ``tone`` (positive, neutral, negative, null), ``companies`` (company id → tone
or null) and ``contested`` (company ids on which the readers differ). What is null or contested is
left out of the figures. A line with ``text`` and ``must_not_tag`` instead is a look-alike.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from db.errors import InputError
from db.model import Article, TagResult, Tags

TONES = ("positive", "neutral", "negative")
MISSING = "missing"
"""stands for the tone of a company that was not found"""
BATCH = 200

Label = Literal["positive", "neutral", "negative"]
Row = tuple[str | int | float, ...]
TagAll = Callable[[Sequence[Article]], list[TagResult]]
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class GoldLine(BaseModel):
    """One line of a gold file."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: str
    title: str = ""
    summary: str | None = None
    body: str | None = None
    text: str | None = None
    relevant: bool | None = None
    tone: Label | None = None
    companies: dict[str, Label | None] = Field(default_factory=dict)
    contested: list[str] = Field(default_factory=list)
    must_not_tag: list[str] | None = None

    @model_validator(mode="after")
    def _has_text(self) -> GoldLine:
        if not (self.title or self.text):
            raise ValueError("title: is required")
        if (
            self.must_not_tag is None
            and not {"companies", "tone", "relevant"} & self.model_fields_set
        ):
            raise ValueError("no label: companies, tone or relevant is required")
        return self

    def article(self) -> Article:
        return Article(
            id=self.id,
            url="",
            source_id="",
            outlet="",
            title=self.title or self.text or "",
            summary=self.summary or "",
            body=self.body or "",
            published_at=_NO_TIME,
            first_seen_at=_NO_TIME,
        )


@dataclass(slots=True)
class Score:
    """Counts of one class. Precision, recall and F1 are 0 … 1, and None where nothing is to count."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def items(self) -> int:
        """How many the people labelled so."""
        return self.right + self.missed

    @property
    def precision(self) -> float | None:
        found = self.right + self.wrong
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        return self.right / self.items if self.items else None

    @property
    def f1(self) -> float | None:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
            "f1": _rounded(self.f1),
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


@dataclass(slots=True)
class Confusion:
    """``counts[gold, machine]``; the machine may also say unrated or missing, which is wrong."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def score(self, label: str) -> Score:
        counts = self.counts.items()
        return Score(
            right=self.counts[label, label],
            wrong=sum(n for (gold, said), n in counts if said == label != gold),
            missed=sum(n for (gold, said), n in counts if gold == label != said),
        )

    def macro_f1(self, labels: Sequence[str] = TONES) -> float | None:
        """Mean F1 of the labels that occur in the gold data."""
        scores = [self.score(label) for label in labels]
        values = [score.f1 or 0.0 for score in scores if score.items]
        return sum(values) / len(values) if values else None

    @property
    def accuracy(self) -> float | None:
        total = self.counts.total()
        right = sum(n for (gold, said), n in self.counts.items() if gold == said)
        return right / total if total else None

    def as_dict(self, labels: Sequence[str] = TONES) -> dict[str, Any]:
        rows: dict[str, dict[str, int]] = {}
        for (gold, said), count in sorted(self.counts.items()):
            rows.setdefault(gold, {})[said] = count
        return {
            "macro_f1": _rounded(self.macro_f1(labels)),
            "accuracy": _rounded(self.accuracy),
            "classes": {label: self.score(label).as_dict() for label in labels},
            "confusion": rows,
        }


@dataclass(frozen=True, slots=True)
class Table:
    """Plain rows for whoever prints them. ``columns`` and ``name`` are keys, not words.

    Numbers below 1 in the columns precision, recall and f1 are shares; "" where nothing counts.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Evaluation:
    """The figures of one gold file. ``failed`` articles count as found nothing, unrated."""

    lines: int = 0
    failed: int = 0
    companies: Score = field(default_factory=Score)
    by_company: dict[str, Score] = field(default_factory=dict)
    tone_right: Counter[str] = field(default_factory=Counter)
    mention_tone: Confusion = field(default_factory=Confusion)
    article_tone: Confusion = field(default_factory=Confusion)
    relevance: Confusion = field(default_factory=Confusion)
    look_alikes: int = 0
    look_alikes_wrong: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "lines": self.lines,
            "failed": self.failed,
            "companies": self.companies.as_dict(),
            "tone_per_company": self.mention_tone.as_dict(),
            "article_tone": self.article_tone.as_dict(),
            "relevance": self.relevance.as_dict(("relevant", "irrelevant")),
            "look_alikes": {"lines": self.look_alikes, "wrong": self.look_alikes_wrong},
            "by_company": {
                company: score.as_dict() | {"tone_right": self.tone_right[company]}
                for company, score in self._companies_by_size()
            },
        }

    def tables(self) -> list[Table]:
        """``tasks``, ``companies`` and the confusion of ``tone_per_company`` and ``article_tone``."""
        figures = ("precision", "recall", "f1", "items")
        rows: list[Row] = [("companies", "", *_figures(self.companies))]
        for task, confusion, labels in (
            ("tone_per_company", self.mention_tone, TONES),
            ("article_tone", self.article_tone, TONES),
            ("relevance", self.relevance, ("relevant", "irrelevant")),
        ):
            rows += [(task, label, *_figures(confusion.score(label))) for label in labels]
            macro = confusion.macro_f1(labels)
            rows.append((task, "macro", "", "", _shown(macro), confusion.counts.total()))
        if self.look_alikes:
            share = self.look_alikes_wrong / self.look_alikes
            rows.append(("look_alikes", "wrong", "", "", share, self.look_alikes))
        companies = tuple(
            (
                company,
                score.right,
                score.wrong,
                score.missed,
                _shown(score.f1),
                self.tone_right[company],
            )
            for company, score in self._companies_by_size()
        )
        return [
            Table("tasks", ("task", "class", *figures), tuple(rows)),
            Table(
                "companies", ("company", "right", "wrong", "missed", "f1", "tone_right"), companies
            ),
            _confusion_table("tone_per_company", self.mention_tone),
            _confusion_table("article_tone", self.article_tone),
        ]

    def _companies_by_size(self) -> list[tuple[str, Score]]:
        return sorted(self.by_company.items(), key=lambda item: (-item[1].items, item[0]))


def evaluate(gold: Path | Iterable[Mapping[str, Any]], tag: TagAll) -> Evaluation:
    """Tag the texts of ``gold`` and count. Raises `InputError` for a line that is not valid.

    ``tag`` gives one result per article, in their order.
    """
    result = Evaluation()
    lines = read_gold(gold) if isinstance(gold, Path) else _valid(gold)
    while batch := list(islice(lines, BATCH)):
        for line, tags in zip(batch, tag([line.article() for line in batch]), strict=True):
            result.lines += 1
            if not isinstance(tags, Tags):
                result.failed += 1
            _count(result, line, tags if isinstance(tags, Tags) else None)
    return result


def read_gold(path: Path) -> Iterator[GoldLine]:
    """The lines of a gold file. Raises `InputError` with file and line number."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _parse(raw, f"{path}:{number}")
    except OSError as error:
        raise InputError(
            str(path),
            f"파일을 읽을 수 없습니다({error.strerror}).",
            f"the file cannot be read ({error.strerror}).",
        ) from error


def _parse(raw: bytes, subject: str) -> GoldLine:
    try:
        return _validated(json.loads(raw), subject)
    except ValueError as error:
        raise InputError(
            subject, f"JSON이 아닙니다: {error}", f"this line is not JSON: {error}"
        ) from error


def _valid(objects: Iterable[Mapping[str, Any]]) -> Iterator[GoldLine]:
    for number, obj in enumerate(objects, start=1):
        yield _validated(dict(obj), f"gold:{number}")


def _validated(obj: object, subject: str) -> GoldLine:
    try:
        return GoldLine.model_validate(obj)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        reason = f"{key}: {first['msg']}" if key else first["msg"]
        raise InputError(
            subject,
            f"라벨의 꼴이 맞지 않습니다. {reason}",
            f"this is not a line of a gold file. {reason}",
        ) from error


def _count(result: Evaluation, line: GoldLine, tags: Tags | None) -> None:
    found = {mention.company_id: mention.tone.value for mention in tags.mentions} if tags else {}
    if line.must_not_tag is not None:
        result.look_alikes += 1
        result.look_alikes_wrong += bool(found.keys() & set(line.must_not_tag))
        return
    if "companies" in line.model_fields_set:
        _count_companies(result, line, found)
    if line.tone is not None and "tone" not in line.contested:
        result.article_tone.counts[line.tone, tags.tone.value if tags else MISSING] += 1
    if line.relevant is not None and "relevant" not in line.contested:
        said = ("relevant" if tags.relevant else "irrelevant") if tags else MISSING
        result.relevance.counts["relevant" if line.relevant else "irrelevant", said] += 1


def _count_companies(result: Evaluation, line: GoldLine, found: Mapping[str, str]) -> None:
    for company in (found.keys() | line.companies.keys()) - set(line.contested):
        own = result.by_company.setdefault(company, Score())
        for score in (own, result.companies):
            score.right += company in found and company in line.companies
            score.wrong += company not in line.companies
            score.missed += company not in found
        tone = line.companies.get(company)
        if tone is not None:
            said = found.get(company, MISSING)
            result.mention_tone.counts[tone, said] += 1
            result.tone_right[company] += tone == said


def _confusion_table(name: str, confusion: Confusion) -> Table:
    said = sorted({said for _, said in confusion.counts} - set(TONES), reverse=True)
    columns = (*TONES, *said)
    rows: tuple[Row, ...] = tuple(
        (gold, *(confusion.counts[gold, column] for column in columns)) for gold in TONES
    )
    return Table(name, ("gold", *columns), rows)


def _figures(score: Score) -> tuple[float | str, float | str, float | str, int]:
    return _shown(score.precision), _shown(score.recall), _shown(score.f1), score.items


def _shown(value: float | None) -> float | str:
    return "" if value is None else value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
