"""Links as configured, and everything that the two ways of a link keep in the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.desk_link.model import (
    DeliveriesQuery,
    DeskLinkData,
    DeskLinkNew,
    DeskLinkRead,
    DeskLinkRow,
    DeskLinkWrite,
    LinkDelivery,
    LinkEnd,
    LinkReceived,
    LinkState,
    TicketLink,
)
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore, tell
from engine.core.db import Queries

SQL = Queries(Path(__file__).with_name("queries.sql"))
RIGHT = "tickets.settings"
DESK_LINKS = Resource(
    path="desk-links",
    table="desk_links",
    title="DeskLink",
    write=DeskLinkWrite,
    read=DeskLinkRead,
    search=("name", "url"),
    read_right=RIGHT,
    write_right=RIGHT,
)
_ROW = Resource(path="desk-links", table="desk_links", title="DeskLinkRow", write=DeskLinkRow, read=DeskLinkRead)
_NEW = Resource(path="desk-links", table="desk_links", title="DeskLinkNew", write=DeskLinkNew, read=DeskLinkData)


class LinkStore(TelephonyStore):
    """``TelephonyStore`` of links, and their state as people see it."""

    async def held(self, connection: Any, resource: Resource, id_: UUID) -> tuple[Any, int] | None:
        return await super().held(connection, _ROW, id_)

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        return await super().insert(connection, _NEW, id_, value)

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        row = await super().update(connection, resource, id_, value)
        await connection.execute(SQL.afresh, id_)
        return row

    async def missing_categories(self, connection: Any, ids: Sequence[UUID]) -> set[UUID]:
        """Those of ``ids`` that are no categories."""
        found = await connection.fetch(SQL.categories, list(ids))
        return set(ids) - {row["id"] for row in found}

    async def rotate(self, id_: UUID, sealed: str, until: datetime) -> bool:
        """Another inbound secret; the one before is good ``until`` then. False: there is no such link."""
        async with self._pool.acquire() as connection, connection.transaction():
            version = await connection.fetchval(SQL.rotate, id_, sealed, until)
            if version is not None:
                await tell(connection, "updated", f"desk-links/{id_}", {"version": version})
            return version is not None

    async def end(self, id_: UUID) -> LinkEnd | None:
        row = await self._pool.fetchrow(SQL.end_of, id_)
        return None if row is None else LinkEnd(*row)

    async def state(self, id_: UUID) -> tuple[LinkState, Any] | None:
        """How a link is, without what it can do; and its settings."""
        row = await self._pool.fetchrow(SQL.state, id_)
        if row is None:
            return None
        values = dict(row)
        settings = values.pop("settings")
        troubles = [_delivery(item) for item in await self._pool.fetch(SQL.troubles, id_)]
        return LinkState(**values, capabilities=[], errors=troubles), settings

    async def deliveries(self, id_: UUID, query: DeliveriesQuery, before: int | None) -> list[LinkDelivery]:
        """Newest first, one more than the limit."""
        words = (query.state, query.kind, query.ticket_id)
        return [_delivery(row) for row in await self._pool.fetch(SQL.deliveries, id_, query.limit + 1, before, *words)]

    async def received(
        self, id_: UUID, limit: int, after: tuple[datetime, str] | None, ticket_id: UUID | None
    ) -> list[LinkReceived]:
        """Newest first, one more than the limit."""
        at, event_id = after or (None, None)
        rows = await self._pool.fetch(SQL.received, id_, limit + 1, at, event_id, ticket_id)
        return [msgspec.convert(dict(row), LinkReceived) for row in rows]

    async def state_of(self, delivery_id: int) -> str | None:
        found: str | None = await self._pool.fetchval(SQL.state_of, delivery_id)
        return found

    async def resend(self, delivery_id: int, now: datetime) -> bool:
        """False: there is none that has come to its end."""
        found = await self._pool.fetchval(SQL.resend_one, delivery_id, now)
        await self._pool.execute(SQL.wake)
        return found is not None

    async def resend_dead(self, id_: UUID, now: datetime) -> int:
        """All dead ones of a link; gives how many."""
        count: int = await self._pool.fetchval(SQL.resend_dead, id_, now)
        await self._pool.execute(SQL.wake)
        return count

    async def links_of(self, ticket_id: UUID, *, ours: bool) -> list[TicketLink] | None:
        """Desks that a request can go to (users of partners see none); None: who asks sees no such request."""
        if not await self._pool.fetchval(SQL.ticket_seen, ticket_id):
            return None
        if not ours:
            return []
        return [TicketLink(**dict(row)) for row in await self._pool.fetch(SQL.links_of, ticket_id)]


def _delivery(row: Any) -> LinkDelivery:
    return msgspec.convert(dict(row), LinkDelivery)
