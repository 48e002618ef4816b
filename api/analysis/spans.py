"""The week and the months that an analysis shows, on an account's wall clock. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = 6
MAIL_HOUR = 8


def week(now: datetime, zone: ZoneInfo) -> list[date]:
    """Monday to Sunday of the week of ``now``."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def months(now: datetime, zone: ZoneInfo) -> list[date]:
    """First days of the last six months, the present one last."""
    first = now.astimezone(zone).date().replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def bounds(days: list[date], end: date, zone: ZoneInfo) -> list[datetime]:
    """Midnights at which ``days`` begin, and that of ``end``, in UTC."""
    return [_midnight(day, zone) for day in (*days, end)]


def after_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def next_mail(every: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The next Monday, or first of a month, at eight in the morning there, after ``now``."""
    day = now.astimezone(zone).date()
    while True:
        due = datetime.combine(day, time(MAIL_HOUR), zone).astimezone(UTC)
        if due > now and (day.weekday() == 0 if every == "week" else day.day == 1):
            return due
        day += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
