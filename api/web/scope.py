"""Whose eyes a request reads with: users of a partner reach the database as the role ``paylater_partner``, clients of
the portal as ``paylater_client``.

Such a role sees, by row-level security, the rows of one partner or of one client's account alone, and only the tables
that ``migrations/0010_partner_walls.sql`` and ``0014_desk.sql`` open; so a route that forgets to filter shows nothing
that it should not. The pool that the api's stores get is a ``ScopedPool``: it takes a connection of the right kind by
itself. Requests that change things also name their actor to the connection, for the log of changes.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.web.route import CLIENT_RIGHT, Identity
from engine.core import db
from engine.core.config import Settings

PARTNER_ROLE = "paylater_partner"
CLIENT_ROLE = "paylater_client"
_NAME = "select set_config('paylater.partner', $1, false), set_config('paylater.person', $2, false)"


class Eyes(NamedTuple):
    """A role of the database, and who it is told to see for."""

    role: str
    partner: str
    person: str


_eyes: ContextVar[Eyes | None] = ContextVar("eyes", default=None)
_actor: ContextVar[str] = ContextVar("actor", default="")


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who changes things, as the log of changes notes it; ``operation`` is the request's own id."""

    operation: UUID
    request: str
    address: str
    user_id: UUID | None = None
    login: str = ""


def eyes_of(identity: Identity | None) -> Eyes | None:
    """Behind which wall somebody reads; none: behind no wall. Pure.

    Who may do nothing but what clients do is behind their wall without an account, too (and sees nothing there).
    """
    if identity is None:
        return None
    if identity.client is not None or (identity.partner_id is None and identity.rights == {CLIENT_RIGHT}):
        return Eyes(CLIENT_ROLE, "", str(identity.user_id))
    if identity.partner_id is not None:
        return Eyes(PARTNER_ROLE, str(identity.partner_id), str(identity.user_id))
    return None


def enter(identity: Identity | None, actor: Actor | None) -> None:
    """Let the rest of this request (a task of its own) use the database as ``identity``."""
    _eyes.set(eyes_of(identity))
    _actor.set(msgspec.json.encode(actor).decode() if actor else "")


class ScopedPool:
    """Connections for the request that asks: ``plain`` ones, or ones of the role whose wall it is behind."""

    def __init__(self, plain: Any, walled: Mapping[str, Any]) -> None:
        self.plain = plain
        self._walled = dict(walled)

    def of_request(self) -> Any:
        """The pool that serves the present request."""
        eyes = _eyes.get()
        return self.plain if eyes is None else self._walled[eyes.role]

    def acquire(self, **options: Any) -> Any:
        return self.of_request().acquire(**options)

    async def fetch(self, *words: Any) -> Any:
        return await self.of_request().fetch(*words)

    async def fetchrow(self, *words: Any) -> Any:
        return await self.of_request().fetchrow(*words)

    async def fetchval(self, *words: Any) -> Any:
        return await self.of_request().fetchval(*words)

    async def execute(self, *words: Any) -> Any:
        return await self.of_request().execute(*words)

    async def executemany(self, *words: Any) -> Any:
        return await self.of_request().executemany(*words)

    async def close(self) -> None:
        for pool in (*self._walled.values(), self.plain):
            await pool.close()

    def terminate(self) -> None:
        for pool in (*self._walled.values(), self.plain):
            pool.terminate()


async def create_pool(settings: Settings) -> ScopedPool:
    """All pools of this process.

    Raises:
        Unavailable: the database does not answer.
    """
    plain = await db.create_pool(settings, setup=_name_actor, reset=_forget_actor)
    sizes = {PARTNER_ROLE: settings.database_pool_partners, CLIENT_ROLE: settings.database_pool_clients}
    return ScopedPool(plain, {role: await _walled(settings, role, size) for role, size in sizes.items()})


async def _walled(settings: Settings, role: str, size: int) -> Any:
    """Connections that are of ``role`` for ever, and see for somebody for the time of one use."""

    async def become(connection: Any) -> None:
        await connection.execute(f"set role {role}")

    few = msgspec.structs.replace(settings, database_pool_min=0, database_pool_max=max(1, size))
    return await db.create_pool(few, init=become, setup=_name_eyes)


async def _name_eyes(connection: Any) -> None:
    """For the time of this use; the pool forgets it when the connection comes back."""
    eyes = _eyes.get()
    if eyes is not None:
        await connection.execute(_NAME, eyes.partner, eyes.person)
    await _name_actor(connection)


async def _name_actor(connection: Any) -> None:
    actor = _actor.get()
    if actor:
        await connection.execute("select set_config('paylater.actor', $1, false)", actor)


async def _forget_actor(connection: Any) -> None:
    """Nothing else is ever set for longer than a transaction: a read costs no word to the server."""
    if _actor.get():
        await connection.execute(connection.get_reset_query())
