"""Calibration: how far the network and the rules are believed, learned from labelled headlines.

Written neutral sentences are plainer than real ones, so a network that knows only the corpus takes
too many real ones for news with a value. A softmax regression of a few numbers over the network's
logits and the rules' reading corrects that ("Platt scaling" with more than one score; Platt, 1999).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from db.errors import InputError
from db.model import Tone
from ingest.evaluate import read_gold
from ingest.process.companies import CompanyFinder
from ingest.process.document import read
from ingest.process.particles import HANGUL
from ingest.process.rules import CompaniesFile, ToneFile
from ingest.process.tone import ToneRules
from ingest.process.toneinput import Floats
from ingest.process.tonejudge import TONES, examples_of
from ingest.process.tonemodel import ToneModel, features

WEIGHTS = (1.0, 1.3, 1.5)
"""What a positive, neutral, negative label counts: the rarer ones matter as much to readers."""
STRENGTH = 2.0
"""of the pull towards zero, in labels"""
STEPS = 3_000
RATE = 0.5

Labels = tuple[list[Floats], list[int]]
"""feature rows and places in `TONES`"""


def calibrated(
    model: ToneModel, gold: Sequence[Path], companies: CompaniesFile, tone: ToneFile
) -> ToneModel:
    """``model`` with a calibration fitted to the labels of ``gold``. Raises `InputError`, also where
    there is no label to fit to."""
    company, article = _labelled(model, gold, companies, tone)
    for rows, _ in (company, article):
        if not rows:
            raise InputError(
                ", ".join(map(str, gold)),
                "기업과 기사의 논조 라벨이 모두 있어야 합니다.",
                "labels for the tone of companies and of articles are needed.",
            )
    fitted = [_fit(*company), _fit(*article)]
    return replace(model, calibration=np.stack(fitted).astype(np.float32))


def _labelled(
    model: ToneModel, gold: Iterable[Path], companies: CompaniesFile, tone: ToneFile
) -> tuple[Labels, Labels]:
    """Of the companies and of the articles as a whole. Contested and unlabelled ones are left out."""
    finder, rules = CompanyFinder(companies), ToneRules(tone)
    ids = [company.id for company in companies.company]
    of_companies: Labels = ([], [])
    of_articles: Labels = ([], [])
    for path in gold:
        for line in read_gold(path):
            document = read(line.article())
            hits = finder.find(document)
            reading = rules.read(document, hits)
            if reading is None or not HANGUL.search(document.title.text):
                continue
            seen, examples = examples_of(document, hits, reading, model)
            if not examples:
                continue
            rows = features(model.network(examples), examples)
            if line.tone is not None and "tone" not in line.contested:
                of_articles[0].append(rows[0])
                of_articles[1].append(TONES.index(Tone(line.tone)))
            for place, row in zip(seen, rows[1:], strict=True):
                label = line.companies.get(ids[place])
                if label is not None and ids[place] not in line.contested:
                    of_companies[0].append(row)
                    of_companies[1].append(TONES.index(Tone(label)))
    return of_companies, of_articles


def _fit(rows: Sequence[Floats], labels: Sequence[int]) -> Floats:
    """Weights (features × 3) of a softmax regression, by gradient descent on the whole data."""
    import jax
    from jax import numpy as jnp

    inputs = np.stack(rows)
    answers = np.eye(len(TONES), dtype=np.float32)[list(labels)]
    weights = np.array(WEIGHTS, np.float32)[list(labels)]

    def loss(params: Any) -> Any:
        logs = jax.nn.log_softmax(jnp.matmul(inputs, params))
        fit = -jnp.sum(weights * jnp.sum(answers * logs, axis=1))
        pull = STRENGTH * jnp.sum(params[:-1] ** 2)
        return (fit + pull) / len(labels)

    slope = jax.jit(jax.grad(loss))
    params = np.zeros((inputs.shape[1], len(TONES)), np.float32)
    for _ in range(STEPS):
        params = params - RATE * slope(params)
    return np.asarray(params)
