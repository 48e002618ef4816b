"""Users and roles in the database."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.accounts.model import NewUser, Role, User
from api.telephony.store import tell
from api.web.paging import escape_like
from engine.core.db import Queries
from engine.core.errors import Conflict

_sql = Queries(Path(__file__).with_name("queries.sql"))


class AccountsStore:
    """Statements of users and roles."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, limit: int, after: str | None, text: str | None) -> list[User]:
        """By login, one more than ``limit``."""
        found = "%" + escape_like(text) + "%" if text else None
        return [_user(row) for row in await self._pool.fetch(_sql.users, limit + 1, after, found)]

    async def get(self, user_id: UUID) -> User | None:
        row = await self._pool.fetchrow(_sql.user, user_id)
        return _user(row) if row else None

    async def add(self, user_id: UUID, user: NewUser, password_hash: str) -> User:
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                _sql.add_user, user_id, user.login, user.name, password_hash, user.role, user.language
            )
            await tell(connection, "created", f"users/{user_id}", {})
        return _user(row)

    async def change(self, user_id: UUID, fields: dict[str, Any], end_sessions: str | None) -> User | None:
        """Change ``fields``; ``end_sessions`` says why all sessions end, if they do.

        Raises:
            Conflict: nobody would be left who may do everything.
        """
        names = ("name", "role", "language", "password_hash", "blocked")
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.lock_users)
            row = await connection.fetchrow(_sql.change_user, user_id, *(fields.get(name) for name in names))
            if row is None:
                return None
            rights = await connection.fetchval(_sql.role_rights, row["role"])
            loses_all = row["blocked_at"] is not None or "*" not in rights
            if loses_all and not await connection.fetchval(_sql.another_admin, user_id):
                raise Conflict("Nobody would be left who may do everything")
            if end_sessions:
                await connection.execute(_sql.end_sessions, user_id, end_sessions)
            await tell(connection, "updated", f"users/{user_id}", {})
        return _user(row)

    async def roles(self) -> list[Role]:
        return [msgspec.convert(dict(row), Role) for row in await self._pool.fetch(_sql.roles)]

    async def role_exists(self, name: str) -> bool:
        return bool(await self._pool.fetchval(_sql.role_exists, name))


def _user(row: Any) -> User:
    return msgspec.convert(dict(row), User)
