"""Secrets of authenticators and recovery codes in the database."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class SecondFactorStore:
    """``pool``: plain connections, for these rows are their user's alone."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def begin(self, user_id: UUID, sealed_secret: str) -> bool:
        """False when an authenticator is enrolled already."""
        return await self._pool.fetchval(_sql.begin, user_id, sealed_secret) is not None

    async def confirm(
        self, user_id: UUID, session_id: UUID, now: datetime, step: int, code_hashes: list[bytes]
    ) -> bool:
        """The secret counts from now on; other sessions, begun without it, end. False when it counted before."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql.confirm, user_id, now, step) is None:
                return False
            await connection.execute(_sql.drop_codes, user_id)
            await connection.execute(_sql.add_codes, user_id, code_hashes)
            await connection.execute(_sql.end_other_sessions, user_id, session_id, now)
        return True

    async def renew_codes(self, user_id: UUID, code_hashes: list[bytes]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.drop_codes, user_id)
            await connection.execute(_sql.add_codes, user_id, code_hashes)

    async def drop(self, user_id: UUID) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.drop, user_id)
            await connection.execute(_sql.drop_codes, user_id)

    async def codes_left(self, user_id: UUID) -> int:
        return int(await self._pool.fetchval(_sql.codes_left, user_id))
