"""Letters that came in, as the API tells of them."""

from typing import Annotated, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from api.ticket_mail.deciding import Verdict
from api.web.paging import PageQuery, Time

VerdictName = Literal["opened", "joined", "automatic", "loop", "refused", "repeated", "unreadable"]


class ReceivedQuery(PageQuery, kw_only=True):
    """Letters, newest first."""

    mailbox_id: UUID | None = None
    verdict: VerdictName | None = None
    ticket_id: UUID | None = None
    sender: Annotated[str, Meta(max_length=254, pattern=r"^[^\x00-\x1f]*$")] | None = None


class Received(msgspec.Struct, kw_only=True):
    """A letter that came in, and what became of it: ``reason`` says why it was not taken, or how. ``unverified``: the
    mailbox's server does not show that its sender is true."""

    id: UUID
    mailbox_id: UUID
    mailbox_name: str
    letter_id: str
    sender: str
    subject: str
    unverified: bool
    verdict: Verdict
    reason: str
    ticket_id: UUID | None
    ticket_number: int | None
    message_id: UUID | None
    received_at: Time


class Place(NamedTuple):
    """Where a letter lies: the mailbox, and its UID in it."""

    mailbox_id: UUID
    uid_validity: int
    uid: int


class Told(NamedTuple):
    """What is kept of a letter. ``unverified``: its sender may have been forged."""

    letter_id: str = ""
    sender: str = ""
    subject: str = ""
    unverified: bool = False


class Outcome(NamedTuple):
    """What became of a letter."""

    verdict: Verdict
    reason: str = ""
    ticket_id: UUID | None = None
    message_id: UUID | None = None
