"""What an article's card shows, and what it must not."""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import cards, edits, formats, fullcard, launch, tiles
from dashboard.__main__ import main
from dashboard.accuracy import measured
from dashboard.cards import Setting
from dashboard.labels import Labels
from db.model import Evidence, Quote, RightsMode, Span, TimeQuality, Tone
from db.search import parse
from db.versions import Version
from tests import fake_store

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KO = Labels("ko")
DETAILS = fake_store.filled(NOW).details
FULL = next(d for d in DETAILS if d.body and d.card.mentions[0].evidence and len(d.similar) > 1)
COMPANIES = {company.id: company for company in fake_store.COMPANIES}


def setting(query: str = "", focus: tuple[str, ...] = ()) -> Setting:
    return Setting(
        labels=KO,
        companies=COMPANIES,
        focus=focus,
        now=NOW,
        href=lambda article_id: f"article?id={article_id}",
        story=lambda card: f"articles?story={card.story_id}",
        search=parse(query),
    )


@pytest.mark.parametrize("mode", [RightsMode.LINK, RightsMode.EXCERPT])
def test_only_a_licence_opens_the_body(mode: RightsMode) -> None:
    withheld = replace(FULL, card=replace(FULL.card, rights=mode))
    assert fullcard.body(withheld) == ""
    assert "<p>" in fullcard.body(FULL)


def test_names_in_the_body_are_underlined_in_their_tone() -> None:
    mention = FULL.card.mentions[0]
    css = tiles.TONE_CLASSES[mention.tone]
    assert f'<span class="co {css}">{mention.surfaces[0]}</span>' in fullcard.body(FULL)


def test_the_longest_name_wins() -> None:
    short = replace(FULL.card.mentions[0], surfaces=("SK",), tone=Tone.NEGATIVE)
    long = replace(short, company_id="sk-hynix", surfaces=("SK하이닉스",), tone=Tone.POSITIVE)
    card = replace(FULL.card, mentions=(short, long))
    made = fullcard.body(replace(FULL, card=card, body="SK하이닉스와 SK"))
    assert '<span class="co p">SK하이닉스</span>와 <span class="co n">SK</span>' in made


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        (TimeQuality.EXACT, "2026.11.22.(일) 07:12"),
        (TimeQuality.DATE_ONLY, "2026.11.22.(일) 시각 미상"),
        (TimeQuality.GUESSED, "날짜 미상 · 처음 수집 2026.11.22.(일) 07:14"),
        (
            TimeQuality.FUTURE,
            "처음 수집 2026.11.22.(일) 07:14 · 미래 시각이라 수집 시각으로 표시",
        ),
    ],
)
def test_no_time_is_made_up(quality: TimeQuality, expected: str) -> None:
    at = datetime(2026, 11, 21, 22, 12, tzinfo=UTC)
    card = replace(
        FULL.card, published_at=at, first_seen_at=at + timedelta(minutes=2), time_quality=quality
    )
    assert fullcard.time_of(KO, card) == expected


@pytest.mark.parametrize(
    ("quality", "clock", "doubt"),
    [
        (TimeQuality.EXACT, "07:12", ""),
        (TimeQuality.DATE_ONLY, "시각 미상", "발행일만 표시"),
        (TimeQuality.GUESSED, "수집 07:12", "날짜 미상, 수집 시각으로 표시"),
        (TimeQuality.FUTURE, "수집 07:12", "미래 시각이라 수집 시각으로 표시"),
    ],
)
def test_lists_say_what_a_time_is_worth(quality: TimeQuality, clock: str, doubt: str) -> None:
    at = datetime(2026, 11, 21, 22, 12, tzinfo=UTC)
    card = replace(FULL.card, published_at=at, first_seen_at=at, time_quality=quality)
    made = cards.compact(setting(), card)
    assert f"<b>{clock}</b>" in made
    assert doubt in made
    assert formats.time_doubt(KO, card) == doubt
    assert ("07:12" in formats.published_brief(KO, card, NOW)) is (quality is TimeQuality.EXACT)
    other = replace(FULL, similar=(card, FULL.card))
    assert ("07:12" in fullcard.similar(setting(), other)) is (quality is TimeQuality.EXACT)


