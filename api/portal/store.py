"""What clients read, with their own eyes; and the little that they write besides requests."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.portal.model import (
    Child,
    Company,
    PortalAccount,
    PortalCategory,
    PortalCounts,
    PortalFile,
    PortalMessage,
    PortalNotice,
    PortalOutlet,
    PortalTicketWhole,
)
from api.web.route import ClientScope
from api.web.scope import ScopedPool
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_TICKET = _sql.ticket.replace("{columns}", _sql.ticket_columns)


class PortalStore:
    """``pool`` gives walled connections while a client asks."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool

    async def me(self, client: ClientScope) -> PortalAccount | None:
        row = await self._pool.fetchrow(_sql.me, client.account_id)
        return msgspec.convert(dict(row), PortalAccount) if row else None

    async def company(self, client: ClientScope) -> Company:
        return Company(**await self._pool.plain.fetchrow(_sql.company, client.parent_id))

    async def outlets(self, client: ClientScope) -> list[PortalOutlet]:
        return [PortalOutlet(**row) for row in await self._pool.fetch(_sql.outlets, client.parent_id)]

    async def may_choose(self, client: ClientScope, outlet_id: UUID) -> bool:
        """Whether something may be asked for the outlet."""
        return await self._pool.fetchval(_sql.outlet, outlet_id, client.parent_id) is not None

    async def has_outlets(self, client: ClientScope) -> bool:
        return bool(await self._pool.fetchval(_sql.any_outlet, client.parent_id))

    def eyes(self) -> AbstractAsyncContextManager[Any]:
        """A connection that sees what the client who asks may see."""
        connection: AbstractAsyncContextManager[Any] = self._pool.acquire()
        return connection

    async def ticket(self, ticket_id: UUID) -> PortalTicketWhole | None:
        row = await self._pool.fetchrow(_TICKET, ticket_id)
        if row is None:
            return None
        files = [PortalFile(**file) for file in await self._pool.fetch(_sql.files, ticket_id)]
        return msgspec.convert({**row, "files": files}, PortalTicketWhole)

    async def counts(self, client: ClientScope, outlet_id: UUID | None) -> PortalCounts:
        return PortalCounts(**await self._pool.fetchrow(_sql.counts, client.parent_id, outlet_id))

    async def messages(self, ticket_id: UUID, limit: int, after: tuple[datetime, UUID] | None) -> list[PortalMessage]:
        """The oldest first, one more than the limit."""
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.messages, ticket_id, limit + 1, at, id_)
        return [msgspec.convert(dict(row), PortalMessage) for row in rows]

    async def watching(self, client: ClientScope, ticket_id: UUID) -> bool:
        return bool(await self._pool.fetchval(_sql.watching, ticket_id, client.account_id))

    async def watch(self, client: ClientScope, ticket_id: UUID, id_: UUID) -> None:
        await self._pool.plain.execute(_sql.watch, id_, ticket_id, client.account_id)

    async def unwatch(self, client: ClientScope, ticket_id: UUID) -> None:
        await self._pool.plain.execute(_sql.unwatch, ticket_id, client.account_id)

    async def categories(self) -> list[PortalCategory]:
        return [PortalCategory(**row) for row in await self._pool.fetch(_sql.categories)]

    async def notices(self, most: int) -> list[PortalNotice]:
        return [PortalNotice(**row) for row in await self._pool.fetch(_sql.notices, most)]

    async def children(self, client: ClientScope, limit: int, after: tuple[str, UUID] | None) -> list[Child]:
        """By name, one more than the limit."""
        name, id_ = after or (None, None)
        return await self._children(await self._pool.fetch(_sql.children, client.parent_id, name, id_, limit + 1))

    async def child(self, client: ClientScope, child_id: UUID) -> Child | None:
        found = await self._children(await self._pool.fetch(_sql.child, child_id, client.parent_id))
        return found[0] if found else None

    async def _children(self, rows: Sequence[Any]) -> list[Child]:
        ids = [row["id"] for row in rows]
        seen = {row["id"]: row["signed_in_at"] for row in await self._pool.plain.fetch(_sql.signed_in, ids)}
        return [msgspec.convert({**row, "signed_in_at": seen.get(row["id"])}, Child) for row in rows]
