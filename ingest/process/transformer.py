"""Tones by a sequence-classification model of Hugging Face instead of our network. Optional.

Needs ``chipwatch[transformers]``, and a model that the user downloaded: nothing is fetched here. Only
safetensors are read, and no code that comes with a model is run. Evidence stays the rules'.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from db.errors import ConfigError
from db.model import Tone
from ingest.process.companies import Hit
from ingest.process.document import Document
from ingest.process.rules import ToneFile, TransformerRules
from ingest.process.tone import MAX_SENTENCES, Judged, ToneRules
from ingest.process.toneinput import Floats
from ingest.process.tonejudge import MOST_COMPANIES, TONES, agreeing, judged_by

KEY = "tone.toml: transformer"
MAX_LETTERS = 500
"""characters of a sentence that are read; the tokenizer cuts what is still too long"""

_NAMES: Mapping[str, Tone] = {
    "positive": Tone.POSITIVE,
    "pos": Tone.POSITIVE,
    "긍정": Tone.POSITIVE,
    "neutral": Tone.NEUTRAL,
    "neu": Tone.NEUTRAL,
    "중립": Tone.NEUTRAL,
    "negative": Tone.NEGATIVE,
    "neg": Tone.NEGATIVE,
    "부정": Tone.NEGATIVE,
}


def snapshot(rules: TransformerRules) -> Path:
    """The directory of the model on this machine. Raises `ConfigError`."""
    for package in ("torch", "transformers"):
        if importlib.util.find_spec(package) is None:
            raise ConfigError(
                KEY,
                f"{package} 패키지가 필요합니다: pip install torch transformers",
                f"the package {package} is needed: pip install torch transformers",
            )
    if Path(rules.model).expanduser().is_dir():
        return Path(rules.model).expanduser()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(rules.model, revision=rules.revision or None, local_files_only=True)
        )
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ConfigError(
            f"{KEY}.model",
            f"이 컴퓨터에 없는 모델입니다: {rules.model!r}. 폴더를 적거나 "
            f"`hf download {rules.model}`로 먼저 받으세요.",
            f"not on this machine: {rules.model!r}. Give a directory, or fetch it first: "
            f"`hf download {rules.model}`.",
        ) from error


def digest(rules: TransformerRules) -> bytes:
    """A hash of all files of the model: other weights are another tagger. Raises `ConfigError`."""
    return _digest(snapshot(rules))


@lru_cache(maxsize=4)
def _digest(directory: Path) -> bytes:
    whole = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            whole.update(path.relative_to(directory).as_posix().encode())
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.digest()


def tones_of(names: Iterable[str], said: Mapping[str, Tone]) -> tuple[Tone, ...]:
    """The tone that each label of the model means: as ``said``, else by its name.

    Raises `ConfigError` for a label that is not understood, and if none is positive or negative.
    """
    names = list(names)
    tones = [said.get(name, _NAMES.get(name.strip().lower())) for name in names]
    unclear = [name for name, tone in zip(names, tones, strict=True) if tone is None]
    missing = {Tone.POSITIVE, Tone.NEGATIVE} - set(tones)
    if unclear or missing:
        shown = ", ".join(unclear or names)
        raise ConfigError(
            f"{KEY}.labels",
            f"모델의 라벨이 어떤 논조인지 적어 주세요(positive·neutral·negative): {shown}",
            f"say which tone these labels of the model mean (positive, neutral, negative): {shown}",
        )
    return tuple(tone for tone in tones if tone is not None)


def by_tone(logits: Floats, tones: Sequence[Tone]) -> Floats:
    """Logits per label → n × 3 in the order of `TONES`. Labels of one tone are added as
    probabilities; a tone without label is impossible."""
    columns = []
    for tone in TONES:
        places = [place for place, meant in enumerate(tones) if meant is tone]
        columns.append(
            np.logaddexp.reduce(logits[:, places], axis=1)
            if places
            else np.full(len(logits), -1e4, np.float32)
        )
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(frozen=True)
class TransformerModel:
    """A model and its tokenizer; ``tones``: what each of its labels means."""

    tokenizer: Any
    network: Any
    tones: tuple[Tone, ...]
    pair: bool
    max_tokens: int

    def logits(self, texts: Sequence[str], names: Sequence[str]) -> Floats:
        """n × 3 logits in the order of `TONES`; ``names`` are read by models of pairs only."""
        import torch

        batch = self.tokenizer(
            list(texts),
            list(names) if self.pair else None,
            padding=True,
            truncation="only_first",
            max_length=self.max_tokens,
            return_tensors="pt",
        )
        with torch.inference_mode():
            answer = self.network(**batch).logits.float().numpy()
        return by_tone(answer, self.tones)


def load(rules: TransformerRules) -> TransformerModel:
    """Read the model. Raises `ConfigError` for one that is missing or of another kind."""
    directory = snapshot(rules)
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    # the executor gives every CPU a process of its own
    torch.set_num_threads(1)
    try:
        tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
        network = AutoModelForSequenceClassification.from_pretrained(
            directory, local_files_only=True, use_safetensors=True, dtype="auto"
        ).eval()
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ConfigError(
            f"{KEY}.model",
            f"safetensors로 된 분류 모델로 읽을 수 없습니다: {rules.model!r} ({first})",
            f"cannot be read as a classification model in safetensors: {rules.model!r} ({first})",
        ) from error
    names = [label for _, label in sorted(network.config.id2label.items())]
    longest = min(rules.max_tokens, getattr(network.config, "max_position_embeddings", 512) - 2)
    return TransformerModel(
        tokenizer, network, tones_of(names, rules.labels), rules.pair, max(longest, 8)
    )


class TransformerJudge:
    """As `ingest.process.tonejudge.ToneJudge`, with the user's model instead of our network."""

    def __init__(self, rules: ToneFile, model: TransformerModel) -> None:
        self._rules = ToneRules(rules)
        self._model = model

    def judge(self, document: Document, hits: Sequence[Hit]) -> tuple[Judged, dict[int, Judged]]:
        """The article's tone and that of each company in ``hits``, by its place in the dictionary.

        The article is judged by its headline; a company by the headline if that names it, else by
        the first sentence that does.
        """
        reading = self._rules.read(document, hits)
        if reading is None:
            unrated = Judged(Tone.UNRATED, 0.0)
            return unrated, dict.fromkeys((hit.company for hit in hits), unrated)
        article, judged = self._rules.judged(reading)
        first: dict[int, Hit] = {}
        for hit in hits:
            if not hit.comparison and hit.sentence <= MAX_SENTENCES:
                first.setdefault(hit.company, hit)
        companies = list(first)[:MOST_COMPANIES]
        places = [0, *(first[company].sentence for company in companies)]
        logits = self._model.logits(
            [document.sentences[place].text[:MAX_LETTERS] for place in places],
            ["", *(first[company].surface for company in companies)],
        )
        judged |= {
            company: judged_by(row, reading.companies[company])
            for company, row in zip(companies, logits[1:], strict=True)
        }
        own = judged_by(logits[0], reading.article)
        return agreeing(own, article, reading, [judged[company] for company in companies]), judged
