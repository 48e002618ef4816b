"""Routes of whole accounts: of staff and of the portal."""

from functools import partial
from typing import Any

from aiohttp import web

from api.client_data.export import MEDIA, ExportService
from api.client_data.service import ClientDataService
from api.clients.model import Client, Erase, Transfer
from api.portal.people import PortalPeople, check_transfer
from api.web.route import Request, Route

_ONE = "/clients/{id}"
_staff: Any = partial(Route, tag="clients", right="clients.write")
_portal: Any = partial(Route, tag="portal", right="tickets.own")


def routes(service: ClientDataService, exports: ExportService, people: PortalPeople) -> list[Route]:
    return [*_by_staff(service, exports), *_by_clients(service, exports, people)]


def _by_staff(service: ClientDataService, exports: ExportService) -> list[Route]:
    async def transfer(request: Request) -> Client:
        return await service.transfer(request.user, request.params["id"], request.body)

    async def export(request: Request) -> web.StreamResponse:
        return await exports.send(request.raw, request.params["id"])

    async def erase(request: Request) -> None:
        await service.erase(request.user, request.params["id"], request.body)

    return [
        _staff(
            "POST",
            _ONE + "/transfer",
            transfer,
            "Give a company's account to a person of it",
            body=Transfer,
            response=Client,
            errors=(409,),
        ),
        _staff(
            "POST",
            _ONE + "/export",
            export,
            "All data of an account as a ZIP file of JSON and files",
            media=(MEDIA,),
            errors=(429,),
        ),
        _staff(
            "POST",
            _ONE + "/erase",
            erase,
            "Erase all personal data of an account for ever; its name, once more, says that this is meant",
            body=Erase,
            status=204,
            errors=(409,),
        ),
    ]


def _by_clients(service: ClientDataService, exports: ExportService, people: PortalPeople) -> list[Route]:
    async def transfer(request: Request) -> None:
        check_transfer(request.client, request.body)
        await people.get(request.client, request.body.child_id)
        await service.give(request.client.parent_id, request.body)

    async def export(request: Request) -> web.StreamResponse:
        return await exports.send(request.raw, request.client.account_id)

    async def remove(request: Request) -> None:
        await people.get(request.client, request.params["id"])
        await service.forget(request.params["id"])

    return [
        _portal(
            "POST",
            "/portal/transfer",
            transfer,
            "Give the company's account to a person of it, and become a person oneself",
            body=Transfer,
            status=204,
            errors=(404, 409),
        ),
        _portal(
            "GET",
            "/portal/export",
            export,
            "One's own data as a ZIP file of JSON and files",
            media=(MEDIA,),
            errors=(404, 429),
        ),
        _portal(
            "DELETE",
            "/portal/children/{id}",
            remove,
            "Remove a person for ever; its personal data is erased",
            status=204,
            errors=(409,),
        ),
    ]
