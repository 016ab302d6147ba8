"""Raw date strings: every form that Korean feeds were seen to use, and what must not be believed."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.model import KST, TimeQuality
from ingest.collect.dates import is_ahead, parse_date

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SEOUL = "Asia/Seoul"

EXACT = [
    # without a zone: the source's
    ("2013.12.24 16:30:06", "2013-12-24 07:30:06"),
    ("2026/08/22 07:30", "2026-08-21 22:30:00"),
    ("2026년 8월 22일 01:31", "2026-08-21 16:31:00"),
    ("2026년 08월 22일  01:31:15", "2026-08-21 16:31:15"),
    ("2026-08-21 18:08:15", "2026-08-21 09:08:15"),
    ("2026-08-21T18:08:15", "2026-08-21 09:08:15"),
    ("2026-08-21 18:08", "2026-08-21 09:08:00"),
    ("2026-08-22 오후 11:23:44", "2026-08-22 14:23:44"),
    ("2026.8.22. 오전 7:30", "2026-08-21 22:30:00"),
    ("2026-08-22 오전 12:05", "2026-08-21 15:05:00"),
    ("2026-08-22 오후 12:05", "2026-08-22 03:05:00"),
    ("2026년 8월 22일 토요일 오후 3시 5분", "2026-08-22 06:05:00"),
    ("2026-08-22(토) 07:30", "2026-08-21 22:30:00"),
    ("2026-08-22 24:00:00", "2026-08-22 15:00:00"),
    ("20260822073000", "2026-08-21 22:30:00"),
    ("202608220730", "2026-08-21 22:30:00"),
    ("Aug 22, 2026 7:30 AM", "2026-08-21 22:30:00"),
    ("Sat Aug 22 07:30:00 2026", "2026-08-21 22:30:00"),
    # with a zone, which always wins
    ("Fri, 21 Aug 2026 09:16:44 KST", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16:44 UTC+9", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16:44 GMT+9", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16:44 GMT+09:00", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16:44 +9", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16:44 +09", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16:44 +0900 (KST)", "2026-08-21 00:16:44"),
    ("Tue, 11 08 2026 07:00:00 +0900", "2026-08-10 22:00:00"),
    ("Sat,16 Jul 2022 10:48:43 +0900", "2022-07-16 01:48:43"),
    ("금, 21 8월 2026 09:16:44 +0900", "2026-08-21 00:16:44"),
    ("Tue, 22 Sep 2026 14:37:38 +09:00", "2026-09-22 05:37:38"),
    ("9 Aug  2026 16:07:00 GMT", "2026-08-09 16:07:00"),
    ("Tue, 1 Sep 2026 08:00:00 +0900", "2026-08-31 23:00:00"),
    ("Fri, 21 Aug 2026 00:16:44 GMT", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 00:16:44 +0000", "2026-08-21 00:16:44"),
    ("Fri, 21 Aug 2026 09:16 EST", "2026-08-21 14:16:00"),
    ("2026-08-22T07:30:00.123Z", "2026-08-22 07:30:00"),
    ("2026-08-22T07:30+09:00", "2026-08-21 22:30:00"),
    ("2026-08-22T07:30:00+09:00[Asia/Seoul]", "2026-08-21 22:30:00"),
    ("2026-08-22 07:30 (KST)", "2026-08-21 22:30:00"),
    ("20260822T073000Z", "2026-08-22 07:30:00"),
    ("Sat Aug 22 07:30:00 KST 2026", "2026-08-21 22:30:00"),
    ("Sat, 22 Aug 26 07:30 +0900", "2026-08-21 22:30:00"),
    ("1787300000", "2026-08-21 08:13:20"),
    ("1787300000123", "2026-08-21 08:13:20"),
    # as people write
    ("3시간 전", "2026-11-23 21:00:00"),
    ("10분전", "2026-11-23 23:50:00"),
    ("어제 오후 3:00", "2026-11-23 06:00:00"),
]
DATE_ONLY = [
    "2026.08.22",
    "2026-08-22",
    "2026/8/22",
    "2026년 8월 22일",
    "20260822",
    "22 Aug 2026",
    "Aug 22, 2026",
]
UNUSABLE = [
    "", "   ", "곧", "12", "hello", "1970-01-01", "0001-01-01T00:00:00Z", "1989-12-31 10:00",
    "2026-02-31", "2026-13-01 10:00", "2026-11-23 25:61", "Wed, 30 Nov -0001 00:00:00 +0000",
    "2026-11-23 10:00 +9900", "9" * 500, "2026-11-23 " * 30,
]  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("raw", "expected"), EXACT)
def test_forms_with_a_clock_time(raw: str, expected: str) -> None:
    assert parse_date(raw, SEOUL, NOW) == (utc(expected), TimeQuality.EXACT)


@pytest.mark.parametrize("raw", DATE_ONLY)
def test_a_day_alone_is_midnight_there_and_says_so(raw: str) -> None:
    assert parse_date(raw, SEOUL, NOW) == (utc("2026-08-21 15:00:00"), TimeQuality.DATE_ONLY)


@pytest.mark.parametrize("raw", UNUSABLE)
def test_what_is_no_date_is_not_believed(raw: str) -> None:
    assert parse_date(raw, SEOUL, NOW) is None


def test_the_zone_of_the_source_counts_only_where_none_is_written() -> None:
    summer, winter = "2026-07-01 12:00", "2026-01-01 12:00"
    assert parse_date(summer, "America/New_York", NOW) == (
        utc("2026-07-01 16:00"),
        TimeQuality.EXACT,
    )
    assert parse_date(winter, "America/New_York", NOW) == (
        utc("2026-01-01 17:00"),
        TimeQuality.EXACT,
    )
    with_zone = parse_date(f"{summer} +0900", "America/New_York", NOW)
    assert with_zone == (utc("2026-07-01 03:00"), TimeQuality.EXACT)


def test_an_hour_ahead_is_a_clock_and_more_is_a_mistake() -> None:
    assert parse_date("2026-11-24T01:00:00Z", SEOUL, NOW) is not None
    assert parse_date("2026-11-24T01:00:01Z", SEOUL, NOW) is None
    # Korean time read as UTC would be nine hours ahead
    assert parse_date("2026-11-24 08:59:59", SEOUL, NOW) == (
        utc("2026-11-23 23:59:59"),
        TimeQuality.EXACT,
    )


def test_a_day_that_has_not_begun_is_a_mistake_without_any_tolerance() -> None:
    assert parse_date("2026-11-24", SEOUL, NOW) is not None  # 09:00 there
    for raw in ("2026-11-25", "2026.11.25", "20261201"):
        assert parse_date(raw, SEOUL, NOW) is None
        assert is_ahead(raw, SEOUL, NOW)
    assert parse_date("2026-11-25", SEOUL, NOW + timedelta(hours=14, minutes=59)) is None
    assert not is_ahead("2026-11-25", SEOUL, NOW + timedelta(hours=15))
    assert not any(is_ahead(raw, SEOUL, NOW) for raw in UNUSABLE)


INSTANTS = st.datetimes(
    min_value=datetime(1990, 1, 2),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=datetime(2026, 11, 23),  # noqa: DTZ001
    timezones=st.just(KST),
).map(lambda moment: moment.replace(microsecond=0))


@settings(deadline=None)
@given(INSTANTS)
def test_every_common_form_of_an_instant_is_read_back(moment: datetime) -> None:
    expected = (moment.astimezone(UTC), TimeQuality.EXACT)
    forms = [
        format_datetime(moment),
        moment.isoformat(),
        moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        moment.strftime("%Y-%m-%d %H:%M:%S"),
        moment.strftime("%Y.%m.%d %H:%M:%S"),
        moment.strftime("%Y년 %m월 %d일 %H시 %M분 %S초"),
        moment.strftime("%Y%m%d%H%M%S"),
        moment.strftime("%a,%d %m %Y %H:%M:%S KST"),
    ]
    assert [parse_date(form, SEOUL, NOW) for form in forms] == [expected] * len(forms)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_believable_instant_or_none(raw: str) -> None:
    found = parse_date(raw, SEOUL, NOW)
    if found is not None:
        assert found[0].tzinfo is UTC
        assert datetime(1989, 12, 31, tzinfo=UTC) < found[0] <= NOW + timedelta(hours=1)
