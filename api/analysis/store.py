"""Figures and orders in the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.analysis.model import MailOrder, Reader
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class AnalysisStore:
    """``pool``: of the request, so that clients read behind their wall."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def reader(self, account_id: UUID) -> Reader | None:
        row = await self._pool.fetchrow(_sql.reader, account_id)
        return Reader(**row) if row else None

    async def figures(
        self,
        account_id: UUID,
        outlet_id: UUID | None,
        days: Sequence[datetime],
        months: Sequence[datetime],
    ) -> list[Any]:
        rows: list[Any] = await self._pool.fetch(_sql.figures, account_id, outlet_id, days, months)
        return rows

    async def orders(self, account_id: UUID) -> list[MailOrder]:
        return [_order(row) for row in await self._pool.fetch(_sql.orders, account_id)]


class OrderStore:
    """Orders of mailed analyses. ``pool``: plain connections."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def add(
        self, id_: UUID, account_id: UUID, fields: Sequence[Any], next_at: datetime, now: datetime, most: int
    ) -> MailOrder | None:
        """``fields``: format, every, recipients, language, enabled. None: the account has ``most`` already."""
        row = await self._pool.fetchrow(_sql.add_order, id_, account_id, *fields, next_at, now, most)
        return _order(row) if row else None

    async def change(self, account_id: UUID, id_: UUID, fields: Sequence[Any], next_at: datetime) -> MailOrder | None:
        row = await self._pool.fetchrow(_sql.change_order, account_id, id_, *fields, next_at)
        return _order(row) if row else None

    async def delete(self, account_id: UUID, id_: UUID) -> bool:
        return await self._pool.fetchval(_sql.delete_order, account_id, id_) is not None

    @asynccontextmanager
    async def due(self, now: datetime, but: Sequence[UUID]) -> AsyncIterator[tuple[Any, Any]]:
        """A transaction and the order that it holds, if one is due; none of ``but``."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetchrow(_sql.due, now, list(but))

    async def sent(self, connection: Any, id_: UUID, now: datetime, next_at: datetime) -> None:
        await connection.execute(_sql.sent, id_, now, next_at)

    async def next_due(self, but: Sequence[UUID]) -> datetime | None:
        found: datetime | None = await self._pool.fetchval(_sql.next_due, list(but))
        return found


def _order(row: Any) -> MailOrder:
    return msgspec.convert(dict(row), MailOrder)
