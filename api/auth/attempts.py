"""How failed sign-ins slow down the next: a window in which some are free, then a wait that doubles. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple


class Failures(NamedTuple):
    """What is remembered of a key (a login, an address): ``failed`` tries, the last at ``last_at``; no try before
    ``until``, if it is set."""

    failed: int
    last_at: datetime
    until: datetime | None


class Limits(NamedTuple):
    """``allowed`` failures within ``window_s`` seconds are free; then each doubles the wait: 1 s, 2 s, ...
    up to ``longest_s``."""

    allowed: int
    window_s: float
    longest_s: float


def wait(failures: Failures | None, now: datetime) -> float:
    """Seconds until the key may try again; 0: now."""
    return max(0.0, (failures.until - now).total_seconds()) if failures and failures.until else 0.0


def tried(before: Failures | None, now: datetime, limits: Limits) -> Failures:
    """What is remembered after one more try. A quiet window forgets those before."""
    quiet = before is None or (now - (before.until or before.last_at)).total_seconds() > limits.window_s
    count = 1 if before is None or quiet else before.failed + 1
    over = count - limits.allowed
    pause = min(limits.longest_s, 2.0 ** min(over, 30)) if over >= 0 else 0.0
    return Failures(count, now, now + timedelta(seconds=pause) if pause else None)
