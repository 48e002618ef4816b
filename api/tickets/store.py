"""Tickets as the desk reads them: on the connection of the request, walled for users of a partner."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.tickets.bodies import FullTicket, MessageRow, Neighbour, TicketEvent, TicketFile, UsedTag
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_BY_ID, _BY_NUMBER = (_sql.full.replace("{condition}", f"t.{name} = $1") for name in ("id", "number"))


class TicketStore:
    """``pool``: that of the request."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """A connection with the eyes of who asks."""
        async with self._pool.acquire() as connection:
            yield connection

    async def full(self, connection: Any, *, id_: UUID | None = None, number: int | None = None) -> FullTicket | None:
        """By its id or its number."""
        row = await connection.fetchrow(_BY_ID if number is None else _BY_NUMBER, id_ if number is None else number)
        if row is None:
            return None
        near: dict[str, list[Neighbour]] = defaultdict(list)
        for found in await connection.fetch(_sql.neighbours, row["id"], row["merged_into_id"], row["split_from_id"]):
            values = dict(found)
            near[values.pop("place")].append(msgspec.convert(values, Neighbour))
        files = [_file(found) for found in await connection.fetch(_sql.files, [row["id"]], None)]
        one = {name: next(iter(near[name]), None) for name in ("merged_into", "split_from")}
        many = {name: near[name] for name in ("merged", "parts")}
        return msgspec.convert({**row, **one, **many, "files": files}, FullTicket)

    async def messages(
        self, connection: Any, ticket_id: UUID, limit: int, after: tuple[datetime, UUID] | None, *, newest: bool
    ) -> list[MessageRow] | None:
        """One more than the limit, of the ticket and of those merged into it; None: there is no such ticket."""
        threads = [row["id"] for row in await connection.fetch(_sql.threads, ticket_id)]
        if ticket_id not in threads:
            return None
        text = _sql.messages.replace("{order}", "desc" if newest else "asc")
        text = text.replace("{after}", f"and (at, id) {'<' if newest else '>'} ($3, $4)" if after else "")
        rows = await connection.fetch(text, threads, limit + 1, *(after or ()))
        files = await self._files(connection, threads, [row["id"] for row in rows])
        return [msgspec.convert({**row, "files": files[row["id"]]}, MessageRow) for row in rows]

    async def events(self, connection: Any, ticket_id: UUID, limit: int, after: int | None) -> list[TicketEvent] | None:
        """One more than the limit, as they happened; None: there is no such ticket."""
        if await connection.fetchval(_sql.seen, ticket_id) is None:
            return None
        rows = await connection.fetch(_sql.events, ticket_id, after, limit + 1)
        return [msgspec.convert(dict(row), TicketEvent) for row in rows]

    async def counters(self, person: UUID) -> list[dict[str, int]]:
        """Counts of each line that has open tickets."""
        return [dict(row) for row in await self._pool.fetch(_sql.counters, person)]

    async def tags(self) -> list[UsedTag]:
        return [UsedTag(**row) for row in await self._pool.fetch(_sql.tags)]

    async def person(self, user_id: UUID) -> str:
        """The name of who works here."""
        return await self._pool.fetchval(_sql.person, user_id) or ""

    async def _files(
        self, connection: Any, ticket_ids: Sequence[UUID], message_ids: Sequence[UUID]
    ) -> dict[UUID, list[TicketFile]]:
        found: dict[UUID, list[TicketFile]] = defaultdict(list)
        for row in await connection.fetch(_sql.files, list(ticket_ids), list(message_ids)) if message_ids else ():
            found[row["message_id"]].append(_file(row))
        return found


def _file(row: Any) -> TicketFile:
    return msgspec.convert({name: row[name] for name in TicketFile.__struct_fields__}, TicketFile)
