"""The figures against human labels, with a tagger whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from db.errors import InputError
from db.model import Article, Mention, TagFailure, TagResult, Tags, Tone
from ingest.evaluate import evaluate

ANSWERS: dict[str, dict[str, str]] = {
    "1": {"hanbit": "positive", "orbit": "neutral"},
    "2": {"hanbit": "negative"},
    "3": {"nurisem": "unrated"},
    "4": {},
}


def tag(articles: Sequence[Article]) -> list[TagResult]:
    return [_tags(article) for article in articles]


def _tags(article: Article) -> TagResult:
    if article.id == "failed":
        return TagFailure(article.id, "v", "RuntimeError")
    mentions = tuple(
        Mention(company, 1, True, Tone(tone)) for company, tone in ANSWERS[article.id].items()
    )
    return Tags(article.id, "v", article.id in "12", 0.9, Tone.POSITIVE, mentions=mentions)


def line(id_: str, companies: dict[str, str | None], **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": "강연",
        "companies": companies,
        "relevant": True,
        "tone": "positive",
    } | more


def test_companies_are_counted_over_all_lines() -> None:
    result = evaluate(
        [
            line("1", {"hanbit": "positive"}),
            line("2", {"hanbit": "negative", "orbit": "neutral"}),
            line("3", {"nurisem": "neutral"}),
        ],
        tag,
    )
    score = result.companies
    assert (score.right, score.wrong, score.missed) == (3, 1, 1)
    assert score.precision == score.recall == score.f1 == pytest.approx(0.75)
    assert result.by_company["orbit"].f1 == 0
    assert result.by_company["hanbit"].f1 == 1


def test_null_and_contested_are_left_out() -> None:
    result = evaluate(
        [
            line("1", {"hanbit": None}, contested=["orbit"], tone=None, relevant=None),
        ],
        tag,
    )
    assert result.companies.f1 == 1
    assert result.mention_tone.counts.total() == 0
    assert result.article_tone.counts.total() == 0
    assert result.relevance.counts.total() == 0


def test_unrated_and_missing_count_as_wrong() -> None:
    result = evaluate([line("3", {"nurisem": "neutral", "orbit": "negative"})], tag)
    assert result.mention_tone.counts == {("neutral", "unrated"): 1, ("negative", "missing"): 1}
    assert result.mention_tone.macro_f1() == 0


def test_macro_f1_is_the_mean_over_the_tones() -> None:
    result = evaluate(
        [
            line("1", {"hanbit": "positive", "orbit": "positive"}),
            line("2", {"hanbit": "negative"}),
        ],
        tag,
    )
    # positive: 1 right, 1 missed = 2/3; negative 1; neutral does not occur
    assert result.mention_tone.macro_f1() == pytest.approx((2 / 3 + 1) / 2)
    assert result.tone_right["hanbit"] == 2


def test_relevance_has_two_classes() -> None:
    result = evaluate(
        [line("1", {}), line("2", {}, relevant=False), line("4", {}, relevant=False)], tag
    )
    assert result.relevance.score("relevant").f1 == pytest.approx(2 / 3)
    assert result.relevance.score("irrelevant").f1 == pytest.approx(2 / 3)


def test_a_failure_counts_against_us() -> None:
    result = evaluate([line("failed", {"hanbit": "positive"})], tag)
    assert result.failed == 1
    assert result.companies.recall == 0
    assert result.article_tone.accuracy == 0


def test_look_alikes_are_counted_by_line() -> None:
    result = evaluate(
        [
            {"id": "1", "text": "한빛 공원", "must_not_tag": ["hanbit"]},
            {"id": "4", "text": "누리 공원", "must_not_tag": ["nurisem"]},
        ],
        tag,
    )
    assert (result.look_alikes, result.look_alikes_wrong) == (2, 1)
    assert result.companies.f1 is None


def test_the_dictionary_is_plain_json_and_tables_have_the_width_of_their_heads() -> None:
    result = evaluate([line("1", {"hanbit": "positive"}), line("4", {}, relevant=False)], tag)
    assert json.loads(json.dumps(result.as_dict())) == result.as_dict()
    names = [table.name for table in result.tables()]
    assert names == ["tasks", "companies", "tone_per_company", "article_tone"]
    for table in result.tables():
        assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_nothing_labelled_gives_no_figures() -> None:
    assert evaluate([], tag).as_dict()["companies"]["f1"] is None


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(line("1", {"hanbit": "positive"})) + "\n\n", encoding="utf-8")
    assert evaluate(gold, tag).lines == 1


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"id": "1"}',
        '{"id": "1", "title": "강연", "tone": "happy"}',
        '{"id": "1", "title": "강연"}',
        '{"id": "1", "title": "강연", "companies": ["hanbit"]}',
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(line("4", {})) + "\n" + bad + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        evaluate(gold, tag)
    assert caught.value.subject == f"{gold}:2"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gold"):
        evaluate(tmp_path / "gold.jsonl", tag)
