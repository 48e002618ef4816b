"""Transfers that phones ask for by themselves (SIP REFER): the engine does them and tells the phone how it went."""

import msgspec

from engine.ari.events import ChannelTransfer
from engine.calls.conductor import Conductor
from engine.calls.line import CallLine
from engine.calls.model import Leg, LegRole
from engine.calls.reached import Reach
from engine.calls.registry import CallRegistry
from engine.calls.services import CallServices
from engine.calls.states import LegState
from engine.calls.talk import rules
from engine.calls.talk.state import Join, Why
from engine.calls.talk.topology import alive
from engine.core import log
from engine.core.errors import Conflict, PayLaterError

_log = log.get("refer")
DECLINED, UNAVAILABLE, DONE = "channel_declined", "channel_unavailable", "channel_answered"


class Referrals:
    """Takes ``ChannelTransfer`` events."""

    def __init__(self, services: CallServices, registry: CallRegistry, conductor: Conductor, reach: Reach) -> None:
        self._services = services
        self._registry = registry
        self._conductor = conductor
        self._reach = reach

    def on_event(self, event: ChannelTransfer) -> None:
        self._services.tasks.spawn(self._serve(event), name="refer")

    async def _serve(self, event: ChannelTransfer) -> None:
        source = event.referred_by.source_channel.id
        line = self._registry.owner(source)
        leg = line.call.leg(source) if line is not None else None
        talk = line.call.talk if line is not None else None
        if line is None or leg is None or talk is None or source not in talk.members or not rules.is_inside(leg):
            await self._tell(source, DECLINED)
            return
        try:
            await self._transfer(line, leg, event)
        except PayLaterError as exc:
            _log.info("refer_refused", call=str(line.call.id), detail=exc.detail)
            line.note("transfer_refused", by=leg.number, reason=exc.detail)
            await self._tell(source, UNAVAILABLE)

    async def _transfer(self, line: CallLine, leg: Leg, event: ChannelTransfer) -> None:
        target = event.refer_to.destination_channel
        other = self._registry.owner(target.id) if target is not None else None
        if target is not None and other is not None:
            others = partners(line, other, target.id)
            await self._tell(leg.channel_id, DONE)
            merge(line, leg, other, others)
            return
        reached = self._reach(number_in(event.refer_to.requested_destination.destination or ""), leg.number)
        await self._tell(leg.channel_id, DONE)
        await self._conductor.transfer(line, leg, reached)

    async def _tell(self, channel_id: str, state: str) -> None:
        self._services.command_later(self._services.ari.channels.transfer_progress(channel_id, state))


def number_in(destination: str) -> str:
    """The number in what a phone asks for: ``102``, ``sip:102@host``."""
    return destination.partition("@")[0].rpartition(":")[2].partition(";")[0]


def partners(line: CallLine, other: CallLine, channel_id: str) -> list[Leg]:
    """With whom the phone that transfers talks (or whom it rings) in its other call.

    Raises:
        Conflict: with nobody.
    """
    talk = other.call.talk
    if other is line:
        raise Conflict("Both legs are in the same call")
    legs = alive(other.call, talk) if talk is not None else other.dialing.callees
    found = [leg for leg in legs if leg.channel_id != channel_id and leg.state is not LegState.DOWN]
    if not found:
        raise Conflict("There is nobody to connect with in the other call")
    return found


def merge(line: CallLine, leg: Leg, other: CallLine, others: list[Leg]) -> None:
    """``others`` come into this call from the other one; ``leg`` leaves this call, and the other call ends."""
    call = line.call
    assert call.talk is not None
    numbers = []
    for come in others:
        mine = msgspec.structs.replace(come, role=LegRole.CALLEE, held=False, muted=False)
        line.conversation.take(mine)
        if mine.state is LegState.UP:
            rules.take_part(call, call.talk, mine)
        else:
            call.talk.joining.append(Join(leg=mine.channel_id, why=Why.TRANSFER, back=rules.desk_of(leg)))
        other.disown(come.channel_id)
        numbers.append(mine.number)
    call.talk.last = leg.channel_id
    rules.leave(call.talk, leg)
    note = {"by": leg.number, "number": ", ".join(numbers), "attended": True, "from": str(other.call.id)}
    line.conversation.touch([("transferred", note)])
    other.note("merged", into=str(call.id))
    other.end()
