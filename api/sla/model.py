"""Calendars and plans as people write them, promises as the API tells them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Name, Written
from api.tickets.model import Priority
from api.web.paging import Time
from engine.routing.model import Hours, Interval

TargetKind = Literal["first", "next", "solution"]
"""First reaction, next reaction (to a client's further word), solution."""
PauseReason = Literal["waiting", "solved"]
Seconds = Annotated[int, Meta(ge=60, le=31_536_000)]
Zone = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}$", description="IANA name: Europe/Moscow")]


class SpecialDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days (``first`` to ``last``, both included) that do not follow the week. ``hours`` empty: closed all day."""

    first: date
    last: date
    name: Annotated[str, Meta(max_length=100)] = ""
    hours: Annotated[tuple[Hours, ...], Meta(max_length=20)] = ()


class CalendarData(Written, kw_only=True):
    """Hours in which promises run, on the wall clock of ``timezone``; several intervals a day.

    An interval whose end is not after its start runs past midnight. Special days follow their own hours alone; of those
    that overlap the shortest holds, then the first listed.
    """

    name: Name
    timezone: Zone = "Europe/Moscow"
    weekly: Annotated[list[Interval], Meta(max_length=100)]
    exceptions: Annotated[list[SpecialDays], Meta(max_length=500)] = []


class PlanData(Written, kw_only=True):
    """What is promised to whom. The most particular plan that fits a request holds: account before category before
    priority; null fits all.

    ``first_s``, ``next_s``, ``solution_s``: seconds of the calendar (null: around the clock) until the first reaction,
    the next one, the solution; null: not promised. ``warn_share``: staff is warned when so much of it has passed; 1:
    never. ``pause_waiting``: the solution stands still while the client is waited for.
    """

    name: Name
    account_id: UUID | None = None
    category_id: UUID | None = None
    priority: Priority | None = None
    calendar_id: UUID | None = None
    first_s: Seconds | None = None
    next_s: Seconds | None = None
    solution_s: Seconds | None = None
    warn_share: Annotated[float, Meta(ge=0.1, le=1)] = 0.8
    pause_waiting: bool = True
    enabled: bool = True


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of opening hours that counts; ``seconds`` of it."""

    from_: Time = msgspec.field(name="from")
    to: Time
    seconds: float


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which the promise of a solution stood still; no ``to``: it still does."""

    from_: Time = msgspec.field(name="from")
    to: Time | None = None
    reason: PauseReason


class CalendarTold(msgspec.Struct, frozen=True, kw_only=True):
    """The calendar that a promise holds, in words too."""

    name: str
    timezone: str
    words: str


class PlanTold(msgspec.Struct, frozen=True, kw_only=True):
    """The plan under which a promise was given, as it was called then."""

    id: UUID
    name: str


class Promise(msgspec.Struct, kw_only=True):
    """One promise with its arithmetic: ``stretches`` of opening hours from ``started_at`` on, less ``pauses``, up to
    the deadline (or its end, or now while it stands still) add up to ``counted_s``.

    ``target_s`` is what was promised; ``counted_s`` is equal to it where ``due_at`` lies ahead. ``left_s``: of now,
    below zero once it is broken. ``calendar`` null: around the clock. ``kept``: null while it runs, and where it was
    dropped (closed unanswered, another plan).
    """

    kind: TargetKind
    plan: PlanTold
    calendar: CalendarTold | None
    target_s: int
    started_at: Time
    running: bool
    stretches: list[Stretch]
    pauses: list[Pause]
    counted_s: float
    used_s: float
    left_s: float
    warn_at: Time | None
    due_at: Time | None
    warned_at: Time | None
    breached_at: Time | None
    ended_at: Time | None
    kept: bool | None


class Promises(msgspec.Struct, kw_only=True):
    """Why a request's deadline is what it is. ``plan`` null: nothing is promised."""

    ticket_id: UUID
    plan: PlanTold | None
    due_at: Time | None
    overdue_at: Time | None
    promises: list[Promise]
