"""The outbox in the database."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.auth.seal import Seal
from api.mail.model import Due, Letter, Mail, MailsQuery
from engine.core import ids
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class MailStore:
    """Letters waiting, sent and failed. Texts are sealed, for they hold links that work."""

    def __init__(self, pool: Any, seal: Seal) -> None:
        self._pool = pool
        self._seal = seal

    async def put(self, connection: Any, letter: Letter, now: datetime) -> None:
        """Write a letter within the transaction of what it tells of."""
        await connection.execute(
            _sql.put,
            ids.new_id(now),
            letter.recipient,
            letter.subject,
            self._seal.close(letter.text),
            now,
            letter.expires_at,
            *(letter.attachment or (None, None, None)),
            dict(letter.headers),
            None if letter.html is None else self._seal.close(letter.html),
            list(letter.files),
        )
        await connection.execute(_sql.tell)

    async def take(self, now: datetime, try_seconds: float) -> Due | None:
        """The next letter that is due; nobody else takes it for ``try_seconds``."""
        row = await self._pool.fetchrow(_sql.take, now, try_seconds)
        return Due(**row) if row else None

    async def sent(self, mail_id: UUID, now: datetime) -> None:
        await self._pool.execute(_sql.sent, mail_id, now)

    async def put_off(self, mail_id: UUID, until: datetime, error: str) -> None:
        await self._pool.execute(_sql.put_off, mail_id, until, error)

    async def give_up(self, mail_id: UUID, error: str) -> None:
        await self._pool.execute(_sql.give_up, mail_id, error)

    async def page(self, query: MailsQuery, after: tuple[datetime, UUID] | None) -> list[Mail]:
        """Newest first, one more than the limit."""
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.page, query.limit + 1, at, id_, query.state)
        return [msgspec.convert(dict(row), Mail) for row in rows]

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget, before)
