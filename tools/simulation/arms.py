"""Diallers to compare: ours, one line per free operator, a fixed ratio, VICIdial's adaptive level."""

from collections import deque

from engine.dialer.campaign import Pacing
from engine.dialer.outcomes import Mode
from engine.dialer.pacing.controller import Controller
from engine.dialer.pacing.decision import Decision
from engine.dialer.pacing.facts import Fact
from tools.simulation.world import World

FREE = Pacing(max_lines=5000, lines_per_agent=10.0, calls_per_s=200.0)
"""No limits but the target rate of 3 % and the 2 s."""


class Ours:
    """The engine's controller, as the engine uses it: told every fact, asked after each and at the time it says."""

    wants_facts = True

    def __init__(self, pacing: Pacing = FREE, mode: Mode = Mode.PREDICTIVE, ring_s: float = 25.0) -> None:
        self.controller = Controller(pacing, ring_s=ring_s, mode=mode)
        self.decisions: list[Decision] = []
        """The last one only."""

    def on(self, fact: Fact) -> None:
        self.controller.on(fact)

    def ask(self, now: float, world: World) -> tuple[int, float]:
        decision = self.controller.decide(now)
        self.decisions = [decision]
        return decision.lines, decision.next_at


class Ratio:
    """``ratio`` lines for each operator who is free; 1: progressive. Looks twice a second."""

    wants_facts = False

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio

    def on(self, fact: Fact) -> None:
        """Looks at the counts instead."""

    def ask(self, now: float, world: World) -> tuple[int, float]:
        wanted = self.ratio * len(world.ready) - len(world.flight) - len(world.waiting)
        return max(0, round(wanted)), now + 0.5


class Level:
    """A fixed ratio of lines in flight and in talk to operators free and in talk."""

    wants_facts = False

    def __init__(self, level: float) -> None:
        self.level = level

    def on(self, fact: Fact) -> None:
        """Looks at the counts instead."""

    def ask(self, now: float, world: World) -> tuple[int, float]:
        return _to_level(self.level, world), now + 0.5


class Vicidial:
    """The adaptive rule of VICIdial as BENCHMARKS describes it. ``hard``: to 1.0 when over the limit, else halved."""

    wants_facts = False

    def __init__(self, target: float = 0.0, *, hard: bool = False, limit: float = 0.03, most: float = 3.0) -> None:
        self.target, self.hard, self.limit, self.most = target, hard, limit, most
        self.level = 1.0
        self._samples: deque[int] = deque(maxlen=15)
        self._tick = 0

    def on(self, fact: Fact) -> None:
        """Looks at the counts instead."""

    def ask(self, now: float, world: World) -> tuple[int, float]:
        tick, self._tick = self._tick, self._tick + 1
        if tick % 2 == 0:
            self._samples.append(len(world.ready) - len(world.waiting))
        if tick and tick % 30 == 0:
            self._adapt(now, world)
        return (_to_level(self.level, world) if tick % 5 == 0 else 0), now + 0.5

    def _adapt(self, now: float, world: World) -> None:
        """Every 15 s."""
        free = sum(self._samples) / len(self._samples)
        self.level = min(max(self.level * (1 + (free + self.target) / max(world.agents, 1)), 1.0), self.most)
        while world.recent and world.recent[0][0] < now - 60:
            world.recent.popleft()
        lost = sum(1 for _, was_lost in world.recent if was_lost)
        answers = len(world.recent) - lost
        if answers > 20 and lost > answers / 2:
            self.level = max(self.level / 2, 1.0)
        if world.answers_today > 50 and world.lost_today > self.limit * world.answers_today:
            self.level = 1.0 if self.hard else max(self.level / 2, 1.0)


def _to_level(level: float, world: World) -> int:
    wanted = level * (len(world.ready) + world.in_call) - len(world.flight) - len(world.waiting) - world.in_call
    return max(0, round(wanted))
