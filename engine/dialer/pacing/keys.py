"""What list and hour do to the share of people: differences in log-odds, shrunk to none where little is known."""

import math
from typing import Any

from engine.dialer.pacing.shares import STEP

SHRINK = 60.0
"""Dials that the assumption of no difference is worth."""
MEMORY = 5000.0
LIMIT = 2.0
MOST = 500
"""Lists remembered; the one longest unused is dropped."""


class Keys:
    """Per list: people seen and people that the common share told, with forgetting.

    Hours are kept in the same way against the share of the whole day, so that tomorrow's lunch is no surprise.
    """

    def __init__(self) -> None:
        self.lists: dict[str, list[float]] = {}

    def learn(self, hour: int, list_id: str, human: bool, common: float) -> None:
        """A dial of this hour and list is over; ``common``: share of people expected of any."""
        entry = self.lists.pop(list_id, None) or [0.0, 0.0, 0.0]
        keep = 1 - 1 / MEMORY
        self.lists[list_id] = [entry[0] * keep + human, entry[1] * keep + common, entry[2] * keep + 1]
        if len(self.lists) > MOST:
            del self.lists[next(iter(self.lists))]

    def shift(self, hour: int, list_id: str) -> int:
        """Steps of the share's grid by which the odds of this line are higher."""
        entry = self.lists.get(list_id)
        if entry is None or len(self.lists) < 2:
            return 0
        return round(self.effect(list_id) / STEP)

    def effect(self, list_id: str) -> float:
        people, told, dials = self.lists[list_id]
        common = min(max(told / dials, 0.01), 0.98) if dials else 0.3
        seen = (people + SHRINK * common) / (dials + SHRINK)
        seen = min(max(seen, 0.005), 0.995)
        value = math.log(seen / (1 - seen)) - math.log(common / (1 - common))
        return min(max(value, -LIMIT), LIMIT)

    def state(self) -> dict[str, Any]:
        return {name: [round(value, 3) for value in entry] for name, entry in self.lists.items()}

    def restore(self, state: Any) -> None:
        if isinstance(state, dict):
            for name, entry in list(state.items())[:MOST]:
                if isinstance(name, str) and isinstance(entry, list) and len(entry) == 3:
                    self.lists[name] = [max(float(value), 0.0) for value in entry]
