"""Operators, what they do, and the times that are over. Pure data."""

from datetime import datetime
from uuid import UUID

import msgspec

from engine.agents.statuses import Status, Why


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """A user with an extension; ``endpoint`` is its phone as Asterisk dials it: ``PJSIP/101``. Skills: levels 1-10."""

    user_id: UUID
    name: str
    login: str
    extension: str
    endpoint: str
    kind: str = "sip"
    language: str = "ru"
    groups: frozenset[UUID] = frozenset()
    skills: dict[UUID, int] = msgspec.field(default_factory=dict)
    partner_id: UUID | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The status to take when the present one (a reservation, a call, a lost phone) is over.

    ``limit_s``: seconds that a break may take from then on.
    """

    status: Status
    reason_id: UUID | None = None
    why: Why = Why.NONE
    limit_s: float | None = None


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """What one operator does now; a change makes a new one. Times in UTC.

    ``until``: when a reservation or a wrap-up ends by itself, or a break should. ``wrap_s``: seconds of wrap-up owed
    after the calls of now. ``reachable``: its phone is registered. ``calls_today``, ``talk_today_s``, ``last_call_at``
    (end of the last one) count calls that were answered.
    """

    user_id: UUID
    since: datetime
    status: Status = Status.OFFLINE
    reason_id: UUID | None = None
    why: Why = Why.NONE
    until: datetime | None = None
    call_id: UUID | None = None
    wanted: Wanted | None = None
    wrap_s: int = 0
    missed_in_row: int = 0
    reachable: bool = False
    last_call_at: datetime | None = None
    calls_today: int = 0
    talk_today_s: float = 0.0


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A time that is over: the operator was in ``status`` from ``began`` (inclusive) to ``ended``."""

    status: Status
    reason_id: UUID | None
    why: Why
    call_id: UUID | None
    began: datetime
    ended: datetime


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Limits, in seconds: see the settings of the same names."""

    wrap_up_max_s: int = 600
    missed_limit: int = 3
    away_limit_s: int = 14_400
