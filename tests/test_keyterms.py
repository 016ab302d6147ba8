"""What an article tells of, as terms that can be compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.likeness import alike, traits
from db.terms import Term, TermKind, unpacked
from ingest.process.amounts import amounts
from ingest.process.keyterms import MOST, keyterms, stem
from ingest.process.tagging import Tagger
from ingest.train.words import weight, word_weights
from tests.newsroom import article
from tests.packaged import spec


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(spec())


def terms(tagger: Tagger, title: str, summary: str = "") -> set[int]:
    tags = tagger.tag(replace(article(), title=title, summary=summary))
    assert tags.relevant
    return {unpacked(term).key for term in tags.terms}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3조2천억원", "3.2 trillion won"),
        ("430억 수주", "43 billion-won"),
        ("1천200억원", "1,200억 규모"),
        ("680억달러", "$68 billion"),
        ("8.1% 오른", "8.1 percent"),
        ("244TB", "244-terabyte"),
        ("16Gb", "16-gigabit"),
        ("2031년까지", "by 2031 a year"),
        ("600명", "600 engineers"),
    ],
)
def test_one_amount_written_two_ways(one: str, other: str) -> None:
    keys = [{found.key for found in amounts(text)} for text in (one, other)]
    assert keys[0] & keys[1]


@pytest.mark.parametrize("date", ["12일", "10월 3일", "3분기", "오후 2시 30분", "1위", "2곳"])
def test_dates_and_small_counts_tell_nothing(date: str) -> None:
    assert list(amounts(date)) == []


def test_a_sum_of_money_is_told_apart_from_a_count() -> None:
    assert [found.money for found in amounts("312억원, 4천 장, 20.5%")] == [True, False, False]


@given(st.text(max_size=200))
def test_any_text_has_amounts_or_none(text: str) -> None:
    for found in amounts(text):
        assert found.key
        assert 1 <= found.weight <= 9


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (("착공식을", "착공했다", "착공"), True),
        (("패키징은", "패키징", "패키징으로"), True),
        (("파업", "파견"), False),
        (("은", "는"), False),
    ],
)
def test_words_meet_in_their_stem(words: tuple[str, ...], same: bool) -> None:
    assert (len({stem(word)[:2] for word in words}) == 1) is same


def test_korean_and_english_share_companies_amounts_and_subjects(tagger: Tagger) -> None:
    korean = terms(tagger, "SK하이닉스, 청주에 3조2천억 HBM 패키징 공장 착공")
    english = terms(tagger, "SK hynix breaks ground on 3.2 trillion-won HBM packaging plant")
    assert len(korean & english) >= 5


def test_marks_and_order_make_no_difference_and_a_headline_is_marked(tagger: Tagger) -> None:
    one = tagger.tag(replace(article(), title="HBM 시험장 별마루에 개소", summary=""))
    other = tagger.tag(replace(article(), title="별마루에 HBM 시험장 개소", summary=""))
    assert one.terms == other.terms
    assert all(unpacked(term).headline for term in one.terms)
    assert list(one.terms) == sorted(one.terms)


def test_a_long_text_has_a_bounded_number_of_terms(tagger: Tagger) -> None:
    words = " ".join(f"{chr(0xAC00 + 30 * n)}{chr(0xB000 + 20 * n)}" for n in range(300))
    tags = tagger.tag(replace(article(), title="SK하이닉스 HBM 전시", summary=words))
    assert 0 < len(tags.terms) <= MOST


def test_articles_beside_the_subject_have_none(tagger: Tagger) -> None:
    assert tagger.tag(replace(article(), title="동네 축구 대회 열려", summary="")).terms == ()
    assert keyterms.__doc__


@given(st.integers(0, 2**48 - 1), st.sampled_from(TermKind), st.integers(1, 15), st.booleans())
def test_terms_survive_packing(key: int, kind: TermKind, heavy: int, headline: bool) -> None:
    term = Term(key, kind, heavy, headline)
    assert unpacked(term.packed()) == term
    assert 0 <= term.packed() < 2**63


def test_rare_words_weigh_more() -> None:
    assert weight(5_000, 20_000) < weight(200, 20_000) < weight(10, 20_000) <= 9
    weights = word_weights(["메모리 호황", "메모리 가격"] * 10 + ["장비"] * 2_000)
    assert weights["장비"] < weights["메모리"] < weights["호황"]


HOUR = 3_600
FIRM = Term(1, TermKind.COMPANY, 9, headline=True)
MONEY = [Term(n, TermKind.MONEY, 7) for n in (90, 91)]
WORDS = [Term(n, TermKind.WORD, 8, headline=True) for n in range(10, 18)]
PRINT = tuple(range(12))


def told(at: int, outlet: int, *found: Term, prints: tuple[int, ...] = (), lang: str = "ko"):  # type: ignore[no-untyped-def]
    return traits(at, outlet, lang, prints, (term.packed() for term in found))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (told(0, 1, FIRM, *WORDS[:4]), told(HOUR, 2, FIRM, *WORDS[:4]), True),
        # another step of the affair
        (told(0, 1, FIRM, *WORDS[:3]), told(40 * HOUR, 2, FIRM, *WORDS[:3]), False),
        # two orders of one company on one day
        (told(0, 1, FIRM, MONEY[0], *WORDS[:4]), told(HOUR, 2, FIRM, MONEY[1], *WORDS[:4]), False),
        # the same kind of event at nobody in common
        (told(0, 1, FIRM, *WORDS[:3]), told(HOUR, 2, Term(2, *FIRM[1:]), *WORDS[:3]), False),
        # wire copies, days apart, and market reports that differ by their figures alone
        (told(0, 1, prints=PRINT), told(60 * HOUR, 2, prints=PRINT), True),
        (told(0, 1, MONEY[0], prints=PRINT), told(HOUR, 2, MONEY[1], prints=PRINT), False),
        # section copies of one outlet, and its daily digests
        (told(0, 1, *WORDS, prints=PRINT), told(HOUR, 1, *WORDS, prints=PRINT), True),
        (told(0, 1, *WORDS, prints=PRINT), told(20 * HOUR, 1, *WORDS, prints=PRINT), False),
        (told(0, 1, *WORDS, prints=PRINT), told(HOUR, 1, *WORDS[1:], prints=PRINT), False),
        # headlines that begin with the same two companies
        (told(0, 1, *WORDS[:2], prints=PRINT), told(1, 2, *WORDS[2:], prints=range(6, 18)), False),
    ],
)
def test_what_is_the_same_event(one, other, same: bool) -> None:  # type: ignore[no-untyped-def]
    assert alike(one, other) is alike(other, one) is same
