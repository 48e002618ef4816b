"""Mailboxes in the database, by the statements that all configured things share."""

from pathlib import Path
from typing import Any
from uuid import UUID

from api.mailboxes.model import Access
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class MailboxStore(TelephonyStore):
    """``TelephonyStore`` of one resource; who reads mailboxes hears of changes."""

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        made = await super().insert(connection, resource, id_, value)
        await connection.execute(_sql.tell)
        return made

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        before = await connection.fetchrow(_sql.access, id_)
        made = await super().update(connection, resource, id_, value)
        if any(before[name] != getattr(value, name) for name in ("host", "port", "login", "folder")):
            await connection.execute(_sql.afresh, id_)
        await connection.execute(_sql.tell)
        return made

    async def delete(self, connection: Any, resource: Resource, id_: UUID) -> None:
        await super().delete(connection, resource, id_)
        await connection.execute(_sql.tell)

    async def access(self, id_: UUID) -> Access | None:
        row = await self._pool.fetchrow(_sql.access, id_)
        return Access(**row) if row else None
