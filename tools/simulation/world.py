"""The simulation itself: a heap of events, operators, people who wait, and a dialler that is asked for lines."""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.dialer.outcomes import Outcome
from engine.dialer.pacing.facts import (
    Abandoned,
    AgentGone,
    AgentReady,
    AgentTalking,
    AgentWrapping,
    Answered,
    Connected,
    Detected,
    Dialed,
    Ended,
    Fact,
)
from tools.simulation.law import HOUR, Dial, Law

ANSWER, VERDICT, PATIENCE, TALKED, WRAPPED, ASK, STAFF = range(7)


class Dialler(Protocol):
    """An arm. ``facts`` tells whether it wants them; ``ask`` returns lines to dial and when to be asked next."""

    wants_facts: bool
    """Told every fact and asked after each, else asked at its own times only."""

    def on(self, fact: Fact) -> None: ...

    def ask(self, now: float, world: "World") -> tuple[int, float]: ...


@dataclass(slots=True)
class Line:
    """A call in flight."""

    id: int
    dialed: float
    dial: Dial


@dataclass(slots=True)
class Minute:
    """What happened within a slice of time, for charts."""

    busy_s: float = 0.0
    logged_s: float = 0.0
    humans: int = 0
    abandoned: int = 0
    dials: int = 0
    mode: str = ""


@dataclass(slots=True)
class Day:
    """Sums after the warm-up."""

    busy_s: float = 0.0
    logged_s: float = 0.0
    humans: int = 0
    abandoned: int = 0
    dials: int = 0
    slices: list[Minute] = field(default_factory=list)

    @property
    def occupancy(self) -> float:
        return self.busy_s / self.logged_s if self.logged_s else 0.0

    @property
    def rate(self) -> float:
        return self.abandoned / self.humans if self.humans else 0.0


