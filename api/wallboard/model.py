"""The wallboard as the API tells it. Queues and operators bear the names that the live topics use; times in seconds."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from api.queues.model import QueueFigures
from api.reports.periods import Interval
from api.web.paging import Time


class WallboardQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``interval`` and ``timezone`` of the chart of the day."""

    interval: Interval = Interval.HOUR
    timezone: Annotated[str, Meta(max_length=60)] = ""


class OperatorNow(msgspec.Struct, kw_only=True):
    """An operator now and today."""

    user_id: UUID
    name: str
    extension: str
    status: str
    reason_id: UUID | None
    why: str
    since: Time | None
    until: Time | None
    call_id: UUID | None
    reachable: bool
    queues: list[UUID]
    calls_today: int
    talk_today_s: float


class Leg(msgspec.Struct, kw_only=True):
    """A phone in a call."""

    channel_id: str
    role: str
    number: str
    state: str
    user_id: UUID | None = None
    held: bool = False


class MenuPlace(msgspec.Struct, kw_only=True):
    """Where a call is in a menu; empty elsewhere."""

    menu: UUID | None = None
    step: str | None = None


class CallNow(msgspec.Struct, kw_only=True):
    """A call in progress."""

    id: UUID
    direction: str
    caller: str
    caller_name: str = ""
    called: str
    state: str
    started_at: Time
    answered_at: Time | None = None
    talk_started_at: Time | None = None
    queue_id: UUID | None = None
    operator_id: UUID | None = None
    position: MenuPlace | None = None
    legs: list[Leg] = []


class Wallboard(msgspec.Struct, kw_only=True):
    """Everything at once; ``cursor``: follow the live feed from there. ``calls`` is null without the right to see them.

    ``today`` and ``chart`` hold figures by the names of the report ``hours``.
    """

    cursor: int
    at: Time
    since: Time
    queues: list[QueueFigures]
    operators: list[OperatorNow]
    calls: list[CallNow] | None
    missed_open: int
    today: dict[str, Any]
    chart: list[dict[str, Any]]
