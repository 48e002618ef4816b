"""When may a client be called? Windows of the campaign and hours of the law, both in the client's own time. Pure.

A moment is open when the campaign's windows (with the exceptions of its calendar) and the calling hours of the number
(those of the longest prefix) are both open at the wall clock of the client's zone. So an hour that the spring change
skips never comes, and one that the autumn change repeats counts both times (see ``engine.routing.schedule``).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers
from phonenumbers import timezone as number_zones

from engine.dialer.campaign import CampaignSettings
from engine.routing.model import Interval, Schedule, ScheduleException, ToHangup
from engine.routing.schedule import is_open

SEARCH_DAYS = 60
"""How far ahead an opening is looked for."""
_ANY_TIME = tuple(Interval(day, time(), time()) for day in range(1, 8))
_NOBODY = UUID(int=0)
_UNKNOWN = "Etc/Unknown"


class CallingHours(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``calling_hours``: when numbers with ``prefix`` may be called. ``holidays``: days unlike the week's."""

    id: UUID
    name: str
    prefix: str
    weekly: tuple[Interval, ...]
    holidays: tuple[ScheduleException, ...] = ()
    enabled: bool = True


def hours_of(hours: Iterable[CallingHours], address: str) -> CallingHours | None:
    """The enabled hours that hold for ``address``: those with the longest prefix of it; None: no law is known."""
    holding = [one for one in hours if one.enabled and address.startswith(one.prefix)]
    return max(holding, key=lambda one: len(one.prefix), default=None)


def open_now(settings: CampaignSettings, hours: Sequence[CallingHours], zone: str, address: str, at: datetime) -> bool:
    """Whether ``address`` in the time zone ``zone`` may be called at ``at`` (aware).

    Raises:
        ZoneInfoNotFoundError: the zone is unknown (see ``known_zone``).
    """
    return all(is_open(schedule, at).open for schedule in _schedules(settings, hours_of(hours, address), zone))


def next_open(
    settings: CampaignSettings, hours: Sequence[CallingHours], zone: str, address: str, after: datetime
) -> datetime | None:
    """The first open moment at or after ``after`` (UTC); None: none within SEARCH_DAYS.

    Whether it is open changes at bounds of windows and where the zone's clock jumps, nowhere else; so only these are
    looked at.
    """
    schedules = _schedules(settings, hours_of(hours, address), zone)
    start = after.astimezone(UTC)
    if all(is_open(one, start).open for one in schedules):
        return start
    place = ZoneInfo(zone)
    first = start.astimezone(place).date() - timedelta(days=1)
    for number in range(SEARCH_DAYS + 2):
        for edge in _edges(schedules, first + timedelta(days=number), place):
            if edge > start and all(is_open(one, edge).open for one in schedules):
                return edge if edge - start <= timedelta(days=SEARCH_DAYS) else None
    return None


def open_lanes(
    settings: CampaignSettings, hours: Sequence[CallingHours], lanes: Iterable[tuple[str, str]], at: datetime
) -> set[tuple[str, str]]:
    """Those pairs of zone and prefix (of calling hours, as ``prefix_of`` gives) that may be called at ``at``."""
    return {(zone, prefix) for zone, prefix in set(lanes) if open_now(settings, hours, zone, prefix, at)}


def prefix_of(hours: Iterable[CallingHours], address: str) -> str:
    """The prefix of the hours that hold for ``address``; empty: none do, or those for all numbers."""
    found = hours_of(hours, address)
    return found.prefix if found is not None else ""


def local_day(zone: str, at: datetime) -> date:
    """The day of the client's calendar at ``at``."""
    return at.astimezone(ZoneInfo(zone)).date()


def start_of_day(zone: str, day: date) -> datetime:
    """The first moment of a day of the client's calendar (UTC), also where a change of clocks skips midnight."""
    place = ZoneInfo(zone)
    edges = _moments(time(), day, place)
    return next((edge for edge in edges if edge.astimezone(place).date() == day), edges[-1])


@lru_cache(maxsize=1024)
def known_zone(zone: str) -> bool:
    """Whether the system's data know this time zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=65_536)
def zone_of(number: str, fallback: str) -> str:
    """The time zone of a number (digits of E.164).

    A number may be in several zones (mobile numbers of a large country). Those of other countries with the same code
    don't count. Then ``fallback`` is taken if it is among them, else the one in the middle of them, by which the clock
    can be wrong by the least. Nothing known: ``fallback``.
    """
    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return fallback
    zones = [one for one in number_zones.time_zones_for_number(parsed) if one != _UNKNOWN and known_zone(one)]
    own = _zones_of_country(phonenumbers.region_code_for_number(parsed) or "")
    zones = [one for one in zones if one in own] or zones
    if not zones or fallback in zones:
        return fallback
    zones.sort(key=lambda one: (_winter_offset(one), one))
    return zones[(len(zones) - 1) // 2]


@lru_cache(maxsize=256)
def _zones_of_country(region: str) -> frozenset[str]:
    """Time zones of a country, by the table that comes with the time zone data."""
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line.startswith(f"{region}\t"))


def _winter_offset(zone: str) -> timedelta:
    return datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()


@lru_cache(maxsize=4096)
def _schedules(settings: CampaignSettings, law: CallingHours | None, zone: str) -> tuple[Schedule, ...]:
    own = _schedule(settings.windows or _ANY_TIME, settings.days, zone)
    return (own,) if law is None else (own, _schedule(law.weekly, law.holidays, zone))


def _schedule(weekly: tuple[Interval, ...], days: tuple[ScheduleException, ...], zone: str) -> Schedule:
    return Schedule(
        id=_NOBODY, name="", timezone=zone, weekly=weekly, exceptions=days, open=ToHangup(), closed=ToHangup()
    )


def _edges(schedules: Iterable[Schedule], day: date, place: ZoneInfo) -> list[datetime]:
    """Moments of a local day at which openness may change, in order (UTC)."""
    clocks = {time()}
    for schedule in schedules:
        for interval in schedule.weekly:
            clocks |= {interval.start, interval.end}
        for exception in schedule.exceptions:
            for hours in exception.hours:
                clocks |= {hours.start, hours.end}
    return sorted({moment for clock in clocks for moment in _moments(clock, day, place)})


def _moments(clock: time, day: date, place: ZoneInfo) -> list[datetime]:
    """When a wall clock shows ``clock`` on ``day`` (UTC, in order): once, twice, or (skipped) where the clock jumps."""
    first, second = (datetime.combine(day, clock, place).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return [first] if first == second else sorted({first, _jump(first, second, place), second})
    return [_jump(second, first, place)]


def _jump(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The second at which the zone's offset changes between two moments."""
    offset = before.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(place).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
