"""Members of groups in the database."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.people.model import Member
from api.telephony.store import tell
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class PeopleStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def members(self, group_id: UUID) -> list[Member] | None:
        """By login; none when there is no such group."""
        async with self._pool.acquire() as connection:
            if not await connection.fetchval(_sql.group, group_id):
                return None
            rows = await connection.fetch(_sql.members, group_id)
        return [msgspec.convert(dict(row), Member) for row in rows]

    async def unknown_users(self, user_ids: list[UUID]) -> list[str]:
        return [row["id"] for row in await self._pool.fetch(_sql.unknown_users, user_ids)]

    async def set_members(self, group_id: UUID, user_ids: list[UUID]) -> bool:
        """False when there is no such group."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(_sql.group, group_id):
                return False
            await connection.execute(_sql.clear, group_id, user_ids)
            await connection.execute(_sql.add, group_id, user_ids)
            await tell(connection, "updated", f"employee-groups/{group_id}", {})
        return True
