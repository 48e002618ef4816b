"""Letters as the API tells of them: never their text."""

from collections.abc import Mapping, Sequence
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
    """What is to be sent: plain text in one language, and the same as HTML where given; of no use after ``expires_at``.

    ``headers``: those of ``HEADERS`` that are not to be as usual. ``files``: of requests (api/ticket_files).
    """

    recipient: str
    subject: str
    text: str
    expires_at: datetime
    attachment: Attachment | None = None
    headers: Mapping[str, str] = {}
    html: str | None = None
    files: Sequence[UUID] = ()


HEADERS = ("Message-ID", "In-Reply-To", "References", "Reply-To", "Auto-Submitted", "X-Auto-Response-Suppress")
"""Headers that a letter may bring along."""


class Due(NamedTuple):
    """A letter whose turn it is; ``body`` and ``html`` are sealed."""

    id: UUID
    recipient: str
    subject: str
    body: str
    attempts: int
    expires_at: datetime
    attachment_name: str | None = None
    attachment_type: str | None = None
    attachment: bytes | None = None
    headers: Mapping[str, str] = {}
    html: str | None = None
    files: Sequence[UUID] = ()


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
