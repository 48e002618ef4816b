"""Answers in the database: read only, for the engine writes them."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.answers.model import Answer
from engine.core.db import Queries
from engine.core.ids import ID_TIME_SLACK, time_of

_sql = Queries(Path(__file__).with_name("queries.sql"))


class AnswerStore:
    """Statements of answers."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def knows(self, call_id: UUID, participant: UUID | None) -> bool:
        """Is there such a call (in which ``participant`` took part, when one is named)?"""
        try:
            at = time_of(call_id)
            first, last = at - ID_TIME_SLACK, at + ID_TIME_SLACK
        except (OverflowError, ValueError):
            return False
        return await self._pool.fetchval(_sql.call, call_id, first, last, participant) is not None

    async def of_call(self, call_id: UUID) -> list[Answer]:
        rows = await self._pool.fetch(_sql.answers, call_id)
        return [msgspec.convert(dict(row), Answer) for row in rows]

    async def file(self, call_id: UUID, answer_id: UUID) -> str | None:
        found: str | None = await self._pool.fetchval(_sql.file, call_id, answer_id)
        return found
