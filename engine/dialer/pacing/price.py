"""The threshold of risk under which another line is dialled, and how the budget moves it.

It starts where an exact look ahead comes out at the target in simulation (small teams stand a little more), then
follows the credit of the budget: what is left over makes it bolder, what is overdrawn more careful, and what is always
off moves it for good. A reserve of a few people is kept under the limit, so that chance does not carry a day over it.
"""

import math
from typing import Any

from engine.dialer.pacing.budget import Budget

GAIN = 0.004
"""How far a person more or less than the target moves the threshold for good (in its logarithm)."""
PULL = 0.2
"""How far a person of credit moves it for now, at 10 operators; less in larger teams, where credit swings more."""
BANK = 1.5
"""Credit above so many people (at 10 operators; it grows with their root) is not saved up: no burst comes of it."""
CAREFUL = 5.0
"""What is overdrawn moves the threshold by a factor of e to this power at most."""
RESERVE = 3.0
"""People kept under the limit at least, saved up from a tenth of what the target allows."""
USUAL = 2.0
"""Of a burst of abandoned people, so many are usual; where bursts are larger the reserve is larger by the rest."""
FADE = 600.0
"""Answers by people until a burst is remembered by 1/e."""


class Price:
    """``target``: abandoned of those answered by people."""

    def __init__(self, target: float) -> None:
        self.target = target
        self._shift = 0.0
        self._seen = (0, 0)
        self._balance = 0.0
        self._burst = self._worst = 0.0

    def credit(self, budget: Budget, now: float) -> float:
        """People who may still be abandoned, with the reserve kept and no more at once than the window bears."""
        reserve = self._reserve(budget)
        humans, lost = budget.window(now)
        return min(min(self._balance, budget.credit()) - reserve, 1.5 * self.target * humans - lost + 2.0)

    def _reserve(self, budget: Budget) -> float:
        return min(0.1 * self.target * budget.humans, max(RESERVE, self._worst - USUAL))

    def threshold(self, budget: Budget, agents: int, now: float) -> float:
        """In force at ``now``."""
        team = max(agents, 5)
        humans, lost = budget.humans - self._seen[0], budget.abandoned - self._seen[1]
        self._seen = (budget.humans, budget.abandoned)
        spared = self.target * humans - lost
        self._balance = min(self._balance + spared, BANK * math.sqrt(team / 10) + self._reserve(budget))
        self._burst = max(self._burst - spared, 0.0)
        self._worst = max(self._worst * math.exp(-humans / FADE), self._burst)
        self._shift = min(max(self._shift + GAIN * spared, -1.5), 1.5)
        start = self.target * (0.6 + 2.2 / max(agents, 1))
        pull = PULL * math.sqrt(10 / team)
        return start * math.exp(self._shift + max(pull * self.credit(budget, now), -CAREFUL))

    def state(self) -> float:
        return round(self._shift, 4)

    def restore(self, state: Any) -> None:
        if isinstance(state, int | float):
            self._shift = min(max(float(state), -1.5), 1.5)
