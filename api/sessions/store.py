"""Live sessions in the database."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.sessions.model import Session
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Holder(NamedTuple):
    """Whose a session is."""

    user_id: UUID
    partner_id: UUID | None
    rights: list[str]


class SessionsStore:
    """``pool``: plain connections; the partner of who asks is a filter of its own."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(
        self,
        limit: int,
        after: tuple[datetime, UUID] | None,
        now: datetime,
        user_id: UUID | None,
        partner_id: UUID | None,
    ) -> list[Session]:
        """Last used first, one more than ``limit``."""
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.page, limit + 1, at, id_, now, user_id, partner_id)
        return [msgspec.convert(dict(row), Session) for row in rows]

    async def holder(self, session_id: UUID) -> Holder | None:
        row = await self._pool.fetchrow(_sql.holder, session_id)
        return Holder(**row) if row else None

    async def end(self, session_id: UUID, now: datetime, why: str) -> bool:
        return await self._pool.fetchval(_sql.end, session_id, now, why) is not None

    async def end_own(self, session_id: UUID, user_id: UUID, now: datetime) -> bool:
        return await self._pool.fetchval(_sql.end_own, session_id, user_id, now) is not None

    async def end_others(self, user_id: UUID, but: UUID, now: datetime) -> None:
        await self._pool.execute(_sql.end_others, user_id, but, now)
