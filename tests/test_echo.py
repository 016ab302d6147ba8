"""How much of an article repeats a press release."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.echo import BASED, share_from

RELEASE = (
    "별마루칩스는 판교에 시험 센터를 연다고 4일 밝혔다. 센터에는 장비 마흔 대가 놓이며 "
    "대학 연구실 열두 곳이 함께 쓴다. 회사는 내년 봄부터 신청을 받는다고 설명했다."
)
OWN = "이웃 상인들은 주차난을 걱정한다. 시는 공영 주차장을 넓히는 방안을 살펴보고 있다. "


def test_a_copy_with_small_edits_is_a_copy() -> None:
    edited = RELEASE.replace("밝혔다", "전했다").replace("함께 쓴다", "같이 쓰게 된다")
    assert share_from(edited, RELEASE) == 1
    assert share_from(f"(성남=한빛뉴스) 윤서하 기자 = {RELEASE}", RELEASE) == 1


def test_what_is_cut_in_the_middle_is_still_a_copy() -> None:
    assert share_from(f"{RELEASE[:85]}...", RELEASE) == 1


def test_own_words_are_no_copy() -> None:
    assert share_from(OWN * 2, RELEASE) == 0


def test_half_and_half_is_in_between() -> None:
    share = share_from(RELEASE + OWN * 2, RELEASE)
    assert share is not None
    assert 0.3 < share < 0.7


def test_a_quoted_sentence_does_not_make_an_article_a_copy() -> None:
    share = share_from(OWN * 3 + RELEASE.split(". ")[2], RELEASE)
    assert share is not None
    assert 0 < share < BASED


@pytest.mark.parametrize("short", ["", "시험 센터 연다.", "." * 500])
def test_of_too_little_text_nothing_is_said(short: str) -> None:
    assert share_from(short, RELEASE) is None
    assert share_from(RELEASE, short) is None


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_gives_a_share_or_none(text: str, release: str) -> None:
    share = share_from(text, release)
    assert share is None or 0 <= share <= 1
