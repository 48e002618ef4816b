"""Queues of this node: the distributor joined to operators' presences, waiting calls and the journal."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.calls.model import Call, Leg, Tried
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound
from engine.core.ids import new_id
from engine.queues.board import Board
from engine.queues.crew import Crew
from engine.queues.distributor import Distributor
from engine.queues.estimate import expected_wait
from engine.queues.model import Offer, Outcome, Queue, Waiter
from engine.queues.orphans import Orphans
from engine.queues.ports import CallbackDesk, Journal, Presences
from engine.queues.store import QueueStore
from engine.queues.visit import (
    Asked,
    Place,
    Refusal,
    Ring,
    Visit,
    client_of,
    new_place,
    offer_row,
    place_of,
    results_of,
    targets_of,
    visit_row,
    waiting_row,
)
from engine.routing.model import ToQueue
from engine.routing.numbering import normalise

_log = log.get("queues")
TABLES = frozenset(
    {"queues", "queue_members", "queue_skills", "users", "extensions", "employee_group_members", "user_skills"}
    | {"everything"}
)
"""Tables whose changes concern queues."""
ORPHAN_GRACE_S = 15.0
"""How long after a start calls may take to come to their queues again."""
RESERVE_GRACE_S = 10.0
"""How long a reservation outlives the ring time, at most."""
CLOSED_KEPT = 20_000


class Queues:
    """See the module. All methods return at once; offers are decided once all events of a moment are in."""

    def __init__(self, presences: Presences, journal: Journal, clock: Clock, settings: Settings) -> None:
        self.distributor = Distributor()
        self.visits: dict[UUID, Visit] = {}
        """Callers who wait or talk to an operator of their queue."""
        self.board = Board(self.distributor, journal, clock, settings)
        self.callbacks: CallbackDesk | None = None
        self.owed: Callable[[str], int] = lambda _number: 0
        """Priority of a number that is to be served before others, wherever it calls in."""
        self.crew = Crew(presences, self.distributor, self.board, clock, self._wake)
        self._presences = presences
        self._journal = journal
        self._clock = clock
        self._others: dict[UUID, Callable[[tuple[UUID, ...]], None]] = {}
        self._closed: OrderedDict[UUID, None] = OrderedDict()
        self.orphans = Orphans()
        self._due = asyncio.Event()

    # Configuration

    def follow(self, tables: set[str], queues: Iterable[Queue]) -> None:
        """Tables of the configuration have changed; operators are up to date already."""
        if tables & TABLES:
            self.load(queues)

    def load(self, queues: Iterable[Queue]) -> None:
        """Queues as they are from now on; operators and their skills come from the presences."""
        skills = {user_id: operator.skills for user_id, operator in self._presences.operators.items()}
        self.distributor.configure([queue for queue in queues if queue.enabled], skills, self._now())
        for visit in self.visits.values():
            visit.queue = self.distributor.queues.get(visit.queue.id, visit.queue)
        self.crew.load()
        self.board.load(self.distributor.queues)
        self._due.set()

    async def restore(self, store: QueueStore, zone: ZoneInfo) -> None:
        """Take up what an earlier process had counted and remembered; after the first ``load``."""
        midnight = self._clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        today, paces = await store.today(midnight), await store.paces(self.distributor.queues)
        for queue_id, pace in paces.items():
            self.board.restore(queue_id, today.get(queue_id), pace)
        self.distributor.remember(await store.last_asked())
        self.orphans = await store.orphans()

    async def settle(self) -> None:
        """After the calls that live are known: end the visits and offers that none of them goes on with."""
        await asyncio.sleep(ORPHAN_GRACE_S)
        if rows := self.orphans.close(self._clock.now()):
            _log.warning("orphans_closed", rows=len(rows))
            self._journal.append(*rows)

    def get(self, queue_id: UUID) -> Queue | None:
        """The queue as configured; None when there is no enabled one of that id."""
        return self.distributor.queues.get(queue_id)

    # Callers

    def enter(self, call: Any, to: ToQueue, place: Place | None = None) -> Visit | Refusal:
        """A caller joins a queue, or (with the ``place`` that was kept) goes on waiting there after a restart.

        ``call`` is told its queue and visit. A refusal is a visit that ends at once. A ``fresh`` place is one that was
        kept for somebody else: who ordered a call-back, and is on the line now.

        Raises:
            NotFound: there is no such queue.
        """
        queue = self.get(to.id)
        if queue is None:
            raise NotFound("There is no such queue")
        now = self._clock.now()
        place = place or self.orphans.take(call.id, queue.id)
        if place is None:
            visit = self._new_visit(call, queue, to, now)
            refusal = self._refusal(queue)
            if refusal is not None:
                self.board.entered(queue)
                self._close(visit, refusal, now)
                return Refusal(refusal)
        else:
            visit = Visit(queue, call, place, hold_before_s=call.hold_s)
            self.orphans.adopt(visit.id)
            for asked in place.asked:
                self.orphans.own(asked.offer_id)
            if place.callback_id is not None and self.callbacks is not None:
                self.callbacks.reclaim(place.callback_id)
        fresh = place is None or place.fresh
        visit.place.fresh = False
        call.queue_id, call.visit_id = queue.id, visit.id
        call.partner_id = call.partner_id or queue.partner_id
        self.visits[visit.id] = visit
        if visit.place.answered_at is not None:
            visit.outcome = Outcome.ANSWERED
            return visit
        waiter = Waiter(
            visit.id,
            queue.id,
            visit.place.since.timestamp(),
            visit.place.priority,
            visit.needs,
            offered=visit.users,
            tried=set(visit.place.tried),
        )
        self.distributor.enter(waiter, self._now())
        if fresh:
            self.board.entered(queue)
            visit.place.position = self.distributor.position(visit.id)
            visit.place.estimated_wait_s = self.estimate(visit)
            self._journal.append(visit_row(visit, now), *(offer_row(visit, asked) for asked in visit.place.asked))
        self._changed(queue.id)
        return visit

    async def offer(self, visit: Visit) -> Ring:
        """Waits until operators are to be asked; they are reserved. After a restart: those who are being asked."""
        if not visit.place.asked:
            visit.offered = asyncio.get_running_loop().create_future()
            self._due.set()
            try:
                await visit.offered
            finally:
                visit.offered = None
        found = [operator for user_id in visit.users if (operator := self.crew.get(user_id)) is not None]
        return Ring(targets_of(visit, found), visit.queue.ring_s)

    def answered(self, visit: Visit, leg: Leg) -> None:
        """A phone answered for this caller: one of those asked, or one that picked the call up."""
        now = self._clock.now()
        operator = self.crew.of_leg(leg)
        user_id = operator.user_id if operator is not None else None
        visit.place.answered_at, visit.place.answered_by = now, user_id
        visit.outcome = Outcome.ANSWERED
        visit.call.operator_id, visit.call.wrap_s = user_id, visit.queue.wrap_s
        self._end_offers(visit, {user_id: "answered"} if user_id is not None else {}, now)
        self.distributor.answered(visit.id, user_id, self._now())
        if user_id is not None:
            self.crew.serves(user_id, visit.queue.id)
        self.board.answered(visit.queue, visit.wait_s(now))
        self._journal.append(visit_row(visit, now))
        self._settle_callback(visit, served=True)
        self._changed(visit.queue.id)

    def unanswered(self, visit: Visit, tried: Sequence[Tried]) -> None:
        """Nobody answered: the caller keeps the place, the silent ones rest."""
        results = results_of(tried)
        silent = [user_id for user_id in visit.users if results.get(user_id, "failed") != "cancelled"]
        visit.place.tried += [user_id for user_id in silent if user_id not in visit.place.tried]
        self.distributor.unanswered(visit.id, silent, self._now())
        self._end_offers(visit, {user_id: results.get(user_id, "failed") for user_id in silent}, self._clock.now())
        self._changed(visit.queue.id)

    def withdraw(self, visit: Visit) -> None:
        """The offer is called off (the caller chose something else): nobody is to blame."""
        self.distributor.unanswered(visit.id, (), self._now())
        self._end_offers(visit, {}, self._clock.now())
        self._changed(visit.queue.id)

    def leave(self, visit: Visit, outcome: Outcome) -> None:
        """The stay is over; a conversation that took place makes it ``answered`` whatever is told."""
        if visit.id not in self.visits:
            return
        now = self._clock.now()
        del self.visits[visit.id]
        self.distributor.leave(visit.id, self._now())
        self._end_offers(visit, {}, now)
        self._close(visit, Outcome.ANSWERED if visit.place.answered_at is not None else outcome, now)
        self._settle_callback(visit, served=False)
        self._changed(visit.queue.id)

    def limit(self, visit: Visit) -> Outcome | None:
        """Whether the caller has waited too long, or waits where nobody works, or in a queue that is gone."""
        queue, now = visit.queue, self._clock.now()
        if self.get(queue.id) is None:
            return Outcome.FAILED
        if queue.max_wait_s is not None and (now - visit.place.entered_at).total_seconds() >= queue.max_wait_s:
            return Outcome.TIMEOUT
        return Outcome.NO_OPERATORS if self.crew.deserted(queue) else None

    def position(self, visit: Visit) -> int:
        """The caller's place, 1 is next."""
        return self.distributor.position(visit.id) or 1

    def estimate(self, visit: Visit) -> float | None:
        """Expected wait from now on, in seconds; None when it can't be told."""
        return self.estimate_at(visit.queue.id, self.position(visit) - 1)

    def estimate_at(self, queue_id: UUID, ahead: int) -> float | None:
        """Expected wait of one with ``ahead`` others before."""
        queue = self.get(queue_id)
        if queue is None:
            return None
        if not ahead and self.board.ready(queue):
            return 0.0
        pace = self.board.pace(queue)
        return expected_wait(ahead, self.board.strength(queue), pace.handle_s, pace.theta)

    # Others who wait (call-backs)

    def wait(self, waiter: Waiter, on_offer: Callable[[tuple[UUID, ...]], None]) -> None:
        """Somebody who is not on the line waits beside callers; ``on_offer`` gets the operators, not yet reserved."""
        self._others[waiter.id] = on_offer
        self.distributor.enter(waiter, self._now())
        self._changed(waiter.queue_id)

    def gone(self, waiter_id: UUID) -> None:
        """It waits no more; operators who were asked are free."""
        self._others.pop(waiter_id, None)
        waiter = self.distributor.waiters.get(waiter_id)
        self.distributor.leave(waiter_id, self._now())
        if waiter is not None:
            self._changed(waiter.queue_id)

    def served(self, waiter_id: UUID, user_id: UUID) -> None:
        """It is being served by ``user_id``."""
        self._others.pop(waiter_id, None)
        waiter = self.distributor.waiters.get(waiter_id)
        self.distributor.answered(waiter_id, user_id, self._now())
        if waiter is not None:
            self.crew.serves(user_id, waiter.queue_id)
            self._changed(waiter.queue_id)

    def on_ended(self, call: Call) -> None:
        """A call is over: close its visit, if no flow of this process did (it ended while no engine ran)."""
        found = place_of(call.position)
        if found is None or found[1].visit_id in self._closed:
            return
        queue_id, place = found
        visit = self.visits.get(place.visit_id)
        if visit is None:
            queue = self.get(queue_id) or Queue(id=queue_id)
            visit = self.visits[place.visit_id] = Visit(queue, call, place)
        self.leave(visit, Outcome.ABANDONED)

    # Work

    async def run(self) -> None:
        """Make the offers that are due, until cancelled."""
        while True:
            self._due.clear()
            try:
                self.decide()
            except Exception:
                _log.exception("decide_failed")
                await asyncio.sleep(1.0)
            next_at = self.distributor.next_at
            wait = None if next_at is None else max(next_at - self._now(), 0.005)
            try:
                async with asyncio.timeout(wait):
                    await self._due.wait()
            except TimeoutError:
                continue

    def decide(self) -> None:
        """Make the offers that are due now."""
        while True:
            offers = self.distributor.decide(self._now())
            if not offers:
                return
            for offer in offers:
                self._make(offer)

    def _make(self, offer: Offer) -> None:
        visit = self.visits.get(offer.waiter_id)
        now = self._clock.now()
        if visit is None:
            other = self._others.get(offer.waiter_id)
            if other is None:
                self.distributor.leave(offer.waiter_id, self._now())
            else:
                other(offer.users)
            return
        until = now + timedelta(seconds=visit.queue.ring_s + RESERVE_GRACE_S)
        for user_id in self.crew.reserve(offer, visit.call.id, until):
            asked = Asked(new_id(now), user_id, now)
            visit.place.asked.append(asked)
            self._journal.append(offer_row(visit, asked))
        if visit.place.asked and visit.offered is not None and not visit.offered.done():
            visit.offered.set_result(None)
        self.board.touch(visit.queue.id)

    # Inside

    def _wake(self) -> None:
        self._due.set()

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _new_visit(self, call: Any, queue: Queue, to: ToQueue, now: datetime) -> Visit:
        client = normalise(client_of(call))
        place = new_place(call, queue, max(to.priority or 0, self.owed(client)), now)
        claimed = self.callbacks.claim(queue.id, client) if self.callbacks is not None else None
        if claimed is not None:
            place.callback_id, place.since = claimed[0], min(claimed[1], now)
            place.priority = max(place.priority, claimed[2])
        return Visit(queue, call, place, hold_before_s=call.hold_s)

    def _refusal(self, queue: Queue) -> Outcome | None:
        if queue.max_waiting is not None:
            counted = sum(waiter.counted for waiter in self.distributor.line(queue.id))
            if counted >= queue.max_waiting:
                return Outcome.FULL
        return Outcome.NO_OPERATORS if self.crew.deserted(queue) else None

    def _end_offers(self, visit: Visit, results: Mapping[UUID, str], now: datetime) -> None:
        """Write how each offer in progress ended, and let go of those who did not answer; the default is cancelled."""
        asked, visit.place.asked = visit.place.asked, []
        for one in asked:
            result = results.get(one.user_id, "cancelled")
            self._journal.append(offer_row(visit, one, result, now))
            if result != "answered":
                self.crew.let_go(one.user_id, visit.call.id, result)
            else:
                self.crew.on_operator(one.user_id)

    def _close(self, visit: Visit, outcome: Outcome, now: datetime) -> None:
        visit.outcome, visit.ended_at = outcome, now
        self.orphans.adopt(visit.id)
        self._closed[visit.id] = None
        if len(self._closed) > CLOSED_KEPT:
            self._closed.popitem(last=False)
        if outcome is not Outcome.ANSWERED:
            self.board.left(visit.queue, outcome, visit.wait_s(now))
        self._journal.append(visit_row(visit, now))

    def _settle_callback(self, visit: Visit, *, served: bool) -> None:
        callback_id, visit.place.callback_id = visit.place.callback_id, None
        if callback_id is not None and self.callbacks is not None:
            self.callbacks.settle(callback_id, served=served)

    def _changed(self, queue_id: UUID) -> None:
        self.board.touch(queue_id)
        self._due.set()

    def waiting(self, queue_ids: Collection[UUID] | None = None) -> list[dict[str, Any]]:
        """Everybody who waits, in order, as the api shows it."""
        now = self._clock.now()
        found = []
        for queue_id in self.distributor.queues if queue_ids is None else queue_ids:
            for place, waiter in enumerate(self.distributor.line(queue_id), 1):
                found.append(waiting_row(waiter, place, self.visits.get(waiter.id), now))
        return found
