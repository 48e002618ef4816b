"""Webhooks as configured, by the statements that all configured things share; their deliveries as people see them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore, tell
from api.webhooks.model import DeliveriesQuery, Delivery, End, WebhookData, WebhookRead, WebhookRow
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
WRITE = "webhooks.write"
WEBHOOKS = Resource(
    path="webhooks",
    table="webhooks",
    title="Webhook",
    write=WebhookData,
    read=WebhookRead,
    search=("name", "url"),
    read_right=WRITE,
    write_right=WRITE,
)
_ROW = Resource(path="webhooks", table="webhooks", title="WebhookRow", write=WebhookData, search=("name", "url"))
_NEW = Resource(path="webhooks", table="webhooks", title="WebhookNew", write=WebhookRow, read=WebhookData)


class WebhookStore(TelephonyStore):
    """``TelephonyStore`` of one resource, whose figures come from the outbox."""

    async def page(self, resource: Resource, limit: int, after: tuple[str, UUID] | None, text: str | None) -> list[Any]:
        return await self._whole(self._pool, await super().page(_ROW, limit, after, text))

    async def get(self, resource: Resource, id_: UUID) -> Any | None:
        row = await super().get(_ROW, id_)
        return None if row is None else (await self._whole(self._pool, [row]))[0]

    async def held(self, connection: Any, resource: Resource, id_: UUID) -> tuple[Any, int] | None:
        return await super().held(connection, _ROW, id_)

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        row = await super().insert(connection, _NEW, id_, value)
        return (await self._whole(connection, [row]))[0]

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        row = await super().update(connection, _ROW, id_, value)
        await connection.execute(_sql.afresh, id_)
        return (await self._whole(connection, [row]))[0]

    async def rotate(self, id_: UUID, sealed: str, until: datetime) -> bool:
        """Another secret; the one before is good ``until`` then. False: there is no such webhook."""
        async with self._pool.acquire() as connection, connection.transaction():
            version = await connection.fetchval(_sql.rotate, id_, sealed, until)
            if version is not None:
                await tell(connection, "updated", f"webhooks/{id_}", {"version": version})
            return version is not None

    async def end(self, id_: UUID, now: datetime) -> End | None:
        row = await self._pool.fetchrow(_sql.end, id_, now)
        return None if row is None else End(*row)

    async def deliveries(self, id_: UUID, query: DeliveriesQuery, before: int | None) -> list[Delivery]:
        """Newest first, one more than the limit."""
        words = (query.state, query.event, query.key, query.event_id)
        rows = await self._pool.fetch(_sql.deliveries, id_, query.limit + 1, before, *words)
        return [msgspec.convert(dict(row), Delivery) for row in rows]

    async def state_of(self, delivery_id: int) -> str | None:
        found: str | None = await self._pool.fetchval(_sql.state_of, delivery_id)
        return found

    async def resend(self, delivery_id: int, now: datetime) -> bool:
        """False: there is none that has come to its end."""
        found = await self._pool.fetchval(_sql.resend_one, delivery_id, now)
        await self._pool.execute(_sql.wake)
        return found is not None

    async def resend_dead(self, id_: UUID, now: datetime) -> int:
        """All dead ones of a webhook; gives how many."""
        done: str = await self._pool.execute(_sql.resend_dead, id_, now)
        await self._pool.execute(_sql.wake)
        return int(done.rpartition(" ")[2])

    async def _whole(self, connection: Any, rows: Sequence[Any]) -> list[Any]:
        found = await connection.fetch(_sql.figures, [row.id for row in rows])
        figures = {row["id"]: {name: value for name, value in row.items() if name != "id"} for row in found}
        return [WEBHOOKS.stored(**_fields(row), **figures[row.id]) for row in rows]


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}
