"""Is a schedule open at a moment? Pure: the moment is an argument.

Hours are wall-clock hours of the schedule's zone. The moment is turned into that zone's wall clock, so an hour that
the spring change skips never comes, and an hour that the autumn change repeats counts both times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.routing.model import Destination, Hours, Interval, Schedule, ScheduleException

T = TypeVar("T", Interval, Hours)
_DAYS = ("", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Decision:
    """Open or closed, the rule that said so in words, and where the call goes."""

    open: bool
    rule: str
    destination: Destination


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_open(schedule: Schedule, at: datetime) -> Decision:
    """What ``schedule`` says at ``at`` (aware).

    An interval whose end is not after its start runs past midnight into the next day. A day under an exception
    follows the exception alone: weekly hours of the day before end at its midnight. Of exceptions that overlap the
    shortest holds, then the first listed.

    Raises:
        ZoneInfoNotFoundError: the schedule's time zone is unknown (the API refuses such a schedule).
    """
    local = at.astimezone(_zone(schedule.timezone))
    today, clock = local.date(), local.time()
    exception = _exception(schedule, today)
    rule = _match(schedule, exception, today, clock)
    if rule:
        return Decision(True, rule, schedule.open)
    if exception is None:
        return Decision(False, "outside hours", schedule.closed)
    return Decision(False, f"exception {_title(exception)}", exception.destination or schedule.closed)


def _match(schedule: Schedule, exception: ScheduleException | None, today: date, clock: time) -> str:
    """The rule that is open at ``clock`` of ``today``; empty if none."""
    yesterday = today - timedelta(days=1) if today > date.min else today
    before = _exception(schedule, yesterday)
    if exception is not None:
        if hours := _within(exception.hours, clock):
            return f"exception {_title(exception)}: {_span(hours)}"
    elif interval := _within((i for i in schedule.weekly if i.day == today.isoweekday()), clock):
        return f"{_DAYS[interval.day]} {_span(interval)}"
    if before is not None:
        spilled = _spilling(before.hours, clock) if exception is None or exception is before else None
        return f"exception {_title(before)}: {_span(spilled)}" if spilled else ""
    if exception is None and (
        late := _spilling((i for i in schedule.weekly if i.day == yesterday.isoweekday()), clock)
    ):
        return f"{_DAYS[late.day]} {_span(late)}"
    return ""


def _exception(schedule: Schedule, day: date) -> ScheduleException | None:
    holding = [e for e in schedule.exceptions if e.first <= day <= e.last]
    return min(holding, key=lambda e: e.last - e.first, default=None)


def _within(intervals: Iterable[T], clock: time) -> T | None:
    """The interval that began today and covers ``clock``."""
    return next((i for i in intervals if i.start <= clock and (clock < i.end or i.end <= i.start)), None)


def _spilling(intervals: Iterable[T], clock: time) -> T | None:
    """The interval that began yesterday and runs past midnight over ``clock``."""
    return next((i for i in intervals if i.end <= i.start and clock < i.end), None)


def _span(interval: Interval | Hours) -> str:
    return f"{interval.start:%H:%M}-{interval.end:%H:%M}"


def _title(exception: ScheduleException) -> str:
    return exception.name or f"{exception.first}..{exception.last}"
