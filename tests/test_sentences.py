"""Cutting text into sentences."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.process.sentences import MAX_SENTENCE, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("행사가 열렸다. 사람들이 왔다.", ["행사가 열렸다.", "사람들이 왔다."]),
        ("행사가 열렸다.사람들이 왔다.", ["행사가 열렸다.", "사람들이 왔다."]),
        ("값은 3.5% 올랐다. 끝.", ["값은 3.5% 올랐다.", "끝."]),
        (
            "그는 “좋다. 아주 좋다.”라고 말했다. 모두 웃었다.",
            ["그는 “좋다. 아주 좋다.”라고 말했다.", "모두 웃었다."],
        ),
        (
            '그는 "좋다. 아주 좋다"고 말했다. 모두 웃었다.',
            ['그는 "좋다. 아주 좋다"고 말했다.', "모두 웃었다."],
        ),
        (
            "「반도체 길잡이. 첫걸음」이 나왔다. 두 권이다.",
            ["「반도체 길잡이. 첫걸음」이 나왔다.", "두 권이다."],
        ),
        ("U.S. Steel Inc. met. It was late.", ["U.S. Steel Inc. met.", "It was late."]),
        ("정말일까? 그렇다! 끝났다.", ["정말일까?", "그렇다!", "끝났다."]),
        ("첫 줄\n둘째 줄", ["첫 줄", "둘째 줄"]),
        ("여는 따옴표 “만 있다. 다음 문장이다.", ["여는 따옴표 “만 있다.", "다음 문장이다."]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert [piece.text for piece in split(text)] == expected


@given(st.text(alphabet="가다. \n“”\"'[(…!?1A", max_size=200))
def test_nothing_is_lost_and_nothing_is_empty(text: str) -> None:
    pieces = split(text)
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())
    assert all(piece.text == piece.text.strip() and piece.text for piece in pieces)


@given(st.text(alphabet="가다. \n\u3000\x1c“”\"'[(…!?1A", max_size=200))
def test_every_piece_stands_where_it_says(text: str) -> None:
    pieces = split(text)
    assert all(text[start : start + len(piece)] == piece for start, piece in pieces)
    ends = [0, *(start + len(piece) for start, piece in pieces)]
    assert all(start >= end for (start, _), end in zip(pieces, ends, strict=False))


def test_what_is_cut_for_its_length_keeps_its_place() -> None:
    text = "  " + "가나다 " * 1_000
    pieces = split(text)
    assert len(pieces) > 5
    assert all(text[start : start + len(piece)] == piece for start, piece in pieces)


@pytest.mark.parametrize("unit", ["가", "“", '"', ".", "다.", "[", "1.", "… "])
def test_a_huge_line_is_cut_in_linear_time(unit: str) -> None:
    start = time.perf_counter()
    pieces = split(unit * 100_000)
    assert time.perf_counter() - start < 5
    assert all(len(piece.text) <= MAX_SENTENCE for piece in pieces)
