"""Kiwi: one per process, asked only where a name is in doubt."""

from __future__ import annotations

import pickle

import pytest

from ingest.process import morphs
from tests.packaged import tags


def test_morphemes_are_plain_tuples_with_positions() -> None:
    text = "강연이 열렸다"
    found = morphs.analyse(text)
    assert pickle.loads(pickle.dumps(found)) == found
    assert found[0] == ("강연", "NNG", 0, 2)
    assert all(0 <= morph.start <= morph.end <= len(text) for morph in found)


def test_it_is_built_once() -> None:
    assert morphs.kiwi() is morphs.kiwi()


def test_a_huge_text_is_cut() -> None:
    assert morphs.analyse("강연 " * 100_000)[-1].end <= morphs.MAX_TEXT


def test_it_is_asked_about_headlines_and_short_names_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def note(text: str) -> tuple[morphs.Morph, ...]:
        asked.append(text)
        return ()

    monkeypatch.setattr(morphs, "analyse", note)
    tags("삼성전자와 SK하이닉스, 반도체 강연", "하닉은 모형을 냈다. 도서관도 열었다.")
    # the tone network reads the headline, with names hidden; the text is left alone
    assert set(asked) == {"ZQA와 ZQB, 반도체 강연"}
    asked.clear()
    tags("고영이 3D 검사 장비를 전시", "도서관도 열었다.")
    assert asked == ["고영이 3D 검사 장비를 전시", "ZQA이 3D 검사 장비를 전시"]
