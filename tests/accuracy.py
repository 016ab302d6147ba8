"""How right the tags are on the labelled headlines in ``tests/data/gold``: ``make accuracy``.

The headlines were written and labelled by somebody who had not seen the rules or the corpus. What
they find wrong may be mended in the rules, so the figures are a floor against getting worse, and
kinder than figures on headlines that nobody has seen.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.model import Article, TagResult, kst_day
from ingest.evaluate import Evaluation, Score, evaluate
from ingest.process.rules import CompaniesFile
from ingest.process.tagging import TaggerSpec, tag_batch
from tests.packaged import spec

GOLD = Path(__file__).parent / "data" / "gold"
ENOUGH = 20
"""Labelled tones of a company, below which a share says nothing."""
FIGURES = Path(__file__).parents[1] / "dashboard" / "accuracy.json"


def gold_spec() -> TaggerSpec:
    """The packaged rules, with the invented companies of the labelled headlines."""
    invented = tomllib.loads((GOLD / "companies.toml").read_text("utf-8"))
    rules = spec().companies
    added = CompaniesFile.model_validate(invented).company
    return replace(spec(), companies=rules.model_copy(update={"company": rules.company + added}))


def digest() -> str:
    """Of the labelled data: figures of other data are not comparable."""
    found = hashlib.sha256()
    for path in (*sorted(GOLD.glob("*.jsonl")), GOLD / "companies.toml"):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def measure() -> tuple[Evaluation, Evaluation]:
    """Headlines and look-alikes."""
    tagger = gold_spec()

    def tagged(articles: Sequence[Article]) -> list[TagResult]:
        return tag_batch(tagger, articles)

    return (
        evaluate(GOLD / "headlines.jsonl", tagged),
        evaluate(GOLD / "look_alikes.jsonl", tagged),
    )


def figures(headlines: Evaluation, look_alikes: Evaluation) -> dict[str, float]:
    """The figures that have floors, 0 … 1; ``look_alikes`` is the share that is rightly untouched."""
    companies = headlines.companies
    return {
        "companies_precision": companies.precision or 0.0,
        "companies_recall": companies.recall or 0.0,
        "companies_f1": companies.f1 or 0.0,
        "tone_per_company_macro_f1": headlines.mention_tone.macro_f1() or 0.0,
        "tone_per_company_accuracy": headlines.mention_tone.accuracy or 0.0,
        "article_tone_macro_f1": headlines.article_tone.macro_f1() or 0.0,
        "relevant_f1": headlines.relevance.score("relevant").f1 or 0.0,
        "irrelevant_f1": headlines.relevance.score("irrelevant").f1 or 0.0,
        "look_alikes": 1 - look_alikes.look_alikes_wrong / max(1, look_alikes.look_alikes),
    }


def shown(headlines: Evaluation, look_alikes: Evaluation) -> dict[str, Any]:
    """What the dashboard's page on accuracy shows: counts only, from which it computes shares.

    ``by_company`` holds the companies with at least `ENOUGH` labelled tones: labelled, and right.
    """
    right, labelled = headlines.tone_right, Counter[str]()
    for company, score in headlines.by_company.items():
        labelled[company] = score.items
    return {
        "headlines": headlines.lines,
        "mentions": headlines.mention_tone.counts.total(),
        "companies": _counted(headlines.companies),
        "confusion": {
            "mention_tone": headlines.mention_tone.as_dict()["confusion"],
            "article_tone": headlines.article_tone.as_dict()["confusion"],
            "relevance": headlines.relevance.as_dict(("relevant", "irrelevant"))["confusion"],
        },
        "look_alikes": {"lines": look_alikes.look_alikes, "wrong": look_alikes.look_alikes_wrong},
        "by_company": {
            company: {"labelled": count, "right": right[company]}
            for company, count in sorted(labelled.items(), key=lambda row: (-row[1], row[0]))
            if count >= ENOUGH
        },
    }


def _counted(score: Score) -> dict[str, int]:
    return {"right": score.right, "wrong": score.wrong, "missed": score.missed}


def main() -> None:
    """Print the table of the README and write what the dashboard shows."""
    headlines, look_alikes = measure()
    found = figures(headlines, look_alikes)
    print("| figure | value |\n|---|---|")
    for name, value in found.items():
        print(f"| {name} | {value:.3f} |")
    record = {
        "measured_on": kst_day(datetime.now(UTC)).isoformat(),
        "digest": digest(),
        "figures": {name: round(value, 4) for name, value in found.items()},
        **shown(headlines, look_alikes),
    }
    FIGURES.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
