"""Lines and operators as the facts have it, and what is learnt from them."""

from collections import Counter
from enum import Enum
from typing import Any

from engine.dialer.outcomes import NOT_DIALED, Outcome
from engine.dialer.pacing import facts, shapes
from engine.dialer.pacing.budget import Budget
from engine.dialer.pacing.durations import Durations
from engine.dialer.pacing.keys import Keys
from engine.dialer.pacing.shares import ShareFilter
from engine.dialer.pacing.tempo import Tempo

TRUST = 30.0
"""People seen until how long they ring is trusted by half."""
TOLD_S = 2.0
"""Between two tellings of the share filter how long lines rang on."""
HOURS_S = 900.0
"""Between two looks at how hours differ."""


class Stage(Enum):
    """Of a line."""

    RINGING = 0
    DETECTING = 1
    WAITING = 2
    SERVED = 3
    LOST = 4


class Busy(Enum):
    """Of an operator."""

    READY = 0
    TALKING = 1
    WRAPPING = 2


class Line:
    """A call in flight. ``seen``: seconds of ringing that the share filter knows of."""

    __slots__ = ("answered", "dialed", "hour", "list_id", "live", "seen", "shift", "stage")

    def __init__(self, fact: facts.Dialed, shift: int) -> None:
        self.dialed, self.hour, self.list_id = fact.at, fact.hour, fact.list_id
        self.live, self.shift = fact.live_only, shift
        self.stage = Stage.RINGING
        self.answered = 0.0
        self.seen = 0


class Operator:
    """``ours``: talks with a client of this campaign."""

    __slots__ = ("ours", "since", "what")

    def __init__(self, what: Busy, since: float) -> None:
        self.what, self.since = what, since
        self.ours = False


