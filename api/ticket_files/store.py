"""Files in the database; what they hold lies on the disk."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.ticket_files.model import Kept, StoredFile, Verdict
from api.web.scope import ScopedPool
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Used(NamedTuple):
    """How much of a limit is used up."""

    files: int
    bytes: int
    recent_bytes: int = 0


class Place(StoredFile, kw_only=True):
    """A file and where it lies."""

    path: str


class FileStore:
    """Reads with the eyes of who asks (row-level security); writes on plain connections."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool
        self._plain = pool.plain

    def plain(self) -> AbstractAsyncContextManager[Any]:
        connection: AbstractAsyncContextManager[Any] = self._plain.acquire()
        return connection

    async def loose(self, connection: Any, user_id: UUID, since: datetime) -> Used:
        """What a user has uploaded and not sent; others of that user wait until the transaction ends."""
        await connection.execute(_sql.hold_uploads, user_id)
        row = await connection.fetchrow(_sql.loose, user_id, since)
        return Used(row["files"], row["bytes"], row["recent_bytes"])

    async def add(self, connection: Any, kept: Kept, user_id: UUID | None) -> bool:
        """False: there is such an id."""
        row = await connection.fetchval(
            _sql.add,
            kept.id,
            kept.name,
            kept.media_type,
            kept.size_bytes,
            kept.sha256,
            kept.path,
            kept.verdict,
            user_id,
            kept.created_at,
        )
        return row is not None

    async def same(self, connection: Any, file_id: UUID, user_id: UUID | None) -> Kept | None:
        row = await connection.fetchrow(_sql.same, file_id, user_id)
        return msgspec.convert(dict(row), Kept) if row else None

    async def of_ticket(self, connection: Any, ticket_id: UUID) -> Used:
        row = await connection.fetchrow(_sql.of_ticket, ticket_id)
        return Used(row["files"], row["bytes"])

    async def one(self, ticket_id: UUID, file_id: UUID) -> Place | None:
        """A file of a ticket, where who asks may see it."""
        row = await self._pool.fetchrow(_sql.one, ticket_id, file_id)
        return msgspec.convert(dict(row), Place) if row else None

    async def for_mail(self, file_ids: Sequence[UUID]) -> list[Place]:
        rows = await self._plain.fetch(_sql.for_mail, list(file_ids))
        return [msgspec.convert(dict(row), Place) for row in rows]

    async def unscanned(self, limit: int) -> list[tuple[UUID, str]]:
        return [(row["id"], row["path"]) for row in await self._plain.fetch(_sql.unscanned, limit)]

    async def judge(self, file_id: UUID, verdict: Verdict) -> None:
        await self._plain.execute(_sql.judge, file_id, verdict)

    async def purge(self, before: datetime) -> list[str]:
        return [row["path"] for row in await self._plain.fetch(_sql.purge, before)]

    async def known(self, paths: Sequence[str]) -> set[str]:
        return {row["path"] for row in await self._plain.fetch(_sql.known, list(paths))}
