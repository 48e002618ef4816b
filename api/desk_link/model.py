"""Links as configured and as they are."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.desk_link.mapping import LinkSettings, OutKind
from api.telephony.model import Name, Written
from api.tickets.model import Actor
from api.web.paging import PageQuery, Time

State = Literal["waiting", "sending", "delivered", "dead"]
Secret = Annotated[str, Meta(min_length=8, max_length=2000, pattern=r"^[!-~]+$")]


class DeskLinkData(Written, kw_only=True):
    """Another service desk at ``url``. ``automatic``: requests on ``min_line`` or above, of ``category_ids`` (none:
    all), go there by themselves; else only those that somebody sends."""

    name: Name
    url: Annotated[str, Meta(pattern=r"^https?://[!-~]{1,500}$", max_length=510)]
    settings: LinkSettings = LinkSettings(preset="paylater")
    category_ids: Annotated[list[UUID], Meta(max_length=500)] = []
    min_line: Annotated[int, Meta(ge=1, le=3)] = 1
    automatic: bool = True
    enabled: bool = True


class DeskLinkWrite(DeskLinkData, kw_only=True):
    """A link as written; the ``secret`` (what is shown to the other desk, and signed with) is never read back."""

    secret: Secret | UnsetType | None = UNSET


class DeskLinkRow(DeskLinkData, kw_only=True):
    """A link as stored; ``secret`` is sealed."""

    secret: str | UnsetType | None = UNSET


class DeskLinkNew(DeskLinkData, kw_only=True):
    """A row to be made; secrets are sealed."""

    secret: str | None = None
    inbound_secret: str


class DeskLinkRead(DeskLinkData, kw_only=True):
    """A link as read."""

    has_secret: bool = False


class InboundSecret(msgspec.Struct, kw_only=True):
    """What the other desk signs its events with, told this once, and where they go (below the public address). The
    secret before is taken until ``before_until``."""

    id: UUID
    inbound_secret: str
    events_path: str
    before_until: Time | None = None


class LinkState(msgspec.Struct, kw_only=True):
    """How a link is. ``failures`` in a row; nothing is sent before ``down_until``. ``waiting``, ``dead``: deliveries;
    ``delivered``, ``received``: events of the days that are kept; ``held``: events that wait for their request;
    ``tickets``: linked; ``oldest_at``: when what waits longest was written. ``errors``: what failed last."""

    id: UUID
    enabled: bool
    capabilities: list[OutKind]
    failures: int = 0
    down_until: Time | None = None
    failed_at: Time | None = None
    error: str | None = None
    delivered_at: Time | None = None
    received_at: Time | None = None
    waiting: int = 0
    dead: int = 0
    delivered: int = 0
    received: int = 0
    held: int = 0
    tickets: int = 0
    oldest_at: Time | None = None
    errors: list["LinkDelivery"] = []


class LinkDelivery(msgspec.Struct, kw_only=True):
    """An event on its way to the other desk. ``attempts``: tries so far; ``error``: of the last of them."""

    id: int
    link_id: UUID
    ticket_id: UUID
    number: int
    event_id: str
    kind: OutKind
    state: State
    attempts: int
    created_at: Time
    next_at: Time | None
    delivered_at: Time | None
    status: int | None
    error: str | None
    body: Any


class DeliveriesQuery(PageQuery, kw_only=True):
    """Deliveries, newest first."""

    state: State | None = None
    kind: OutKind | None = None
    ticket_id: UUID | None = None


class LinkReceived(msgspec.Struct, kw_only=True):
    """An event that came from the other desk. ``at``: when it says that it was; ``result``: what became of it."""

    event_id: str
    kind: str
    at: Time
    received_at: Time
    remote_id: str | None
    ticket_id: UUID | None
    number: int | None
    result: str


class ReceivedQuery(PageQuery, kw_only=True):
    """Events that came, newest first."""

    ticket_id: UUID | None = None


class Resent(msgspec.Struct):
    """How many deliveries go out again."""

    count: int


class TicketLink(msgspec.Struct, kw_only=True):
    """A desk that a request can go to; ``linked``: it has gone (``remote_id``: and has arrived), or came from there.
    ``merged_number``: not it, but one that was merged into it, of this number."""

    link_id: UUID
    name: str
    linked: bool
    owned: bool = True
    remote_id: str | None = None
    remote_number: str | None = None
    remote_state: str | None = None
    remote_at: Time | None = None
    waiting: int = 0
    dead: int = 0
    merged_number: int | None = None


class TicketLinks(msgspec.Struct):
    """Links of one request."""

    items: list[TicketLink]


class FromLink(Actor, frozen=True, kw_only=True):
    """Somebody at another desk: what they do is not sent back over the link that it came by. ``issue_id``: the request
    of ours that the desk spoke of, if it knew one; where that was merged, things are done to another."""

    link_id: UUID
    issue_id: UUID | None = None


class LinkEnd(NamedTuple):
    """A link with something to send; the secret is sealed. ``failures``: in a row, up to now."""

    id: UUID
    name: str
    url: str
    secret: str | None
    settings: Any
    failures: int


class Door(NamedTuple):
    """A link as events that come in need it; secrets are sealed."""

    id: UUID
    name: str
    settings: Any
    inbound_secret: str
    inbound_before: str | None


class Pair(NamedTuple):
    """A request here and there; ``clocks`` as stored (``incoming.conflict``)."""

    link_id: UUID
    ticket_id: UUID
    remote_id: str | None
    remote_number: str | None
    owned: bool
    clocks: Any


class Place(NamedTuple):
    """A file that goes to the other desk, and where it lies below the folder of files."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    path: str
    verdict: str
    created_at: datetime
