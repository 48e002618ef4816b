"""Missed calls in the database, which makes and closes them itself by the facts of calls."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.missed.model import MissedCall, MissedQuery
from api.web.conditions import Conditions
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
After = tuple[datetime, UUID] | None
_CONCERNS = """(m.user_ids @> array[{0}::uuid]
        or m.queue_ids && array(select queue_id from queue_people where user_id = {0}))"""


class MissedStore:
    """Statements of missed calls. ``concerning``: the user whose they must be, None for everybody's."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(
        self, query: MissedQuery, concerning: UUID | None, since: datetime, after: After
    ) -> list[MissedCall]:
        """Newest first, one more than the limit."""
        found = Conditions()
        found.add("m.at >= {}", since)
        if query.state != "all":
            found.add(f"m.closed_at is {'' if query.state == 'open' else 'not '}null")
        found.given("{} = any(m.queue_ids)", query.queue_id)
        found.given(_CONCERNS, concerning)
        if after:
            found.add("(m.at, m.id) < ({}, {})", *after)
        text = _sql.missed.replace("{where}", found.where).replace(
            "{limit}", "limit " + found.argument(query.limit + 1)
        )
        return [msgspec.convert(dict(row), MissedCall) for row in await self._pool.fetch(text, *found.arguments)]

    async def number_of(self, missed_id: UUID, concerning: UUID | None) -> tuple[str, str] | None:
        """Number as compared and as it came; None: it is not open, or does not concern the user."""
        found = Conditions()
        found.add("m.id = {} and m.closed_at is null", missed_id)
        found.given(_CONCERNS, concerning)
        row = await self._pool.fetchrow(_sql.number_of.replace("{where}", found.where), *found.arguments)
        return tuple(row) if row else None

    async def extension_of(self, user_id: UUID) -> str | None:
        extension: str | None = await self._pool.fetchval(_sql.extension_of, user_id)
        return extension

    async def take(self, number: str, user_id: UUID, now: datetime, lapsed: datetime) -> bool:
        """Mark all open calls of a number as in work; False: somebody else has them."""
        async with self._change() as connection:
            ids = [row["id"] for row in await connection.fetch(_sql.take, number, user_id, lapsed, now)]
            await connection.execute(_sql.tell, "taken", ids)
        return bool(ids)

    async def release(self, number: str, user_id: UUID) -> None:
        async with self._change() as connection:
            ids = [row["id"] for row in await connection.fetch(_sql.release, number, user_id)]
            await connection.execute(_sql.tell, "released", ids)

    async def dismiss(self, missed_id: UUID, user_id: UUID, now: datetime) -> bool:
        async with self._change() as connection:
            ids = [row["id"] for row in await connection.fetch(_sql.dismiss, missed_id, user_id, now)]
            await connection.execute(_sql.tell, "closed", ids)
        return bool(ids)

    async def digest(self, user_id: UUID) -> int | None:
        minutes: int | None = await self._pool.fetchval(_sql.digest, user_id)
        return minutes

    async def set_digest(self, user_id: UUID, minutes: int | None, now: datetime) -> None:
        if minutes is None:
            await self._pool.execute(_sql.drop_digest, user_id)
        else:
            await self._pool.execute(_sql.set_digest, user_id, minutes, now)

    @asynccontextmanager
    async def due(self, now: datetime) -> AsyncIterator[tuple[Any, Sequence[Any]]]:
        """A transaction's connection and the digests that are due in it, held against other processes."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetch(_sql.due_digests, now)

    async def digest_calls(self, connection: Any, user_id: UUID, since: datetime, until: datetime) -> list[Any]:
        rows: list[Any] = await connection.fetch(_sql.digest_calls, user_id, since, until)
        return rows

    async def sent(self, connection: Any, user_id: UUID, until: datetime) -> None:
        await connection.execute(_sql.sent, user_id, until)

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget, before)

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[Any]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.lock_feed)
            yield connection
