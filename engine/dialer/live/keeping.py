"""Operators who are kept for clients: found by the queues' own distribution, freed when they are not needed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from engine.core.clock import Clock
from engine.core.ids import new_id
from engine.dialer.live.dial import Dial, offer_row
from engine.queues.model import Offer, Waiter
from engine.queues.ports import Journal
from engine.queues.service import RESERVE_GRACE_S, Queues
from engine.queues.visit import Asked


class Keeper:
    """Looks for an operator for a dial, as a waiter of the campaign's queue."""

    def __init__(self, queues: Queues, journal: Journal, clock: Clock) -> None:
        self._queues = queues
        self._journal = journal
        self._clock = clock

    def seek(self, dial: Dial, priority: int, seconds: float, kept: Callable[[Dial], None]) -> None:
        """Wait for an operator, keep it for ``seconds`` at most, then tell ``kept``."""
        if dial.queue_id is None or dial.user_id is not None or self.seeks(dial):
            return
        now = self._clock.now()
        waiter = Waiter(dial.id, dial.queue_id, now.timestamp(), priority, counted=False)

        def offered(users: tuple[UUID, ...]) -> None:
            for user_id in users[1:]:
                self._queues.crew.withdraw(dial.id, user_id)
            if self._keep(dial, users[:1], seconds):
                kept(dial)

        self._queues.wait(waiter, offered)

    def seeks(self, dial: Dial) -> bool:
        """Whether it waits for an operator, or has one, in its queue's line."""
        return dial.id in self._queues.distributor.waiters

    def seek_one(self, dial: Dial, user_id: UUID, priority: int, seconds: float) -> bool:
        """Keep this operator and no other; False when it is not free now."""
        if dial.queue_id is None or not self._queues.crew.is_free(user_id):
            return False
        waiter = Waiter(dial.id, dial.queue_id, self._clock.now().timestamp(), priority, counted=False)
        waiter.offered = (user_id,)
        self._queues.wait(waiter, lambda _users: None)
        if self._keep(dial, (user_id,), seconds):
            return True
        self._queues.gone(dial.id)
        return False

    def adopt(self, dial: Dial) -> None:
        """After a restart: this one's operator is kept still."""
        if dial.offer_id is not None:
            self._queues.orphans.own(dial.offer_id)
        if dial.queue_id is not None and dial.user_id is not None and not self.seeks(dial):
            waiter = Waiter(dial.id, dial.queue_id, self._clock.now().timestamp(), 0, counted=False)
            waiter.offered = (dial.user_id,)
            self._queues.wait(waiter, lambda _users: None)

    def served(self, dial: Dial) -> None:
        """The operator's own phone answered (operator first): the offer is over."""
        if dial.user_id is not None:
            self._queues.served(dial.id, dial.user_id)
            self._end_offer(dial, "answered")

    def hand_over(self, dial: Dial) -> list[Asked]:
        """The client's stay in the queue takes the offer over."""
        self._queues.gone(dial.id)
        if dial.user_id is None:
            return []
        self._end_offer(dial, "cancelled")
        user_id, dial.user_id = dial.user_id, None
        return [Asked(new_id(self._clock.now()), user_id, self._clock.now())]

    def free(self, dial: Dial, why: str = "cancelled") -> None:
        """Nobody is needed any more; ``missed``: the operator did not answer, and rests."""
        waits = self.seeks(dial)
        user_id, dial_queue = dial.user_id, dial.queue_id
        if user_id is not None and dial_queue is not None:
            self._end_offer(dial, why)
            if why == "missed":
                self._queues.crew.silent(dial_queue, user_id)
            dial.user_id = None
            self._queues.crew.let_go(user_id, dial.id, why)
        if waits:
            self._queues.gone(dial.id)

    def _keep(self, dial: Dial, users: tuple[UUID, ...], seconds: float) -> bool:
        assert dial.queue_id is not None
        now = self._clock.now()
        until = now + timedelta(seconds=seconds + RESERVE_GRACE_S)
        found = self._queues.crew.reserve(Offer(dial.id, dial.queue_id, users), dial.id, until)
        if not found:
            return False
        dial.user_id, dial.offer_id, dial.offered_at = found[0], new_id(now), now
        self._journal.append(offer_row(dial))
        return True

    def _end_offer(self, dial: Dial, result: str) -> None:
        now: datetime = self._clock.now()
        if dial.offer_id is not None:
            self._journal.append(offer_row(dial, result, now))
            dial.offer_id = None
