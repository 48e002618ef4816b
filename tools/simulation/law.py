"""The law of a simulated campaign: what becomes of a dial, how long people talk, who is at work.

The default is case T2 of the benchmark: human 30 % (rings 2 s + Gamma(shape 3, mean 12 s)), nobody 40 % (25 s),
machine 15 % (2 + U(12, 22) s, then 3 s until it is known as one), bad number 15 % (2 + U(0, 3) s); talk lognormal with
mean 90 s and CV 1, wrap-up Gamma(4) with mean 15 s.
"""

import math
import random
from dataclasses import dataclass, field

from engine.dialer.outcomes import Outcome

HOUR = 3600.0


@dataclass(slots=True, frozen=True)
class Dial:
    """What will become of a dial. ``ring_s`` until it is answered or over; ``detect_s`` from answer to the verdict."""

    outcome: Outcome
    ring_s: float
    detect_s: float = 0.0

    @property
    def human(self) -> bool:
        return self.outcome is Outcome.TALKED


@dataclass(slots=True, frozen=True, kw_only=True)
class Law:
    """Numbers of a case; ``human_at`` and ``talk_at`` tell how they change in time."""

    agents: int
    hours: float = 8.0
    human: float = 0.30
    machine: float = 0.15
    bad: float = 0.15
    no_answer_s: float = 25.0
    ring_s: float = 12.0
    human_detect_s: float = 0.0
    machine_detect_s: float = 3.0
    talk_s: float = 90.0
    talk_cv: float = 1.0
    wrap_s: float = 15.0
    patience_s: float = 2.0
    wave: str = ""
    """``square``: half and 1.5 times the share of people, turning every 30 min; ``sine``: the same with period 1 h."""
    talk_doubles_h: float | None = None
    leave: tuple[tuple[float, float], ...] = ()
    """(Hour, share of operators at work from then on): leaves, lunches, returns."""
    lists: tuple[tuple[str, float], ...] = field(default=(("", 1.0),))
    """Lists dialled by turns and what multiplies the share of people in them."""

    def human_at(self, now: float) -> float:
        if self.wave == "square":
            return self.human * (0.5 if int(now / 1800) % 2 == 0 else 1.5)
        if self.wave == "sine":
            return self.human * (1 + 0.5 * math.sin(2 * math.pi * now / HOUR))
        return self.human

    def dial(self, now: float, chance: random.Random, share: float = 1.0) -> Dial:
        """What becomes of a dial at ``now``; other outcomes keep their proportions when people are more or fewer."""
        human = min(self.human_at(now) * share, 0.98)
        if chance.random() < human:
            return Dial(Outcome.TALKED, 2 + chance.gammavariate(3, self.ring_s / 3), self.human_detect_s)
        other = chance.random() * (1 - self.human)
        if other < self.machine:
            return Dial(Outcome.MACHINE, 2 + chance.uniform(12, 22), self.machine_detect_s)
        if other < self.machine + self.bad:
            return Dial(Outcome.BAD_NUMBER, 2 + chance.uniform(0, 3))
        return Dial(Outcome.NO_ANSWER, self.no_answer_s)

    def talk(self, now: float, chance: random.Random) -> float:
        mean = self.talk_s
        if self.talk_doubles_h is not None and now >= self.talk_doubles_h * HOUR:
            mean *= 2
        sigma2 = math.log(1 + self.talk_cv**2)
        return chance.lognormvariate(math.log(mean) - sigma2 / 2, math.sqrt(sigma2))

    def wrap(self, chance: random.Random) -> float:
        return chance.gammavariate(4, self.wrap_s / 4)

    def staff(self, now: float) -> int:
        """Operators who should be at work."""
        share = 1.0
        for hour, part in self.leave:
            if now >= hour * HOUR:
                share = part
        return round(self.agents * share)


def t2(agents: int, case: str = "stationary") -> Law:
    """Case T2: ``stationary``, ``square``, ``sine``, ``leave`` (half leave at 4 h), ``talk`` (doubles at 3 h)."""
    match case:
        case "square" | "sine":
            return Law(agents=agents, wave=case)
        case "leave":
            return Law(agents=agents, leave=((4.0, 0.5),))
        case "talk":
            return Law(agents=agents, talk_doubles_h=3.0)
    return Law(agents=agents)
