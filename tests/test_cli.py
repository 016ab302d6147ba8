"""The commands as their users call them: what they print, and with which code they end."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from filelock import FileLock
from openpyxl import load_workbook

from db.connect import open_store
from db.model import RunState
from db.query import ArticleFilter
from ingest.cli import app
from tests.commands import Shell
from tests.feed_server import FeedServer, Reply, Request, item, rss, running

ROOT = Path(__file__).parent.parent


@pytest.fixture
def shell(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    return Shell(tmp_path, capfdbinary, monkeypatch)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with running() as server:
        yield server


def headlines(count: int, what: str = "HBM 강연회") -> bytes:
    return rss(*(item(n, f"SK하이닉스·엔비디아, {n}번째 {what} 성황") for n in range(count)))


@pytest.fixture
def collected(shell: Shell, server: FeedServer) -> Shell:
    """One run over one feed of eight articles."""
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(8))))
    assert shell("run").code == 0
    return shell


# --- run ------------------------------------------------------------------------------------------


def test_run_collects_and_tags_and_says_so(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(8))))
    ended = shell("run")
    assert ended.code == 0, ended.err
    assert "새 기사 8건" in ended.out
    assert "기사 8건 태깅: 관련 8건, 기업 언급 16건" in ended.out
    again = shell("run")
    assert "새 기사 0건" in again.out
    assert "변동 없음 1곳" in again.out


def test_quiet_says_nothing_when_all_is_well(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(2))))
    assert shell("run", "--quiet") == type(shell("doctor"))(0, "", "")


def test_failures_are_named_even_when_quiet(shell: Shell, server: FeedServer) -> None:
    good = [(f"good{n}", server.serve_with_etag(f"/{n}", headlines(1))) for n in range(2)]
    shell.write_feeds(*good, ("bad", server.serve("/bad", status=403)))
    ended = shell("run", "--quiet")
    assert (ended.code, ended.out) == (0, "")
    assert "bad" in ended.err
    assert "403" in ended.err


def test_more_than_half_failing_is_exit_1(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(
        ("good", server.serve_with_etag("/good", headlines(3))),
        ("gone", server.serve("/gone", status=404)),
        ("html", server.serve("/html", b"<!DOCTYPE html><html><body>hello</body></html>")),
    )
    ended = shell("run")
    assert ended.code == 1
    assert "3곳 가운데 2곳" in ended.err
    store = open_store(str(shell.db), read_only=True)
    assert store.counts(ArticleFilter()).articles == 3, "what answered was stored all the same"
    assert store.runs(1)[0].state is RunState.DONE


def test_a_dead_network_is_told_in_a_dozen_lines(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(*((f"s{n}", server.serve(f"/{n}", status=500)) for n in range(30)))
    ended = shell("run", "--quiet")
    assert ended.code == 1
    assert len(ended.err.splitlines()) == 12
    assert "그 밖에 20곳" in ended.err


def test_a_second_run_at_the_same_time_exits_75(shell: Shell, server: FeedServer) -> None:
    """The first run is inside its only fetch while the second one starts."""
    inside, leave = threading.Event(), threading.Event()

    def slow(_: Request) -> Reply:
        inside.set()
        leave.wait(20)
        return Reply(headlines(1))

    server.routes["/slow"] = slow
    shell.write_feeds(("slow", server.url("/slow")))
    lock = FileLock(shell.db.with_suffix(".lock"))
    with lock:
        ended = shell("run")
    assert ended.code == 75
    assert len(ended.err.strip().splitlines()) == 1
    assert "Traceback" not in ended.err
    leave.set()
    assert shell("run").code == 0
    assert inside.is_set()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("feeds.toml", "[[feed]]\nid = 3\n", "feed[0]."),
        ("feeds.toml", "[[feed]\n", "line 1"),
        ("feeds.toml", "", "feeds.toml"),
        ("chipwatch.toml", "[collect]\ntime_out = 3\n", "collect.time_out"),
        ("companies.toml", "[[company]]\nid = 'x'\n", "company[0]."),
    ],
)
def test_a_configuration_error_is_exit_2_and_names_the_place(
    shell: Shell, name: str, text: str, said: str
) -> None:
    (shell.config / name).write_text(text, "utf-8")
    ended = shell("run")
    assert ended.code == 2
    assert str(shell.config / name) in ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_database_that_is_none_is_exit_3(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(1))))
    shell.db.write_bytes(b"this is no database, and longer than a header is" * 40)
    before = shell.db.read_bytes()
    ended = shell("run")
    assert ended.code == 3
    assert "Traceback" not in ended.err
    assert shell.db.read_bytes() == before, "what we do not understand we do not touch"


def test_options_work_before_and_after_the_command(
    shell: Shell, server: FeedServer, tmp_path: Path
) -> None:
    shell.write_feeds(("hansae", server.serve_with_etag("/rss", headlines(1))))
    assert shell("--db", tmp_path / "a.db", "collect").code == 0
    assert shell("collect", "--db", tmp_path / "b.db").code == 0
    assert (tmp_path / "a.db").exists()
    assert (tmp_path / "b.db").exists()
    assert not shell.db.exists()


def test_the_working_directory_does_not_matter(
    collected: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert collected("run").code == 0
    assert list(elsewhere.iterdir()) == []


def test_process_all_tags_everything_again(collected: Shell) -> None:
    assert "기사 0건 태깅" in collected("process").out
    assert "기사 8건 태깅" in collected("process", "--all").out


def test_a_changed_dictionary_heals_itself(collected: Shell) -> None:
    (collected.config / "companies.toml").write_text(
        '[[company]]\nid = "nvidia"\nname_ko = "엔비디아"\nname_en = "NVIDIA"\naliases = ["엔비디아"]\n',
        "utf-8",
    )
    assert "기사 8건 태깅" in collected("process").out
    counts = open_store(str(collected.db), read_only=True).company_counts(ArticleFilter())
    assert [(count.company_id, count.articles) for count in counts] == [("nvidia", 8)]


# --- tag and evaluate -----------------------------------------------------------------------------


def lines_of(ended: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.out.splitlines()]


def test_tag_needs_no_database(shell: Shell) -> None:
    record = {"id": 7, "title": "SK하이닉스, HBM 강연회 성황…엔비디아도 참석"}
    (answer,) = lines_of(shell("tag", stdin=json.dumps(record).encode()))
    assert answer["id"] == 7
    assert answer["relevant"] is True
    assert {company["id"] for company in answer["companies"]} == {"sk-hynix", "nvidia"}
    assert set(answer) == {
        "id", "relevant", "relevance", "tone", "tone_score", "companies", "topics", "keywords", "summary",
        "summary_spans", "quotes", "reasons",
    }  # fmt: skip
    assert set(answer["companies"][0]) == {
        "id", "name", "count", "in_title", "tone", "tone_score", "surface", "evidence",
    }  # fmt: skip
    assert not shell.db.exists()


def test_explain_says_why_in_words(shell: Shell) -> None:
    record = {"id": "뉴스1", "title": "메타, 메타버스 접고 AI칩 공개"}
    result = shell("tag", "--explain", stdin=json.dumps(record).encode() + b"\nx\n")
    assert "○ 메타 [0:2] → meta" in result.out
    assert "× 메타버스 [4:8]" in result.out
    assert "AI칩 +1.3" in result.out
    assert "2: " in result.out
    assert not shell.db.exists()


def test_training_says_what_is_wrong_before_it_works(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    assert shell("train", "tone", "--corpus", tmp_path / "corpus").code == 2
    (tmp_path / "gold.jsonl").write_text("{", "utf-8")
    result = shell("train", "tone", "--gold", tmp_path / "gold.jsonl")
    assert result.code == 2
    assert "gold.jsonl:1" in result.err
    assert shell("train", "tone", "--out", tmp_path / "nowhere" / "model.npz").code == 2


def test_bad_lines_are_answered_and_the_rest_goes_on(shell: Shell) -> None:
    stdin = (
        "\n".join(
            [
                '{"id": "a", "title": "삼성전자 강연회"}',
                "no json",
                "[]",
                '{"title": "x"}',
                '{"id": "b"}',
                "",
                '{"id": "c", "title": 3}',
                '{"id": "d", "title": "TSMC 견학"}',
            ]
        ).encode()
        + b"\n\xff\xfe\n"
    )
    answers = lines_of(shell("tag", stdin=stdin))
    assert [answer["id"] for answer in answers if "error" not in answer] == ["a", "d"]
    assert {2, 3, 4, 5, 7, 9} == {answer["line"] for answer in answers if "error" in answer}


def test_tags_do_not_depend_on_order_or_processes(shell: Shell) -> None:
    records = [
        json.dumps({"id": n, "title": f"{name}, {n}번째 NPU 강연회 성황"}, ensure_ascii=False)
        for n, name in enumerate(["리벨리온", "딥엑스", "TSMC", "ASML", "네패스"] * 60)
    ]
    one = lines_of(shell("tag", stdin="\n".join(records).encode()))
    assert [answer["id"] for answer in one] == list(range(300))
    two = lines_of(shell("tag", "--workers", 2, stdin="\n".join(records).encode()))
    assert one == two
    turned = lines_of(shell("tag", stdin="\n".join(reversed(records)).encode()))
    assert turned[::-1] == one


def test_evaluate_prints_tables_and_json(shell: Shell, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        json.dumps(
            {
                "id": "1",
                "title": "SK하이닉스, HBM 강연회 성황",
                "summary": "",
                "relevant": True,
                "tone": "positive",
                "companies": {"sk-hynix": "positive"},
                "contested": [],
            }
        ),
        "utf-8",
    )
    figures = json.loads(shell("evaluate", gold, "--json").out)
    assert figures["companies"]["f1"] == 1.0
    assert "sk-hynix" in shell("evaluate", gold).out


def test_evaluate_names_the_line_of_a_bad_label(shell: Shell, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "title": "x", "tone": "happy"}\n', "utf-8")
    ended = shell("evaluate", gold)
    assert ended.code == 2
    assert "gold.jsonl" in ended.err
    assert "1" in ended.err


# --- export and import ----------------------------------------------------------------------------


def test_export_holds_what_the_filter_holds(collected: Shell, tmp_path: Path) -> None:
    target = tmp_path / "아침.xlsx"
    ended = collected("export", target, "--company", "SK하이닉스", "--from", "2026-11-23")
    assert ended.code == 0, ended.err
    assert "8" in ended.err
    assert load_workbook(target)["기사"].max_row == 9
    rows = list(csv.reader(io.StringIO(collected("export").out.lstrip("\ufeff"))))
    assert len(rows) == 9
    assert len(collected("export", "--format", "jsonl", "--query", "3번째").out.splitlines()) == 1
    assert collected("export", "--format", "jsonl", "--company", "tsmc").out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "pdf"),
        ("--from", "23.11.2026"),
        ("--company", "없는회사"),
        ("--tone", "glad"),
        ("--topic", "없는주제"),
    ],
)
def test_export_says_what_it_cannot_do(collected: Shell, arguments: tuple[str, str]) -> None:
    ended = collected("export", *arguments)
    assert ended.code == 2
    assert arguments[0] in ended.err
    assert ended.out == ""


def test_export_into_a_directory_names_the_file_by_its_filter(
    collected: Shell, tmp_path: Path
) -> None:
    target = tmp_path / "2026.11"
    target.mkdir()
    days = ("--from", "2026-11-16", "--to", "2026-11-23")
    assert collected("export", target, "--format", "xlsx", *days).code == 0
    assert collected("export", target, "--company", "SK하이닉스").code == 0
    assert sorted(path.name for path in target.iterdir()) == [
        "모니터링_SK하이닉스_전체기간.csv",
        "모니터링_전체_20261116-20261123.xlsx",
    ]


def test_a_failed_export_leaves_the_old_file(
    collected: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "old.csv"
    target.write_text("older")
    monkeypatch.setattr("ingest.cli_data.write", lambda *_: 1 / 0)
    assert collected("export", target).code == 70
    assert target.read_text() == "older"
    assert [path.name for path in tmp_path.glob("old.csv*")] == ["old.csv"]


def test_import_is_idempotent_and_reports_bad_rows(shell: Shell, tmp_path: Path) -> None:
    archive = tmp_path / "old.jsonl"
    rows = [
        {"url": f"https://a.example/{n}", "title": f"삼성전자 {n}회 강연회", "outlet": "가온일보"}
        for n in range(5)
    ]
    archive.write_text("\n".join([*map(json.dumps, rows), "broken"]), "utf-8")
    first = shell("import", archive)
    assert first.code == 0
    assert "6행 가운데 새 기사 5건" in first.out
    assert "6행 건너뜀" in first.err
    assert "새 기사 0건" in shell("import", archive).out
    assert "기사 5건 태깅" in shell("process").out


# --- feeds ----------------------------------------------------------------------------------------


def test_feeds_list_shows_every_source(shell: Shell) -> None:
    shell.write_feeds(
        ("hansae", "https://hansae.example/rss"), ("chip", "https://chip.example/rss")
    )
    ended = shell("feeds", "list")
    assert ended.code == 0
    assert "https://hansae.example/rss" in ended.out
    assert "피드 2개" in ended.out


def test_feeds_check_tells_what_is_odd(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(
        ("good", server.serve("/good", headlines(3))),
        ("gone", server.serve("/gone", status=404)),
        ("none", server.serve("/none", rss())),
    )
    ended = shell("feeds", "check")
    assert ended.code == 1
    assert "HTTP 404" in ended.out
    assert "항목 없음" in ended.out
    assert "3개 가운데 1개" in ended.out
    assert shell("feeds", "check", "good").code == 0
    assert shell("feeds", "check", "nobody").code == 2


def test_feeds_add_asks_the_feed_first(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds()
    good = server.serve("/good", rss(item(1), title="한새경제 산업"))
    assert shell("feeds", "add", good, "--section", "산업").code == 0
    assert "한새경제 산업" in shell("feeds", "list").out
    bad = shell("feeds", "add", server.serve("/bad", status=500))
    assert bad.code == 2
    assert "500" in bad.err
    assert "피드 1개" in shell("feeds", "list").out


def test_private_addresses_need_leave(shell: Shell, server: FeedServer) -> None:
    shell.write_feeds(private=False)
    url = server.serve("/rss", headlines(1))
    assert shell("feeds", "add", url).code == 2
    assert server.requests == []
    assert shell("feeds", "add", url, "--allow-private").code == 0


def test_opml_goes_out_and_in(shell: Shell, tmp_path: Path) -> None:
    shell.write_feeds(("hansae", "https://hansae.example/rss"))
    target = tmp_path / "feeds.opml"
    assert shell("feeds", "export-opml", target).code == 0
    shell.write_feeds()
    assert "1개를" in shell("feeds", "import-opml", target).out
    assert "그대로" in shell("feeds", "import-opml", target).out


# --- care -----------------------------------------------------------------------------------------


def test_doctor_looks_and_changes_nothing(shell: Shell) -> None:
    ended = shell("doctor")
    assert ended.code == 0
    assert "아직 없음" in ended.out
    assert not shell.db.exists()


def test_doctor_knows_where_everything_is(collected: Shell) -> None:
    told = collected("doctor").out
    for expected in (str(collected.db), str(collected.config), "SQLite 3", "8건", "이상 없음"):
        assert expected in told


def test_doctor_reports_a_broken_configuration(collected: Shell) -> None:
    (collected.config / "feeds.toml").write_text("[[feed]\n", "utf-8")
    ended = collected("doctor")
    assert ended.code == 2
    assert "feeds.toml" in ended.out
    assert "8건" in ended.out, "the rest is still told"


def test_backup_is_whole_and_never_overwrites(collected: Shell, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert collected("backup", target).code == 0
    copy = open_store(str(target), read_only=True)
    assert copy.counts(ArticleFilter()) == open_store(str(collected.db), read_only=True).counts(
        ArticleFilter()
    )
    before = target.read_bytes()
    assert collected("backup", target).code == 3
    assert target.read_bytes() == before


def test_backup_of_nothing_makes_nothing(shell: Shell, tmp_path: Path) -> None:
    assert shell("backup", tmp_path / "copy.db").code == 3
    assert not shell.db.exists()
    assert not (tmp_path / "copy.db").exists()


# --- language, usage, documentation -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rum",), "rum"),
        (("run", "--loud"), "--loud"),
        (("evaluate",), "GOLD"),
        (("dashboard", "--port", "many"), "--port"),
    ],
)
def test_usage_errors_are_korean_and_exit_2(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    ended = shell(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert re.search("[가-힣]", ended.err)
    assert "Traceback" not in ended.err


def test_no_command_shows_the_help(shell: Shell) -> None:
    ended = shell()
    assert "chipwatch" in ended.out + ended.err
    assert "doctor" in ended.out + ended.err


def all_commands(
    command: Any = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    command = command or typer.main.get_command(app)
    if path:
        yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from all_commands(child, (*path, name))


@pytest.mark.parametrize("path", [path for path, _ in all_commands()], ids=" ".join)
def test_every_command_has_korean_help(shell: Shell, path: tuple[str, ...]) -> None:
    told = shell(*path, "--help")
    assert told.code == 0
    assert re.search("[가-힣]", told.out)
    assert "Show this message" not in told.out


def test_every_command_and_option_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for path, command in all_commands():
        if hasattr(command, "commands"):
            continue
        name = path[-1]
        assert re.search(rf"`(chipwatch )?({' '.join(path)}|{name})\b", readme), path
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert f"{option}" in readme, f"{' '.join(path)} {option}"


def test_version(shell: Shell) -> None:
    assert re.fullmatch(r"chipwatch \d+\.\d+\.\d+\n", shell("--version").out)
