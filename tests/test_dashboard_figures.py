"""The charts' figures: what is drawn is what was counted."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import coverage, figures, palette, periods, timeline
from dashboard.coverage import Coverage
from dashboard.labels import Labels
from dashboard.palette import DARK, LIGHT
from dashboard.periods import Preset
from dashboard.timeline import NOBODY, REST, Bars
from db.gaps import Gap
from db.health import Health
from db.model import Source, Tone
from db.query import SourceStatus, Split, Step, TimelinePoint

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # Monday, 12:30 in Korea
TODAY = date(2026, 11, 23)
WEEK = periods.resolve(Preset.DAYS_7, TODAY)
BEFORE = periods.custom(WEEK.start - timedelta(7), WEEK.end - timedelta(7))
KO = Labels("ko")


def day(text: str) -> datetime:
    return periods.midnight(date.fromisoformat(text))


def arrange(
    points: list[TimelinePoint], split: Split, before: list[TimelinePoint] | None = None
) -> Bars:
    return timeline.arrange(points, before or [], WEEK, Step.DAY, split, NOW, BEFORE)


def test_empty_days_are_zero_and_parts_stand_in_order() -> None:
    bars = arrange([TimelinePoint(day("2026-11-20"), "negative", 3)], Split.TONE)
    assert list(bars.parts) == ["negative", "neutral", "positive", "unrated"]
    assert bars.totals == (0, 0, 0, 3, 0, 0, 0)
    assert bars.running == 6


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from(["", *"abcdefgh"]), st.integers(1, 9)),
        max_size=40,
    )
)
def test_no_article_is_lost_between_the_parts(rows: list[tuple[int, str, int]]) -> None:
    counted: Counter[tuple[int, str]] = Counter()
    for place, key, articles in rows:
        counted[place, key] += articles
    points = [
        TimelinePoint(day("2026-11-17") + timedelta(place), key, n)
        for (place, key), n in counted.items()
    ]
    bars = arrange(points, Split.COMPANY)
    assert bars.articles == sum(counted.values())
    for place in range(7):
        assert bars.totals[place] == sum(n for (at, _), n in counted.items() if at == place)
    assert len([key for key in bars.parts if key not in {REST, NOBODY}]) <= timeline.MOST_COMPANIES


def test_the_earlier_period_lies_under_the_same_weekday() -> None:
    before = [
        TimelinePoint(day("2026-11-13"), "neutral", 5),
        TimelinePoint(day("2026-11-13"), "positive", 2),
    ]
    bars = arrange([], Split.TONE, before)
    assert bars.previous == (0, 0, 0, 7, 0, 0, 0)


def test_days_before_the_first_article_are_unknown_not_zero() -> None:
    bars = timeline.arrange([], [], WEEK, Step.DAY, Split.TONE, NOW, BEFORE, (), date(2026, 11, 12))
    assert bars.previous == (None, None, 0, 0, 0, 0, 0)


def test_a_month_shorter_than_the_one_before() -> None:
    period = periods.resolve(Preset.MONTH, TODAY)
    comparison = periods.compare(period, TODAY)
    span = periods.custom(comparison.line_start, comparison.line_end)
    bars = timeline.arrange([], [], period, Step.DAY, Split.TONE, NOW, span)
    assert len(bars.previous) == len(bars.starts) == 23


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_sentence_names_the_peak(lang: str) -> None:
    points = [
        TimelinePoint(day("2026-11-18"), "neutral", 4),
        TimelinePoint(day("2026-11-20"), "neutral", 4),
        TimelinePoint(day("2026-11-20"), "negative", 2),
    ]
    labels = Labels(lang)
    key, values = timeline.sentence(labels, arrange(points, Split.TONE), {})
    assert key == "chart.peak_negative"
    assert "20" in values["when"]
    assert labels(key, **values)
    assert timeline.sentence(labels, arrange([], Split.TONE), {}) == ("chart.nothing", {})


def figure_of(bars: Bars, **more: object) -> dict[str, object]:
    names = {tone.value: KO(f"tone.{tone}") for tone in Tone}
    colors = {tone.value: LIGHT.tone(tone) for tone in Tone}
    return figures.timeline(KO, LIGHT, bars, names, colors, **more).to_plotly_json()  # type: ignore[arg-type]


def test_the_figure_draws_what_was_counted() -> None:
    points = [
        TimelinePoint(day("2026-11-20"), "negative", 2),
        TimelinePoint(day("2026-11-20"), "unrated", 1),
        TimelinePoint(day("2026-11-23"), "positive", 4),
    ]
    drawn = figure_of(arrange(points, Split.TONE), at_least=[3])
    traces = {trace.get("name"): trace for trace in drawn["data"] if trace["type"] == "bar"}  # type: ignore[attr-defined]
    sums = {str(name).strip("\u2068\u2069"): sum(trace["y"]) for name, trace in traces.items()}
    assert sums == {"부정": 2, "중립": 0, "긍정": 4, "미판정": 1}
    hatched = {
        str(name).strip("\u2068\u2069"): trace["marker"]["pattern"]["shape"]
        for name, trace in traces.items()
    }
    assert hatched["미판정"] == "/"
    assert hatched["긍정"] == [""] * 6 + ["\\"], "the unfinished bar is hatched"
    texts = next(trace for trace in drawn["data"] if trace.get("mode") == "text")["text"]  # type: ignore[attr-defined]
    assert texts[3] == "<b>≥ 3</b>"
    assert texts[0] == ""
    shaded = [shape["x0"].date() for shape in drawn["layout"]["shapes"]]  # type: ignore[index]
    assert shaded == [date(2026, 11, 21), date(2026, 11, 22)]


def test_names_of_foreign_origin_stay_text_in_charts() -> None:
    bars = arrange([TimelinePoint(day("2026-11-20"), "x", 1)], Split.COMPANY)
    drawn = figures.timeline(KO, LIGHT, bars, {"x": "<b>a</b> $y$"}, {"x": "#000000"}).to_json()
    assert "<b>a" not in drawn
    assert "$y$" not in drawn


def test_hours_and_weeks_have_korean_ticks() -> None:
    formats = [entry["value"] for entry in figures.tick_formats(KO)]
    assert formats == ["%H시", "%-m월 %-d일", "%Y년 %-m월"]


def test_companies_keep_their_colour() -> None:
    dictionary = [f"c{n}" for n in range(12)]
    few = palette.company_colors(LIGHT, dictionary, ["c1", "c3"], [])
    more = palette.company_colors(LIGHT, dictionary, ["c3", "c1", "c2"], [])
    assert few["c1"] == more["c1"]
    assert few["c3"] == more["c3"]
    clash = palette.company_colors(LIGHT, dictionary, ["c0", "c5", "c10"], [])
    assert len(set(clash.values())) == 3
    focused = palette.company_colors(LIGHT, dictionary, ["c0", "c5", "c1", "c2", "c3"], ["c5"])
    assert focused["c5"] == LIGHT.accent
    assert list(focused.values()).count(LIGHT.accent) == 1


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colors: palette.Palette) -> None:
    for ground in (colors.background, colors.surface):
        for ink in (colors.text, colors.muted, colors.faint, colors.link):
            assert contrast(ink, ground) >= 4.5
    for tone in ("positive", "negative", "neutral"):
        ink, ground = getattr(colors, f"{tone}_text"), getattr(colors, f"{tone}_soft")
        assert contrast(ink, ground) >= 4.5


SIX = timedelta(hours=6)
SINCE = day("2026-11-17")


STATES = {"f": Health.FAILING, "q": Health.SILENT}


def slots(source: str, row: str) -> list[Gap]:
    """f = failed, q = silent, anything else = fine."""
    ends = ((SINCE + SIX * place, SINCE + SIX * (place + 1)) for place in range(len(row)))
    return [
        Gap(source, source, STATES[mark], start, end, end)
        for mark, (start, end) in zip(row, ends, strict=True)
        if mark in STATES
    ]


def judged(gaps: list[Gap], names: str, slices: int, *, many_bars: bool = False) -> Coverage:
    statuses = [SourceStatus(Source(name, name, ""), first_fetch_at=SINCE) for name in names]
    until = SINCE + slices * SIX
    return coverage.judge(gaps, statuses, SINCE, SIX, slices, until, many_bars=many_bars)


def test_the_strip_shows_the_worst_feeds_and_sums_up_the_rest() -> None:
    gaps = [
        *slots("b", "ooffoooo"),
        *slots("c", "offfoooo"),
        *slots("d", "oooooofo"),
        *slots("e", "ofoooooo"),
    ]
    found = judged(gaps, "abcde", 8)
    assert [row.source_id for row in found.rows] == ["c", "b", "d", ""]
    assert found.troubled == ("c", "b", "d", "e")
    assert found.rows[-1].slices[1] is Health.FAILING
    assert found.incomplete(SINCE, timedelta(1))
    assert not found.incomplete(SINCE + timedelta(hours=24), SIX)
    shared = judged(gaps, "abcde", 8, many_bars=True)
    assert [row.source_id for row in shared.rows] == [""]


def test_feeds_without_trouble_need_no_strip() -> None:
    found = judged([], "a", 4)
    assert found.rows == ()
    assert not found.incomplete(SINCE, timedelta(1))


def test_long_periods_have_wider_slices() -> None:
    quarter = periods.resolve(Preset.DAYS_90, TODAY)
    since, width, slices = coverage.question(quarter, Step.DAY, NOW)
    assert since == periods.midnight(quarter.start)
    assert slices <= coverage.MOST_SLICES
    assert since + width * slices >= NOW
    asked = coverage.question(WEEK, Step.DAY, NOW)
    assert asked == (SINCE, SIX, 27), "up to now, not to the end of the day"


def test_the_strip_is_drawn_below_the_bars() -> None:
    found = judged(slots("a", "ooff" + "q" * 20), "a", 24)
    bars = arrange([TimelinePoint(day("2026-11-20"), "neutral", 2)], Split.TONE)
    drawn = figure_of(bars, coverage=found, row_names=["<한새>"])
    strips = [trace for trace in drawn["data"] if trace.get("yaxis") == "y2"]  # type: ignore[attr-defined]
    assert [
        bool(trace["fillpattern"]["shape"]) if "fillpattern" in trace else False for trace in strips
    ] == [
        False,
        False,
        True,
    ]
    assert "&lt;한새&gt;" in drawn["layout"]["annotations"][0]["text"]  # type: ignore[index]
