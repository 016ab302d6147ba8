"""Fingerprints, by which copies of one article are found."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ingest.process.document import read
from ingest.process.fingerprint import SIZE, fingerprint
from tests.packaged import article

TITLE = "한빛칩, 시립 전시관에서 반도체 강연 주간 열어"
LEAD = "한빛칩은 시립 전시관에서 반도체 강연 주간을 연다고 20일 밝혔다. 강연은 닷새 동안 이어진다."


def prints(title: str, summary: str = LEAD) -> tuple[int, ...]:
    return fingerprint(read(article(title, summary)))


@pytest.mark.parametrize(
    "title",
    [
        f"[단독] {TITLE}",
        f"{TITLE}(종합)",
        f"{TITLE} (종합2보)",
        f"{TITLE} - 가람일보",
        f"<속보> {TITLE}",
        TITLE.replace(",", "…"),
    ],
)
def test_marks_make_no_difference(title: str) -> None:
    assert prints(title) == prints(TITLE)


def test_a_dateline_makes_no_difference() -> None:
    assert prints(TITLE, "(서울=가람통신) 김가람 기자 = " + LEAD) == prints(TITLE)


def test_an_edited_copy_shares_most_and_another_article_nothing_much() -> None:
    copy = prints(TITLE.replace("열어", "개최"), LEAD)
    other = prints("누리셈, 바닷가 청소 봉사", "누리셈 직원들이 바닷가에서 쓰레기를 주웠다.")
    assert len(set(copy) & set(prints(TITLE))) >= SIZE * 2 / 3
    assert len(set(other) & set(prints(TITLE))) <= 2


def test_twelve_ascending_signed_numbers() -> None:
    found = prints(TITLE)
    assert len(found) == SIZE
    assert list(found) == sorted(set(found))
    assert all(-(2**63) <= number < 2**63 for number in found)


@pytest.mark.parametrize("title", ["", "…", "[단독]", "😀"])
def test_without_a_headline_there_is_none(title: str) -> None:
    assert prints(title) == ()


def test_a_short_headline_has_one() -> None:
    assert len(prints("칩", "")) == 1


def test_another_process_gives_the_same() -> None:
    code = "from tests.test_fingerprint import prints, TITLE; print(*prints(TITLE))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert tuple(map(int, made.stdout.split())) == prints(TITLE)
