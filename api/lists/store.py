"""Lists of leads, by the statements that all configured things share, with their sizes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.imports.refresh import next_time
from api.lists.model import Counts, ListColumns, ListRead
from api.telephony.resource import Resource
from api.telephony.store import Row, TelephonyStore
from api.web.problems import invalid
from engine.core.clock import Clock
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_ROW = Resource(path="lead-lists", table="lead_lists", title="LeadListRow", write=ListColumns, read=ListRead)
"""The list's own row alone."""
_TOUCHED = 20_000
_FIRST = UUID(int=0)


class ListStore(TelephonyStore):
    """``TelephonyStore`` of one resource: sizes are counted, and the next refresh is planned with each change."""

    def __init__(self, pool: Any, clock: Clock) -> None:
        super().__init__(pool)
        self._clock = clock

    async def page(self, resource: Resource, limit: int, after: tuple[str, UUID] | None, text: str | None) -> list[Any]:
        rows = await super().page(_ROW, limit, after, text)
        return await self._whole(self._pool, resource, rows)

    async def get(self, resource: Resource, id_: UUID) -> Any | None:
        row = await super().get(_ROW, id_)
        return None if row is None else (await self._whole(self._pool, resource, [row]))[0]

    async def held(self, connection: Any, resource: Resource, id_: UUID) -> tuple[Any, int] | None:
        return await super().held(connection, _ROW, id_)

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        await self._check_source(connection, value)
        row = await super().insert(connection, _ROW, id_, value)
        row = await self._planned(connection, row)
        return (await self._whole(connection, resource, [row]))[0]

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        await self._check_source(connection, value)
        before = await super().get(_ROW, id_)
        row = await super().update(connection, _ROW, id_, value)
        if before is None or (before.refresh, before.source_id, before.enabled, before.timezone) != (
            row.refresh,
            row.source_id,
            row.enabled,
            row.timezone,
        ):
            row = await self._planned(connection, row)
        return (await self._whole(connection, resource, [row]))[0]

    async def timezone(self, id_: UUID) -> str | None:
        row = await super().get(_ROW, id_)
        return None if row is None else row.timezone

    async def touch(self, list_id: UUID) -> None:
        """Campaigns look again at all leads of the list."""
        last = _FIRST
        while True:
            rows = await self._pool.fetch(_sql.touch, list_id, last, _TOUCHED)
            if len(rows) < _TOUCHED:
                return
            last = max(row["id"] for row in rows)

    async def counts(self, list_id: UUID) -> Counts | None:
        if not await self._pool.fetchval(_sql.list_exists, list_id):
            return None
        return msgspec.convert(dict(await self._pool.fetchrow(_sql.counts, list_id)), Counts)

    async def campaigns_of(self, list_id: UUID) -> list[Row]:
        return [Row(**row) for row in await self._pool.fetch(_sql.campaigns_of, list_id)]

    async def importing(self, list_id: UUID) -> bool:
        return bool(await self._pool.fetchval(_sql.open_imports, list_id))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """A transaction beside those of the configuration; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def _planned(self, connection: Any, row: Any) -> Any:
        at: datetime | None = None
        if row.enabled and row.source_id is not None and row.refresh is not None:
            at = next_time(row.refresh, row.timezone, self._clock.now())
        planned = await connection.fetchrow(_sql.plan, row.id, at)
        return msgspec.structs.replace(row, **planned)

    async def _check_source(self, connection: Any, value: Any) -> None:
        if value.source_id is None:
            return
        if await connection.fetchval(_sql.source_kind, value.source_id) == "portrait":
            raise invalid("body.source_id", "This source tells of one client at a time: it fills no list")

    async def _whole(self, connection: Any, resource: Resource, rows: Sequence[Any]) -> list[Any]:
        found = await connection.fetch(_sql.sizes, [row.id for row in rows]) if rows else []
        sizes = {row["id"]: row["leads"] for row in found}
        return [
            resource.stored(**{name: getattr(row, name) for name in row.__struct_fields__}, leads=sizes.get(row.id, 0))
            for row in rows
        ]
