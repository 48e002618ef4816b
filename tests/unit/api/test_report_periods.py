"""Periods cut on the wall clock, also where clocks change."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports.periods import Interval, starts, today

pytestmark = pytest.mark.feature("F-PBX-19")
MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")


def test_days_begin_at_midnight_of_the_zone_and_have_the_hours_that_the_clocks_give_them() -> None:
    found = starts(
        datetime(2026, 10, 24, tzinfo=BERLIN), datetime(2026, 10, 27, tzinfo=BERLIN), Interval.DAY, BERLIN, 9
    )
    assert [at.astimezone(BERLIN).strftime("%d %H:%M") for at in found] == ["24 00:00", "25 00:00", "26 00:00"]
    assert [(b - a) / timedelta(hours=1) for a, b in itertools.pairwise(found)] == [24, 25]


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    first, last = datetime(2026, 11, 18, 5, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    weeks = starts(first, last, Interval.WEEK, MOSCOW, 9)
    assert [at.astimezone(MOSCOW).date().isoformat() for at in weeks] == ["2026-11-16", "2026-11-23", "2026-11-30"]
    months = starts(first, last, Interval.MONTH, MOSCOW, 9)
    assert [at.astimezone(MOSCOW).date().isoformat() for at in months] == ["2026-11-01", "2026-12-01"]


@given(
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30), timezones=st.just(UTC)),
    st.integers(1, 3 * 86400),
    st.sampled_from([Interval.QUARTER, Interval.HALF, Interval.HOUR, Interval.DAY]),
    st.sampled_from(["Europe/Moscow", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]),
)
def test_intervals_follow_each_other_and_hold_the_whole_period(first, seconds, interval, name) -> None:
    last = first + timedelta(seconds=seconds)
    found = starts(first, last, interval, ZoneInfo(name), 1000)
    assert found[0] <= first and found[-1] < last
    assert all(a < b for a, b in itertools.pairwise(found))
    longest = timedelta(hours=26)
    assert all(b - a <= longest for a, b in zip([*found], [*found[1:], last], strict=False))
    local = [at.astimezone(ZoneInfo(name)) for at in found]
    assert all(at.second == 0 and at.minute % 15 == 0 for at in local)


def test_too_many_intervals_are_refused() -> None:
    with pytest.raises(ValueError, match="More than 10"):
        starts(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), Interval.HOUR, MOSCOW, 10)


def test_the_day_began_at_midnight() -> None:
    assert today(datetime(2026, 11, 21, 22, 30, tzinfo=UTC), MOSCOW) == datetime(2026, 11, 21, 21, tzinfo=UTC)
