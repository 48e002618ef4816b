"""Ringing phones for a caller; can be taken up again by another process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from engine.ari.channels import AUTO_ANSWER
from engine.ari.errors import AriConflict, AriDisconnected, AriError
from engine.calls.model import DialResult, DialTarget, Leg, LegRole, Operation, Tried
from engine.calls.states import CallState, LegState
from engine.calls.talk.rules import count_hold

if TYPE_CHECKING:
    from engine.calls.line import CallLine

REASONS = {17: "busy", 21: "rejected"}
REASONS |= dict.fromkeys((3, 18, 20, 27, 38), "unavailable")
REASONS |= dict.fromkeys((0, 16, 19, 26, 102, 127), "no_answer")
"""Why a phone did not answer, by the Q.850 cause of its leg; any other cause is ``failed``."""
STRENGTH = ("no_answer", "busy", "rejected", "unavailable", "failed")
"""Of several phones the first of these tells the reason of all."""
CANCELLED = 26
OnAnswer = Callable[[Leg], Awaitable[None]]


class Dialing:
    """The dial operation of one line, at most one at a time."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line

    async def run(
        self,
        targets: Sequence[DialTarget],
        timeout_s: float,
        caller_id: str | None,
        quiet: bool = False,
        on_answer: OnAnswer | None = None,
    ) -> DialResult:
        """See ``CallLine.dial``. When the call was adopted in the middle of this operation, it goes on from there."""
        line, call = self._line, self._line.call
        line.check()
        done = line.take_result("dial")
        if done is not None:
            return self._result(done)
        if call.operation is not None and call.operation.kind == "talk":
            return await line.conversation.run(adopted=True)
        try:
            if call.operation is None or call.operation.kind != "dial":
                await self._start(targets, timeout_s, caller_id, quiet)
            callee = await self._ring()
            if callee is None:
                return self._failed()
            if on_answer is not None:
                await on_answer(callee)
        except asyncio.CancelledError:
            self._give_up()
            raise
        await self._connect(callee)
        return await line.conversation.run()

    def _give_up(self) -> None:
        """Nobody waits for these phones any more. When the engine stops, they ring on for its successor."""
        line, call = self._line, self._line.call
        if line.services.tasks.ending or line.gone:
            return
        for tried in self._tried("cancelled"):
            line.note("dial_failed", number=tried.number, reason=tried.reason)
        self.release(self.callees)
        call.move(CallState.MENU)
        call.operation = None
        line.services.ledger.save(call)

    @property
    def callees(self) -> list[Leg]:
        """Legs of the operation in progress."""
        operation = self._line.call.operation
        ids = operation.data["channels"] if operation is not None and operation.kind == "dial" else []
        return [leg for leg in self._line.call.legs if leg.channel_id in ids]

    def rings_at(self, extension: str) -> bool:
        """Whether a phone of that number is ringing for this call."""
        waiting = (LegState.DIALING, LegState.RINGING)
        return self._line.call.state is CallState.RINGING and any(
            leg.number == extension and leg.state in waiting for leg in self.callees
        )

    def pick_up(self, leg: Leg) -> None:
        """Another phone, connected already, answers this call in place of those that ring."""
        line, call = self._line, self._line.call
        assert call.operation is not None
        call.operation.data["channels"].append(leg.channel_id)
        line.add_leg(leg)
        line.note("picked_up", number=leg.number)
        line.pulse()

    async def _start(self, targets: Sequence[DialTarget], timeout_s: float, caller_id: str | None, quiet: bool) -> None:
        line, call, services = self._line, self._line.call, self._line.services
        now = services.clock.now()
        legs = [
            Leg(
                channel_id=call.next_channel_id(),
                role=LegRole.CALLEE,
                number=target.number,
                endpoint=target.endpoint,
                started_at=now,
                user_id=target.user_id,
                charged_to=target.charged_to,
            )
            for target in targets
        ]
        call.operation = Operation(
            kind="dial",
            started_at=now,
            deadline=now + timedelta(seconds=timeout_s),
            data={"channels": [leg.channel_id for leg in legs]},
        )
        call.move(CallState.RINGING)
        for leg in legs:
            line.add_leg(leg)
            line.note("dialing", number=leg.number)
        if not quiet:
            await line.command(lambda: services.ari.channels.ring(call.caller_leg.channel_id))
        for leg, target in zip(legs, targets, strict=True):
            await self._originate(leg, target, target.caller_id or caller_id, timeout_s)

    async def _originate(self, leg: Leg, target: DialTarget, caller_id: str | None, timeout_s: float) -> None:
        line, call = self._line, self._line.call
        shown = caller_id or call.caller
        try:
            await line.services.ari.channels.originate(
                channel_id=leg.channel_id,
                endpoint=leg.endpoint,
                app_args=f"callee,{call.id}",
                caller_id=f"{call.caller_name} <{shown}>" if call.caller_name else shown,
                timeout=int(timeout_s) + 5,
                originator=call.caller_leg.channel_id,
                variables=AUTO_ANSWER if target.auto_answer else None,
            )
        except AriConflict:
            return
        except AriDisconnected:
            await line.guard(line.services.link.wait())
        except AriError as exc:
            # A time-out may have left a leg that rings: end it, whatever there is.
            line.services.command_later(line.services.ari.channels.hangup(leg.channel_id))
            if leg.state is not LegState.DOWN:
                line.on_leg(leg.channel_id, LegState.DOWN, line.services.clock.now(), 20)
                line.note("dial_failed", number=leg.number, reason="unavailable", detail=exc.detail[:200])

    async def _ring(self) -> Leg | None:
        """The first leg that answers; None when all fail or the time is over."""
        line = self._line
        operation = line.call.operation
        assert operation is not None and operation.deadline is not None
        loop = asyncio.get_running_loop()
        until = loop.time() + (operation.deadline - line.services.clock.now()).total_seconds()
        noted: set[str] = set()
        while True:
            for leg in self.callees:
                if leg.state is LegState.RINGING and leg.channel_id not in noted:
                    noted.add(leg.channel_id)
                    line.note("ringing", number=leg.number)
            answered = next((leg for leg in self.callees if leg.state is LegState.UP), None)
            if answered is not None:
                return answered
            if all(leg.state is LegState.DOWN for leg in self.callees):
                return None
            try:
                await line.changed(until)
            except TimeoutError:
                return None

    def _failed(self) -> DialResult:
        line = self._line
        tried = self._tried("no_answer")
        reasons = {one.reason for one in tried}
        reason = next((name for name in STRENGTH if name in reasons), "failed")
        for leg, one in zip(self.callees, tried, strict=True):
            line.note("dial_failed", number=leg.number, reason=one.reason, cause=leg.cause)
        self.release(self.callees)
        line.call.move(CallState.MENU)
        return self.keep(DialResult(False, reason, None, tried))

    def _tried(self, living: str, answered: Leg | None = None) -> tuple[Tried, ...]:
        """What became of each phone but the one that answered; ``living`` is the reason of those that still ring."""
        return tuple(
            Tried(leg.number, leg.user_id, reason_of(leg) if leg.state is LegState.DOWN else living)
            for leg in self.callees
            if leg is not answered
        )

    def keep(self, result: DialResult) -> DialResult:
        """The result stays in the journal, in case a new process asks for it again."""
        facts = {name: getattr(result, name) for name in ("answered", "reason", "tried", "next")}
        leg = {"leg": result.leg.channel_id if result.leg is not None else None}
        self._line.keep_result("dial", msgspec.to_builtins({**facts, **leg}))
        return result

    def _result(self, kept: dict[str, Any]) -> DialResult:
        tried = msgspec.convert(kept.get("tried", []), tuple[Tried, ...])
        leg = self._line.call.leg(kept.get("leg") or "")
        return DialResult(kept["answered"], kept["reason"], leg, tried, kept.get("next"))

    def release(self, legs: Sequence[Leg]) -> None:
        """Hang up legs that are no longer wanted, without waiting for it."""
        for leg in legs:
            if leg.state is not LegState.DOWN:
                self._line.services.command_later(
                    self._line.services.ari.channels.hangup(leg.channel_id, cause=CANCELLED)
                )

    async def _connect(self, callee: Leg) -> None:
        line, call, services = self._line, self._line.call, self._line.services
        self.release([leg for leg in self.callees if leg is not callee])
        if call.answered_at is None:
            await line.answer()
        else:
            await line.hush()
            await line.command(lambda: services.ari.channels.ring_stop(call.caller_leg.channel_id))
        line.conversation.begin(callee, self._tried("cancelled", callee))

    def stop_talking(self) -> None:
        """Count the time talked, once; time on hold is not talked."""
        call, talk = self._line.call, self._line.call.talk
        if call.talk_started_at is None or talk is None:
            return
        ended = talk.ended_at = talk.ended_at or self._line.services.clock.now()
        count_hold(call, talk, ended)
        whole = (ended - call.talk_started_at).total_seconds() - (call.hold_s - talk.hold_before_s)
        call.talk_s += max(whole, 0.001)
        call.talk_started_at = None


def reason_of(leg: Leg) -> str:
    """Why a leg that is down did not answer."""
    return REASONS.get(leg.cause or 0, "failed")
