"""The conversation of one line: runs until it is over, brings changes to Asterisk, can be taken up after a crash."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from engine.ari.errors import AriConflict, AriDisconnected, AriError, AriNotFound
from engine.calls.model import DialResult, DialTarget, Leg, LegRole, Operation, Tried
from engine.calls.states import CallState, LegState
from engine.calls.talk import rules
from engine.calls.talk.stage import Stage
from engine.calls.talk.state import Desk, Join, Talk, Watch, Why
from engine.calls.talk.topology import Place, is_up, topology
from engine.core import log

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("talk")
RETRY_S = 0.3
SETTLE_S = 5.0


class Conversation:
    """The talk of one line, at most one at a time. Its state is ``call.talk``; changes come in by plain methods."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._stage = Stage(line)
        self._version = 0
        self._settled = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._snoops: set[str] = set()
        self._released: set[str] = set()
        self._letting_go: set[str] = set()

    @property
    def goes_on(self) -> bool:
        """Whether people talk (or wait) here, with or without the caller."""
        talk = self._line.call.talk
        return talk is not None and not self._over(talk)

    @property
    def talk(self) -> Talk:
        """The state; only while there is a conversation."""
        talk = self._line.call.talk
        assert talk is not None
        return talk

    def _over(self, talk: Talk) -> bool:
        return rules.over(
            self._line.call, talk, colleagues_go_on=self._line.services.settings.conference_keeps_colleagues
        )

    # The life of a conversation

    def begin(self, callee: Leg, tried: tuple[Tried, ...]) -> None:
        """The caller and ``callee``, both up, talk from now on."""
        call, services = self._line.call, self._line.services
        call.bridge_id = call.next_bridge_id()
        call.talk = Talk(
            members=[call.caller_leg.channel_id, callee.channel_id],
            answered_by=callee.channel_id,
            tried=msgspec.to_builtins(tried),
            hold_before_s=call.hold_s,
        )
        call.operator_id = call.operator_id or callee.user_id
        call.talk_started_at = services.clock.now()
        call.operation = Operation(kind="talk", started_at=call.talk_started_at)
        call.move(CallState.TALKING)
        services.ledger.changed(call)

    async def run(self, *, adopted: bool = False) -> DialResult:
        """Until the conversation is over; where the caller is gone then, ``HungUp`` is raised."""
        line = self._line
        if adopted:
            await self._take_up()
        noted = adopted
        self._watch_recording()
        line.services.tell_talk(line)
        while self.goes_on:
            version = self._version
            self._release()
            self._ring_back()
            await self._follow()
            arranged = await self._stage.arrange(self._places())
            if not noted and arranged:
                noted = True
                line.note("bridged", number=self._answered().number)
            if version == self._version:
                self._settle(version)
                await self._next_change(RETRY_S if not arranged else None)
        return await self._finish()

    def _places(self) -> dict[str, Place]:
        return topology(self._line.call, self.talk) | {channel_id: Place() for channel_id in self._letting_go}

    def _answered(self) -> Leg:
        leg = self._line.call.leg(self.talk.answered_by)
        assert leg is not None
        return leg

    async def _take_up(self) -> None:
        """After an adoption: what Asterisk has is compared with the state."""
        ari = self._line.services.ari
        for watch in self.talk.watches:
            if watch.snoop is None:
                continue
            try:
                await ari.channels.get(watch.snoop)
                watch.ready = True
                self._snoops.add(watch.snoop)
            except AriNotFound:
                watch.snoop, watch.ready = None, False
        await self._stage.recall(topology(self._line.call, self.talk), self._line.call.bridge_id)

    async def _next_change(self, retry: float | None) -> None:
        """Returns when something has changed, or a time has come."""
        loop, parked = asyncio.get_running_loop(), self.talk.parked
        waits = [retry] if retry is not None else []
        if parked is not None and not self._returning:
            waits.append((parked.back_at - self._line.services.clock.now()).total_seconds())
        try:
            await self._line.changed(loop.time() + max(min(waits), 0.0) if waits else None)
        except TimeoutError:
            return

    async def _finish(self) -> DialResult:
        """Everybody but the caller is let go; the caller, if there, goes on with the flow."""
        line, call, talk = self._line, self._line.call, self.talk
        self._settle(self._version)
        now = line.services.clock.now()
        talk.ended_at = talk.ended_at or now
        line.dialing.stop_talking()
        answered = self._answered()
        if talk.next is None:
            last = call.leg(talk.last or "") or answered
            call.ended_by = call.ended_by or rules.ended_by(call, talk)
            call.cause = last.cause if call.cause is None else call.cause
        line.forget_digits()
        if call.caller_leg.state is LegState.DOWN:
            line.services.ledger.changed(call)
            line.caller_gone()
            line.check()
        for leg in call.legs[1:]:
            self._hang_up(leg)
        call.caller_leg.held = call.caller_leg.muted = False
        await self._stage.arrange({call.caller_leg.channel_id: Place()})
        self.abandon()
        call.talk = call.bridge_id = None
        line.services.ledger.changed(call)
        line.services.tell_talk(line)
        tried = msgspec.convert(talk.tried, tuple[Tried, ...])
        reason = "answered" if talk.next is None else "transferred"
        return line.dialing.keep(DialResult(True, reason, answered, tried, talk.next))

    def abandon(self) -> None:
        """The conversation is left as it is: its bridges and snoop channels go."""
        self._settle(self._version)
        self._stage.clear()
        self._end_snoops(set())

    # What happens

    def touch(self, notes: rules.Notes = ()) -> None:  # type: ignore[assignment]
        """The state has changed: keep it, tell it, bring it to Asterisk."""
        line, call = self._line, self._line.call
        rules.count_hold(call, self.talk, line.services.clock.now())
        for kind, data in notes:
            line.note(kind, **data)
        line.services.ledger.changed(call)
        line.services.tell_talk(line)
        self._version += 1
        line.pulse()

    def on_leg(self, leg: Leg, state: LegState, at: datetime) -> None:
        """A leg of the call has changed."""
        call, talk = self._line.call, self.talk
        notes: rules.Notes = []
        if state is LegState.UP:
            notes = rules.leg_up(call, talk, leg)
        elif state is LegState.DOWN:
            self._stage.forget(leg.channel_id)
            notes = rules.leg_down(call, talk, leg, at)
        self.touch(notes)
        if state is LegState.DOWN:
            self._watch_recording()

    def on_snoop(self, channel_id: str) -> None:
        """A supervisor's snoop channel has come."""
        for watch in self._line.call.talk.watches if self._line.call.talk is not None else []:
            if watch.snoop == channel_id:
                watch.ready = True
                self.touch()

    def on_phone_hold(self, channel_id: str, held: bool) -> None:
        """A member's own phone holds the call, or takes it back; Asterisk plays the music by itself."""
        talk, leg = self._line.call.talk, self._line.call.leg(channel_id)
        if talk is None or leg is None or channel_id not in talk.members or held == (channel_id in talk.phone_held):
            return
        leg.held = held
        (talk.phone_held.append if held else talk.phone_held.remove)(channel_id)
        self.touch([("hold" if held else "unhold", {"by": leg.number, "phone": True})])

    async def let_go(self, channel_id: str) -> None:
        """Take a channel out of everything, so that another call can have it."""
        self._letting_go.add(channel_id)
        self.touch()
        await self.settled()

    def take(self, leg: Leg) -> None:
        """A leg of another call is this one's from now on; its place there is not known. The state names it next."""
        self._stage.unknown(leg.channel_id)
        self._line.add_leg(leg)

    async def settled(self) -> None:
        """Returns when Asterisk has followed what was changed before, or is too slow for waiting on."""
        version = self._version
        if self._settled < version and self._line.call.talk is not None:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((version, done))
            await asyncio.wait({done}, timeout=SETTLE_S)

    def _settle(self, version: int) -> None:
        self._settled = version
        for asked, done in self._waiting:
            if asked <= version and not done.done():
                done.set_result(None)
        self._waiting = [(asked, done) for asked, done in self._waiting if not done.done()]

    # Phones that ring for the conversation

    def ring(self, target: DialTarget, role: LegRole, *, by: Leg, shown: str, timeout_s: float) -> Leg:
        """A new leg, which rings from now on; who calls this gives it its part in the state at once."""
        call = self._line.call
        leg = Leg(
            channel_id=call.next_channel_id(),
            role=role,
            number=target.number,
            endpoint=target.endpoint,
            started_at=self._line.services.clock.now(),
            user_id=target.user_id,
            charged_to=target.charged_to,
        )
        self._line.add_leg(leg)
        self._line.services.tasks.spawn(
            self._originate(leg, by.channel_id, shown, timeout_s), name=f"ring {leg.channel_id}"
        )
        return leg

    async def _originate(self, leg: Leg, originator: str, shown: str, timeout_s: float) -> None:
        line = self._line
        try:
            await line.services.ari.channels.originate(
                channel_id=leg.channel_id,
                endpoint=leg.endpoint,
                app_args=f"callee,{line.call.id}",
                caller_id=shown,
                timeout=int(timeout_s),
                originator=originator,
            )
        except (AriConflict, AriDisconnected):
            return
        except AriError as exc:
            line.services.command_later(line.services.ari.channels.hangup(leg.channel_id))
            line.note("dial_failed", number=leg.number, reason="unavailable", detail=exc.detail[:200])
            line.on_leg(leg.channel_id, LegState.DOWN, line.services.clock.now(), 20)

    def join(self, target: DialTarget, why: Why, *, by: Leg, shown: str, timeout_s: float, back: Desk | None) -> Leg:
        """Ring a phone that takes part when it answers."""
        leg = self.ring(target, LegRole.CALLEE, by=by, shown=shown, timeout_s=timeout_s)
        self.talk.joining.append(Join(leg=leg.channel_id, why=why, back=back))
        return leg

    @property
    def _returning(self) -> bool:
        return any(join.why is Why.RETURN for join in self.talk.joining)

    def _ring_back(self) -> None:
        """Ring who left somebody alone, or parked a call too long ago."""
        line, talk = self._line, self.talk
        settings, now = line.services.settings, line.services.clock.now()
        desk, talk.recall = talk.recall, None
        parked = talk.parked
        if parked is not None and now >= parked.back_at and not self._returning:
            parked.returns += 1
            parked.back_at = now + timedelta(seconds=parked.timeout_s)
            if parked.returns > settings.park_returns:
                talk.parked, desk = None, parked.by
            else:
                desk = parked.by
        left = [leg for leg in line.call.legs if leg.channel_id in talk.members]
        if desk is None or not left:
            return
        target = DialTarget(endpoint=desk.endpoint, number=desk.number, user_id=desk.user_id)
        shown = caller_shown(line.call.caller_name, left[0].number)
        self.join(target, Why.RETURN, by=left[0], shown=shown, timeout_s=settings.recall_seconds, back=None)
        self.touch([("returned", {"to": desk.number})])

    def _release(self) -> None:
        for leg in rules.unwanted(self._line.call, self.talk):
            self._hang_up(leg)

    def _hang_up(self, leg: Leg) -> None:
        if leg.state is not LegState.DOWN and leg.channel_id not in self._released:
            self._released.add(leg.channel_id)
            services = self._line.services
            cause = 16 if leg.state is LegState.UP else 26
            services.command_later(services.ari.channels.hangup(leg.channel_id, cause=cause))

    # Supervisors

    async def _follow(self) -> None:
        """A snoop channel for each supervisor who is there; those of nobody end."""
        line, talk = self._line, self.talk
        self._end_snoops({watch.snoop for watch in talk.watches if watch.snoop is not None})
        for watch in talk.watches:
            if watch.snoop is None and is_up(line.call, watch.leg) and is_up(line.call, watch.target):
                await self._snoop(watch)

    async def _snoop(self, watch: Watch) -> None:
        """Hears both sides of the operator; what is put into it, the operator alone hears."""
        line = self._line
        watch.snoop = f"{watch.bridge_id}-{line.call.next_channel_id().rpartition('-')[2]}"
        self._snoops.add(watch.snoop)
        line.own(watch.snoop)
        line.services.ledger.save(line.call)
        try:
            await line.services.ari.channels.snoop(
                watch.target, snoop_id=watch.snoop, spy="both", whisper="out", app_args=f"watch,{line.call.id}"
            )
        except AriError as exc:
            _log.warning("no_snoop", call=str(line.call.id), detail=exc.detail)

    def _end_snoops(self, wanted: set[str]) -> None:
        services = self._line.services
        for channel_id in self._snoops - wanted:
            services.command_later(services.ari.channels.hangup(channel_id))
        self._snoops &= wanted

    # Recording

    def _watch_recording(self) -> None:
        """A recorded call whose recorded leg is gone is recorded on another one."""
        line = self._line
        if line.call.record and not line.tap.running and self.goes_on:
            line.services.tasks.spawn(line.tap.start(), name="recording")


def caller_shown(name: str, number: str) -> str:
    """A caller as a phone shows it."""
    return f"{name} <{number}>" if name else number
