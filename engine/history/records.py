"""What the journal holds: facts of calls, as rows of the history. Pure data."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from engine.history.campaign_records import DialRow, LeadRow, OptOutRow, PacingRow


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
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    partner_id: UUID | None = None
    hold_s: float = 0.0
    parent_id: UUID | None = None


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
    user_id: UUID | None = None
    charged_to: str | None = None


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
    channels: int = 1


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
    """A caller's wish to be called back; a later one replaces an earlier one."""

    id: UUID
    number: str
    called: str
    requested_at: datetime
    call_id: UUID | None = None
    queue_id: UUID | None = None
    visit_id: UUID | None = None
    place_at: datetime | None = None
    priority: int = 0
    mode: str = "operator_first"
    state: str = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    last_reason: str | None = None
    source: str = "menu"
    operator_id: UUID | None = None
    note: str = ""
    name: str = ""
    node_id: str | None = None
    done_at: datetime | None = None


class AttemptRow(msgspec.Struct, frozen=True, tag="attempt", kw_only=True):
    """A try of a call-back; ``id`` is that of its call. A later one replaces an earlier one."""

    id: UUID
    callback_id: UUID
    started_at: datetime
    operator_id: UUID | None = None
    ended_at: datetime | None = None
    result: str | None = None


class VisitRow(msgspec.Struct, frozen=True, tag="visit", kw_only=True):
    """A caller's stay in a queue; a later one replaces an earlier one."""

    id: UUID
    call_id: UUID
    queue_id: UUID
    caller: str
    entered_at: datetime
    partner_id: UUID | None = None
    priority: int = 0
    position: int | None = None
    estimated_wait_s: float | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = "waiting"
    operator_id: UUID | None = None
    wait_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0


class OfferRow(msgspec.Struct, frozen=True, tag="offer", kw_only=True):
    """A waiting call offered to an operator; a later one replaces an earlier one."""

    id: UUID
    visit_id: UUID
    queue_id: UUID
    call_id: UUID
    user_id: UUID
    offered_at: datetime
    ended_at: datetime | None = None
    result: str = "offered"


class PresenceRow(msgspec.Struct, frozen=True, tag="presence", kw_only=True):
    """What an operator does now; a later one replaces an earlier one."""

    user_id: UUID
    node_id: str
    status: str
    since: datetime
    reason_id: UUID | None = None
    why: str = ""
    until: datetime | None = None
    call_id: UUID | None = None
    wanted: dict[str, Any] | None = None
    wrap_s: int = 0
    missed_in_row: int = 0
    reachable: bool = False


class IntervalRow(msgspec.Struct, frozen=True, tag="interval", kw_only=True):
    """What an operator did for a time that is over; ``during`` is a tstzrange as text. Written once."""

    id: UUID
    user_id: UUID
    status: str
    during: str
    reason_id: UUID | None = None
    why: str = ""
    call_id: UUID | None = None


class TranscriptRow(msgspec.Struct, frozen=True, tag="transcript", kw_only=True):
    """What was said in a call, or in a message; a later one replaces an earlier one."""

    id: UUID
    source: str
    started_at: datetime
    call_id: UUID | None = None
    call_started_at: datetime | None = None
    message_id: UUID | None = None
    recording_id: UUID | None = None
    state: str = "open"
    engine: str = ""
    language: str | None = None
    duration_s: float | None = None
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    partner_id: UUID | None = None
    measures: dict[str, Any] = {}
    sentiment: float | None = None
    masked: bool = False


class SegmentRow(msgspec.Struct, frozen=True, tag="segment", kw_only=True):
    """A stretch of speech; a later one of the same ``id`` (transcript/seq) replaces an earlier one.

    ``words``: text, start and end in seconds from the transcript's start, confidence.
    """

    id: str
    transcript_id: UUID
    seq: int
    side: str
    start_s: float
    end_s: float
    text: str
    user_id: UUID | None = None
    words: tuple[tuple[str, float, float, float], ...] = ()
    confidence: float | None = None
    language: str | None = None
    sentiment: float | None = None
    masked: bool = False


class AnswerRow(msgspec.Struct, frozen=True, tag="answer", kw_only=True):
    """What a caller answered to an open question. Written once."""

    id: UUID
    call_id: UUID
    call_started_at: datetime
    step: str
    variable: str
    text: str
    created_at: datetime
    confidence: float | None = None
    language: str | None = None
    file: str | None = None
    duration_s: float | None = None


class AlertRow(msgspec.Struct, frozen=True, tag="alert", kw_only=True):
    """A rule found its words in what was said. Written once."""

    id: UUID
    rule_id: UUID
    rule_name: str
    severity: str
    transcript_id: UUID
    side: str
    at_s: float
    text: str
    created_at: datetime
    phrase: str = ""
    call_id: UUID | None = None
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    partner_id: UUID | None = None


class FeedRow(msgspec.Struct, frozen=True, tag="feed", kw_only=True):
    """A line of the live feed that is no row of a table."""

    topic: str
    kind: str
    key: str
    data: Any


class CdrPosition(msgspec.Struct, frozen=True, tag="cdr", kw_only=True):
    """How far Asterisk's call detail file has been taken into the history, in bytes."""

    offset: int


Record = (
    CallRow
    | LegRow
    | EventRow
    | StateRow
    | RecordingRow
    | MessageRow
    | CallbackRow
    | AttemptRow
    | VisitRow
    | OfferRow
    | PresenceRow
    | IntervalRow
    | TranscriptRow
    | SegmentRow
    | AnswerRow
    | AlertRow
    | DialRow
    | LeadRow
    | PacingRow
    | OptOutRow
    | FeedRow
    | CdrPosition
)
