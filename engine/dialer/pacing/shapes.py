"""How long phones ring: two distributions by whole seconds since the dial, of people and of everything else.

Sub-second detail does not matter for looking ahead. Counts forget slowly (``MEMORY`` dials); a generic prior worth
``PRIOR`` dials stands in until enough was seen. Observations of people are spread over neighbouring seconds, since
their distribution is smooth; those of the rest are not (nobody answers until the very second of the time limit).
"""

from collections.abc import Sequence
from typing import Any

KERNEL = (0.1, 0.2, 0.4, 0.2, 0.1)
MEMORY = 3000.0
PRIOR = 12.0
SIZE = 128
"""Seconds of ringing told apart; longer ones count as the last."""


class Shape:
    """A histogram with a prior and forgetting. ``survival[e]``: share still ringing at second e."""

    def __init__(self, prior: Sequence[float], kernel: Sequence[float], memory: float = MEMORY) -> None:
        total = sum(prior)
        self._counts = [PRIOR * share / total for share in prior]
        self._kernel = kernel
        self._gain = 1.0
        self._memory = memory
        self.survival: list[float] = []
        self.density: list[float] = []
        self.refresh()

    def add(self, age: float) -> None:
        """Something was over ``age`` seconds after the dial. Forgetting by growing the weight of what is new."""
        middle = min(int(age), SIZE - 1)
        half = len(self._kernel) // 2
        for offset, share in enumerate(self._kernel, -half):
            place = middle + offset
            if 0 <= place < SIZE:
                self._counts[place] += share * self._gain
        self._gain *= 1 + 1 / self._memory
        if self._gain > 1e6:
            self._counts = [count / self._gain for count in self._counts]
            self._gain = 1.0

    def refresh(self) -> None:
        """Bring ``survival`` (SIZE + 1 values, 1 at 0) and ``density`` up to date."""
        total = sum(self._counts)
        self.density = [count / total for count in self._counts]
        left, survival = 1.0, [1.0]
        for share in self.density:
            left -= share
            survival.append(max(left, 0.0))
        self.survival = survival

    def state(self) -> list[float]:
        return [round(count / self._gain, 4) for count in self._counts]

    def restore(self, state: Any) -> None:
        """Counts saved earlier; anything else than SIZE numbers is left alone."""
        fits = isinstance(state, list) and len(state) == SIZE and all(isinstance(c, int | float) for c in state)
        if fits and sum(state) > 0:
            self._counts, self._gain = [max(float(c), 0.0) for c in state], 1.0
            self.refresh()


def people() -> Shape:
    """Most people answer within 4 to 25 seconds."""
    return Shape([min(max(n - 2, 0), 8) * 0.86 ** max(n - 10, 0) + 0.02 * (n < 60) for n in range(SIZE)], KERNEL)


def others(ring_s: float) -> Shape:
    """Half ring until the limit of ``ring_s``, the rest ends (busy, machine, bad number) at any time before."""
    limit = min(int(ring_s), SIZE - 1)
    return Shape([(0.5 / limit if n < limit else 0.0) + 0.5 * (n == limit) for n in range(SIZE)], (1.0,))
