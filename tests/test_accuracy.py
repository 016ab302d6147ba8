"""The quality gate: labelled headlines, pinned floors. Lowering a floor is an edit that shows."""

from __future__ import annotations

import json
import tomllib
from functools import cache

import pytest

from tests.accuracy import FIGURES, GOLD, digest, figures, gold_spec, measure

FLOORS = tomllib.loads((GOLD / "floors.toml").read_text("utf-8"))


@cache
def measured() -> dict[str, float]:
    return figures(*measure())


def test_the_labelled_data_are_those_that_the_floors_were_set_on() -> None:
    assert digest() == FLOORS["digest"]


@pytest.mark.parametrize("name", sorted(FLOORS["floor"]))
def test_no_figure_is_below_its_floor(name: str) -> None:
    assert measured()[name] >= FLOORS["floor"][name]


def test_every_figure_has_a_floor() -> None:
    assert set(measured()) == set(FLOORS["floor"])


def test_the_figures_on_the_dashboard_are_those_of_this_tagger() -> None:
    """``make accuracy`` renews them."""
    shown = json.loads(FIGURES.read_text("utf-8"))
    assert shown["digest"] == digest()
    assert shown["figures"] == pytest.approx(measured(), abs=0.005)
    tones = shown["confusion"]["mention_tone"]
    assert sum(sum(row.values()) for row in tones.values()) == shown["mentions"]
    right = sum(tones[tone].get(tone, 0) for tone in tones)
    assert right / shown["mentions"] == pytest.approx(
        measured()["tone_per_company_accuracy"], abs=0.005
    )


def test_labels_name_companies_of_the_dictionary() -> None:
    known = {company.id for company in gold_spec().companies.company}
    lines = [json.loads(line) for line in (GOLD / "headlines.jsonl").read_text().splitlines()]
    assert len(lines) >= 600
    assert {company for line in lines for company in line["companies"]} <= known
    assert len({line["title"] for line in lines}) == len(lines)
