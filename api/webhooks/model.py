"""Webhooks, their deliveries, and what receivers are sent."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, Protocol
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Name, Written
from api.web.paging import PageQuery, Time
from api.webhooks.backoff import Verdict

Event = Literal["attempt.ended", "attempt.disposition", "lead.done"]
State = Literal["waiting", "sending", "delivered", "dead"]
PING = "ping"
"""The event of a trial."""


class WebhookData(Written, kw_only=True):
    """Where results go. ``campaign_ids`` empty: of all campaigns (of the partner, where one is named).

    ``attempt.ended``: a dial is over; ``attempt.disposition``: an operator said what came of it, or corrected that;
    ``lead.done``: a client is not dialled any more in a campaign.
    """

    name: Name
    url: Annotated[str, Meta(pattern=r"^https?://[!-~]{1,1000}$", max_length=1000)]
    events: Annotated[list[Event], Meta(min_length=1, max_length=3)] = msgspec.field(
        default_factory=lambda: ["attempt.ended", "attempt.disposition", "lead.done"]
    )
    campaign_ids: Annotated[list[UUID], Meta(max_length=500)] = []
    partner_id: UUID | None = None
    enabled: bool = True


class WebhookRow(WebhookData, kw_only=True):
    """A row to be made; ``secret`` is sealed."""

    secret: str


class WebhookRead(WebhookData, kw_only=True):
    """A webhook with how it is: ``failures`` in a row, ``down_until``: nothing is sent before; ``waiting`` and ``dead``
    deliveries; when something was delivered last, and what failed last."""

    failures: int = 0
    down_until: Time | None = None
    failed_at: Time | None = None
    error: str | None = None
    delivered_at: Time | None = None
    waiting: int = 0
    dead: int = 0


class Secret(msgspec.Struct, kw_only=True):
    """The secret that signs a webhook's deliveries. It is told this once. The one before goes on signing, beside it,
    until ``before_until``."""

    id: UUID
    secret: str
    before_until: Time | None = None


class Trial(msgspec.Struct, kw_only=True):
    """How the other end answered a trial."""

    ok: bool
    status: int | None
    ms: float
    detail: str


class Delivery(msgspec.Struct, kw_only=True):
    """An event on its way to a webhook. ``attempts``: tries so far; ``error``: of the last of them."""

    id: int
    webhook_id: UUID
    event_id: str
    event: str
    key: str
    state: State
    attempts: int
    created_at: Time
    next_at: Time | None
    delivered_at: Time | None
    status: int | None
    error: str | None
    body: Any


class DeliveriesQuery(PageQuery, kw_only=True):
    """Deliveries, newest first. ``key``: those of one client; ``event_id``: one event's."""

    state: State | None = None
    event: Annotated[str, Meta(max_length=40)] | None = None
    key: Annotated[str, Meta(max_length=200)] | None = None
    event_id: Annotated[str, Meta(max_length=200)] | None = None


class Resent(msgspec.Struct):
    """How many deliveries go out again."""

    count: int


class Receiving(Protocol):
    """Who is sent to; ``failures``: in a row, up to now."""

    @property
    def id(self) -> UUID: ...

    @property
    def failures(self) -> int: ...


class End(NamedTuple):
    """A webhook with something to send; secrets are sealed. ``failures``: in a row, up to now."""

    id: UUID
    url: str
    secret: str
    secret_before: str | None
    failures: int


class Due(NamedTuple):
    """A delivery whose turn it is, taken; ``since``: in the outbox."""

    id: int
    event_id: str
    event: str
    key: str
    body: Any
    attempts: int
    refusals: int
    created_at: datetime
    since: datetime


class Answer(NamedTuple):
    """What came of a request: the answer's ``status`` (None: there was none), what is wrong (empty: nothing), and what
    that means where the status alone does not tell."""

    status: int | None
    error: str
    verdict: Verdict | None = None