def test_an_edited_headline_is_marked_in_lists() -> None:
    card = replace(FULL.card, modified_at=NOW, retitled=True)
    assert "제목 수정" in cards.compact(setting(), card)
    assert "제목 수정" in fullcard.headline(setting(), card)
    plain = replace(card, retitled=False)
    assert "제목 수정" not in cards.compact(setting(), plain) + fullcard.headline(setting(), plain)


def test_the_words_that_changed_are_marked_in_earlier_headlines() -> None:
    versions = (
        Version(NOW - timedelta(hours=3), "한빛칩 공장 세운다"),
        Version(NOW - timedelta(hours=2), "한빛칩 연구소 세운다", ("title",)),
        Version(NOW - timedelta(hours=1), "한빛칩 연구소 세운다", ("body",)),
    )
    made = edits.history(KO, versions, NOW)
    assert made.count("<li>") == 3
    assert "한빛칩 <del>공장</del><ins>연구소</ins> 세운다" in made
    assert "<bdi>한빛칩 공장 세운다</bdi>" in made
    assert made.index("본문 수정") < made.index("제목 수정") < made.index("첫 제목")
    assert edits.history(KO, versions[:1], NOW) == edits.history(KO, (), NOW) == ""


@given(st.text(max_size=80), st.text(max_size=80))
def test_marked_headlines_hold_both_forms_letter_by_letter(before: str, after: str) -> None:
    made = edits.wording(before, after)
    bare = re.sub("</?(?:bdi|ins|del)>", "", re.sub("<del>.*?</del>", "", made, flags=re.DOTALL))
    without = html.unescape(bare)
    gone = html.unescape("".join(re.findall("<del>(.*?)</del>", made, re.DOTALL)))
    assert [c for c in without if not c.isspace()] == [c for c in after if not c.isspace()]
    assert all(character in before for character in gone)


def test_the_summary_stands_with_its_notice() -> None:
    made = fullcard.summary(setting(), FULL)
    assert KO("article.summary_note") in made
    assert "3f9c2a" in made
    bare = replace(FULL, card=replace(FULL.card, summary=(), has_text=False))
    assert "요약할 본문이 없습니다" in fullcard.summary(setting(), bare)


def test_evidence_names_the_word_and_its_place() -> None:
    mention = FULL.card.mentions[0]
    made = fullcard.companies(setting(), FULL.card)
    cue = mention.evidence[0].cue
    assert f'<em class="{tiles.TONE_CLASSES[mention.tone]}">{cue}</em>' in made
    assert KO("article.title") in made
    assert "open" in made


def test_cues_of_one_fragment_share_a_line() -> None:
    evidence = tuple(
        Evidence(cue, tone, "title", "상 받고 늦어진 일")
        for cue, tone in (("상", Tone.POSITIVE), ("늦어진", Tone.NEGATIVE))
    )
    mention = replace(FULL.card.mentions[0], evidence=evidence, surfaces=())
    made = fullcard.evidence(setting(), mention, first=True)
    assert made.count("<li>") == 1
    assert '<em class="p">상</em> 받고 <em class="n">늦어진</em> 일' in made


def test_a_tone_is_never_colour_alone() -> None:
    for tone in Tone:
        made = cards.chip(setting(), replace(FULL.card.mentions[0], tone=tone))
        assert KO(f"tone.{tone}") in made


def test_the_company_in_focus_comes_first() -> None:
    mentions = [replace(FULL.card.mentions[0], company_id=c.id) for c in fake_store.COMPANIES]
    made = cards.chips(setting(focus=("onnuri",)), mentions)
    assert "온누리파운드리" in made[0]
    assert len(made) == cards.MOST_CHIPS + 1
    assert "+2" in made[-1]


def test_the_first_report_is_marked_once() -> None:
    made = fullcard.similar(setting(), FULL)
    assert made.count("최초 보도") == 1
    assert made.count("<tr>") == len(FULL.similar) + 1


