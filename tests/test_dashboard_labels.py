"""Every string is there in both languages, and numbers and dates are written as they should be."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import formats, labels, links
from dashboard.health_table import GROUPS
from dashboard.labels import Labels
from dashboard.periods import Preset, Versus
from dashboard.search_help import EXAMPLES
from db.audiences import Group
from db.config_edits import EditKind, EditState
from db.health import Health
from db.model import FetchOutcome, RightsMode, RunState, Tone
from db.mutes import MuteKind
from db.tallies import Keyword
from db.versions import PARTS

DASHBOARD = Path(labels.__file__).parent
HANGUL = re.compile("[가-힣]")
KO, EN = Labels("ko"), Labels("en")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

COMPUTED = {
    "preset": list(Preset),
    "tone": list(Tone),
    "rights": list(RightsMode),
    "health": list(Health),
    "outcome": list(FetchOutcome),
    "run": list(RunState),
    "weekday": list(range(7)),
    "month": list(range(1, 13)),
    "language": ["ko", "en"],
    "chart": ["tone", "company", "hour", "day", "week"],
    "nav": list(links.PAGES),
    "keyword": list(Keyword),
    "overview": ["newest", "largest"],
    "group": list(Group),
    "settings": ["companies", "sources", "mutes", "views", "groups", "display"],
    "edit": [
        *EditKind,
        *(f"state_{state}" for state in EditState),
        "choose_company",
        "choose_source",
    ],
}
"""Keys that are put together at run time, by their first part."""


def written() -> set[str]:
    """Every key that stands in the code as a string."""
    found: set[str] = set()
    for path in DASHBOARD.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        pieces = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if id(node) not in pieces else set()
    return found


def computed() -> set[str]:
    keys = {f"{group}.{value}" for group, values in COMPUTED.items() for value in values}
    keys |= {key for key in labels.table() if key.startswith("chrome.")}
    keys |= {f"health.{health}_{part}" for health in Health for part in ("say", "do")}
    keys |= {f"health.group_{group}" for group in GROUPS}
    keys |= {f"change.{versus}" for versus in Versus} | {f"change.legend_{v}" for v in Versus}
    keys |= {f"mute.of_{kind}" for kind in MuteKind}
    keys |= {f"mute.hide_{kind}" for kind in ("outlet", "source", "story")}
    keys |= {
        f"mute.{kind}{part}" for kind in ("outlet", "source") for part in ("", "_choose", "_hide")
    }
    keys |= {f"edit.{verb}_{value}" for verb in ("enabled", "turn") for value in ("yes", "no")}
    keys |= {f"article.size_{size}" for size in "sml"}
    keys |= {f"article.edits_{part}" for part in PARTS}
    keys |= {f"company.cues_{tone}" for tone in ("positive", "negative")}
    keys |= {f"accuracy.machine_{tone}" for tone in Tone}
    keys |= {f"search.{key}{part}" for key in EXAMPLES for part in ("", "_say")}
    keys |= {f"source.{key}" for key in ("started", "new", "relevant", "failed", "seconds")}
    return keys


@pytest.mark.parametrize("key", sorted(labels.table()))
def test_every_text_is_translated(key: str) -> None:
    korean, english = labels.table()[key]["ko"], labels.table()[key]["en"]
    fields = re.compile(r"\{(\w+)\}")
    assert set(fields.findall(korean)) == set(fields.findall(english))
    assert korean.strip() == korean
    assert english.strip() == english
    if key not in {"nav.language_other", "nav.language_this"}:
        assert not HANGUL.search(english), "Korean left in the English text"
    if english and key not in {"unit.article", "unit.story", "unit.outlet"}:
        assert korean


def test_no_english_word_is_left_in_korean() -> None:
    allowed = {
        "chipwatch",
        "run",
        "dashboard",
        "demo",
        "process",
        "doctor",
        "all",
        "English",
        "AI",
        "KST",
    }
    allowed |= {"HBM", "OR", "feeds", "enable", "RSS", "CSV", "export", "CHIPWATCH", "HOSTS"}
    # in examples of searches
    allowed |= {"TSMC", "hbm"}
    for key, texts in labels.table().items():
        plain = re.sub(r"\{\w+\}|%-?\w|HBM3E", "", texts["ko"])
        words = set(re.findall(r"[A-Za-z]{2,}", plain))
        assert words <= allowed, f"{key}: {words - allowed}"


def test_no_key_is_missing_or_unused() -> None:
    known, used = set(labels.table()), written() | computed()
    groups = {key.split(".")[0] for key in known}
    wanted = {
        text
        for text in used
        if re.fullmatch(r"[a-z]+\.[a-z0-9_-]+", text) and text.split(".")[0] in groups
    } - {"app.py", "article.size", "accuracy.json", "export.csv", "export.xlsx"}
    assert wanted - known == set(), "missing"
    assert known - used == set(), "unused"


def test_no_korean_stands_in_the_code() -> None:
    """Texts belong in labels.toml; docstrings may quote them."""
    for path in DASHBOARD.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        quoted = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert id(node) in quoted or not HANGUL.search(node.value), (path.name, node.value)


SHOWN = {
    *("button", "text_input", "text_area", "selectbox", "multiselect", "pills", "toggle", "radio"),
    *("segmented_control", "date_input", "form_submit_button", "popover", "expander", "tabs"),
    *("download_button", "link_button", "dialog", "toast", "spinner", "metric", "text", "error"),
}
TEXTS = {"placeholder", "help", "label", "title", "aria_label", "alt"}
WORD = re.compile("[A-Za-z]{2,}")


def literal(node: ast.expr) -> str:
    """The text that stands in the code itself, also between the placeholders of an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(map(literal, node.values))
    if isinstance(node, ast.IfExp):
        return f"{literal(node.body)} {literal(node.orelse)}"
    return ""


