"""Call-backs in the database. Those that an engine has are changed by that engine alone."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.callbacks.model import Attempt, Callback, NewCallback
from api.telephony.store import tell
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class CallbackStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(
        self,
        limit: int,
        after: tuple[datetime, UUID] | None,
        states: Sequence[str] | None,
        queue_id: UUID | None,
        number: str | None,
        *,
        only_open: bool,
    ) -> list[Callback]:
        """Newest first, one more than ``limit``."""
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.page, limit + 1, at, id_, states, queue_id, number, only_open)
        return [msgspec.convert(dict(row), Callback) for row in rows]

    async def get(self, id_: UUID) -> Callback | None:
        row = await self._pool.fetchrow(_sql.get, id_)
        return None if row is None else msgspec.convert(dict(row), Callback)

    async def node_of(self, id_: UUID) -> str | None:
        """The engine node that has it; None: no one."""
        found: str | None = await self._pool.fetchval(_sql.node_of, id_)
        return found

    async def tries(self, id_: UUID) -> list[Attempt]:
        return [msgspec.convert(dict(row), Attempt) for row in await self._pool.fetch(_sql.tries, id_)]

    async def queue(self, queue_id: UUID) -> tuple[UUID, str] | None:
        """Id and mode of an enabled queue."""
        row = await self._pool.fetchrow(_sql.queue, queue_id)
        return None if row is None else (row["id"], row["callback_mode"])

    async def queue_of_key(self, key: str) -> tuple[UUID, str] | None:
        """The queue of a web form: id and mode."""
        row = await self._pool.fetchrow(_sql.queue_of_key, key)
        return None if row is None else (row["id"], row["callback_mode"])

    async def order(self, new: NewCallback) -> tuple[UUID, bool]:
        """Order it, unless its number waits already; gives the id that counts, and whether that was there before."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.lock_number, new.queue_id, new.number)
            known = await connection.fetchval(_sql.open_one, new.queue_id, new.number)
            if known is not None:
                return known, True
            values = (new.id, new.queue_id, new.number, new.called, new.requested_at, new.place_at, new.priority)
            await connection.execute(_sql.insert, *values, new.mode, new.next_at, new.source, new.name, new.note)
            data = {"number": new.number, "queue_id": str(new.queue_id), "state": "waiting", "source": new.source}
            await tell(connection, "created", str(new.id), data, topic="callbacks")
            return new.id, False

    async def change(self, id_: UUID, change: dict[str, Any], by: UUID) -> bool:
        """Change one that no engine has; False when it is over (or taken by an engine just now)."""
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(
                _sql.change,
                id_,
                change.get("end"),
                change.get("note"),
                change.get("priority"),
                change.get("next_at"),
                by if change.get("end") == "done" else None,
            )
            if done.endswith(" 0"):
                return False
            await tell(connection, "updated", str(id_), {"state": change.get("end") or "waiting"}, topic="callbacks")
            return True
