"""Opening hours against a slow reading of them, minute by minute; and cases that people know by heart."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.sla.hours import HORIZON, Calendar, known_zone, moment_after, open_seconds, openings
from api.sla.model import SpecialDays
from engine.routing.model import Hours, Interval
from tests.unit.sla.support import MINUTE, calendars, open_minutes

pytestmark = pytest.mark.feature("F-TKT-07")
SPLIT = tuple(Interval(day, *hours) for day in range(1, 6) for hours in ((time(9), time(13)), (time(14), time(18))))
OFFICE = Calendar(timezone="Europe/Moscow", weekly=SPLIT)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@settings(max_examples=40, deadline=None)
@given(calendars(), st.integers(1, 60 * 30))
def test_open_time_is_that_of_a_walk_by_minutes(made: tuple[Calendar, datetime], count: int) -> None:
    calendar, start = made
    walked = open_minutes(calendar, start, count)
    assert open_seconds(calendar, start, start + MINUTE * count) == 60 * sum(walked)
    for piece in openings(calendar, start, start + MINUTE * count):
        first, last = (piece.begin - start) // MINUTE, (piece.end - start) // MINUTE
        assert all(walked[first:last]) and first < last
        assert (first == 0 or not walked[first - 1]) and (last == count or not walked[last])


@settings(max_examples=40, deadline=None)
@given(calendars(), st.integers(0, 60 * 12))
def test_the_moment_after_is_that_of_a_walk_by_minutes(made: tuple[Calendar, datetime], minutes: int) -> None:
    calendar, start = made
    walked = open_minutes(calendar, start, 60 * 30)
    passed, expected = 0, start
    for number, open_ in enumerate(walked, start=1):
        if passed == minutes:
            break
        passed += open_
        expected = start + MINUTE * number
    found = moment_after(calendar, start, 60 * minutes)
    if passed == minutes:
        assert found == expected
    else:
        assert found is None or found > start + MINUTE * len(walked)


@settings(max_examples=40, deadline=None)
@given(calendars(), st.floats(0, 3e6), st.floats(0, 1))
def test_there_and_back(made: tuple[Calendar, datetime], seconds: float, part: float) -> None:
    """What passed until the moment after is what was asked for, also in two steps."""
    calendar, start = made
    end = moment_after(calendar, start, seconds)
    if end is None:
        assert open_seconds(calendar, start, start + HORIZON) < seconds
        return
    assert open_seconds(calendar, start, end) == pytest.approx(seconds, abs=1e-3)
    middle = moment_after(calendar, start, seconds * part)
    assert middle is not None and start <= middle <= end
    last = moment_after(calendar, middle, seconds - seconds * part)
    assert (last is not None and abs((last - end).total_seconds()) < 1e-3) or seconds * (1 - part) < 1e-3


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        ("2026-03-02T06:30:00Z", 3600, "2026-03-02T07:30:00Z"),  # Monday 9:30 in Moscow
        ("2026-03-02T09:30:00Z", 3600, "2026-03-02T11:30:00Z"),  # over lunch
        ("2026-03-02T14:30:00Z", 3600, "2026-03-03T06:30:00Z"),  # over the night
        ("2026-03-06T14:30:00Z", 3600, "2026-03-09T06:30:00Z"),  # over the weekend
        ("2026-03-02T14:30:00Z", 1800, "2026-03-02T15:00:00Z"),  # the end of the day, not the next morning
        ("2026-03-07T09:00:00Z", 0, "2026-03-07T09:00:00Z"),
    ],
)
def test_deadlines_that_people_expect(start: str, seconds: float, due: str) -> None:
    assert moment_after(OFFICE, at(start), seconds) == at(due)


def test_a_holiday_and_a_short_day() -> None:
    days = (
        SpecialDays(date(2026, 12, 31), date(2026, 12, 31), "Канун", (Hours(time(9), time(12)),)),
        SpecialDays(date(2027, 1, 1), date(2027, 1, 10), "Каникулы"),
    )
    calendar = Calendar(timezone="Europe/Moscow", weekly=SPLIT, exceptions=days)
    assert moment_after(calendar, at("2026-12-31T08:00:00Z"), 2 * 3600) == at("2027-01-11T07:00:00Z")


def test_an_hour_that_comes_twice_counts_twice_and_one_that_is_skipped_never() -> None:
    night = Calendar(timezone="Europe/Berlin", weekly=(Interval(7, time(0), time(6)),))
    spring, autumn = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)
    assert open_seconds(night, spring, spring + timedelta(days=2)) == 5 * 3600
    assert open_seconds(night, autumn, autumn + timedelta(days=2)) == 7 * 3600


def test_around_the_clock() -> None:
    start = at("2026-03-02T06:30:00Z")
    assert moment_after(None, start, 90.5) == start + timedelta(seconds=90.5)
    assert open_seconds(None, start, start + timedelta(days=3)) == 3 * 86_400
    assert open_seconds(None, start, start - timedelta(days=3)) == 0


def test_what_never_opens_is_never_due() -> None:
    assert moment_after(Calendar(timezone="UTC", weekly=()), at("2026-03-02T06:30:00Z"), 1) is None
    assert known_zone("Asia/Yekaterinburg") and not known_zone("Mars/Base") and not known_zone("../etc/passwd")


def test_the_cost_is_of_days_not_of_minutes() -> None:
    """A year of opening hours takes milliseconds."""
    begin = datetime.now(UTC)
    assert moment_after(OFFICE, at("2026-03-02T06:30:00Z"), 31_536_000) is not None
    assert datetime.now(UTC) - begin < timedelta(seconds=2)
