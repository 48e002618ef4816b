"""Sources in the database, and the databases that are sources."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from api.sources.model import HttpRows, Source, SourceData, SqlRows, kind
from api.telephony.store import Row, tell
from api.web.paging import escape_like
from engine.core.db import Queries
from engine.core.outside import resolve_allowed
from engine.dialer.portraits.model import Portrait

_sql = Queries(Path(__file__).with_name("queries.sql"))
_GET, _PAGE, _HELD = (text.replace("{columns}", _sql.columns) for text in (_sql.get, _sql.page, _sql.held))
_BATCH = 1000
_CONNECT_S = 15.0


class Whole(NamedTuple):
    """A source as it is asked; ``secret`` is sealed."""

    settings: HttpRows | SqlRows | Portrait
    secret: str | None
    enabled: bool


class SourceFailed(Exception):
    """The source gave no rows; the text tells people why, and holds no secret."""


class SourceStore:
    """``pool``: that of the request for routes, plain connections for the worker."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def page(self, limit: int, after: tuple[str, UUID] | None, text: str | None) -> list[Source]:
        """By name, one more than the limit."""
        pattern = "%" + escape_like(text) + "%" if text else None
        rows = await self._pool.fetch(_PAGE, limit + 1, *(after or (None, None)), pattern)
        return [_source(row) for row in rows]

    async def get(self, source_id: UUID, connection: Any = None) -> Source | None:
        row = await (connection or self._pool).fetchrow(_GET, source_id)
        return _source(row) if row else None

    async def held(self, connection: Any, source_id: UUID) -> Source | None:
        """The source, held until the transaction ends."""
        row = await connection.fetchrow(_HELD, source_id)
        return _source(row) if row else None

    async def whole(self, source_id: UUID) -> Whole | None:
        row = await self._pool.fetchrow(_sql.whole, source_id)
        if row is None:
            return None
        return Whole(msgspec.convert(row["settings"], HttpRows | SqlRows | Portrait), row["secret"], row["enabled"])

    async def add(self, connection: Any, source_id: UUID, data: SourceData, sealed: str | None) -> None:
        await connection.execute(_sql.add, source_id, *_columns(data), sealed)
        await tell(connection, "created", f"lead-sources/{source_id}", {})

    async def update(
        self, connection: Any, source_id: UUID, data: SourceData, another_secret: bool, sealed: str | None
    ) -> None:
        await connection.execute(_sql.update, source_id, *_columns(data), another_secret, sealed)
        await tell(connection, "updated", f"lead-sources/{source_id}", {})

    async def delete(self, connection: Any, source_id: UUID) -> None:
        await connection.execute(_sql.delete, source_id)
        await tell(connection, "deleted", f"lead-sources/{source_id}", {})

    async def users(self, connection: Any, source_id: UUID) -> list[Row]:
        """What is filled from it or asks it."""
        return [Row(**row) for row in await connection.fetch(_sql.users, source_id)]

    async def asked_of_callers(self, connection: Any, partner_id: UUID | None, but: UUID) -> str | None:
        """Name of the source that is asked who calls in, of that partner or of none; another than ``but``."""
        name: str | None = await connection.fetchval(_sql.asked_of_callers, partner_id, but)
        return name

    async def partner_known(self, connection: Any, partner_id: UUID) -> bool:
        return bool(await connection.fetchval(_sql.partner_known, partner_id))

    async def identity(self) -> str:
        """Which database of which server ours is."""
        return str(await self._pool.fetchval(_sql.identity))


async def sql_rows(
    settings: SqlRows, password: str, statement_s: float, own: str, limit: int | None = None
) -> AsyncIterator[list[dict[str, Any]]]:
    """What the query gives, in batches; ``own``: the identity of our database, which is no source.

    Raises:
        SourceFailed.
    """
    try:
        await resolve_allowed(settings.host, settings.port)
        # A password is always given, if an empty one: nothing of this process's own surroundings is tried.
        connection = await asyncpg.connect(
            host=settings.host,
            port=settings.port,
            user=settings.user,
            password=password,
            database=settings.database,
            ssl=settings.tls,
            timeout=_CONNECT_S,
            server_settings={"application_name": "paylater lists", "default_transaction_read_only": "on"},
        )
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        raise SourceFailed(f"The database can't be reached: {_told(exc)}") from None
    try:
        if await _identity(connection) == own:
            raise SourceFailed("This is the product's own database: it is no source")
        async with connection.transaction(readonly=True):
            await connection.execute(f"set local statement_timeout = {int(statement_s * 1000)}")
            rows: list[dict[str, Any]] = []
            count = 0
            async for row in connection.cursor(settings.query, prefetch=_BATCH):
                rows.append(dict(row))
                count += 1
                if len(rows) >= _BATCH:
                    yield rows
                    rows = []
                if limit is not None and count >= limit:
                    break
            yield rows
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        raise SourceFailed(f"The query failed: {_told(exc)}") from None
    finally:
        connection.terminate()


async def _identity(connection: Any) -> str:
    try:
        return str(await connection.fetchval(_sql.identity))
    except asyncpg.PostgresError:
        return ""


def _told(exc: BaseException) -> str:
    return (str(exc) or type(exc).__name__)[:500]


def _source(row: Any) -> Source:
    values = dict(row)
    del values["kind"]
    return msgspec.convert(values, Source)


def _columns(data: SourceData) -> tuple[Any, ...]:
    return data.name, kind(data.settings), msgspec.to_builtins(data.settings), data.enabled, data.partner_id
