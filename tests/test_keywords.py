"""Terms of headlines: nouns and model names, without companies, outlets and empty words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.process import morphs
from ingest.process.keywords import LONGEST, MAX_TERMS
from tests import packaged


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        ("SK하이닉스, 분당에 ‘추론 메모리 실증센터’ 연다", ("분당", "추론", "메모리", "실증센터")),
        ("삼성전자, HBM4·2나노 파운드리 강연", ("HBM4", "2나노", "파운드리", "강연")),
        ("데이터센터용 hbm3e 12단 견본 전시", ("데이터센터", "HBM3E", "12단", "견본", "전시")),
        ("[단독] 리벨리온, 3분기 매출 10조원 전망", ("매출",)),
        ("SK하이닉스發 메모리 훈풍", ("메모리", "훈풍")),
        ("Samsung shows HBM4 cooling plates for NPU servers",
         ("shows", "HBM4", "cooling", "plates", "NPU", "servers")),
    ],
)  # fmt: skip
def test_terms_of_a_headline(title: str, terms: tuple[str, ...]) -> None:
    assert packaged.tags(title).keywords == terms


def test_companies_and_the_outlet_are_no_terms() -> None:
    item = packaged.article("삼성전자·엔비디아 HBM4 시연회, 한빛일보 강당에서")
    terms = packaged.packaged_tagger().tag(replace(item, outlet="한빛일보")).keywords
    assert terms[0] == "HBM4"
    assert not {"삼성전자", "엔비디아", "한빛일보"} & set(terms)


def test_irrelevant_articles_have_none() -> None:
    found = packaged.tags("동네 도서관 어린이 독서 잔치")
    assert not found.relevant
    assert found.keywords == ()


def test_the_headline_is_analysed_once() -> None:
    packaged.tags("리벨리온, NPU 강연회 열어")
    before = morphs.analyse.cache_info()
    packaged.tags("리벨리온, 판교서 NPU 시연회 열어")
    after = morphs.analyse.cache_info()
    assert after.hits - before.hits == 1, "tone and keywords read one analysis"
    assert after.misses - before.misses == 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_headline_gives_few_short_and_different_terms(title: str) -> None:
    terms = packaged.tags(f"{title} HBM4 반도체").keywords
    assert len(terms) <= MAX_TERMS
    assert len({term.casefold() for term in terms}) == len(terms)
    assert all(2 <= len(term) <= LONGEST for term in terms)
