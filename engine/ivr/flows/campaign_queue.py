"""A client who answered meets an operator of the campaign's queue, in time or not at all."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from engine.calls.line import CallLine
from engine.calls.model import DialResult, HungUp, Leg, Tried
from engine.core.errors import NotFound
from engine.dialer.live.dial import Dial
from engine.dialer.live.limits import connect_by
from engine.ivr.flows.connect import onward
from engine.ivr.port import DialerPort, FlowTools
from engine.queues.model import Outcome
from engine.queues.service import Queues
from engine.queues.visit import Place, Refusal, Ring, Visit
from engine.routing.model import Destination, ToQueue

NORMAL = 16
MUTE_S = 1.0
"""A phone that was asked to answer by itself and has not for so long does not: its operator has missed the call."""


async def hand_over(line: CallLine, tools: FlowTools, dialer: DialerPort, dial: Dial) -> Destination | int | None:
    """Let an operator talk to the client; None: nobody was there in time, and the dialler knows.

    After a restart the client's place, kept with the call, is taken up again.
    """
    queues, kept = tools.queues, (line.call.position or {}).get("place")
    assert queues is not None
    place = msgspec.convert(kept, Place) if kept else None
    visit: Visit | Refusal | None = None
    if dial.queue_id is not None:
        to = ToQueue(id=dial.queue_id)
        with suppress(NotFound):
            visit = queues.enter(line.call, to, place or dialer.queue_place(dial))
    if not isinstance(visit, Visit):
        dialer.abandon(dial)
        return None
    try:
        return await _Meeting(line, tools, dialer, queues, visit, dial).run()
    except HungUp:
        queues.leave(visit, Outcome.ABANDONED)
        raise
    except Exception:
        queues.leave(visit, Outcome.FAILED)
        raise


class _Meeting:
    """One stay: operators are asked until one talks or the time is over. The client hears nothing meanwhile."""

    def __init__(
        self, line: CallLine, tools: FlowTools, dialer: DialerPort, queues: Queues, visit: Visit, dial: Dial
    ) -> None:
        self.line = line
        self.tools = tools
        self.dialer = dialer
        self.queues = queues
        self.visit = visit
        self.dial = dial
        self.talking = False
        self.settings = dialer.settings_of(dial)

    async def run(self) -> Destination | int | None:
        if self.visit.place.answered_at is not None:
            return self._over(await self.line.dial([], timeout_s=1.0))
        self._save()
        while (left := self._left()) > 0:
            try:
                async with asyncio.timeout(left):
                    ring = await self.line.guard(self.queues.offer(self.visit))
            except TimeoutError:
                break
            result = await self._ring(ring)
            if result is None:
                break
            if result.answered:
                return self._over(result)
            self.queues.unanswered(self.visit, result.tried)
            self._save()
        self.queues.leave(self.visit, Outcome.TIMEOUT)
        self.dialer.abandon(self.dial)
        self.line.note("dial_abandoned", waited_s=self.visit.place_wait_s)
        return None

    def _left(self) -> float:
        """Seconds until an operator must be there."""
        by: datetime = connect_by(self.dial, self.settings) or self.tools.clock.now()
        return (by - self.tools.clock.now()).total_seconds()

    async def _ring(self, ring: Ring) -> DialResult | None:
        """Ring who was offered; None: the time ran out meanwhile.

        Phones that answer by themselves have no longer than the rest of the time; who has to pick up has the queue's
        time to ring, and what is too late counts as too late.
        """
        auto = self.dial.auto_answer
        dial = asyncio.create_task(
            self.line.dial(
                ring.targets,
                timeout_s=ring.seconds,
                caller_id=self.visit.place.client,
                quiet=True,
                on_answer=self._on_answer,
            )
        )
        self._save()
        began = self.tools.clock.monotonic()
        try:
            await asyncio.wait({dial}, timeout=max(self._left(), 0.0))
            if not dial.done() and not auto:
                self.dialer.late(self.dial)
            if not dial.done() and auto and not self.talking:
                await _stopped(dial)
                if self.tools.clock.monotonic() - began >= MUTE_S:
                    missed = [Tried(one.number, one.user_id, "no_answer") for one in ring.targets]
                    self.queues.unanswered(self.visit, missed)
                return None
            return await dial
        except BaseException:
            await _stopped(dial)
            raise

    async def _on_answer(self, leg: Leg) -> None:
        self.talking = True
        self.queues.answered(self.visit, leg)
        self.line.note("queue_answered", queue=str(self.visit.queue.id), number=leg.number)
        self._save()

    def _over(self, result: DialResult) -> Destination | int:
        """The conversation is over."""
        if result.leg is not None and self.visit.place.answered_at is None:
            self.queues.answered(self.visit, result.leg)
        self.queues.leave(self.visit, Outcome.ANSWERED)
        self.line.call.wrap_s = 0
        return onward(result) or NORMAL

    def _save(self) -> None:
        """Keep the place for an engine that adopts the call."""
        to = msgspec.to_builtins(ToQueue(id=self.visit.queue.id))
        self.line.save({"campaign": True, "destination": to, "place": msgspec.to_builtins(self.visit.place)})


async def _stopped(task: "asyncio.Task[Any]") -> None:
    """Cancel ``task`` and wait until it has ended, however it ends."""
    task.cancel()
    with suppress(asyncio.CancelledError, HungUp):
        await asyncio.gather(task, return_exceptions=True)
