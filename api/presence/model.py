"""What goes over the API about operators' presence and working time."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.web.paging import PageQuery, SearchQuery, Time
from api.web.problems import invalid
from engine.agents.model import Presence
from engine.agents.statuses import Status, Why

Text = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^\S")]
Note = Annotated[str, Meta(max_length=200)]
MAX_DAYS = 92
"""Longest period of a timesheet."""
MAX_SHIFT = timedelta(hours=24)


class OperatorState(Presence, frozen=True, kw_only=True):
    """An operator and what it does now; times tell since when and until when."""

    name: str
    login: str
    extension: str
    kind: str
    groups: list[UUID]


class OperatorsQuery(SearchQuery, kw_only=True):
    """``q`` looks in name, login and extension."""

    status: Status | None = None
    group_id: UUID | None = None


class SetStatus(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A status to take; during a call it is kept for afterwards. ``why`` tells of being away: asked, or idle."""

    status: Literal["offline", "ready", "break", "away"]
    reason_id: UUID | None = None
    why: Literal["asked", "idle"] = "asked"


class Extend(msgspec.Struct, forbid_unknown_fields=True):
    """More time for the wrap-up of now, in seconds."""

    seconds: Annotated[int, Meta(ge=1, le=3600)] = 30


class BreakReasonData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A kind of break. ``paid``: counts as working time; ``max_minutes``: longer is told as overrun."""

    name: Text
    name_en: Annotated[str, Meta(max_length=100)] = ""
    paid: bool = True
    max_minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    enabled: bool = True


class ShiftData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A time that an operator should work: from ``start`` to ``end``, at most a day."""

    user_id: UUID
    start: Time
    end: Time
    note: Note = ""

    def check(self) -> None:
        """Raises InvalidInput: it ends before it begins, or is longer than a day."""
        if self.end <= self.start:
            raise invalid("body.end", "A shift ends after it begins")
        if self.end - self.start > MAX_SHIFT:
            raise invalid("body.end", "A shift takes at most 24 hours; enter several")


class ShiftPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; ``version``: refuse (409) if it is another by now."""

    user_id: UUID | UnsetType = UNSET
    start: Time | UnsetType = UNSET
    end: Time | UnsetType = UNSET
    note: Note | UnsetType = UNSET
    version: int | UnsetType = UNSET


class Shift(msgspec.Struct, kw_only=True):
    """A planned time of work."""

    id: UUID
    user_id: UUID
    user_name: str
    start: datetime
    end: datetime
    note: str
    version: int
    created_at: datetime
    updated_at: datetime


class ShiftsQuery(PageQuery, kw_only=True, rename={"from_": "from"}):
    """Shifts that overlap with the time from ``from`` to ``to``."""

    from_: Time | None = None
    to: Time | None = None
    user_id: UUID | None = None
    group_id: UUID | None = None


class TimesheetQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Days ``from`` to ``to``, both included, of ``timezone`` (the installation's own by default)."""

    from_: date
    to: date
    user_id: UUID | None = None
    group_id: UUID | None = None
    timezone: Annotated[str, Meta(max_length=60)] | None = None
    format: Literal["json", "csv", "xlsx"] = "json"

    def days(self, default: str) -> tuple[ZoneInfo, list[date]]:
        """The time zone and the days.

        Raises:
            InvalidInput: no such zone, or the period is none or too long.
        """
        try:
            zone = ZoneInfo(self.timezone or default)
        except (KeyError, ValueError, OSError):
            raise invalid("query.timezone", f"No such time zone: {self.timezone}") from None
        count = (self.to - self.from_).days + 1
        if not 1 <= count <= MAX_DAYS:
            raise invalid("query.to", f"Ask for 1 to {MAX_DAYS} days")
        return zone, [self.from_ + timedelta(days=n) for n in range(count)]


class BreakTime(msgspec.Struct, kw_only=True):
    """Breaks of one kind in a day; ``reason_id`` null: a break without a reason, which is not paid."""

    reason_id: UUID | None
    name: str
    name_en: str
    paid: bool
    seconds: float
    overrun_s: float = 0.0


class Day(msgspec.Struct, kw_only=True):
    """One operator's day. Seconds; parts of calls and shifts that lie in other days count there.

    ``worked_s``: signed on, all statuses but offline. ``paid_s``: worked without being away and without unpaid breaks.
    ``planned_s``: shifts; ``in_shift_s``: signed on within them. ``late_s`` and ``left_early_s`` belong to the days on
    which a shift begins and ends; a shift nobody came to is ``absent_s``. ``last_off`` null: still signed on.
    """

    day: date
    user_id: UUID
    name: str
    first_on: datetime | None = None
    last_off: datetime | None = None
    worked_s: float = 0.0
    paid_s: float = 0.0
    ready_s: float = 0.0
    reserved_s: float = 0.0
    on_call_s: float = 0.0
    wrap_up_s: float = 0.0
    break_s: float = 0.0
    away_s: float = 0.0
    breaks: list[BreakTime] = msgspec.field(default_factory=list)
    planned_s: float = 0.0
    in_shift_s: float = 0.0
    late_s: float = 0.0
    left_early_s: float = 0.0
    absent_s: float = 0.0


class Timesheet(msgspec.Struct, kw_only=True):
    """Working time by day and operator."""

    timezone: str
    items: list[Day]


def state_fields(row: Any) -> OperatorState:
    """A row of the store as an operator's state."""
    return msgspec.convert(dict(row), OperatorState)


CHOSEN_WHY = {"asked": Why.ASKED, "idle": Why.IDLE}
