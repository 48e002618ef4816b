"""Whose eyes a request reads with: users of a partner reach the database as the role ``paylater_partner``.

The role sees, by row-level security, the rows of one partner alone, and only the tables that
``migrations/0010_partner_walls.sql`` opens; so a route that forgets to filter shows nothing it should not. The pool
that the api's stores get is a ``ScopedPool``: it takes a connection of the right kind by itself. Requests that change
things also name their actor to the connection, for the log of changes.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import msgspec

from api.web.route import Identity
from engine.core import db
from engine.core.config import Settings

PARTNER_ROLE = "paylater_partner"
_NAME_PARTNER = "select set_config('paylater.partner', $1, {0}), set_config('paylater.person', $2, {0})"
_of_partner: ContextVar[Identity | None] = ContextVar("of_partner", default=None)
_actor: ContextVar[str] = ContextVar("actor", default="")


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who changes things, as the log of changes notes it; ``operation`` is the request's own id."""

    operation: UUID
    request: str
    address: str
    user_id: UUID | None = None
    login: str = ""


def enter(identity: Identity | None, actor: Actor | None) -> None:
    """Let the rest of this request (a task of its own) use the database as ``identity``."""
    _of_partner.set(identity if identity is not None and identity.partner_id is not None else None)
    _actor.set(msgspec.json.encode(actor).decode() if actor else "")


class ScopedPool:
    """Connections for the request that asks: ``plain`` ones, or walled ones for users of a partner."""

    def __init__(self, plain: Any, walled: Any) -> None:
        self.plain = plain
        self._walled = walled

    def of_request(self) -> Any:
        """The pool that serves the present request."""
        return self.plain if _of_partner.get() is None else self._walled

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
        await self._walled.close()
        await self.plain.close()

    def terminate(self) -> None:
        self._walled.terminate()
        self.plain.terminate()


async def create_pool(settings: Settings) -> ScopedPool:
    """Both pools of this process.

    Raises:
        Unavailable: the database does not answer.
    """
    plain = await db.create_pool(settings, setup=_name_actor, reset=_forget_actor)
    few = msgspec.structs.replace(
        settings, database_pool_min=0, database_pool_max=max(1, settings.database_pool_partners)
    )
    walled = await db.create_pool(few, init=_become_partner, setup=_name_partner)
    return ScopedPool(plain, walled)


@asynccontextmanager
async def scope(pool: Any, identity: Identity) -> AsyncIterator[Any]:
    """A connection with the eyes of ``identity``, whichever pool it comes from: for a partner, a transaction under
    row-level security; for others a plain connection."""
    async with pool.acquire() as connection:
        if identity.partner_id is None:
            yield connection
            return
        async with connection.transaction():
            await connection.execute(f"set local role {PARTNER_ROLE}")
            names = (str(identity.partner_id), str(identity.user_id))
            await connection.execute(_NAME_PARTNER.format("true"), *names)
            yield connection


async def _become_partner(connection: Any) -> None:
    await connection.execute(f"set role {PARTNER_ROLE}")


async def _name_partner(connection: Any) -> None:
    """For the time of this use; the pool forgets it when the connection comes back."""
    identity = _of_partner.get()
    if identity is not None:
        names = (str(identity.partner_id), str(identity.user_id))
        await connection.execute(_NAME_PARTNER.format("false"), *names)
    await _name_actor(connection)


async def _name_actor(connection: Any) -> None:
    actor = _actor.get()
    if actor:
        await connection.execute("select set_config('paylater.actor', $1, false)", actor)


async def _forget_actor(connection: Any) -> None:
    """Nothing else is ever set for longer than a transaction: a read costs no word to the server."""
    if _actor.get():
        await connection.execute(connection.get_reset_query())
