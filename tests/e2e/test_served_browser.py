"""What the server hands out, in a real browser: files, a sheet to print, and no script of others."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from db.model import kst_day
from db.query import ArticleFilter
from tests.e2e.conftest import Server, Visit
from tests.fake_store import HOSTILE_TITLE

pytestmark = pytest.mark.browser
Opened = Callable[..., Visit]
A4 = (595, 842)
"""in points, rounded"""


def test_the_excel_button_brings_what_the_list_counts(
    server: Server, visit: Opened, tmp_path: Path
) -> None:
    page: Any = visit(f"{server.address}/articles?company=samsung&period=30d").page
    with page.expect_download() as waiting:
        page.get_by_role("link", name="엑셀").click()
    download = waiting.value
    assert re.fullmatch(r"모니터링_삼성전자_\d{8}-\d{8}\.xlsx", download.suggested_filename)
    download.save_as(tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["기사", "집계", "조건"]
    today = kst_day(datetime.now(UTC))
    wanted = ArticleFilter(start=today - timedelta(29), end=today, companies=("samsung",))
    assert book["기사"].max_row - 1 == server.canned.counts(wanted).articles
    assert isinstance(book["기사"]["A2"].value, datetime)


@pytest.mark.parametrize("query", ["", "?period=90d&company=samsung&lang=en", "?q=zzzz"])
def test_the_sheet_is_one_page_of_a4(server: Server, chromium: Any, query: str) -> None:
    page = chromium.new_page()
    page.goto(f"{server.address}/print{query}")
    made = page.pdf(prefer_css_page_size=True)
    heights = page.evaluate(
        "(s => [s.scrollHeight, s.clientHeight])(document.querySelector('main'))"
    )
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", made)) == 1
    ((width, height),) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    assert (round(float(width)), round(float(height))) == A4
    assert heights[0] <= heights[1], "nothing is cut off"


def test_no_script_of_a_feed_runs_anywhere(server: Server, visit: Opened) -> None:
    opened = visit(f"{server.address}/articles?period=7d")
    page: Any = opened.page
    spoken: list[str] = []
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    article = next(d.card.id for d in server.canned.details if d.card.title == HOSTILE_TITLE)
    for path in (
        "?company=samsung&period=today",
        f"article?id={article}",
        "companies?company=samsung",
    ):
        page.goto(f"{server.address}/{path}")
        page.wait_for_selector(".cw .sfoot", state="attached")
        page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
        assert page.locator(".cw script, .cw iframe, .cw img[src*=tracker]").count() == 0
    page.goto(f"{server.address}/print?company=samsung")
    page.get_by_text(HOSTILE_TITLE).first.wait_for()
    # even script that found its way into the page would not run
    page.goto(server.address)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in error for error in opened.errors)
    opened.errors[:] = [e for e in opened.errors if "Content Security Policy" not in e]
    assert spoken == []


def test_the_page_names_its_feed_and_a_foreign_name_gets_nothing(
    server: Server, visit: Opened
) -> None:
    page: Any = visit(f"{server.address}/articles?company=samsung").page
    known = page.locator("head link[rel=alternate]")
    known.wait_for(state="attached")
    assert known.get_attribute("href") == "feed.rss?company=samsung"
    with urllib.request.urlopen(f"{server.address}/feed.rss?company=samsung") as answer:
        tag = answer.headers["ETag"]
    for headers, status in (({"If-None-Match": tag}, 304), ({"Host": "evil.example"}, 421)):
        asked = urllib.request.Request(
            f"{server.address}/feed.rss?company=samsung", headers=headers
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        assert refused.value.code == status
