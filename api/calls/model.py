"""Calls as the API tells them. Times in UTC, durations in seconds, causes by ITU-T Q.850."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Search, Time
from engine.routing.model import Digits, ExtensionNumber

DirectionName = Literal["inbound", "outbound", "internal"]
OutcomeName = Literal[
    "answered", "served", "abandoned", "voicemail", "busy", "no_answer", "rejected", "failed", "turned_away"
]
Party = Annotated[
    str, Meta(pattern=r"^\+?[0-9A-Za-z]{1,40}\*?$", description="The whole number, or its beginning and a ``*``")
]


class CallsQuery(PageQuery, kw_only=True):
    """Filters of the history; ``from`` is included, ``to`` is not; ``q`` looks in numbers and the caller's name."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    direction: DirectionName | None = None
    outcome: OutcomeName | None = None
    caller: Party | None = None
    called: Party | None = None
    q: Search | None = None


class Call(msgspec.Struct, kw_only=True):
    """One call of the history; a call in progress has no ``ended_at`` yet."""

    id: UUID
    started_at: Time
    node_id: str
    direction: DirectionName
    caller: str
    caller_name: str
    called: str
    number_id: UUID | None
    language: str | None
    answered_at: Time | None
    ended_at: Time | None
    outcome: OutcomeName | None
    ended_by: Literal["caller", "callee", "system"] | None
    cause: int | None
    cause_text: str = ""
    talk_s: float
    served_by: Literal["engine", "fallback"]
    recorded: bool


class Leg(msgspec.Struct, kw_only=True):
    """One phone's part in a call."""

    channel_id: str
    role: Literal["caller", "callee"]
    number: str
    endpoint: str
    started_at: Time
    answered_at: Time | None
    ended_at: Time | None
    cause: int | None
    cause_text: str = ""


class Event(msgspec.Struct, kw_only=True):
    """What happened in a call: ``menu``, ``choice``, ``voicemail_left``, ``hangup`` and so on."""

    seq: int
    at: Time
    kind: str
    data: dict[str, Any]


class Recording(msgspec.Struct, kw_only=True):
    """A recording of a call."""

    id: UUID
    call_id: UUID
    started_at: Time
    duration_s: float | None
    size_bytes: int | None
    state: Literal["recording", "done", "failed"]
    error: str | None


class CallDetail(Call, kw_only=True):
    """A call with all that is known of it."""

    variables: dict[str, Any]
    legs: list[Leg]
    events: list[Event]
    recordings: list[Recording]


class RecordingsQuery(PageQuery, kw_only=True):
    """Recordings, newest first."""

    call_id: UUID | None = None


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
    """A phone in a call in progress."""

    channel_id: str
    role: str
    number: str
    state: str


class LiveCall(msgspec.Struct, kw_only=True):
    """A call in progress."""

    id: UUID
    direction: str
    caller: str
    called: str
    state: str
    language: str | None = None
    started_at: Time
    answered_at: Time | None = None
    position: Position | None = None
    legs: list[LiveLeg] = []


class Originate(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Ring the phone of ``from_extension``; when it answers, dial ``to`` and connect them."""

    from_extension: ExtensionNumber
    to: Digits
    caller_id: Digits | None = None


class Started(msgspec.Struct):
    """The call was accepted; the feed and the history tell how it goes."""

    call_id: UUID
