"""Tokens of single sign-on in the database."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class SignOnStore:
    """``pool``: plain connections; who comes with a token is not signed in."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def add(self, token_hash: bytes, user_id: UUID, now: datetime, expires_at: datetime) -> None:
        await self._pool.execute(_sql.add, token_hash, user_id, now, expires_at)

    async def use(self, token_hash: bytes, now: datetime) -> UUID | None:
        """Use a token up: whose it was; none when it is unknown, used or too old."""
        user_id: UUID | None = await self._pool.fetchval(_sql.use, token_hash, now)
        return user_id

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget, before)
