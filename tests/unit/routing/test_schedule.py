"""Opening hours: the week, exceptions, midnight, summer time; and against a slow reading of the same rules."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.routing.model import Hours, Interval, Schedule, ScheduleException, ToHangup, ToMessage, ToVoicemail
from engine.routing.schedule import is_open

pytestmark = pytest.mark.feature("F-PBX-03")
OPEN, CLOSED = ToHangup(), ToVoicemail(box_id=UUID(int=1))


def schedule(weekly: list[Interval], exceptions: list[ScheduleException] | None = None, zone: str = "UTC") -> Schedule:
    return Schedule(
        id=UUID(int=1),
        name="s",
        timezone=zone,
        weekly=tuple(weekly),
        exceptions=tuple(exceptions or ()),
        open=OPEN,
        closed=CLOSED,
    )


OFFICE = [Interval(day, time(9), time(18)) for day in range(1, 6)]


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        ("2026-03-02T06:00:00Z", True),
        ("2026-03-02T05:59:59Z", False),
        ("2026-03-02T14:59:59Z", True),
        ("2026-03-02T15:00:00Z", False),
        ("2026-03-01T10:00:00Z", False),
    ],
)
def test_hours_are_those_of_the_zone(at: str, is_it: bool) -> None:
    decision = is_open(schedule(OFFICE, zone="Europe/Moscow"), datetime.fromisoformat(at))
    assert decision.open is is_it
    assert decision.destination == (OPEN if is_it else CLOSED)


def test_hours_past_midnight_reach_into_the_next_day() -> None:
    night = schedule([Interval(7, time(22), time(6))])
    assert is_open(night, datetime(2026, 3, 1, 23, tzinfo=UTC)).open
    assert is_open(night, datetime(2026, 3, 2, 5, 59, tzinfo=UTC)).rule == "Sun 22:00-06:00"
    assert not is_open(night, datetime(2026, 3, 2, 6, tzinfo=UTC)).open
    assert not is_open(night, datetime(2026, 3, 1, 5, tzinfo=UTC)).open


def test_a_whole_day_is_midnight_to_midnight() -> None:
    monday = schedule([Interval(1, time(0), time(0))])
    assert is_open(monday, datetime(2026, 3, 2, 0, tzinfo=UTC)).open
    assert is_open(monday, datetime(2026, 3, 2, 23, 59, 59, 999999, tzinfo=UTC)).open
    assert not is_open(monday, datetime(2026, 3, 3, 0, tzinfo=UTC)).open


def test_a_holiday_has_its_own_destination_and_ends_the_night_before() -> None:
    message = ToMessage(sound="holiday")
    day = date(2026, 3, 3)
    holiday = ScheduleException(first=day, last=day, name="Holiday", destination=message)
    late = schedule([Interval(1, time(22), time(2)), Interval(2, time(9), time(18))], [holiday])
    assert is_open(late, datetime(2026, 3, 2, 23, tzinfo=UTC)).open
    decision = is_open(late, datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert (decision.open, decision.destination, decision.rule) == (False, message, "exception Holiday")
    assert not is_open(late, datetime(2026, 3, 3, 12, tzinfo=UTC)).open


def test_special_hours_within_a_holiday_win_as_the_shorter_exception() -> None:
    holidays = ScheduleException(first=date(2026, 1, 1), last=date(2026, 1, 10), name="New Year")
    special = ScheduleException(first=date(2026, 1, 5), last=date(2026, 1, 5), hours=(Hours(time(10), time(14)),))
    office = schedule(OFFICE, [holidays, special])
    assert is_open(office, datetime(2026, 1, 5, 11, tzinfo=UTC)).open
    assert not is_open(office, datetime(2026, 1, 6, 11, tzinfo=UTC)).open


def test_summer_time_gap_and_overlap_in_berlin() -> None:
    zone = ZoneInfo("Europe/Berlin")
    at_two = schedule([Interval(7, time(2), time(3))], zone="Europe/Berlin")
    day = datetime(2026, 3, 29, tzinfo=UTC) - timedelta(hours=1)
    assert not any(is_open(at_two, day + timedelta(minutes=m)).open for m in range(23 * 60))
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)
    minutes = [m for m in range(25 * 60) if is_open(at_two, autumn + timedelta(minutes=m)).open]
    assert len(minutes) == 120
    assert (autumn + timedelta(minutes=minutes[0])).astimezone(zone).hour == 2


def slowly_open(table: Schedule, at: datetime) -> bool:
    """Paint the minutes of each local day, one by one, then look the minute up."""
    local = at.astimezone(ZoneInfo(table.timezone))
    today = local.date()
    painted: set[tuple[date, int]] = set()
    for day in (today - timedelta(days=1), today):
        rule = exception_of(table, day)
        intervals = rule.hours if rule else [i for i in table.weekly if i.day == day.isoweekday()]
        for interval in intervals:
            minute, stop = minutes_of(interval.start), minutes_of(interval.end)
            stop = stop if stop > minute else stop + 1440
            for m in range(minute, stop):
                on = day + timedelta(days=m // 1440)
                if on == day or exception_of(table, on) in (None, rule):
                    painted.add((on, m % 1440))
    return (today, local.hour * 60 + local.minute) in painted


def exception_of(table: Schedule, day: date) -> ScheduleException | None:
    found = None
    for candidate in table.exceptions:
        if candidate.first <= day <= candidate.last:
            shorter = found is None or candidate.last - candidate.first < found.last - found.first
            found = candidate if shorter else found
    return found


def minutes_of(value: time) -> int:
    return value.hour * 60 + value.minute


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
days = st.integers(0, 9).map(lambda n: date(2026, 3, 25) + timedelta(days=n))


@st.composite
def exceptions(draw: st.DrawFn) -> ScheduleException:
    first = draw(days)
    hours = draw(st.lists(st.builds(Hours, times, times), max_size=2))
    last = first + timedelta(days=draw(st.integers(0, 3)))
    return ScheduleException(first=first, last=last, name=draw(st.text("ab", max_size=3)), hours=tuple(hours))


@settings(max_examples=300, deadline=None)
@given(
    weekly=st.lists(st.builds(Interval, st.integers(1, 7), times, times), max_size=6),
    special=st.lists(exceptions(), max_size=3),
    zone=st.sampled_from(["UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
    minute=st.integers(0, 14 * 1440),
)
def test_agrees_with_painting_minute_by_minute(
    weekly: list[Interval], special: list[ScheduleException], zone: str, minute: int
) -> None:
    table = schedule(weekly, special, zone)
    at = datetime(2026, 3, 23, tzinfo=UTC) + timedelta(minutes=minute)
    assert is_open(table, at).open == slowly_open(table, at)
