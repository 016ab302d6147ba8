"""Which companies a text names: the dictionary's own examples, and the rules behind them."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.process.companies import CompanyFinder, spellings
from ingest.process.document import read
from ingest.process.rules import CompaniesFile
from tests.packaged import article, mentions, named, spec

EXAMPLES = [
    (company.id, example) for company in spec().companies.company for example in company.examples
]
FINDER = CompanyFinder(spec().companies)
PARTICLES = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "와",
    "과",
    "도",
    "로",
    "에서는",
    "까지",
    "다",
    "發",
    "向",
    "株",
]


@pytest.mark.parametrize(("company", "example"), EXAMPLES, ids=[e.text for _, e in EXAMPLES])
def test_the_dictionarys_examples_hold(company: str, example: object) -> None:
    assert (company in named(example.text)) is example.named  # type: ignore[attr-defined]


def test_every_company_is_found_by_each_of_its_sure_aliases() -> None:
    lost = [
        (company.id, alias)
        for company in spec().companies.company
        for alias in company.aliases
        if company.id not in named(f"{alias}, 공개 강연 개최")
    ]
    assert lost == []


@pytest.mark.parametrize("particle", PARTICLES)
@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("삼성전자", "samsung-electronics"),
        ("하닉", "sk-hynix"),
        ("인텔", "intel"),
        ("오픈AI", "openai"),
        ("TSMC", "tsmc"),
    ],
)
def test_particles_and_hanja_after_a_name_do_not_hide_it(
    name: str, company: str, particle: str
) -> None:
    assert company in named(f"{name}{particle} 강연")


@pytest.mark.parametrize("glue", ["美", "中", "脫", "反", "대만", "미국", "탈", "(", "'", "‘", "·"])
def test_what_stands_before_a_name_does_not_hide_it(glue: str) -> None:
    assert "intel" in named(f"강연 {glue}인텔 소개")


@pytest.mark.parametrize(
    "text",
    [
        "비즈니스 인텔리전스 세미나",
        "스마트폰 애플리케이션 공모전",
        "에어비앤비 숙소",
        "메타버스 체험관",
        "데이터 모델 강좌",
        "필라델피아 여행기",
        "넷마블 신작",
        "삼성생명 사옥 음악회",
        "SK이노베이션 견학",
        "삼성 라이온즈 홈경기",
        "KT위즈 응원단",
        "삼성SDI 채용 설명회",
        "삼성바이오로직스 견학",
        "하이델베르크 여행",
        "마이크로니들 전시",
        "케미트로닉스 사옥",
        "현대차증권 강당",
        "오미크론 방역 회의",
        "카카오페이 사용법",
        "암 예방 강좌",
        "MSCI 지수 강좌",
        "신라젠과 신한금융",
        "SKC&C 옛 사옥",
        "KT&G 상상마당",
    ],
)
def test_look_alikes_name_nobody(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "삼전닉스 주주 모임",
        "삼전·닉스 나란히",
        "삼성·하이닉스 공동 강연",
        "삼성·SK, HBM 강연회",
        "삼성전자-SK하이닉스 공동관",
    ],
)
def test_pairs_name_both_companies(text: str) -> None:
    assert named(text) == {"samsung-electronics", "sk-hynix"}


def test_a_pair_without_context_names_nobody() -> None:
    assert named("삼성·SK 봉사단 김장 행사") == set()


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("20만전자 토론회", "samsung-electronics"),
        ("200만닉스 토론회", "sk-hynix"),
        ("'9만 전자' 토론회", "samsung-electronics"),
    ],
)
def test_price_nicknames_need_their_number(text: str, company: str) -> None:
    assert named(text) == {company}
    assert named(text.lstrip("'0123456789")) == set()


def test_the_surface_of_a_price_nickname_holds_its_number() -> None:
    assert mentions("20만전자 토론회")["samsung-electronics"].surfaces == ("20만전자",)


@pytest.mark.parametrize(
    ("text", "company", "expected"),
    [
        ("삼성, HBM 세정 강연", "samsung-electronics", True),
        ("삼성 합창단 정기 연주회", "samsung-electronics", False),
        ("메타, AI 학회에서 논문 발표", "meta", True),
        ("게임 메타와 빠른 템포", "meta", False),
        ("Arm, CPU 설계 강좌", "arm", True),
        ("로봇 arm 조립 강좌", "arm", False),
        ("반도체 절단 장비 디스코 전시", "disco", True),
        ("디스코 춤 경연", "disco", False),
        ("apple 파이 굽기", "apple", False),
        ("APPLE 전시장 개장", "apple", True),
    ],
)
def test_ordinary_words_need_context_or_capitals(
    text: str, company: str, *, expected: bool
) -> None:
    assert (company in named(text)) is expected


def test_a_short_form_is_confirmed_by_the_full_name_elsewhere() -> None:
    text = "삼성은 관람객에게 차를 대접했다."
    assert mentions("삼성전자 견학 행사", text)["samsung-electronics"].count == 2
    assert mentions("어느 견학 행사", text) == {}


def test_words_of_another_world_rule_out_short_names_only() -> None:
    assert named("투수 강연회에 KT 참가") == set()
    assert named("강연회에 KT 참가") == {"kt"}
    assert named("투수 강연회에 삼성전자 참가") == {"samsung-electronics"}


def test_a_web_address_names_nobody() -> None:
    assert named("강연 안내 https://alpha.example/view?ref=naver 참고") == set()


def test_the_longest_name_swallows_the_shorter_one() -> None:
    assert named("하나마이크론 견학") == {"hana-micron"}
    assert named("삼성전기 견학") == {"samsung-electro-mechanics"}
    assert named("SK텔레콤 견학") == {"sk-telecom"}


def test_a_longer_form_that_cannot_stand_does_not_hide_a_shorter_one() -> None:
    # 삼성·SK is a pair, but here SK is the begin of another name
    assert named("삼성·SK하이닉스 HBM 강연") == {"samsung-electronics", "sk-hynix"}
    assert named("삼성·SK이노베이션 반도체 강연") == {"samsung-electronics"}


def test_kiwi_settles_a_short_name_that_may_be_the_begin_of_a_word() -> None:
    assert "kohyoung" not in named("고영은 씨, 3D 프린터 강좌 열어")
    assert "kohyoung" in named("고영, 3D 검사 장비 강좌")


def test_spelling_does_not_matter() -> None:
    expected = named("SK하이닉스와 삼성전자")
    assert expected == {"sk-hynix", "samsung-electronics"}
    for text in (
        unicodedata.normalize("NFD", "SK하이닉스와 삼성전자"),
        "ＳＫ하이닉스와 삼성전자",
        "SK 하이닉스와 삼성 전자",
        "sk하이닉스와 ㈜삼성전자",
        "SK하\u200b이닉스와 삼성전자",
        "SK하이닉스ㆍ삼성전자",
        "①SK하이닉스 ②삼성전자",
    ):
        assert named(text) == expected, text


def test_positions_and_surfaces_are_those_of_the_sentence() -> None:
    document = read(article("강연: ＴＳＭＣ와 엔비디아", "다음 날 하이닉스도 왔다."))
    for hit in FINDER.find(document):
        assert document.sentences[hit.sentence].text[hit.start : hit.end] == hit.surface


@pytest.mark.parametrize(
    "text", ["한국판 엔비디아를 꿈꾸는 강연", "제2의 엔비디아", "K-엔비디아 육성 강연"]
)
def test_a_yardstick_is_marked_as_comparison(text: str) -> None:
    (hit,) = FINDER.find(read(article(text)))
    assert hit.comparison


def test_mentions_are_ordered_by_headline_then_count() -> None:
    found = mentions("엔비디아 강연", "TSMC가 왔다. TSMC는 늦었다. 인텔도 왔다.")
    assert list(found) == ["nvidia", "tsmc", "intel"]
    assert [m.in_title for m in found.values()] == [True, False, False]
    assert [m.count for m in found.values()] == [1, 2, 1]


def test_spellings_add_and_remove_the_space_between_scripts() -> None:
    assert spellings("SK하이닉스") == ["SK하이닉스", "SK 하이닉스"]
    assert spellings("오픈AI") == ["오픈AI", "오픈 AI"]
    assert spellings("램 리서치") == ["램 리서치", "램리서치"]
    assert spellings("Lam Research") == ["Lam Research"]


def test_no_alias_belongs_to_two_companies() -> None:
    owner: dict[str, str] = {}
    for company in spec().companies.company:
        for alias in {a.casefold() for a in (*company.aliases, *company.context_aliases)}:
            assert owner.setdefault(alias, company.id) == company.id, alias


def test_a_company_of_ones_own_needs_one_entry() -> None:
    rules = CompaniesFile.model_validate(
        {
            "company": [
                {"id": "hanbit", "name_ko": "한빛칩", "name_en": "Hanbit", "aliases": ["한빛칩"]}
            ]
        }
    )
    (hit,) = CompanyFinder(rules).find(read(article("신생 한빛칩의 강연")))
    assert (hit.surface, hit.start) == ("한빛칩", 3)


@given(st.text(alphabet="가삼성전자SK하이닉스·, 인텔리AI메타버는은'\"…", max_size=60))
def test_hits_never_overlap_unless_a_pair_names_both(text: str) -> None:
    hits = FINDER.find(read(article(text)))
    spans = sorted({(hit.start, hit.end) for hit in hits if hit.sentence == 0})
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
