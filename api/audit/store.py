"""The log of changes in the database; its rows are mostly written by triggers (migrations/0005_people.sql)."""

from pathlib import Path
from typing import Any

import msgspec

from api.audit.model import AuditEntry, AuditFilter
from api.web.paging import escape_like
from api.web.scope import Actor
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class AuditStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, query: AuditFilter, limit: int, before: int | None) -> list[AuditEntry]:
        """Newest first, up to ``limit``."""
        rows = await self._pool.fetch(
            _sql.page,
            limit,
            before,
            query.from_,
            query.to,
            query.user_id,
            query.object,
            query.object_id,
            query.action,
            query.operation,
            "%" + escape_like(query.q) + "%" if query.q else None,
        )
        return [msgspec.convert(dict(row), AuditEntry) for row in rows]

    async def note(self, actor: Actor, path: str, object_id: str, after: Any) -> None:
        """Note a request, unless changes of tables tell of it already."""
        await self._pool.execute(
            _sql.note_request,
            actor.operation,
            actor.user_id,
            actor.login,
            actor.address,
            actor.request,
            path,
            object_id,
            after,
        )

    async def forget(self, days: int) -> None:
        await self._pool.execute(_sql.forget, days)
