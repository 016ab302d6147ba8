"""What only a browser shows: clicks, addresses, themes, widths, and that nobody else is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.model import kst_day
from db.query import ArticleFilter
from tests.e2e.conftest import Server, Visit
from tests.fake_store import HOSTILE_TITLE

pytestmark = pytest.mark.browser
Opened = Callable[..., Visit]


@pytest.fixture
def expect() -> Any:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    return sync_api.expect


def week() -> ArticleFilter:
    today = kst_day(datetime.now(UTC))
    return ArticleFilter(start=today - timedelta(6), end=today)


def test_the_first_page_stands(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(server.address).page
    expect(page.locator("h1").first).to_have_text("개요")
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    count = server.canned.counts(week()).articles
    expect(page.locator(".tile .v").first).to_contain_text(f"{count}건")
    expect(page).to_have_title("개요 · 칩워치")
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_a_company_is_chosen_and_the_url_says_so(
    server: Server, visit: Opened, expect: Any
) -> None:
    page: Any = visit(server.address).page
    page.get_by_role("combobox", name="기업").click()
    page.get_by_role("option", name="SK하이닉스").click()
    expect(page).to_have_url(re.compile(r"company=sk-hynix"))
    expect(page.locator(".sov tr.me")).to_contain_text("SK하이닉스")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="30일").click()
    expect(page).to_have_url(re.compile(r"period=30d&company=sk-hynix"))
    page.locator("[data-testid=stTopNavLink]").nth(1).click()
    expect(page.locator("h1").first).to_have_text("기사")
    expect(page).to_have_url(re.compile(r"/articles\?period=30d&company=sk-hynix"))
    other: Any = visit(page.url).page
    expect(other.locator(".list-head b")).to_have_text(page.locator(".list-head b").inner_text())


def test_a_card_opens_without_a_reload_and_survives_one(
    server: Server, visit: Opened, expect: Any
) -> None:
    page: Any = visit(f"{server.address}/articles?period=30d&company=sk-hynix").page
    page.evaluate("window.stayed = true")
    # a click before our script stands is an ordinary one, which reloads
    page.wait_for_function("() => Boolean(window.chipwatchClick)")
    headline = page.locator(".li h3 a").first
    title = headline.inner_text()
    headline.click()
    expect(page.locator("h1.hl")).to_have_text(title)
    assert page.evaluate("window.stayed") is True
    expect(page).to_have_url(re.compile(r"/article\?.*id=[0-9a-f]{16}"))
    page.reload()
    expect(page.locator("h1.hl")).to_have_text(title)
    page.go_back()
    expect(page.locator(".list-head")).to_be_visible()


def test_a_bar_lists_its_articles(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(server.address).page
    page.wait_for_selector(".js-plotly-plot .trace.bars", state="attached")
    day = week().start
    assert day is not None
    count = server.canned.counts(ArticleFilter(start=day, end=day)).articles
    for trace in page.locator(".js-plotly-plot .trace.bars").all():
        bar = trace.locator(".point path").first
        if (box := bar.bounding_box()) and box["height"] > 4:
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            break
    expect(page).to_have_url(re.compile(f"at={day.isoformat()}"))
    expect(page.locator(".listed h3")).to_contain_text(f"기사 {count}건")
    assert page.locator(".li").count() == min(count, 20)
    page.get_by_text("고른 날짜 지우기").click()
    expect(page.locator(".listed")).to_have_count(0)


def test_the_date_box_works_by_keyboard(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(server.address).page
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    box = page.get_by_role("combobox", name="날짜")
    box.focus()
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".listed h3")).to_be_visible()


def test_a_point_of_the_network_lists_its_articles(
    server: Server, visit: Opened, expect: Any
) -> None:
    page: Any = visit(f"{server.address}/relations").page
    # the first points are the middles of lines, the strongest pair's before all others
    page.locator(".scatterlayer .points path").first.click(force=True)
    top = server.canned.pair_counts(week())[0]
    expect(page).to_have_url(re.compile(f"pair={top.first}~{top.second}"))
    expect(page.locator(".listed h3")).to_contain_text(f"{top.articles}건")


@pytest.mark.parametrize("query", ["삼성", "HBM"])
def test_search_finds_and_marks(server: Server, visit: Opened, expect: Any, query: str) -> None:
    page: Any = visit(f"{server.address}/articles?period=90d").page
    box = page.get_by_role("textbox", name="기사 검색").or_(page.get_by_role("searchbox"))
    box.fill(query)
    box.press("Enter")
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("mark").first).to_have_text(query)


def test_english_is_complete_and_remembered(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(server.address).page
    page.locator(".sfoot a").click()
    expect(page.locator("h1").first).to_have_text("Overview")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.locator("[data-testid=stTopNavLink]", has_text="Sources").click()
    expect(page.locator("h1").first).to_have_text("Sources")
    expect(page).to_have_url(re.compile("lang=en"))


def test_streamlits_own_menu_is_korean(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(server.address).page
    page.locator("[data-testid=stMainMenuButton]").click()
    expect(page.get_by_text("어둡게")).to_be_visible()
    page.get_by_text("어둡게").click()
    expect(page.locator(".cw .tile").first).to_have_css("background-color", "rgb(19, 20, 25)")


def test_dark_follows_the_browser(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(server.address, scheme="dark").page
    expect(page.locator(".cw .tile").first).to_have_css("background-color", "rgb(19, 20, 25)")
    color = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.evaluate(color) == "rgb(19, 20, 25)"


@pytest.mark.parametrize(
    "path",
    ["", "articles", "companies?company=samsung", "sources", "relations", "keywords", "accuracy"],
)
def test_a_phone_scrolls_in_one_direction_only(
    server: Server, visit: Opened, expect: Any, path: str
) -> None:
    page: Any = visit(f"{server.address}/{path}", width=390).page
    expect(page.locator("h1").first).to_be_visible()
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")


def test_hostile_text_is_text(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(f"{server.address}/articles?period=7d").page
    shown = page.locator(".li h3", has_text="1~2분기 10~20%")
    expect(shown).to_have_text(HOSTILE_TITLE)
    shown.locator("a").click()
    expect(page.locator("h1.hl")).to_have_text(HOSTILE_TITLE)
    assert page.locator(".cw script, .cw iframe").count() == 0


def test_a_tone_is_corrected_and_taken_back(server: Server, visit: Opened, expect: Any) -> None:
    detail = max(server.canned.details, key=lambda found: len(found.card.mentions))
    page: Any = visit(f"{server.address}/article?id={detail.card.id}").page
    chip = page.locator(".art .chips .tone").first
    before = chip.inner_text()
    page.get_by_role("button", name="태그 수정").click()
    form = page.locator(".st-key-card-fix [data-testid=stForm]")
    choices = form.get_by_role("radiogroup").first.get_by_role("radio")
    new = choices.filter(has_not_text=re.compile("아님")).and_(page.locator("[aria-checked=false]"))
    tone = new.first.inner_text()
    new.first.click()
    form.get_by_role("textbox", name="사유").fill("<b>까닭</b>")
    expect(form).to_contain_text("9/100")
    form.get_by_role("button", name="저장").click()
    expect(page.get_by_role("status").filter(has_text="고쳤습니다")).to_contain_text(tone)
    expect(form).to_have_count(0)
    expect(chip).to_contain_text(tone)
    expect(chip.locator(".hand")).to_be_visible()
    expect(page.locator(".fix-row")).to_contain_text("<b>까닭</b>")
    page.get_by_role("button", name="되돌리기").click()
    expect(page.get_by_role("status").filter(has_text="되돌렸습니다")).to_be_visible()
    expect(chip).to_have_text(before.replace("\n", ""))
    expect(page.locator(".hand, .fix-row")).to_have_count(0)


def test_a_phone_can_correct_too(server: Server, visit: Opened, expect: Any) -> None:
    address = f"{server.address}/article?id={server.canned.details[0].card.id}"
    page: Any = visit(address, width=390).page
    page.get_by_role("button", name="태그 수정").click()
    expect(page.get_by_role("button", name="저장")).to_be_visible()
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")


def test_a_missing_database_says_what_to_do(bare_server: str, visit: Opened, expect: Any) -> None:
    page: Any = visit(bare_server).page
    expect(page.locator(".problem h1")).to_have_text("아직 데이터베이스가 없습니다")
    expect(page.locator(".problem code").first).to_have_text("chipwatch run")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_story_fits_its_window_and_leads_to_its_articles(
    server: Server, visit: Opened, expect: Any, width: int, scheme: str
) -> None:
    page: Any = visit(f"{server.address}/stories?order=largest", width, scheme).page
    page.wait_for_function("() => Boolean(window.chipwatchClick)")
    page.locator(".st h3 a").first.click()
    expect(page).to_have_url(re.compile(r"/stories\?story="))
    expect(page.locator(".sto tr").nth(1)).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator(".sto .ti a").first.click()
    expect(page.locator("h1.hl")).to_be_visible()


def test_news_is_offered_and_taken_only_by_a_page_that_nobody_touched(
    server: Server, visit: Opened, expect: Any
) -> None:
    read: Any = visit(f"{server.address}/articles?period=90d&sort=oldest").page
    idle: Any = visit(f"{server.address}/articles?period=90d&sort=oldest").page
    idle.evaluate("window.stayed = true")
    box = read.get_by_role("textbox", name="기사 검색").or_(read.get_by_role("searchbox"))
    box.press_sequentially("HB")
    title = "방금 들어온 옛 기사"
    server.add_an_article(title)
    offer = read.get_by_role("button", name="새 기사 1건")
    expect(offer).to_be_visible(timeout=45_000)
    expect(box).to_have_value("HB")
    expect(idle.locator(".li h3", has_text=title)).to_be_visible(timeout=45_000)
    assert idle.evaluate("window.stayed") is True
    expect(read.locator(".li h3", has_text=title)).to_have_count(0)
    box.fill("")
    offer.click()
    expect(read.locator(".li h3", has_text=title)).to_be_visible()
    expect(offer).to_have_count(0)


def test_a_card_is_hidden_by_its_menu_and_brought_back(
    server: Server, visit: Opened, expect: Any
) -> None:
    page: Any = visit(f"{server.address}/articles?period=30d").page
    page.wait_for_function("() => Boolean(window.chipwatchClick)")
    count = page.locator(".list-head b").inner_text()
    menu = page.locator(".li details.menu").last
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button").first).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    menu.get_by_role("button", name="이 이슈 숨기기").click()
    expect(page.locator(".st-key-toast .said")).to_contain_text("숨겼습니다")
    expect(page.locator(".excluded")).to_be_visible()
    page.get_by_role("button", name="되돌리기").click()
    expect(page.locator(".st-key-toast .said")).to_contain_text("다시 보입니다")
    expect(page.locator(".list-head b").last).to_have_text(count)
    page.locator(".li details.menu summary").first.click()
    page.get_by_role("button", name="제목의 말로 숨기기").click()
    expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_visible()


def test_a_browser_remembers_its_choices(server: Server, visit: Opened, expect: Any) -> None:
    page: Any = visit(f"{server.address}/settings?section=display").page
    expect(page.get_by_role("switch", name="매체 서버의 사진")).not_to_be_checked()
    page.get_by_text("매체 서버의 사진 바로 보기").click()
    page.wait_for_function("() => document.cookie.includes('chipwatch_pictures=yes')")
    page.goto(f"{server.address}/settings?section=display&lang=en")
    expect(page.get_by_role("switch", name="Show pictures")).to_be_checked()
    page.wait_for_function("() => document.cookie.includes('chipwatch_lang=en')")
    page.goto(server.address)
    expect(page.locator("h1").first).to_have_text("Overview")


@pytest.mark.parametrize("width", [1440, 390])
def test_ten_thousand_letters_break_no_layout(
    long_server: Server, visit: Opened, expect: Any, width: int
) -> None:
    card = long_server.canned.details[0].card
    page: Any = visit(f"{long_server.address}/articles", width=width).page
    main = "document.querySelector('[data-testid=stMain]')"
    for path in (
        "articles",
        "",
        "stories",
        f"stories?story={card.story_id}",
        "companies",
        f"article?id={card.id}",
        "sources",
        "settings?section=mutes",
    ):
        page.goto(f"{long_server.address}/{path}")
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
        wide = page.evaluate(
            f"[...{main}.querySelectorAll('.cw *')].filter(e => e.getBoundingClientRect().right >"
            f" {main}.getBoundingClientRect().right + 1 && !e.closest('.scroll, .sr, .strip'))"
            ".map(e => e.outerHTML.slice(0, 80)).slice(0, 3)"
        )
        assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth"), (path, wide)
        assert page.evaluate("window.broken") is None
        assert page.locator("text=/^<img src=x onerror/").count() or path in {
            "",
            "companies",
            "sources",
            "settings?section=mutes",
        }, path
    page.goto(f"{long_server.address}/articles")
    expect(page.locator(".li").first).to_be_visible()
    height = page.locator(".li").first.bounding_box()["height"]
    assert height < 420, "a card of a list stays a card"
