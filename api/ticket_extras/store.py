"""Watchers, checklists, time and viewers in the database; changes on the caller's connection."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.ticket_extras.model import Check, Viewer, Watcher, WatcherData, Work, WorkData
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class ExtrasStore:
    """``pool``: that of the request; routes of these are for staff alone."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def has(self, ticket_id: UUID) -> bool:
        return await self._pool.fetchval(_sql.seen, ticket_id) is not None

    async def hold(self, connection: Any, ticket_id: UUID) -> bool:
        """Whether there is such a ticket; held, so that limits hold for those who come at once."""
        return await connection.fetchval(_sql.held, ticket_id) is not None

    async def watchers(self, ticket_id: UUID) -> list[Watcher]:
        return [Watcher(**row) for row in await self._pool.fetch(_sql.watchers, ticket_id)]

    async def watches(self, connection: Any, ticket_id: UUID, who: WatcherData) -> bool:
        return bool(await connection.fetchval(_sql.watches, ticket_id, who.user_id, who.account_id, who.email))

    async def add_watcher(
        self, connection: Any, id_: UUID, ticket_id: UUID, who: WatcherData, now: datetime, most: int
    ) -> bool:
        """False: there are ``most``, or it watches already."""
        words = (id_, ticket_id, who.user_id, who.account_id, who.email, now, most)
        return await connection.fetchval(_sql.add_watcher, *words) is not None

    async def may_watch(self, connection: Any, ticket_id: UUID, who: WatcherData) -> bool:
        """People of staff who see requests; of clients those who see this one; any address."""
        if who.user_id is not None:
            return bool(await connection.fetchval(_sql.works_here, who.user_id))
        return who.account_id is None or bool(await connection.fetchval(_sql.may_watch, ticket_id, who.account_id))

    async def drop_watcher(self, ticket_id: UUID, id_: UUID) -> bool:
        return await self._pool.fetchval(_sql.drop_watcher, ticket_id, id_) is not None

    async def checks(self, ticket_id: UUID) -> list[Check]:
        return [Check(**row) for row in await self._pool.fetch(_sql.checks, ticket_id)]

    async def check(self, connection: Any, ticket_id: UUID, id_: UUID) -> Check | None:
        row = await connection.fetchrow(_sql.check, ticket_id, id_)
        return Check(**row) if row else None

    async def add_check(self, connection: Any, id_: UUID, ticket_id: UUID, text: str, most: int) -> bool:
        """False: there are ``most``, or the id is taken."""
        return await connection.fetchval(_sql.add_check, id_, ticket_id, text, most) is not None

    async def put_check(self, connection: Any, ticket_id: UUID, check: Check, *, moved: bool) -> None:
        """``moved``: those from its place on make room."""
        if moved:
            await connection.execute(_sql.make_room, ticket_id, check.place)
        words = (ticket_id, check.id, check.text, check.done_at, check.done_by, check.place)
        await connection.execute(_sql.put_check, *words)

    async def drop_check(self, ticket_id: UUID, id_: UUID) -> bool:
        return await self._pool.fetchval(_sql.drop_check, ticket_id, id_) is not None

    async def work(self, ticket_id: UUID) -> list[Work]:
        return [Work(**row) for row in await self._pool.fetch(_sql.work, ticket_id)]

    async def one_work(self, connection: Any, ticket_id: UUID, id_: UUID) -> Work | None:
        row = await connection.fetchrow(_sql.one_work, ticket_id, id_)
        return Work(**row) if row else None

    async def add_work(
        self, connection: Any, id_: UUID, ticket_id: UUID, user_id: UUID, line: int, data: WorkData, now: datetime
    ) -> bool:
        """False: the id is taken."""
        words = (id_, ticket_id, user_id, line, data.seconds, data.note, now)
        return await connection.fetchval(_sql.add_work, *words) is not None

    async def viewers(self, ticket_id: UUID, now: datetime) -> list[Viewer]:
        return [msgspec.convert(dict(row), Viewer) for row in await self._pool.fetch(_sql.viewers, ticket_id, now)]

    async def viewed(self, ticket_id: UUID, user_id: UUID, until: datetime, now: datetime, *, writing: bool) -> None:
        """Others are told where that is news."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql.viewed, ticket_id, user_id, writing, until, now):
                await connection.execute(_sql.tell_viewing, str(ticket_id), user_id, writing, True)

    async def left(self, ticket_id: UUID, user_id: UUID) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql.left, ticket_id, user_id) is not None:
                await connection.execute(_sql.tell_viewing, str(ticket_id), user_id, False, False)

    async def clean(self, now: datetime) -> None:
        await self._pool.execute(_sql.clean, now)
