"""Calendars and plans that can be kept, and why a deadline is what it is."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.sla import targets
from api.sla.hours import HORIZON, Calendar, known_zone, moment_after, open_seconds, openings
from api.sla.model import CalendarData, CalendarTold, Pause, PlanData, PlanTold, Promise, Promises, Stretch
from api.sla.plans import Terms
from api.sla.sheet import Sheet, Target
from api.sla.store import PromiseStore, SlaStore
from api.sla.words import calendar_words
from api.telephony.resource import Errors, Resource
from api.telephony.service import TelephonyService
from api.tickets.core import NO_TICKET
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import InvalidInput, NotFound
from engine.routing.model import Hours, Interval

_RIGHT = "tickets.settings"
_LONGEST_SPECIAL = 366
_TOO_LITTLE = f"Its calendar opens too little: it would not come due within {HORIZON.days // 366} years"


def calendar_errors(calendar: CalendarData) -> Errors:
    """What types can't say of a calendar."""
    errors: Errors = []
    if not known_zone(calendar.timezone):
        errors.append({"path": "body.timezone", "message": f"No such time zone: {calendar.timezone}"})
    for number, interval in enumerate(calendar.weekly):
        errors += _interval_errors(interval, f"body.weekly.{number}")
    for number, special in enumerate(calendar.exceptions):
        path = f"body.exceptions.{number}"
        if special.last < special.first:
            errors.append({"path": f"{path}.last", "message": "Ends before it begins"})
        elif (special.last - special.first).days >= _LONGEST_SPECIAL:
            errors.append({"path": f"{path}.last", "message": f"At most {_LONGEST_SPECIAL} days; write more of them"})
        for place, hours in enumerate(special.hours):
            errors += _interval_errors(hours, f"{path}.hours.{place}")
    if not calendar.weekly and not any(special.hours for special in calendar.exceptions):
        errors.append({"path": "body.weekly", "message": "It is never open: write at least one interval"})
    return errors


def plan_errors(plan: PlanData) -> Errors:
    """What types can't say of a plan."""
    if plan.first_s is None and plan.next_s is None and plan.solution_s is None:
        return [{"path": "body.solution_s", "message": "It promises nothing: write at least one time"}]
    return []


CALENDARS = Resource(
    path="sla-calendars",
    table="sla_calendars",
    title="SlaCalendar",
    write=CalendarData,
    search=("name", "timezone"),
    check=calendar_errors,
    read_right=_RIGHT,
    write_right=_RIGHT,
)
PLANS = Resource(
    path="sla-plans",
    table="sla_plans",
    title="SlaPlan",
    write=PlanData,
    check=plan_errors,
    read_right=_RIGHT,
    write_right=_RIGHT,
)


class SlaService(TelephonyService):
    """``TelephonyService`` of calendars and plans, which refuses promises that would never come due."""

    def __init__(self, store: SlaStore, promises: PromiseStore, settings: Settings, clock: Clock) -> None:
        super().__init__(store, settings, clock)
        self._sla = store
        self._promises = promises

    async def why(self, ticket_id: UUID, language: str) -> Promises:
        """The promises of a request with their arithmetic. Raises NotFound."""
        if not await self._sla.seen(ticket_id):
            raise NotFound(NO_TICKET)
        async with self._promises.change() as connection:
            standing = await self._promises.standing(connection, ticket_id)
            sheet = await self._promises.sheet(connection, ticket_id, ended=True)
            plan = await self._promises.plan(connection, standing.plan_id) if standing and standing.plan_id else None
        now = self._clock.now()
        return Promises(
            ticket_id=ticket_id,
            plan=_plan_told(plan.terms) if plan else None,
            due_at=standing.due_at if standing else None,
            overdue_at=standing.overdue_at if standing else None,
            promises=[told(target, sheet, now, language) for target in sheet.targets],
        )

    async def _check(self, connection: Any, resource: Resource, value: Any, own_id: str = "") -> None:
        await super()._check(connection, resource, value, own_id)
        if isinstance(value, PlanData) and value.calendar_id is not None:
            calendar = await self._sla.calendar(connection, value.calendar_id)
            longest = max(value.first_s or 0, value.next_s or 0, value.solution_s or 0)
            if calendar is not None and not self._comes_due(calendar, longest):
                raise InvalidInput("SlaPlan: 1 broken rule", [{"path": "body.calendar_id", "message": _TOO_LITTLE}])
        if isinstance(value, CalendarData):
            await self._check_calendar(connection, value, own_id)

    async def _check_calendar(self, connection: Any, value: CalendarData, own_id: str) -> None:
        calendar = Calendar(
            name=value.name,
            timezone=value.timezone,
            weekly=tuple(value.weekly),
            exceptions=tuple(value.exceptions),
        )
        errors: Errors = []
        if not self._comes_due(calendar, 60):
            errors.append({"path": "body.weekly", "message": "It is never open: write at least one interval"})
        longest = await self._sla.longest(connection, UUID(own_id)) if own_id else {}
        for name, seconds in longest.items():
            if not self._comes_due(calendar, seconds):
                errors.append({"path": "body.weekly", "message": f"It opens too little for the plan {name}"})
        if errors:
            raise InvalidInput(f"SlaCalendar: {len(errors)} broken rules", errors)

    def _comes_due(self, calendar: Calendar, seconds: int) -> bool:
        return moment_after(calendar, self._clock.now(), seconds) is not None


