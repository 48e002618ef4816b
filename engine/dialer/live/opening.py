"""The call of an attempt, as it begins. Pure."""

from datetime import datetime

import msgspec

from engine.agents.model import Operator
from engine.calls.model import Call, DialTarget, Direction, Leg, LegRole
from engine.dialer.live.dial import Dial, variables_of

MOST_VARIABLES = 80
"""A menu sets variables of its own beside those of the client."""


def campaign_call(dial: Dial, client: DialTarget, operator: Operator | None, *, node_id: str, now: datetime) -> Call:
    """A call with the attempt's id; its first leg is the client, or the ``operator`` who is called first."""
    claim = dial.claim
    leg = Leg(
        channel_id=f"{dial.id.hex}-0",
        role=LegRole.CALLER,
        number=operator.extension if operator is not None else claim.address,
        endpoint=operator.endpoint if operator is not None else client.endpoint,
        started_at=now,
        user_id=operator.user_id if operator is not None else None,
    )
    return Call(
        id=dial.id,
        node_id=node_id,
        direction=Direction.OUTBOUND,
        caller=dial.shown if operator is None else operator.extension,
        called=claim.address,
        started_at=now,
        legs=[leg],
        language=claim.language or "ru",
        operator_id=operator.user_id if operator is not None else None,
        queue_id=dial.queue_id,
        partner_id=claim.partner_id,
        variables=dict(list(variables_of(claim).items())[:MOST_VARIABLES]),
        dial=msgspec.to_builtins(dial),
    )
