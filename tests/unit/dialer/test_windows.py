"""Local-time windows across changes of clocks, against a slow obvious reading of the clock on the wall."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from engine.dialer.campaign import CampaignSettings
from engine.dialer.windows import (
    CallingHours,
    hours_of,
    local_day,
    next_open,
    open_lanes,
    open_now,
    prefix_of,
    start_of_day,
    zone_of,
)
from engine.routing.model import Hours, Interval, ScheduleException

pytestmark = pytest.mark.feature("F-DIAL-04", "F-DIAL-20")
RUSSIA = [
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk"),
    *("Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Sakhalin", "Asia/Kamchatka"),
    *("Asia/Anadyr", "Asia/Novosibirsk", "Europe/Volgograd"),
]
CHANGING = ["Europe/Berlin", "America/New_York", "America/Santiago", "America/Havana", "Australia/Lord_Howe"]
ZONES = st.sampled_from(CHANGING * 3 + RUSSIA)
# Days around changes of clocks of these zones, and any day.
CHANGES = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 6),
    date(2026, 10, 4),
    date(2026, 10, 25),
]
CHANGES += [date(2026, 11, 1), date(2027, 3, 28)]
DAYS = st.one_of(
    st.builds(lambda day, by: day + timedelta(days=by), st.sampled_from(CHANGES), st.integers(-2, 1)),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
MOMENTS = st.builds(
    lambda day, seconds: datetime.combine(day, time(), UTC) + timedelta(seconds=seconds), DAYS, st.integers(0, 86_399)
)
CLOCKS = st.builds(lambda minute: time(minute // 60, minute % 60), st.sampled_from([*range(0, 1440, 30), 1439, 61]))
INTERVALS = st.builds(Interval, st.integers(1, 7), CLOCKS, CLOCKS)
EXCEPTIONS = st.builds(
    lambda first, days, hours: ScheduleException(first, first + timedelta(days=days), hours=tuple(hours)),
    *(DAYS, st.integers(0, 2), st.lists(st.builds(Hours, CLOCKS, CLOCKS), max_size=2)),
)
SETTINGS = st.builds(
    lambda windows, days: CampaignSettings(windows=tuple(windows), days=tuple(days)),
    *(st.lists(INTERVALS, max_size=6), st.lists(EXCEPTIONS, max_size=2)),
)
LAWS = st.builds(
    lambda prefix, weekly, holidays: CallingHours(
        id=UUID(int=1), name="law", prefix=prefix, weekly=tuple(weekly), holidays=tuple(holidays)
    ),
    *(st.sampled_from(["", "7", "79", "4930"]), st.lists(INTERVALS, min_size=1, max_size=7)),
    st.lists(EXCEPTIONS, max_size=1),
)
EVERY_DAY = tuple(Interval(day, time(), time()) for day in range(1, 8))
RUSSIAN = CallingHours(
    id=UUID(int=2), name="RU", prefix="7", weekly=tuple(Interval(day, time(8), time(22)) for day in range(1, 8))
)


def obvious(weekly: Sequence[Interval], days: Sequence[ScheduleException], local: datetime) -> bool:
    """What a person would read from the clock on the wall and a sheet of hours; ``local`` without a zone."""

    def sheet(day: date) -> tuple[object, list[tuple[time, time]]]:
        holding = sorted((one for one in days if one.first <= day <= one.last), key=lambda one: one.last - one.first)
        if holding:
            return holding[0], [(hours.start, hours.end) for hours in holding[0].hours]
        return None, [(one.start, one.end) for one in weekly if one.day == day.isoweekday()]

    today, spans = sheet(local.date())
    before, late = sheet(local.date() - timedelta(days=1))
    clock = local.time()
    if any(start <= clock < end if start < end else start <= clock for start, end in spans):
        return True
    # Hours past midnight end with the sheet that they stand on.
    spills = any(end <= start and clock < end for start, end in late)
    return spills and (today is None or today is before)


def allowed(settings: CampaignSettings, law: CallingHours | None, zone: str, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    own = obvious(settings.windows or EVERY_DAY, settings.days, local)
    return own and (law is None or obvious(law.weekly, law.holidays, local))


@given(SETTINGS, st.lists(LAWS, max_size=2), ZONES, MOMENTS)
@trials(max_examples=150, deadline=None)
def test_open_means_open_by_the_clock_on_the_wall(
    settings: CampaignSettings, laws: list[CallingHours], zone: str, at: datetime
) -> None:
    address = "79161234567"
    law = max((one for one in laws if address.startswith(one.prefix)), key=lambda one: len(one.prefix), default=None)
    assert open_now(settings, laws, zone, address, at) == allowed(settings, law, zone, at)
    pair = (zone, prefix_of(laws, address))
    assert (pair in open_lanes(settings, laws, [pair], at)) == allowed(settings, law, zone, at)


@given(SETTINGS, LAWS, ZONES, MOMENTS)
@trials(max_examples=50, deadline=None)
def test_the_next_opening_is_the_first_open_minute(
    settings: CampaignSettings, law: CallingHours, zone: str, after: datetime
) -> None:
    address = law.prefix or "7"
    found = next_open(settings, [law], zone, address, after)
    if found is not None:
        assert found >= after and allowed(settings, law, zone, found)
    minute = after.replace(second=0, microsecond=0) + timedelta(minutes=after.second > 0)
    last = after + timedelta(days=2) if found is None else min(found, after + timedelta(days=2))
    if found != after:
        assert not allowed(settings, law, zone, after)
    while minute < last:
        assert not allowed(settings, law, zone, minute), f"open at {minute}, found {found}"
        minute += timedelta(minutes=1)


@given(ZONES, DAYS)
@trials(max_examples=100, deadline=None)
def test_a_day_starts_at_its_first_moment(zone: str, day: date) -> None:
    start = start_of_day(zone, day)
    assert local_day(zone, start) == day
    assert local_day(zone, start - timedelta(seconds=1)) == day - timedelta(days=1)


def test_the_hour_that_spring_skips_opens_with_the_jump_and_the_one_autumn_repeats_counts_twice() -> None:
    night = CampaignSettings(windows=tuple(Interval(day, time(2, 30), time(4)) for day in range(1, 8)))
    spring = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert next_open(night, [], "Europe/Berlin", "49", spring) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    twice = CampaignSettings(windows=(Interval(7, time(2, 30), time(2, 45)),))
    autumn = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    first = next_open(twice, [], "Europe/Berlin", "49", autumn)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert first and next_open(twice, [], "Europe/Berlin", "49", first + timedelta(minutes=15)) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Kaliningrad", 9),
        ("Europe/Moscow", 8),
        ("Europe/Samara", 7),
        ("Asia/Yekaterinburg", 6),
        ("Asia/Omsk", 5),
        ("Asia/Novosibirsk", 4),
        ("Asia/Irkutsk", 3),
        ("Asia/Yakutsk", 2),
        ("Asia/Vladivostok", 1),
        ("Asia/Kamchatka", 0),
    ],
)
def test_russia_from_west_to_east_opens_by_its_own_clocks(zone: str, hours: int) -> None:
    midnight_in_moscow = datetime(2026, 6, 9, 21, 0, tzinfo=UTC)
    opening = next_open(CampaignSettings(), [RUSSIAN], zone, "79991234567", midnight_in_moscow)
    assert opening == midnight_in_moscow + timedelta(hours=hours)


def test_never_open_is_told() -> None:
    closed = CampaignSettings(days=(ScheduleException(date(2026, 1, 1), date(2027, 12, 31)),))
    assert next_open(closed, [RUSSIAN], "Europe/Moscow", "7", datetime(2026, 5, 5, tzinfo=UTC)) is None


def test_the_longest_prefix_holds_and_a_row_switched_off_does_not() -> None:
    moscow = CallingHours(id=UUID(int=3), name="Moscow", prefix="7495", weekly=())
    off = CallingHours(id=UUID(int=4), name="off", prefix="74951", weekly=(), enabled=False)
    assert hours_of([RUSSIAN, moscow, off], "74951234567") is moscow
    assert hours_of([RUSSIAN, moscow], "79161234567") is RUSSIAN
    assert hours_of([RUSSIAN], "4930123456") is None


@pytest.mark.parametrize(
    ("number", "fallback", "zone"),
    [
        ("74951234567", "Asia/Omsk", "Europe/Moscow"),
        ("73432000000", "Europe/Moscow", "Asia/Yekaterinburg"),
        ("79161234567", "Asia/Omsk", "Asia/Omsk"),  # a mobile number of all Russia: the list's own zone
        ("77012345678", "Europe/Moscow", "Asia/Almaty"),  # the same code, another country
        ("4930123456", "Europe/Moscow", "Europe/Berlin"),
        ("12125551234", "Europe/Moscow", "America/New_York"),
        ("999", "Europe/Moscow", "Europe/Moscow"),
    ],
)
def test_a_number_tells_its_zone(number: str, fallback: str, zone: str) -> None:
    assert zone_of(number, fallback) == zone


def test_a_number_of_several_zones_is_taken_in_their_middle() -> None:
    middle = zone_of("18005551234", "Europe/Moscow")
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(middle)).utcoffset()
    assert offset is not None and timedelta(hours=-8) <= offset <= timedelta(hours=-6)
