"""Transcripts and alerts as the API tells them. Times of segments and words in seconds from ``started_at``."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from api.web.paging import PageQuery, Time

SideName = Literal["client", "operator"]
SeverityName = Literal["info", "warning", "alarm"]


class Segment(msgspec.Struct, kw_only=True):
    """A stretch of speech of one side. ``words``: text, start_s, end_s, confidence. ``***``: what is hidden."""

    seq: int
    side: SideName
    user_id: UUID | None
    start_s: float
    end_s: float
    text: str
    words: list[tuple[str, float, float, float]]
    confidence: float | None
    language: str | None
    sentiment: float | None
    masked: bool


class Alert(msgspec.Struct, kw_only=True):
    """A rule found its words: ``phrase`` as the rule has it; ``text``: the stretch of speech in which it stands."""

    id: UUID
    rule_id: UUID
    rule_name: str
    severity: SeverityName
    transcript_id: UUID
    call_id: UUID | None
    side: SideName
    at_s: float
    phrase: str
    text: str
    operator_id: UUID | None
    operator_name: str | None
    queue_id: UUID | None
    queue_name: str | None
    partner_id: UUID | None
    created_at: Time
    seen_by: UUID | None
    seen_at: Time | None


class Measures(msgspec.Struct, kw_only=True):
    """Figures of a talk; see ``engine.transcripts.measures``. A transcript that is open has none yet."""

    talk_s: dict[str, float] = {}
    words: dict[str, int] = {}
    talk_ratio: float | None = None
    silence_s: float | None = None
    longest_silence_s: float | None = None
    interruptions: dict[str, int] = {}
    overlap_s: float | None = None
    unheard_s: float | None = None
    unheard: list[tuple[float, float]] = []
    """Stretches in which not both sides could be heard."""


class Transcript(msgspec.Struct, kw_only=True):
    """What was said in a call or a message: segments in order of time, the alerts that they raised."""

    id: UUID
    call_id: UUID | None
    message_id: UUID | None
    recording_id: UUID | None
    source: Literal["live", "recording", "message"]
    state: Literal["open", "done", "failed"]
    language: str | None
    engine: str
    started_at: Time
    duration_s: float | None
    operator_id: UUID | None
    queue_id: UUID | None
    measures: Measures
    sentiment: float | None
    masked: bool
    segments: list[Segment] = []
    alerts: list[Alert] = []


class TranscriptQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``source``: the one made while the call went on, or the one of its recording; left out: the recording's where it
    is done, else the other."""

    source: Literal["live", "recording"] | None = None


class AlertsQuery(PageQuery, kw_only=True):
    """Alerts, newest first; ``from`` is included, ``to`` is not; ``seen``: those that somebody has seen, or not."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    seen: bool | None = None
    severity: SeverityName | None = None
    side: SideName | None = None
    rule_id: UUID | None = None
    call_id: UUID | None = None
    operator_id: UUID | None = None
    queue_id: UUID | None = None


def measures_of(stored: Any) -> Measures:
    """The figures as they are stored; what is not known is left out."""
    return msgspec.convert(stored or {}, Measures, strict=False)
