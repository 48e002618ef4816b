"""``queue``: the distributor that serves live calls, on a virtual clock, against Erlang-A.

Callers come as a Poisson stream, talk and are patient for exponential times (means 180 s and 120 s). A figure is the
mean over calls after a warm-up; E[W] counts everybody, also who gave up. The golden values are those of the Markov
chain (C. Palm 1957; A. Mandelbaum and S. Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", 2007),
computed here as well, as a check of the table.

A million calls alone tell P(abandon) to 3 % only, since chance makes the load a little more or less than was asked for.
So each figure is corrected for what chance did to the means of the traffic, which are known: control variates over
batches (S. Lavenberg and P. Welch, "A perspective on the use of control variables", 1981). ``plain`` is uncorrected.

All strategies never idle an operator while somebody waits; with the same callers, who bring their talk time with them,
they must give exactly the same waits. What ring-all adds (several phones ring, the first to answer wins) is apart.

``estimate``: the wait that callers are told when they join, against the wait of patient probes (one caller in fifty,
who never gives up), for the formula of ``engine.queues.estimate`` and for position x handling time / operators.
"""

import asyncio
import heapq
import random
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from engine.queues.distributor import Distributor
from engine.queues.estimate import Pace, expected_wait
from engine.queues.model import Member, Queue, Strategy, Waiter
from tools.benchmarks.report import Report

TALK_S, PATIENCE_S = 180.0, 120.0
NAMES = ("abandoned", "wait", "waited", "occupancy")
CASES: dict[str, tuple[int, float, tuple[float, float, float, float]]] = {
    "10 agents, 9 erlang": (10, 9.0, (0.0971, 11.65, 0.3793, 0.8126)),
    "50 agents, 47 erlang": (50, 47.0, (0.0368, 4.42, 0.3186, 0.9054)),
    "100 agents, 98 erlang": (100, 98.0, (0.0347, 4.17, 0.3923, 0.9460)),
}
"""Operators, offered load, golden (P(abandon), E[W] in seconds, P(wait), occupancy)."""
BATCHES = 100
WARM_UP = 0.01
PROBES = 50
ARRIVAL, END, PATIENCE = range(3)


@dataclass(slots=True)
class Caller:
    """One call: when it comes, how long it would talk, when it gives up."""

    at: float
    talk_s: float
    patience_s: float


@dataclass(slots=True)
class Seen:
    """Sums over calls that came within a batch."""

    calls: int = 0
    abandoned: int = 0
    wait_s: float = 0.0
    waited: int = 0
    busy_s: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    talk_s: float = 0.0
    patience_s: float = 0.0

    def chance(self, load: float) -> tuple[float, float, float]:
        """How far the means of this batch's traffic are from the true ones, relative."""
        calls = max(self.calls, 1)
        return (
            (self.ended - self.began) / calls / (TALK_S / load) - 1,
            self.talk_s / calls / TALK_S - 1,
            self.patience_s / calls / PATIENCE_S - 1,
        )

    def figures(self, agents: int, seconds: float) -> tuple[float, float, float, float]:
        calls = max(self.calls, 1)
        return self.abandoned / calls, self.wait_s / calls, self.waited / calls, self.busy_s / (agents * seconds)


