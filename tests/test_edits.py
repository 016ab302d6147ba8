"""Edits of the configuration: they hold from the next run on, and none of them can break it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.config_edits import KEYS, ConfigEdit, EditKind, EditState
from db.connect import open_store
from db.model import RightsMode
from db.query import ArticleFilter
from ingest.config import Config, load
from ingest.edits import Verdict, lay_over
from tests.commands import Shell
from tests.feed_server import item, rss, running

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
COMPANY = {
    "name_ko": "별마루칩스",
    "name_en": "Byeolmaru Chips",
    "aliases": "별마루칩스\n 별마루 \n",
}
FEED = {
    "url": "https://hansae.example/rss.xml",
    "outlet": "한새경제",
    "section": "산업",
    "language": "ko",
    "rights": "excerpt",
    "licence": "",
}


@pytest.fixture(scope="module")
def config() -> Config:
    return load()


def laid(config: Config, kind: EditKind, target: str, **values: str) -> tuple[Config, Verdict]:
    changed, (verdict,) = lay_over(config, [ConfigEdit(kind, target, values)])
    return changed, verdict


def words(config: Config, company_id: str) -> Mapping[str, tuple[str, ...]]:
    (rule,) = [rule for rule in config.tagger.companies.company if rule.id == company_id]
    return {"aliases": rule.aliases, "exclusions": rule.exclusions}


def test_a_company_is_added_with_its_names(config: Config) -> None:
    changed, verdict = laid(config, EditKind.COMPANY_ADD, "byeolmaru-test", **COMPANY)
    assert verdict.error is None
    assert changed.companies[-1].id == "byeolmaru-test"
    assert changed.companies[-1].aliases == ("별마루칩스", "별마루")
    assert changed.companies[:-1] == config.companies
    assert changed.tagger.version != config.tagger.version
    renamed, verdict = laid(
        changed, EditKind.COMPANY_NAMES, "byeolmaru-test", name_ko="별마루", name_en="Byeolmaru"
    )
    assert verdict.error is None
    assert (renamed.companies[-1].name_ko, renamed.companies[-1].name_en) == ("별마루", "Byeolmaru")


def test_words_come_and_go(config: Config) -> None:
    for kind, key in ((EditKind.ALIAS_ADD, "aliases"), (EditKind.EXCLUSION_ADD, "exclusions")):
        changed, verdict = laid(config, kind, "sk-hynix", text="꾸며낸하닉스")
        assert verdict.error is None
        assert words(changed, "sk-hynix")[key] == (*words(config, "sk-hynix")[key], "꾸며낸하닉스")
        again, verdict = laid(changed, kind, "sk-hynix", text="꾸며낸하닉스")
        assert (again.tagger.version, verdict.error) == (changed.tagger.version, None)
        back = EditKind(kind.replace("_add", "_remove"))
        undone, verdict = laid(changed, back, "sk-hynix", text="꾸며낸하닉스")
        assert verdict.error is None
        assert undone.tagger.version == config.tagger.version


def test_sources_are_added_switched_and_changed(config: Config) -> None:
    changed, verdict = laid(config, EditKind.SOURCE_ADD, "hansae-test", **FEED)
    assert verdict.error is None
    source = changed.sources[-1]
    assert (source.id, source.url, source.timezone) == ("hansae-test", FEED["url"], "Asia/Seoul")
    assert (changed.companies, changed.tagger) == (config.companies, config.tagger)
    changed, _ = laid(changed, EditKind.SOURCE_ENABLED, "hansae-test", enabled="no")
    changed, _ = laid(changed, EditKind.SOURCE_SECTION, "hansae-test", section="속보")
    changed, verdict = laid(
        changed, EditKind.SOURCE_RIGHTS, "hansae-test", rights="full", licence="2026 계약"
    )
    assert verdict.error is None
    source = changed.sources[-1]
    assert (source.enabled, source.section) == (False, "속보")
    assert (source.rights, source.licence) == (RightsMode.FULL, "2026 계약")


@pytest.mark.parametrize(
    ("kind", "target", "values", "about"),
    [
        (EditKind.COMPANY_ADD, "sk-hynix", COMPANY, "이미 있는"),
        (EditKind.COMPANY_ADD, "Not A Slug", COMPANY, "쓸 수 없는 값"),
        (EditKind.COMPANY_ADD, "byeolmaru-test", COMPANY | {"aliases": "\n"}, "별칭을 하나 이상"),
        (EditKind.COMPANY_ADD, "byeolmaru-test", COMPANY | {"aliases": "하이닉스"}, "sk-hynix에도"),
        (EditKind.COMPANY_ADD, "byeolmaru-test", COMPANY | {"name_ko": ""}, "쓸 수 없는 값"),
        (EditKind.COMPANY_NAMES, "nobody", {"name_ko": "가", "name_en": "A"}, "없는 기업"),
        (EditKind.ALIAS_ADD, "samsung", {"text": "하이닉스"}, "sk-hynix에도"),
        (EditKind.ALIAS_ADD, "samsung", {"text": " 빈칸"}, "쓸 수 없는 값"),
        (EditKind.ALIAS_ADD, "samsung", {"text": "가" * 61}, "쓸 수 없는 값"),
        (EditKind.ALIAS_REMOVE, "samsung", {"text": "꾸며낸전자"}, "뺄 것이 없습니다"),
        (EditKind.EXCLUSION_REMOVE, "samsung", {"text": "꾸며낸전자"}, "뺄 것이 없습니다"),
        (EditKind.SOURCE_ADD, "hansae-test", FEED | {"url": "file:///etc/passwd"}, "http"),
        (EditKind.SOURCE_ADD, "hansae-test", FEED | {"rights": "mine"}, "쓸 수 없는 값"),
        (EditKind.SOURCE_ADD, "hansae-test", FEED | {"rights": "full"}, "계약"),
        (EditKind.SOURCE_ADD, "hansae-test", FEED | {"language": "Korean"}, "쓸 수 없는 값"),
        (EditKind.SOURCE_ADD, "hansae-test", FEED | {"outlet": ""}, "쓸 수 없는 값"),
        (EditKind.SOURCE_ENABLED, "nowhere", {"enabled": "no"}, "없는 피드"),
        (EditKind.SOURCE_SECTION, "nowhere", {"section": "산업"}, "없는 피드"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    config: Config, kind: EditKind, target: str, values: Mapping[str, str], about: str
) -> None:
    if target == "samsung":
        target = next(c.id for c in config.companies if c.name_ko == "삼성전자")
    changed, verdict = laid(config, kind, target, **values)
    assert changed is config
    assert verdict.error is not None
    assert about in verdict.error.ko
    assert verdict.error.ko != verdict.error.en


def test_the_last_of_something_stays(config: Config) -> None:
    changed, _ = laid(config, EditKind.COMPANY_ADD, "byeolmaru-test", **COMPANY)
    changed, first = laid(changed, EditKind.ALIAS_REMOVE, "byeolmaru-test", text="별마루")
    _, second = laid(changed, EditKind.ALIAS_REMOVE, "byeolmaru-test", text="별마루칩스")
    assert (first.error, second.error is None) == (None, False)
    edits = [
        ConfigEdit(EditKind.SOURCE_ENABLED, source.id, {"enabled": "no"})
        for source in config.sources
        if source.enabled
    ]
    changed, verdicts = lay_over(config, edits)
    assert [verdict.error is None for verdict in verdicts] == [True] * (len(edits) - 1) + [False]
    assert sum(source.enabled for source in changed.sources) == 1


TEXTS = st.text(max_size=70) | st.sampled_from(["하이닉스", "full", "yes", "https://x.example/"])


@st.composite
def edits(draw: st.DrawFn) -> ConfigEdit:
    kind = draw(st.sampled_from(list(EditKind)))
    target = draw(st.sampled_from(["sk-hynix", "fresh-one", "nobody"]) | st.text(min_size=1))
    return ConfigEdit(kind, target, {key: draw(TEXTS) for key in sorted(KEYS[kind])})


@settings(max_examples=30, deadline=None)
@given(made=st.lists(edits(), max_size=5))
def test_no_edit_breaks_a_run(config: Config, made: list[ConfigEdit]) -> None:
    changed, verdicts = lay_over(config, made)
    assert [verdict.edit for verdict in verdicts] == made
    for verdict in verdicts:
        assert verdict.error is None or (verdict.error.ko and verdict.error.en)
    assert any(source.enabled for source in changed.sources)
    assert len(changed.companies) >= len(config.companies)


@pytest.fixture
def shell(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    return Shell(tmp_path, capfdbinary, monkeypatch)


def test_a_run_takes_edits_over_and_reports_what_became_of_them(shell: Shell) -> None:
    news = rss(*(item(n, f"꾸며낸칩스, {n}번째 HBM 강연회") for n in range(3)))
    with running() as server:
        shell.write_feeds(("hansae", server.serve_with_etag("/rss", news)))
        assert shell("run").code == 0
        with closing(open_store(str(shell.db), desk=True)) as desk:
            values = {"name_ko": "꾸며낸칩스", "name_en": "Made-up Chips", "aliases": "꾸며낸칩스"}
            added = desk.edit_config(ConfigEdit(EditKind.COMPANY_ADD, "made-up", values), NOW)
            bad = {"text": "하이닉스"}
            desk.edit_config(ConfigEdit(EditKind.ALIAS_ADD, "made-up", bad), NOW)
        ended = shell("run", "--quiet")
        assert (ended.code, ended.out, ended.err) == (0, "", "")
        with closing(open_store(str(shell.db), desk=True)) as desk:
            assert desk.counts(ArticleFilter(companies=("made-up",))).articles == 3
            one, two = desk.config_edits()
            assert (one.state, two.state) == (EditState.APPLIED, EditState.REFUSED)
            assert "sk-hynix" in two.text("ko")
            assert "sk-hynix" in two.text("en")
            revision = desk.revision()
            desk.undo_edit(added, NOW)
            assert desk.revision() != revision
        assert shell("run", "--quiet").code == 0
        reader = open_store(str(shell.db), read_only=True)
        assert "made-up" not in {company.id for company in reader.companies()}
        assert reader.counts(ArticleFilter(companies=("made-up",))).articles == 0
        assert reader.check() == []
