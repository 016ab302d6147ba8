"""Which articles are about AI semiconductors."""

from __future__ import annotations

import pytest

from ingest.process.companies import CompanyFinder
from ingest.process.document import read
from ingest.process.relevance import RelevanceJudge
from ingest.process.rules import CompaniesFile, CompanyRules, RelevanceFile, TermGroup
from tests.packaged import article, spec, tags


def points(judge: RelevanceJudge, title: str, summary: str = "") -> float:
    return sum(points for _, points in judge.reasons(read(article(title, summary)), []))


@pytest.mark.parametrize(
    "title",
    [
        "반도체 강연 주간 개막",
        "HBM 적층 원리 소개하는 공개 강좌",
        "엔비디아 개발자 모임 열려",
        "NPU 설계 공모전 시상식",
        "AI 데이터센터 냉각 기술 세미나",
        "파운드리 공정 견학 신청 접수",
        "리벨리온, 새 사무실로 이사",
        "Chip makers meet students at a fair",
        "HBM4 적층 강좌",
        "TSMC hosts open day",
    ],
)
def test_relevant(title: str) -> None:
    found = tags(title)
    assert found.relevant
    assert found.relevance >= 0.5


@pytest.mark.parametrize(
    "title",
    [
        "프로야구 개막전 매진",
        "네이버 웹툰 전시회 개최",
        "현대차 신차 시승 행사",
        "동네 도서관 새 단장",
        "감자칩 공장 견학",
        "메모리얼 파크 개장",
        "카카오 공동체의 봉사 활동",
        "LG전자 냉장고 디자인 전시",
        "오픈AI 대화 서비스 사용법",
        "",
        "반도체 못지않은 인기, 꽃 박람회",
        "차량용 반도체 공급난에도 자동차 전시회 성황",
    ],
)
def test_irrelevant(title: str) -> None:
    found = tags(title)
    assert not found.relevant
    assert found.relevance < 0.5


def test_the_text_counts_for_less_than_the_headline() -> None:
    text = "주민들이 모였다. 반도체 이야기도 나왔다."
    assert (
        tags("반도체 이야기").relevance
        > tags("마을 모임", text).relevance
        > tags("마을 모임").relevance
    )


def test_a_term_that_stands_in_two_groups_counts_for_both() -> None:
    groups = (
        TermGroup(name="제목", title=1.0, text=0.0, terms=("등대",)),
        TermGroup(name="본문", title=0.0, text=1.0, terms=("등대", "항구")),
    )
    judge = RelevanceJudge(RelevanceFile(group=groups), CompaniesFile())
    assert points(judge, "등대 이야기") == 1.0
    assert points(judge, "마을 이야기", "등대가 있다.") == 1.0


def test_the_score_agrees_with_the_decision_at_the_threshold() -> None:
    found = tags("구글 아이폰, 반도체 공급 점검", "데이터센터와 아파트가 늘었다.")
    assert found.relevant is (found.relevance >= 0.5)


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("HBM 적층 강좌, 데이터센터 견학", "메모리 이야기가 나왔다. 아파트도 있다."),
        ("엔비디아 개발자 모임", ""),
        ("동네 소식", "모임에서 TSMC 이야기가 나왔다."),
        ("", ""),
    ],
)
def test_the_reasons_decide(title: str, summary: str) -> None:
    judge = RelevanceJudge(spec().relevance, spec().companies)
    document = read(article(title, summary))
    hits = CompanyFinder(spec().companies).find(document)
    relevant, score, reasons = judge.judge(document, hits)
    assert all(reason.words for reason in reasons)
    found = sum(reason.points for reason in reasons)
    assert relevant == (score >= 0.5) == (found >= spec().relevance.threshold)
    assert list(reasons) == sorted(reasons, key=lambda reason: -abs(reason.points))


def test_the_stored_reasons_are_few_and_short() -> None:
    words = tuple(f"등대{number}" * 9 for number in range(20))
    groups = tuple(
        TermGroup(name=word, title=0.1 * place, text=0, terms=(word,))
        for place, word in enumerate(words, start=1)
    )
    judge = RelevanceJudge(RelevanceFile(group=groups), CompaniesFile())
    document = read(article(" ".join(words)))
    _, _, reasons = judge.judge(document, [])
    assert [reason.points for reason in reasons] == [2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3]
    assert all(len(reason.words) <= 80 for reason in reasons)


def test_each_group_counts_once_in_the_headline_and_once_in_the_text() -> None:
    group = TermGroup(name="바다", title=1.0, text=0.25, terms=("등대", "항구"))
    rules = RelevanceFile(group=(group,), segments={"memory": 0.5}, text_share=0.5)
    company = CompanyRules(
        id="garam", name_ko="가람메모리", name_en="Garam", segment="memory", aliases=("가람메모리",)
    )
    companies = CompaniesFile(company=(company,))
    judge, finder = RelevanceJudge(rules, companies), CompanyFinder(companies)
    for title, summary, expected in [
        ("등대와 항구", "등대다. 항구다.", [("등대, 항구", 1.0), ("등대, 항구", 0.25)]),
        ("가람메모리와 가람메모리", "가람메모리다.", [("가람메모리", 0.5)]),
        ("동네 소식", "가람메모리다.", [("가람메모리", 0.25)]),
    ]:
        document = read(article(title, summary))
        hits = finder.find(document)
        assert judge.reasons(document, hits) == expected
