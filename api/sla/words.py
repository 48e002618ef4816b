"""A calendar in words, for people. Pure."""

from collections.abc import Iterable, Sequence
from datetime import time
from itertools import groupby

from api.sla.hours import Calendar
from api.sla.model import SpecialDays
from engine.routing.model import Hours, Interval

_DAYS = {"ru": ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_CLOSED = {"ru": "закрыто", "en": "closed"}
_BUT = {"ru": "кроме", "en": "except"}
_MOST = 12
"""So many special days are told one by one."""


def calendar_words(calendar: Calendar, language: str, special: Sequence[SpecialDays] = ()) -> str:
    """``Пн-Пт 09:00-13:00, 14:00-18:00; Сб 10:00-14:00 (Europe/Moscow); кроме: ...``. ``special``: the special days
    that matter (all of a calendar may be many)."""
    days = _DAYS[language]
    by_day = [_hours(i for i in calendar.weekly if i.day == number) for number in range(1, 8)]
    parts, number = [], 0
    for hours, same in groupby(by_day):
        count = len(list(same))
        name = days[number] if count == 1 else f"{days[number]}-{days[number + count - 1]}"
        number += count
        if hours:
            parts.append(f"{name} {hours}")
    words = f"{'; '.join(parts) or _CLOSED[language]} ({calendar.timezone})"
    if not special:
        return words
    told = [_special(one, language) for one in special[:_MOST]]
    more = [f"+{len(special) - _MOST}"] if len(special) > _MOST else []
    return f"{words}; {_BUT[language]}: {', '.join(told + more)}"


def _special(one: SpecialDays, language: str) -> str:
    days = f"{one.first:%d.%m.%Y}" if one.first == one.last else f"{one.first:%d.%m.%Y}-{one.last:%d.%m.%Y}"
    name = f" «{one.name}»" if one.name else ""
    return f"{days}{name} {_hours(one.hours) or _CLOSED[language]}"


def _hours(hours: Iterable[Interval | Hours]) -> str:
    ordered = sorted(hours, key=lambda one: (one.start, one.end))
    return ", ".join(f"{one.start:%H:%M}-{_end(one)}" for one in ordered)


def _end(one: Interval | Hours) -> str:
    return f"{one.end:%H:%M}" if one.end != time() else "24:00"
