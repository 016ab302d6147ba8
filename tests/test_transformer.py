"""The adapter for Hugging Face models. What needs PyTorch is skipped where that is not installed:
`pip install torch transformers`; the model is made here, small, and nothing is downloaded."""

from __future__ import annotations

import importlib.util
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db.errors import ConfigError
from db.model import Article, Tags, Tone, article_id
from ingest.process import transformer
from ingest.process.rules import (
    CompaniesFile,
    RelevanceFile,
    ToneFile,
    TopicsFile,
    TransformerRules,
)
from ingest.process.tagging import Tagger, TaggerSpec, tag_batch
from tests.packaged import spec

needs_torch = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "transformers")),
    reason="torch and transformers are not installed",
)

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "한빛칩", "누리칩", "급등", "급락", "참가"]
TEXTS = {"positive": "한빛칩 급등", "neutral": "한빛칩 참가", "negative": "한빛칩 급락"}
COMPANIES = CompaniesFile.model_validate(
    {
        "company": [
            {"id": "hanbit", "name_ko": "한빛칩", "name_en": "Hanbit", "aliases": ["한빛칩"]},
            {"id": "nuri", "name_ko": "누리칩", "name_en": "Nuri", "aliases": ["누리칩"]},
        ]
    }
)


def spec_with(rules: TransformerRules) -> TaggerSpec:
    return TaggerSpec(
        COMPANIES,
        TopicsFile(),
        RelevanceFile(),
        ToneFile(transformer=rules),
        spec().quotes,
    )


def article(title: str) -> Article:
    url = f"https://hanbit.example/{title}"
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Article(article_id(url), url, "hanbit", "한빛뉴스", title, now, now)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 2 layers that has learned what three words mean, with its labels in that order."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    directory = tmp_path_factory.mktemp("model")
    (directory / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    tokenizer = BertTokenizerFast(str(directory / "vocab.txt"), do_lower_case=False)
    torch.manual_seed(7)
    network = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            initializer_range=0.3,
            max_position_embeddings=64,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            id2label=dict(enumerate(TEXTS)),
            label2id={name: place for place, name in enumerate(TEXTS)},
        )
    )
    batch = tokenizer(list(TEXTS.values()), padding=True, return_tensors="pt")
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    for _ in range(150):
        optimizer.zero_grad()
        loss = network(**batch, labels=torch.arange(3)).loss
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.01
    network.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@needs_torch
@pytest.mark.parametrize(("name", "text"), TEXTS.items())
def test_the_model_decides(model: Path, name: str, text: str) -> None:
    tags = Tagger(spec_with(TransformerRules(model=str(model)))).tag(article(text))
    assert [mention.tone for mention in tags.mentions] == [Tone(name)]
    assert tags.tone is Tone(name)
    assert math.copysign(1, tags.tone_score) == {"positive": 1, "negative": -1}.get(
        name, math.copysign(1, tags.tone_score)
    )


@needs_torch
def test_the_labels_may_be_said(model: Path) -> None:
    turned = {"positive": Tone.NEGATIVE, "negative": Tone.POSITIVE}
    tags = Tagger(spec_with(TransformerRules(model=str(model), labels=turned))).tag(
        article(TEXTS["positive"])
    )
    assert tags.tone is Tone.NEGATIVE


@needs_torch
def test_a_model_of_pairs_reads_the_company_too(model: Path) -> None:
    loaded = transformer.load(TransformerRules(model=str(model), pair=True))
    asked: list[Any] = []
    tokenizer = loaded.tokenizer

    def listening(*texts: Any, **options: Any) -> Any:
        asked.append(texts)
        return tokenizer(*texts, **options)

    object.__setattr__(loaded, "tokenizer", listening)
    assert loaded.logits(["한빛칩 누리칩 급등"] * 2, ["한빛칩", "누리칩"]).shape == (2, 3)
    assert asked == [(["한빛칩 누리칩 급등"] * 2, ["한빛칩", "누리칩"])]


@needs_torch
def test_long_and_empty_texts_are_answered_alike_in_any_company(model: Path) -> None:
    spec = spec_with(TransformerRules(model=str(model)))
    articles = [article("한빛칩 " + "급등 " * 5000), article("."), *map(article, TEXTS.values())]
    one = tag_batch(spec, articles)
    other = tag_batch(spec, articles[::-1])[::-1]
    assert one == other
    assert all(isinstance(result, Tags) for result in one)


@needs_torch
def test_other_weights_are_another_version(model: Path, tmp_path: Path) -> None:
    first = spec_with(TransformerRules(model=str(model))).version
    for path in model.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert spec_with(TransformerRules(model=str(tmp_path))).version != first  # says where
    changed = spec_with(TransformerRules(model=str(tmp_path))).version
    config = tmp_path / "config.json"
    config.write_text(config.read_text("utf-8") + "\n", "utf-8")
    transformer._digest.cache_clear()
    assert spec_with(TransformerRules(model=str(tmp_path))).version != changed


@needs_torch
@pytest.mark.parametrize("name", ["hanbit/not-on-this-machine", "../a b/:?"])
def test_a_model_that_was_not_downloaded_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ConfigError, match="transformer"):
        transformer.load(TransformerRules(model=name))


@needs_torch
def test_a_directory_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="transformer"):
        transformer.load(TransformerRules(model=str(tmp_path)))


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install torch transformers"):
        _ = spec_with(TransformerRules(model="somebody/some-model")).version


@pytest.mark.parametrize(
    ("names", "tones"),
    [
        (("negative", "neutral", "positive"), (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)),
        (("긍정", "부정"), (Tone.POSITIVE, Tone.NEGATIVE)),
        (("Positive ", "NEG"), (Tone.POSITIVE, Tone.NEGATIVE)),
    ],
)
def test_labels_are_known_by_their_names(names: tuple[str, ...], tones: tuple[Tone, ...]) -> None:
    assert transformer.tones_of(names, {}) == tones


@pytest.mark.parametrize("names", [("LABEL_0", "LABEL_1"), ("positive", "neutral"), ()])
def test_labels_that_say_nothing_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="labels"):
        transformer.tones_of(names, {})


def test_labels_of_one_tone_are_added() -> None:
    tones = (Tone.POSITIVE, Tone.POSITIVE, Tone.NEGATIVE)
    logits = transformer.by_tone(np.log(np.float32([[0.3, 0.25, 0.45]])), tones)
    assert np.allclose(np.exp(logits), [[0.55, 0.0, 0.45]], atol=1e-6)
