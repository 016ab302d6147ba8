"""``chipwatch train tone``: corpus and word vectors in, tone network out.

Needs the extra ``train`` (JAX, which differentiates and compiles the array code that tagging runs in
numpy). The same corpus and seed give the same model on the same machine.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.process import morphs, tonenet
from ingest.process.rules import ToneFile
from ingest.process.tone import ToneRules
from ingest.process.toneinput import Example, Floats, Word, word_of
from ingest.process.tonejudge import TONES, examples_of
from ingest.process.tonemodel import FEATURES, UNKNOWN, ToneModel, quantised
from ingest.train.corpus import Labelled, document_of

POLARITY = Path(str(files("ingest") / "train" / "polarity.tsv"))
"""what 6,000 words say in company news: ``tag, form, code``; made by reading Kiwi's dictionary"""
CODES = ("P2", "P1", "N2", "N1", "U", "D", "B", "G", "R", "W", "L")
"""good, bad, up, down, burden, asset, reversal, winner's, loser's word; 0 stands for none"""

UNCALIBRATED = np.stack([np.eye(FEATURES, len(TONES), dtype=np.float32)] * 2)
"""The network's own logits; see `ingest.train.calibrate`."""

EPOCHS = 6
BATCH = 64
LENGTH_STEP = 16
"""Lengths are padded to a multiple of this, so that a few of them only are compiled."""
RATE = 3e-3
DECAY = 0.02
SMOOTHING = 0.05
LEAVE_OUT = 0.3
WORDS_LOST = 0.1
CUES_LOST = 0.2
EXTRAS_LOST = 0.3
_KNOWN_FROM = 3
"""occurrences from which on a word without a vector is learned"""
_AVERAGE_OVER = 600
"""Steps over which the parameters are averaged: steadier than the last ones alone."""

Progress = Callable[[int, int, float], None]
"""step, of how many, loss of the latest batch"""


@dataclass(frozen=True)
class Lexicon:
    """All words that the network knows; ``vectors`` are 0 for those that are learned."""

    words: tuple[Word, ...]
    tags: tuple[str, ...]
    vectors: Floats
    learned: npt.NDArray[np.int64]
    """per word its place among the learned ones, 0 for the others"""
    polarities: npt.NDArray[np.int8]

    def model(self, params: dict[str, Floats], table: Floats) -> ToneModel:
        rows, scale = quantised(table)
        return ToneModel(
            self.words,
            self.tags,
            self.polarities,
            rows,
            scale,
            params,
            UNCALIBRATED,
        )


def train(
    corpus: Sequence[Labelled],
    rules: ToneFile,
    vectors: tuple[Sequence[Word], Floats],
    *,
    seed: int = 1,
    epochs: int = EPOCHS,
    progress: Progress = lambda step, steps, loss: None,
) -> ToneModel:
    """The network trained on ``corpus``. Raises ImportError without the extra ``train``."""
    import jax
    from jax import numpy as jnp

    lexicon = _lexicon(corpus, *vectors)
    examples, labels = _examples(corpus, rules, lexicon)
    random = np.random.default_rng(seed)
    params = _initial(random, lexicon, vectors[1].shape[1])
    known, learned = jnp.asarray(lexicon.vectors), jnp.asarray(lexicon.learned)

    def loss(params: dict[str, Any], key: Any, batch: tonenet.Batch, answers: Any) -> Any:
        tokens, cues, extras, mask = batch
        rows = tokens[:, :, 0]
        keys = iter(jax.random.split(key, 4 + 8 * tonenet.LAYERS))

        def kept(share: float, *shape: int) -> Any:
            return jax.random.bernoulli(next(keys), 1 - share, shape).astype(jnp.float32)

        words = jnp.matmul(known[rows], params["project"]) + params["learned"][learned[rows]]
        words = words * kept(WORDS_LOST, *rows.shape, 1)
        lost = (
            tokens,
            cues * kept(CUES_LOST, len(rows), 1, 1),
            extras * kept(EXTRAS_LOST, len(rows), 1),
            mask,
        )
        # inverted dropout (Srivastava et al., 2014)
        logits = tonenet.forward(
            params, words, lost, jnp, lambda x: x * kept(LEAVE_OUT, *x.shape) / (1 - LEAVE_OUT)
        )
        return -jnp.mean(jnp.sum(answers * jax.nn.log_softmax(logits), axis=1))

    @jax.jit
    def step_of(
        params: Any, state: Any, key: Any, batch: tonenet.Batch, answers: Any, step: Any, total: Any
    ) -> Any:
        value, slopes = jax.value_and_grad(loss)(params, key, batch, answers)
        mean, square, average = state
        norm = jnp.sqrt(sum(jnp.sum(slope**2) for slope in slopes.values()))
        slopes = {
            name: slope * jnp.minimum(1.0, 1.0 / (norm + 1e-9)) for name, slope in slopes.items()
        }
        mean = {name: 0.9 * mean[name] + 0.1 * slopes[name] for name in slopes}
        square = {name: 0.999 * square[name] + 0.001 * slopes[name] ** 2 for name in slopes}
        rate = _rate(step / (total + 1), jnp)
        keep = jnp.minimum(1 - 1 / _AVERAGE_OVER, step / (step + 10))
        moved = {}
        for name, now in params.items():
            # Adam with decoupled weight decay (Loshchilov and Hutter, 2019)
            change = (mean[name] / (1 - 0.9**step)) / (
                jnp.sqrt(square[name] / (1 - 0.999**step)) + 1e-8
            )
            moved[name] = now - rate * (change + DECAY * now)
        average = {name: keep * average[name] + (1 - keep) * moved[name] for name in moved}
        return moved, (mean, square, average), value

    zeros = {name: np.zeros_like(value) for name, value in params.items()}
    state: Any = (zeros, zeros, params)
    key = jax.random.key(seed)
    total = epochs * math.ceil(len(examples) / BATCH)
    recent = 0.0
    step = 0
    for _ in range(epochs):
        for chosen in _batches(random, examples):
            step += 1
            key, own = jax.random.split(key)
            batch = tonenet.batch_of([examples[place] for place in chosen], step=LENGTH_STEP)
            params, state, value = step_of(
                params, state, own, batch, labels[chosen], float(step), float(total)
            )
            if step % 50 == 0 or step == total:
                recent = float(value)
                progress(step, total, recent)
    average = {name: np.asarray(value, np.float32) for name, value in state[2].items()}
    table = lexicon.vectors @ average.pop("project") + average.pop("learned")[lexicon.learned]
    table[0] = 0
    return lexicon.model(average, table)


