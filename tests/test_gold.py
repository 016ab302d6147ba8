"""What people corrected leaves as labels, and `chipwatch evaluate` reads them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.connect import open_store
from db.gold import write_gold
from db.model import Correction, CorrectionKind, RightsMode, Tone
from db.query import ArticleFilter
from db.sqlite import SqliteStore
from db.store import Desk
from ingest.evaluate import evaluate
from tests.commands import Shell
from tests.newsroom import NOON, SOURCES, article, collect, mention, opened, tags

ITEM, OTHER = article(1), article(2)
KINDS = CorrectionKind


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        collect(found, ITEM, OTHER)
        found.save_tags(
            [
                tags(item, mention("hanbit", in_title=True), mention("nurisem", in_title=True))
                for item in (ITEM, OTHER)
            ],
            NOON,
        )
        yield found


def gold(store: Desk) -> list[dict[str, Any]]:
    target = io.BytesIO()
    count = write_gold(store, target)
    lines = [json.loads(line) for line in target.getvalue().decode().splitlines()]
    assert len(lines) == count
    return lines


def test_only_what_people_said_is_a_label(store: SqliteStore) -> None:
    assert gold(store) == []
    store.correct(Correction(OTHER.id, KINDS.TONE, tone=Tone.NEGATIVE), NOON)
    store.correct(Correction(ITEM.id, KINDS.TONE, "hanbit", tone=Tone.POSITIVE), NOON)
    store.correct(Correction(ITEM.id, KINDS.NAMED, "orbit", tone=Tone.NEUTRAL), NOON)
    assert gold(store) == [
        {
            "id": OTHER.id,
            "title": OTHER.title,
            "summary": "",
            "relevant": None,
            "tone": "negative",
            "companies": {"hanbit": None, "nurisem": None},
            "contested": [],
        },
        {
            "id": ITEM.id,
            "title": ITEM.title,
            "summary": "",
            "relevant": None,
            "tone": None,
            "companies": {"hanbit": "positive", "nurisem": None, "orbit": "neutral"},
            "contested": [],
        },
    ]


def test_what_is_undone_is_no_label_any_more(store: SqliteStore) -> None:
    kept = store.correct(Correction(ITEM.id, KINDS.RELEVANCE, relevant=False), NOON)
    gone = store.correct(Correction(ITEM.id, KINDS.NOT_NAMED, "hanbit"), NOON)
    (line,) = gold(store)
    assert (line["relevant"], line["companies"]) == (False, {"nurisem": None})
    store.undo_correction(gone, NOON)
    (line,) = gold(store)
    assert line["companies"] == {"hanbit": None, "nurisem": None}
    store.undo_correction(kept, NOON)
    assert gold(store) == []


def test_what_cannot_be_judged_is_no_label(store: SqliteStore) -> None:
    store.correct(Correction(ITEM.id, KINDS.TONE, tone=Tone.UNRATED), NOON)
    store.correct(Correction(ITEM.id, KINDS.TONE, "hanbit", tone=Tone.UNRATED), NOON)
    (line,) = gold(store)
    assert (line["tone"], line["companies"]["hanbit"]) == (None, None)


@pytest.mark.parametrize("rights", list(RightsMode))
def test_the_publishers_summary_leaves_with_a_licence_only(
    store: SqliteStore, rights: RightsMode
) -> None:
    store.correct(Correction(ITEM.id, KINDS.RELEVANCE, relevant=True), NOON)
    store.save_sources([replace(SOURCES[0], rights=rights)])
    (line,) = gold(store)
    assert line["summary"] == (ITEM.summary if rights is RightsMode.FULL else "")
    assert line["title"] == ITEM.title


def test_nobody_is_measured_by_companies_that_the_line_cannot_show(store: SqliteStore) -> None:
    store.save_tags([tags(ITEM, mention("hanbit", in_title=True), mention("nurisem"))], NOON)
    store.correct(Correction(ITEM.id, KINDS.TONE, "hanbit", tone=Tone.NEGATIVE), NOON)
    store.correct(Correction(ITEM.id, KINDS.NAMED, "orbit", tone=Tone.NEUTRAL), NOON)
    (line,) = gold(store)
    assert line["contested"] == ["nurisem"]
    store.save_sources([replace(SOURCES[0], rights=RightsMode.FULL)])
    (line,) = gold(store)
    assert line["contested"] == []


def test_the_labels_are_what_evaluate_counts(store: SqliteStore) -> None:
    store.correct(Correction(ITEM.id, KINDS.TONE, "hanbit", tone=Tone.NEGATIVE), NOON)
    store.correct(Correction(ITEM.id, KINDS.NOT_NAMED, "nurisem"), NOON)
    store.correct(Correction(ITEM.id, KINDS.RELEVANCE, relevant=False), NOON)
    said = tags(ITEM, mention("hanbit", in_title=True), mention("nurisem", in_title=True))
    result = evaluate(gold(store), lambda articles: [said for _ in articles])
    assert result.lines == 1
    assert (result.companies.right, result.companies.wrong, result.companies.missed) == (1, 1, 0)
    assert result.mention_tone.counts == {("negative", "neutral"): 1}
    assert result.relevance.counts == {("irrelevant", "relevant"): 1}
    assert result.article_tone.counts.total() == 0


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def shell(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """Three articles that the real tagger tagged, two of them corrected."""
    made = Shell(tmp_path, capfdbinary, monkeypatch)
    archive = tmp_path / "old.jsonl"
    titles = ("SK하이닉스, HBM 강연회 성황", "삼성전자, 판교서 NPU 강연회", "TSMC 견학 행사")
    rows = [
        {"url": f"https://a.example/{n}", "title": title, "outlet": "가온일보"}
        for n, title in enumerate(titles)
    ]
    archive.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert made("import", archive).code == 0
    assert made("process").code == 0
    with closing(open_store(str(made.db), desk=True)) as desk:
        hynix, samsung = (
            desk.cards(ArticleFilter(companies=(company,), include_irrelevant=True)).cards[0].id
            for company in ("sk-hynix", "samsung-electronics")
        )
        desk.correct(Correction(hynix, KINDS.TONE, "sk-hynix", tone=Tone.NEGATIVE), NOON)
        desk.correct(Correction(samsung, KINDS.NAMED, "nvidia", tone=Tone.POSITIVE), NOON)
    return made


def test_corrections_go_out_and_are_evaluated(shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "고친 것.jsonl"
    ended = shell("export", "--corrections", target)
    assert ended.code == 0, ended.err
    assert "기사 2건" in ended.err
    lines = target.read_text("utf-8").splitlines()
    assert len(lines) == 2
    figures = json.loads(shell("evaluate", target, "--json").out)
    assert figures["lines"] == 2
    # the tagger finds what it found before, and is measured by what people said of it
    assert figures["companies"]["missed"] == 1
    assert figures["companies"]["right"] == 2
    assert figures["by_company"]["sk-hynix"]["tone_right"] == 0
    assert shell("export", "--corrections").out.splitlines() == lines
    assert shell("export", "--corrections", "--quiet", target).err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-11-23"),
        ("--company", "없는회사"),
        ("--outlet", "가온일보"),
        ("--tone", "positive"),
        ("--language", "ko"),
        ("--topic", "hbm"),
        ("--query", "HBM"),
        ("--to", "2026-11-23"),
        ("--format", "csv"),
        ("gold.xlsx",),
    ],
    ids=" ".join,
)
def test_corrections_are_exported_whole_or_not_at_all(
    shell: Shell, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    ended = shell("export", "--corrections", *arguments)
    assert ended.code == 2
    assert "--corrections" in ended.err
    assert ended.out == ""
    assert sorted(tmp_path.iterdir()) == before
