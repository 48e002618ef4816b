"""What list and hour do to the share of people: differences in log-odds, shrunk to none where little is known.

A list is told by its own dials against what the common share of the moment led one to expect. An hour of the client's
day is told by the dials of that hour against those of all hours, so that tomorrow's lunch is no surprise: the filter of
the common share follows the level that is left when the hour's own difference is taken away.
"""

import math
from typing import Any

from engine.dialer.pacing.shares import STEP

SHRINK, SHRINK_HOUR = 60.0, 400.0
"""Dials that the assumption of no difference is worth, of a list and of an hour."""
MEMORY = 5000.0
LIMIT = 2.0
MOST = 500
"""Lists remembered; the one longest unused is dropped."""


class Keys:
    """Counts with forgetting. Lists: [people, people expected, dials]; hours: [people, dials]."""

    def __init__(self) -> None:
        self.lists: dict[str, list[float]] = {}
        self.hours: list[list[float]] = [[0.0, 0.0] for _ in range(24)]
        self._effects: dict[int, float] = {}

    def learn(self, hour: int, list_id: str, human: bool, expected: float) -> None:
        """A dial of this hour and list is over; ``expected``: share of people expected without the list's effect."""
        keep = 1 - 1 / MEMORY
        people, told, dials = self.lists.pop(list_id, None) or [0.0, 0.0, 0.0]
        self.lists[list_id] = [people * keep + human, told * keep + expected, dials * keep + 1]
        if len(self.lists) > MOST:
            del self.lists[next(iter(self.lists))]
        entry = self.hours[hour % 24]
        entry[0], entry[1] = entry[0] * keep + human, entry[1] * keep + 1

    def begin(self) -> None:
        """Hours' differences are brought up to date: now and then, so that the common share's filter can follow."""
        self._effects.clear()

    def shift(self, hour: int, list_id: str) -> int:
        """Steps of the share's grid by which the odds of this line are higher."""
        value = self.hour_effect(hour)
        if len(self.lists) > 1 and list_id in self.lists:
            value += self.list_effect(list_id)
        return round(value / STEP)

    def hour_shift(self, hour: int) -> int:
        """The part of ``shift`` that the hour makes."""
        return round(self.hour_effect(hour) / STEP)

    def hour_effect(self, hour: int) -> float:
        """Log-odds of this hour less those of the mean of the hours known."""
        value = self._effects.get(hour % 24)
        if value is None:
            known = [entry for entry in self.hours if entry[1] >= SHRINK]
            value = 0.0
            if len(known) > 1 and self.hours[hour % 24][1] >= SHRINK:
                common = sum(entry[0] / entry[1] for entry in known) / len(known)
                people, dials = self.hours[hour % 24]
                value = _difference(people, dials, common, SHRINK_HOUR)
            self._effects[hour % 24] = value
        return value

    def list_effect(self, list_id: str) -> float:
        """Log-odds of this list less those expected of any."""
        people, told, dials = self.lists[list_id]
        return _difference(people, dials, told / dials if dials else 0.3, SHRINK)

    def state(self) -> dict[str, Any]:
        lists = {name: [round(value, 3) for value in entry] for name, entry in self.lists.items()}
        return {"lists": lists, "hours": [[round(value, 3) for value in entry] for entry in self.hours]}

    def restore(self, state: Any) -> None:
        """What was saved earlier; parts that do not fit are left out."""
        match state:
            case {"lists": dict() as lists, "hours": [*hours]} if len(hours) == 24:
                for name, entry in list(lists.items())[:MOST]:
                    if isinstance(name, str) and _numbers(entry, 3):
                        self.lists[name] = [max(float(value), 0.0) for value in entry]
                if all(_numbers(entry, 2) for entry in hours):
                    self.hours = [[max(float(value), 0.0) for value in entry] for entry in hours]
        self.begin()


def _numbers(entry: Any, count: int) -> bool:
    return isinstance(entry, list) and len(entry) == count and all(isinstance(value, int | float) for value in entry)


def _difference(people: float, dials: float, common: float, shrink: float) -> float:
    common = min(max(common, 0.01), 0.98)
    seen = min(max((people + shrink * common) / (dials + shrink), 0.005), 0.995)
    value = math.log(seen / (1 - seen)) - math.log(common / (1 - common))
    return min(max(value, -LIMIT), LIMIT)
