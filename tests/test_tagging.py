"""The unit of work: versions, containment, determinism, and any text at all."""

from __future__ import annotations

import pickle
import random
import time
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.model import TagFailure, Tags
from ingest.process import tagging
from ingest.process.companies import Reason
from ingest.process.tagging import Tagger, TaggerSpec, tag_batch
from tests.packaged import article, spec, tags

TITLES = [
    "SK하이닉스, TSMC 제치고 방문객 1위",
    "삼성·SK, HBM 강연",
    "엔비디아 급등…인텔은 급락",
    "고영은 씨의 3D 강좌",
    "동네 도서관 새 단장",
    "",
    "😀 삼성전자",
]
ARTICLES = [
    article(title, "반도체 강연이 열렸다. 하이닉스도 왔다.", id_=f"a{number}")
    for number, title in enumerate(TITLES)
]


def test_one_result_per_article_in_their_order() -> None:
    results = tag_batch(spec(), ARTICLES)
    assert [result.article_id for result in results] == [a.id for a in ARTICLES]
    assert all(isinstance(result, Tags) and result.version == spec().version for result in results)


def test_neither_order_nor_batch_nor_process_makes_a_difference() -> None:
    expected = {result.article_id: result for result in tag_batch(spec(), ARTICLES)}
    shuffled = random.Random(1).sample(ARTICLES, len(ARTICLES))
    assert {r.article_id: r for r in tag_batch(spec(), shuffled)} == expected
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(tag_batch, spec(), [one]) for one in shuffled]
        assert {f.result()[0].article_id: f.result()[0] for f in futures} == expected


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("독이 든 기사")

    monkeypatch.setattr(tagging, "summarise", refuse)


@pytest.mark.usefixtures("broken")
def test_an_exception_becomes_a_failure_of_that_article() -> None:
    (failure,) = tag_batch(spec(), ARTICLES[:1])
    assert failure == TagFailure("a0", spec().version, "RuntimeError: 독이 든 기사")


def test_a_poison_article_does_not_touch_the_others() -> None:
    poison = replace(ARTICLES[0], id="poison", title=None)  # type: ignore[arg-type]
    results = tag_batch(spec(), [ARTICLES[1], poison, ARTICLES[2]])
    assert [type(result) for result in results] == [Tags, TagFailure, Tags]


def test_the_version_follows_the_rules() -> None:
    assert len(spec().version) == 12
    int(spec().version, 16)
    changed = spec().tone.model_copy(update={"threshold": 0.9})
    other = replace(spec(), tone=changed)
    assert other.version != spec().version
    assert replace(spec()).version == spec().version


def test_a_new_version_gets_a_new_tagger() -> None:
    silent = replace(spec(), topics=spec().topics.model_copy(update={"topic": ()}))
    title = "HBM 강연"
    (quiet,) = tag_batch(silent, [article(title)])
    (loud,) = tag_batch(spec(), [article(title)])
    assert isinstance(quiet, Tags)
    assert isinstance(loud, Tags)
    assert (quiet.topics, loud.topics) == ((), ("hbm",))
    assert quiet.version != loud.version


def test_the_spec_survives_pickling() -> None:
    copy = pickle.loads(pickle.dumps(spec()))
    assert isinstance(copy, TaggerSpec)
    assert copy.version == spec().version
    assert tag_batch(copy, ARTICLES[:2]) == tag_batch(spec(), ARTICLES[:2])


def test_explain_tells_what_became_of_every_name() -> None:
    why = Tagger(spec()).explain(ARTICLES[0])
    document, counted = why.document, [note for note in why.notes if note.reason is Reason.COUNTED]
    assert [document.sentences[note.sentence].text[note.start : note.end] for note in counted] == [
        "SK하이닉스",
        "TSMC",
        "하이닉스",
    ]


@pytest.mark.parametrize(
    ("title", "surface", "reason", "by"),
    [
        ("메타버스 체험관", "메타버스", Reason.EXCLUSION, ""),
        ("메타버스 체험관", "메타", Reason.INSIDE, ""),
        ("메타, AI 학회에서 발표", "메타", Reason.CONFIRMED, "AI"),
        ("메타 이야기", "메타", Reason.NO_CONTEXT, ""),
        ("삼성 라이온즈 야구 소식, 삼성 승리", "삼성", Reason.AGAINST, "라이온즈"),
        ("감자인텔리 전시", "인텔", Reason.GLUED, ""),
    ],
)
def test_why_a_name_counts_or_not(title: str, surface: str, reason: Reason, by: str) -> None:
    why = Tagger(spec()).explain(article(title))
    document, notes = why.document, why.notes
    found = {
        (document.title.text[note.start : note.end], note.reason, note.by if by else "")
        for note in notes
    }
    assert (surface, reason, by) in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x01\x02",
        "\ud800",
        "<p>삼성전자</p>" * 10_000,
        "삼성전자" * 25_000,
        "가" * 100_000,
        "삼성전자가 급등했다. " * 60_000,
        "(" * 50_000,
        '"' * 50_000,
        "🧑🏽‍💻" * 10_000,
        "↑" * 50_000,
        "1만전자" * 10_000,
        "a@" * 50_000,
        "= " * 50_000,
        "가 기자 = " * 10_000,
        unicodedata.normalize("NFD", "삼성전자 급등 ") * 10_000,
        "．。！？" * 20_000,
        "[" + "뉴스" * 30_000,
        "고, " * 30_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_any_text_is_answered_in_bounded_time(text: str) -> None:
    start = time.process_time()  # of our own work: others may keep the machine busy
    results = tag_batch(
        spec(), [article(text), article("삼성전자 강연", text), article("강연", "", text)]
    )
    assert time.process_time() - start < 10
    assert all(isinstance(result, Tags) for result in results)


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_tags_within_their_bounds(title: str, body: str) -> None:
    found = tags(title, body=body)
    assert 0 <= found.relevance <= 1
    assert -1 <= found.tone_score <= 1
    assert len(found.summary) <= 3
    assert len(found.fingerprint) <= 12
    assert all(mention.count >= 1 and mention.surfaces for mention in found.mentions)


def test_full_width_and_decomposed_letters_read_the_same() -> None:
    expected = tags("SK하이닉스 급등")
    for title in ("ＳＫ하이닉스 급등", unicodedata.normalize("NFD", "SK하이닉스 급등")):
        assert tags(title) == expected
