"""The command for those who change the tone corpus: train tone."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from db.errors import ConfigError, InputError
from ingest.cli_screen import ConfigOption, Place, command, new_app, out, progress
from ingest.evaluate import read_gold
from ingest.messages import say
from ingest.process import tonemodel


def register(app: typer.Typer) -> None:
    """Add the group ``train`` to the program."""
    group = new_app("help.train")
    command(group, "tone", "help.train.tone")(tone)
    group.callback()(lambda: None)  # one command alone would otherwise become the group itself
    app.add_typer(group, name="train")


def tone(
    context: typer.Context,
    corpus: Annotated[Path | None, typer.Option("--corpus", help=say("opt.corpus"))] = None,
    target: Annotated[
        Path, typer.Option("--out", help=say("opt.model"), show_default=False)
    ] = tonemodel.PATH,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help=say("opt.epochs"))] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help=say("opt.seed"))] = 1,
    gold: Annotated[list[Path] | None, typer.Option("--gold", help=say("opt.gold"))] = None,
    config: ConfigOption = None,
) -> None:
    from ingest.train.calibrate import calibrated
    from ingest.train.corpus import PACKAGED, read_corpus
    from ingest.train.tone import EPOCHS, train
    from ingest.train.vectors import word_vectors

    spec = Place.of(context, "", config).configuration().tagger
    # whatever can be wrong is found out before minutes of work
    texts = read_corpus(corpus or PACKAGED)
    for path in gold or ():
        for _ in read_gold(path):
            pass
    if not target.parent.is_dir():
        raise InputError(str(target.parent), "이런 폴더가 없습니다.", "there is no such directory.")
    if importlib.util.find_spec("jax") is None:
        raise ConfigError(
            "chipwatch[train]",
            "학습에는 JAX가 필요합니다: pip install jax",
            "training needs JAX: pip install jax",
        )
    out.print(say("train.begin", texts=len(texts)))
    vectors = word_vectors()
    with progress(say("train.title"), None, quiet=False) as show:
        model = train(
            texts,
            spec.tone,
            vectors,
            seed=seed,
            epochs=epochs or EPOCHS,
            progress=lambda step, steps, loss: show(step, steps, f"{loss:.3f}"),
        )
    if gold:
        model = calibrated(model, gold, spec.companies, spec.tone)
    else:
        model = replace(model, calibration=tonemodel.packaged().calibration)
    model.save(target)
    out.print(say("train.done", path=target, size=f"{target.stat().st_size / 1e6:.1f}"))
