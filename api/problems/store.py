"""Problems and what was told of them, in the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.problems.model import Notice, Problem, ProblemNew, ProblemQuery
from api.telephony.store import tell
from api.web.conditions import Conditions
from api.web.paging import escape_like
from api.web.scope import ScopedPool
from engine.core.db import Queries

SQL = Queries(Path(__file__).with_name("queries.sql"))


class Held(msgspec.Struct, frozen=True):
    """A problem held to be changed."""

    version: int
    state: str
    solved_at: datetime | None
    created_by: UUID | None


class NoticeRow(msgspec.Struct, frozen=True):
    """A notice as it was written."""

    id: UUID
    problem_id: UUID
    kind: str
    text: str
    user_id: UUID | None
    user_name: str


class ProblemStore:
    """Reads go with the eyes of whoever asks; what stands on ``connection`` is within the caller's transaction."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def page(self, query: ProblemQuery, after: tuple[datetime, UUID] | None) -> list[Problem]:
        """Newest first, one more than the limit."""
        found = Conditions(query.limit + 1)
        if after is not None:
            found.add("(p.created_at, p.id) < ({}, {})", *after)
        found.given("p.state = {}", query.state)
        if query.open is not None:
            found.add("p.state <> 'closed'" if query.open else "p.state = 'closed'")
        if query.q:
            pattern = f"%{escape_like(query.q)}%"
            found.add("(p.title ilike {} or p.description ilike {} or p.number::text = {})", pattern, pattern, query.q)
        rows = await self._pool.fetch(SQL.problems.replace("{where}", found.where), *found.arguments)
        return [msgspec.convert(dict(row), Problem) for row in rows]

    async def get(self, problem_id: UUID, connection: Any = None) -> Problem | None:
        found = Conditions(1)
        found.add("p.id = {}", problem_id)
        text = SQL.problems.replace("{where}", found.where)
        row = await (connection or self._pool).fetchrow(text, *found.arguments)
        return None if row is None else msgspec.convert(dict(row), Problem)

    async def held(self, connection: Any, problem_id: UUID) -> Held | None:
        row = await connection.fetchrow(SQL.held, problem_id)
        return None if row is None else Held(*row)

    async def insert(self, connection: Any, problem_id: UUID, new: ProblemNew, by: UUID, now: datetime) -> None:
        words = (new.title, new.description, new.cause, new.workaround, new.state, new.resource_id)
        await connection.execute(SQL.insert, problem_id, *words, by, now)
        await tell(connection, "created", f"problems/{problem_id}", {})

    async def update(self, connection: Any, problem_id: UUID, fields: dict[str, Any], now: datetime) -> None:
        places = "".join(f", {name} = ${n}" for n, name in enumerate(fields, start=3))
        text = f"update problems set version = version + 1, updated_at = $2{places} where id = $1"
        await connection.execute(text, problem_id, now, *fields.values())
        await self.changed(connection, problem_id)

    async def delete(self, connection: Any, problem_id: UUID) -> None:
        await connection.execute(SQL.delete, problem_id)
        await tell(connection, "deleted", f"problems/{problem_id}", {})

    async def has_resource(self, connection: Any, resource_id: UUID) -> bool:
        return bool(await connection.fetchval(SQL.has_resource, resource_id))

    async def tickets(self, connection: Any, problem_id: UUID) -> list[UUID]:
        """Requests that are linked to it, open or not."""
        return [row["id"] for row in await connection.fetch(SQL.tickets, problem_id, True)]

    async def notices(self, problem_id: UUID, notice_id: UUID | None = None) -> list[Notice]:
        """In their order; ``notice_id``: that one alone."""
        rows = await self._pool.fetch(SQL.notices, problem_id, notice_id)
        return [msgspec.convert(dict(row), Notice) for row in rows]

    async def insert_notice(self, connection: Any, notice: NoticeRow, now: datetime) -> NoticeRow:
        """The notice of this id: that which there is, or this one."""
        words = (notice.id, notice.problem_id, notice.kind, notice.text)
        await connection.execute(SQL.insert_notice, *words, now, notice.user_id, notice.user_name)
        return NoticeRow(*await connection.fetchrow(SQL.notice, notice.id))

    async def notice(self, connection: Any, notice_id: UUID) -> NoticeRow | None:
        row = await connection.fetchrow(SQL.notice, notice_id)
        return None if row is None else NoticeRow(*row)

    async def queue(self, connection: Any, notice: NoticeRow, now: datetime) -> None:
        """All open requests that are linked by now get the notice; whoever tells it hears of them."""
        await connection.execute(SQL.queue, notice.id, now)
        await connection.execute(SQL.wake)
        await self.changed(connection, notice.problem_id)

    async def changed(self, connection: Any, problem_id: UUID) -> None:
        """Who looks at the problem is told to look again."""
        await tell(connection, "updated", f"problems/{problem_id}", {})

    async def person(self, user_id: UUID) -> str:
        """The name of somebody of staff."""
        return await self._pool.fetchval(SQL.person, user_id) or ""
