"""The threshold of risk under which another line is dialled."""

import math
from typing import Any

from engine.dialer.pacing.budget import Budget

FIXED: float | None = None
GAIN = 0.02
PROPORTIONAL = 0.25


class Price:
    """Moves the threshold until the rate comes out at the target."""

    def __init__(self, target: float) -> None:
        self.target = target
        self._log = math.log(0.8 * target)
        self._seen = (0, 0)

    def threshold(self, budget: Budget, agents: int) -> float:
        if FIXED is not None:
            return FIXED
        humans, lost = budget.humans - self._seen[0], budget.abandoned - self._seen[1]
        self._seen = (budget.humans, budget.abandoned)
        self._log += GAIN * (self.target * humans - lost)
        self._log = min(max(self._log, math.log(0.1 * self.target)), math.log(20 * self.target))
        credit = min(max(budget.credit(), -8), 8)
        return math.exp(self._log + PROPORTIONAL * credit)

    def state(self) -> float:
        return round(self._log, 4)

    def restore(self, state: Any) -> None:
        if isinstance(state, int | float):
            self._log = float(state)
