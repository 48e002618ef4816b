"""Problems as the API tells them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.web.paging import PageQuery, Search, Time

ProblemState = Literal["open", "known", "fixed", "closed"]
"""``open``: looked into; ``known``: cause or workaround is known; ``fixed``: solved; ``closed``: nothing is left."""
Title = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\S")]
Text = Annotated[str, Meta(max_length=20_000)]
Word = Annotated[str, Meta(min_length=1, max_length=20_000, pattern=r"\S")]
TicketIds = Annotated[list[UUID], Meta(min_length=1, max_length=200)]


class ProblemNew(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A problem to note; sent twice with the same ``id`` it is noted once."""

    id: UUID | None = None
    title: Title
    description: Text = ""
    cause: Text = ""
    workaround: Text = ""
    state: ProblemState = "open"
    resource_id: UUID | None = None


class ProblemPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; ``version``: refuse (409) if it is another by now."""

    title: Title | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    cause: Text | UnsetType = UNSET
    workaround: Text | UnsetType = UNSET
    state: ProblemState | UnsetType = UNSET
    resource_id: UUID | UnsetType | None = UNSET
    version: int | UnsetType = UNSET


class ProblemQuery(PageQuery, kw_only=True):
    """``q``: a part of title or description, or the number. ``open``: false for closed ones, true for all others."""

    q: Search | None = None
    state: ProblemState | None = None
    open: bool | None = None


class Problem(msgspec.Struct, kw_only=True):
    """A problem; ``tickets`` requests are linked to it, ``open_tickets`` of them are not closed."""

    id: UUID
    number: int
    title: str
    description: str
    cause: str
    workaround: str
    state: ProblemState
    resource_id: UUID | None
    created_by: UUID | None
    solved_at: Time | None
    tickets: int
    open_tickets: int
    version: int
    created_at: Time
    updated_at: Time


class Links(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Requests that the problem has caused."""

    ticket_ids: TicketIds


class Linked(msgspec.Struct, kw_only=True):
    """How many requests were not linked before."""

    tickets: int


class NoticeNew(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A word to everybody affected; sent twice with the same ``id`` it is said once."""

    id: UUID | None = None
    text: Word


class Notice(msgspec.Struct, kw_only=True):
    """What everybody affected is told. ``total``: requests that it is for; it was said in ``tickets`` of them by now,
    and could not be said in ``failed``; ``waiting``: open requests, linked later, that it is not for yet. ``kind``
    ``solution``: the requests are solved with it."""

    id: UUID
    problem_id: UUID
    kind: Literal["notice", "solution"]
    text: str
    at: Time
    user_id: UUID | None
    user_name: str
    tickets: int
    total: int
    failed: int
    waiting: int
