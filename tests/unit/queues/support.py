"""Players of traces and traffic on a virtual clock."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.queues.distributor import Distributor
from engine.queues.model import Member, Offer, Queue, Strategy, Waiter

TRACE = Path(__file__).with_name("trace.jsonl")
QUEUE, SKILL = UUID(int=1), UUID(int=2)


def operator(number: int) -> UUID:
    return UUID(int=100 + number)


def caller(number: int) -> UUID:
    return UUID(int=1000 + number)


def queue_of(strategy: Strategy = Strategy.LONGEST_IDLE, *, operators: int = 4, **more: Any) -> Queue:
    members = tuple(Member(operator(n), place=n) for n in range(1, operators + 1))
    return Queue(id=QUEUE, strategy=strategy, **{"members": members, **more})


class Player:
    """Plays a recorded trace: operators become ready, callers come, conversations end after as long as in the trace.

    The operator who is asked answers at once, unless the trace calls them silent for that caller: then the ring time
    passes and the next one is asked. ``answers`` tells who took whom, in order.
    """

    def __init__(self, queue: Queue, skills: Mapping[UUID, Mapping[UUID, int]] | None = None) -> None:
        self.queue = queue
        self.distributor = Distributor()
        self.distributor.configure([queue], skills or {}, 0.0)
        self.answers: list[tuple[int, int]] = []
        self.asked: list[tuple[int, tuple[int, ...]]] = []
        self._calls = dict.fromkeys(range(1, len(queue.members) + 1), 0)
        self._busy: dict[int, int] = {}
        self._silent: dict[int, list[int]] = {}
        self._timeouts: list[tuple[float, Offer]] = []

    def play(self, path: Path = TRACE) -> list[tuple[int, int]]:
        for line in path.read_text().splitlines():
            self._step(json.loads(line))
        return self.answers

    def _step(self, event: dict[str, Any]) -> None:
        at = float(event["at"])
        while self._timeouts and self._timeouts[0][0] <= at:
            when, offer = self._timeouts.pop(0)
            self.distributor.unanswered(offer.waiter_id, offer.users, when)
            self._decide(when)
        if "ready" in event:
            self._ready(event["ready"], at)
        elif "caller" in event:
            number = event["caller"]
            self._silent[number] = list(event.get("silent", ()))
            self.distributor.enter(Waiter(caller(number), QUEUE, at), at)
        elif event["done"] in self._busy:
            self._ready(self._busy.pop(event["done"]), at)
        self._decide(at)

    def _ready(self, number: int, at: float) -> None:
        self.distributor.operator(
            operator(number), at, available=True, online=True, idle_since=at, calls_today=self._calls[number]
        )

    def _decide(self, at: float) -> None:
        for offer in self.distributor.decide(at):
            number = offer.waiter_id.int - 1000
            users = tuple(user.int - 100 for user in offer.users)
            self.asked.append((number, users))
            silent = self._silent[number]
            taker = next((user for user in users if user not in silent), None)
            if taker is None:
                self._timeouts.append((at + self.queue.ring_s, offer))
                continue
            self.answers.append((number, taker))
            self._calls[taker] += 1
            self._busy[number] = taker
            self.distributor.answered(offer.waiter_id, operator(taker), at)
            self._decide(at)
