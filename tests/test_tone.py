"""Tone towards each company, on invented headlines."""

from __future__ import annotations

from collections import Counter

import pytest

from db.model import Tone
from tests.packaged import mentions, spec, tags

POSITIVE, NEUTRAL, NEGATIVE = Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE
A, B = "sk-hynix", "tsmc"


def tones(title: str, summary: str = "") -> dict[str, Tone]:
    return {company: mention.tone for company, mention in mentions(title, summary).items()}


@pytest.mark.parametrize(
    ("title", "tone"),
    [
        ("SK하이닉스, 강연 참가 신청 급증에 강세", POSITIVE),
        ("SK하이닉스 주가 이틀째 올랐다", POSITIVE),
        ("SK하이닉스 주가 이틀째 떨어졌다", NEGATIVE),
        ("SK하이닉스 적자 축소", POSITIVE),
        ("SK하이닉스 적자 확대", NEGATIVE),
        ("SK하이닉스 비용 증가", NEGATIVE),
        ("SK하이닉스 재고 감소", POSITIVE),
        ("SK하이닉스 매출 감소", NEGATIVE),
        ("SK하이닉스, 우려 해소", POSITIVE),
        ("SK하이닉스, 신제품 수주 불발", NEGATIVE),
        ("SK하이닉스 기대에 못 미친 성적", NEGATIVE),
        ("SK하이닉스, 견학 행사 안내문 게시", NEUTRAL),
        ("한빛상사, SK하이닉스와 구내식당 이야기", NEUTRAL),
        ("SK hynix shares surge in early trading", POSITIVE),
        ("SK hynix delays shipment", NEGATIVE),
    ],
)
def test_one_company(title: str, tone: Tone) -> None:
    assert tones(title)[A] is tone


@pytest.mark.parametrize(
    ("title", "one", "other"),
    [
        ("SK하이닉스, TSMC 제치고 방문객 수 1위", POSITIVE, NEGATIVE),
        ("TSMC, SK하이닉스에 밀려 2위", POSITIVE, NEGATIVE),
        ("TSMC에 밀린 SK하이닉스", NEGATIVE, POSITIVE),
        ("SK하이닉스 웃고 TSMC 울었다", POSITIVE, NEGATIVE),
        ("SK하이닉스 급등…TSMC 급락", POSITIVE, NEGATIVE),
        ("SK하이닉스·TSMC 나란히 급등", POSITIVE, POSITIVE),
        ("SK하이닉스 3%·TSMC 2% 하락", NEGATIVE, NEGATIVE),
        ("급락한 SK하이닉스, TSMC는 상승", NEGATIVE, POSITIVE),
    ],
)
def test_two_companies(title: str, one: Tone, other: Tone) -> None:
    assert tones(title) == {A: one, B: other}


def test_what_somebody_else_does_is_not_the_companys() -> None:
    own = mentions("SK하이닉스, 신고가")[A]
    others = mentions("[특징주] 한빛상사, SK하이닉스 납품 소식에 신고가")[A]
    assert others.tone_score < own.tone_score / 2


def test_a_yardstick_gets_no_tone() -> None:
    assert tones("제2의 TSMC 급락")[B] is NEUTRAL


def test_evidence_names_cue_place_and_context() -> None:
    (mention,) = tags("SK하이닉스, 행사 흥행에 급등").mentions
    cues = {cue.cue: cue for cue in mention.evidence}
    assert cues["급등"].tone is POSITIVE
    assert cues["급등"].where == "title"
    assert "급등" in cues["급등"].context
    assert all(len(cue.context) <= 60 for cue in mention.evidence)


def test_scores_have_the_sign_of_their_tone() -> None:
    for title in ("SK하이닉스 급등", "SK하이닉스 급락", "SK하이닉스 강연"):
        (mention,) = tags(title).mentions
        assert -1 <= mention.tone_score <= 1
        if mention.tone is POSITIVE:
            assert mention.tone_score > 0
        elif mention.tone is NEGATIVE:
            assert mention.tone_score < 0


@pytest.mark.parametrize("title", ["", "😀😀😀", "半導體展覽會", "12345 %%", "Привет"])
def test_text_that_cannot_be_read_is_unrated_not_neutral(title: str) -> None:
    assert tags(title).tone is Tone.UNRATED


def test_unrated_reaches_the_mention_too() -> None:
    assert tags("台積電").mentions[0].tone is Tone.UNRATED


@pytest.mark.parametrize(
    "title", ["SK하이닉스 급등", "SK하이닉스 급락", "SK하이닉스·TSMC 동반 급등"]
)
def test_article_and_its_only_companies_agree(title: str) -> None:
    found = tags(title)
    assert {mention.tone for mention in found.mentions} == {found.tone}


def test_an_article_without_companies_has_a_tone() -> None:
    assert tags("반도체 수출 사상 최대").tone is POSITIVE
    assert tags("반도체 강연 신청 급감").tone is NEGATIVE


def test_each_cue_is_written_once() -> None:
    counts = Counter(word for cue in spec().tone.cue for word in (*cue.forms, *cue.verbs))
    assert [word for word, count in counts.items() if count > 1] == []
