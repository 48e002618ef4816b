"""The extension of a user."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.phones.model import CallerId
from api.telephony.store import tell
from engine.core.db import Queries
from engine.routing.model import Forward

_sql = Queries(Path(__file__).with_name("queries.sql"))


class OwnExtension(msgspec.Struct, frozen=True, kw_only=True):
    """A user's extension with its secret."""

    id: UUID
    number: str
    name: str
    kind: str
    codecs: tuple[str, ...]
    password: str
    version: int
    forwards: tuple[Forward, ...]


class PhonesStore:
    """Reads and changes of users' own extensions."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def own(self, user_id: UUID) -> OwnExtension | None:
        """The enabled extension of the user; None without one."""
        row = await self._pool.fetchrow(_sql.own, user_id)
        return None if row is None else msgspec.convert(dict(row), OwnExtension)

    async def caller_ids(self, user_id: UUID) -> list[CallerId]:
        """Numbers of ours that the user may show, by name."""
        return [msgspec.convert(dict(row), CallerId) for row in await self._pool.fetch(_sql.caller_ids, user_id)]

    async def set_password(self, extension_id: UUID, password: str) -> bool:
        """Give an extension's phone another password; false when there is no such extension."""
        async with self._pool.acquire() as connection, connection.transaction():
            version = await connection.fetchval(_sql.set_password, extension_id, password)
            if version is not None:
                await tell(connection, "updated", f"extensions/{extension_id}", {"version": version})
        return version is not None
