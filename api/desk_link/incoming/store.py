"""What came from other desks, once each, and which of our requests it speaks of. On the caller's connection, but for
``door``, ``seen`` and ``lands``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.desk_link.incoming.conflict import Clocks
from api.desk_link.model import Door, Pair
from api.desk_link.store import SQL


class InStore:
    """``plain``: connections without walls."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    async def door(self, link_id: UUID, now: datetime) -> Door | None:
        """The link, if it is there and enabled."""
        row = await self._plain.fetchrow(SQL.door, link_id, now)
        return None if row is None else Door(*row)

    async def seen(self, link_id: UUID, event_id: str, connection: Any = None) -> tuple[str, UUID | None] | None:
        """What became of an event that came before."""
        row = await (connection or self._plain).fetchrow(SQL.seen, link_id, event_id)
        return None if row is None else (row["result"], row["ticket_id"])

    async def note(
        self, connection: Any, link_id: UUID, event_id: str, kind: str, times: tuple[datetime, datetime], remote: str
    ) -> bool:
        """``times``: of the event, and now. False: it came before; who brings the same just now is waited for."""
        words = (link_id, event_id, kind, *times, remote)
        return await connection.fetchval(SQL.note, *words) is not None

    async def noted(
        self, connection: Any, link_id: UUID, event_id: str, result: str, ticket_id: UUID | None, body: Any = None
    ) -> None:
        """What became of it; ``body``: it waits for its request."""
        await connection.execute(SQL.noted, link_id, event_id, result, ticket_id, body)

    async def heard_from(self, connection: Any, link_id: UUID, now: datetime) -> None:
        await connection.execute(SQL.heard_from, link_id, now)

    async def holding(self, connection: Any, link_id: UUID) -> int:
        """How many events wait for their requests."""
        count: int = await connection.fetchval(SQL.holding, link_id)
        return count

    async def held(self, connection: Any, link_id: UUID, remote_id: str) -> list[tuple[str, Any]]:
        """Events that waited for this request, in the order in which they were."""
        rows = await connection.fetch(SQL.held, link_id, remote_id)
        return [(row["event_id"], row["body"]) for row in rows]

    async def find(self, connection: Any, link_id: UUID, remote_id: str, ticket_id: UUID | None) -> Pair | None:
        """The request by its id there, else by that here."""
        row = await connection.fetchrow(SQL.pair_there, link_id, remote_id, ticket_id)
        return None if row is None else Pair(*row)

    async def lands(self, link_id: UUID, remote_id: str, ticket_id: UUID | None) -> UUID | None:
        """The request on which what comes from there is: that which it was merged into. On a connection of its own."""
        found: UUID | None = await self._plain.fetchval(SQL.lands, link_id, remote_id, ticket_id)
        return found

    async def leads(self, connection: Any, link_id: UUID, ticket_id: UUID, issue_id: UUID) -> bool:
        """Of what that desk knows of a request and those merged into it: whether it is this whose state counts."""
        found: UUID | None = await connection.fetchval(SQL.leading, link_id, ticket_id)
        return found == issue_id

    async def hold(self, connection: Any, link_id: UUID, ticket_id: UUID) -> Pair:
        """Until the transaction ends; the ticket is held before."""
        return Pair(*await connection.fetchrow(SQL.hold_pair, link_id, ticket_id))

    async def add(
        self,
        connection: Any,
        link_id: UUID,
        ticket_id: UUID,
        remote: tuple[str, str | None, str | None],
        clocks: Clocks,
        now: datetime,
    ) -> None:
        """A request that was opened there. ``remote``: id, number, state."""
        await connection.execute(SQL.add_pair, link_id, ticket_id, *remote, now, False, clocks, now)

    async def heard(
        self,
        connection: Any,
        link_id: UUID,
        ticket_id: UUID,
        remote: tuple[str, str | None, str | None],
        now: datetime,
    ) -> None:
        await connection.execute(SQL.heard, link_id, ticket_id, *remote, now)

    async def set_clocks(self, connection: Any, link_id: UUID, ticket_id: UUID, clocks: Clocks) -> None:
        await connection.execute(SQL.set_clocks, link_id, ticket_id, clocks)

    async def category_named(self, connection: Any, name: str) -> UUID | None:
        found: UUID | None = await connection.fetchval(SQL.category_named, name)
        return found

    async def attach(
        self, connection: Any, file_id: UUID, ticket_id: UUID, message_id: UUID | None, public: bool
    ) -> str | None:
        """A file becomes the request's; gives its name, None: it is attached already."""
        row = await connection.fetchrow(SQL.attach, file_id, ticket_id, message_id, public)
        return None if row is None else str(row["name"])

    async def ticket_of_message(self, connection: Any, message_id: UUID) -> UUID | None:
        found: UUID | None = await connection.fetchval(SQL.message_of, message_id)
        return found
