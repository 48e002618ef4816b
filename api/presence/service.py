"""What people do about presence, shifts and working time."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from api.control.client import EngineClient
from api.presence.model import (
    Extend,
    OperatorsQuery,
    OperatorState,
    SetStatus,
    Shift,
    ShiftData,
    ShiftPatch,
    ShiftsQuery,
    Timesheet,
    TimesheetQuery,
)
from api.presence.store import PresenceStore
from api.presence.timesheet import Sheet, bounds, table
from api.web import paging, sheets
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.agents.model import Presence
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound, PayLaterError

# Rights of who may have a status at all; clients of the portal have none.
_WORKS = "presence.self|presence.read"
_log = log.get("api.presence")


class PresenceService:
    """Statuses are changed by the engine; the rest is rows."""

    def __init__(self, store: PresenceStore, engine: EngineClient, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)
        self._clock = clock

    # Presence

    async def operators(self, query: OperatorsQuery) -> Page[OperatorState]:
        after = paging.decode(query.cursor, tuple[str, UUID])
        items = await self._store.operators(query, after, self._today())
        return paging.page(items, query.limit, lambda item: (item.name, item.user_id))

    async def state(self, user_id: UUID) -> OperatorState:
        """Raises NotFound: the user has no extension, so is no operator."""
        found = await self._store.operator(user_id, self._today())
        if found is None:
            raise NotFound("This user has no extension in use, so there is no presence")
        return found

    async def set(self, user_id: UUID, wanted: SetStatus, by: Identity) -> Presence:
        """Raises NotFound, InvalidInput, Unavailable (no engine)."""
        if by.partner_id is not None:
            await self.state(user_id)
        body = {"status": wanted.status, "reason_id": wanted.reason_id, "why": wanted.why, "by": by.login}
        return await self._engine.set_presence(user_id, body)

    async def extend(self, user_id: UUID, wanted: Extend) -> Presence:
        return await self._engine.extend_wrap_up(user_id, wanted.seconds)

    async def active(self, user_id: UUID) -> Presence:
        return await self._engine.set_presence(user_id, {"activity": True})

    async def signed_out(self, identity: Identity) -> None:
        """Who signs out everywhere is offline; when no engine answers, being away for long does it."""
        now = self._clock.now()
        if not identity.may(_WORKS) or await self._store.operator(identity.user_id, now) is None:
            return
        if await self._store.signed_in(identity.user_id, identity.session_id, now):
            return
        try:
            await self._engine.set_presence(identity.user_id, {"status": "offline", "by": identity.login})
        except PayLaterError as exc:
            _log.warning("sign_off_not_told", user=str(identity.user_id), error=exc.detail)

    # Shifts

    async def shifts(self, query: ShiftsQuery) -> Page[Shift]:
        if query.from_ is not None and query.to is not None and query.to < query.from_:
            raise invalid("query.to", "Ends before it begins")
        items = await self._store.shifts(query, paging.decode(query.cursor, tuple[datetime, UUID]))
        return paging.page(items, query.limit, lambda item: (item.start, item.id))

    async def shift(self, id_: UUID) -> Shift:
        return _found(await self._store.shift(id_))

    async def create_shift(self, data: ShiftData) -> Shift:
        """Raises InvalidInput, or Conflict: the operator has a shift at that time."""
        id_ = ids.new_id(self._clock.now())
        async with self._store.change() as connection:
            await self._check(connection, data, None)
            await self._store.insert_shift(connection, id_, data)
            return _found(await self._store.shift(id_, connection))

    async def change_shift(self, id_: UUID, patch: ShiftPatch, version: int | None) -> Shift:
        fields = {name: value for name, value in msgspec.structs.asdict(patch).items() if value is not msgspec.UNSET}
        version = fields.pop("version", version)
        async with self._store.change() as connection:
            held = _found(await self._store.held(connection, id_))
            _same_version(held.version, version)
            data = msgspec.structs.replace(held.data, **fields)
            await self._check(connection, data, id_)
            await self._store.update_shift(connection, id_, data)
            return _found(await self._store.shift(id_, connection))

    async def delete_shift(self, id_: UUID, version: int | None) -> None:
        async with self._store.change() as connection:
            held = _found(await self._store.held(connection, id_))
            _same_version(held.version, version)
            await self._store.delete_shift(connection, id_)

    async def _check(self, connection: Any, data: ShiftData, id_: UUID | None) -> None:
        data.check()
        if not await self._store.user_exists(connection, data.user_id):
            raise invalid("body.user_id", "There is no such user")
        other = await self._store.in_the_way(connection, data, id_)
        if other is not None:
            start, end = (at.astimezone(self._zone).isoformat(timespec="minutes") for at in other)
            raise Conflict(f"The operator has a shift from {start} to {end} already", start=start, end=end)

    # Working time

    async def timesheet(self, query: TimesheetQuery) -> tuple[Timesheet, ZoneInfo]:
        """Raises InvalidInput: the period or the zone is none."""
        zone, days = query.days(self._settings.timezone)
        now, (starts, ends) = self._clock.now(), bounds(days, zone)
        found = await self._store.working_time(starts, ends, now, query.user_id, query.group_id)
        sheet = Sheet(days, zone, now, found.reasons)
        sheet.add_worked(found.worked)
        sheet.add_planned(found.planned)
        sheet.add_in_shifts(found.in_shifts)
        return Timesheet(timezone=zone.key, items=sheet.items()), zone

    async def timesheet_file(self, query: TimesheetQuery, language: str) -> tuple[str, bytes]:
        """Content type and bytes of the timesheet as CSV or XLSX."""
        made, zone = await self.timesheet(query)
        titles, rows = table(made.items, language)
        if query.format == "csv":
            return sheets.CSV, sheets.csv_bytes(titles, rows, zone)
        return sheets.XLSX, await asyncio.to_thread(sheets.xlsx_bytes, titles, rows, zone, frozenset())

    def _today(self) -> datetime:
        local = self._clock.now().astimezone(self._zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound("There is no such shift")
    return value


def _same_version(current: int, wanted: int | None) -> None:
    if wanted is not None and wanted != current:
        raise Conflict(f"It was changed meanwhile: version {current}", version=current)
