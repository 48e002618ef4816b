"""Creating, changing and blocking users."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.accounts.model import DirectoryIdentity, NewIdentity, NewUser, User, UserPatch, UsersQuery
from api.accounts.rights import lacking
from api.accounts.store import AccountsStore, Held
from api.auth.passwords import Passwords
from api.web import paging
from api.web.patches import given
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound


class Links(NamedTuple):
    """Letters with a link, written within a transaction: connection, user."""

    invite: Callable[[Any, User], Awaitable[None]]
    reset: Callable[[Any, User], Awaitable[None]]


class AccountsService:
    """Nobody gives away, or takes over by a password, rights that they have not got. ``forget_sessions`` makes this
    process ask anew whether sessions are alive."""

    def __init__(
        self,
        store: AccountsStore,
        passwords: Passwords,
        links: Links,
        forget_sessions: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._links = links
        self._forget_sessions = forget_sessions
        self._clock = clock

    async def page(self, query: UsersQuery) -> Page[User]:
        after = paging.decode(query.cursor, tuple[str])
        found = await self._store.page(query, after[0] if after else None)
        return paging.page(found, query.limit, lambda user: (user.login,))

    async def get(self, user_id: UUID) -> User:
        return _found(await self._store.get(user_id))

    async def create(self, by: Identity, user: NewUser) -> User:
        """A user; one who is invited gets the letter when, and only when, the user is there."""
        if user.invite and (user.email is None or user.password is not None):
            message = "To invite somebody give an e-mail address and no password"
            raise InvalidInput(message, [{"path": "body.email", "message": message}])
        hashed = await self._passwords.hash(user.password) if user.password else None
        user_id = ids.new_id(self._clock.now())
        async with self._store.change() as connection:
            await self._check_role(connection, by, user.role)
            await self._check_references(connection, msgspec.structs.asdict(user))
            await self._store.add(connection, user_id, user, hashed)
            created = _found(await self._store.get(user_id, connection))
            if user.invite:
                await self._links.invite(connection, created)
        return created

    async def change(self, by: Identity, user_id: UUID, patch: UserPatch, version: int | None) -> User:
        """A block or a new password ends the user's sessions; a new role holds in them at once."""
        fields = given(patch)
        if "password" in fields:
            fields["password_hash"] = await self._passwords.hash(fields.pop("password"))
        async with self._store.change() as connection:
            held = await self._hold(connection, by, user_id)
            if version is not None and version != held.version:
                raise Conflict(f"It was changed meanwhile: version {held.version}", version=held.version)
            if "role" in fields:
                await self._check_role(connection, by, fields["role"])
            await self._check_references(connection, fields)
            await self._store.update(connection, user_id, fields)
            if why := _end_of_sessions(fields):
                await self._store.end_sessions(connection, user_id, why)
            user = _found(await self._store.get(user_id, connection))
        self._forget_sessions()
        return user

    async def send_link(self, by: Identity, user_id: UUID) -> None:
        """The invitation once more, or, for who has a password, a link to set a new one."""
        async with self._store.change() as connection:
            await self._hold(connection, by, user_id)
            user = _found(await self._store.get(user_id, connection))
            if user.email is None:
                raise Conflict("The user has no e-mail address: enter one first")
            if user.blocked_at is not None:
                raise Conflict("The user is blocked: unblock first")
            await (self._links.reset if user.has_password else self._links.invite)(connection, user)

    async def unlock(self, user_id: UUID) -> None:
        """Let a user try again at once who failed too often."""
        await self._store.unlock((await self.get(user_id)).login)

    async def drop_second_factor(self, by: Identity, user_id: UUID) -> None:
        """For who lost the authenticator; all sessions end."""
        async with self._store.change() as connection:
            await self._hold(connection, by, user_id)
            await self._store.drop_second_factor(connection, user_id)
            await self._store.end_sessions(connection, user_id, "second factor dropped by an administrator")
        self._forget_sessions()

    async def identities(self, user_id: UUID) -> list[DirectoryIdentity]:
        await self.get(user_id)
        return await self._store.identities(user_id)

    async def add_identity(self, by: Identity, user_id: UUID, new: NewIdentity) -> DirectoryIdentity:
        async with self._store.change() as connection:
            await self._hold(connection, by, user_id)
        return await self._store.add_identity(user_id, new)

    async def delete_identity(self, user_id: UUID, provider_id: UUID) -> None:
        if not await self._store.delete_identity(user_id, provider_id):
            raise NotFound("The user is not known to this directory")

    async def _hold(self, connection: Any, by: Identity, user_id: UUID) -> Held:
        """The user, whom ``by`` may change: who may do less must not get at the account of who may do more."""
        held = await self._store.held(connection, user_id)
        if held is None:
            raise NotFound("There is no such user")
        if missing := lacking(by.rights, held.rights):
            raise Forbidden("This user may do what you may not", right=missing[0])
        return held

    async def _check_role(self, connection: Any, by: Identity, name: str) -> None:
        rights = await self._store.role_rights(connection, name)
        if rights is None:
            raise invalid("body.role", f"There is no role {name}")
        if missing := lacking(by.rights, rights):
            raise Forbidden("This role may do what you may not", right=missing[0])

    async def _check_references(self, connection: Any, fields: dict[str, Any]) -> None:
        missing = await self._store.missing(connection, fields)
        if missing:
            errors = [{"path": f"body.{field}", "message": f"There is no such thing: {key}"} for field, key in missing]
            raise InvalidInput("The request names things that do not exist", errors)


def _end_of_sessions(fields: dict[str, Any]) -> str | None:
    """Why a change ends the user's sessions, if it does."""
    if fields.get("blocked"):
        return "blocked"
    return "password changed by an administrator" if "password_hash" in fields else None


def _found(user: User | None) -> User:
    if user is None:
        raise NotFound("There is no such user")
    return user
