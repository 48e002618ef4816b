"""Users and sessions in the database, as sign-in needs them."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.auth.model import Account
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class AuthStore:
    """Statements of sign-in."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def account_by_login(self, login: str) -> Account | None:
        return _account(await self._pool.fetchrow(_sql.account_by_login, login))

    async def account_by_id(self, user_id: UUID) -> Account | None:
        return _account(await self._pool.fetchrow(_sql.account_by_id, user_id))

    async def add_session(
        self,
        session_id: UUID,
        user_id: UUID,
        token_hash: bytes,
        now: datetime,
        expires_at: datetime,
        address: str,
        agent: str,
    ) -> None:
        """A new session with its first refresh token."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.add_session, session_id, user_id, now, expires_at, address, agent)
            await connection.execute(_sql.add_refresh_token, token_hash, session_id, now)

    async def rotate(
        self, old_hash: bytes, new_hash: bytes, now: datetime, expires_at: datetime
    ) -> tuple[UUID, UUID] | None:
        """Use ``old_hash`` up and put ``new_hash`` in its place: the session's and the user's id.

        None when the token is unknown or its session over. A token that was used before ends the session.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql.refresh_token, old_hash)
            if row is None or row["revoked_at"] is not None or row["expires_at"] <= now:
                return None
            if row["used_at"] is not None:
                await connection.execute(_sql.revoke_session, row["session_id"], now, "refresh token used twice")
                return None
            await connection.execute(_sql.use_refresh_token, old_hash, now)
            await connection.execute(_sql.add_refresh_token, new_hash, row["session_id"], now)
            await connection.execute(_sql.prolong_session, row["session_id"], now, expires_at)
            return row["session_id"], row["user_id"]

    async def revoke_session(self, session_id: UUID, now: datetime, why: str) -> None:
        await self._pool.execute(_sql.revoke_session, session_id, now, why)

    async def session_alive(self, session_id: UUID, now: datetime) -> bool:
        return bool(await self._pool.fetchval(_sql.session_alive, session_id, now))

    async def set_password(self, user_id: UUID, session_id: UUID, password_hash: str, now: datetime) -> list[UUID]:
        """A new password; every other session of the user ends: their ids."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.set_password, user_id, password_hash)
            rows = await connection.fetch(_sql.revoke_other_sessions, user_id, session_id, now)
        return [row["id"] for row in rows]

    async def forget_sessions(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget_sessions, before)


def _account(row: Any) -> Account | None:
    return None if row is None else msgspec.convert(dict(row), Account)