class World:
    """One day of a campaign. Public counts are what diallers without facts look at."""

    def __init__(
        self, law: Law, dialler: Dialler, seed: int, *, slice_s: float = 300.0, warm_up_s: float = 1800.0
    ) -> None:
        self.law, self.dialler = law, dialler
        self.ready: deque[int] = deque()
        self.talking: set[int] = set()
        self.wrapping: set[int] = set()
        self.waiting: dict[int, Line] = {}
        self.flight: dict[int, Line] = {}
        self.answers_today = 0
        self.lost_today = 0
        self.recent: deque[tuple[float, bool]] = deque()
        self.day = Day()
        self._chances = [random.Random(seed * 10 + n) for n in range(3)]
        self._events: list[tuple[float, int, int, Any]] = []
        self._count = 0
        self._ids = 0
        self._asked = -1.0
        self._slice_s, self._warm_up_s = slice_s, warm_up_s
        self._end = law.hours * HOUR
        self.day.slices = [Minute() for _ in range(int(self._end / slice_s) + 1)]
        self._fact = dialler.on if dialler.wants_facts else _ignore
        self._leaving = 0
        self._next_agent = 0
        self._since = 0.0

    @property
    def agents(self) -> int:
        return len(self.ready) + len(self.talking) + len(self.wrapping)

    @property
    def in_call(self) -> int:
        return len(self.talking)

    def run(self) -> Day:
        for hour, _ in self.law.leave:
            self._push(hour * HOUR, STAFF, None)
        self._staff(0.0)
        self._push(0.0, ASK, None)
        handlers = (self._answer, self._verdict, self._patience, self._talked, self._wrapped, self._ask, self._staffed)
        facts = self.dialler.wants_facts
        while self._events:
            now, _, kind, data = heapq.heappop(self._events)
            if now > self._end:
                break
            self._account(now)
            handlers[kind](now, data)
            if facts and kind != ASK:
                self._lines(now)
        self._account(self._end)
        return self.day

    def _ask(self, now: float, _: Any) -> None:
        if now >= self._asked:
            self._lines(now)

    def _lines(self, now: float) -> None:
        lines, again = self.dialler.ask(now, self)
        for _ in range(lines):
            self._dial(now)
        if again != self._asked:
            self._asked = again
            self._push(max(again, now + 0.01), ASK, None)

    def _dial(self, now: float) -> None:
        self._ids += 1
        name, share = self.law.lists[self._ids % len(self.law.lists)]
        dial = self.law.dial(now, self._chances[0], share)
        self.flight[self._ids] = Line(self._ids, now, dial)
        self._slice(now).dials += 1
        self.day.dials += now >= self._warm_up_s
        self._fact(Dialed(self._ids, now, int(now / HOUR), name))
        self._push(now + dial.ring_s, ANSWER, self._ids)

    def _answer(self, now: float, number: int) -> None:
        dial = self.flight[number].dial
        if not (dial.human or dial.outcome is Outcome.MACHINE):
            self._over(now, number, dial.outcome)
            return
        self._fact(Answered(number, now))
        if dial.detect_s:
            self._push(now + dial.detect_s, VERDICT, number)
        else:
            self._verdict(now, number)

    def _verdict(self, now: float, number: int) -> None:
        line = self.flight[number]
        self._fact(Detected(number, now, line.dial.human))
        if not line.dial.human:
            self._over(now, number, line.dial.outcome)
            return
        self.answers_today += 1
        self.recent.append((now, False))
        self._slice(now).humans += 1
        self.day.humans += now >= self._warm_up_s
        del self.flight[number]
        if self.ready:
            self._connect(now, line, self.ready.popleft())
        else:
            self.waiting[number] = line
            self._push(now + self.law.patience_s, PATIENCE, number)

    def _patience(self, now: float, number: int) -> None:
        if self.waiting.pop(number, None) is None:
            return
        self.lost_today += 1
        self.recent.append((now, True))
        self._slice(now).abandoned += 1
        self.day.abandoned += now >= self._warm_up_s
        self._fact(Abandoned(number, now))
        self._fact(Ended(number, now, Outcome.ABANDONED))

    def _connect(self, now: float, line: Line, agent: int) -> None:
        self.talking.add(agent)
        self._fact(Connected(line.id, agent, now))
        self._fact(AgentTalking(agent, now))
        self._push(now + self.law.talk(now, self._chances[1]), TALKED, (line.id, agent))

    def _talked(self, now: float, data: tuple[int, int]) -> None:
        number, agent = data
        self.talking.discard(agent)
        self.wrapping.add(agent)
        self._fact(Ended(number, now, Outcome.TALKED))
        self._fact(AgentWrapping(agent, now))
        self._push(now + self.law.wrap(self._chances[2]), WRAPPED, agent)

    def _wrapped(self, now: float, agent: int) -> None:
        self.wrapping.discard(agent)
        if self._leaving:
            self._leaving -= 1
            self._fact(AgentGone(agent, now))
        else:
            self._free(now, agent)

    def _free(self, now: float, agent: int) -> None:
        if self.waiting:
            number = next(iter(self.waiting))
            self._connect(now, self.waiting.pop(number), agent)
        else:
            self.ready.append(agent)
            self._fact(AgentReady(agent, now))

    def _staffed(self, now: float, _: Any) -> None:
        self._staff(now)

    def _staff(self, now: float) -> None:
        """Those who come are ready; those who leave finish what they do first."""
        missing = self.law.staff(now) - (self.agents - self._leaving)
        self._leaving = max(0, self._leaving - max(missing, 0)) + max(0, -missing)
        while self._leaving and self.ready:
            self._leaving -= 1
            self._fact(AgentGone(self.ready.pop(), now))
        for _ in range(self.law.staff(now) - (self.agents - self._leaving)):
            self._next_agent += 1
            self._free(now, self._next_agent)

    def _over(self, now: float, number: int, outcome: Outcome) -> None:
        del self.flight[number]
        self._fact(Ended(number, now, outcome))

    def _slice(self, now: float) -> Minute:
        return self.day.slices[int(now / self._slice_s)]

    def _account(self, now: float) -> None:
        """Busy and logged-in time since the last event, into the slice in which it began."""
        took = now - self._since
        if took <= 0:
            return
        part = self._slice(self._since)
        busy = (len(self.talking) + len(self.wrapping)) * took
        part.busy_s += busy
        part.logged_s += self.agents * took
        if self._since >= self._warm_up_s:
            self.day.busy_s += busy
            self.day.logged_s += self.agents * took
        self._since = now

    def _push(self, at: float, kind: int, data: Any) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, kind, data))


def _ignore(fact: Fact) -> None:
    """For diallers that look at the counts."""
