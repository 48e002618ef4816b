"""Commands of people to live calls: checks who may do what, changes the conversation, answers when it is done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.ari.errors import AriNotFound
from engine.calls import commands as cmd
from engine.calls.commanding import done, leg_of, phone_of, talk_of
from engine.calls.commands import By, Command
from engine.calls.line import CallLine
from engine.calls.model import Call, DialTarget, Leg, LegRole
from engine.calls.reached import Reach, Reached, child_call
from engine.calls.registry import CallRegistry, Flow
from engine.calls.services import CallServices
from engine.calls.states import LegState
from engine.calls.supervision import Supervision
from engine.calls.talk import rules
from engine.calls.talk.conversation import Conversation, caller_shown
from engine.calls.talk.state import Talk, Why
from engine.calls.talk.topology import alive
from engine.core.errors import Conflict, Forbidden, NotFound

DECLINED = 21


@dataclass(frozen=True, slots=True)
class _Scene:
    """A conversation and who commands in it."""

    line: CallLine
    talk: Talk
    me: Leg

    @property
    def conversation(self) -> Conversation:
        return self.line.conversation

    @property
    def others(self) -> list[Leg]:
        """Members beside me."""
        return [leg for leg in alive(self.line.call, self.talk) if leg is not self.me]


class Conductor:
    """``do`` is the one way in. ``resume`` gives the flow that serves a call from its saved position."""

    def __init__(
        self, services: CallServices, registry: CallRegistry, reach: Reach, resume: Callable[[Call], Flow]
    ) -> None:
        self._services = services
        self._registry = registry
        self._reach = reach
        self._resume = resume
        supervision = Supervision(services, reach)
        self._members: dict[type, Callable[[_Scene, Any, By], Awaitable[dict[str, Any]]]] = {
            cmd.Hold: self._hold,
            cmd.Unhold: self._hold,
            cmd.Transfer: self._transfer,
            cmd.Consult: self._consult,
            cmd.Complete: self._complete,
            cmd.Cancel: self._cancel,
            cmd.Swap: self._swap,
            cmd.Add: self._add,
            cmd.Rejoin: self._rejoin,
            cmd.Park: self._park,
            cmd.Digits: self._digits,
        }
        self._anybody: dict[type, Callable[[CallLine, Any, By], Awaitable[dict[str, Any]]]] = {
            cmd.Remove: self._remove,
            cmd.Mute: self._mute,
            cmd.Record: self._record,
            cmd.HangUp: self._hang_up,
        }
        self._supervisors: dict[type, Callable[[CallLine, Any, By], Awaitable[dict[str, Any]]]] = {
            cmd.Supervise: supervision.supervise,
            cmd.TakeOver: supervision.take_over,
            cmd.Unsupervise: supervision.unsupervise,
        }

    async def do(self, call_id: UUID, command: Command, by: By) -> dict[str, Any]:
        """Carry out a command; answers when Asterisk has followed.

        Raises:
            NotFound: no such live call, member or number. Forbidden: not one's own call. Conflict: not possible now.
        """
        line = self._registry.lines.get(call_id)
        if line is None or line.gone:
            raise NotFound("There is no such live call")
        kind = type(command)
        if kind in self._members:
            return await self._members[kind](self._scene(line, by), command, by)
        if kind in self._supervisors:
            if not by.supervise:
                raise Forbidden("Only who may supervise can do this", right="calls.supervise")
            return await self._supervisors[kind](line, command, by)
        if isinstance(command, cmd.Retrieve):
            return await self._retrieve(line, command, by)
        if leg_of(line, by) is None and not (by.supervise or by.control):
            raise Forbidden("You take no part in this call", right="calls.supervise")
        return await self._anybody[kind](line, command, by)

    # Who and where

    def _scene(self, line: CallLine, by: By) -> _Scene:
        me = leg_of(line, by)
        if me is None:
            raise Forbidden("You take no part in this call", right="calls.own")
        talk = line.call.talk
        if talk is None or me.channel_id not in talk.members or not line.conversation.goes_on:
            raise Conflict("Nobody talks in this call yet")
        return _Scene(line, talk, me)

    # Hold, transfer, consultation

    async def _hold(self, scene: _Scene, command: cmd.Hold | cmd.Unhold, _by: By) -> dict[str, Any]:
        held, me = isinstance(command, cmd.Hold), scene.me
        if scene.talk.consult is not None and scene.talk.consult.by == me.channel_id:
            raise Conflict("You are consulting: swap or end the consultation first")
        if me.held == held:
            return {}
        if me.channel_id in scene.talk.phone_held:
            raise Conflict("The phone itself holds the call: take it back there")
        me.held = held
        return await done(scene.line, [("hold" if held else "unhold", {"by": me.number})])

    async def _transfer(self, scene: _Scene, command: cmd.Transfer, by: By) -> dict[str, Any]:
        reached = self._reach(command.to, scene.me.number)
        self._no_consult(scene)
        await self.transfer(scene.line, scene.me, reached)
        return {}

    async def transfer(self, line: CallLine, me: Leg, reached: Reached) -> None:
        """Blind: the other side goes on to where ``reached`` leads, ``me`` leaves."""
        scene = _Scene(line, talk_of(line), me)
        others, call = scene.others, line.call
        note = ("transferred", {"by": me.number, "number": reached.number, "attended": False})
        if len(others) != 1 or scene.talk.joining:
            if reached.phone is None:
                raise Conflict("Several people take part: add a phone, or leave")
            self._join(scene, reached, Why.TRANSFER)
            rules.leave(scene.talk, me)
            await done(line, [note])
        elif others[0] is call.caller_leg:
            scene.talk.next = reached.destination
            scene.talk.last = me.channel_id
            line.conversation.touch([note])
        else:
            await self._send_on(scene, others[0], reached, note)

    async def _send_on(self, scene: _Scene, other: Leg, reached: Reached, note: tuple[str, dict[str, Any]]) -> None:
        """The caller's own leg leaves: the other one becomes the caller of a new call."""
        line, parent, now = scene.line, scene.line.call, self._services.clock.now()
        await line.conversation.let_go(other.channel_id)
        if other.state is not LegState.UP or not line.conversation.goes_on:
            return
        call = child_call(parent, other, reached, now)
        line.note(note[0], **note[1], call=str(call.id))
        line.disown(other.channel_id)
        child = self._registry.open(call, self._resume(call))
        if call.record:
            self._services.tasks.spawn(child.tap.start(), name="recording")

    async def _consult(self, scene: _Scene, command: cmd.Consult, _by: By) -> dict[str, Any]:
        self._no_consult(scene)
        if not scene.others:
            raise Conflict("There is nobody to consult about")
        reached = self._reach(command.to, scene.me.number)
        phone = phone_of(reached)
        scene.me.held = False
        me, call = scene.me, scene.line.call
        shown = reached.caller_id or caller_shown("", me.number)
        leg = scene.conversation.ring(phone, LegRole.CONSULT, by=me, shown=shown, timeout_s=reached.timeout_s)
        notes = rules.consult(call, scene.talk, me, leg, call.next_bridge_id(), reached.destination)
        return await done(scene.line, notes, channel_id=leg.channel_id)

    def _no_consult(self, scene: _Scene) -> None:
        if scene.talk.consult is not None:
            raise Conflict("A consultation goes on: complete or end it first")

    def _own_consult(self, scene: _Scene) -> Leg:
        consult = scene.talk.consult
        if consult is None or consult.by != scene.me.channel_id:
            raise Conflict("You consult nobody")
        leg = scene.line.call.leg(consult.leg)
        assert leg is not None
        return leg

    async def _complete(self, scene: _Scene, _command: Command, _by: By) -> dict[str, Any]:
        self._own_consult(scene)
        notes = rules.hand_to_consulted(scene.line.call, scene.talk)
        scene.talk.last = scene.me.channel_id
        rules.leave(scene.talk, scene.me)
        return await done(scene.line, notes)

    async def _cancel(self, scene: _Scene, _command: Command, _by: By) -> dict[str, Any]:
        leg = self._own_consult(scene)
        scene.talk.consult = None
        return await done(scene.line, [("consult_ended", {"number": leg.number, "by": scene.me.number})])

    async def _swap(self, scene: _Scene, _command: Command, _by: By) -> dict[str, Any]:
        leg = self._own_consult(scene)
        if leg.state is not LegState.UP:
            raise Conflict("Who is consulted has not answered yet")
        assert scene.talk.consult is not None
        scene.talk.consult.swapped = not scene.talk.consult.swapped
        return await done(scene.line, [("swapped", {"by": scene.me.number})])

    # Conference, parking

    def _join(self, scene: _Scene, reached: Reached, why: Why) -> Leg:
        call = scene.line.call
        shown = reached.caller_id or caller_shown(call.caller_name, call.caller)
        back = rules.desk_of(scene.me)
        return scene.conversation.join(
            phone_of(reached), why, by=scene.me, shown=shown, timeout_s=reached.timeout_s, back=back
        )

    async def _add(self, scene: _Scene, command: cmd.Add, _by: By) -> dict[str, Any]:
        talk, call = scene.talk, scene.line.call
        reached = self._reach(command.to, scene.me.number)
        phone = phone_of(reached)
        consult = talk.consult
        asked = call.leg(consult.leg) if consult is not None else None
        if asked is not None and asked.number == phone.number and asked.state is LegState.UP:
            talk.consult = None
            rules.take_part(call, talk, asked)
            return await done(scene.line, [("joined", {"number": asked.number})], channel_id=asked.channel_id)
        self._no_consult(scene)
        if len(talk.members) + len(talk.joining) >= self._services.settings.conference_members:
            raise Conflict(f"At most {self._services.settings.conference_members} people can take part")
        leg = self._join(scene, reached, Why.ADD)
        notes: rules.Notes = [("adding", {"by": scene.me.number, "number": leg.number})]
        return await done(scene.line, notes, channel_id=leg.channel_id)

    async def _rejoin(self, scene: _Scene, _command: Command, _by: By) -> dict[str, Any]:
        me, call = scene.me, scene.line.call
        if any(join.instead == me.channel_id for join in scene.talk.joining):
            raise Conflict("The phone rings already")
        phone = DialTarget(me.endpoint, me.number, me.user_id)
        others = scene.others
        shown = caller_shown("", others[0].number if others else call.caller)
        ring_s = self._services.settings.recall_seconds
        leg = scene.conversation.join(phone, Why.REJOIN, by=me, shown=shown, timeout_s=ring_s, back=None)
        scene.talk.joining[-1].instead = me.channel_id
        notes: rules.Notes = [("rejoining", {"number": me.number})]
        return await done(scene.line, notes, channel_id=leg.channel_id)

    async def _remove(self, line: CallLine, command: cmd.Remove, by: By) -> dict[str, Any]:
        talk = talk_of(line)
        leg = line.call.leg(command.channel_id)
        joins = [join for join in talk.joining if join.leg == command.channel_id]
        if leg is None or (leg.channel_id not in talk.members and not joins):
            raise NotFound("There is no such member in this call")
        for join in joins:
            talk.joining.remove(join)
        if leg.channel_id in talk.members:
            return await self._leave(line, leg, [("removed", {"number": leg.number})])
        return await done(line, [("removed", {"number": leg.number})])

    async def _leave(self, line: CallLine, leg: Leg, notes: rules.Notes) -> dict[str, Any]:
        """A member is hung up; what follows is as when they hang up themselves."""
        self._services.command_later(self._services.ari.channels.hangup(leg.channel_id, cause=16))
        for kind, data in notes:
            line.note(kind, **data)
        return {}

    async def _mute(self, line: CallLine, command: cmd.Mute, by: By) -> dict[str, Any]:
        talk = talk_of(line)
        leg = line.call.leg(command.channel_id)
        if leg is None or leg.channel_id not in talk.members:
            raise NotFound("There is no such member in this call")
        if leg.muted == command.on:
            return {}
        leg.muted = command.on
        return await done(line, [("muted" if command.on else "unmuted", {"number": leg.number})])

    async def _park(self, scene: _Scene, command: cmd.Park, _by: By) -> dict[str, Any]:
        self._no_consult(scene)
        if len(scene.others) != 1 or scene.talk.joining:
            raise Conflict("Only a conversation of two can be parked")
        slot = self._free_slot()
        settings, now = self._services.settings, self._services.clock.now()
        scene.me.held = False
        timeout_s = command.timeout_s or settings.park_timeout
        notes = rules.park(scene.line.call, scene.talk, scene.me, slot, now, timeout_s)
        return await done(scene.line, notes, slot=slot)

    def _free_slot(self) -> str:
        settings = self._services.settings
        for number in range(settings.park_first, settings.park_first + settings.park_slots):
            if self._registry.parked_in(str(number)) is None:
                return str(number)
        raise Conflict("Every parking slot is taken")

    async def _retrieve(self, line: CallLine, command: cmd.Retrieve, by: By) -> dict[str, Any]:
        talk = line.call.talk
        if talk is None or talk.parked is None or not line.conversation.goes_on:
            raise Conflict("This call is not parked (any more)")
        extension = by.extension if command.extension is None else command.extension
        if extension is None:
            raise Conflict("Name the extension that takes the call")
        if command.extension not in (None, by.extension) and not (by.supervise or by.control):
            raise Forbidden("You can take a parked call at your own extension only", right="calls.control")
        phone = phone_of(self._reach({"kind": "extension", "number": extension}, extension))
        waiting = alive(line.call, talk)[0]
        shown = caller_shown(line.call.caller_name, waiting.number)
        ring_s = self._services.settings.recall_seconds
        leg = line.conversation.join(phone, Why.RETRIEVE, by=waiting, shown=shown, timeout_s=ring_s, back=None)
        return await done(line, [("retrieving", {"number": leg.number})], channel_id=leg.channel_id)

    def retrieve_here(self, line: CallLine, slot: str) -> None:
        """The phone that dialled the slot's code takes the parked call: raises ``HungUp``; nothing when none waits."""
        other = self._registry.parked_in(slot)
        if other is None or other.call.talk is None:
            return
        talk = other.call.talk

        def take(leg: Leg) -> None:
            other.conversation.take(leg)
            other.conversation.touch(rules.retrieved(other.call, talk, leg))

        line.hand_over(other, "retrieved_call", take)

    # Recording, digits, end

    async def _record(self, line: CallLine, command: cmd.Record, by: By) -> dict[str, Any]:
        call, action = line.call, command.action
        if call.answered_at is None:
            raise Conflict("The call is not answered yet")
        if action == "start":
            call.record = True
            await line.tap.pause(False)
            await line.tap.start()
        elif action == "stop":
            call.record = False
            await line.tap.stop()
        elif call.recording is None:
            raise Conflict("The call is not being recorded")
        else:
            await line.tap.pause(action == "pause")
        self._services.ledger.changed(call)
        return {}

    async def _digits(self, scene: _Scene, command: cmd.Digits, _by: By) -> dict[str, Any]:
        heard = rules.hears(scene.line.call, scene.talk, scene.me)
        if not heard:
            raise Conflict("Nobody would hear the tones now")
        for leg in heard:
            try:
                await self._services.ari.channels.send_dtmf(leg.channel_id, command.digits)
            except AriNotFound:
                continue
        scene.line.note("digits", by=scene.me.number, count=len(command.digits))
        return {}

    async def _hang_up(self, line: CallLine, _command: Command, by: By) -> dict[str, Any]:
        me = leg_of(line, by)
        if me is None or (me is line.call.caller_leg and line.call.talk is None):
            line.end()
        elif me.state is LegState.UP:
            await self._leave(line, me, [])
        else:
            cause = DECLINED if me is not line.call.caller_leg else 16
            self._services.command_later(self._services.ari.channels.hangup(me.channel_id, cause=cause))
        return {}
