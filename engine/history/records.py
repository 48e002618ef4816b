"""What the journal holds: facts of calls, as rows of the history. Pure data."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class CallRow(msgspec.Struct, frozen=True, tag="call", kw_only=True):
    """The whole row of a call; a later one replaces an earlier one."""

    id: UUID
    started_at: datetime
    node_id: str
    direction: str
    caller: str
    caller_name: str
    called: str
    number_id: UUID | None
    language: str | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    ended_by: str | None
    cause: int | None
    talk_s: float
    served_by: str
    variables: dict[str, str]


class LegRow(msgspec.Struct, frozen=True, tag="leg", kw_only=True):
    """The whole row of a leg; a later one replaces an earlier one."""

    call_id: UUID
    call_started_at: datetime
    channel_id: str
    role: str
    number: str
    endpoint: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: int | None


class EventRow(msgspec.Struct, frozen=True, tag="event", kw_only=True):
    """An event in a call's history."""

    call_id: UUID
    call_started_at: datetime
    seq: int
    at: datetime
    kind: str
    data: dict[str, Any]


class StateRow(msgspec.Struct, frozen=True, tag="state", kw_only=True):
    """The state of a live call, whole; ``null``: the call has ended."""

    call_id: UUID
    started_at: datetime
    state: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return bytes(self.state) == b"null"


class RecordingRow(msgspec.Struct, frozen=True, tag="recording", kw_only=True):
    """A recording of a call; a later one replaces an earlier one."""

    id: UUID
    call_id: UUID
    call_started_at: datetime
    file: str
    started_at: datetime
    duration_s: float | None
    size_bytes: int | None
    state: str
    error: str | None


class MessageRow(msgspec.Struct, frozen=True, tag="message", kw_only=True):
    """A voicemail message."""

    id: UUID
    box_id: UUID
    call_id: UUID
    caller: str
    created_at: datetime
    file: str
    duration_s: float
    size_bytes: int


class CallbackRow(msgspec.Struct, frozen=True, tag="callback", kw_only=True):
    """A caller's wish to be called back."""

    id: UUID
    call_id: UUID
    number: str
    called: str
    requested_at: datetime


class CdrPosition(msgspec.Struct, frozen=True, tag="cdr", kw_only=True):
    """How far Asterisk's call detail file has been taken into the history, in bytes."""

    offset: int


Record = CallRow | LegRow | EventRow | StateRow | RecordingRow | MessageRow | CallbackRow | CdrPosition
