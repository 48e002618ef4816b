"""Jobs of transcription: what one is about, what comes of it, when it is tried again. Pure data and decisions."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec

from engine.history.records import AlertRow, SegmentRow, TranscriptRow
from engine.transcripts.model import Side, Stretch

RETRY_MAX = timedelta(hours=1)
NO_ENGINE_RETRY = timedelta(minutes=10)
"""Without a recogniser for its language a job waits; that is no try."""
_SPACE = UUID("5b0d4b9e-6f3c-4c8e-9a58-0b7c4f2d9e11")


class JobState(StrEnum):
    """What a job is doing. ``queued`` -> ``running`` -> ``done`` or ``failed``; ``running`` -> ``queued`` to be tried
    again; ``queued`` or ``running`` -> ``cancelled``; any that is over -> ``queued`` when it is ordered again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job that this node has claimed at ``claimed_at``, and what it is about.

    ``file`` None: the recording or message is gone. ``languages``: those of the call's number.
    """

    id: UUID
    kind: str
    subject_id: UUID
    attempts: int
    claimed_at: datetime
    batch_id: UUID | None = None
    language: str | None = None
    file: str | None = None
    channels: int = 1
    duration_s: float | None = None
    started_at: datetime | None = None
    call_id: UUID | None = None
    call_started_at: datetime | None = None
    call_language: str | None = None
    languages: tuple[str, ...] = ()
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    partner_id: UUID | None = None
    live: bool = False
    """Whether the call has a live text, whose alerts were told already."""

    @property
    def transcript_id(self) -> UUID:
        """The same however often the job is done."""
        return transcript_id_of(self.id)

    def spoken(self, default: str) -> tuple[str, ...]:
        """Languages to listen for, the likely one first."""
        if self.language is not None:
            return (self.language,)
        return tuple(dict.fromkeys((self.call_language or default, *self.languages)))


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a job has come to, to be stored as one."""

    transcript: TranscriptRow
    segments: tuple[SegmentRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """A recording whose call's live text hides something: stretches by side, in seconds of the recording."""

    recording_id: UUID
    file: str
    channels: int
    stretches: tuple[tuple[Side, float, float], ...]


class Lost(Exception):
    """The job is not this process's any more: cancelled, or taken again by another."""


def transcript_id_of(job_id: UUID) -> UUID:
    return uuid5(_SPACE, f"transcript {job_id}")


def alert_id_of(transcript_id: UUID, rule_id: UUID, side: str, seq: int) -> UUID:
    return uuid5(_SPACE, f"alert {transcript_id} {rule_id} {side} {seq}")


def retry_at(now: datetime, attempts: int, first_s: float) -> datetime:
    """When a job that has failed ``attempts`` times is tried again."""
    return now + min(timedelta(seconds=first_s * 2 ** min(max(attempts - 1, 0), 20)), RETRY_MAX)


def muted_parts(
    hidden: Iterable[tuple[Side, Stretch]], channels: int, margin_s: float
) -> list[tuple[int, float, float]]:
    """Channel, from and to in seconds of what is to be silenced. A recording of one channel holds both sides."""
    return [
        (0 if channels == 1 or side == "client" else 1, max(start - margin_s, 0.0), end + margin_s)
        for side, (start, end) in hidden
    ]


def hidden_in(
    side: Side, start_s: float, end_s: float, words: Sequence[tuple[str, float, float, float]], mark: str
) -> list[tuple[Side, Stretch]]:
    """Stretches of a stored segment that were hidden with their sound; all of it where it has no words with times."""
    if not words:
        return [(side, (start_s, end_s))]
    return [(side, (start, end)) for text, start, end, _ in words if text == mark]
