"""The outbox of links: facts in, deliveries out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from api.desk_link.incoming.conflict import Clocks
from api.desk_link.mapping import OutKind
from api.desk_link.model import Pair, Place
from api.desk_link.store import SQL


class Target(NamedTuple):
    """A link that an event may concern; ``fits``: a request goes there by itself; ``issue_id``: the request that the
    desk knows, or would: the one of the event, or one that was merged into it."""

    id: UUID
    name: str
    settings: Any
    enabled: bool
    linked: bool
    remote_id: str | None
    remote_number: str | None
    owned: bool
    clocks: Any
    fits: bool | None
    issue_id: UUID


class OutStore:
    """Facts are written on the connection of their own transaction; ``plain``: connections without walls."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    async def targets(self, connection: Any, ticket_id: UUID, line: int, category_id: UUID | None) -> list[Target]:
        return [Target(*row) for row in await connection.fetch(SQL.targets, ticket_id, line, category_id)]

    async def facts(self, connection: Any, ticket_id: UUID) -> dict[str, str | None]:
        """Names of the request's account, outlet and category."""
        return dict(await connection.fetchrow(SQL.facts, ticket_id))

    async def messages(self, connection: Any, ticket_id: UUID, internal: bool) -> list[Any]:
        """What was said so far."""
        found: list[Any] = await connection.fetch(SQL.messages, ticket_id, internal)
        return found

    async def files(
        self, connection: Any, ticket_id: UUID, internal: bool, ids: Sequence[UUID] | None = None
    ) -> list[Any]:
        """What was attached so far, or these of it."""
        listed = None if ids is None else list(ids)
        found: list[Any] = await connection.fetch(SQL.files, ticket_id, listed, internal)
        return found

    async def add_pair(self, connection: Any, link_id: UUID, ticket_id: UUID, clocks: Clocks, now: datetime) -> bool:
        """A request of ours goes there from now on. False: it does already."""
        words = (link_id, ticket_id, None, None, None, None, True, clocks, now)
        return await connection.fetchval(SQL.add_pair, *words) is not None

    async def set_clocks(self, connection: Any, link_id: UUID, ticket_id: UUID, clocks: Clocks) -> None:
        await connection.execute(SQL.set_clocks, link_id, ticket_id, clocks)

    async def put(
        self,
        connection: Any,
        link_id: UUID,
        ticket_id: UUID,
        event_id: str,
        kind: OutKind,
        body: dict[str, Any],
        at: datetime,
    ) -> None:
        """One more delivery, unless this event is there already."""
        await connection.execute(SQL.put, link_id, ticket_id, event_id, kind, body, at)

    async def pair(self, link_id: UUID, ticket_id: UUID) -> Pair | None:
        row = await self._plain.fetchrow(SQL.pair_there, link_id, None, ticket_id)
        return None if row is None else Pair(*row)

    async def heard(self, link_id: UUID, ticket_id: UUID, told: tuple[str | None, ...], now: datetime) -> None:
        """Keep id, number and state that the other desk told."""
        await self._plain.execute(SQL.heard, link_id, ticket_id, *told, now)

    async def place(self, file_id: UUID) -> Place | None:
        row = await self._plain.fetchrow(SQL.file_place, file_id)
        return None if row is None else Place(*row)

    async def forget_inbox(self, before: datetime) -> None:
        await self._plain.execute(SQL.forget_inbox, before)
