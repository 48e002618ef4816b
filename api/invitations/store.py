"""Links in the database: hashes only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.invitations.model import Addressee, LinkInfo, Purpose
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_LATELY = timedelta(minutes=1)


class OpenLink(NamedTuple):
    """A link that works."""

    user_id: UUID
    info: LinkInfo


class InvitationsStore:
    """``pool``: plain connections; who comes with a link is not signed in."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def add(
        self, connection: Any, token_hash: bytes, user_id: UUID, purpose: Purpose, now: datetime, expires_at: datetime
    ) -> None:
        """A new link; those before it, of the same purpose, work no more."""
        await connection.execute(_sql.forget_links, user_id, purpose)
        await connection.execute(_sql.add_link, token_hash, user_id, purpose, now, expires_at)

    async def find(self, connection: Any, token_hash: bytes, now: datetime) -> OpenLink | None:
        row = await connection.fetchrow(_sql.link, token_hash, now)
        if row is None:
            return None
        values = dict(row)
        return OpenLink(values.pop("user_id"), msgspec.convert(values, LinkInfo))

    async def use(self, connection: Any, token_hash: bytes, link: OpenLink, password_hash: str, now: datetime) -> None:
        """The password is set, every session ends, the link is used up."""
        await connection.execute(_sql.use_link, token_hash, now)
        await connection.execute(_sql.set_password, link.user_id, password_hash)
        await connection.execute(_sql.end_sessions, link.user_id, now)
        await connection.execute(_sql.forgive, link.info.login)

    async def addressee(self, connection: Any, word: str) -> Addressee | None:
        """Who has this login or address, and a password that can be lost."""
        row = await connection.fetchrow(_sql.user_by_word, word)
        return msgspec.convert(dict(row), Addressee) if row else None

    async def is_client(self, connection: Any, user_id: UUID) -> bool:
        """Whether the user's page is the portal."""
        return bool(await connection.fetchval(_sql.is_client, user_id))

    async def asked_lately(self, connection: Any, user_id: UUID, now: datetime) -> bool:
        return bool(await connection.fetchval(_sql.asked_lately, user_id, now - _LATELY))

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget_old, before)
