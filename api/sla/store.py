"""Promises in the database: those of a request, those that are due, plans and calendars."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.sla.hours import Calendar
from api.sla.plans import Plan, Terms
from api.sla.sheet import Sheet, Stop, Target
from api.telephony.store import TelephonyStore
from engine.core import ids
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_TERMS = ("plan_id", "plan", "calendar", "warn_share", "pause_waiting")


class Standing(msgspec.Struct, frozen=True):
    """What a request says of its promises."""

    plan_id: UUID | None
    due_at: datetime | None
    overdue_at: datetime | None


class PromiseStore:
    """``plain``: the pool without walls. Methods with ``connection`` work within the caller's transaction."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._plain.acquire() as connection, connection.transaction():
            yield connection

    async def sheet(self, connection: Any, ticket_id: UUID, *, ended: bool = False) -> Sheet:
        """The promises of a request; with ``ended`` also those that have ended."""
        begun_at = await connection.fetchval(_sql.begun_at, ticket_id)
        targets = await connection.fetch(_sql.targets, ticket_id, ended)
        stops = await connection.fetch(_sql.stops, ticket_id)
        return Sheet(
            begun_at=begun_at,
            targets=tuple(_target(row) for row in targets),
            stops=tuple(msgspec.convert(dict(row), Stop) for row in stops),
        )

    async def standing(self, connection: Any, ticket_id: UUID) -> Standing | None:
        row = await connection.fetchrow(_sql.sla_of, ticket_id)
        return None if row is None else Standing(*row)

    async def write(self, connection: Any, ticket_id: UUID, before: Sheet, after: Sheet) -> None:
        """What changed between two sheets; who waits for deadlines is told of those that are new."""
        known = {target.id: target for target in before.targets}
        for target in after.targets:
            if target.id is None or known.get(target.id) != target:
                await self._put(connection, ticket_id, target)
        for stop in before.stops:
            if stop not in after.stops:
                await connection.execute(_sql.drop_stop, ticket_id, stop.since)
        for stop in after.stops:
            if stop not in before.stops:
                await connection.execute(_sql.put_stop, ticket_id, stop.since, stop.until, stop.reason)
        if coming := _coming(after) - _coming(before):
            await self.wake(connection, min(coming))

    async def wake(self, connection: Any, at: datetime) -> None:
        """Tell all who wait that something comes at ``at``."""
        await connection.execute(_sql.wake, at.isoformat())

    async def plans(
        self, connection: Any, account_id: UUID | None, category_id: UUID | None, priority: str
    ) -> list[Plan]:
        """Those that may hold for such a request."""
        return [_plan(row) for row in await connection.fetch(_sql.plans, account_id, category_id, priority)]

    async def plan(self, connection: Any, plan_id: UUID) -> Plan | None:
        row = await connection.fetchrow(_sql.plan, plan_id)
        return None if row is None else _plan(row)

    async def claim(self, connection: Any, what: str, now: datetime, but: Sequence[UUID]) -> UUID | None:
        """A request of which something is due (``what``: due, warn or confirm), held until the transaction ends; those
        that others hold are left to them."""
        found: UUID | None = await connection.fetchval(getattr(_sql, f"claim_{what}"), now, list(but))
        return found

    async def next_moment(self) -> datetime | None:
        """When the next deadline, warning or closing is due."""
        found: datetime | None = await self._plain.fetchval(_sql.next_moment)
        return found

    async def _put(self, connection: Any, ticket_id: UUID, target: Target) -> None:
        terms = target.terms
        calendar = None if terms.calendar is None else msgspec.to_builtins(terms.calendar)
        words = (terms.plan_id, terms.plan, calendar, terms.warn_share, terms.pause_waiting)
        await connection.execute(_sql.keep_terms, terms.id, *words)
        await connection.execute(
            _sql.put_target,
            target.id or ids.new_id(target.started_at),
            ticket_id,
            target.kind,
            terms.id,
            target.target_s,
            target.started_at,
            target.used_s,
            target.running_from,
            target.warn_at,
            target.due_at,
            target.warned_at,
            target.breached_at,
            target.ended_at,
            target.kept,
        )


class SlaStore(TelephonyStore):
    """``TelephonyStore`` of calendars and plans, and what their checks need."""

    async def calendar(self, connection: Any, calendar_id: UUID) -> Calendar | None:
        row = await connection.fetchrow(_sql.calendar, calendar_id)
        return None if row is None else msgspec.convert(dict(row), Calendar)

    async def longest(self, connection: Any, calendar_id: UUID) -> dict[str, int]:
        """The longest promise of each plan with this calendar, by the plan's name."""
        rows = await connection.fetch(_sql.longest, calendar_id)
        return {row["name"]: row["seconds"] for row in rows if row["seconds"] is not None}

    async def seen(self, ticket_id: UUID) -> bool:
        """Whether whoever asks may see a request."""
        return bool(await self._pool.fetchval(_sql.seen, ticket_id))


def _coming(sheet: Sheet) -> set[datetime]:
    """Moments at which something is to be done."""
    alive = [target for target in sheet.targets if target.ended_at is None and target.breached_at is None]
    moments = {target.due_at for target in alive} | {target.warn_at for target in alive}
    return {moment for moment in moments if moment is not None}


def _target(row: Any) -> Target:
    values = dict(row)
    terms = msgspec.convert({name: values.pop(name) for name in _TERMS}, Terms)
    return msgspec.convert({**values, "terms": terms}, Target)


def _plan(row: Any) -> Plan:
    values = dict(row)
    calendar = {name: values.pop(name) for name in ("timezone", "weekly", "exceptions")}
    name = values.pop("calendar")
    terms = {
        "plan_id": values.pop("id"),
        "plan": values.pop("name"),
        "calendar": None if name is None else {"name": name, **calendar},
        "warn_share": values.pop("warn_share"),
        "pause_waiting": values.pop("pause_waiting"),
    }
    return msgspec.convert({**values, "terms": terms}, Plan)