@dataclass(slots=True)
class Told:
    """Estimates and naive estimates of probes, and what they waited."""

    estimates: list[tuple[float, float]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def traffic(load: float, seed: int) -> Iterator[Caller]:
    """An endless Poisson stream of callers."""
    chance = random.Random(seed)
    at = 0.0
    while True:
        at += chance.expovariate(load / TALK_S)
        yield Caller(at, chance.expovariate(1 / TALK_S), chance.expovariate(1 / PATIENCE_S))


class Simulation:
    """Callers and operators of one queue; every phone that is asked answers at once."""

    def __init__(self, agents: int, strategy: Strategy = Strategy.LONGEST_IDLE) -> None:
        self.queue = Queue(
            id=UUID(int=1), strategy=strategy, members=tuple(Member(UUID(int=100 + n), place=n) for n in range(agents))
        )
        self.distributor = Distributor()
        self.distributor.configure([self.queue], {}, 0.0)
        for member in self.queue.members:
            self.distributor.operator(member.user_id, 0.0, available=True, online=True)
        self.distributor.decide(0.0)
        self.pace = Pace(TALK_S)
        self.waits: list[float] = []
        self.told: dict[UUID, tuple[float, float]] = {}
        self.probes = Told()
        self._callers: dict[UUID, Caller] = {}
        self._batch_of: dict[UUID, Seen] = {}
        self._events: list[tuple[float, int, int, Any]] = []
        self._order = count()
        self._last = 0.0
        self._ids = count(1000)

    def run(self, callers: Iterator[Caller], calls: int, batches: int = 1, *, probing: bool = False) -> list[Seen]:
        """Serve ``calls`` callers; what was seen, by batch of those who came in it (the warm-up is batch -1)."""
        seen = [Seen() for _ in range(batches)]
        first = int(calls * WARM_UP)
        size = max((calls - first) // batches, 1)
        came, caller = 0, next(callers)
        now = 0.0
        while came < calls or self._callers:
            if came < calls and (not self._events or caller.at <= self._events[0][0]):
                now, came = caller.at, came + 1
                batch = seen[min((came - 1 - first) // size, batches - 1)] if came > first else Seen()
                self._arrive(caller, batch, now, probing and came % PROBES == 0)
                caller = next(callers)
            else:
                now, _, kind, data = heapq.heappop(self._events)
                if kind == END:
                    self.distributor.operator(data, now, available=True, online=True, idle_since=now)
                    self._serve(now)
                else:
                    self._give_up(data, now)
        return seen

    def _arrive(self, caller: Caller, batch: Seen, now: float, probe: bool) -> None:
        waiter = Waiter(UUID(int=next(self._ids)), self.queue.id, now)
        self._callers[waiter.id] = caller
        batch.calls += 1
        batch.began, batch.ended = batch.began or self._last, now
        self._last = now
        batch.talk_s += caller.talk_s
        batch.patience_s += caller.patience_s
        self._batch_of[waiter.id] = batch
        self.distributor.enter(waiter, now)
        if not self._serve(now):
            batch.waited += 1
            if probe:
                self._tell(waiter.id)
            else:
                self._push(now + caller.patience_s, PATIENCE, waiter.id)

    def _tell(self, waiter: UUID) -> None:
        ahead, agents = (self.distributor.position(waiter) or 1) - 1, len(self.queue.members)
        ours = expected_wait(ahead, agents, self.pace.handle_s, self.pace.theta) or 0.0
        self.told[waiter] = ours, (ahead + 1) * self.pace.handle_s / agents

    def _serve(self, now: float) -> bool:
        served = False
        for offer in self.distributor.decide(now):
            user = offer.users[0]
            caller, batch = self._callers.pop(offer.waiter_id), self._batch_of.pop(offer.waiter_id)
            self.distributor.answered(offer.waiter_id, user, now)
            wait = now - caller.at
            self.waits.append(wait)
            batch.wait_s += wait
            batch.busy_s += caller.talk_s
            self.pace.left(wait, lost=False)
            self.pace.handled(caller.talk_s)
            if offer.waiter_id in self.told:
                self.probes.estimates.append(self.told.pop(offer.waiter_id))
                self.probes.waits.append(wait)
            self._push(now + caller.talk_s, END, user)
            served = True
        return served

    def _give_up(self, waiter: UUID, now: float) -> None:
        caller = self._callers.pop(waiter, None)
        if caller is None:
            return
        batch = self._batch_of.pop(waiter)
        batch.abandoned += 1
        batch.wait_s += now - caller.at
        self.pace.left(now - caller.at, lost=True)
        self.distributor.leave(waiter, now)

    def _push(self, at: float, kind: int, data: Any) -> None:
        heapq.heappush(self._events, (at, next(self._order), kind, data))


def erlang_a(agents: int, load: float) -> tuple[float, float, float, float]:
    """The same four figures from the stationary distribution of the Markov chain."""
    rate, leave = load / TALK_S, 1 / PATIENCE_S
    weights = [1.0]
    while len(weights) <= agents or weights[-1] > 1e-18 * max(weights):
        number = len(weights)
        weights.append(weights[-1] * rate / (min(number, agents) / TALK_S + max(number - agents, 0) * leave))
    total = sum(weights)
    waiting = sum((number - agents) * weight for number, weight in enumerate(weights) if number > agents) / total
    delayed = sum(weights[agents:]) / total
    busy = sum(min(number, agents) * weight for number, weight in enumerate(weights)) / total
    return waiting * leave / rate, waiting / rate, delayed, busy / agents


def case(name: str, calls: int, seed: int) -> dict[str, Any]:
    """One golden case: our figures with 95 % intervals, the golden ones, the largest error in percent."""
    agents, load, golden = CASES[name]
    batches = Simulation(agents).run(traffic(load, seed), calls, BATCHES)
    seconds = TALK_S / load
    values = [batch.figures(agents, batch.calls * seconds) for batch in batches]
    chances = [batch.chance(load) for batch in batches]
    arm: dict[str, Any] = {"calls": calls}
    worst = 0.0
    for index, figure in enumerate(NAMES):
        sample = [value[index] for value in values]
        mean, spread = corrected(sample, chances)
        error = 100 * abs(mean - golden[index]) / golden[index]
        worst = max(worst, error)
        arm[figure] = {
            "ours": round(mean, 4),
            "+-": round(spread, 4),
            "plain": round(statistics.fmean(sample), 4),
            "golden": golden[index],
            "error_pct": round(error, 2),
        }
    return arm | {"error_pct": worst}


def corrected(sample: Sequence[float], chances: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Mean of ``sample`` at chances of 0, by linear regression over batches, and half of its 95 % interval."""
    width = len(chances[0]) + 1
    rows = [(1.0, *chance) for chance in chances]
    table = [
        [sum(row[a] * row[b] for row in rows) for b in range(width)]
        + [sum(row[a] * value for row, value in zip(rows, sample, strict=True))]
        for a in range(width)
    ]
    for step in range(width):
        pivot = max(range(step, width), key=lambda r: abs(table[r][step]))
        table[step], table[pivot] = table[pivot], table[step]
        for other in range(width):
            if other != step:
                share = table[other][step] / table[step][step]
                table[other] = [a - share * b for a, b in zip(table[other], table[step], strict=True)]
    slopes = [table[step][width] / table[step][step] for step in range(width)]
    left = [v - sum(a * b for a, b in zip(row, slopes, strict=True)) for row, v in zip(rows, sample, strict=True)]
    spread = (sum(value**2 for value in left) / (len(sample) - width)) ** 0.5
    return slopes[0], 1.96 * spread / len(sample) ** 0.5


def same_waits(calls: int, seed: int) -> dict[str, Any]:
    """Sum of waits of every strategy on the same callers, who are patient; and how evenly the calls fell."""
    found = {}
    for strategy in Strategy:
        simulation = Simulation(10, strategy)
        callers = (Caller(c.at, c.talk_s, 1e12) for c in traffic(8.5, seed))
        simulation.run(callers, calls)
        found[strategy.value] = round(sum(simulation.waits), 3)
    return found


def estimates(calls: int, seed: int) -> dict[str, Any]:
    """Error of what callers are told when they join and must wait: mean absolute error and bias, in seconds."""
    simulation = Simulation(10)
    simulation.run(traffic(11.0, seed), calls, probing=True)
    waits, told = simulation.probes.waits, simulation.probes.estimates
    arms: dict[str, Any] = {"probes": len(waits), "mean_wait_s": round(statistics.fmean(waits), 1)}
    for index, name in enumerate(("formula", "position_x_handling")):
        errors = [estimate[index] - wait for estimate, wait in zip(told, waits, strict=True)]
        arms[name] = {
            "mean_absolute_s": round(statistics.fmean(map(abs, errors)), 1),
            "bias_s": round(statistics.fmean(errors), 1),
        }
    return arms


async def run(quick: bool) -> Report:
    calls = 20_000 if quick else 1_000_000
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2) as pool:
        work = [loop.run_in_executor(pool, case, name, calls, 20_260_101) for name in CASES]
        few = loop.run_in_executor(pool, same_waits, calls // 50, 5)
        told = loop.run_in_executor(pool, estimates, calls // 10, 7)
        arms: dict[str, Any] = dict(zip(CASES, await asyncio.gather(*work), strict=True))
        sums, estimate = await asyncio.gather(few, told)
    if len(set(sums.values())) != 1:
        raise RuntimeError(f"strategies give different waits to the same callers: {sums}")
    worst = max(arm.pop("error_pct") for arm in arms.values())
    exact = {name: [round(value, 4) for value in erlang_a(agents, load)] for name, (agents, load, _) in CASES.items()}
    return Report(
        name="queue",
        figures={"max_error_pct": round(worst, 2)},
        arms={**arms, "markov chain": exact, "sum of waits by strategy": sums, "estimate": estimate},
        rounds=BATCHES,
        reach={"max_error_pct": "<= 2"},
    )
