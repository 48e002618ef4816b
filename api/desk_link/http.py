"""Routes of links to other desks."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from api.desk_link import presets
from api.desk_link.incoming.applying import Files
from api.desk_link.incoming.inbox import Inbox, Taken
from api.desk_link.model import (
    DeliveriesQuery,
    DeskLinkWrite,
    InboundSecret,
    LinkDelivery,
    LinkReceived,
    LinkState,
    ReceivedQuery,
    Resent,
    TicketLink,
    TicketLinks,
)
from api.desk_link.presets import LinkPreset
from api.desk_link.receiving import receive
from api.desk_link.service import DeskLinksService
from api.desk_link.store import DESK_LINKS, RIGHT
from api.telephony.http import resource_routes
from api.web.route import Page, Request, Route
from api.webhooks.model import Trial

TAG = "desk-links"
_DELIVERY = Annotated[int, Meta(ge=1, le=2**63 - 1)]
_ONE = "/desk-links/{id}"


def routes(service: DeskLinksService, inbox: Inbox, files: Files) -> list[Route]:
    made = [route for route in resource_routes(DESK_LINKS, service) if route.method != "POST"]
    return [*made, *_making(service), *_looking(service), *_sending(service), _events(inbox, files)]


def _making(service: DeskLinksService) -> list[Route]:
    async def add(request: Request) -> InboundSecret:
        return await service.add(request.body)

    async def rotate(request: Request) -> InboundSecret:
        return await service.rotate(request.params["id"])

    async def test(request: Request) -> Trial:
        return await service.test(request.params["id"])

    async def listed(_request: Request) -> Page[LinkPreset]:
        return Page(list(presets.ALL))

    return [
        Route(
            "POST",
            "/desk-links",
            add,
            "Link another service desk; the secret that it signs its events with is told this once",
            tag=TAG,
            right=RIGHT,
            body=DeskLinkWrite,
            response=InboundSecret,
            status=201,
            errors=(409,),
        ),
        Route(
            "POST",
            _ONE + "/rotate",
            rotate,
            "Another inbound secret, told this once; the one before is taken for a day",
            tag=TAG,
            right=RIGHT,
            response=InboundSecret,
        ),
        Route(
            "POST",
            _ONE + "/test",
            test,
            "Ask the other desk something that changes nothing, and tell how it answered",
            tag=TAG,
            right=RIGHT,
            response=Trial,
            asks=True,
        ),
        Route(
            "GET",
            "/desk-link-presets",
            listed,
            "Mappings to begin with",
            tag=TAG,
            right=RIGHT,
            response=Page[LinkPreset],
        ),
    ]


def _looking(service: DeskLinksService) -> list[Route]:
    async def state(request: Request) -> LinkState:
        return await service.state(request.params["id"])

    async def deliveries(request: Request) -> Page[LinkDelivery]:
        return await service.deliveries(request.params["id"], request.query)

    async def received(request: Request) -> Page[LinkReceived]:
        return await service.received(request.params["id"], request.query)

    async def links_of(request: Request) -> TicketLinks:
        return await service.links_of(request.params["id"], ours=request.user.partner_id is None)

    return [
        Route("GET", _ONE + "/state", state, "How a link is", tag=TAG, right=RIGHT, response=LinkState),
        Route(
            "GET",
            _ONE + "/deliveries",
            deliveries,
            "What goes to the other desk, newest first",
            tag=TAG,
            right=RIGHT,
            query=DeliveriesQuery,
            response=Page[LinkDelivery],
        ),
        Route(
            "GET",
            _ONE + "/received",
            received,
            "What came from the other desk, newest first",
            tag=TAG,
            right=RIGHT,
            query=ReceivedQuery,
            response=Page[LinkReceived],
        ),
        Route(
            "GET",
            "/tickets/{id}/links",
            links_of,
            "Desks that a request is at, or can be sent to",
            tag=TAG,
            right="tickets.read",
            response=TicketLinks,
        ),
    ]


def _sending(service: DeskLinksService) -> list[Route]:
    async def send(request: Request) -> TicketLink:
        return await service.send_ticket(request.params["id"], request.params["ticket_id"])

    async def resend(request: Request) -> None:
        await service.resend(request.params["id"])

    async def resend_dead(request: Request) -> Resent:
        return await service.resend_dead(request.params["id"])

    return [
        Route(
            "POST",
            _ONE + "/tickets/{ticket_id}",
            send,
            "Send a request to the other desk, with all that was said so far",
            tag=TAG,
            right="tickets.write",
            params={"id": UUID, "ticket_id": UUID},
            response=TicketLink,
            status=201,
            errors=(409,),
        ),
        Route(
            "POST",
            _ONE + "/resend",
            resend_dead,
            "Send all dead deliveries of a link again",
            tag=TAG,
            right=RIGHT,
            response=Resent,
        ),
        Route(
            "POST",
            "/desk-links/deliveries/{id}/resend",
            resend,
            "Send one delivery again that is dead or was delivered; its event id stays the same",
            tag=TAG,
            right=RIGHT,
            params={"id": _DELIVERY},
            status=204,
            errors=(409,),
        ),
    ]


def _events(inbox: Inbox, files: Files) -> Route:
    async def event(request: Request) -> Taken:
        return await receive(request, inbox, files)

    return Route(
        "POST",
        _ONE + "/events",
        event,
        "An event of the other desk, signed (PayLater-Signature): JSON, or a form with the parts event and file",
        tag=TAG,
        right=None,
        limit="public",
        response=Taken,
        errors=(400, 401, 409, 413, 415, 422),
    )
