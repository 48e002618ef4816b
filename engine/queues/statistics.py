"""Today's figures of a queue, counted as visits end. Pure."""

from dataclasses import dataclass
from datetime import date

from engine.queues.model import Outcome

LOST = frozenset({Outcome.ABANDONED, Outcome.TIMEOUT, Outcome.FULL, Outcome.NO_OPERATORS, Outcome.FAILED})
"""Ends of a visit in which the caller was not served: what counts against the service level."""
UNCOUNTED_S = 5.0
"""Who hangs up within so many seconds counts neither for nor against the service level."""


@dataclass(slots=True)
class Today:
    """Counts of one day; ``in_time``: answered within the queue's target; ``asked``: what the level is a share of."""

    day: date
    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    lost: int = 0
    in_time: int = 0
    asked: int = 0
    wait_s: float = 0.0

    def roll(self, day: date) -> None:
        """A new day begins with nothing."""
        if day != self.day:
            self.day = day
            self.entered = self.answered = self.abandoned = self.lost = self.in_time = self.asked = 0
            self.wait_s = 0.0

    def answer(self, wait_s: float, target_s: float) -> None:
        """A caller was answered after ``wait_s``."""
        self.answered += 1
        self.asked += 1
        self.in_time += wait_s <= target_s
        self.wait_s += wait_s

    def end(self, outcome: Outcome, wait_s: float) -> None:
        """A caller left without an answer."""
        if outcome is Outcome.ABANDONED:
            self.abandoned += 1
        if outcome in LOST:
            self.lost += 1
            self.asked += not (outcome is Outcome.ABANDONED and wait_s < UNCOUNTED_S)

    @property
    def service_level(self) -> float | None:
        """Percentage answered in time; None before the first call."""
        return round(100.0 * self.in_time / self.asked, 1) if self.asked else None
