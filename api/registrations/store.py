"""Registrations in the database. Plain connections: they are nobody's data yet."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.registrations.model import NewRegistration, Registration, RegistrationsQuery, State
from api.web.paging import escape_like
from api.web.scope import ScopedPool
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_PAGE, _GET, _HOLD = (text.replace("{columns}", _sql.columns) for text in (_sql.page, _sql.get, _sql.hold))


class RegistrationStore:
    """Staff reads with its own eyes: users of a partner find nothing here."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool

    async def open_count(self, connection: Any) -> int:
        count: int = await connection.fetchval(_sql.open_count)
        return count

    async def add(
        self, connection: Any, id_: UUID, new: NewRegistration, timezone: str, address: str, now: datetime
    ) -> bool:
        """False: one is open for this address, or the id is taken."""
        words = (new.company, new.name, new.email.lower(), new.phone, new.outlets, new.comment, new.language)
        made = await connection.fetchval(_sql.add, id_, *words, timezone, address[:100], now)
        return made is not None

    async def page(self, query: RegistrationsQuery, after: tuple[datetime, UUID] | None) -> list[Registration]:
        """Newest first, one more than the limit."""
        at, id_ = after or (None, None)
        text = "%" + escape_like(query.q) + "%" if query.q else None
        rows = await self._pool.fetch(_PAGE, query.limit + 1, at, id_, query.state, text)
        return [msgspec.convert(dict(row), Registration) for row in rows]

    async def get(self, id_: UUID) -> Registration | None:
        row = await self._pool.fetchrow(_GET, id_)
        return msgspec.convert(dict(row), Registration) if row else None

    async def hold(self, connection: Any, id_: UUID) -> Registration | None:
        row = await connection.fetchrow(_HOLD, id_)
        return msgspec.convert(dict(row), Registration) if row else None

    async def decide(
        self, connection: Any, id_: UUID, state: State, reason: str, account_id: UUID | None, by: UUID, now: datetime
    ) -> None:
        await connection.execute(_sql.decide, id_, state, reason, account_id, by, now)

    async def forget(self, before: datetime) -> None:
        await self._pool.plain.execute(_sql.forget, before)
