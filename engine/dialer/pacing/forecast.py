"""What is to come: at some moments ahead, how many operators will be free and how many people will have answered.

The number of free operators less that of people who answered is a sum of independent yes-or-no variables with unequal
chances (Poisson-binomial); mean, variance and third central moment of each moment ahead add up over calls and
operators. The chance that the sum is 0 or less is a normal one with continuity and skewness correction (Edgeworth).
"""

import math
from collections.abc import Sequence
from operator import add, mul

AHEAD = (1.5, 4.0, 6.0, 8.0, 10.0, 12.0, 14.5, 18.0, 22.0, 27.0)
"""Moments ahead at which the balance is looked at, in seconds."""
EDGES = (0.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 16.0, 20.0, 24.5, 1e9)
"""A person who answers between two edges finds the balance of the moment between them."""
SIZE = len(AHEAD)

Row = list[float]
"""By each moment ahead: what one thing adds to mean, variance and third central moment (3 x SIZE numbers)."""


def row(chances: Sequence[float], sign: int = 1) -> Row:
    """Of something that will have happened by each moment ahead with these chances; -1: of people who answer."""
    return [
        *(sign * c for c in chances),
        *(c * (1 - c) for c in chances),
        *(sign * c * (1 - c) * (1 - 2 * c) for c in chances),
    ]


def total(rows: Sequence[Row], counts: Sequence[int]) -> Row:
    """Sum of ``counts[i]`` times ``rows[i]``."""
    if not rows:
        return [0.0] * (3 * SIZE)
    return [sum(map(mul, counts, column)) for column in zip(*rows, strict=True)]


class Balance:
    """Moments of (free operators - people who answered) ahead."""

    def __init__(self, free: float, operators: Row, answers: Row) -> None:
        self.sums: Row = list(map(add, operators, answers))
        for k in range(SIZE):
            self.sums[k] += free

    def add(self, part: Row, count: float = 1) -> None:
        """``count`` operators who may become free or lines that may be answered."""
        if count == 1:
            self.sums = list(map(add, self.sums, part))
        else:
            self.sums = [s + count * p for s, p in zip(self.sums, part, strict=True)]

    def widen(self, spread: float, answers: Sequence[float]) -> None:
        """The share of people is known up to a relative ``spread`` only, the same for all lines."""
        for k, coming in enumerate(answers, SIZE):
            self.sums[k] += (spread * coming) ** 2

    def risk(self, weights: Sequence[float]) -> float:
        """Chance that one more person, who answers at moment k with chance ``weights[k]``, finds nobody free."""
        sums = self.sums
        return sum(
            weight * none_left(sums[k], sums[k + SIZE], sums[k + 2 * SIZE])
            for k, weight in enumerate(weights)
            if weight > 0.002
        )


def none_left(mean: float, variance: float, third: float) -> float:
    """P(X <= 0) for an integer-like X of these moments."""
    if variance < 1e-6:
        return 1.0 if mean < 0.5 else 0.0
    spread = math.sqrt(variance)
    x = (0.5 - mean) / spread
    if x < -5:
        return 0.0
    if x > 5:
        return 1.0
    density = math.exp(-x * x / 2) * 0.3989422804
    value = 0.5 * math.erfc(-x * 0.7071067812) - density * third / (6 * variance * spread) * (x * x - 1)
    return min(max(value, 0.0), 1.0)
