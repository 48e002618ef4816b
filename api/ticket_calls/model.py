"""Requests from calls as the API takes and gives them; rules of missed calls."""

from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Name, Written
from api.telephony.resource import Resource
from api.tickets.states import State


class CallRuleData(Written, kw_only=True):
    """Missed calls of a queue, or to a number of ours (both null: all), become requests when nobody has talked to the
    caller within ``after_minutes``. Of several rules that fit, the most particular one is followed."""

    name: Name
    queue_id: UUID | None = None
    number: Annotated[str, Meta(pattern=r"^[0-9]{2,15}$")] | None = None
    after_minutes: Annotated[int, Meta(ge=0, le=1440)] = 15
    category_id: UUID | None = None
    enabled: bool = True


CALL_RULES = Resource(
    path="ticket-call-rules",
    table="ticket_call_rules",
    title="TicketCallRule",
    write=CallRuleData,
    read_right="tickets.settings",
    write_right="tickets.settings",
)


class CallOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What may be said of the request at once; all of it can be changed later."""

    subject: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")] | None = None
    description: Annotated[str, Meta(max_length=20_000)] = ""
    category_id: UUID | None = None


class OfCall(msgspec.Struct, kw_only=True):
    """The request of a call; ``made``: it was opened just now, and not before."""

    id: UUID
    number: int
    subject: str
    state: State
    account_id: UUID | None
    outlet_id: UUID | None
    made: bool


class Missed(NamedTuple):
    """A missed call whose time has come, and the category of the rule that says so."""

    id: UUID
    started_at: datetime
    at: datetime
    caller: str
    caller_name: str
    called: str
    queue_names: list[str]
    waited_s: float
    category_id: UUID | None