def told(target: Target, sheet: Sheet, now: datetime, language: str) -> Promise:
    """A promise with its arithmetic. Pure."""
    terms = target.terms
    until = target.ended_at or max(target.due_at or now, now)
    if target.ended_at is None and target.due_at is not None and target.running_from is not None:
        until = target.due_at if target.breached_at is None else now
    running = targets.spans(target, sheet.stops, until)
    stretches = [
        Stretch(from_=piece.begin, to=piece.end, seconds=(piece.end - piece.begin).total_seconds())
        for start, end in running
        for piece in openings(terms.calendar, start, end)
    ]
    used = target.used_s
    if target.running_from is not None:
        used += open_seconds(terms.calendar, target.running_from, now)
    return Promise(
        kind=target.kind,
        plan=_plan_told(terms),
        calendar=_calendar_told(terms, target.started_at, until, language),
        target_s=target.target_s,
        started_at=target.started_at,
        running=target.running_from is not None,
        stretches=stretches,
        pauses=_pauses(target, sheet, until),
        counted_s=round(sum(stretch.seconds for stretch in stretches), 3),
        used_s=round(used, 3),
        left_s=round(target.target_s - used, 3),
        warn_at=target.warn_at,
        due_at=target.due_at,
        warned_at=target.warned_at,
        breached_at=target.breached_at,
        ended_at=target.ended_at,
        kept=target.kept,
    )


def _pauses(target: Target, sheet: Sheet, until: datetime) -> list[Pause]:
    """Those that fell into the time of a promise."""
    if target.kind != "solution":
        return []
    return [
        Pause(from_=max(stop.since, target.started_at), to=stop.until, reason=stop.reason)
        for stop in sheet.stops
        if stop.since < until and (stop.until is None or stop.until > target.started_at)
    ]


def _plan_told(terms: Terms) -> PlanTold:
    return PlanTold(id=terms.plan_id, name=terms.plan)


def _calendar_told(terms: Terms, start: datetime, end: datetime, language: str) -> CalendarTold | None:
    """The calendar with those special days that lie in the time of a promise."""
    calendar = terms.calendar
    if calendar is None:
        return None
    first, last = (start - timedelta(days=1)).date(), (end + timedelta(days=1)).date()
    special = [one for one in calendar.exceptions if one.first <= last and one.last >= first]
    words = calendar_words(calendar, language, special)
    return CalendarTold(name=calendar.name, timezone=calendar.timezone, words=words)


def _interval_errors(interval: Interval | Hours, path: str) -> Errors:
    return [
        {"path": f"{path}.{name}", "message": "Write a time of day in whole minutes, without a zone: 09:00:00"}
        for name in ("start", "end")
        if (clock := getattr(interval, name)).tzinfo is not None or clock.second or clock.microsecond
    ]
