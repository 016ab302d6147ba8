"""Conjugated forms of the dictionary forms in tone.toml."""

from __future__ import annotations

import pytest

from ingest.process.verbs import begins
from tests.packaged import spec


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("오르다", ["올랐다", "오른다", "올라", "오르며", "오를", "오름"]),
        ("떨어지다", ["떨어졌다", "떨어진", "떨어져", "떨어지고"]),
        ("밀리다", ["밀렸다", "밀린", "밀려", "밀리자"]),
        ("웃다", ["웃었다", "웃은", "웃고", "웃음"]),
        ("줄다", ["줄었다", "줄어", "줄고"]),
        ("어렵다", ["어려웠다", "어려운", "어려워", "어렵다"]),
        ("크다", ["컸다", "크고"]),
        ("당하다", ["당했다", "당한", "당하는", "당해"]),
        ("되찾다", ["되찾았다", "되찾은", "되찾아"]),
        ("날다", ["날았다", "날고", "날아"]),
        ("내주다", ["내줬다", "내준", "내줘"]),
        ("보내다", ["보냈다", "보낸"]),
        ("잇다", ["이었다", "이은", "잇고"]),
        ("싣다", ["실었다", "싣고"]),
        ("뽑다", ["뽑았다", "뽑은"]),
        ("나쁘다", ["나빴다", "나쁜"]),
        ("쏘다", ["쐈다"]),
        ("되다", ["됐다", "되고"]),
    ],
)
def test_every_form_begins_with_one_of_the_begins(verb: str, forms: list[str]) -> None:
    found = tuple(begins(verb))
    assert [form for form in forms if not form.startswith(found)] == []


def test_no_begin_is_a_single_common_letter() -> None:
    short = {
        begin
        for cue in spec().tone.cue
        for verb in cue.verbs
        for begin in begins(verb)
        if len(begin) == 1
    }
    assert all((ord(begin) - ord("가")) % 28 == 20 for begin in short), short


@pytest.mark.parametrize("word", ["오르", "다", "rise다", ""])
def test_what_is_no_dictionary_form_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="dictionary form"):
        begins(word)
