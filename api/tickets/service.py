"""What staff do with tickets; the core does it, this says who asks and what comes back."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.tickets.bodies import (
    Counters,
    Escalation,
    FullTicket,
    LineCount,
    MessageData,
    MessageRow,
    MessagesQuery,
    Move,
    Split,
    TicketData,
    TicketEvent,
    TicketPatch,
    UsedTag,
)
from api.tickets.core import NO_TICKET, TicketCore
from api.tickets.list_model import TicketFilter, TicketRow
from api.tickets.lists import TicketLists
from api.tickets.model import Actor, Edit, Message, NewMessage, NewTicket, Ticket
from api.tickets.states import MOVES, State, Who
from api.tickets.store import TicketStore
from api.web import paging
from api.web.paging import PageQuery
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, InvalidInput, NotFound

_COUNTED = ("open", "mine", "unassigned", "overdue", "new", "in_work", "waiting", "solved", "reopened")


class TicketsService:
    """Reads with the eyes of the request; changes through the core."""

    def __init__(self, store: TicketStore, core: TicketCore, lists: TicketLists, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._lists = lists
        self._clock = clock

    async def page(self, user: Identity, wanted: TicketFilter) -> Page[TicketRow]:
        async with self._store.reading() as connection:
            walled = user.partner_id is not None
            return await self._lists.page(connection, wanted, TicketRow, walled=walled, person=user.user_id)

    async def get(self, *, id_: UUID | None = None, number: int | None = None) -> FullTicket:
        """Raises NotFound."""
        async with self._store.reading() as connection:
            found = await self._store.full(connection, id_=id_, number=number)
        if found is None:
            raise NotFound(NO_TICKET)
        moves = [] if found.merged_into_id else sorted(MOVES[Who.STAFF][found.state], key=list(State).index)
        return msgspec.structs.replace(found, moves=moves)

    async def messages(self, ticket_id: UUID, query: MessagesQuery) -> Page[MessageRow]:
        after = paging.decode(query.cursor, tuple[datetime, UUID])
        async with self._store.reading() as connection:
            newest = query.order == "newest"
            items = await self._store.messages(connection, ticket_id, query.limit, after, newest=newest)
        return paging.page(_found(items), query.limit, lambda item: (item.at, item.id))

    async def events(self, ticket_id: UUID, query: PageQuery) -> Page[TicketEvent]:
        after = paging.decode(query.cursor, tuple[int])
        async with self._store.reading() as connection:
            items = await self._store.events(connection, ticket_id, query.limit, after[0] if after else None)
        return paging.page(_found(items), query.limit, lambda item: (item.id,))

    async def counters(self, user: Identity) -> Counters:
        rows = await self._store.counters(user.user_id)
        total: Counter[str] = Counter()
        for row in rows:
            total.update({name: row[name] for name in _COUNTED})
        by_line = {row["line"]: row for row in rows}
        names = ("open", "unassigned", "overdue")
        lines = [
            LineCount(line=line, **{name: by_line.get(line, {}).get(name, 0) for name in names}) for line in (1, 2, 3)
        ]
        return Counters(lines=lines, **{name: total[name] for name in _COUNTED})

    async def tags(self) -> list[UsedTag]:
        return await self._store.tags()

    async def open(self, user: Identity, data: TicketData) -> FullTicket:
        by = await self.actor(user)
        fields = {name: getattr(data, name) for name in data.__struct_fields__ if name != "id"}
        new = NewTicket(**(fields | {"id": data.id or self._new_id()}))
        async with self._core.change() as connection:
            await self._core.open(connection, new, by)
        return await self.get(id_=new.id)

    async def say(self, user: Identity, ticket_id: UUID, data: MessageData) -> Message:
        """Where the ticket was merged into another, the message tells that one's id."""
        message = NewMessage(
            id=data.id or self._new_id(),
            body=data.body,
            public=data.public,
            state=data.state,
            file_ids=data.file_ids,
        )
        by = await self.actor(user)
        async with self._core.change() as connection:
            return await self._core.say(connection, ticket_id, message, by)

    async def change(self, user: Identity, ticket_id: UUID, patch: TicketPatch, version: int | None) -> FullTicket:
        fields = {name: getattr(patch, name) for name in patch.__struct_fields__ if name != "version"}
        wanted = version if patch.version is msgspec.UNSET else patch.version
        return await self._edit(user, ticket_id, Edit(**fields), wanted)

    async def escalate(self, user: Identity, ticket_id: UUID, data: Escalation, version: int | None) -> FullTicket:
        """Raises InvalidInput where the ticket is on that line."""
        fields = {name: getattr(data, name) for name in data.__struct_fields__}
        by = await self.actor(user)
        async with self._core.change() as connection:
            ticket = await self._held(connection, ticket_id, version)
            if ticket.line == data.line:
                raise InvalidInput("Pick another line", [{"path": "body.line", "message": "It is on this line"}])
            await self._core.edit(connection, ticket_id, Edit(**fields), by)
        return await self.get(id_=ticket_id)

    async def move(self, user: Identity, ticket_id: UUID, move: Move, version: int | None) -> FullTicket:
        by = await self.actor(user)
        async with self._core.change() as connection:
            await self._held(connection, ticket_id, version)
            await self._core.move(connection, ticket_id, move.state, by, move.reason)
        return await self.get(id_=ticket_id)

    async def take(self, user: Identity, ticket_id: UUID, *, over: bool) -> FullTicket:
        """Raises Conflict where somebody else has it, unless ``over``."""
        by = await self.actor(user)
        async with self._core.change() as connection:
            ticket = await self._held(connection, ticket_id, None)
            if ticket.assignee_id not in (None, user.user_id) and not over:
                name = await self._store.person(ticket.assignee_id or user.user_id)
                raise Conflict(f"{name} has this request; ask first, or take it over", assignee_id=ticket.assignee_id)
            ticket = await self._core.edit(connection, ticket_id, Edit(assignee_id=user.user_id), by)
            if ticket.state in (State.NEW, State.REOPENED):
                await self._core.move(connection, ticket_id, State.IN_WORK, by)
        return await self.get(id_=ticket_id)

    async def merge(self, user: Identity, ticket_id: UUID, into_id: UUID) -> FullTicket:
        """Gives the one that stays."""
        by = await self.actor(user)
        async with self._core.change() as connection:
            await self._core.merge(connection, ticket_id, into_id, by)
        return await self.get(id_=into_id)

    async def split(self, user: Identity, ticket_id: UUID, data: Split) -> FullTicket:
        """Gives the new one."""
        by = await self.actor(user)
        new = NewTicket(
            id=data.id or self._new_id(),
            channel="desk",
            subject=data.subject,
            outlet_id=data.outlet_id,
            category_id=data.category_id,
        )
        async with self._core.change() as connection:
            await self._core.split(connection, ticket_id, new, data.message_ids, by)
        return await self.get(id_=new.id)

    async def actor(self, user: Identity) -> Actor:
        """Who asks, as the core knows people of staff."""
        return Actor(Who.STAFF, await self._store.person(user.user_id), user_id=user.user_id)

    async def _edit(self, user: Identity, ticket_id: UUID, edit: Edit, version: int | None) -> FullTicket:
        by = await self.actor(user)
        async with self._core.change() as connection:
            await self._held(connection, ticket_id, version)
            await self._core.edit(connection, ticket_id, edit, by)
        return await self.get(id_=ticket_id)

    async def _held(self, connection: Any, ticket_id: UUID, version: int | None) -> Ticket:
        """Raises NotFound, Conflict: it is another version by now."""
        ticket = await self._core.get(connection, ticket_id)
        if version is not None and version != ticket.version:
            raise Conflict(f"It was changed meanwhile: version {ticket.version}", version=ticket.version)
        return ticket

    def _new_id(self) -> UUID:
        return ids.new_id(self._clock.now())


def _found(items: Any) -> Any:
    if items is None:
        raise NotFound(NO_TICKET)
    return items
