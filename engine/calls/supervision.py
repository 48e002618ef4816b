"""Commands of supervisors: listen, whisper, barge in, take over."""

from typing import Any

from engine.calls import commands as cmd
from engine.calls.commanding import done, leg_of, phone_of, talk_of
from engine.calls.commands import By, Command
from engine.calls.line import CallLine
from engine.calls.model import Leg, LegRole
from engine.calls.reached import Reach
from engine.calls.services import CallServices
from engine.calls.talk import rules
from engine.calls.talk.conversation import caller_shown
from engine.calls.talk.state import Mode, Talk, Watch
from engine.calls.talk.topology import alive, is_up
from engine.core.errors import Conflict


class Supervision:
    """The right to supervise was checked before."""

    def __init__(self, services: CallServices, reach: Reach) -> None:
        self._services = services
        self._reach = reach

    def _watch_by(self, line: CallLine, by: By) -> Watch | None:
        talk = talk_of(line)
        legs = [leg.channel_id for leg in line.call.legs if leg.endpoint == f"PJSIP/{by.extension}"]
        return next((watch for watch in talk.watches if watch.leg in legs), None)

    async def supervise(self, line: CallLine, command: cmd.Supervise, by: By) -> dict[str, Any]:
        talk, mode = talk_of(line), Mode(command.mode)
        watch = self._watch_by(line, by)
        if watch is not None:
            if watch.mode is mode:
                return {"channel_id": watch.leg}
            watch.mode = mode
            notes: rules.Notes = [("supervision_changed", {"number": by.extension, "mode": mode})]
            return await done(line, notes, channel_id=watch.leg)
        if by.extension is None:
            raise Conflict("You have no extension: nothing could ring")
        if leg_of(line, by) is not None:
            raise Conflict("You take part in this call yourself")
        operator = self._operator_of(line, talk)
        phone = phone_of(self._reach({"kind": "extension", "number": by.extension}, by.extension))
        shown = caller_shown("", operator.number)
        ring_s = self._services.settings.recall_seconds
        leg = line.conversation.ring(phone, LegRole.SUPERVISOR, by=operator, shown=shown, timeout_s=ring_s)
        bridge_id = line.call.next_bridge_id()
        talk.watches.append(Watch(leg=leg.channel_id, target=operator.channel_id, mode=mode, bridge_id=bridge_id))
        return await done(line, [], channel_id=leg.channel_id)

    def _operator_of(self, line: CallLine, talk: Talk) -> Leg:
        """The member who is followed: our own phone, the latest to come."""
        inside = [leg for leg in alive(line.call, talk) if rules.is_inside(leg)]
        if not inside:
            raise Conflict("No operator talks in this call now")
        callees = [leg for leg in inside if leg is not line.call.caller_leg]
        return (callees or inside)[-1]

    async def take_over(self, line: CallLine, _command: Command, by: By) -> dict[str, Any]:
        watch = self._watch_by(line, by)
        if watch is None or not is_up(line.call, watch.leg):
            raise Conflict("Listen to the call first, then take it over")
        notes = rules.take_over(line.call, line.conversation.talk, watch)
        return await done(line, notes)

    async def unsupervise(self, line: CallLine, _command: Command, by: By) -> dict[str, Any]:
        watch = self._watch_by(line, by)
        if watch is None:
            return {}
        line.conversation.talk.watches.remove(watch)
        return await done(line, [("unsupervised", {"number": by.extension})])
