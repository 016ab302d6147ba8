"""Every sentence of the command line exists twice and is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from ingest.messages import SENTENCES, language, say

INGEST = Path(__file__).parent.parent / "ingest"
SOURCE = "".join(path.read_text("utf-8") for path in INGEST.glob("cli*.py"))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_say_the_same_things(key: str) -> None:
    korean, english = SENTENCES[key]
    assert fields(korean) == fields(english)
    assert not re.search("[가-힣]", english)


def test_every_sentence_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r'\bsay\(\s*"([a-z_.]+)"', SOURCE))
    assert asked <= set(SENTENCES)


def test_no_sentence_is_left_over() -> None:
    composed = {
        "help",
        "feeds",
        "eval",
        "doctor.state",
        "doctor.health",
        "doctor.do",
        "usage",
        "why",
    }
    for key in SENTENCES:
        if not any(key.startswith(prefix + ".") for prefix in composed):
            assert re.search(f"[\"']{re.escape(key)}[\"']", SOURCE), f"{key} is said nowhere"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "ko"),
        ({"LANG": "C.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "CHIPWATCH_LANG": "ko"}, "ko"),
    ],
)
def test_the_language_follows_the_locale(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("CHIPWATCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == expected
    assert say("run.collecting") == SENTENCES["run.collecting"][expected == "en"]
