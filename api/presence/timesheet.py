"""Working time by day and operator, put together from sums of the database; and as a table for a file. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.presence.model import BreakTime, Day

_HOUR = 3600
_NO_REASON = ("Без причины", "No reason", False)
_TITLES = {
    "ru": ("День", "Оператор", "Начало", "Конец", "Отработано, ч", "Оплачивается, ч", "Готов, ч", "Вызов идёт, ч",
           "Разговоры, ч", "Обработка, ч", "Перерывы, ч", "Отошёл, ч", "Смена, ч", "В смену, ч", "Опоздание, мин",
           "Ушёл раньше, мин", "Неявка, ч"),
    "en": ("Day", "Operator", "First on", "Last off", "Worked, h", "Paid, h", "Ready, h", "Ringing, h",
           "On calls, h", "Wrap-up, h", "Breaks, h", "Away, h", "Shift, h", "In shift, h", "Late, min",
           "Left early, min", "Absent, h"),
}  # fmt: skip
_HOURS = ("worked_s", "paid_s", "ready_s", "reserved_s", "on_call_s", "wrap_up_s", "break_s", "away_s", "planned_s",
          "in_shift_s")  # fmt: skip


def bounds(days: Sequence[date], zone: ZoneInfo) -> tuple[list[datetime], list[datetime]]:
    """When each day begins and ends (midnight in the zone, also when clocks change), in UTC."""
    marks = [datetime.combine(day, time(), zone).astimezone(UTC) for day in (*days, days[-1] + timedelta(days=1))]
    return marks[:-1], marks[1:]


class Sheet:
    """Days of operators, filled in from rows of the store (see its methods for their columns)."""

    def __init__(self, days: Sequence[date], zone: ZoneInfo, now: datetime, reasons: Sequence[Any]) -> None:
        self._days = days
        self._starts, self._ends = bounds(days, zone)
        self._now = now
        self._reasons = {row["id"]: (row["name"], row["name_en"], row["paid"]) for row in reasons}
        self._items: dict[tuple[int, UUID], Day] = {}

    def add_worked(self, rows: Sequence[Any]) -> None:
        still_on = set()
        for row in rows:
            item = self._item(row["day"] - 1, row["user_id"], row["name"])
            seconds = row["seconds"]
            setattr(item, f"{row['status']}_s", getattr(item, f"{row['status']}_s") + seconds)
            item.worked_s += seconds
            item.first_on = min(item.first_on or row["first_on"], row["first_on"])
            item.last_off = max(item.last_off or row["last_off"], row["last_off"])
            if row["open"]:
                still_on.add((row["day"] - 1, row["user_id"]))
            paid = row["status"] != "away"
            if row["status"] == "break":
                paid = self._add_break(item, row)
            if paid:
                item.paid_s += seconds
        for key in still_on:
            self._items[key].last_off = None

    def _add_break(self, item: Day, row: Any) -> bool:
        name, name_en, paid = self._reasons.get(row["reason_id"], _NO_REASON)
        item.breaks.append(
            BreakTime(
                reason_id=row["reason_id"],
                name=name,
                name_en=name_en or name,
                paid=paid,
                seconds=row["seconds"],
                overrun_s=row["overrun"] or 0.0,
            )
        )
        return bool(paid)

    def add_planned(self, rows: Sequence[Any]) -> None:
        for row in rows:
            starts, ends, first_on, last_off = row["starts"], row["ends"], row["first_on"], row["last_off"]
            for number, (day_start, day_end) in enumerate(zip(self._starts, self._ends, strict=True)):
                seconds = (min(ends, day_end) - max(starts, day_start)).total_seconds()
                if seconds > 0:
                    self._item(number, row["user_id"], row["name"]).planned_s += seconds
            first = self._at(starts, row)
            last = self._at(ends - timedelta(microseconds=1), row)
            over, begun = ends <= self._now, starts < self._now
            if first_on is None:
                if first is not None and over:
                    first.absent_s += (ends - starts).total_seconds()
                elif first is not None and begun:
                    first.late_s += (self._now - starts).total_seconds()
                continue
            if first is not None:
                first.late_s += (first_on - starts).total_seconds()
            if last is not None and over:
                last.left_early_s += (ends - last_off).total_seconds()

    def add_in_shifts(self, rows: Sequence[Any]) -> None:
        for row in rows:
            item = self._items.get((row["day"] - 1, row["user_id"]))
            if item is not None:
                item.in_shift_s += row["seconds"]

    def items(self) -> list[Day]:
        """By day, then by name."""
        return [self._items[key] for key in sorted(self._items, key=lambda key: (key[0], self._items[key].name, key))]

    def _item(self, number: int, user_id: UUID, name: str) -> Day:
        found = self._items.get((number, user_id))
        if found is None:
            found = self._items[number, user_id] = Day(day=self._days[number], user_id=user_id, name=name)
        return found

    def _at(self, at: datetime, row: Any) -> Day | None:
        for number, (day_start, day_end) in enumerate(zip(self._starts, self._ends, strict=True)):
            if day_start <= at < day_end:
                return self._item(number, row["user_id"], row["name"])
        return None


def table(items: Sequence[Day], language: str) -> tuple[list[str], list[list[Any]]]:
    """Headings and rows of a file: hours as decimals, one more column for each kind of break."""
    kinds: dict[UUID | None, str] = {}
    for item in items:
        for kind in item.breaks:
            kinds.setdefault(kind.reason_id, kind.name if language == "ru" else kind.name_en)
    titles = [*_TITLES["ru" if language == "ru" else "en"], *(f"{name}, {_unit(language)}" for name in kinds.values())]
    return titles, [_row(item, kinds) for item in items]


def _unit(language: str) -> str:
    return "ч" if language == "ru" else "h"


def _row(item: Day, kinds: Mapping[UUID | None, str]) -> list[Any]:
    taken = {kind.reason_id: kind.seconds for kind in item.breaks}
    return [
        item.day.isoformat(),
        item.name,
        item.first_on,
        item.last_off,
        *(round(getattr(item, name) / _HOUR, 4) for name in _HOURS),
        round(item.late_s / 60, 2),
        round(item.left_early_s / 60, 2),
        round(item.absent_s / _HOUR, 4),
        *(round(taken.get(reason, 0.0) / _HOUR, 4) for reason in kinds),
    ]
