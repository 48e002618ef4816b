"""Who is told of a request by letter, and the thread that letters belong to."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from api.tickets.model import Ticket
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Reader(NamedTuple):
    """Somebody to tell: an account, a colleague, or an address alone."""

    email: str
    language: str
    account_id: UUID | None = None
    user_id: UUID | None = None
    timezone: str | None = None


class NoticeStore:
    """All within the transaction of the event."""

    async def clients(self, connection: Any, ticket_id: UUID) -> list[Reader]:
        """The author and clients who watch, so far as they may see the ticket now."""
        return _readers(await connection.fetch(_sql.clients, ticket_id))

    async def staff(self, connection: Any, ticket: Ticket) -> list[Reader]:
        """The assignee and colleagues who watch."""
        return _readers(await connection.fetch(_sql.staff, ticket.id, ticket.assignee_id))

    async def people_of_line(self, connection: Any, line: int) -> list[Reader]:
        return _readers(await connection.fetch(_sql.people_of_line, line))

    async def mailbox(self, connection: Any, ticket: Ticket) -> str | None:
        """The address whose letters are read, that suits the ticket best."""
        found: str | None = await connection.fetchval(_sql.mailbox, ticket.id, ticket.category_id)
        return found

    async def addresses(self, connection: Any) -> set[str]:
        """Of our own mailboxes."""
        return {row["address"] for row in await connection.fetch(_sql.addresses)}

    async def threads(self, connection: Any, ticket_id: UUID) -> list[str]:
        """Ids of letters of a ticket, the newest first."""
        return [row["letter_id"] for row in await connection.fetch(_sql.threads, ticket_id)]

    async def thread(self, connection: Any, letter_id: str, ticket_id: UUID, now: datetime) -> None:
        await connection.execute(_sql.thread, letter_id, ticket_id, now)


def _readers(rows: Sequence[Any]) -> list[Reader]:
    return [Reader(**row) for row in rows]
