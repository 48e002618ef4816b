"""Jobs and batches of transcription as the API tells them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Time

JobStateName = Literal["queued", "running", "done", "failed", "cancelled"]
KindName = Literal["recording", "message"]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$", description="ISO 639-1; left out: the call's, or detected")]
Ids = Annotated[list[UUID], Meta(max_length=5000)]


class JobsQuery(PageQuery, kw_only=True):
    """Jobs, the latest ordered first."""

    state: JobStateName | None = None
    kind: KindName | None = None
    batch_id: UUID | None = None
    call_id: UUID | None = None


class Job(msgspec.Struct, kw_only=True):
    """A recording or message (``subject_id``) on its way to text. ``progress``: 0..1; ``next_at``: when it is tried."""

    id: UUID
    batch_id: UUID | None
    kind: KindName
    subject_id: UUID
    call_id: UUID | None
    node_id: str | None
    language: str | None
    state: JobStateName
    priority: int
    attempts: int
    progress: float
    next_at: Time
    finished_at: Time | None
    error: str | None
    transcript_id: UUID | None
    created_at: Time


class Order(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to become text: by ids, or the recordings of a time (``from`` is included, ``to`` is not).

    By time, recordings that have a text, or whose call has one, are left out unless ``again``; by ids, those that were
    transcribed are. Higher priorities are done first.
    """

    recording_ids: Ids | None = None
    message_ids: Ids | None = None
    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    queue_id: UUID | None = None
    operator_id: UUID | None = None
    language: Language | None = None
    again: bool = False
    priority: Annotated[int, Meta(ge=-10, le=10)] = 0


class Batch(msgspec.Struct, kw_only=True):
    """An order and how far it is: jobs by state; ``progress``: 0..1. A job that is ordered again belongs to the later
    order."""

    id: UUID
    created_at: Time
    created_by: UUID | None
    paused: bool
    total: int
    queued: int
    running: int
    done: int
    failed: int
    cancelled: int
    progress: float


class BatchPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Hold an order back, or let it go on; what is being done is done to its end."""

    paused: bool
