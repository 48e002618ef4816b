"""Which new calls a node takes: limits, and a share that the dialplan turns away before it costs anything.

``refuse`` is the engine's own door. ``shed_percent`` is what the dialplan is told: the share of new calls to turn away
so that what passes stays at the rate that the engine can serve. The rate is learnt as TCP learns its window (additive
increase, multiplicative decrease; Chiu and Jain 1989), with the delay of the event loop as the sign of congestion.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge

_TURNED_AWAY = Counter("paylater_calls_turned_away", "New calls that the engine turned away, by reason", ["reason"])
_SHED = Gauge("paylater_shed_percent", "Share of new calls that the dialplan turns away")
_LAG = Gauge("paylater_loop_lag_seconds", "Delay of the event loop at the last look")
LEAST_RATE = 20.0
"""New calls per second that are always taken: fewer are never what a late event loop comes from."""
INCREASE = 8.0
DECREASE = 0.75


@dataclass(slots=True)
class Admission:
    """Facts in, decisions out; nothing here waits or asks.

    ``max_calls`` live calls, ``max_rate`` new calls per second, ``lag_limit`` seconds of event-loop delay.
    ``journal_full`` tells whether the history can take no more.
    """

    max_calls: int
    max_rate: float
    lag_limit: float
    journal_full: Callable[[], bool]
    rate: float = field(init=False)
    shed_percent: int = field(init=False, default=0)
    _arrived: int = field(init=False, default=0)
    _tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.rate = self.max_rate
        self._tokens = self.max_rate

    def refuse(self, live_calls: int) -> str | None:
        """Why a new call can't be taken now (``calls``, ``journal``, ``rate``), None when it can."""
        self._arrived += 1
        reason = None
        if live_calls >= self.max_calls:
            reason = "calls"
        elif self.journal_full():
            reason = "journal"
        elif self._tokens < 1:
            reason = "rate"
        else:
            self._tokens -= 1
        if reason is not None:
            _TURNED_AWAY.labels(reason).inc()
        return reason

    def tick(self, seconds: float, lag: float, live_calls: int) -> int:
        """``seconds`` have passed and the event loop was ``lag`` seconds late: the share to shed, in percent."""
        arrived, self._arrived = self._arrived / seconds, 0
        offered = arrived / (1 - self.shed_percent / 100)
        if lag > self.lag_limit and arrived >= LEAST_RATE:
            self.rate = max(LEAST_RATE, min(self.rate, arrived) * DECREASE)
        elif lag <= self.lag_limit:
            self.rate = min(self.max_rate, self.rate + INCREASE * seconds)
        self._tokens = min(self._tokens + self.rate * seconds, max(self.rate, 1.0))
        allowed = self.rate
        if live_calls >= self.max_calls or self.journal_full():
            allowed = LEAST_RATE
        wanted = 0.0 if offered <= allowed else 100 * (1 - allowed / offered)
        self.shed_percent = min(95, round((self.shed_percent + wanted) / 2) if wanted else self.shed_percent // 2)
        _SHED.set(self.shed_percent)
        _LAG.set(lag)
        return self.shed_percent
