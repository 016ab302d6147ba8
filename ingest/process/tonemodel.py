"""The trained tone network as a file: word table, parameters, calibration. Numbers only, no pickle."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ingest.process import tonenet
from ingest.process.toneinput import Example, Floats, Word

PATH = Path(__file__).with_name("tone_model.npz")
UNKNOWN = ("", "")
_SEPARATOR = "\n"
FEATURES = 10


@dataclass(frozen=True)
class ToneModel:
    """``table`` holds a row per word as 8-bit numbers times ``scale``; row 0 is the unknown word.

    ``calibration`` (2 × `FEATURES` × 3) turns the network's logits and the rules' reading into the
    final ones: [0] for a company, [1] for the article as a whole.
    """

    words: tuple[Word, ...]
    tags: tuple[str, ...]
    polarities: npt.NDArray[np.int8]
    table: npt.NDArray[np.int8]
    scale: Floats
    params: dict[str, Floats]
    calibration: Floats

    @cached_property
    def _rows(self) -> dict[Word, int]:
        return {word: place for place, word in enumerate(self.words) if place}

    @cached_property
    def _tags(self) -> dict[str, int]:
        return {tag: place for place, tag in enumerate(self.tags) if place}

    def row(self, word: Word) -> int:
        return self._rows.get(word, 0)

    def tag(self, word: Word) -> int:
        return self._tags.get(word[1], 0)

    def polarity(self, word: Word) -> int:
        return int(self.polarities[self._rows.get(word, 0)])

    def logits(self, examples: Sequence[Example]) -> Floats:
        """Calibrated logits, one row per example: positive, neutral, negative.

        The first example is the article as a whole, the others are its companies.
        """
        found = features(self.network(examples), examples)
        company, article = self.calibration
        return np.concatenate([found[:1] @ article, found[1:] @ company])

    def network(self, examples: Sequence[Example]) -> Floats:
        """What the network alone says, one row of logits per example."""
        batch = tonenet.batch_of(examples)
        rows = batch[0][:, :, 0]
        words = self.table[rows] * self.scale[rows][:, :, None]
        answer: Floats = tonenet.forward(self.params, words, batch)
        return answer

    def save(self, path: Path) -> None:
        """Write the model; loading it again gives the same numbers."""
        arrays: dict[str, Any] = {f"p.{name}": value for name, value in self.params.items()}
        arrays |= {
            "words": _packed([f"{form}\t{tag}" for form, tag in self.words]),
            "tags": _packed(list(self.tags)),
            "polarities": self.polarities,
            "table": self.table,
            "scale": self.scale,
            "calibration": self.calibration,
        }
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        path.write_bytes(buffer.getvalue())


def load(path: Path = PATH) -> ToneModel:
    """Raises OSError or ValueError for a file that is missing or no model of this network."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _checked(_model(arrays))
    except (KeyError, BadZipFile) as error:
        raise ValueError(f"{path} is not a tone model: {error}") from error


def _model(arrays: dict[str, Any]) -> ToneModel:
    words = tuple(tuple(line.split("\t")) for line in _unpacked(arrays["words"]))
    return ToneModel(
        words=words,  # type: ignore[arg-type] # two fields each, written by `save`
        tags=tuple(_unpacked(arrays["tags"])),
        polarities=arrays["polarities"],
        table=arrays["table"],
        scale=arrays["scale"],
        params={
            name[2:]: value.astype(np.float32)
            for name, value in arrays.items()
            if name.startswith("p.")
        },
        calibration=arrays["calibration"],
    )


def features(logits: Floats, examples: Sequence[Example]) -> Floats:
    """What the calibration weighs, n × `FEATURES`: the network, the rules, the place of the name."""
    extras = np.stack([example.extras for example in examples])
    rules = np.tanh(extras[:, :1] / 1.5)
    return np.concatenate(
        [
            logits - logits.mean(axis=1, keepdims=True),
            rules,
            np.abs(rules),
            extras[:, 1:3],  # whether the rules say positive, negative
            extras[:, 4:6],  # named in the headline; the headline is about somebody else
            np.ones_like(rules),
        ],
        axis=1,
    ).astype(np.float32)


@lru_cache(maxsize=1)
def packaged() -> ToneModel:
    """The model that ships with chipwatch; read once per process."""
    return load()


def _checked(model: ToneModel) -> ToneModel:
    """The model, if it is one of the network that `tonenet` describes."""
    rows = len(model.words)
    expected: dict[str, tuple[int, ...]] = dict(tonenet.shapes(len(model.tags)))
    found = {name: value.shape for name, value in model.params.items()}
    wanted = expected | {
        "table": (rows, tonenet.WIDTH),
        "scale": (rows,),
        "polarities": (rows,),
        "calibration": (2, FEATURES, tonenet.CLASSES),
    }
    found |= {name: getattr(model, name).shape for name in wanted.keys() - expected.keys()}
    if found != wanted:
        odd = sorted(name for name in found.keys() | wanted if found.get(name) != wanted.get(name))
        raise ValueError(f"a tone model of another network: {', '.join(odd)}")
    return model


def quantised(table: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Rows as 8-bit numbers and what to multiply each row with."""
    scale = np.maximum(np.abs(table).max(axis=1), 1e-6) / 127
    rounded = np.round(table / scale[:, None]).astype(np.int8)
    return rounded, scale.astype(np.float32)


def _packed(lines: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(_SEPARATOR.join(lines).encode(), np.uint8)


def _unpacked(array: npt.NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split(_SEPARATOR)
