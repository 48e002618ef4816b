"""The share of dials that people answer, followed through its changes.

A filter over a grid of log-odds (a hidden Markov model): each second that phones ring on unanswered, each person, each
other end of a dial changes the weights by its likelihood; between them the share may drift by a little or jump
anywhere. So it is sure when nothing changes, and believes a change within tens of dials when it comes. A line's odds
may be shifted (its list, its hour): ``shift`` in steps of the grid.
"""

import math
from collections.abc import Mapping, Sequence

STEP = 0.15
LOW = -4.5
POINTS = 54
SHARES = tuple(1 / (1 + math.exp(-(LOW + STEP * n))) for n in range(POINTS))
LOG_P = tuple(math.log(p) for p in SHARES)
LOG_Q = tuple(math.log(1 - p) for p in SHARES)
EDGE = 1e-6


class ShareFilter:
    """``jump`` and ``drift``: chances per dial that the share jumps anywhere, and that it moves by a step."""

    def __init__(self, prior: float = 0.3, spread: float = 0.9, *, jump: float = 0.001, drift: float = 0.004) -> None:
        middle = math.log(prior / (1 - prior))
        raw = [math.exp(-(((LOW + STEP * n - middle) / spread) ** 2) / 2) for n in range(POINTS)]
        self._anywhere = [weight / sum(raw) for weight in raw]
        self.weights = list(self._anywhere)
        self.jump, self.drift = jump, drift
        self._evidence = [0.0] * POINTS
        self._dials = 0.0
        self._table: dict[int, list[float]] = {}
        self._steps: dict[tuple[int, int, int], Sequence[float]] = {}
        self._people: Sequence[float] = (1.0,)
        self._rest: Sequence[float] = (1.0,)
        self._moments: dict[int, tuple[float, float]] = {}

    def shapes(self, people: Sequence[float], rest: Sequence[float]) -> None:
        """New survival functions of ringing, of people and of the rest."""
        self._people, self._rest = people, rest
        self._table.clear()
        self._steps.clear()

    def _alive(self, age: int) -> list[float]:
        """log P(still ringing at ``age``) for each share of the grid."""
        row = self._table.get(age)
        if row is None:
            place = min(age, len(self._people) - 1)
            a, b = max(self._people[place], EDGE), max(self._rest[place], EDGE)
            row = self._table[age] = [math.log(p * a + (1 - p) * b) for p in SHARES]
        return row

    def rang(self, steps: Mapping[tuple[int, int, int], int], trust: float) -> None:
        """Lines that rang on: (age before, age now, shift) -> how many. ``trust`` (0..1): in the shapes of ringing."""
        evidence = self._evidence
        for (before, age, shift), count in steps.items():
            row = self._steps.get((before, age, shift))
            if row is None:
                old, new = self._alive(before), self._alive(age)
                row = _shifted([b - a for a, b in zip(old, new, strict=True)], shift)
                self._steps[before, age, shift] = row
            evidence = [e + count * trust * r for e, r in zip(evidence, row, strict=True)]
        self._evidence = evidence

    def ended(self, human: bool, age: int, shift: int) -> None:
        """A line that was seen ringing at ``age`` was answered by a person or not."""
        last = LOG_P if human else LOG_Q
        row = [b - a for a, b in zip(self._alive(age), last, strict=True)]
        self._evidence = [e + r for e, r in zip(self._evidence, _shifted(row, shift), strict=True)]
        self._dials += 1

    def settle(self) -> None:
        """Take in the evidence since the last time."""
        top = max(self._evidence)
        weights = [w * math.exp(e - top) for w, e in zip(self.weights, self._evidence, strict=True)]
        total = sum(weights)
        if total <= 0 or not math.isfinite(total):
            weights, total = list(self._anywhere), 1.0
        if self._dials:
            jump = 1 - (1 - self.jump) ** self._dials
            drift = min(self.drift * self._dials, 0.5) / 2 / total
            stay = (1 - jump) / total - 2 * drift * (1 - jump)
            move = drift * (1 - jump)
            padded = [weights[0], *weights, weights[-1]]
            weights = [
                stay * padded[n + 1] + move * (padded[n] + padded[n + 2]) + jump * self._anywhere[n]
                for n in range(POINTS)
            ]
        else:
            weights = [w / total for w in weights]
        self.weights = weights
        self._evidence = [0.0] * POINTS
        self._dials = 0.0
        self._moments.clear()

    def moments(self, shift: int = 0) -> tuple[float, float]:
        """Mean and standard deviation of the share."""
        known = self._moments.get(shift)
        if known is None:
            total = sum(self.weights)
            values = SHARES if not shift else [SHARES[min(max(n + shift, 0), POINTS - 1)] for n in range(POINTS)]
            mean = sum(w * p for w, p in zip(self.weights, values, strict=True)) / total
            square = sum(w * p * p for w, p in zip(self.weights, values, strict=True)) / total
            known = self._moments[shift] = mean, math.sqrt(max(square - mean * mean, 0.0))
        return known


def _shifted(row: Sequence[float], shift: int) -> Sequence[float]:
    """The row of a line whose odds are ``shift`` steps above the common ones."""
    if not shift:
        return row
    return [row[min(max(n + shift, 0), POINTS - 1)] for n in range(POINTS)]
