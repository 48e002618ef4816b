"""Which new calls a node takes: limits, and a share that the dialplan turns away before it costs much.

``refuse`` is the engine's own door. ``shed_percent`` is what the dialplan is told: the share of new calls to turn away.
Under overload Asterisk falls behind before the engine does, so what reaches the engine tells nothing of what is
offered; the sign of congestion is the time that new calls took from their birth in Asterisk to the engine (or the delay
of the event loop). While it is too long the share rises at once, while it is short the share falls slowly: additive
both ways, fast attack and slow release.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge

_TURNED_AWAY = Counter("paylater_calls_turned_away", "New calls that the engine turned away, by reason", ["reason"])
_SHED = Gauge("paylater_shed_percent", "Share of new calls that the dialplan turns away")
_LAG = Gauge("paylater_loop_lag_seconds", "Delay of the event loop at the last look")
FIRST_SHARE = 60
"""Percent that are turned away as soon as congestion shows."""
ATTACK = 15
"""Points by which the share rises with each look that finds congestion."""
RELEASE, RELEASE_NEAR = 5, 1
"""Points by which it falls with each look that finds none: far from where congestion began last, and near."""
NEAR = 10
MOST_SHARE = 90
BUSY_RATE = 20.0
"""New calls per second; with fewer, a late event loop is nobody's overload."""


@dataclass(slots=True)
class Admission:
    """Facts in, decisions out; nothing here waits or asks.

    ``max_calls`` live calls, ``max_legs`` legs that media ports suffice for, ``max_rate`` new calls per second,
    ``lag_limit`` seconds that a new call may take to reach its flow. ``journal_full`` tells whether the history can
    take no more.
    """

    max_calls: int
    max_legs: int
    max_rate: float
    lag_limit: float
    journal_full: Callable[[], bool]
    shed_percent: int = field(init=False, default=0)
    _arrived: int = field(init=False, default=0)
    _oldest: float = field(init=False, default=0.0)
    _legs_full: bool = field(init=False, default=False)
    _congested: bool = field(init=False, default=False)
    _edge: int = field(init=False, default=0)
    _tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.max_rate

    def refuse(self, live_calls: int, age: float = 0.0) -> str | None:
        """Why a new call can't be taken now (``calls``, ``legs``, ``journal``, ``rate``), None when it can.

        ``age``: seconds from the channel's birth in Asterisk until now.
        """
        self._arrived += 1
        self._oldest = max(self._oldest, age)
        reason = None
        if live_calls >= self.max_calls:
            reason = "calls"
        elif self._legs_full:
            reason = "legs"
        elif self.journal_full():
            reason = "journal"
        elif self._tokens < 1:
            reason = "rate"
        else:
            self._tokens -= 1
        if reason is not None:
            _TURNED_AWAY.labels(reason).inc()
        return reason

    def tick(self, seconds: float, lag: float, live_calls: int, live_legs: int = 0) -> int:
        """``seconds`` have passed and the event loop was ``lag`` seconds late: the share to shed, in percent."""
        arrived, self._arrived = self._arrived / seconds, 0
        lag, self._oldest = max(lag, self._oldest), 0.0
        self._legs_full = live_legs >= self.max_legs
        self._tokens = min(self._tokens + self.max_rate * seconds, max(self.max_rate, 1.0))
        full = live_calls >= self.max_calls or self._legs_full or self.journal_full() or self._tokens < 1
        if full or (lag > self.lag_limit and (arrived >= BUSY_RATE or self.shed_percent)):
            if not self._congested:
                self._edge = self.shed_percent
            self._congested = True
            self.shed_percent = min(MOST_SHARE, max(FIRST_SHARE, self.shed_percent + ATTACK))
        elif lag <= self.lag_limit / 2:
            self._congested = False
            if arrived / (1 - self.shed_percent / 100) < BUSY_RATE:
                self.shed_percent //= 2  # what was offered has gone
            near = self.shed_percent <= self._edge + NEAR
            self.shed_percent = max(0, self.shed_percent - (RELEASE_NEAR if near else RELEASE))
        _SHED.set(self.shed_percent)
        _LAG.set(lag)
        return self.shed_percent
