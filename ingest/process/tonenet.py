"""The tone network: a layer of self-attention over masked morphemes, in plain numpy.

Vaswani et al., "Attention Is All You Need" (2017), in the pre-norm form; 0.1 million numbers
besides the word table. `forward` is written against the array module that it is
given, so that training differentiates the very code that tagging runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ingest.process.toneinput import EXTRAS, FAR, NEAR, TARGET, Example, Floats, Ints

WIDTH = 64
HEADS = 4
INNER = 128
LAYERS = 1
POLARITIES = 12
CLASSES = 3
"""positive, neutral, negative"""
_MEAN = np.full((WIDTH, 1), 1 / WIDTH, np.float32)

Params = Mapping[str, Any]
Batch = tuple[Ints, Floats, Floats, Floats]
"""tokens (b × n × 7), cues (b × n × 2), extras (b × EXTRAS), mask (b × n; 1 = there is a token)"""


def shapes(tags: int) -> dict[str, tuple[int, ...]]:
    """Every parameter but the word table."""
    found: dict[str, tuple[int, ...]] = {
        "tag": (tags, WIDTH),
        "mark": (4, WIDTH),
        "distance": (2 * FAR + 1, WIDTH),
        "other": (2 * NEAR + 2, WIDTH),
        "polarity": (POLARITIES, WIDTH),
        "lead": (2, WIDTH),
        "cue": (2, WIDTH),
        "norm": (2, WIDTH),
        "pool": (WIDTH, 1),
        "hidden": (3 * WIDTH + EXTRAS, WIDTH),
        "hidden_bias": (WIDTH,),
        "out": (WIDTH, CLASSES),
        "out_bias": (CLASSES,),
    }
    for layer in range(LAYERS):
        found |= {
            f"attention{layer}": (WIDTH, 3 * WIDTH),
            f"mix{layer}": (WIDTH, WIDTH),
            f"grow{layer}": (WIDTH, INNER),
            f"grow_bias{layer}": (INNER,),
            f"shrink{layer}": (INNER, WIDTH),
            f"shrink_bias{layer}": (WIDTH,),
            f"norm_a{layer}": (2, WIDTH),
            f"norm_b{layer}": (2, WIDTH),
        }
    return found


def batch_of(examples: Sequence[Example], *, step: int = 1) -> Batch:
    """Examples side by side, padded to the longest and on to a multiple of ``step`` tokens."""
    longest = max(len(example.tokens) for example in examples)
    longest = -(-longest // step) * step
    tokens = np.zeros((len(examples), longest, 7), np.int64)
    cues = np.zeros((len(examples), longest, 2), np.float32)
    mask = np.zeros((len(examples), longest), np.float32)
    for place, example in enumerate(examples):
        size = len(example.tokens)
        tokens[place, :size] = example.tokens
        cues[place, :size] = example.cues
        mask[place, :size] = 1
    return tokens, cues, np.stack([example.extras for example in examples]), mask


def forward(params: Params, words: Any, batch: Batch, xp: Any = np, drop: Any = None) -> Any:
    """Logits, b × `CLASSES`. ``words`` (b × n × `WIDTH`) are the rows of the word table.

    ``drop`` takes and gives an array of activations: what training leaves out at random.
    """
    tokens, cues, extras, mask = batch
    drop = drop or (lambda array: array)
    tag, mark, distance, other, polarity, lead = (tokens[:, :, place] for place in range(1, 7))
    x = words + params["tag"][tag] + params["mark"][mark] + params["distance"][distance]
    x = x + params["other"][other] + params["polarity"][polarity] + params["lead"][lead]
    x = x + xp.matmul(cues, params["cue"])
    x = drop(_norm(x, params["norm"], xp))
    hidden = (1 - mask)[:, None, None, :] * np.float32(-1e9)
    for layer in range(LAYERS):
        y = _norm(x, params[f"norm_a{layer}"], xp)
        x = x + drop(_attend(y, params, layer, hidden, xp))
        y = _norm(x, params[f"norm_b{layer}"], xp)
        y = xp.maximum(xp.matmul(y, params[f"grow{layer}"]) + params[f"grow_bias{layer}"], 0)
        x = x + drop(xp.matmul(drop(y), params[f"shrink{layer}"]) + params[f"shrink_bias{layer}"])
    weights = _softmax(xp.matmul(x, params["pool"])[:, :, 0] + hidden[:, 0, 0, :], xp)
    pooled = xp.sum(weights[:, :, None] * x, axis=1)
    strongest = xp.max(x + hidden[:, 0, 0, :, None], axis=1)
    target = (mark == TARGET).astype(np.float32) * mask
    count = xp.maximum(xp.sum(target, axis=1, keepdims=True), 1)
    there = xp.sum(target[:, :, None] * x, axis=1) / count
    y = drop(xp.concatenate([pooled, strongest, there, extras], axis=1))
    y = xp.maximum(xp.matmul(y, params["hidden"]) + params["hidden_bias"], 0)
    return xp.matmul(drop(y), params["out"]) + params["out_bias"]


def _norm(x: Any, scale: Any, xp: Any) -> Any:
    # a product with a column is many times quicker than numpy's mean of so short an axis
    centred = x - xp.matmul(x, _MEAN)
    variance = xp.matmul(centred * centred, _MEAN)
    return centred / xp.sqrt(variance + np.float32(1e-5)) * scale[0] + scale[1]


def _attend(x: Any, params: Params, layer: int, hidden: Any, xp: Any) -> Any:
    count, length = x.shape[:2]
    parts = xp.reshape(
        xp.matmul(x, params[f"attention{layer}"]), (count, length, 3, HEADS, WIDTH // HEADS)
    )
    query, key, value = (xp.transpose(parts[:, :, place], (0, 2, 1, 3)) for place in range(3))
    scores = xp.matmul(query, xp.transpose(key, (0, 1, 3, 2))) * np.float32(
        (WIDTH // HEADS) ** -0.5
    )
    mixed = xp.matmul(_softmax(scores + hidden, xp), value)
    mixed = xp.reshape(xp.transpose(mixed, (0, 2, 1, 3)), (count, length, WIDTH))
    return xp.matmul(mixed, params[f"mix{layer}"])


def _softmax(x: Any, xp: Any) -> Any:
    powers = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return powers / xp.sum(powers, axis=-1, keepdims=True)
