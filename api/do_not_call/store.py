"""The do-not-call list in the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.do_not_call.model import EntriesQuery, Entry, EntryData
from api.web.paging import escape_like
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_PAGE, _GET, _PUT, _CHECK = (
    text.replace("{columns}", _sql.columns) for text in (_sql.page, _sql.get, _sql.put, _sql.check)
)


class DoNotCallStore:
    """``pool``: that of the request."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, query: EntriesQuery, digits: str, after: tuple[datetime, UUID] | None) -> list[Entry]:
        """Newest first, one more than the limit; ``digits``: what an address begins with."""
        at, id_ = after or (None, None)
        text = query.q or ""
        number = escape_like(digits or text) + "%" if text else None
        rows = await self._pool.fetch(
            _PAGE, query.limit + 1, at, id_, number, "%" + escape_like(text) + "%", query.source
        )
        return [Entry(**row) for row in rows]

    async def get(self, entry_id: UUID) -> Entry | None:
        row = await self._pool.fetchrow(_GET, entry_id)
        return Entry(**row) if row else None

    async def put(self, entry_id: UUID, address: str, data: EntryData, by: UUID) -> Entry:
        words = (entry_id, address, data.partner_id, data.reason, data.source, data.until, by)
        return Entry(**await self._pool.fetchrow(_PUT, *words))

    async def delete(self, entry_id: UUID) -> bool:
        return await self._pool.fetchval(_sql.delete, entry_id) is not None

    async def put_many(
        self, ids: Sequence[UUID], addresses: Sequence[str], reasons: Sequence[str], partner_id: UUID | None, by: UUID
    ) -> int:
        """How many are new."""
        count: int = await self._pool.fetchval(_sql.put_many, ids, addresses, reasons, partner_id, by)
        return count

    async def check(self, addresses: Sequence[str], partner_id: UUID | None) -> dict[str, Entry]:
        """The entries that hold, by address."""
        rows = await self._pool.fetch(_CHECK, list(addresses), partner_id)
        return {row["address"]: Entry(**row) for row in rows}

    async def partner_known(self, partner_id: UUID) -> bool:
        return bool(await self._pool.fetchval(_sql.partner_known, partner_id))
