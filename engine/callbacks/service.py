"""Call-backs of this node: taken, in line, tried, settled."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from engine.callbacks.rows import attempt_row, offer_row
from engine.callbacks.rules import OPEN, Result, State, advance, after_try, may_call, merged, named_in, shown_number
from engine.callbacks.store import CallbackStore
from engine.calls.model import Call
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, NotFound, PayLaterError
from engine.core.ids import new_id
from engine.history.records import CallbackRow
from engine.queues.attempt import Attempt, Mode
from engine.queues.model import Offer, Queue, Waiter
from engine.queues.ports import Journal
from engine.queues.service import RESERVE_GRACE_S, Queues
from engine.queues.visit import Visit
from engine.routing.table import RoutingTable

_log = log.get("callbacks")
LOOK_S = 20.0
"""How often hours are looked at, in seconds; ``RETRY_OPEN_S``: rest of a call-back whose call could not be started."""
RETRY_OPEN_S = 5.0


OpenCall = Callable[[Attempt], None]
"""Start the call of a try. ``Forbidden``: that number may not be called; another ``PayLaterError``: not now."""


class Callbacks:
    """See the module."""

    def __init__(
        self,
        queues: Queues,
        journal: Journal,
        table: Callable[[], RoutingTable],
        clock: Clock,
        settings: Settings,
        open_call: OpenCall,
    ) -> None:
        self.rows: dict[UUID, CallbackRow] = {}
        """Call-backs that are not over."""
        self._open_call = open_call
        self._queues = queues
        queues.callbacks = self
        self._journal = journal
        self._table = table
        self._clock = clock
        self._node_id = settings.node_id
        self._attempts: dict[UUID, Attempt] = {}
        self._claimed: set[UUID] = set()
        self._numbers: dict[tuple[UUID | None, str], UUID] = {}
        self._calls_known = asyncio.Event()
        self._wake = asyncio.Event()

    # Orders

    def order(
        self,
        queue: Queue,
        number: str,
        *,
        called: str,
        source: str,
        call_id: UUID | None = None,
        visit: Visit | None = None,
    ) -> UUID:
        """Call ``number`` back in its turn; see ``engine.ivr.port.CallbackPort``."""
        now = self._clock.now()
        place_at = visit.place.since if visit is not None else now
        priority = visit.place.priority if visit is not None else 0
        known = self._find(queue.id, number)
        if known is not None:
            self._put(merged(known, place_at, priority))
            self._leave_line(known.id)
            self._wake.set()
            return known.id
        row = CallbackRow(
            id=new_id(now),
            number=number,
            called=called,
            requested_at=now,
            call_id=call_id,
            queue_id=queue.id,
            visit_id=visit.id if visit is not None else None,
            place_at=place_at,
            priority=priority,
            mode=queue.callback_mode,
            source=source,
            node_id=self._node_id,
        )
        self._put(row)
        return row.id

    def take(self, rows: Collection[CallbackRow]) -> None:
        """Orders of the api, this node's now; a second one of a number is merged into the first."""
        for row in rows:
            known = self._find(row.queue_id, row.number)
            if known is None:
                self._keep(row)
            elif known.id != row.id:
                now = self._clock.now()
                self._put(merged(known, row.place_at or row.requested_at, row.priority))
                self._journal.append(replace(row, state=State.CANCELLED, done_at=now, last_reason="merged"))
        self._wake.set()

    def cancel(self, callback_id: UUID, *, done: bool, by: UUID | None = None, note: str | None = None) -> None:
        """Not to be called back any more; ``done``: somebody did it another way.

        Raises:
            NotFound: no open one. Conflict: it is being called at this moment.
        """
        row = self._get(callback_id)
        if row.state == State.CALLING:
            raise Conflict("It is being called now")
        to = State.DONE if done else State.CANCELLED
        self._leave_line(callback_id)
        self._put(
            replace(
                row,
                state=advance(State(row.state), to),
                done_at=self._clock.now(),
                last_reason="by_hand",
                operator_id=by or row.operator_id,
                note=row.note if note is None else note,
            )
        )

    def change(self, callback_id: UUID, *, note: str | None, priority: int | None, next_at: datetime | None) -> None:
        """Change a note, the priority, or when it is tried next.

        Raises:
            NotFound: no open one.
        """
        row = self._get(callback_id)
        if row.state == State.WAITING:
            self._leave_line(callback_id)
        self._put(
            replace(
                row,
                note=row.note if note is None else note,
                priority=row.priority if priority is None else priority,
                next_at=next_at or row.next_at,
            )
        )

    # Who calls in again (``engine.queues.service.CallbackDesk``)

    def claim(self, queue_id: UUID, number: str) -> tuple[UUID, datetime, int] | None:
        row = self._find(queue_id, number)
        if row is None or row.state != State.WAITING or row.id in self._claimed:
            return None
        self._claimed.add(row.id)
        self._leave_line(row.id)
        return row.id, row.place_at or row.requested_at, row.priority

    def reclaim(self, callback_id: UUID) -> None:
        """After a restart: this one's number is in the queue itself."""
        self._claimed.add(callback_id)
        self._leave_line(callback_id)

    def settle(self, callback_id: UUID, *, served: bool) -> None:
        self._claimed.discard(callback_id)
        row, attempt = self.rows.get(callback_id), self._attempts.get(callback_id)
        if attempt is not None:
            self.connected(attempt) if served else self.failed(attempt, Result.FAILED)
        elif row is not None and served:
            now = self._clock.now()
            self._put(replace(row, state=advance(State(row.state), State.DONE), done_at=now, last_reason="called_in"))
        elif row is not None and row.state == State.CALLING:
            self._put(self._after(row, Result.FAILED))
        self._wake.set()

    # Tries, told by their flow

    def reached(self, attempt: Attempt) -> None:
        """The operator's phone answered (operator first): the offer is over, the client is called now."""
        attempt.reached = True
        self._queues.served(attempt.callback_id, attempt.user_id)
        self._end_offer(attempt, "answered")

    def handed_over(self, attempt: Attempt) -> None:
        """The client answered (client first): its stay in the queue takes the offer over."""
        attempt.reached = True
        self._queues.gone(attempt.callback_id)
        self._end_offer(attempt, "cancelled")

    def connected(self, attempt: Attempt) -> None:
        """Both talk: the call-back is done."""
        attempt.connected = True
        self._finish(attempt, Result.ANSWERED)

    def failed(self, attempt: Attempt, reason: str) -> None:
        """The try is over without a conversation."""
        if attempt.callback_id not in self._attempts or attempt.connected:
            return
        result = Result(reason) if reason in set(Result) else Result.FAILED
        if not attempt.reached:
            missed = {Result.OPERATOR_MISSED: "missed", Result.INTERRUPTED: "cancelled"}
            offered = missed.get(result, "cancelled") if attempt.mode == "operator_first" else "cancelled"
            self._end_offer(attempt, offered)
            if offered == "missed":
                self._queues.crew.silent(attempt.queue_id, attempt.user_id)
            self._queues.crew.let_go(attempt.user_id, attempt.call_id, offered)
        self._queues.gone(attempt.callback_id)
        self._finish(attempt, result)

    def adopted(self, attempt: Attempt) -> None:
        """The call of this try is served, by this process or (after a restart) again."""
        row = self.rows.get(attempt.callback_id)
        if row is None:
            return
        self._attempts[attempt.callback_id] = attempt
        self._queues.orphans.own(attempt.offer_id)
        if not attempt.reached and row.id not in self._queues.distributor.waiters:
            self._queues.wait(self._waiter(row, offered=(attempt.user_id,)), self._on_offer(row.id))

    def on_ended(self, call: Call) -> None:
        """A call is over; a try whose flow no process ran to its end is settled here."""
        kept = (call.position or {}).get("callback")
        attempt = next((one for one in self._attempts.values() if one.call_id == call.id), None)
        if attempt is not None:
            self.failed(attempt, Result.INTERRUPTED)
        elif kept is not None and (row := self.rows.get(UUID(kept["callback_id"]))) and row.state == State.CALLING:
            self._put(self._after(row, Result.INTERRUPTED))

    # Time

    async def restore(self, store: CallbackStore) -> None:
        """Take up what waits; tries of an earlier process are settled when its calls are known."""
        for row in await store.open_ones():
            self._keep(row)
        self.take(await store.claim())

    async def follow(self, store: CallbackStore, tables: set[str]) -> None:
        """Tables of the configuration have changed."""
        if tables & {"callback_requests", "everything"}:
            self.take(await store.claim())
        if tables & {"queues", "schedules", "everything"}:
            for row in list(self.rows.values()):
                if row.state == State.WAITING:
                    self._leave_line(row.id)
        self._wake.set()

    def settle_lost(self, calls: Collection[Call]) -> None:
        """These calls live, after a connect: a try without its call has ended."""
        going_on = {one for call in calls for one in named_in(call.position)}
        live = {call.id for call in calls}
        for row in list(self.rows.values()):
            attempt = self._attempts.get(row.id)
            if row.state != State.CALLING or str(row.id) in going_on or (attempt and attempt.call_id in live):
                continue
            if attempt is not None:
                self.failed(attempt, Result.INTERRUPTED)
            else:
                self._put(self._after(row, Result.INTERRUPTED))
        self._calls_known.set()

    async def run(self) -> None:
        """Keep those in line who are due, until cancelled; begins when the calls that live are known."""
        await self._calls_known.wait()
        while True:
            self._wake.clear()
            try:
                next_at = self.look()
            except Exception:
                _log.exception("look_failed")
                next_at = None
            wait = LOOK_S if next_at is None else max((next_at - self._clock.now()).total_seconds(), 0.01)
            try:
                async with asyncio.timeout(min(wait, LOOK_S)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def look(self) -> datetime | None:
        """Put into line who is due, take out who is not; gives when the next one is due."""
        now, soonest = self._clock.now(), None
        for row in list(self.rows.values()):
            queue = self._queues.get(row.queue_id) if row.queue_id is not None else None
            if row.state != State.WAITING or row.id in self._claimed:
                continue
            due = row.next_at is None or row.next_at <= now
            if not due and row.next_at is not None:
                soonest = row.next_at if soonest is None else min(soonest, row.next_at)
            if queue is None or not due or not may_call(self._table(), queue, now):
                self._leave_line(row.id)
            elif row.id not in self._queues.distributor.waiters:
                self._queues.wait(self._waiter(row), self._on_offer(row.id))
        return soonest

    # Inside

    def _on_offer(self, callback_id: UUID) -> Callable[[tuple[UUID, ...]], None]:
        return lambda users: self._begin(callback_id, users)

    def _begin(self, callback_id: UUID, users: tuple[UUID, ...]) -> None:
        """It is its turn: reserve one operator, write the try down, start its call."""
        row = self.rows[callback_id]
        assert row.queue_id is not None
        queue = self._queues.get(row.queue_id)
        now = self._clock.now()
        for user_id in users[1:]:
            self._queues.crew.withdraw(callback_id, user_id)
        if queue is None:
            self._queues.gone(callback_id)
            return
        seconds = queue.ring_s + queue.callback_ring_s + RESERVE_GRACE_S
        call_id = new_id(now)
        offer = Offer(callback_id, queue.id, users[:1])
        kept = self._queues.crew.reserve(offer, call_id, now + timedelta(seconds=seconds))
        if not kept:
            return
        mode: Mode = "client_first" if row.mode == "client_first" else "operator_first"
        attempt = Attempt(
            call_id=call_id,
            callback_id=callback_id,
            queue_id=queue.id,
            number=row.number,
            shown=shown_number(self._table(), queue, row),
            mode=mode,
            user_id=kept[0],
            offer_id=new_id(now),
            offered_at=now,
            since=row.place_at or row.requested_at,
            priority=row.priority,
        )
        self._attempts[callback_id] = attempt
        self.rows[callback_id] = row = replace(
            row, state=advance(State(row.state), State.CALLING), operator_id=kept[0], visit_id=row.visit_id
        )
        self._journal.append(row, attempt_row(attempt), offer_row(attempt))
        try:
            self._open_call(attempt)
        except Forbidden as exc:
            _log.warning("callback_refused", callback=str(callback_id), reason=exc.detail)
            self.failed(attempt, Result.UNAVAILABLE)
        except PayLaterError as exc:
            _log.warning("callback_not_started", callback=str(callback_id), reason=exc.detail)
            self.failed(attempt, Result.INTERRUPTED)
            self._put(replace(self.rows[callback_id], next_at=now + timedelta(seconds=RETRY_OPEN_S)))

    def _finish(self, attempt: Attempt, result: Result) -> None:
        self._attempts.pop(attempt.callback_id, None)
        now = self._clock.now()
        self._journal.append(attempt_row(attempt, result, now))
        row = self.rows.get(attempt.callback_id)
        if row is not None:
            self._put(self._after(row, result))

    def _after(self, row: CallbackRow, result: Result) -> CallbackRow:
        assert row.queue_id is not None
        queue = self._queues.get(row.queue_id) or Queue(id=row.queue_id)
        now = self._clock.now()
        return after_try(row, result, now, attempts=queue.callback_attempts, interval_s=queue.callback_interval_s)

    def _end_offer(self, attempt: Attempt, result: str) -> None:
        self._journal.append(offer_row(attempt, result, self._clock.now()))

    def _put(self, row: CallbackRow) -> None:
        """Write a call-back down, and keep it while it is open."""
        self._journal.append(row)
        if row.state in OPEN:
            self._keep(row)
        else:
            self.rows.pop(row.id, None)
            self._numbers.pop((row.queue_id, row.number), None)
            self._leave_line(row.id)
        self._wake.set()

    def _keep(self, row: CallbackRow) -> None:
        self.rows[row.id] = row
        self._numbers[row.queue_id, row.number] = row.id

    def _leave_line(self, callback_id: UUID) -> None:
        if callback_id in self._queues.distributor.waiters and callback_id not in self._attempts:
            self._queues.gone(callback_id)

    def _find(self, queue_id: UUID | None, number: str) -> CallbackRow | None:
        known = self._numbers.get((queue_id, number))
        return self.rows.get(known) if known is not None else None

    def _get(self, callback_id: UUID) -> CallbackRow:
        try:
            return self.rows[callback_id]
        except KeyError:
            raise NotFound("There is no such open call-back on this node") from None

    def _waiter(self, row: CallbackRow, offered: tuple[UUID, ...] = ()) -> Waiter:
        assert row.queue_id is not None
        since = (row.place_at or row.requested_at).timestamp()
        return Waiter(row.id, row.queue_id, since, row.priority, counted=False, offered=offered)
