"""Imports in the database: who has which, how far it is, what was broken."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.imports import merge
from api.imports.merge import Into, Totals
from api.imports.model import LeadImport, LineError
from api.imports.preparing import Chunk
from api.imports.table import Options, Target
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_GET, _PAGE = (text.replace("{columns}", _sql.columns) for text in (_sql.get, _sql.page))
_ERROR_COLUMNS = ["import_id", "line", "field", "value", "message"]


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """An import that this process has; ``errors``: broken lines so far."""

    id: UUID
    list_id: UUID
    source: str
    file: str
    options: Options
    read: int
    errors: int
    total: int | None


class ListPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What a list says of the rows that go into it."""

    id: UUID
    region: str
    timezone: str
    dedup: str
    partner_id: UUID | None
    mapping: dict[str, Target]
    source_id: UUID | None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A list whose source is to be read again; ``refresh``: its rule, as stored."""

    id: UUID
    source_id: UUID
    refresh: Any
    timezone: str


class Lost(Exception):
    """The import was cancelled, or another process has it."""


class ImportStore:
    """``pool``: that of the request for routes, plain connections for the worker."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def create(
        self, id_: UUID, list_id: UUID, source: str, file: str, options: Options, state: str, total: int | None, by: Any
    ) -> None:
        words = (id_, list_id, source, file, msgspec.to_builtins(options), state, total, by)
        await self._pool.execute(_sql.create, *words)

    async def get(self, import_id: UUID) -> LeadImport | None:
        row = await self._pool.fetchrow(_GET, import_id)
        return msgspec.convert(dict(row), LeadImport) if row else None

    async def page(
        self, limit: int, list_id: UUID | None, state: str | None, after: tuple[datetime, UUID] | None
    ) -> list[LeadImport]:
        """Newest first, one more than the limit."""
        rows = await self._pool.fetch(_PAGE, limit + 1, list_id, state, *(after or (None, None)))
        return [msgspec.convert(dict(row), LeadImport) for row in rows]

    async def start(self, import_id: UUID, list_id: UUID, options: Options, *, remember: bool) -> bool:
        """Let a worker have it; false: it is under way or over."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql.start, import_id, msgspec.to_builtins(options)) is None:
                return False
            if remember:
                await connection.execute(_sql.remember, list_id, msgspec.to_builtins(options.mapping))
            await connection.execute(_sql.wake)
            await connection.execute(_sql.tell, import_id)
        return True

    async def cancel(self, import_id: UUID) -> bool:
        """False: it is over."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql.cancel, import_id) is None:
                return False
            await connection.execute(_sql.tell, import_id)
        return True

    async def wake(self) -> None:
        await self._pool.execute(_sql.wake)

    async def errors(self, import_id: UUID, limit: int, after: int) -> list[LineError]:
        """Broken lines after the first ``after``, one more than the limit."""
        rows = await self._pool.fetch(_sql.errors_page, import_id, limit + 1, after)
        return [LineError(**row) for row in rows]

    async def all_errors(self, import_id: UUID) -> AsyncIterator[list[Any]]:
        async with self._pool.acquire() as connection, connection.transaction():
            rows: list[Any] = []
            async for row in connection.cursor(_sql.errors_after, import_id, prefetch=1000):
                rows.append(tuple(row))
                if len(rows) >= 1000:
                    yield rows
                    rows = []
            yield rows

    async def place(self, list_id: UUID) -> ListPlace | None:
        row = await self._pool.fetchrow(_sql.place, list_id)
        return msgspec.convert(dict(row), ListPlace) if row else None

    async def claim(self, worker: UUID, stale_s: float) -> Claimed | None:
        """The next import; nobody else takes it while ``beat`` is called more often than every ``stale_s``."""
        row = await self._pool.fetchrow(_sql.claim, worker, stale_s)
        return msgspec.convert(dict(row), Claimed) if row else None

    async def beat(self, import_id: UUID, worker: UUID) -> bool:
        """False: it is not ours any more."""
        return await self._pool.fetchval(_sql.beat, import_id, worker) is not None

    async def error_rows(self, import_id: UUID) -> int:
        count: int = await self._pool.fetchval(_sql.error_rows, import_id)
        return count

    async def put(
        self,
        worker: UUID,
        into: Into,
        done: int,
        chunk: Chunk,
        errors: bytes,
        counts: tuple[int, int],
        most_errors: int,
    ) -> Totals:
        """Merge a chunk that follows ``done`` rows, all or nothing.

        ``counts``: rows read and rows with something broken.

        Raises:
            Lost.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            totals = await merge.merge(connection, into, chunk, most_errors)
            if errors:
                await merge.copy(connection, "lead_import_errors", _ERROR_COLUMNS, errors)
            read, broken = counts
            words = (into.import_id, worker, done, read, *totals[:3], broken + totals.found_broken)
            if await connection.fetchval(_sql.advance, *words) is None:
                raise Lost
            await connection.execute(_sql.tell, into.import_id)
        return totals

    async def fetched(self, import_id: UUID, worker: UUID, file: str, total: int, options: Options) -> None:
        """Raises Lost."""
        words = (import_id, worker, file, total, msgspec.to_builtins(options))
        if await self._pool.fetchval(_sql.fetched, *words) is None:
            raise Lost

    async def finish(self, import_id: UUID, worker: UUID, state: str, error: str | None) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql.finish, import_id, worker, state, error) is not None:
                await connection.execute(_sql.tell, import_id)

    async def give_back(self, import_id: UUID, worker: UUID) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.give_back, import_id, worker)
            await connection.execute(_sql.wake)

    @asynccontextmanager
    async def due(self, now: datetime) -> AsyncIterator[tuple[Any, Due | None]]:
        """A list whose source is to be read again, held until the block's end; None where there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql.due, now)
            yield connection, (msgspec.convert(dict(row), Due) if row else None)

    async def plan(self, connection: Any, list_id: UUID, at: datetime | None) -> None:
        await connection.execute(_sql.plan, list_id, at)

    async def order_refresh(
        self, connection: Any, id_: UUID, list_id: UUID, source: str, options: Options, by: Any
    ) -> bool:
        """A new import of the list's source, unless one is on its way already (false)."""
        if await connection.fetchval(_sql.open_of_list, list_id) is not None:
            return False
        words = (id_, list_id, source, "", msgspec.to_builtins(options), "queued", None, by)
        await connection.execute(_sql.create, *words)
        await connection.execute(_sql.wake)
        return True

    async def refreshed(self, list_id: UUID, error: str | None) -> None:
        await self._pool.execute(_sql.refreshed, list_id, error)

    async def old_files(self, days: int) -> list[tuple[UUID, str]]:
        return [(row["id"], row["file"]) for row in await self._pool.fetch(_sql.old, days)]

    async def forget_file(self, import_id: UUID) -> None:
        await self._pool.execute(_sql.forget_file, import_id)

    async def forget_errors(self, days: int) -> None:
        await self._pool.execute(_sql.forget_errors, days)

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection
