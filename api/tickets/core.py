"""The only code that changes tickets, what is said in them and what happens to them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from api.tickets import changes
from api.tickets.core_store import CoreStore
from api.tickets.model import (
    SYSTEM,
    Actor,
    Edit,
    Event,
    Happening,
    Kind,
    Message,
    NewMessage,
    NewTicket,
    Reactor,
    Ticket,
)
from api.tickets.people import People
from api.tickets.states import State, Who, after_word, check_move
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound

NO_TICKET = "There is no such request"


class TicketCore:
    """Opens, says, moves, edits, merges and splits. ``connection``: a plain one in a transaction (``change``), given by
    the caller, who may do more in it. Every event runs all of ``reactors``, in their order, before the next one; the
    list may be filled after this is made."""

    def __init__(self, store: CoreStore, reactors: Sequence[Reactor], settings: Settings, clock: Clock) -> None:
        self.store = store
        self.reactors = reactors
        self._people = People(store)
        self._confirm = timedelta(days=settings.ticket_confirm_days)
        self._reopen = timedelta(days=settings.ticket_reopen_days)
        self._clock = clock

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction of its own; gives its connection."""
        async with self.store.change() as connection:
            yield connection

    async def get(self, connection: Any, ticket_id: UUID, *, hold: bool = True) -> Ticket:
        """The ticket, held until the transaction ends. Raises NotFound."""
        found = await self.store.get(connection, ticket_id, hold=hold)
        if found is None:
            raise NotFound(NO_TICKET)
        return found

    async def stayed(self, connection: Any, ticket_id: UUID) -> Ticket:
        """The ticket, or that which it was merged into, held until the transaction ends. What was merged is not held:
        who holds the one that stayed may write of the other. Raises NotFound."""
        ticket = await self.get(connection, ticket_id, hold=False)
        ticket = await self.get(connection, ticket.merged_into_id or ticket_id)
        while ticket.merged_into_id is not None:  # meanwhile
            ticket = await self.get(connection, ticket.merged_into_id)
        return ticket

    async def open(self, connection: Any, new: NewTicket, by: Actor, *, split_from: Ticket | None = None) -> Ticket:
        """Opens a ticket, on the line and with the priority of its category; asked again with the same id it gives the
        ticket there is.

        Raises:
            Conflict: the id is of a ticket that somebody else opened.
            InvalidInput: an account, outlet, category or file that can't be named.
        """
        there = await self.store.opened_by(connection, new.id)
        if there is None:
            row = await self._people.row_of(connection, new, by, goes_on=split_from is not None)
            row |= {"split_from_id": split_from.id if split_from else None, "top_line": row["line"]}
            if await self.store.insert_ticket(connection, new.id, row, self._clock.now()):
                return await self._opened(connection, new, by)
            there = await self.store.opened_by(connection, new.id)
        if there != (by.who, by.user_id, by.account_id):
            raise Conflict("This id is taken; send the request with another")
        return await self.get(connection, new.id)

    async def say(self, connection: Any, ticket_id: UUID, message: NewMessage, by: Actor) -> Message:
        """Adds a word; said again with the same id it gives that word. On a merged ticket it goes to the one that
        stayed. A client's word on a ticket that was closed too long ago opens a new ticket. See ``Message.ticket_id``.

        Raises:
            NotFound, InvalidInput (files), Conflict (the id is taken; a move that can't be made).
        """
        there = await self.store.message(connection, message.id)
        if there is not None:
            if (there.author, there.user_id, there.account_id) != (by.who, by.user_id, by.account_id):
                raise Conflict("This id is taken; send the message with another")
            return there
        if by.who is Who.CLIENT and not message.public:
            raise InvalidInput("Clients write no internal notes", [{"path": "body.public", "message": "Leave it out"}])
        ticket = await self.stayed(connection, ticket_id)
        if by.who is Who.CLIENT and self._is_past(ticket):
            ticket = await self._continue(connection, ticket, message, by)
        return await self._say(connection, ticket, message, by)

    async def move(self, connection: Any, ticket_id: UUID, to: State, by: Actor, reason: str = "") -> Ticket:
        """Moves a ticket; where it is there already, nothing happens. A ticket that was merged stays closed.

        Raises:
            NotFound, Conflict: ``states.MOVES`` has no such move, or it was closed too long ago.
        """
        ticket = await self.get(connection, ticket_id)
        if ticket.state is to:
            return ticket
        _refuse_merged(ticket)
        check_move(by.who, ticket.state, to)
        if self._is_past(ticket):
            raise Conflict("It was closed too long ago to be reopened; open a new request", closed_at=ticket.closed_at)
        fields = changes.of_move(ticket, to, by, self._clock.now(), self._confirm)
        data = {"before": ticket.state, "after": to, "reason": reason}
        return await self._change(connection, ticket, fields, by, [("moved", data)])

    async def edit(self, connection: Any, ticket_id: UUID, edit: Edit, by: Actor) -> Ticket:
        """Changes fields; tells what changed by events edited, linked, escalated, assigned.

        Raises:
            NotFound, Conflict (it is closed or merged), InvalidInput (no reason; what can't be named).
        """
        ticket = await self.get(connection, ticket_id)
        fields = changes.of_edit(ticket, edit)
        fields |= await self._people.links_of(connection, ticket, fields)
        fields = {name: value for name, value in fields.items() if getattr(ticket, name) != value}
        if not fields:
            return ticket
        _refuse_merged(ticket)
        await self._people.check_named(connection, fields, by)
        return await self._change(connection, ticket, fields, by, changes.events_of(ticket, fields, edit.reason))

    async def note(
        self,
        connection: Any,
        ticket_id: UUID,
        kind: Kind,
        by: Actor,
        data: dict[str, Any],
        message_id: UUID | None = None,
    ) -> Event:
        """Any other event; the ticket itself stays as it is."""
        ticket = await self.get(connection, ticket_id)
        return await self._tell(connection, ticket, ticket, kind, data, by, message_id=message_id)

    async def merge(self, connection: Any, ticket_id: UUID, into_id: UUID, by: Actor) -> Ticket:
        """Closes a ticket for good and leads to another: words on it go there, what was said stays where it was said
        and is shown in both, who watched it watches the other. Gives the one that stays.

        Raises:
            NotFound, Conflict: not of one client and outlet, closed, merged already.
        """
        if ticket_id == into_id:
            raise Conflict("A request can't be merged into itself")
        held = {id_: await self.get(connection, id_) for id_ in sorted((ticket_id, into_id))}
        ticket, into = held[ticket_id], held[into_id]
        _refuse_merged(ticket)
        _refuse_merged(into)
        if into.state is State.CLOSED:
            raise Conflict(f"Request {into.number} is closed; reopen it first, or merge the other way")
        changes.check_one_client(ticket, into)
        await self.store.lead_on(connection, ticket_id, into_id)
        fields = changes.of_merge(ticket, into_id, self._clock.now())
        events: list[tuple[Kind, dict[str, Any]]] = [("merged", {"into": into_id, "number": into.number})]
        if ticket.state is not State.CLOSED:
            events.append(("moved", {"before": ticket.state, "after": State.CLOSED, "reason": ""}))
        await self._change(connection, ticket, fields, by, events)
        return await self._change(connection, into, {}, by, [("merged", {"from": ticket_id, "number": ticket.number})])

    async def split(
        self, connection: Any, ticket_id: UUID, new: NewTicket, message_ids: Sequence[UUID], by: Actor
    ) -> Ticket:
        """A new ticket of the same client from some of what was said in this one; the words and their files move.

        Raises:
            NotFound, InvalidInput: words that are not of this ticket.
        """
        ticket = await self.get(connection, ticket_id)
        if await self.store.opened_by(connection, new.id) is not None:
            return await self.open(connection, new, by)
        said = await self.store.messages_of(connection, ticket_id, message_ids)
        if not message_ids or len(said) != len(set(message_ids)):
            raise InvalidInput(
                "Name what is split off", [{"path": "body.message_ids", "message": "Ids of messages of this request"}]
            )
        made = await self.open(connection, changes.part_of(ticket, new, said), by, split_from=ticket)
        await self.store.move_messages(connection, message_ids, made.id)
        await self._change(connection, ticket, {}, by, [("split", {"into": made.id, "number": made.number})])
        return await self._change(connection, made, {}, by, [("split", {"from": ticket.id, "number": ticket.number})])

    async def _opened(self, connection: Any, new: NewTicket, by: Actor) -> Ticket:
        ticket = await self.get(connection, new.id)
        await self.store.attach(connection, new.file_ids, ticket.id, None, True, by)
        data = {
            "channel": ticket.channel,
            "line": ticket.line,
            "priority": ticket.priority,
            "category_id": ticket.category_id,
            "assignee_id": ticket.assignee_id,
        }
        await self._tell(connection, None, ticket, "opened", data, by, file_ids=new.file_ids)
        return await self.get(connection, ticket.id)

    async def _continue(self, connection: Any, past: Ticket, message: NewMessage, by: Actor) -> Ticket:
        """The new ticket for a word that comes too late for a closed one."""
        new = changes.next_of(past, uuid5(past.id, str(message.id)), message.channel)
        made = await self.open(connection, new, by, split_from=past)
        await self._change(connection, past, {}, SYSTEM, [("split", {"into": made.id, "number": made.number})])
        return await self._change(connection, made, {}, SYSTEM, [("split", {"from": past.id, "number": past.number})])

    async def _say(self, connection: Any, ticket: Ticket, message: NewMessage, by: Actor) -> Message:
        now = self._clock.now()
        said = Message(
            id=message.id,
            ticket_id=ticket.id,
            at=now,
            author=by.who,
            user_id=by.user_id,
            account_id=by.account_id,
            author_name=by.name,
            public=message.public,
            channel=message.channel,
            body=message.body,
        )
        if not await self.store.insert_message(connection, said):
            raise Conflict("This id is taken; send the message with another")
        await self.store.attach(connection, message.file_ids, ticket.id, said.id, said.public, by)
        fields = changes.of_word(ticket, said, by)
        data = {"public": said.public, "channel": said.channel}
        taken: list[tuple[Kind, dict[str, Any]]] = []
        if "assignee_id" in fields:
            taken.append(("assigned", {"before": None, "after": fields["assignee_id"]}))
        after = await self._change(
            connection, ticket, fields, by, [("said", data), *taken], said=said, file_ids=message.file_ids
        )
        to = message.state or (after_word(by.who, ticket.state) if said.public else ticket.state)
        if to is not after.state:
            await self.move(connection, ticket.id, to, by)
        return said

    async def _change(
        self,
        connection: Any,
        before: Ticket,
        fields: dict[str, Any],
        by: Actor,
        events: Sequence[tuple[Kind, dict[str, Any]]],
        said: Message | None = None,
        file_ids: Sequence[UUID] = (),
    ) -> Ticket:
        """Writes ``fields`` and tells ``events``, the word with the first of them; gives the ticket as it is then."""
        await self.store.update(connection, before.id, fields, self._clock.now())
        after = await self.get(connection, before.id)
        for kind, data in events:
            told = said if kind == "said" else None
            files = file_ids if kind == "said" else ()
            await self._tell(connection, before, after, kind, data, by, told=told, file_ids=files)
        return await self.get(connection, before.id)

    async def _tell(
        self,
        connection: Any,
        before: Ticket | None,
        after: Ticket,
        kind: Kind,
        data: dict[str, Any],
        by: Actor,
        *,
        message_id: UUID | None = None,
        told: Message | None = None,
        file_ids: Sequence[UUID] = (),
    ) -> Event:
        noted = told.id if told else message_id
        event = await self.store.insert_event(connection, after.id, self._clock.now(), kind, by, noted, data)
        happening = Happening(event=event, before=before, after=after, by=by, message=told, file_ids=tuple(file_ids))
        for reactor in self.reactors:
            await reactor.on_event(connection, happening)
        return event

    def _is_past(self, ticket: Ticket) -> bool:
        """Whether it was closed too long ago to be reopened."""
        return ticket.closed_at is not None and ticket.closed_at + self._reopen < self._clock.now()


def _refuse_merged(ticket: Ticket) -> None:
    if ticket.merged_into_id is not None:
        raise Conflict(
            f"Request {ticket.number} was merged into another; change that one", into=str(ticket.merged_into_id)
        )
