"""Arithmetic of opening hours: how much of them lies between two moments, when so much of them has passed. Pure.

A moment is open when the wall clock of the calendar's zone shows open hours (the reading of
``engine.routing.schedule``): an hour that the spring change skips never comes, one that the autumn change repeats
counts twice. Time is cut where the zone's offset changes (tz database, by ``zoneinfo``); within a piece the wall clock
runs evenly, so a day's hours are moved as a whole. The cost grows with days, not with minutes.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from api.sla.model import SpecialDays
from engine.routing.model import Hours, Interval

HORIZON = timedelta(days=3660)
"""So far ahead a moment is looked for."""
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_WEEKDAYS = range(1, 8)


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Opening hours; see ``CalendarData``. ``name`` is for people."""

    name: str = ""
    timezone: str
    weekly: tuple[Interval, ...]
    exceptions: tuple[SpecialDays, ...] = ()


class Opening(NamedTuple):
    """Open from ``begin`` to before ``end`` (UTC)."""

    begin: datetime
    end: datetime


def openings(calendar: Calendar | None, start: datetime, end: datetime) -> Iterator[Opening]:
    """The open stretches between two moments (aware), in order, as long as they are. None: all of it is open."""
    whole: Opening | None = None
    for piece in _pieces(calendar, start, end):
        if whole is not None and whole.end == piece.begin:
            whole = Opening(whole.begin, piece.end)
            continue
        if whole is not None:
            yield whole
        whole = piece
    if whole is not None:
        yield whole


def open_seconds(calendar: Calendar | None, start: datetime, end: datetime) -> float:
    """Seconds of opening hours between two moments; 0 where ``end`` is not after ``start``."""
    total = sum((piece.end - piece.begin for piece in _pieces(calendar, start, end)), timedelta())
    return total.total_seconds()


def moment_after(calendar: Calendar | None, start: datetime, seconds: float) -> datetime | None:
    """The first moment (UTC) at which ``seconds`` of opening hours have passed since ``start``; None: not within
    HORIZON."""
    begin, left = start.astimezone(UTC), timedelta(seconds=seconds)
    if left <= timedelta():
        return begin
    for piece in _pieces(calendar, begin, begin + HORIZON):
        if piece.end - piece.begin >= left:
            return piece.begin + left
        left -= piece.end - piece.begin
    return None


def known_zone(name: str) -> bool:
    """Whether the system's data know this time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _pieces(calendar: Calendar | None, start: datetime, end: datetime) -> Iterator[Opening]:
    """Open pieces in order; one may begin where another ends."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return
    if calendar is None:
        yield Opening(start, end)
        return
    book = _book(calendar)
    for begin, stop, offset in _even(ZoneInfo(calendar.timezone), start, end):
        low, high = (begin + offset).replace(tzinfo=None), (stop + offset).replace(tzinfo=None)
        day = low.date()
        while day <= high.date():
            midnight = datetime.combine(day, time())
            for opened, closed in book.hours(day):
                first, last = max(midnight + opened, low), min(midnight + closed, high)
                if first < last:
                    yield Opening((first - offset).replace(tzinfo=UTC), (last - offset).replace(tzinfo=UTC))
            day += _DAY


Span = tuple[timedelta, timedelta]
"""From and to, since midnight on the wall clock."""


class _Book:
    """A calendar made ready: the hours of any day, looked up."""

    def __init__(self, calendar: Calendar) -> None:
        self._exceptions = calendar.exceptions
        self._weekly = {day: _halves(i for i in calendar.weekly if i.day == day) for day in _WEEKDAYS}
        self._special = [_halves(special.hours) for special in calendar.exceptions]
        edges = {special.first.toordinal() for special in calendar.exceptions}
        edges |= {special.last.toordinal() + 1 for special in calendar.exceptions}
        self._edges = sorted(edges)
        self._holding = [self._shortest(edge) for edge in self._edges]

    def hours(self, day: date) -> list[Span]:
        """Open spans of a local day, in order, none touching another."""
        number, yesterday = day.toordinal(), day.toordinal() - 1
        today, before = self._exception(number), self._exception(yesterday)
        own, _ = self._weekly[day.isoweekday()] if today is None else self._special[today]
        spilled: list[Span] = []
        if before is None:
            if today is None:
                spilled = self._weekly[(day.isoweekday() - 2) % 7 + 1][1]
        elif today is None or today == before:
            spilled = self._special[before][1]
        return _joined([*own, *spilled])

    def _exception(self, day: int) -> int | None:
        """The place of the special days that hold on a day."""
        place = bisect_right(self._edges, day) - 1
        return self._holding[place] if place >= 0 else None

    def _shortest(self, day: int) -> int | None:
        places = [
            place
            for place, special in enumerate(self._exceptions)
            if special.first.toordinal() <= day <= special.last.toordinal()
        ]
        return min(places, key=lambda place: self._exceptions[place].last - self._exceptions[place].first, default=None)


@lru_cache(maxsize=256)
def _book(calendar: Calendar) -> _Book:
    return _Book(calendar)


def _halves(hours: Iterable[Interval | Hours]) -> tuple[list[Span], list[Span]]:
    """Spans on the day itself, and those that run over into the next day."""
    own, spilled = [], []
    for one in hours:
        start, end = _since_midnight(one.start), _since_midnight(one.end)
        own.append((start, end if end > start else _DAY))
        if timedelta() < end <= start:
            spilled.append((timedelta(), end))
    return own, spilled


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _even(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time between two moments (UTC), cut where the zone's offset changes: begin, end, offset."""
    begin = start
    for year in range(start.year, end.year + 1):
        for change in _changes(zone, year):
            if begin < change < end:
                yield begin, change, _offset(zone, begin)
                begin = change
    yield begin, end, _offset(zone, begin)


@lru_cache(maxsize=4096)
def _changes(zone: ZoneInfo, year: int) -> tuple[datetime, ...]:
    """When the offset changes in a year (UTC)."""
    changes = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        if _offset(zone, day) != _offset(zone, day + _DAY):
            changes.append(_change(zone, day, day + _DAY))
        day += _DAY
    return tuple(changes)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset changes between two moments."""
    offset = _offset(zone, before)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > before else middle
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
