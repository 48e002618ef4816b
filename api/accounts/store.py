"""Users and roles in the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.accounts.model import DirectoryIdentity, NewIdentity, NewRole, NewUser, Role, SkillLevel, User, UsersQuery
from api.accounts.rights import ALL
from api.telephony.store import tell
from api.web.paging import escape_like
from engine.core.db import Queries
from engine.core.errors import Conflict

_sql = Queries(Path(__file__).with_name("queries.sql"))
_USER_COLUMNS = frozenset({"name", "role", "language", "email", "extension", "partner_id", "password_hash"})
_ROLE_COLUMNS = frozenset({"title", "title_en", "rights", "start_page", "totp_required"})


class Held(NamedTuple):
    """A user that is about to be changed: the present role, its rights, the row's version and login."""

    role: str
    version: int
    login: str
    rights: list[str]


class AccountsStore:
    """Statements of users and roles. Changes run one at a time, so that somebody is always left who may do all."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction that holds all users; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.lock_users)
            yield connection

    async def page(self, query: UsersQuery, after: str | None) -> list[User]:
        """By login, one more than the limit."""
        text = "%" + escape_like(query.q) + "%" if query.q else None
        blocked = None if query.state is None else query.state == "blocked"
        rows = await self._pool.fetch(
            _sql.users, query.limit + 1, after, text, query.role, query.group_id, query.partner_id, blocked
        )
        return [_user(row) for row in rows]

    async def get(self, user_id: UUID, connection: Any = None) -> User | None:
        row = await (connection or self._pool).fetchrow(_sql.user, user_id)
        return _user(row) if row else None

    async def held(self, connection: Any, user_id: UUID) -> Held | None:
        row = await connection.fetchrow(_sql.held_user, user_id)
        return Held(**row) if row else None

    async def missing(self, connection: Any, fields: dict[str, Any]) -> list[tuple[str, str]]:
        """Those references among ``fields`` that name nothing: the field and the key."""
        skills = [str(item.skill_id) for item in fields.get("skills") or []]
        rows = await connection.fetch(
            _sql.missing, fields.get("extension"), fields.get("partner_id"), fields.get("groups") or [], skills
        )
        return [(row["field"], row["key"]) for row in rows]

    async def add(self, connection: Any, user_id: UUID, user: NewUser, password_hash: str | None) -> None:
        await connection.execute(
            _sql.add_user,
            user_id,
            user.login,
            user.name,
            user.email,
            password_hash,
            user.role,
            user.language,
            user.extension,
            user.partner_id,
        )
        await self._place(connection, user_id, user.groups, user.skills)
        await tell(connection, "created", f"users/{user_id}", {})

    async def update(self, connection: Any, user_id: UUID, fields: dict[str, Any]) -> None:
        """Give ``fields`` (columns, ``blocked``, ``groups``, ``skills``) new values.

        Raises:
            Conflict: nobody would be left who may do everything.
        """
        places = ["version = version + 1", "updated_at = now()"]
        values: list[Any] = []
        for name, value in fields.items():
            if name in _USER_COLUMNS:
                values.append(value)
                places.append(f"{name} = ${len(values) + 1}")
        if "blocked" in fields:
            places.append("blocked_at = " + ("coalesce(blocked_at, now())" if fields["blocked"] else "null"))
        await connection.execute(f"update users set {', '.join(places)} where id = $1", user_id, *values)
        await self._place(connection, user_id, fields.get("groups"), fields.get("skills"))
        await self._keep_an_admin(connection, user_id)
        await tell(connection, "updated", f"users/{user_id}", {})

    async def end_sessions(self, connection: Any, user_id: UUID, why: str) -> None:
        await connection.execute(_sql.end_sessions, user_id, why)

    async def unlock(self, login: str) -> None:
        await self._pool.execute(_sql.unlock, login)

    async def drop_second_factor(self, connection: Any, user_id: UUID) -> None:
        await connection.execute(_sql.drop_second_factor, user_id)
        await connection.execute(_sql.drop_recovery_codes, user_id)

    async def roles(self, name: str | None = None, connection: Any = None) -> list[Role]:
        rows = await (connection or self._pool).fetch(_sql.roles, name)
        return [msgspec.convert(dict(row), Role) for row in rows]

    async def role_rights(self, connection: Any, name: str) -> list[str] | None:
        """What a role allows; none when there is no such role."""
        return await connection.fetchval(_sql.role_rights, name)

    async def add_role(self, connection: Any, role: NewRole) -> None:
        await connection.execute(
            _sql.add_role, role.name, role.title, role.title_en, role.rights, role.start_page, role.totp_required
        )
        await tell(connection, "created", f"roles/{role.name}", {})

    async def update_role(self, connection: Any, name: str, fields: dict[str, Any]) -> None:
        places = [f"{field} = ${n}" for n, field in enumerate(fields, start=2) if field in _ROLE_COLUMNS]
        places.append("version = version + 1")
        await connection.execute(f"update roles set {', '.join(places)} where name = $1", name, *fields.values())
        await tell(connection, "updated", f"roles/{name}", {})

    async def delete_role(self, connection: Any, name: str) -> None:
        await connection.execute(_sql.delete_role, name)
        await tell(connection, "deleted", f"roles/{name}", {})

    async def identities(self, user_id: UUID) -> list[DirectoryIdentity]:
        rows = await self._pool.fetch(_sql.identities, user_id)
        return [msgspec.convert(dict(row), DirectoryIdentity) for row in rows]

    async def add_identity(self, user_id: UUID, new: NewIdentity) -> DirectoryIdentity:
        row = await self._pool.fetchrow(_sql.add_identity, new.provider_id, new.subject, user_id)
        return msgspec.convert(dict(row), DirectoryIdentity)

    async def delete_identity(self, user_id: UUID, provider_id: UUID) -> bool:
        return await self._pool.fetchval(_sql.delete_identity, user_id, provider_id) is not None

    async def _place(
        self, connection: Any, user_id: UUID, groups: list[UUID] | None, skills: list[SkillLevel] | None
    ) -> None:
        if groups is not None:
            await connection.execute(_sql.clear_groups, user_id, groups)
            await connection.execute(_sql.add_groups, user_id, groups)
        if skills is not None:
            levels = {item.skill_id: item.level for item in skills}
            await connection.execute(_sql.clear_skills, user_id, list(levels))
            await connection.execute(_sql.add_skills, user_id, list(levels), list(levels.values()))

    async def _keep_an_admin(self, connection: Any, user_id: UUID) -> None:
        user = await self.get(user_id, connection)
        rights = await self.role_rights(connection, user.role) if user else []
        apart = user is None or user.blocked_at is not None or user.partner_id is not None
        loses_all = apart or ALL not in (rights or [])
        if loses_all and not await connection.fetchval(_sql.another_admin, user_id):
            raise Conflict("Nobody would be left who may do everything")


def _user(row: Any) -> User:
    return msgspec.convert(dict(row), User)
