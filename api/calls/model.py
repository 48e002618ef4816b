"""Calls in progress as the API tells them. Times in UTC."""

from uuid import UUID

import msgspec

from api.web.paging import PageQuery, Time


class CallbackRequest(msgspec.Struct, kw_only=True):
    """A caller asked to be called back at ``number``."""

    id: UUID
    call_id: UUID
    number: str
    called: str
    requested_at: Time
    done_at: Time | None


class CallbacksQuery(PageQuery, kw_only=True):
    """Call-back requests, newest first; ``open``: only those not done."""

    open: bool = False


class Position(msgspec.Struct, kw_only=True):
    """Where in a menu the caller is."""

    menu: str = ""
    step: str = ""


class LiveLeg(msgspec.Struct, kw_only=True):
    """A phone in a call in progress; ``internal``: one of our extensions; ``cause`` (Q.850) tells why it is down."""

    channel_id: str
    role: str
    number: str
    state: str
    user_id: UUID | None = None
    cause: int | None = None
    internal: bool = False


class LiveMember(LiveLeg, kw_only=True):
    """Who takes part in the conversation, or is called into it.

    ``held``: keeps the others on hold. ``hears``: talk, music, ring (a ring-back tone) or silence.
    """

    held: bool = False
    muted: bool = False
    hears: str | None = None


class LiveConsult(LiveLeg, kw_only=True):
    """Who is consulted; ``by``: the member who asks. ``swapped``: who is asked waits, ``by`` is with the others."""

    by: str
    swapped: bool = False


class LiveSupervisor(LiveLeg, kw_only=True):
    """Who listens, whispers or barges in; ``target``: the operator's channel."""

    mode: str
    target: str


class Parked(msgspec.Struct, kw_only=True):
    """The slot in which the call waits, and when it rings at the phone that parked it."""

    slot: str
    since: Time
    back_at: Time


class LiveCall(msgspec.Struct, kw_only=True):
    """A call in progress. ``supervisors`` are told to those who may supervise; ``portrait``: what the customer's own
    system tells of who calls in."""

    id: UUID
    direction: str
    caller: str
    caller_name: str = ""
    called: str
    state: str
    language: str | None = None
    started_at: Time
    answered_at: Time | None = None
    talk_started_at: Time | None = None
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    partner_id: UUID | None = None
    portrait: dict[str, str] = {}
    parent_id: UUID | None = None
    position: Position | None = None
    legs: list[LiveLeg] = []
    members: list[LiveMember] = []
    consult: LiveConsult | None = None
    parked: Parked | None = None
    on_hold_since: Time | None = None
    hold_s: float = 0.0
    recording: str = "off"
    supervisors: list[LiveSupervisor] = []
