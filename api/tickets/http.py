"""Routes of tickets, for the desk."""

from functools import partial
from typing import Any
from uuid import UUID

from api.tickets.bodies import (
    Counters,
    Escalation,
    FullTicket,
    Merge,
    MessageData,
    MessageRow,
    MessagesQuery,
    Move,
    Split,
    Take,
    TicketData,
    TicketEvent,
    TicketPatch,
    UsedTag,
)
from api.tickets.list_model import TicketFilter, TicketRow
from api.tickets.model import Message
from api.tickets.service import TicketsService
from api.web.paging import PageQuery
from api.web.route import Page, Request, Route

READ, WRITE = "tickets.read", "tickets.write"
# Events of tickets tell who did what; the log of changes need not hold what clients wrote as well.
_told: Any = partial(Route, noted=True)
_MANY, _ONE, _TAG = "/tickets", "/tickets/{id}", "tickets"


def routes(service: TicketsService) -> list[Route]:
    return [*_lists(service), *_reading(service), *_changing(service), *_working(service), *_joining(service)]


def _lists(service: TicketsService) -> list[Route]:
    async def page(request: Request) -> Page[TicketRow]:
        return await service.page(request.user, request.query)

    async def counters(request: Request) -> Counters:
        return await service.counters(request.user)

    async def tags(_request: Request) -> Page[UsedTag]:
        return Page(await service.tags())

    return [
        Route(
            "GET",
            _MANY,
            page,
            "Requests, newest first; words are found in all their forms, with small mistakes where nothing else is",
            tag=_TAG,
            right=READ,
            query=TicketFilter,
            response=Page[TicketRow],
        ),
        Route("GET", "/ticket-counters", counters, "How much is open", tag=_TAG, right=READ, response=Counters),
        Route(
            "GET", "/ticket-tags", tags, "Tags in use, most used first", tag=_TAG, right=READ, response=Page[UsedTag]
        ),
    ]


def _reading(service: TicketsService) -> list[Route]:
    async def get(request: Request) -> FullTicket:
        return await service.get(id_=request.params["id"])

    async def by_number(request: Request) -> FullTicket:
        return await service.get(number=request.params["number"])

    async def messages(request: Request) -> Page[MessageRow]:
        return await service.messages(request.params["id"], request.query)

    async def events(request: Request) -> Page[TicketEvent]:
        return await service.events(request.params["id"], request.query)

    return [
        Route("GET", _ONE, get, "A request", tag=_TAG, right=READ, response=FullTicket),
        Route(
            "GET",
            "/tickets/by-number/{number}",
            by_number,
            "A request by its number",
            tag=_TAG,
            right=READ,
            params={"number": int},
            response=FullTicket,
        ),
        Route(
            "GET",
            _ONE + "/messages",
            messages,
            "What was said in it, and in requests that were merged into it",
            tag=_TAG,
            right=READ,
            query=MessagesQuery,
            response=Page[MessageRow],
        ),
        Route(
            "GET",
            _ONE + "/events",
            events,
            "What happened to it, in order",
            tag=_TAG,
            right=WRITE,
            query=PageQuery,
            response=Page[TicketEvent],
        ),
    ]


def _changing(service: TicketsService) -> list[Route]:
    async def create(request: Request) -> FullTicket:
        return await service.open(request.user, request.body)

    async def change(request: Request) -> FullTicket:
        return await service.change(request.user, request.params["id"], request.body, request.expected_version)

    async def say(request: Request) -> Message:
        return await service.say(request.user, request.params["id"], request.body)

    return [
        _told(
            "POST",
            _MANY,
            create,
            "Open a request; sent again with the same id it opens no other",
            tag=_TAG,
            right=WRITE,
            body=TicketData,
            response=FullTicket,
            status=201,
            errors=(409,),
        ),
        _told(
            "PATCH",
            _ONE,
            change,
            "Change fields of a request",
            tag=_TAG,
            right=WRITE,
            body=TicketPatch,
            response=FullTicket,
            errors=(409,),
            versioned=True,
        ),
        _told(
            "POST",
            _ONE + "/messages",
            say,
            "Answer, or note something for colleagues",
            tag=_TAG,
            right=WRITE,
            body=MessageData,
            response=Message,
            status=201,
            errors=(409,),
        ),
    ]


def _working(service: TicketsService) -> list[Route]:
    async def move(request: Request) -> FullTicket:
        return await service.move(request.user, _id(request), request.body, request.expected_version)

    async def escalate(request: Request) -> FullTicket:
        return await service.escalate(request.user, _id(request), request.body, request.expected_version)

    async def take(request: Request) -> FullTicket:
        return await service.take(request.user, _id(request), over=request.body.over)

    return [
        _told(
            "POST",
            _ONE + "/state",
            move,
            "Move a request to another state",
            tag=_TAG,
            right=WRITE,
            body=Move,
            response=FullTicket,
            errors=(409,),
            versioned=True,
        ),
        _told(
            "POST",
            _ONE + "/escalate",
            escalate,
            "Hand a request to another line, saying why",
            tag=_TAG,
            right=WRITE,
            body=Escalation,
            response=FullTicket,
            errors=(409,),
            versioned=True,
        ),
        _told(
            "POST",
            _ONE + "/take",
            take,
            "Take a request; refused where somebody has it, unless it is taken over",
            tag=_TAG,
            right=WRITE,
            body=Take,
            response=FullTicket,
            errors=(409,),
        ),
    ]


def _joining(service: TicketsService) -> list[Route]:
    async def merge(request: Request) -> FullTicket:
        return await service.merge(request.user, _id(request), request.body.into_id)

    async def split(request: Request) -> FullTicket:
        return await service.split(request.user, _id(request), request.body)

    return [
        _told(
            "POST",
            _ONE + "/merge",
            merge,
            "Close a request for good and lead to another of the same client; gives that one",
            tag=_TAG,
            right=WRITE,
            body=Merge,
            response=FullTicket,
            errors=(409,),
        ),
        _told(
            "POST",
            _ONE + "/split",
            split,
            "Make a request of its own from some messages; gives the new one",
            tag=_TAG,
            right=WRITE,
            body=Split,
            response=FullTicket,
            status=201,
            errors=(409,),
        ),
    ]


def _id(request: Request) -> UUID:
    found: UUID = request.params["id"]
    return found
