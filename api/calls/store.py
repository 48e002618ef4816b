"""Calls in progress in the database: read only, for the engine writes them."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.calls.model import CallbackRequest
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
After = tuple[datetime, UUID] | None


class CallsStore:
    """Statements of calls in progress."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def callbacks(self, limit: int, after: After, only_open: bool) -> list[CallbackRequest]:
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.callbacks, limit + 1, at, id_, only_open)
        return [msgspec.convert(dict(row), CallbackRequest) for row in rows]

    async def live_node(self, call_id: UUID) -> str | None:
        return await self._pool.fetchval(_sql.live_node, call_id)

    async def extension_enabled(self, number: str) -> bool | None:
        """None: there is no such extension."""
        return await self._pool.fetchval(_sql.extension_enabled, number)

    async def extension_of(self, user_id: UUID) -> str | None:
        """The number of the user's own extension."""
        return await self._pool.fetchval(_sql.extension_of, user_id)