def untranslated(source: str) -> list[str]:
    """What would be shown without passing `labels.toml`: to Streamlit, or as the content of a tag."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        shown: list[ast.expr] = []
        if called in SHOWN and isinstance(node.func, ast.Attribute):
            shown += node.args[:1]
        if called in {"tag", "link"}:
            shown += node.args[1:]
        if called in {"foreign", "text", "join", "card_head"}:
            shown += node.args[:1]
        shown += [keyword.value for keyword in node.keywords if keyword.arg in TEXTS]
        found += [text for text in map(literal, shown) if WORD.search(text)]
    return found


@pytest.mark.parametrize("path", sorted(DASHBOARD.rglob("*.py")), ids=lambda path: path.name)
def test_no_text_on_the_page_is_written_in_the_code(path: Path) -> None:
    # the command line of `python -m dashboard` is no page; an id reads the same in both languages
    found = [] if path.name == "__main__.py" else untranslated(path.read_text("utf-8"))
    assert [text for text in found if text != "byeolmaru"] == []


def test_the_scan_sees_what_is_written_in_the_code() -> None:
    assert untranslated('st.button("Save", key="x")') == ["Save"]
    assert len(untranslated('tag("p", f"{n} articles", class_="note")')) == 1
    assert untranslated('st.text_input(labels("a.b"), placeholder="Search")') == ["Search"]
    assert untranslated('st.button(labels("a.b"), key="x")') == []


def test_numbers() -> None:
    assert formats.number(1234) == "1,234"
    assert [formats.signed(n) for n in (12, -3, 0)] == ["+12", "−3", "±0"]
    assert formats.percent(116, 1000) == "11.6\u202f%"
    assert formats.percent(1, 0) == "–"
    assert [formats.points(n) for n in (1.94, -0.04, -2)] == [
        "+1.9\u202f%p",
        "±0.0\u202f%p",
        "−2.0\u202f%p",
    ]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (128, 116, ("+12건", "+10.3\u202f%")),
        (90, 100, ("−10건", "−10.0\u202f%")),
        (7, 0, ("신규", "")),
        (0, 0, ("±0건", "")),
        (25, 19, ("+6건", "")),
        (25, 20, ("+5건", "+25.0\u202f%")),
    ],
)
def test_changes(now: int, before: int, expected: tuple[str, str]) -> None:
    assert formats.change(KO, now, before, "unit.articles") == expected


def test_dates() -> None:
    assert formats.day(KO, date(2026, 11, 23)) == "2026.11.23.(월)"
    assert formats.day(EN, date(2026, 11, 23)) == "Mon 23 Nov 2026"
    assert (
        formats.span(KO, date(2026, 11, 17), date(2026, 11, 23)) == "2026.11.17.(화) – 11.23.(월)"
    )
    assert (
        formats.span(KO, date(2025, 12, 31), date(2026, 1, 1)) == "2025.12.31.(수) – 2026.1.1.(목)"
    )
    assert (
        formats.span(EN, date(2026, 11, 17), date(2026, 11, 23)) == "Tue 17 Nov – Mon 23 Nov 2026"
    )


def test_times_are_korean() -> None:
    late = datetime(2026, 11, 22, 15, 12, tzinfo=UTC)
    assert formats.moment(KO, late) == "2026.11.23.(월) 00:12"
    assert formats.recent(KO, late, NOW) == "오늘 00:12"
    assert formats.recent(KO, late - timedelta(minutes=13), NOW) == "어제 23:59"
    assert formats.recent(EN, late - timedelta(days=3), NOW) == "Fri 20 Nov 00:12"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "0분"), (41, "41분"), (360, "6시간"), (57 * 60, "2일 9시간"), (2880, "2일")],
)
def test_durations(minutes: int, expected: str) -> None:
    assert formats.duration(KO, timedelta(minutes=minutes)) == expected
