"""The history of calls as the API tells it. Times in UTC, durations in seconds, causes by ITU-T Q.850."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import Cursor, Limit, PageQuery, Search, Time

DirectionName = Literal["inbound", "outbound", "internal"]
OutcomeName = Literal[
    "answered", "served", "abandoned", "voicemail", "busy", "no_answer", "rejected", "failed", "turned_away"
]
SpanName = Literal["own", "team", "all"]
Party = Annotated[
    str, Meta(pattern=r"^\+?[0-9A-Za-z]{1,40}\*?$", description="The whole number, or its beginning and a ``*``")
]
Seconds = Annotated[float, Meta(ge=0, le=1_000_000)]
_OWN = "``own``: calls one took part in; ``team``: those of one's groups; ``all``. Left out: as much as one may see"


class CallFilters(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Filters of the history; ``from`` is included, ``to`` is not; ``q`` looks in numbers and the caller's name."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    span: Annotated[SpanName, Meta(description=_OWN)] | None = None
    direction: DirectionName | None = None
    outcome: OutcomeName | None = None
    queue_id: UUID | None = None
    user_id: UUID | None = None
    """An operator who took part."""
    number_id: UUID | None = None
    """The company's own number."""
    number: Party | None = None
    """Either side."""
    caller: Party | None = None
    called: Party | None = None
    min_talk_s: Seconds | None = None
    recorded: bool | None = None
    q: Search | None = None


class CallsQuery(CallFilters, kw_only=True):
    """A page of the history, newest first."""

    limit: Limit = 50
    cursor: Cursor | None = None


class ExportQuery(CallFilters, kw_only=True):
    """The history as a file."""

    format: Literal["csv", "xlsx"] = "csv"


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
    hold_s: float
    served_by: Literal["engine", "fallback"]
    operator_id: UUID | None
    operator_name: str | None
    queue_id: UUID | None
    queue_name: str | None
    partner_id: UUID | None
    parent_id: UUID | None
    recorded: bool


class Leg(msgspec.Struct, kw_only=True):
    """One phone's part in a call."""

    channel_id: str
    role: Literal["caller", "callee", "consult", "supervisor"]
    number: str
    endpoint: str
    user_id: UUID | None
    started_at: Time
    answered_at: Time | None
    ended_at: Time | None
    cause: int | None
    cause_text: str = ""


class Visit(msgspec.Struct, kw_only=True):
    """A stay of the caller in a queue."""

    id: UUID
    queue_id: UUID
    queue_name: str | None
    entered_at: Time
    answered_at: Time | None
    ended_at: Time | None
    outcome: str
    operator_id: UUID | None
    position: int | None
    wait_s: float
    talk_s: float


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
    channels: int
    """2: left is the client, right what the client heard."""


class CallDetail(Call, kw_only=True):
    """A call with all that is known of it."""

    variables: dict[str, Any]
    legs: list[Leg]
    visits: list[Visit]
    events: list[Event]
    recordings: list[Recording]


class RecordingsQuery(PageQuery, kw_only=True):
    """Recordings, newest first."""

    call_id: UUID | None = None


class Play(msgspec.Struct, kw_only=True):
    """Somebody listened to a recording."""

    id: UUID
    at: Time
    user_id: UUID
    user_name: str | None
    recording_id: UUID
    call_id: UUID
    address: str


class PlaysQuery(PageQuery, kw_only=True):
    """Plays of recordings, newest first."""

    call_id: UUID | None = None
    user_id: UUID | None = None
