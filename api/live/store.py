"""The feed of changes in the database."""

from pathlib import Path
from typing import Any
from uuid import UUID

from api.live.model import Change
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
BATCH = 1000


class LiveStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def bounds(self) -> tuple[int, int]:
        """The oldest change kept and the newest ever."""
        row = await self._pool.fetchrow(_sql.bounds)
        return row["oldest"], row["newest"]

    async def after(self, cursor: int, last: int | None = None) -> list[Change]:
        """Up to a thousand changes after ``cursor``, none past ``last``."""
        rows = await self._pool.fetch(_sql.changes_after, cursor, last, BATCH)
        return [
            Change(
                cursor=row["id"], at=row["at"], topic=row["topic"], kind=row["kind"], key=row["key"], data=row["data"]
            )
            for row in rows
        ]

    async def own_calls(self, user_id: UUID) -> list[str]:
        """Ids of the calls in progress that the user takes part in."""
        return [row["call_id"] for row in await self._pool.fetch(_sql.own_calls, user_id)]

    async def forget(self, hours: int) -> None:
        await self._pool.execute(_sql.forget_changes, hours)
