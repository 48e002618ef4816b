"""Requests as their clients make and follow them.

What is read is read behind the client's wall; what is changed was found there first, so that a request of others is
not there at all, and is then changed by the core.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.portal.model import (
    PortalCategory,
    PortalCounts,
    PortalMessage,
    PortalNewMessage,
    PortalNewTicket,
    PortalNotice,
    PortalTicket,
    PortalTicketWhole,
    Reopen,
    TicketsQuery,
    Watch,
)
from api.portal.store import PortalStore
from api.tickets.core import NO_TICKET, TicketCore
from api.tickets.list_model import TicketFilter
from api.tickets.lists import TicketLists
from api.tickets.model import Actor, NewMessage, NewTicket
from api.tickets.states import State, Who, check_move
from api.web import paging
from api.web.problems import invalid
from api.web.route import ClientScope, Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, Forbidden, NotFound

_NOTICES = 20


class PortalService:
    """``client``: the account of who asks (``Request.client``)."""

    def __init__(self, store: PortalStore, lists: TicketLists, core: TicketCore, clock: Clock) -> None:
        self._store = store
        self._lists = lists
        self._core = core
        self._clock = clock

    async def page(self, client: ClientScope, query: TicketsQuery) -> Page[PortalTicket]:
        wanted = TicketFilter(
            account_id=client.parent_id,
            q=query.q,
            status=query.status,
            outlet_id=query.outlet_id,
            limit=query.limit,
            cursor=query.cursor,
        )
        async with self._store.eyes() as connection:
            return await self._lists.page(connection, wanted, PortalTicket, walled=True)

    async def counts(self, client: ClientScope, outlet_id: UUID | None) -> PortalCounts:
        return await self._store.counts(client, outlet_id)

    async def get(self, ticket_id: UUID) -> PortalTicketWhole:
        found = await self._store.ticket(ticket_id)
        if found is None:
            raise NotFound(NO_TICKET)
        return found

    async def open(self, user: Identity, client: ClientScope, new: PortalNewTicket) -> PortalTicketWhole:
        """A request of one's company; it stands on the list at once."""
        if new.outlet_id is None and await self._store.has_outlets(client):
            raise invalid("body.outlet_id", "Choose one of your outlets")
        if new.outlet_id is not None and not await self._store.may_choose(client, new.outlet_id):
            raise invalid("body.outlet_id", "You have no such outlet; choose one of your list")
        by = await self._actor(user, client)
        account = await self._store.me(client)
        ticket = NewTicket(
            id=new.id or ids.new_id(self._clock.now()),
            channel="portal",
            subject=new.subject.strip(),
            description=new.description,
            account_id=client.parent_id,
            outlet_id=new.outlet_id,
            author_account_id=client.account_id,
            category_id=new.category_id,
            language=account.language if account else "ru",
            file_ids=new.file_ids,
        )
        async with self._core.change() as connection:
            made = await self._core.open(connection, ticket, by)
        return await self.get(made.id)

    async def messages(self, ticket_id: UUID, limit: int, cursor: str | None) -> Page[PortalMessage]:
        await self.get(ticket_id)
        found = await self._store.messages(ticket_id, limit, paging.decode(cursor, tuple[datetime, UUID]))
        return paging.page(found, limit, lambda item: (item.at, item.id))

    async def say(self, user: Identity, client: ClientScope, ticket_id: UUID, new: PortalNewMessage) -> PortalMessage:
        """A word on a request. Where that was closed long ago, it begins a new one: ``ticket_id`` of the answer."""
        await self.get(ticket_id)
        if not new.body.strip() and not new.file_ids:
            raise invalid("body.body", "Write something, or add a file")
        by = await self._actor(user, client)
        async with self._core.change() as connection:
            said = await self._core.say(connection, ticket_id, self._word(new.id, new.body, new.file_ids), by)
        page = await self._store.messages(said.ticket_id, 1, (said.at, _before(said.id)))
        found = next((item for item in page if item.id == said.id), None)
        if found is None:
            raise NotFound(NO_TICKET)
        return found

    async def confirm(self, user: Identity, client: ClientScope, ticket_id: UUID) -> PortalTicketWhole:
        """It is solved indeed. Raises Conflict: nobody asked."""
        state = (await self.get(ticket_id)).state
        if state not in (State.SOLVED, State.CLOSED):
            raise Conflict("The request is not solved yet; close it if it is not needed any more", state=state)
        return await self._move(user, client, ticket_id, State.CLOSED)

    async def close(self, user: Identity, client: ClientScope, ticket_id: UUID) -> PortalTicketWhole:
        """It is not needed any more."""
        await self.get(ticket_id)
        return await self._move(user, client, ticket_id, State.CLOSED)

    async def reopen(self, user: Identity, client: ClientScope, ticket_id: UUID, given: Reopen) -> PortalTicketWhole:
        """It is not solved. With a reason that is said, which opens a new request where this one was closed long
        ago."""
        ticket = await self.get(ticket_id)
        if not given.reason.strip():
            return await self._move(user, client, ticket_id, State.REOPENED)
        check_move(Who.CLIENT, ticket.state, State.REOPENED)
        by = await self._actor(user, client)
        async with self._core.change() as connection:
            said = await self._core.say(connection, ticket_id, self._word(given.id, given.reason, ()), by)
        return await self.get(said.ticket_id)

    async def watching(self, client: ClientScope, ticket_id: UUID) -> Watch:
        await self.get(ticket_id)
        return Watch(await self._store.watching(client, ticket_id))

    async def watch(self, client: ClientScope, ticket_id: UUID, wanted: bool) -> None:
        await self.get(ticket_id)
        if wanted:
            await self._store.watch(client, ticket_id, ids.new_id(self._clock.now()))
        else:
            await self._store.unwatch(client, ticket_id)

    async def categories(self) -> Page[PortalCategory]:
        return Page(await self._store.categories())

    async def notices(self) -> Page[PortalNotice]:
        return Page(await self._store.notices(_NOTICES))

    async def _move(self, user: Identity, client: ClientScope, ticket_id: UUID, to: State) -> PortalTicketWhole:
        by = await self._actor(user, client)
        async with self._core.change() as connection:
            await self._core.move(connection, ticket_id, to, by)
        return await self.get(ticket_id)

    async def _actor(self, user: Identity, client: ClientScope) -> Actor:
        """Raises Forbidden: the account was blocked this moment."""
        account = await self._store.me(client)
        if account is None:
            raise Forbidden("Your account is not active", right="tickets.own")
        return Actor(Who.CLIENT, account.contact or account.name, user.user_id, client.account_id)

    def _word(self, id_: UUID | None, body: str, file_ids: Any) -> NewMessage:
        return NewMessage(
            id=id_ or ids.new_id(self._clock.now()), body=body.strip(), channel="portal", file_ids=file_ids
        )


def _before(id_: UUID) -> UUID:
    """The id just before, so that a page after it begins with ``id_``."""
    return UUID(int=max(0, id_.int - 1))
