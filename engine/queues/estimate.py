"""How long will a caller wait? Pure.

All operators busy, ``n`` of them finish a call every ``handle_s`` seconds on average, and each of the ``k`` callers
ahead gives up with rate ``theta``: the caller moves up with rate ``n / handle_s + j theta`` while ``j`` are ahead, and
is served at the next end of a call after that, so

    wait = sum over j = 0..k of 1 / (n / handle_s + j theta).

This is the exact mean in the Markovian model with abandonment (W. Whitt, "Predicting queueing delays", Management
Science 45, 1999, section 5; R. Ibrahim and W. Whitt, "Real-time delay estimation in overloaded multiserver queues with
abandonments", 2009, estimator QL_m). ``handle_s`` (talk and wrap-up) and ``theta`` are learnt while calls are served.
"""

from dataclasses import dataclass

LEARN = 0.05
"""Weight of the newest call in the smoothed handling time."""
FADE = 0.995
"""What a past caller weighs, for each caller since, in the rate of giving up."""
PRIOR_S = 600.0
"""Waiting time, in seconds, with which the rate of giving up starts at none: few callers teach little."""
ROUND_TO_FIVE_MIN = 10
LONGEST_MIN = 60


@dataclass(slots=True)
class Pace:
    """What a queue has learnt of its speed."""

    handle_s: float
    lost: float = 0.0
    waited_s: float = 0.0

    def handled(self, seconds: float) -> None:
        """An operator was done with a call: talk and wrap-up."""
        self.handle_s += LEARN * (max(seconds, 1.0) - self.handle_s)

    def left(self, waited_s: float, *, lost: bool) -> None:
        """A caller left the line after so many seconds; ``lost``: without having been served."""
        self.lost = self.lost * FADE + (1.0 if lost else 0.0)
        self.waited_s = self.waited_s * FADE + max(waited_s, 0.0)

    @property
    def theta(self) -> float:
        """Rate at which one waiting caller gives up, per second: losses by the time waited (right-censored maximum
        likelihood of exponential patience)."""
        return self.lost / (self.waited_s + PRIOR_S)


def expected_wait(ahead: int, operators: float, handle_s: float, theta: float) -> float | None:
    """Mean wait, in seconds, of a caller with ``ahead`` callers before; None where nobody works.

    ``operators``: those on line; one who serves several queues counts in parts.
    """
    if operators <= 0:
        return None
    speed = operators / handle_s
    return sum(1.0 / (speed + passed * theta) for passed in range(ahead + 1))


def told_minutes(seconds: float | None) -> int | None:
    """What a caller is told, in minutes: up to ten rounded up to a minute, then to five; None: better nothing.

    0 stands for "less than a minute".
    """
    if seconds is None or seconds > LONGEST_MIN * 60:
        return None
    if seconds < 55:
        return 0
    minutes = -int(-seconds // 60)
    return minutes if minutes <= ROUND_TO_FIVE_MIN else -(-minutes // 5) * 5
