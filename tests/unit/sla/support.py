"""Calendars made up by chance, and the slow reading of them: minute by minute, by the rules of schedules."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import strategies as st

from api.sla.hours import Calendar
from api.sla.model import SpecialDays
from engine.routing.model import Hours, Interval, Schedule, ScheduleException, ToHangup
from engine.routing.schedule import is_open

MINUTE = timedelta(minutes=1)
# Zones with days on which their clocks change: in the night, by half an hour, at midnight, over the date line, never.
DAYS = {
    "Europe/Moscow": [date(2026, 3, 29)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 29)],
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],
    "America/St_Johns": [date(2010, 3, 14), date(2010, 11, 7)],
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 31)],
    "Asia/Kathmandu": [date(2026, 1, 1)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
}
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 0, 17, 30, 45]))


def intervals(days: st.SearchStrategy[int]) -> st.SearchStrategy[Interval]:
    return st.builds(Interval, days, CLOCKS, CLOCKS)


def special(around: date) -> st.SearchStrategy[SpecialDays]:
    hours = st.lists(st.builds(Hours, CLOCKS, CLOCKS), max_size=2).map(tuple)
    spans = st.tuples(st.integers(-3, 3), st.integers(0, 2))
    return st.builds(
        lambda span, hours: SpecialDays(
            around + timedelta(days=span[0]), around + timedelta(days=span[0] + span[1]), hours=hours
        ),
        spans,
        hours,
    )


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and a moment near a day on which its clocks change."""
    zone = draw(st.sampled_from(sorted(DAYS)))
    day = draw(st.sampled_from(DAYS[zone]))
    weekly = draw(st.lists(intervals(st.integers(1, 7)), min_size=1, max_size=10))
    exceptions = draw(st.lists(special(day), max_size=3))
    calendar = Calendar(timezone=zone, weekly=tuple(weekly), exceptions=tuple(exceptions))
    start = datetime.combine(day, time(), UTC) + MINUTE * draw(st.integers(-36 * 60, 24 * 60))
    return calendar, start


def slow(calendar: Calendar) -> Schedule:
    """The same hours as a schedule of the phone system."""
    return Schedule(
        id=UUID(int=0),
        name="",
        timezone=calendar.timezone,
        weekly=calendar.weekly,
        exceptions=tuple(ScheduleException(one.first, one.last, hours=one.hours) for one in calendar.exceptions),
        open=ToHangup(),
        closed=ToHangup(),
    )


def open_minutes(calendar: Calendar | None, start: datetime, count: int) -> list[bool]:
    """For each minute from ``start`` on whether it is open; None: always."""
    if calendar is None:
        return [True] * count
    schedule = slow(calendar)
    return [is_open(schedule, start + MINUTE * number).open for number in range(count)]
