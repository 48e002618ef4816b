"""Calls that requests come from."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.ticket_calls.model import Missed
from api.web.scope import ScopedPool
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class CallTicketStore:
    """Methods that take a connection work in the caller's transaction."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool

    async def of_call(self, connection: Any, call_id: UUID) -> UUID | None:
        """The request of a call; until the transaction ends nobody else opens one."""
        await connection.execute(_sql.hold_call, call_id)
        found: UUID | None = await connection.fetchval(_sql.of_call, call_id)
        return found

    async def call_of(self, ticket_id: UUID) -> UUID | None:
        """The call that a request came from, where who asks may see the request."""
        found: UUID | None = await self._pool.fetchval(_sql.call_of, ticket_id)
        return found

    async def due(self, now: datetime) -> list[Missed]:
        """The oldest missed calls that a rule wants as requests by now, fifty at most."""
        return [Missed(**row) for row in await self._pool.plain.fetch(_sql.due, now)]

    async def next_due(self) -> datetime | None:
        found: datetime | None = await self._pool.plain.fetchval(_sql.next_due)
        return found

    async def still_missed(self, connection: Any, call_id: UUID) -> bool:
        return bool(await connection.fetchval(_sql.still_missed, call_id))
