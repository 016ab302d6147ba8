"""The URL and the filter, the periods and what they are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import filters, links, periods
from dashboard.filters import FILTER_KEYS, Known, Selection
from dashboard.periods import Preset, Versus
from db.model import KST, Tone
from db.query import ArticleFilter, Step

TODAY = date(2026, 11, 23)  # a Monday
KNOWN = Known(
    companies=("sk-hynix", "samsung", "nvidia"),
    outlets=("한새경제", "A & B=C?", "새녘통신"),
    languages=("ko", "en"),
    topics=("hbm", "npu"),
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    preset = draw(st.sampled_from(list(Preset)))
    if preset is Preset.CUSTOM:
        days = st.dates(date(1990, 1, 1), TODAY)
        period = periods.custom(draw(days), draw(days))
    else:
        period = periods.resolve(preset, TODAY)
    query = draw(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60))
    wanted = ArticleFilter(
        start=period.start,
        end=period.end,
        companies=draw(some(tuple(KNOWN.companies))),
        together=draw(some(tuple(KNOWN.companies))),
        outlets=draw(some(tuple(KNOWN.outlets))),
        tones=draw(st.lists(st.sampled_from(list(Tone)), unique=True).map(tuple)),
        languages=draw(some(tuple(KNOWN.languages))),
        topics=draw(some(tuple(KNOWN.topics))),
        query=query,
        story_id=draw(st.sampled_from(["", "0123456789abcdef"])),
    )
    return Selection(period, wanted)


@given(selections())
def test_a_selection_survives_the_url(selection: Selection) -> None:
    params = filters.to_params(selection)
    assert set(params) <= set(FILTER_KEYS)
    assert filters.parse(params, TODAY, KNOWN) == selection
    page_and_params = links.split(links.to("articles", selection, "ko"))
    assert page_and_params == ("articles", params)


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(FILTER_KEYS), st.text(max_size=8)),
        st.lists(st.text(max_size=30), max_size=4),
        max_size=8,
    )
)
def test_nonsense_in_the_url_is_ignored(params: dict[str, list[str]]) -> None:
    selection = filters.parse(params, TODAY, KNOWN)
    assert selection.period.start <= selection.period.end <= TODAY
    assert set(selection.wanted.companies) <= set(KNOWN.companies)
    assert len(selection.wanted.query) <= filters.LONGEST_QUERY
    periods.compare(selection.period, TODAY)
    step = periods.step_for(selection.period)
    assert len(periods.buckets(selection.period.start, selection.period.end, step)) < 2000


def test_defaults_leave_the_url_clean() -> None:
    assert filters.to_params(filters.parse({}, TODAY, KNOWN)) == {}


def test_days_in_a_link_need_no_preset() -> None:
    period = filters.parse({"from": ["2026-10-01"], "to": ["2026-10-31"]}, TODAY, KNOWN).period
    assert (period.start, period.end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert period.preset is Preset.CUSTOM
    named = filters.parse({"period": ["30d"], "from": ["2026-10-01"]}, TODAY, KNOWN).period
    assert named.preset is Preset.DAYS_30


def test_dropping_a_condition_leaves_the_others() -> None:
    params = {"period": ["30d"], "company": ["samsung", "nvidia"], "q": ["HBM"]}
    selection = filters.parse(params, TODAY, KNOWN)
    rest = filters.without(selection, "company", "samsung", TODAY)
    assert filters.to_params(rest) == {"period": ["30d"], "company": ["nvidia"], "q": ["HBM"]}
    assert "period" not in filters.to_params(filters.without(selection, "period", "", TODAY))
    assert "q" not in filters.to_params(filters.without(selection, "q", "HBM", TODAY))


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        (Preset.TODAY, "2026-11-23", "2026-11-23"),
        (Preset.YESTERDAY, "2026-11-22", "2026-11-22"),
        (Preset.DAYS_7, "2026-11-17", "2026-11-23"),
        (Preset.DAYS_30, "2026-10-25", "2026-11-23"),
        (Preset.DAYS_90, "2026-08-26", "2026-11-23"),
        (Preset.MONTH, "2026-11-01", "2026-11-23"),
        (Preset.LAST_MONTH, "2026-10-01", "2026-10-31"),
    ],
)
def test_presets(preset: Preset, start: str, end: str) -> None:
    period = periods.resolve(preset, TODAY)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


def test_last_month_in_january() -> None:
    period = periods.resolve(Preset.LAST_MONTH, date(2026, 1, 15))
    assert (period.start, period.end) == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("preset", "weeks"), [(Preset.DAYS_7, 1), (Preset.DAYS_30, 5), (Preset.DAYS_90, 13)]
)
def test_the_earlier_period_keeps_weekdays_and_leaves_today_out(preset: Preset, weeks: int) -> None:
    period = periods.resolve(preset, TODAY)
    comparison = periods.compare(period, TODAY)
    assert comparison.weeks == weeks
    assert comparison.today_left_out
    spans = comparison.spans()
    assert spans is not None
    (start, end), (before_start, before_end) = spans
    assert (start, end) == (period.start, TODAY - timedelta(1))
    assert before_start == start - timedelta(weeks=weeks)
    assert before_end == end - timedelta(weeks=weeks)
    assert before_end < period.start, "the two must not overlap"


def test_today_alone_is_not_compared() -> None:
    comparison = periods.compare(periods.resolve(Preset.TODAY, TODAY), TODAY)
    assert comparison.spans() is None
    assert comparison.versus is Versus.SAME_WEEKDAY
    assert comparison.line_start == TODAY - timedelta(7)


def test_yesterday_is_compared_with_the_same_weekday() -> None:
    comparison = periods.compare(periods.resolve(Preset.YESTERDAY, TODAY), TODAY)
    assert comparison.before_start == comparison.before_end == date(2026, 11, 15)
    assert not comparison.today_left_out


def test_months_are_compared_with_the_month_before() -> None:
    running = periods.compare(periods.resolve(Preset.MONTH, TODAY), TODAY)
    assert running.spans() == (
        (date(2026, 11, 1), date(2026, 11, 22)),
        (date(2026, 10, 1), date(2026, 10, 22)),
    )
    whole = periods.compare(periods.resolve(Preset.LAST_MONTH, TODAY), TODAY)
    assert whole.spans() == (
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 9, 1), date(2026, 9, 30)),
    )
    march = date(2026, 3, 31)
    clipped = periods.compare(periods.resolve(Preset.MONTH, march), march)
    assert clipped.before_end == date(2026, 2, 28)


def test_what_was_never_collected_is_not_compared() -> None:
    period = periods.resolve(Preset.DAYS_7, TODAY)
    assert periods.compare(period, TODAY, date(2026, 11, 10)).spans() is not None
    early = periods.compare(period, TODAY, date(2026, 11, 11))
    assert early.spans() is None
    assert early.too_early


def test_steps_follow_the_length() -> None:
    def step(days: int) -> Step:
        return periods.step_for(periods.custom(TODAY - timedelta(days - 1), TODAY))

    assert [step(n) for n in (1, 2, 3, 92, 93)] == [
        Step.HOUR,
        Step.HOUR,
        Step.DAY,
        Step.DAY,
        Step.WEEK,
    ]


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.integers(1, 60),
    st.sampled_from(list(Step)),
)
def test_buckets_cover_the_days_without_gap(start: date, days: int, step: Step) -> None:
    end = start + timedelta(days - 1)
    found = periods.buckets(start, end, step)
    period = periods.custom(start, end)
    covered = [periods.bucket_days(at, step, period) for at in found]
    assert covered[0][0] == start
    assert covered[-1][1] == end
    assert found == sorted(set(found))
    if step is Step.WEEK:
        assert all(at.astimezone(KST).weekday() == 0 for at in found)
    else:
        assert len(found) == days * (24 if step is Step.HOUR else 1)


def test_a_korean_day_begins_at_15_utc() -> None:
    assert periods.midnight(date(2026, 11, 23)) == datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "address", ["", "https://elsewhere.invalid/x", "nowhere?id=1", "javascript:alert(1)"]
)
def test_only_our_own_addresses_are_followed(address: str) -> None:
    assert links.split(address) is None


def test_the_language_is_part_of_every_address() -> None:
    selection = filters.parse({"company": ["samsung"]}, TODAY, KNOWN)
    assert links.to("overview", selection, "en") == "./?company=samsung&lang=en"
    assert links.split("./?company=samsung&lang=en") == (
        "overview",
        {"company": ["samsung"], "lang": ["en"]},
    )
