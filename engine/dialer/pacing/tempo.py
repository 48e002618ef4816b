"""Whether conversations go faster or slower than what was learnt: a factor on the rate at which they end.

Under the right distribution the cumulated hazard of a duration is exponential with mean 1. So events / (sum of hazards
cumulated, also of what still runs) is the factor; events are few, so it starts at 1 with a weight and forgets.
"""

import math

from engine.dialer.pacing.durations import Durations

WEIGHT = 40.0
MEMORY = 60.0
"""Ends of conversations after which what was seen counts 1/e."""


class Tempo:
    """``factor``: > 1: they end sooner than learnt."""

    def __init__(self) -> None:
        self._events = 0.0
        self._hazard = 0.0

    def over(self, law: Durations, took: float) -> None:
        keep = 1 - 1 / MEMORY
        self._events = self._events * keep + 1
        self._hazard = self._hazard * keep + _hazard(law, took)

    def factor(self, running: float = 0.0) -> float:
        """``running``: hazards of what runs, less what is expected of them (None: only of what is over)."""
        return (WEIGHT + self._events) / (WEIGHT + self._hazard + running)


def _hazard(law: Durations, seconds: float) -> float:
    return -math.log(max(1 - law.before(seconds), 1e-4))
