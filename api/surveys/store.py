"""Surveys in the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.surveys.model import Answer, AnswersQuery, By, Period, Question, ResultsQuery
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_NAMED: dict[By, tuple[str, str]] = {
    "survey": ("s.id::text", "s.name"),
    "account": ("a.id::text", "a.name"),
    "outlet": ("o.id::text", "o.name"),
    "line": ("l.line::text", "l.name"),
}


class SurveyStore:
    """``pool``: of the request, or plain where time itself asks."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def after_closing(self, connection: Any, ticket_id: UUID, now: datetime) -> None:
        await connection.execute(_sql.after_closing, ticket_id, now)

    async def drop_unasked(self, connection: Any, ticket_id: UUID) -> None:
        await connection.execute(_sql.drop_unasked, ticket_id)

    async def begin_schedules(self, now: datetime) -> None:
        await self._pool.execute(_sql.begin_schedules, now)

    async def due_schedule(self, connection: Any, now: datetime) -> Any:
        return await connection.fetchrow(_sql.due_schedule, now)

    async def ask_all(self, connection: Any, survey_id: UUID, now: datetime, period: str, next_at: datetime) -> None:
        await connection.execute(_sql.ask_all, survey_id, now, period)
        await connection.execute(_sql.scheduled, survey_id, next_at)

    async def due_ask(self, connection: Any, now: datetime) -> Any:
        return await connection.fetchrow(_sql.due_ask, now)

    async def asked(self, connection: Any, id_: UUID, now: datetime, token_hash: bytes | None) -> None:
        await connection.execute(_sql.asked, id_, now, token_hash)

    async def next_due(self) -> datetime | None:
        found: datetime | None = await self._pool.fetchval(_sql.next_due)
        return found

    async def of_person(self, account_id: UUID, now: datetime) -> list[Question]:
        return [_question(row) for row in await self._pool.fetch(_sql.of_person, account_id, now)]

    async def by_hash(self, token_hash: bytes, now: datetime) -> Question | None:
        row = await self._pool.fetchrow(_sql.by_hash, token_hash, now)
        return _question(row) if row else None

    async def held(self, connection: Any, id_: UUID, now: datetime) -> Any:
        return await connection.fetchrow(_sql.held, id_, now)

    async def answer(self, connection: Any, id_: UUID, now: datetime, score: int, comment: str) -> None:
        await connection.execute(_sql.answer, id_, now, score, comment)

    async def answers(self, query: AnswersQuery, after: tuple[datetime, UUID] | None) -> list[Answer]:
        """Newest first, one more than the limit."""
        at, id_ = after or (None, None)
        filters = (query.survey_id, query.account_id, query.outlet_id, query.line)
        rows = await self._pool.fetch(_sql.answers, query.limit + 1, at, id_, *filters)
        return [msgspec.convert(dict(row), Answer) for row in rows]

    async def results(self, query: ResultsQuery, first: datetime, last: datetime, zone: str) -> list[Period]:
        key, name = _NAMED[query.by]
        statement = _sql.results.replace("{key}", key).replace("{name}", name)
        rows = await self._pool.fetch(statement, first, last, zone, query.survey_id, query.account_id)
        return [msgspec.convert(dict(row), Period) for row in rows]


def _question(row: Any) -> Question:
    return msgspec.convert(dict(row), Question)
