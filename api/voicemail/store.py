"""Voicemail messages in the database; their sound is in the recordings folder."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.telephony.store import tell
from api.voicemail.model import Message, MessagesQuery
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class VoicemailStore:
    """Statements of voicemail messages."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, query: MessagesQuery, after: tuple[datetime, UUID] | None) -> list[Message]:
        """Newest first, one more than the limit."""
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.messages, query.limit + 1, at, id_, query.box_id, query.call_id, query.heard)
        return [msgspec.convert(dict(row), Message) for row in rows]

    async def get(self, message_id: UUID) -> Message | None:
        return _message(await self._pool.fetchrow(_sql.message, message_id))

    async def file(self, message_id: UUID) -> str | None:
        return await self._pool.fetchval(_sql.message_file, message_id)

    async def mark(self, message_id: UUID, heard: bool, now: datetime) -> Message | None:
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql.mark_message, message_id, heard, now)
            if row is not None:
                await tell(connection, "updated", str(message_id), {"heard": heard}, "voicemail")
        return _message(row)

    async def delete(self, message_id: UUID) -> str | None:
        """The file that is free to go; None: there is no such message."""
        async with self._pool.acquire() as connection, connection.transaction():
            file = await connection.fetchval(_sql.delete_message, message_id)
            if file is not None:
                await tell(connection, "deleted", str(message_id), {}, "voicemail")
        return file


def _message(row: Any) -> Message | None:
    return None if row is None else msgspec.convert(dict(row), Message)
