"""The outbox: what waits is taken by one process at a time, the events of one key one after another."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from api.webhooks.model import Answer, Due, Receiving
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
E = TypeVar("E", bound=Receiving)


class Outbox(Generic[E]):
    """``pool``: plain connections; ``end``: what is known of who is sent to, as ``sql.ends`` gives it. The statements
    of another outbox than that of webhooks have the same names and parameters. Outcomes are taken only while the
    delivery is where its taker left it."""

    def __init__(self, pool: Any, end: type[E], sql: Queries = _sql) -> None:
        self._pool = pool
        self._end = end
        self._sql = sql

    async def ends(self, now: datetime) -> list[E]:
        """Who may be sent something now."""
        return [self._end(*row) for row in await self._pool.fetch(self._sql.ends, now)]

    async def probe(self, webhook_id: UUID, now: datetime, until: datetime) -> bool:
        """Whether this process is the one to ask a webhook that is down; others don't ``until`` then."""
        return await self._pool.fetchval(self._sql.probe, webhook_id, now, until) is not None

    async def take(self, webhook_id: UUID, now: datetime, limit: int) -> list[Due]:
        rows = await self._pool.fetch(self._sql.take, webhook_id, now, limit)
        return sorted((Due(*row) for row in rows), key=lambda due: due.id)

    async def delivered(self, webhook_id: UUID, due: Due, status: int | None, now: datetime) -> None:
        """It arrived; where the other end had been away, what waits for it goes now."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql.delivered, due.id, due.attempts, now, status)
            await connection.execute(self._sql.back, webhook_id, now)

    async def refused(
        self, webhook_id: UUID, due: Due, answer: Answer, again: datetime | None, refusals: int, now: datetime
    ) -> None:
        """The other end is there, and does not want this one; ``again`` None: it is dead."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                self._sql.failed, due.id, due.attempts, again, answer.status, answer.error, refusals
            )
            await connection.execute(self._sql.back, webhook_id, now)

    async def away(self, webhook_id: UUID, due: Due, answer: Answer, again: datetime | None, now: datetime) -> int:
        """The other end is not itself; gives its failures in a row."""
        async with self._pool.acquire() as connection, connection.transaction():
            words = (due.id, due.attempts, again, answer.status, answer.error, due.refusals)
            await connection.execute(self._sql.failed, *words)
            failures: int = await connection.fetchval(self._sql.away, webhook_id, now, answer.error)
            return failures

    async def down(self, webhook_id: UUID, until: datetime) -> None:
        await self._pool.execute(self._sql.down, webhook_id, until)

    async def recover(self, before: datetime) -> int:
        """Deliveries taken ``before`` then by a process that is gone wait again; gives how many."""
        done: str = await self._pool.execute(self._sql.recover, before)
        return int(done.rpartition(" ")[2])

    async def next_due(self, now: datetime, lease: timedelta) -> datetime | None:
        """When something more will be due; None: nothing that is known."""
        found: datetime | None = await self._pool.fetchval(self._sql.next_due, now, lease.total_seconds())
        return found

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(self._sql.forget, before)
