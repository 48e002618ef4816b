"""In which requests a notice is to be said, and in which it was."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.problems.store import SQL, NoticeRow
from api.telephony.store import tell


class TellingStore:
    """``plain``: connections without walls. Every method but ``pending`` works on the caller's connection."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    async def take(self, connection: Any) -> tuple[UUID, NoticeRow] | None:
        """The next request that nobody has in hand, held until the transaction ends, and its notice."""
        row = await connection.fetchrow(SQL.take)
        return None if row is None else (row["ticket_id"], NoticeRow(*tuple(row)[1:]))

    async def pending(self) -> bool:
        """Whether something is to be told, be it in others' hands."""
        return bool(await self._plain.fetchval(SQL.pending))

    async def told(self, connection: Any, notice: NoticeRow, ticket_id: UUID, message_id: UUID, now: datetime) -> None:
        """The word by which it was told."""
        await connection.execute(SQL.told, notice.id, ticket_id, now, message_id)

    async def pass_over(self, connection: Any, notice: NoticeRow, ticket_id: UUID) -> None:
        """It is not for this request any more."""
        await connection.execute(SQL.pass_over, notice.id, ticket_id)
        await tell(connection, "updated", f"problems/{notice.problem_id}", {})

    async def failed(self, connection: Any, notice: NoticeRow, ticket_id: UUID, why: str) -> None:
        """It could not be told there; somebody may ask for it once more."""
        await connection.execute(SQL.failed, notice.id, ticket_id, why)
        await tell(connection, "updated", f"problems/{notice.problem_id}", {})
