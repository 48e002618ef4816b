"""A caller in a queue: an informer speaks and plays music while operators are chosen and asked."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from engine.calls.model import DialResult, HungUp, Leg
from engine.core.errors import NotFound
from engine.ivr.flows.connect import onward
from engine.ivr.flows.informer import Informer
from engine.ivr.port import FlowTools, Line
from engine.queues.model import Outcome, Queue
from engine.queues.service import Queues
from engine.queues.visit import Place, Refusal, Ring, Visit, client_of, ours_of
from engine.routing.model import Destination, ToMessage, ToQueue
from engine.routing.numbering import ANONYMOUS, normalise

NORMAL, BUSY = 16, 17
LOOK_S = 2.0
"""How often the limits of waiting are looked at, in seconds."""
NOT_IN_SERVICE = ToMessage(sound="ss-noservice")
NO_NUMBER = ("sound:unidentified-no-callback",)
ORDERED = ("sound:auth-thankyou", "sound:vm-goodbye")


async def wait_in_queue(line: Line, tools: FlowTools, to: ToQueue, kept: Mapping[str, Any] | None) -> Destination | int:
    """Serve a caller in a queue; gives where the call goes on, or the cause to hang up with.

    ``kept`` is the place that an earlier engine process had saved for this call.
    """
    queues = tools.queues
    assert queues is not None
    place = msgspec.convert(kept, Place) if kept else None
    try:
        visit = queues.enter(line.call, to, place)
    except NotFound:
        line.note("route_missing", what="queue", name=str(to.id))
        return NOT_IN_SERVICE
    queue = queues.get(to.id) or Queue(id=to.id)
    if isinstance(visit, Refusal):
        line.note("queue_refused", queue=str(to.id), reason=visit.outcome)
        return after(queue, visit.outcome)
    if place is None:
        line.note("queue_entered", queue=str(to.id), position=visit.place.position, priority=visit.place.priority)
    try:
        return await _Stay(line, tools, queues, visit, to).run()
    except HungUp:
        queues.leave(visit, Outcome.ABANDONED)
        raise
    except Exception:
        queues.leave(visit, Outcome.FAILED)
        raise


def after(queue: Queue, outcome: Outcome) -> Destination | int:
    """Where a caller goes whom the queue did not serve."""
    if outcome is Outcome.FULL:
        return queue.full_to or BUSY
    ways = {Outcome.TIMEOUT: queue.timeout_to, Outcome.NO_OPERATORS: queue.empty_to, Outcome.EXIT: queue.exit_to}
    return ways.get(outcome) or NORMAL


class _Stay:
    """One stay: the informer beside the distribution, whichever ends it first."""

    def __init__(self, line: Line, tools: FlowTools, queues: Queues, visit: Visit, to: ToQueue) -> None:
        self.line = line
        self.tools = tools
        self.queues = queues
        self.visit = visit
        self.to = to
        self.talking = False
        self.informer: asyncio.Task[str] | None = None

    async def run(self) -> Destination | int:
        if self.visit.place.answered_at is not None:
            return self._over(await self.line.dial([], timeout_s=1.0, caller_id=None))
        await self.line.answer()
        self.save()
        self.informer = asyncio.create_task(Informer(self.line, self.tools, self.queues, self.visit, self.save).run())
        try:
            while True:
                ended = await self._wait_and_ring()
                if ended is not None:
                    return ended
        finally:
            await _stopped(self.informer)

    async def _wait_and_ring(self) -> Destination | int | None:
        """Wait for an offer and ring it; where the call goes on, None while the caller goes on waiting."""
        offer = asyncio.create_task(self.queues.offer(self.visit))
        try:
            while not offer.done():
                digit = await self._first(offer, LOOK_S)
                outcome = self.queues.limit(self.visit)
                if outcome is not None and not offer.done():
                    return self._leave(outcome)
                if digit is not None:
                    return await self._chosen(digit)
        finally:
            await _stopped(offer)
        return await self._ring(offer.result())

    async def _ring(self, ring: Ring) -> Destination | int | None:
        self.save()
        dial = asyncio.create_task(
            self.line.dial(
                ring.targets,
                timeout_s=ring.seconds,
                caller_id=self.visit.place.client,
                quiet=True,
                on_answer=self._on_answer,
            )
        )
        try:
            digit = await self._first(dial, None)
        except BaseException:
            await _stopped(dial)
            raise
        if digit is not None:
            await _stopped(dial)
            return await self._chosen(digit)
        result = dial.result()
        if result.answered:
            return self._over(result)
        self.queues.unanswered(self.visit, result.tried)
        self.save()
        return None

    async def _first(self, task: "asyncio.Task[Any]", timeout_s: float | None) -> str | None:
        """Wait for ``task``, a digit chosen (which is given back) or the time; who hangs up ends it all.

        Once a phone has answered there is only the task.
        """
        assert self.informer is not None
        await asyncio.wait({task, self.informer}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if self.talking:
            await asyncio.wait({task})
        elif self.informer.done() and not task.done():
            try:
                return self.informer.result()
            except HungUp:
                await _stopped(task)
                raise
        return None

    async def _on_answer(self, leg: Leg) -> None:
        """A phone answered: the informer falls silent, the stay is a conversation from here on."""
        self.talking = True
        if self.informer is not None:
            await _stopped(self.informer)
        self.queues.answered(self.visit, leg)
        self.line.note("queue_answered", queue=str(self.to.id), number=leg.number, waited_s=self.visit.place_wait_s)
        self.save()

    def _over(self, result: DialResult) -> Destination | int:
        """The conversation is over."""
        if result.leg is not None and self.visit.place.answered_at is None:
            self.queues.answered(self.visit, result.leg)
        self.queues.leave(self.visit, Outcome.ANSWERED)
        self.line.call.wrap_s = 0
        return onward(result) or NORMAL

    async def _chosen(self, digit: str) -> Destination | int | None:
        """The caller chose to leave by the exit or to be called back; None: goes on waiting after all."""
        queue = self.visit.queue
        if digit == queue.exit_digit:
            self.line.note("queue_exit", queue=str(queue.id), digit=digit)
            return self._leave(Outcome.EXIT)
        number = normalise(client_of(self.line.call))
        if number == ANONYMOUS or self.tools.callbacks is None:
            self.queues.withdraw(self.visit)
            await self.line.play(NO_NUMBER, barge_in=False)
            self.informer = asyncio.create_task(
                Informer(self.line, self.tools, self.queues, self.visit, self.save).run()
            )
            return None
        callback = self.tools.callbacks.order(
            queue,
            number,
            called=ours_of(self.line.call),
            call_id=self.line.call.id,
            visit=self.visit,
            source="queue",
        )
        self.line.note("callback_requested", number=number, queue=str(queue.id), callback=str(callback))
        self._leave(Outcome.CALLBACK)
        self.line.save({"destination": {"kind": "hangup"}, "phase": None})
        await self.line.play(ORDERED, barge_in=False)
        return NORMAL

    def _leave(self, outcome: Outcome) -> Destination | int:
        queue = self.visit.queue
        self.queues.leave(self.visit, outcome)
        if outcome in (Outcome.TIMEOUT, Outcome.NO_OPERATORS):
            self.line.note("queue_left", queue=str(queue.id), reason=outcome)
        return after(queue, outcome)

    def save(self) -> None:
        """Keep the place for an engine that adopts the call."""
        place = msgspec.to_builtins(self.visit.place)
        self.line.save({"destination": msgspec.to_builtins(self.to), "phase": None, "place": place})


async def _stopped(task: "asyncio.Task[Any]") -> None:
    """Cancel ``task`` and wait until it has ended, however it ends."""
    task.cancel()
    with suppress(asyncio.CancelledError, HungUp):
        await asyncio.gather(task, return_exceptions=True)
