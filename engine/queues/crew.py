"""Operators as queues see them: who is available, who is kept for a call, who serves whom."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from engine.agents.model import Operator
from engine.agents.statuses import Status
from engine.calls.model import Call, Leg
from engine.core.clock import Clock
from engine.queues.board import Board
from engine.queues.distributor import Distributor
from engine.queues.model import Offer, Queue
from engine.queues.ports import Presences

WORKING = frozenset({Status.READY, Status.RESERVED, Status.ON_CALL, Status.WRAP_UP})
"""Statuses in which an operator counts as on line."""
ENGAGED = frozenset({Status.RESERVED, Status.ON_CALL, Status.WRAP_UP})
REST_AFTER_REFUSAL_S = 1.0
EMPTY_GRACE_S = 5.0
"""How long nobody must be on line before callers are sent away, where the queue wants that."""


class Crew:
    """Joins presences to the distributor; ``changed`` is called when offers may be due."""

    def __init__(
        self, presences: Presences, distributor: Distributor, board: Board, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._presences = presences
        self._distributor = distributor
        self._board = board
        self._clock = clock
        self._changed = changed
        self._serving: dict[UUID, tuple[UUID, datetime]] = {}
        self._empty_since: dict[UUID, float] = {}
        presences.on_change.append(self.on_operator)

    def load(self) -> None:
        """Queues have changed: look at everybody anew."""
        for user_id in self._presences.operators:
            self.on_operator(user_id)
        for queue_id in self._distributor.queues:
            self._look_who_works(queue_id)

    def on_operator(self, user_id: UUID) -> None:
        """An operator's presence has changed."""
        now = self._clock.now()
        if user_id not in self._presences.operators:
            self._distributor.operator(user_id, now.timestamp(), available=False, online=False)
            return
        presence = self._presences.get(user_id)
        if presence.status not in ENGAGED:
            self._is_done(user_id, now)
        self._distributor.operator(
            user_id,
            now.timestamp(),
            available=self._presences.available(user_id),
            online=presence.reachable and presence.status in WORKING,
            idle_since=(presence.last_call_at or datetime.fromtimestamp(0, UTC)).timestamp(),
            calls_today=presence.calls_today,
        )
        for queue_id in self._distributor.queues_of(user_id):
            self._look_who_works(queue_id)
            self._board.touch(queue_id)
        self._changed()

    def on_leg(self, _call: Call, leg: Leg) -> None:
        """A leg of a phone has changed: its operator may be available now."""
        operator = self.of_leg(leg)
        if operator is not None:
            self.on_operator(operator.user_id)

    def of_leg(self, leg: Leg) -> Operator | None:
        """Whose phone it is."""
        operator = self._presences.operators.get(leg.user_id) if leg.user_id else None
        return operator or self._presences.by_extension(leg.number)

    def get(self, user_id: UUID) -> Operator | None:
        """The operator of that id."""
        return self._presences.operators.get(user_id)

    def is_free(self, user_id: UUID) -> bool:
        """Whether the operator would be asked now."""
        staff = self._distributor.staff.get(user_id)
        return staff is not None and staff.is_free(self._clock.now().timestamp())

    def reserve(self, offer: Offer, call_id: UUID, until: datetime) -> list[UUID]:
        """Keep the operators of an offer for a call; those who can't be had are taken out of it."""
        now = self._clock.now().timestamp()
        kept = []
        for user_id in offer.users:
            if self._presences.reserve(user_id, call_id, until=until):
                kept.append(user_id)
            else:
                self._distributor.withdraw(offer.waiter_id, user_id, now)
                self._distributor.rest(user_id, now + REST_AFTER_REFUSAL_S)
        return kept

    def withdraw(self, waiter_id: UUID, user_id: UUID) -> None:
        """One of the operators of an offer is not needed."""
        self._distributor.withdraw(waiter_id, user_id, self._clock.now().timestamp())
        self.on_operator(user_id)

    def let_go(self, user_id: UUID, call_id: UUID, why: str) -> None:
        """The reservation of an operator is over: missed, rejected, cancelled, failed."""
        self._presences.release(user_id, call_id, why)
        self.on_operator(user_id)

    def silent(self, queue_id: UUID, user_id: UUID) -> None:
        """An operator did not answer: rests for the queue's time."""
        queue = self._distributor.queues.get(queue_id)
        if queue is not None and user_id in self._distributor.staff:
            self._distributor.rest(user_id, self._clock.now().timestamp() + queue.retry_s)

    def serves(self, user_id: UUID, queue_id: UUID) -> None:
        """An operator has begun to serve somebody of a queue: how long it takes is learnt."""
        self._serving[user_id] = queue_id, self._clock.now()

    def deserted(self, queue: Queue) -> bool:
        """Nobody has been on line for some seconds (phones need a moment to be known after a start)."""
        if queue.when_empty == "wait" or self._board.online(queue):
            return False
        now = self._clock.now().timestamp()
        return now - self._empty_since.get(queue.id, now) >= EMPTY_GRACE_S

    def _is_done(self, user_id: UUID, now: datetime) -> None:
        queue_id, began = self._serving.pop(user_id, (None, now))
        queue = self._distributor.queues.get(queue_id) if queue_id is not None else None
        if queue is not None:
            self._board.pace(queue).handled((now - began).total_seconds())

    def _look_who_works(self, queue_id: UUID) -> None:
        if self._board.online(self._distributor.queues[queue_id]):
            self._empty_since.pop(queue_id, None)
        else:
            self._empty_since.setdefault(queue_id, self._clock.now().timestamp())
