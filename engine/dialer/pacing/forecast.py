"""What is to come: at some moments ahead, how many operators will be free and how many people will have answered.

The number of free operators less that of people who answered is a sum of independent yes-or-no variables with unequal
chances (Poisson-binomial); mean, variance and third central moment of each moment ahead add up over calls and
operators. The chance that the sum is 0 or less is a normal one with continuity and skewness correction (Edgeworth).
"""

import math
from collections.abc import Sequence

AHEAD = (1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0, 19.0, 21.0, 24.0, 27.0, 31.0)
"""Moments ahead at which the balance is looked at, in seconds."""
EDGES = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.5, 25.5, 29.0, 1e9)
"""A person who answers between two edges finds the balance of the moment between them."""

Row = tuple[list[float], list[float], list[float]]
"""Chances of one thing to have happened by each moment ahead; their variances; their third central moments."""


def row(chances: Sequence[float]) -> Row:
    return (
        list(chances),
        [c * (1 - c) for c in chances],
        [c * (1 - c) * (1 - 2 * c) for c in chances],
    )


class Balance:
    """Moments of (free operators - people who answered) ahead."""

    def __init__(self, free: float) -> None:
        self.mean = [free] * len(AHEAD)
        self.variance = [0.0] * len(AHEAD)
        self.third = [0.0] * len(AHEAD)

    def add(self, part: Row, count: float) -> None:
        """``count`` operators who may become free."""
        self.mean = [m + count * p for m, p in zip(self.mean, part[0], strict=True)]
        self.variance = [v + count * p for v, p in zip(self.variance, part[1], strict=True)]
        self.third = [t + count * p for t, p in zip(self.third, part[2], strict=True)]

    def subtract(self, part: Row, count: float) -> None:
        """``count`` lines that people may answer."""
        self.mean = [m - count * p for m, p in zip(self.mean, part[0], strict=True)]
        self.variance = [v + count * p for v, p in zip(self.variance, part[1], strict=True)]
        self.third = [t - count * p for t, p in zip(self.third, part[2], strict=True)]

    def widen(self, spread: float, answers: Sequence[float]) -> None:
        """The share of people is known up to a relative ``spread`` only, the same for all lines."""
        self.variance = [v + (spread * a) ** 2 for v, a in zip(self.variance, answers, strict=True)]

    def risk(self, weights: Sequence[float]) -> float:
        """Chance that one more person, who answers at moment k with chance ``weights[k]``, finds nobody free."""
        return sum(
            weight * _none_left(m, v, t)
            for weight, m, v, t in zip(weights, self.mean, self.variance, self.third, strict=True)
            if weight > 0.002
        )


def _none_left(mean: float, variance: float, third: float) -> float:
    """P(X <= 0) for an integer-like X of these moments."""
    if variance < 1e-6:
        return 1.0 if mean < 0.5 else 0.0
    spread = math.sqrt(variance)
    x = (0.5 - mean) / spread
    if x < -5:
        return 0.0
    if x > 5:
        return 1.0
    skew = third / (variance * spread)
    density = math.exp(-x * x / 2) / 2.5066282746
    value = 0.5 * math.erfc(-x / 1.4142135624) - density * skew / 6 * (x * x - 1)
    return min(max(value, 0.0), 1.0)