def read_polarities(path: Path = POLARITY) -> dict[Word, int]:
    """Word → 1 + place in `CODES`."""
    found: dict[Word, int] = {}
    for line in path.read_text("utf-8").splitlines():
        tag, form, code = line.split("\t")
        found[form, tag] = 1 + CODES.index(code)
    return found


def _lexicon(corpus: Sequence[Labelled], known: Sequence[Word], vectors: Floats) -> Lexicon:
    """The words with vectors, and those of the corpus that return often enough to be learned."""
    counts: Counter[Word] = Counter()
    for labelled in corpus:
        document, _ = document_of(labelled)
        for sentence in document.sentences:
            counts.update(map(word_of, morphs.analyse(sentence.text)))
    have = set(known)
    new = [
        word
        for word, count in sorted(counts.items())
        if count >= _KNOWN_FROM and word not in have and not word[0].startswith("zq")
    ]
    words = (UNKNOWN, *known, *new)
    rows = np.zeros((len(words), vectors.shape[1]), np.float32)
    rows[1 : 1 + len(known)] = vectors
    learned = np.zeros(len(words), np.int64)
    learned[1 + len(known) :] = np.arange(1, len(new) + 1)
    tags = ("", *sorted({tag for _, tag in words[1:]} | {tag for _, tag in counts}))
    polarity = read_polarities()
    return Lexicon(
        words,
        tags,
        rows,
        learned,
        np.array([polarity.get(word, 0) for word in words], np.int8),
    )


def _examples(
    corpus: Sequence[Labelled], rules: ToneFile, lexicon: Lexicon
) -> tuple[list[Example], Floats]:
    """Every text as a whole and each of its companies, with smoothed labels."""
    judge = ToneRules(rules)
    blank = lexicon.model({}, lexicon.vectors[:, :1])
    examples: list[Example] = []
    labels: list[int] = []
    for labelled in corpus:
        document, hits = document_of(labelled)
        reading = judge.read(document, hits)
        if reading is None:
            continue
        companies, seen = examples_of(document, hits, reading, blank)
        examples += seen
        labels.append(TONES.index(labelled.tone))
        labels += [TONES.index(labelled.tones[chr(ord("A") + place)]) for place in companies]
    answers = np.full((len(labels), len(TONES)), SMOOTHING / len(TONES), np.float32)
    answers[np.arange(len(labels)), labels] += 1 - SMOOTHING
    return examples, answers


def _initial(random: np.random.Generator, lexicon: Lexicon, dims: int) -> dict[str, Floats]:
    """Small random numbers, scaled by what they are multiplied with; norms begin as identity."""
    shapes = tonenet.shapes(len(lexicon.tags)) | {
        "project": (dims, tonenet.WIDTH),
        "learned": (int(lexicon.learned.max()) + 1, tonenet.WIDTH),
    }
    tables = {"tag", "mark", "distance", "other", "polarity", "lead", "cue", "learned"}
    params: dict[str, Floats] = {}
    for name, shape in shapes.items():
        if name.startswith("norm"):
            value = np.zeros(shape)
            value[0] = 1
        elif len(shape) == 1:
            value = np.zeros(shape)
        else:
            spread = 0.15 if name in tables else shape[0] ** -0.5
            value = random.normal(0, spread, shape)
        params[name] = value.astype(np.float32)
    params["learned"][0] = 0
    return params


def _batches(
    random: np.random.Generator, examples: Sequence[Example]
) -> Iterator[npt.NDArray[np.int64]]:
    """Random batches of examples of similar length, all of `BATCH` (some examples come twice)."""
    order = random.permutation(len(examples))
    order = np.concatenate([order, random.choice(order, -len(order) % BATCH)])
    batches: list[npt.NDArray[np.int64]] = []
    for start in range(0, len(order), 16 * BATCH):
        chunk = order[start : start + 16 * BATCH]
        chunk = chunk[np.argsort([len(examples[place].tokens) for place in chunk], kind="stable")]
        batches += [chunk[begin : begin + BATCH] for begin in range(0, len(chunk), BATCH)]
    for place in random.permutation(len(batches)):
        yield batches[place]


def _rate(done: Any, xp: Any) -> Any:
    """One cycle: up for a third of the way, then down along a cosine (Smith, 2018)."""
    rise = 0.3
    up = 0.04 + 0.96 * done / rise
    down = 0.001 + 0.999 * 0.5 * (1 + xp.cos(math.pi * (done - rise) / (1 - rise)))
    return RATE * xp.where(done < rise, up, down)
