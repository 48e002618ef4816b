"""Routes of the portal. Each needs a client who has an account (``Request.client``)."""

from functools import partial
from typing import Any

from api.clients.model import NewPerson
from api.portal.model import (
    Child,
    ChildPatch,
    CountsQuery,
    MePatch,
    MessagesQuery,
    PortalCategory,
    PortalCounts,
    PortalMe,
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
from api.portal.people import PortalPeople
from api.portal.service import PortalService
from api.web.paging import PageQuery
from api.web.route import Page, Request, Route

RIGHT = "tickets.own"
_ONE = "/portal/tickets/{id}"
_CHILD = "/portal/children/{id}"
_route: Any = partial(Route, tag="portal", right=RIGHT)
# What happens to requests stands in their own history.
_told: Any = partial(_route, noted=True)


def routes(service: PortalService, people: PortalPeople) -> list[Route]:
    return [*_tickets(service), *_words(service), *_moves(service), *_watch(service), *_me(people), *_children(people)]


def _tickets(service: PortalService) -> list[Route]:
    async def page(request: Request) -> Page[PortalTicket]:
        return await service.page(request.client, request.query)

    async def get(request: Request) -> PortalTicketWhole:
        _ = request.client
        return await service.get(request.params["id"])

    async def create(request: Request) -> PortalTicketWhole:
        return await service.open(request.user, request.client, request.body)

    async def counts(request: Request) -> PortalCounts:
        return await service.counts(request.client, request.query.outlet_id)

    async def categories(request: Request) -> Page[PortalCategory]:
        _ = request.client
        return await service.categories()

    async def notices(request: Request) -> Page[PortalNotice]:
        _ = request.client
        return await service.notices()

    path = "/portal/tickets"
    return [
        _route("GET", path, page, "One's requests, newest first", query=TicketsQuery, response=Page[PortalTicket]),
        _route(
            "GET",
            "/portal/ticket-counts",
            counts,
            "How many requests one has, by status",
            query=CountsQuery,
            response=PortalCounts,
        ),
        _route("GET", _ONE, get, "A request with its files", response=PortalTicketWhole),
        _told(
            "POST",
            path,
            create,
            "Make a request for one of one's outlets",
            body=PortalNewTicket,
            response=PortalTicketWhole,
            status=201,
            errors=(409,),
        ),
        _route("GET", "/portal/categories", categories, "What it may be about", response=Page[PortalCategory]),
        _route("GET", "/portal/notices", notices, "Troubles of one's open requests", response=Page[PortalNotice]),
    ]


def _words(service: PortalService) -> list[Route]:
    async def page(request: Request) -> Page[PortalMessage]:
        _ = request.client
        return await service.messages(request.params["id"], request.query.limit, request.query.cursor)

    async def say(request: Request) -> PortalMessage:
        return await service.say(request.user, request.client, request.params["id"], request.body)

    path = _ONE + "/messages"
    return [
        _route("GET", path, page, "What was said, oldest first", query=MessagesQuery, response=Page[PortalMessage]),
        _told(
            "POST",
            path,
            say,
            "Say something",
            body=PortalNewMessage,
            response=PortalMessage,
            status=201,
            errors=(409,),
        ),
    ]


def _moves(service: PortalService) -> list[Route]:
    async def confirm(request: Request) -> PortalTicketWhole:
        return await service.confirm(request.user, request.client, request.params["id"])

    async def close(request: Request) -> PortalTicketWhole:
        return await service.close(request.user, request.client, request.params["id"])

    async def reopen(request: Request) -> PortalTicketWhole:
        return await service.reopen(request.user, request.client, request.params["id"], request.body)

    made: list[tuple[Any, str, str, Any]] = [
        (confirm, "confirm", "It is solved", None),
        (close, "close", "It is not needed any more", None),
        (reopen, "reopen", "It is not solved", Reopen),
    ]
    return [
        _told("POST", f"{_ONE}/{word}", handler, text, body=body, response=PortalTicketWhole, errors=(409,))
        for handler, word, text, body in made
    ]


def _watch(service: PortalService) -> list[Route]:
    async def get(request: Request) -> Watch:
        return await service.watching(request.client, request.params["id"])

    async def begin(request: Request) -> None:
        await service.watch(request.client, request.params["id"], True)

    async def end(request: Request) -> None:
        await service.watch(request.client, request.params["id"], False)

    path = _ONE + "/watch"
    return [
        _route("GET", path, get, "Does one get letters of it", response=Watch),
        _told("POST", path, begin, "Get letters of it", status=204),
        _told("DELETE", path, end, "Get no letters of it", status=204),
    ]


def _me(people: PortalPeople) -> list[Route]:
    async def me(request: Request) -> PortalMe:
        return await people.me(request.user, request.client)

    async def change(request: Request) -> PortalMe:
        return await people.change_me(request.user, request.client, request.body, request.expected_version)

    path = "/portal/me"
    return [
        _route("GET", path, me, "One's account and outlets", response=PortalMe),
        _route(
            "PATCH",
            path,
            change,
            "Change one's account",
            body=MePatch,
            response=PortalMe,
            errors=(409,),
            versioned=True,
        ),
    ]


def _children(people: PortalPeople) -> list[Route]:
    async def page(request: Request) -> Page[Child]:
        return await people.page(request.client, request.query.limit, request.query.cursor)

    async def get(request: Request) -> Child:
        return await people.get(request.client, request.params["id"])

    async def create(request: Request) -> Child:
        return await people.create(request.client, request.body)

    async def change(request: Request) -> Child:
        return await people.change(request.client, request.params["id"], request.body, request.expected_version)

    async def invite(request: Request) -> None:
        await people.invite(request.client, request.params["id"])

    path, busy = "/portal/children", (409, 429)
    return [
        _route("GET", path, page, "People of one's company", query=PageQuery, response=Page[Child]),
        _route("GET", _CHILD, get, "A person of one's company", response=Child),
        _route(
            "POST",
            path,
            create,
            "Add and invite a person, and pick its outlets",
            body=NewPerson,
            response=Child,
            status=201,
            errors=busy,
        ),
        _route(
            "PATCH",
            _CHILD,
            change,
            "Change or block a person, pick its outlets anew",
            body=ChildPatch,
            response=Child,
            errors=(409,),
            versioned=True,
        ),
        _route("POST", _CHILD + "/invite", invite, "Send the invitation again", status=204, errors=(*busy, 422)),
    ]
