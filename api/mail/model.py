"""Letters as the API tells of them: never their text."""

from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from api.web.paging import PageQuery, Time

State = Literal["waiting", "sent", "failed"]


class Attachment(NamedTuple):
    """A file that goes with a letter: its ASCII name, its type, its bytes."""

    name: str
    media_type: str
    data: bytes


class Letter(NamedTuple):
    """What is to be sent: plain text in one language; of no use after ``expires_at``."""

    recipient: str
    subject: str
    text: str
    expires_at: datetime
    attachment: Attachment | None = None


class Due(NamedTuple):
    """A letter whose turn it is; ``body`` is sealed."""

    id: UUID
    recipient: str
    subject: str
    body: str
    attempts: int
    expires_at: datetime
    attachment_name: str | None = None
    attachment_type: str | None = None
    attachment: bytes | None = None


class Mail(msgspec.Struct, kw_only=True):
    """A letter and how it went."""

    id: UUID
    recipient: str
    subject: str
    state: State
    attempts: int
    created_at: Time
    sent_at: Time | None
    next_at: Time
    error: str | None


class MailsQuery(PageQuery, kw_only=True):
    """Letters, newest first."""

    state: State | None = None
