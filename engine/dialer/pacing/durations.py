"""Distribution of durations (talk, wrap-up), learnt on line: a histogram over logarithmic bins with forgetting.

Each observation is spread over neighbouring bins (durations are smooth on a logarithmic scale); a lognormal fitted to
the same observations, worth ``PRIOR`` of them, fills what few observations leave empty.
"""

import math
from typing import Any

RATIO = math.log(1.12)
BINS = 84
"""From 0.5 s to two hours."""
FIRST = math.log(0.5)
KERNEL = (0.06, 0.24, 0.4, 0.24, 0.06)
PRIOR = 20.0
START = 4.0
"""Observations that the first guess of mean and spread is worth."""


class Durations:
    """``mean_s``, ``spread``: first guess, a lognormal of this mean and this standard deviation of the logarithm."""

    def __init__(self, mean_s: float, spread: float, memory: float = 1000.0) -> None:
        self._counts = [0.0] * BINS
        self._weight, self._gain = 0.0, 1.0
        self._memory = memory
        log_mean = math.log(mean_s) - spread**2 / 2
        self._logs = [START, START * log_mean, START * (log_mean**2 + spread**2)]
        self._cdf: list[float] = []
        self.mean_s = mean_s
        self.refresh()

    def add(self, seconds: float) -> None:
        value = max(math.log(max(seconds, 0.01)), FIRST)
        keep = 1 - 1 / self._memory
        self._logs = [self._logs[0] * keep + 1, self._logs[1] * keep + value, self._logs[2] * keep + value * value]
        middle = min(int((value - FIRST) / RATIO), BINS - 1)
        for offset, share in enumerate(KERNEL, -2):
            self._counts[min(max(middle + offset, 0), BINS - 1)] += share * self._gain
        self._weight += self._gain
        self._gain /= keep
        if self._gain > 1e6:
            self._counts = [count / self._gain for count in self._counts]
            self._weight, self._gain = self._weight / self._gain, 1.0

    def refresh(self) -> None:
        """Bring the distribution up to date."""
        count, total, squares = self._logs
        middle = total / count
        spread = math.sqrt(max(squares / count - middle * middle, 0.01))
        parts, below, mean = [], 0.0, 0.0
        scale = PRIOR * self._gain
        for n in range(BINS):
            upper = _normal((FIRST + RATIO * (n + 1) - middle) / spread)
            part = self._counts[n] + scale * (upper - below)
            below = upper
            parts.append(part)
            mean += part * math.exp(FIRST + RATIO * (n + 0.5))
        whole = sum(parts)
        self.mean_s = mean / whole
        cdf, run = [0.0], 0.0
        for part in parts:
            run += part / whole
            cdf.append(min(run, 1.0))
        self._cdf = cdf

    def before(self, seconds: float) -> float:
        """P(duration <= seconds)."""
        if seconds <= 0.5:
            return self._cdf[1] * max(seconds, 0.0) / 2
        place = (math.log(seconds) - FIRST) / RATIO
        whole = int(place)
        if whole >= BINS:
            return self._cdf[BINS]
        low = self._cdf[whole]
        return low + (place - whole) * (self._cdf[whole + 1] - low)

    def state(self) -> dict[str, list[float]]:
        return {"counts": [round(c / self._gain, 4) for c in self._counts], "logs": list(self._logs)}

    def restore(self, state: Any) -> None:
        """What was saved earlier; anything else is left alone."""
        match state:
            case {"counts": [*counts], "logs": [float(), float(), float()] as logs} if len(counts) == BINS:
                if logs[0] > 0:
                    self._counts, self._gain = [max(float(c), 0.0) for c in counts], 1.0
                    self._weight, self._logs = sum(self._counts), list(logs)
                    self.refresh()


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))
