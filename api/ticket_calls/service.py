"""A request from a call, with one click."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from api.history.model import CallDetail
from api.ticket_calls import texts
from api.ticket_calls.model import CallOrder, OfCall
from api.ticket_calls.store import CallTicketStore
from api.ticket_mail.taking import Lookup
from api.tickets.core import NO_TICKET, TicketCore
from api.tickets.model import SYSTEM, Actor, NewMessage, NewTicket, Ticket
from api.tickets.states import Who
from api.transcripts.model import Transcript, TranscriptQuery
from api.web.route import Identity, Request
from engine.core.config import Settings
from engine.core.errors import Forbidden, NotFound


class Calls(Protocol):
    """The history of calls (api/history), by the rights that exist there."""

    async def get(self, identity: Identity, call_id: UUID, language: str) -> CallDetail: ...

    async def listen(self, request: Request, *, of_call: bool) -> Path: ...


ReadTranscript = Callable[[Identity, UUID, TranscriptQuery], Awaitable[Transcript]]


class Sources(NamedTuple):
    """Where facts of a call come from; ``lookup``: whose its number is."""

    calls: Calls
    transcript: ReadTranscript
    lookup: Lookup


class FromCallService:
    """Opens requests from calls; a call has one."""

    def __init__(self, store: CallTicketStore, core: TicketCore, sources: Sources, settings: Settings) -> None:
        self._store = store
        self._core = core
        self._sources = sources
        self._zone = ZoneInfo(settings.timezone)

    async def open(self, identity: Identity, call_id: UUID, order: CallOrder, language: str) -> OfCall:
        """The request of a call: the one there is, else a new one, filled with who called, whose the number is, and
        what was said.

        Raises:
            NotFound: there is no such call, or it is not this user's to see. InvalidInput: no such category.
        """
        call = await self._sources.calls.get(identity, call_id, language)
        client = call.called if call.direction == "outbound" else call.caller
        author = await self._sources.lookup("phone", client)
        said = await self._said(identity, call_id)
        by = Actor(Who.STAFF, identity.login, identity.user_id)
        async with self._core.change() as connection:
            there = await self._store.of_call(connection, call_id)
            if there is not None:
                return _shown(await self._core.get(connection, there, hold=False), made=False)
            new = NewTicket(
                id=uuid5(call_id, "ticket"),
                channel="phone",
                subject=order.subject
                or texts.subject_of_call(client, call.caller_name, outbound=call.direction == "outbound"),
                description=order.description,
                account_id=author.parent_id if author else None,
                author_account_id=author.account_id if author else None,
                outlet_id=author.outlet_id if author else None,
                author_name=(author.name if author else "") or call.caller_name,
                author_phone=client,
                category_id=order.category_id,
                assignee_id=identity.user_id,
                call_id=call_id,
                call_started_at=call.started_at,
                language="en" if call.language == "en" else "ru",
            )
            ticket = await self._core.open(connection, new, by)
            about = texts.about_call(call.started_at, call.caller, call.called, call.queue_name or "", self._zone)
            note = NewMessage(
                id=uuid5(call_id, "note"),
                # Staff alone: what was said is for those who may hear it.
                public=False,
                channel="phone",
                body="\n\n".join(part for part in (about, said) if part),
            )
            await self._core.say(connection, ticket.id, note, SYSTEM)
            return _shown(await self._core.get(connection, ticket.id, hold=False), made=True)

    async def listen(self, request: Request) -> Path:
        """The recording of a request's call. Raises NotFound, Forbidden (not theirs to hear)."""
        return await self._sources.calls.listen(await self._of_call(request), of_call=True)

    async def transcript(self, request: Request) -> Transcript:
        """What was said in a request's call. Raises NotFound, Forbidden (not theirs to read)."""
        call_id: Any = (await self._of_call(request)).params["id"]
        return await self._sources.transcript(request.user, call_id, TranscriptQuery())

    async def _of_call(self, request: Request) -> Request:
        """The same request about the call instead of the ticket."""
        if not request.user.may("tickets.read"):
            raise Forbidden("Your role does not give this right", right="tickets.read")
        call_id = await self._store.call_of(request.params["id"])
        if call_id is None:
            raise NotFound(NO_TICKET)
        return replace(request, params={"id": call_id})

    async def _said(self, identity: Identity, call_id: UUID) -> str:
        """The transcript, where there is one that this user may read."""
        try:
            found = await self._sources.transcript(identity, call_id, TranscriptQuery())
        except (NotFound, Forbidden):
            return ""
        return texts.transcript([(segment.side, segment.text) for segment in found.segments])


def _shown(ticket: Ticket, *, made: bool) -> OfCall:
    return OfCall(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        state=ticket.state,
        account_id=ticket.account_id,
        outlet_id=ticket.outlet_id,
        made=made,
    )
