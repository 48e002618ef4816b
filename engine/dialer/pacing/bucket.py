"""A token bucket: how many dials the rate limit allows now."""

import math


class Bucket:
    """``rate`` tokens a second, at most one second's worth (and never less than one) saved up."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._tokens = max(rate, 1.0)
        self._at: float | None = None

    def set_rate(self, rate: float) -> None:
        self.rate = rate

    def room(self, now: float) -> int:
        """Whole tokens there are at ``now``; time that goes back adds none."""
        if self._at is not None and now > self._at:
            self._tokens = min(self._tokens + (now - self._at) * self.rate, max(self.rate, 1.0))
        self._at = now
        return math.floor(self._tokens + 1e-9)

    def take(self, count: int) -> None:
        """``count`` dials were placed."""
        self._tokens -= count

    def next_at(self, now: float) -> float:
        """When there is a whole token, never at once."""
        return now + max(1.0 - self._tokens, 0.01) / self.rate