def test_many_similar_articles_are_folded() -> None:
    many = tuple(replace(FULL.card, id=f"{n:016x}") for n in range(9))
    made = fullcard.similar(setting(), replace(FULL, similar=many))
    assert "나머지 5건 더 보기" in made


@pytest.mark.parametrize(
    ("address", "own", "shown"),
    [
        ("app/static/sample/lab.webp", True, True),
        ("/app/static/sample/lab.webp", True, True),
        ("app/static/../../secret", False, False),
        ("https://photos.invalid/x.jpg", False, True),
        ("javascript:alert(1)", False, False),
        ("file:///etc/passwd", False, False),
        ("", False, False),
    ],
)
def test_which_pictures_may_be_shown(address: str, own: bool, shown: bool) -> None:
    assert fullcard.own_picture(address) is own
    assert fullcard.picture(address) is shown


def test_a_match_in_the_summary_is_the_one_shown() -> None:
    made = cards.compact(setting("반기마다"), FULL.card)
    assert "<mark>반기마다</mark>" in made
    assert f"article?id={FULL.card.id}" in made


def test_a_tile_of_few_articles_shows_no_rate() -> None:
    from dashboard import periods

    today = NOW.date()
    comparison = periods.compare(periods.resolve(periods.Preset.DAYS_7, today), today)
    assert "%" not in tiles.counted(KO, comparison, 12, 9, "unit.articles")
    assert "+20.0" in tiles.counted(KO, comparison, 24, 20, "unit.articles")


def test_the_launcher_binds_where_it_is_told() -> None:
    argv = launch.command("127.0.0.1", 8501)
    assert argv[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert launch.SCRIPT.is_file()
    assert "--server.address=127.0.0.1" in argv
    assert not any("allowedHosts" in part for part in argv), "the configuration's list holds"
    assert "--server.allowedHosts=*" in launch.command("0.0.0.0", 8501)
    named = launch.command("0.0.0.0", 8501, "news.example, *.news.example")
    assert "--server.allowedHosts=news.example" in named
    assert "--server.allowedHosts=127.0.0.1" in named
    assert "--server.allowedHosts=*" not in named
    assert launch.environment("x.db")["CHIPWATCH_DB"] == "x.db"
    assert "CHIPWATCH_DB" not in launch.environment("")


def test_the_module_takes_address_port_and_store(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr("dashboard.__main__.run", lambda *args: seen.append(args) or 0)
    assert main(["--address", "127.0.0.1", "--port", "9000", "--db", "x.db"]) == 0
    assert seen == [("127.0.0.1", 9000, "x.db")]


def test_quotations_name_who_said_them_once() -> None:
    nowhere = Span("body", 0, 0)
    said = (
        Quote("예정대로 한다", nowhere, "윤서하", "책임연구원", "별마루칩스"),
        Quote("모두 공개하겠다", nowhere, "별마루칩스", "", "별마루칩스"),
        Quote("함께한 것이 컸다", nowhere),
    )
    found = fullcard.quotations(KO, replace(FULL, quotes=said))
    found = found.replace("<bdi>", "").replace("</bdi>", "")
    assert "<b>윤서하 별마루칩스 책임연구원</b>: “예정대로 한다”" in found
    assert "<b>별마루칩스</b>: “모두 공개하겠다”" in found
    assert f"<b>{KO('article.quote_unknown')}</b>: “함께한 것이 컸다”" in found
    assert fullcard.quotations(KO, replace(FULL, quotes=())) == ""


def test_the_tones_stand_beside_their_accuracy() -> None:
    note = tiles.footnote(KO)
    assert f"{measured().mentions}건" in note
    assert formats.percent(measured().tone, 1) in note


def test_an_article_whose_page_is_gone_says_so() -> None:
    gone = replace(FULL, gone_at=NOW - timedelta(days=2))
    assert "원문이 삭제되었거나 옮겨졌습니다" in fullcard.gone(setting(), gone)
    assert fullcard.gone(setting(), FULL) == ""
