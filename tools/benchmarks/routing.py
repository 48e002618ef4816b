"""``routing``: choosing an operator among 10,000 in 1,000 queues, against a scan of all operators.

A choice is what a live call pays: the caller joins a line, the distributor decides, the operator is taken; then the
operator is freed again, which is timed too, since sorted lists must pay somewhere. Each operator serves ten queues,
half of the operators are free, strategies go round. The scan looks at every operator for each choice, as a loop over a
list would. Costs are processor time of this thread: what else the machine does counts only by the caches it spoils.
``growth``: mean cost of a choice with 10,000 operators by that with 1,000, rounds in turn.
"""

import gc
import random
import time
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from engine.queues.distributor import Distributor
from engine.queues.model import Member, Queue, Strategy, Waiter
from tools.benchmarks.report import Report, percentile, ratio, spread

QUEUES, QUEUES_OF_ONE = 1000, 10
FEW, MANY = 1000, 10_000
STRATEGIES = tuple(strategy for strategy in Strategy if strategy is not Strategy.RING_ALL)


@dataclass(slots=True)
class Agent:
    """An operator, as the scan sees it."""

    id: UUID
    queues: frozenset[UUID]
    free: bool = True
    idle_since: float = 0.0


@dataclass
class Centre:
    """The same operators and queues for both arms."""

    size: int
    agents: list[Agent] = field(default_factory=list)
    queues: list[UUID] = field(default_factory=lambda: [UUID(int=1 + n) for n in range(QUEUES)])
    distributor: Distributor = field(default_factory=Distributor)
    now: float = 1.0
    ids: "count[int]" = field(default_factory=lambda: count(10**9))
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    def __post_init__(self) -> None:
        members: dict[UUID, list[Member]] = {queue: [] for queue in self.queues}
        for number in range(self.size):
            agent = Agent(UUID(int=10**6 + number), frozenset(self.chance.sample(self.queues, QUEUES_OF_ONE)))
            agent.idle_since = self.chance.random()
            agent.free = number % 2 == 0
            self.agents.append(agent)
            for queue in agent.queues:
                members[queue].append(Member(agent.id, place=number))
        queues = [
            Queue(id=queue, strategy=STRATEGIES[n % len(STRATEGIES)], members=tuple(members[queue]))
            for n, queue in enumerate(self.queues)
        ]
        self.distributor.configure(queues, {}, 0.0)
        for agent in self.agents:
            self.distributor.operator(agent.id, 0.0, available=agent.free, online=True, idle_since=agent.idle_since)
        self.distributor.decide(0.0)

    def choose(self) -> float:
        """Processor seconds of one choice and of freeing the operator again; 0 where nobody was free."""
        queue = self.chance.choice(self.queues)
        self.now += 0.01
        waiter = Waiter(UUID(int=next(self.ids)), queue, self.now)
        began = time.thread_time()
        self.distributor.enter(waiter, self.now)
        offers = self.distributor.decide(self.now)
        if not offers:
            self.distributor.leave(waiter.id, self.now)
            return 0.0
        user = offers[0].users[0]
        self.distributor.answered(waiter.id, user, self.now)
        self.distributor.operator(user, self.now, available=True, online=True, idle_since=self.now)
        self.distributor.decide(self.now)
        return time.thread_time() - began

    def scan(self) -> float:
        """Processor seconds of one choice by looking at everybody."""
        queue = self.chance.choice(self.queues)
        self.now += 0.01
        began = time.thread_time()
        found = [agent for agent in self.agents if agent.free and queue in agent.queues]
        if found:
            best = min(found, key=lambda agent: agent.idle_since)
            best.idle_since = self.now
        return time.thread_time() - began


async def run(quick: bool) -> Report:
    rounds, choices, scans = (4, 500, 20) if quick else (20, 5000, 100)
    few, many = Centre(FEW), Centre(MANY)
    gc.collect()
    gc.freeze()
    costs: dict[int, list[float]] = {FEW: [], MANY: []}
    every: list[float] = []
    scanned: list[float] = []
    for _ in range(rounds):
        for centre in (few, many):
            taken = [cost for cost in (centre.choose() for _ in range(choices)) if cost]
            costs[centre.size].append(sum(taken) / len(taken))
            if centre is many:
                every += taken
        scanned.append(sum(many.scan() for _ in range(scans)) / scans)
    gc.unfreeze()
    growth = ratio(costs[MANY], costs[FEW])
    faster = ratio(scanned, costs[MANY])
    return Report(
        name="routing",
        figures={"p99_ms": round(percentile(every, 0.99) * 1e3, 4), "growth": growth["ratio"]},
        arms={
            "ours us, 1,000 operators": spread([cost * 1e6 for cost in costs[FEW]]),
            "ours us, 10,000 operators": spread([cost * 1e6 for cost in costs[MANY]]),
            "scan us, 10,000 operators": spread([cost * 1e6 for cost in scanned]),
            "95 % interval": {"growth": growth, "scan by ours": faster},
            "choices": len(every),
        },
        rounds=rounds,
        reach={"p99_ms": "< 1", "growth": "<= 2"},
    )
