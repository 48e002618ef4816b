"""Routes of registrations: the open form, and those of support."""

from functools import partial
from typing import Any

from api.registrations.model import Confirm, NewRegistration, Registration, RegistrationsQuery, Reject
from api.registrations.service import RegistrationsService
from api.web.route import Page, Request, Route

READ, WRITE = "clients.read", "clients.write"
_ALL, _ONE = "/registrations", "/registrations/{id}"
_route: Any = partial(Route, tag="registrations")


def routes(service: RegistrationsService) -> list[Route]:
    async def ask(request: Request) -> None:
        await service.ask(request.body, request.address)

    async def page(request: Request) -> Page[Registration]:
        return await service.page(request.query)

    async def get(request: Request) -> Registration:
        return await service.get(request.params["id"])

    async def confirm(request: Request) -> Registration:
        return await service.confirm(request.user, request.params["id"], request.body)

    async def reject(request: Request) -> Registration:
        return await service.reject(request.user, request.params["id"], request.body)

    return [
        _route(
            "POST",
            _ALL,
            ask,
            "Ask for an account of one's company; the answer is the same for everybody",
            right=None,
            limit="form",
            body=NewRegistration,
            status=202,
        ),
        _route(
            "GET",
            _ALL,
            page,
            "Registrations, newest first",
            right=READ,
            query=RegistrationsQuery,
            response=Page[Registration],
        ),
        _route("GET", _ONE, get, "A registration", right=READ, response=Registration),
        _route(
            "POST",
            _ONE + "/confirm",
            confirm,
            "Make the company's account with its outlets, and invite its person",
            right=WRITE,
            body=Confirm,
            response=Registration,
            errors=(409,),
        ),
        _route(
            "POST",
            _ONE + "/reject",
            reject,
            "Say no, and why, by a letter",
            right=WRITE,
            body=Reject,
            response=Registration,
            errors=(409,),
        ),
    ]
