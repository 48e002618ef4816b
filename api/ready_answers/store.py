"""Ready answers and what they are filled in with."""

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Answer(NamedTuple):
    """Its texts; ``text_en`` may be empty."""

    text: str
    text_en: str


class ReadyAnswerStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def answer(self, answer_id: UUID) -> Answer | None:
        row = await self._pool.fetchrow(_sql.answer, answer_id)
        return Answer(**row) if row else None

    async def facts(self, ticket_id: UUID, user_id: UUID) -> dict[str, str] | None:
        """The variables, and ``language`` of the ticket."""
        row = await self._pool.fetchrow(_sql.facts, ticket_id, user_id)
        return dict(row) if row else None
