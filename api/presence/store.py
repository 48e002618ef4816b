"""Rows of operators, shifts and working time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.presence.model import OperatorsQuery, OperatorState, Shift, ShiftData, ShiftsQuery, state_fields
from api.web.paging import escape_like
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Held(msgspec.Struct):
    """A shift that nobody else changes now."""

    data: ShiftData
    version: int


class WorkingTime(NamedTuple):
    """Rows. worked: day (1 is the first), user_id, name, status, reason_id, seconds, overrun, first_on, last_off, open.

    planned: user_id, name, starts, ends, first_on, last_off. in_shifts: day, user_id, seconds. reasons: id, name,
    name_en, paid.
    """

    worked: list[Any]
    planned: list[Any]
    in_shifts: list[Any]
    reasons: list[Any]


class PresenceStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def operators(
        self, query: OperatorsQuery, after: tuple[str, UUID] | None, day_start: datetime
    ) -> list[OperatorState]:
        """Operators by name, one more than the limit; calls are counted from ``day_start`` on."""
        name, id_ = after or (None, None)
        text = "%" + escape_like(query.q) + "%" if query.q else None
        status, group = query.status, query.group_id
        rows = await self._pool.fetch(
            _sql.operators, query.limit + 1, name, id_, text, status, group, None, day_start
        )  # fmt: skip
        return [state_fields(row) for row in rows]

    async def operator(self, user_id: UUID, day_start: datetime) -> OperatorState | None:
        row = await self._pool.fetchrow(_sql.operators, 1, None, None, None, None, None, user_id, day_start)
        return None if row is None else state_fields(row)

    async def signed_in(self, user_id: UUID, session_id: UUID, now: datetime) -> bool:
        """Whether the user has a session other than this one."""
        return bool(await self._pool.fetchval(_sql.signed_in, user_id, session_id, now))

    # Shifts

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def shifts(self, query: ShiftsQuery, after: tuple[datetime, UUID] | None) -> list[Shift]:
        start, id_ = after or (None, None)
        rows = await self._pool.fetch(
            _sql.shifts, query.limit + 1, start, id_, query.from_, query.to, query.user_id, query.group_id
        )
        return [msgspec.convert(dict(row), Shift) for row in rows]

    async def shift(self, id_: UUID, connection: Any = None) -> Shift | None:
        row = await (connection or self._pool).fetchrow(_sql.shift, id_)
        return None if row is None else msgspec.convert(dict(row), Shift)

    async def held(self, connection: Any, id_: UUID) -> Held | None:
        row = await connection.fetchrow(_sql.shift_held, id_)
        if row is None:
            return None
        data = ShiftData(user_id=row["user_id"], start=row["start"], end=row["end"], note=row["note"])
        return Held(data, row["version"])

    async def in_the_way(self, connection: Any, data: ShiftData, id_: UUID | None) -> tuple[datetime, datetime] | None:
        """A shift of the same operator at the same time, other than ``id_``."""
        row = await connection.fetchrow(_sql.shift_in_the_way, data.user_id, data.start, data.end, id_)
        return None if row is None else (row["start"], row["end"])

    async def user_exists(self, connection: Any, user_id: UUID) -> bool:
        return bool(await connection.fetchval(_sql.user_exists, user_id))

    async def insert_shift(self, connection: Any, id_: UUID, data: ShiftData) -> None:
        await connection.execute(_sql.insert_shift, id_, data.user_id, data.start, data.end, data.note)

    async def update_shift(self, connection: Any, id_: UUID, data: ShiftData) -> None:
        await connection.execute(_sql.update_shift, id_, data.user_id, data.start, data.end, data.note)

    async def delete_shift(self, connection: Any, id_: UUID) -> None:
        await connection.execute(_sql.delete_shift, id_)

    # Working time

    async def working_time(
        self, starts: Sequence[datetime], ends: Sequence[datetime], now: datetime, user: UUID | None, group: UUID | None
    ) -> WorkingTime:
        """What was worked and planned in the days that begin and end at these times, as one picture."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return WorkingTime(
                await connection.fetch(_sql.worked, starts, ends, now, user, group),
                await connection.fetch(_sql.planned, starts[0], ends[-1], now, user, group),
                await connection.fetch(_sql.in_shifts, starts, ends, now),
                await connection.fetch(_sql.reasons),
            )
