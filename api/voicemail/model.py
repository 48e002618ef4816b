"""Voicemail messages as the API gives them."""

from uuid import UUID

import msgspec

from api.web.paging import PageQuery, Time


class MessagesQuery(PageQuery, kw_only=True):
    """Messages, newest first; ``heard``: only those (not) heard."""

    box_id: UUID | None = None
    call_id: UUID | None = None
    heard: bool | None = None


class Message(msgspec.Struct, kw_only=True):
    """A message that a caller left."""

    id: UUID
    box_id: UUID
    call_id: UUID
    caller: str
    created_at: Time
    duration_s: float
    size_bytes: int
    heard_at: Time | None
    text: str | None
    """What was said; null until the message was transcribed."""


class MessagePatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Mark as heard, or as new again."""

    heard: bool
