"""What lists of tickets are asked for, and their rows."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.tickets.model import Channel, Priority, Status
from api.tickets.states import State
from api.web.paging import PageQuery, Search

Person = Annotated[str, Meta(pattern=r"^(me|none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")]
Tag = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^\S")]


class TicketFilter(PageQuery, kw_only=True):
    """Every filter narrows the list. ``q``: words, in any form, or a number; ``open``: false for closed ones; ``me``
    and ``none`` (nobody) are people too; order ``due``: open ones alone, what is due first comes first, what has no
    deadline last."""

    q: Search | None = None
    state: State | None = None
    status: Status | None = None
    open: bool | None = None
    line: Annotated[int, Meta(ge=1, le=3)] | None = None
    assignee_id: Person | None = None
    account_id: UUID | None = None
    outlet_id: UUID | None = None
    category_id: UUID | None = None
    priority: Priority | None = None
    channel: Channel | None = None
    tag: Tag | None = None
    problem_id: UUID | None = None
    overdue: bool | None = None
    order: Literal["newest", "due", "updated"] = "newest"


class TicketRow(msgspec.Struct, kw_only=True):
    """A ticket in a list of the desk."""

    id: UUID
    number: int
    subject: str
    state: State
    status: Status
    line: int
    priority: Priority
    channel: Channel
    account_id: UUID | None
    account_name: str | None
    outlet_id: UUID | None
    outlet_name: str | None
    author_account_id: UUID | None
    author_name: str
    category_id: UUID | None
    category_name: str | None
    assignee_id: UUID | None
    assignee_name: str | None
    problem_id: UUID | None
    merged_into_id: UUID | None
    tags: list[str]
    due_at: datetime | None
    overdue_at: datetime | None
    reopened: int
    client_said_at: datetime | None
    staff_said_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
