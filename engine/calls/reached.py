"""Where a number leads, and the call that begins there when a leg of another call is sent on. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.calls.model import Call, DialTarget, Direction, Leg, LegRole
from engine.calls.states import CallState, LegState
from engine.calls.talk import rules
from engine.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a number leads: the destination as JSON, and the phone to ring when it is one single phone."""

    number: str
    destination: dict[str, Any]
    phone: DialTarget | None = None
    timeout_s: float = 30.0
    caller_id: str | None = None


Reach = Callable[[Any, str], Reached]
"""(number or destination, extension of who asks) -> where it leads; raises InvalidInput, NotFound or Forbidden."""


def child_call(parent: Call, leg: Leg, reached: Reached, now: datetime) -> Call:
    """A call whose caller is a leg of ``parent``; its flow begins at where ``reached`` leads."""
    caller = Leg(
        channel_id=leg.channel_id,
        role=LegRole.CALLER,
        number=leg.number,
        endpoint=leg.endpoint,
        started_at=now,
        answered_at=now,
        state=LegState.UP,
        user_id=leg.user_id,
        charged_to=leg.charged_to,
    )
    return Call(
        id=new_id(now),
        node_id=parent.node_id,
        direction=Direction.INTERNAL if rules.is_inside(leg) else parent.direction,
        caller=leg.number,
        called=reached.number,
        started_at=now,
        answered_at=now,
        legs=[caller],
        language=parent.language,
        record=parent.record,
        record_paused=parent.record_paused,
        variables=dict(parent.variables),
        number_id=parent.number_id,
        partner_id=parent.partner_id,
        parent_id=parent.id,
        state=CallState.STARTED,
        position={"destination": reached.destination, "phase": None},
    )
