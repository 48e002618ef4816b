"""Creating, changing and blocking users."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from api.accounts.model import NewUser, Role, User, UserPatch
from api.accounts.store import AccountsStore
from api.auth.passwords import Passwords
from api.web import paging
from api.web.problems import invalid
from api.web.route import Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import NotFound


class AccountsService:
    """``forget_sessions`` makes this process ask anew whether sessions are alive."""

    def __init__(
        self, store: AccountsStore, passwords: Passwords, forget_sessions: Callable[[], None], clock: Clock
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._forget_sessions = forget_sessions
        self._clock = clock

    async def page(self, limit: int, cursor: str | None, text: str | None) -> Page[User]:
        after = paging.decode(cursor, tuple[str])
        found = await self._store.page(limit, after[0] if after else None, text)
        return paging.page(found, limit, lambda user: (user.login,))

    async def get(self, user_id: UUID) -> User:
        return _found(await self._store.get(user_id))

    async def create(self, user: NewUser) -> User:
        await self._known_role(user.role)
        hashed = await self._passwords.hash(user.password)
        return await self._store.add(ids.new_id(self._clock.now()), user, hashed)

    async def change(self, user_id: UUID, patch: UserPatch) -> User:
        """A new role or password, or a block, ends the user's sessions: tokens carry rights."""
        fields: dict[str, Any] = {
            name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not msgspec.UNSET
        }
        if "role" in fields:
            await self._known_role(fields["role"])
        if "password" in fields:
            fields["password_hash"] = await self._passwords.hash(fields.pop("password"))
        why = None
        if fields.get("blocked"):
            why = "blocked"
        elif "password_hash" in fields or "role" in fields:
            why = "changed by an administrator"
        user = _found(await self._store.change(user_id, fields, why))
        self._forget_sessions()
        return user

    async def roles(self) -> list[Role]:
        return await self._store.roles()

    async def _known_role(self, name: str) -> None:
        if not await self._store.role_exists(name):
            raise invalid("body.role", f"There is no role {name}")


def _found(user: User | None) -> User:
    if user is None:
        raise NotFound("There is no such user")
    return user
