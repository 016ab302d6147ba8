"""The tone corpus: Korean news sentences written for chipwatch, with placeholders for companies.

``corpus/*.jsonl``: ``{"text", "tones": {"A": …}, "tone"}``, names as ⟨A⟩ ⟨B⟩ ⟨C⟩ ⟨D⟩, `` || ``
between headline and lead. No real company and no real headline stands in it, so the network cannot
learn that a company is good or bad, and no invented misdeed stands beside a real name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from db.errors import InputError
from db.model import Tone
from ingest.process.companies import Hit
from ingest.process.document import Document, Sentence, normal
from ingest.process.sentences import split
from ingest.process.toneinput import placeholder

PACKAGED = Path(str(files("ingest") / "train" / "corpus"))
LEAD = " || "
_NAME = re.compile(r"⟨([A-D])⟩")
_PLACE = re.compile(r"ZQ([A-D])")
_JUDGED = frozenset({Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE})


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text: its tone and that towards each of its companies, "A" … "D"."""

    text: str
    tone: Tone
    tones: dict[str, Tone]


def read_corpus(directory: Path = PACKAGED) -> list[Labelled]:
    """Every line of every file, files in the order of their names.

    Raises `InputError` with file and line for what is no line of a corpus.
    """
    found = [line for path in sorted(directory.glob("*.jsonl")) for line in _lines(path)]
    if not found:
        raise InputError(
            str(directory), "말뭉치(*.jsonl)가 없습니다.", "there is no corpus (*.jsonl) in it."
        )
    return found


def document_of(labelled: Labelled) -> tuple[Document, list[Hit]]:
    """The text as the taggers read an article, and where its companies (0 = A …) stand."""
    masked = _NAME.sub(lambda name: placeholder(ord(name[1]) - ord("A")), labelled.text)
    title, _, lead = masked.partition(LEAD)
    sentences = [Sentence(title, normal(title), "title")]
    sentences += [Sentence(raw, normal(raw), "summary", at) for at, raw in split(lead)]
    hits = [
        Hit(ord(name[1]) - ord("A"), place, name.start(), name.end(), name[0])
        for place, sentence in enumerate(sentences)
        for name in _PLACE.finditer(sentence.text)
    ]
    return Document(tuple(sentences)), hits


def _lines(path: Path) -> Iterator[Labelled]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            found = Labelled(
                record["text"],
                Tone(record["tone"]),
                {name: Tone(tone) for name, tone in record["tones"].items()},
            )
            if set(_NAME.findall(found.text)) != set(found.tones):
                raise ValueError("names and tones differ")
            if not {found.tone, *found.tones.values()} <= _JUDGED:
                raise ValueError("a tone must be positive, neutral or negative")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path}:{number}",
                f"말뭉치의 줄이 아닙니다: {error}",
                f"not a line of a tone corpus: {error}",
            ) from error
        yield found
