"""The present, read at one instant of the database."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Now(NamedTuple):
    """Rows of the present; ``cursor``: the newest change that they hold."""

    cursor: int
    queues: list[Any]
    operators: list[Any]
    calls: list[Any]
    missed_open: int


class WallboardStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def now(self, missed_since: datetime) -> Now:
        """The cursor is read first: a change between the two is told again, which does no harm."""
        async with self._pool.acquire() as connection:
            cursor = await connection.fetchval(_sql.cursor)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return Now(
                    cursor,
                    await connection.fetch(_sql.queues),
                    await connection.fetch(_sql.operators),
                    [row["state"] for row in await connection.fetch(_sql.calls)],
                    await connection.fetchval(_sql.missed_open, missed_since),
                )
