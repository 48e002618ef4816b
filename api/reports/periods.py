"""Periods cut into intervals on the wall clock of a time zone. Pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Interval(StrEnum):
    """Widths of an interval; weeks begin on Monday."""

    QUARTER = "15min"
    HALF = "30min"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_MINUTES = {Interval.QUARTER: 15, Interval.HALF: 30, Interval.HOUR: 60}


def starts(first: datetime, last: datetime, interval: Interval, zone: ZoneInfo, most: int) -> list[datetime]:
    """Where the intervals from ``first`` to before ``last`` begin, in UTC; the earliest may begin before ``first``.

    Days, weeks and months begin at midnight of the zone, also when clocks change within them; parts of an hour are as
    long as they are called, whatever the clocks do.

    Raises:
        ValueError: there would be more than ``most``.
    """
    found: list[datetime] = []
    at = _floor(first, interval, zone)
    while at < last:
        if len(found) >= most:
            raise ValueError(f"More than {most} intervals: ask for a shorter time or wider intervals")
        found.append(at)
        at = _next(at, interval, zone)
    return found


def _floor(at: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    if interval in _MINUTES:
        minutes = local.minute % _MINUTES[interval]
        return (local.replace(second=0, microsecond=0).astimezone(UTC)) - timedelta(minutes=minutes)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval is Interval.WEEK:
        day -= timedelta(days=day.weekday())
    elif interval is Interval.MONTH:
        day = day.replace(day=1)
    return day.astimezone(UTC)


def _next(at: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    if interval in _MINUTES:
        return at + timedelta(minutes=_MINUTES[interval])
    local = at.astimezone(zone).replace(tzinfo=None)
    if interval is Interval.MONTH:
        day = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        day = local + timedelta(days=7 if interval is Interval.WEEK else 1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=zone).astimezone(UTC)


def today(now: datetime, zone: ZoneInfo) -> datetime:
    """When the present day began in the zone, in UTC."""
    return _floor(now, Interval.DAY, zone)
