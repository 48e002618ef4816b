"""A ticket, what is said in it and what happens to it: the words that all parts of the service desk share. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from api.tickets.states import State, Who

Priority = Literal["low", "normal", "high", "urgent"]
Channel = Literal["portal", "desk", "phone", "missed", "email", "chat", "api", "link"]
Status = Literal["accepted", "overdue", "closed"]
"""What a client sees: «принята», «просрочена» (a promise was broken), «закрыта»."""


class Actor(msgspec.Struct, frozen=True):
    """Who does something to a ticket. ``account_id`` for clients, ``user_id`` for whoever is signed in."""

    who: Who
    name: str = ""
    user_id: UUID | None = None
    account_id: UUID | None = None


SYSTEM = Actor(Who.SYSTEM)


class TicketFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What staff may know of a ticket; names are those of the columns of ``tickets``."""

    id: UUID
    number: int
    account_id: UUID | None
    outlet_id: UUID | None
    author_account_id: UUID | None
    author_name: str
    author_email: str
    author_phone: str
    channel: Channel
    subject: str
    description: str
    category_id: UUID | None
    priority: Priority
    state: State
    status: Status
    line: int
    top_line: int
    assignee_id: UUID | None
    resource_id: UUID | None
    problem_id: UUID | None
    merged_into_id: UUID | None
    split_from_id: UUID | None
    call_id: UUID | None
    call_started_at: datetime | None
    external_id: str | None
    tags: list[str]
    language: Literal["ru", "en"]
    plan_id: UUID | None
    due_at: datetime | None
    overdue_at: datetime | None
    first_response_at: datetime | None
    solved_at: datetime | None
    solved_line: int | None
    solved_by: UUID | None
    confirm_until: datetime | None
    closed_at: datetime | None
    reopened: int
    client_said_at: datetime | None
    staff_said_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class Ticket(TicketFacts, frozen=True, kw_only=True):
    """The row, as the core reads it; ``mail_token``: the secret of its letters."""

    partner_id: UUID | None
    mail_token: str


class NewTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket to open. ``id`` comes from who asks, so that asking twice opens one. ``account_id``: the company; its
    outlet must be of it. ``file_ids``: uploaded before (api/ticket_files)."""

    id: UUID
    channel: Channel
    subject: str
    description: str = ""
    account_id: UUID | None = None
    outlet_id: UUID | None = None
    author_account_id: UUID | None = None
    author_name: str = ""
    author_email: str = ""
    author_phone: str = ""
    category_id: UUID | None = None
    priority: Priority | None = None
    """None: the category's."""
    resource_id: UUID | None = None
    assignee_id: UUID | None = None
    call_id: UUID | None = None
    call_started_at: datetime | None = None
    external_id: str | None = None
    tags: Sequence[str] = ()
    language: Literal["ru", "en"] = "ru"
    file_ids: Sequence[UUID] = ()


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Something said. ``id`` comes from who says it, so that saying twice says it once. ``state``: where the ticket
    goes with it (staff: waiting, solved, ...); None: as ``states.after_word`` tells."""

    id: UUID
    body: str
    public: bool = True
    channel: Channel = "desk"
    file_ids: Sequence[UUID] = ()
    state: State | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``ticket_messages``."""

    id: UUID
    ticket_id: UUID
    at: datetime
    author: Who
    user_id: UUID | None
    account_id: UUID | None
    author_name: str
    public: bool
    channel: str
    body: str


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Fields to change; UNSET stays. A change of ``line`` is an escalation and needs ``reason``."""

    subject: str | msgspec.UnsetType = msgspec.UNSET
    category_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    priority: Priority | msgspec.UnsetType = msgspec.UNSET
    line: int | msgspec.UnsetType = msgspec.UNSET
    assignee_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    resource_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    problem_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    account_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    outlet_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    author_account_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    author_name: str | msgspec.UnsetType = msgspec.UNSET
    author_email: str | msgspec.UnsetType = msgspec.UNSET
    author_phone: str | msgspec.UnsetType = msgspec.UNSET
    tags: Sequence[str] | msgspec.UnsetType = msgspec.UNSET
    reason: str = ""


Kind = Literal[
    "opened",
    "said",
    "moved",
    "edited",
    "escalated",
    "assigned",
    "linked",
    "merged",
    "split",
    "checked",
    "worked",
    "warned",
    "breached",
    "noticed",
    "file",
    "survey",
    "bounced",
    "unverified",
]
"""Kinds of events. ``data`` of each:

opened {channel}; said {public, channel}; moved {before, after, reason}; edited {field: [before, after], ...};
escalated {before, after, reason, category_id, resource_id}; assigned {before, after}; linked {account_id, outlet_id}
(the author of any channel got an account); merged {into | from: id, number}; split {into | from}; checked {text, done};
worked {seconds, note}; warned, breached {target: first|next|solution, due_at}; noticed {problem_id, notice_id}; file
{file_id, name, public}; survey {score}; bounced {recipient, reason, status, letter_id} (a letter of ours was not
delivered); unverified {sender, said} (a letter that opened it, or left the note ``message_id``, may be forged: what the
server found).
``public``: false where clients must not be told (missing: true).
"""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``ticket_events``."""

    id: int
    ticket_id: UUID
    at: datetime
    kind: Kind
    actor: Who
    user_id: UUID | None
    account_id: UUID | None
    actor_name: str
    message_id: UUID | None
    data: dict[str, Any]


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One event with the ticket before and after it (``before`` None: it was just opened)."""

    event: Event
    before: Ticket | None
    after: Ticket
    by: Actor
    message: Message | None = None
    file_ids: Sequence[UUID] = ()


class Reactor(Protocol):
    """Who must know of each event, in the transaction of the event itself (``api/service_desk.py`` lists them, in
    their order): promises, letters, the link, surveys. ``connection`` is a plain one."""

    async def on_event(self, connection: Any, happening: Happening) -> None: ...
