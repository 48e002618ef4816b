"""Call-backs as the API tells and takes them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, UnsetType

from api.web.paging import PageQuery, Time

PhoneText = Annotated[str, Meta(min_length=3, max_length=40, description="A phone number, as a person writes it")]
Note = Annotated[str, Meta(max_length=1000)]
PersonName = Annotated[str, Meta(max_length=100)]
Priority = Annotated[int, Meta(ge=0, le=10)]
State = Literal["waiting", "calling", "done", "failed", "cancelled"]


class CallbacksQuery(PageQuery, kw_only=True):
    """Newest first. ``state``: ``open`` is waiting and calling."""

    state: Literal["open", "waiting", "calling", "done", "failed", "cancelled", "all"] = "open"
    queue_id: UUID | None = None
    number: Annotated[str, Meta(pattern=r"^[0-9]{1,15}$")] | None = None


class CallbackOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Call ``number`` back from a queue, not before ``at``."""

    queue_id: UUID
    number: PhoneText
    name: PersonName = ""
    note: Note = ""
    priority: Priority = 0
    at: Time | None = None


class CallbackChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``state``: ``done`` (somebody did it) or ``cancelled``. The rest can be changed while it waits."""

    state: Literal["done", "cancelled"] | UnsetType = msgspec.UNSET
    note: Note | UnsetType = msgspec.UNSET
    priority: Priority | UnsetType = msgspec.UNSET
    next_at: Time | UnsetType = msgspec.UNSET


class Callback(msgspec.Struct, kw_only=True):
    """A call-back. ``place_at``: since when it counts as waiting; ``next_at``: not tried before; ``attempts``: calls to
    the client so far; ``last_reason``: how the last try, or all of it, ended. Without a queue it is done by hand.
    """

    id: UUID
    queue_id: UUID | None
    queue_name: str | None
    number: str
    name: str
    note: str
    called: str
    state: State
    source: Literal["queue", "menu", "api", "web", "missed"]
    mode: Literal["operator_first", "client_first"]
    requested_at: Time
    place_at: Time | None
    priority: int
    attempts: int
    next_at: Time | None
    last_reason: str | None
    operator_id: UUID | None
    call_id: UUID | None
    done_at: Time | None


class Attempt(msgspec.Struct, kw_only=True):
    """A try; ``id`` is that of its call. ``result`` null: it goes on."""

    id: UUID
    operator_id: UUID | None
    started_at: Time
    ended_at: Time | None
    result: str | None


class CallbackStory(Callback, kw_only=True):
    """A call-back with its tries, oldest first."""

    tries: list[Attempt]


class WebForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a form on a web site sends: the queue's ``key``, the visitor's phone and the consent to be called."""

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,100}$")]
    phone: PhoneText
    consent: bool
    name: PersonName = ""
    note: Note = ""


class Ordered(msgspec.Struct):
    """The call-back is ordered; ``again``: the number waits for one already, and keeps that place."""

    id: UUID
    again: bool


class Asked(msgspec.Struct):
    """The visitor will be called."""

    accepted: bool


class NewCallback(msgspec.Struct, frozen=True, kw_only=True):
    """A row to be made."""

    id: UUID
    queue_id: UUID
    number: str
    called: str
    requested_at: datetime
    place_at: datetime
    priority: int
    mode: str
    next_at: datetime | None
    source: str
    name: str
    note: str
