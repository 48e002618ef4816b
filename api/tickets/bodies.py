"""What the desk sends of tickets, and what it gets back."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.tickets.list_model import Tag
from api.tickets.model import Priority, Status, TicketFacts
from api.tickets.states import State, Who
from api.web.paging import PageQuery

Subject = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\S")]
Text = Annotated[str, Meta(max_length=20_000)]
Words = Annotated[str, Meta(min_length=1, max_length=20_000, pattern=r"\S")]
Reason = Annotated[str, Meta(max_length=2000)]
Line = Annotated[int, Meta(ge=1, le=3)]
Named = Annotated[str, Meta(max_length=200)]
Files = Annotated[list[UUID], Meta(max_length=10)]
Tags = Annotated[list[Tag], Meta(max_length=20)]


class TicketData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A ticket to open. ``id``: of your own making, so that sending it twice opens one."""

    id: UUID | None = None
    subject: Subject
    description: Text = ""
    channel: Literal["desk", "phone", "email", "chat", "api"] = "desk"
    account_id: UUID | None = None
    outlet_id: UUID | None = None
    author_account_id: UUID | None = None
    author_name: Named = ""
    author_email: Named = ""
    author_phone: Named = ""
    category_id: UUID | None = None
    priority: Priority | None = None
    resource_id: UUID | None = None
    assignee_id: UUID | None = None
    external_id: Annotated[str, Meta(max_length=200)] | None = None
    tags: Tags = []
    language: Literal["ru", "en"] = "ru"
    file_ids: Files = []


class TicketPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; ``version``: refuse (409) if it is another by now. Another line is an escalation, by its own
    route. An account brings its own: an outlet and an author that are not named with it are taken away."""

    subject: Subject | UnsetType = UNSET
    category_id: UUID | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    resource_id: UUID | UnsetType | None = UNSET
    problem_id: UUID | UnsetType | None = UNSET
    account_id: UUID | UnsetType | None = UNSET
    outlet_id: UUID | UnsetType | None = UNSET
    author_account_id: UUID | UnsetType | None = UNSET
    author_name: Named | UnsetType = UNSET
    author_email: Named | UnsetType = UNSET
    author_phone: Named | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    version: int | UnsetType = UNSET


class MessageData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Something to say. ``state``: where the ticket goes with it; ``id``: of your own making, said twice it is there
    once."""

    id: UUID | None = None
    body: Words
    public: bool = True
    state: State | None = None
    file_ids: Files = []


class Move(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where a ticket goes."""

    state: State
    reason: Reason = ""


class Escalation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """To which line and why; ``category_id``, ``resource_id`` (what is affected) and ``assignee_id`` where they are
    known better now."""

    line: Line
    reason: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S")]
    category_id: UUID | UnsetType = UNSET
    resource_id: UUID | UnsetType = UNSET
    assignee_id: UUID | UnsetType = UNSET


class Take(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``over``: also from somebody who has it."""

    over: bool = False


class Merge(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Into which other ticket; that one stays."""

    into_id: UUID


class Split(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Messages that become a ticket of their own, of the same client."""

    id: UUID | None = None
    subject: Subject
    message_ids: Annotated[list[UUID], Meta(min_length=1, max_length=200)]
    outlet_id: UUID | None = None
    category_id: UUID | None = None


class TicketFile(msgspec.Struct, kw_only=True):
    """A file that was sent."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    verdict: str
    public: bool
    created_at: datetime


class Neighbour(msgspec.Struct, kw_only=True):
    """Another ticket that this one belongs together with."""

    id: UUID
    number: int
    subject: str
    status: Status


class FullTicket(TicketFacts, frozen=True, kw_only=True):
    """A ticket as the desk sees it. ``moves``: states that staff may move it to. ``merged``: those that were merged
    into it; ``parts``: split from it; ``files``: sent with the request itself."""

    account_name: str | None
    outlet_name: str | None
    category_name: str | None
    assignee_name: str | None
    resource_name: str | None
    merged_into: Neighbour | None
    split_from: Neighbour | None
    merged: list[Neighbour]
    parts: list[Neighbour]
    files: list[TicketFile]
    moves: list[State] = []


class MessageRow(msgspec.Struct, kw_only=True):
    """Something said; ``ticket_id`` is another one's for what was said in a ticket that was merged into this."""

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
    files: list[TicketFile]


class MessagesQuery(PageQuery, kw_only=True):
    """``order``: newest first, or as it was said."""

    order: Literal["newest", "oldest"] = "oldest"


class TicketEvent(msgspec.Struct, kw_only=True):
    """Something that happened to a ticket; ``data`` depends on ``kind``."""

    id: int
    at: datetime
    kind: str
    actor: Who
    user_id: UUID | None
    account_id: UUID | None
    actor_name: str
    message_id: UUID | None
    data: dict[str, Any]


class LineCount(msgspec.Struct, kw_only=True):
    """Open tickets of a line."""

    line: int
    open: int
    unassigned: int
    overdue: int


class Counters(msgspec.Struct, kw_only=True):
    """Tickets that are not closed. ``mine``: of who asks; ``unassigned``: nobody has them; ``waiting``: for the client;
    ``solved``: their authors are asked to confirm."""

    open: int
    mine: int
    unassigned: int
    overdue: int
    new: int
    in_work: int
    waiting: int
    solved: int
    reopened: int
    lines: list[LineCount]


class UsedTag(msgspec.Struct, kw_only=True):
    """A tag and how many of the latest tagged tickets have it."""

    tag: str
    tickets: int
