"""How often sign-in may fail: a sliding window per login and per address, with a growing wait. Pure."""

from collections import OrderedDict
from dataclasses import dataclass

_KEYS_MAX = 100_000
_WAIT_MAX = 60.0


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = 0.0
    until: float = 0.0


class Attempts:
    """Failed sign-ins by key. The first ``allowed`` in a window are free; then each doubles the wait
    (1 s, 2 s, ... up to a minute: enough against guessing, and nobody is locked out for long by another's tries).

    Times are seconds of a monotonic clock. At most 100,000 keys are kept; the oldest go first.
    """

    def __init__(self, allowed: int, window: float) -> None:
        self._allowed = allowed
        self._window = window
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, key: str, now: float) -> float:
        """Seconds until ``key`` may try again; 0: now."""
        failures = self._failures.get(key)
        return max(0.0, failures.until - now) if failures else 0.0

    def failed(self, key: str, now: float) -> None:
        failures = self._failures.setdefault(key, _Failures())
        if now - max(failures.last, failures.until) > self._window:
            failures.count = 0
        failures.count += 1
        failures.last = now
        over = failures.count - self._allowed
        if over >= 0:
            failures.until = now + min(_WAIT_MAX, 2.0 ** min(over, 20))
        self._failures.move_to_end(key)
        while len(self._failures) > _KEYS_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)
