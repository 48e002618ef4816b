"""Missed calls as the API tells them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Time


class MissedQuery(PageQuery, kw_only=True):
    """``state``: ``open`` (nobody has talked to the number since), ``closed`` or ``all``; newest first.

    ``mine``: only those that concern oneself, also for those who may see all.
    """

    state: Literal["open", "closed", "all"] = "open"
    mine: bool = False
    queue_id: UUID | None = None


class MissedCall(msgspec.Struct, kw_only=True):
    """An inbound call that nobody took. ``number`` is the caller's, as it is compared; ``times``: how many open missed
    calls it has. ``user_ids``: whose phones rang; ``queue_ids``: where the caller waited. ``taken_by`` calls back now.
    """

    id: UUID
    started_at: Time
    at: Time
    number: str
    caller: str
    caller_name: str
    called: str
    partner_id: UUID | None
    queue_ids: list[UUID]
    queue_names: list[str]
    user_ids: list[UUID]
    extensions: list[str]
    outcome: str
    waited_s: float
    times: int
    taken_by: UUID | None
    taken_by_name: str | None
    taken_at: Time | None
    closed_at: Time | None
    closed_by: UUID | None
    closed_how: Literal["inbound", "outbound", "callback", "dismissed"] | None
    closed_call_id: UUID | None


class CalledBack(msgspec.Struct):
    """The call to the number has begun: one's own phone rings first."""

    call_id: UUID


class Digest(msgspec.Struct, forbid_unknown_fields=True):
    """How often to be told of open missed calls by e-mail, in minutes."""

    every_minutes: Annotated[int, Meta(ge=15, le=10080)]


class DigestState(msgspec.Struct):
    """``every_minutes`` null: no e-mail."""

    every_minutes: int | None
