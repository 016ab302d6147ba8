"""The arrows of the design, read from the source: who may import whom, and who may do what."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("db", "ingest", "dashboard")
FILES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))

MAY_IMPORT = {"db": {"db"}, "ingest": {"db", "ingest"}, "dashboard": {"db", "dashboard"}}

ONLY_HERE = {
    "feedparser": {"ingest/collect/parse.py"},
    "kiwipiepy": {"ingest/process/morphs.py"},
    "torch": {"ingest/process/transformer.py"},
    "transformers": {"ingest/process/transformer.py"},
    "aiohttp": {"ingest/collect/fetch.py"},
    "lxml": {"ingest/collect/page*.py", "ingest/collect/rss.py"},
    "trafilatura": {"ingest/collect/page.py"},
    "htmldate": {"ingest/collect/pagedates.py"},
    "protego": {"ingest/collect/robots.py"},
    "apprise": {"ingest/notify.py"},
    "sqlite3": {"db/sqlite/**"},
    "sqlite_utils": {"db/sqlite/**"},
    "streamlit": {"dashboard/**"},
    "starlette": {"dashboard/guard.py", "dashboard/routes.py", "dashboard/served.py"},
    "plotly": {"dashboard/figures*.py"},
    "typer": {"ingest/cli*.py"},
}
STDLIB_ONLY = ("db/model.py", "db/query.py", "db/errors.py")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Dotted names of every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def allowed(path: Path, patterns: set[str]) -> bool:
    relative = path.relative_to(ROOT)
    return any(
        relative.match(pattern)
        or (pattern.endswith("/**") and pattern[:-3] in map(str, relative.parents))
        for pattern in patterns
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows_point_the_right_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {name.split(".")[0] for name in imports(path)} & set(PACKAGES)
    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_library_has_one_home(path: Path) -> None:
    for name in imports(path):
        homes = ONLY_HERE.get(name.split(".")[0])
        assert homes is None or allowed(path, homes), f"{name} may not be imported here"


@pytest.mark.parametrize("name", STDLIB_ONLY)
def test_the_vocabulary_needs_the_standard_library_only(name: str) -> None:
    import sys

    for module in imports(ROOT / name):
        top = module.split(".")[0]
        assert top == "db" or top in sys.stdlib_module_names


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_reads_the_clock(path: Path) -> None:
    """The dashboard has one clock of its own, in clock.py; everything else is handed the time."""
    if allowed(path, {"ingest/cli*.py", "dashboard/clock.py"}):
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            named = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            assert (named, node.func.attr) not in {
                ("datetime", "now"),
                ("datetime", "utcnow"),
                ("date", "today"),
                ("time", "time"),
            }, f"line {node.lineno} reads the clock"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_the_top_level_is_the_agreed_one() -> None:
    """Only what git knows counts: a working copy may hold more."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    agreed = {"pyproject.toml", "dashboard", "ingest", "db", "tests", "README.md"}
    needed = {
        "Makefile",
        "LICENSE",
        "requirements.txt",
        "requirements-dev.txt",
        ".ci",
        ".gitignore",
    }
    assert top <= agreed | needed
