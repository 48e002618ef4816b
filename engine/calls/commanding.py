"""What every command to a live call begins and ends with: who commands, in which conversation, and when it is done."""

from typing import Any

from engine.calls.commands import By
from engine.calls.line import CallLine
from engine.calls.model import DialTarget, Leg, LegRole
from engine.calls.reached import Reached
from engine.calls.states import LegState
from engine.calls.talk import rules
from engine.calls.talk.state import Talk
from engine.core.errors import Conflict


def leg_of(line: CallLine, by: By) -> Leg | None:
    """The leg of the commander's own phone: one that is up before one that rings; not one that supervises."""
    if by.extension is None:
        return None
    mine = [
        leg
        for leg in line.call.legs
        if leg.endpoint == f"PJSIP/{by.extension}"
        and leg.state is not LegState.DOWN
        and leg.role is not LegRole.SUPERVISOR
    ]
    return next((leg for leg in mine if leg.state is LegState.UP), mine[0] if mine else None)


def talk_of(line: CallLine) -> Talk:
    """The conversation. Raises Conflict when there is none."""
    if line.call.talk is None or not line.conversation.goes_on:
        raise Conflict("Nobody talks in this call yet")
    return line.call.talk


def phone_of(reached: Reached) -> DialTarget:
    """The one phone that a number leads to. Raises Conflict for anything else."""
    if reached.phone is None:
        raise Conflict(f"{reached.number} is no single phone: transfer the call there")
    return reached.phone


async def done(line: CallLine, notes: rules.Notes, **answer: Any) -> dict[str, Any]:
    """The state was changed: gives ``answer`` when Asterisk has followed."""
    line.conversation.touch(notes)
    await line.conversation.settled()
    return answer