class Board:
    """Follows the facts. Facts of unknown lines and facts told twice change nothing."""

    def __init__(self, budget: Budget, ring_s: float) -> None:
        self.budget = budget
        self.lines: dict[Any, Line] = {}
        self.operators: dict[Any, Operator] = {}
        self.stages: Counter[Stage] = Counter()
        self.doing: Counter[Busy] = Counter()
        self.live = 0
        """Lines for which an operator is kept."""
        self.people, self.others = shapes.people(), shapes.others(ring_s)
        self.share = ShareFilter()
        self.keys = Keys()
        self.talk, self.wrap = Durations(90.0, 0.9), Durations(15.0, 0.6)
        self.talks, self.wraps = Tempo(), Tempo()
        self.human_delay_s, self.machine_delay_s = 0.3, 2.0
        self.human_of_answered = 0.6
        self.known = 0
        """People whose ringing was learnt from."""
        self.learnt, self.news = 0, 0
        """Things learnt since the last refresh."""
        self._told, self._known, self._hours_at = float("-inf"), 0, float("-inf")
        self.refresh()

    def refresh(self, now: float = float("-inf")) -> None:
        """Bring what was learnt to where it is used."""
        if now - self._hours_at >= HOURS_S:
            self._hours_at = now
            self.keys.begin()
        for part in (self.people, self.others, self.talk, self.wrap):
            part.refresh()
        self.share.shapes(self.people.survival, self.others.survival)
        self.learnt += self.news
        self.news = 0

    @property
    def agents(self) -> int:
        return len(self.operators)

    @property
    def ready(self) -> int:
        """Operators whom somebody may still have: those who are free and not kept for a line."""
        return self.doing[Busy.READY] - min(self.live, self.doing[Busy.READY])

    @property
    def open_lines(self) -> int:
        """Lines on which nobody is served yet."""
        return self.stages[Stage.RINGING] + self.stages[Stage.DETECTING] + self.stages[Stage.WAITING]

    def on(self, fact: facts.Fact) -> None:
        match fact:
            case facts.Dialed():
                self._dialed(fact)
            case facts.Answered():
                self._answered(fact)
            case facts.Detected():
                self._detected(fact)
            case facts.Connected():
                self._connected(fact)
            case facts.Abandoned():
                self._abandoned(fact)
            case facts.Ended():
                self._ended(fact)
            case facts.AgentReady():
                self._operator(fact.agent, Busy.READY, fact.at)
            case facts.AgentTalking():
                self._operator(fact.agent, Busy.TALKING, fact.at)
            case facts.AgentWrapping():
                self._operator(fact.agent, Busy.WRAPPING, fact.at)
            case facts.AgentGone():
                self._gone(fact)

    def _dialed(self, fact: facts.Dialed) -> None:
        if fact.id in self.lines:
            return
        self.lines[fact.id] = line = Line(fact, self.keys.shift(fact.hour, fact.list_id))
        self.stages[Stage.RINGING] += 1
        self.live += line.live

    def _move(self, line: Line, stage: Stage) -> None:
        self.stages[line.stage] -= 1
        self.stages[stage] += 1
        line.stage = stage

    def _answered(self, fact: facts.Answered) -> None:
        line = self.lines.get(fact.id)
        if line is not None and line.stage is Stage.RINGING:
            line.answered = fact.at
            self._move(line, Stage.DETECTING)

    def _detected(self, fact: facts.Detected) -> None:
        line = self.lines.get(fact.id)
        if line is None or line.stage not in (Stage.RINGING, Stage.DETECTING):
            return
        if line.stage is Stage.RINGING:
            line.answered = fact.at
        delay = fact.at - line.answered
        self.human_of_answered += (fact.human - self.human_of_answered) / 50
        if fact.human:
            self.human_delay_s += (delay - self.human_delay_s) / 30
            self._learn(line, True, line.answered - line.dialed)
            self._move(line, Stage.WAITING)
            self.budget.human(fact.at)
        else:
            self.machine_delay_s += (delay - self.machine_delay_s) / 30
            self._learn(line, False, line.answered - line.dialed)
            self._move(line, Stage.LOST)

    def _connected(self, fact: facts.Connected) -> None:
        line = self.lines.get(fact.id)
        if line is not None and line.stage is not Stage.SERVED:
            self._human(line, fact.at)
            self._move(line, Stage.SERVED)
            self._release(line)
        operator = self.operators.get(fact.agent)
        if operator is None:
            operator = self.operators[fact.agent] = Operator(Busy.TALKING, fact.at)
            self.doing[Busy.TALKING] += 1
        elif operator.what is not Busy.TALKING:
            self._operator(fact.agent, Busy.TALKING, fact.at)
        operator.ours = True

    def _abandoned(self, fact: facts.Abandoned) -> None:
        line = self.lines.get(fact.id)
        if line is None or line.stage in (Stage.LOST, Stage.SERVED):
            return
        self._human(line, fact.at)
        self._move(line, Stage.LOST)
        self._release(line)
        self.budget.lost(fact.at)

    def _human(self, line: Line, at: float) -> None:
        """Whoever is connected or abandoned is a person, also where no detection said so."""
        if line.stage in (Stage.RINGING, Stage.DETECTING):
            line.answered = line.answered or at
            self._learn(line, True, line.answered - line.dialed)
            self.budget.human(at)

    def _ended(self, fact: facts.Ended) -> None:
        line = self.lines.pop(fact.id, None)
        if line is None:
            return
        if line.stage in (Stage.RINGING, Stage.DETECTING):
            if fact.outcome in (Outcome.TALKED, Outcome.HUNG_UP, Outcome.SILENT):
                self._human(line, fact.at)
            elif fact.outcome not in NOT_DIALED and fact.outcome not in (Outcome.FAILED, Outcome.INTERRUPTED):
                self._learn(line, False, (line.answered or fact.at) - line.dialed)
        self.stages[line.stage] -= 1
        self._release(line)

    def _release(self, line: Line) -> None:
        """Nobody is kept for this line any longer."""
        self.live -= line.live
        line.live = False

    def _learn(self, line: Line, human: bool, ring_s: float) -> None:
        """What became of a dial: the shapes of ringing, the share of people, the effects of list and hour."""
        (self.people if human else self.others).add(ring_s)
        mean, _ = self.share.moments(self.keys.hour_shift(line.hour))
        self.keys.learn(line.hour, line.list_id, human, mean)
        self.share.ended(human, line.seen, line.shift)
        self.known += human
        self.news += 1

    def rang(self, now: float) -> None:
        """Tell the share filter how long lines have rung on, now and then; take in its evidence."""
        if now - self._told < TOLD_S:
            if self._known != self.news:
                self._known = self.news
                self.share.settle()
            return
        self._told = now
        steps: Counter[tuple[int, int, int]] = Counter()
        for line in self.lines.values():
            if line.stage is Stage.RINGING:
                age = int(now - line.dialed)
                if age > line.seen:
                    steps[line.seen, age, line.shift] += 1
                    line.seen = age
        if steps:
            self.share.rang(steps, self.known / (self.known + TRUST))
        self.share.settle()

    def _operator(self, agent: Any, what: Busy, at: float) -> None:
        operator = self.operators.get(agent)
        if operator is None:
            self.operators[agent] = Operator(what, at)
            self.doing[what] += 1
            return
        if operator.what is what:
            return
        self._spent(operator, at)
        self.doing[operator.what] -= 1
        self.doing[what] += 1
        operator.what, operator.since = what, at
        operator.ours = operator.ours and what is Busy.WRAPPING

    def _spent(self, operator: Operator, at: float) -> None:
        """Learn from talk and wrap-up of this campaign that are over."""
        took = at - operator.since
        if operator.what is Busy.TALKING and operator.ours:
            self.talks.over(self.talk, took)
            self.talk.add(took)
            self.news += 1
        elif operator.what is Busy.WRAPPING and operator.ours:
            self.wraps.over(self.wrap, took)
            self.wrap.add(took)
            self.news += 1

    def _gone(self, fact: facts.AgentGone) -> None:
        operator = self.operators.pop(fact.agent, None)
        if operator is not None:
            self._spent(operator, fact.at)
            self.doing[operator.what] -= 1
