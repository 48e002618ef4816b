"""Routes of accounts of clients, for staff."""

from functools import partial
from typing import Any
from uuid import UUID

from api.clients.model import (
    Addresses,
    Client,
    ClientAddress,
    ClientPatch,
    ClientsQuery,
    NewClient,
    NewOutlet,
    NewPerson,
    Outlet,
    OutletPatch,
)
from api.clients.service import ClientsService
from api.web.paging import PageQuery, SearchQuery
from api.web.route import Page, Request, Route

READ, WRITE = "clients.read", "clients.write"
_ONE, _OUTLET = "/clients/{id}", "/clients/{id}/outlets/{outlet_id}"
TAG = "clients"
_route: Any = partial(Route, tag=TAG)


def routes(service: ClientsService) -> list[Route]:
    return [*_accounts(service), *_doing(service), *_children(service), *_outlets(service), *_addresses(service)]


def _accounts(service: ClientsService) -> list[Route]:
    async def page(request: Request) -> Page[Client]:
        return await service.page(request.query)

    async def get(request: Request) -> Client:
        return await service.get(request.params["id"])

    async def create(request: Request) -> Client:
        return await service.create(request.user, request.body)

    async def change(request: Request) -> Client:
        return await service.change(request.user, request.params["id"], request.body, request.expected_version)

    return [
        _route("GET", "/clients", page, "Companies by name", right=READ, query=ClientsQuery, response=Page[Client]),
        _route("GET", _ONE, get, "A company or a person of one", right=READ, response=Client),
        _route(
            "POST",
            "/clients",
            create,
            "Make a company, with its outlets and an invitation of its person",
            right=WRITE,
            body=NewClient,
            response=Client,
            status=201,
            errors=(409,),
        ),
        _route(
            "PATCH",
            _ONE,
            change,
            "Change an account; outlets of a person hold at once",
            right=WRITE,
            body=ClientPatch,
            response=Client,
            errors=(409,),
            versioned=True,
        ),
    ]


def _doing(service: ClientsService) -> list[Route]:
    async def block(request: Request) -> Client:
        return await service.set_blocked(request.user, request.params["id"], True)

    async def unblock(request: Request) -> Client:
        return await service.set_blocked(request.user, request.params["id"], False)

    async def invite(request: Request) -> None:
        await service.invite(request.user, request.params["id"])

    return [
        _route(
            "POST",
            _ONE + "/block",
            block,
            "Block an account: its sessions end, those of a company's people too",
            right=WRITE,
            response=Client,
            errors=(409,),
        ),
        _route(
            "POST",
            _ONE + "/unblock",
            unblock,
            "Let an account in again",
            right=WRITE,
            response=Client,
            errors=(409,),
        ),
        _route(
            "POST",
            _ONE + "/invite",
            invite,
            "Send the letter by which the account's person may sign in",
            right=WRITE,
            status=204,
            errors=(409, 422),
        ),
    ]


def _children(service: ClientsService) -> list[Route]:
    async def page(request: Request) -> Page[Client]:
        return await service.children(request.params["id"], request.query.limit, request.query.cursor)

    async def create(request: Request) -> Client:
        return await service.create_child(request.user, request.params["id"], request.body)

    path = _ONE + "/children"
    return [
        _route("GET", path, page, "People of a company", right=READ, query=PageQuery, response=Page[Client]),
        _route(
            "POST",
            path,
            create,
            "Make and invite a person of a company",
            right=WRITE,
            body=NewPerson,
            response=Client,
            status=201,
            errors=(409,),
        ),
    ]


def _outlets(service: ClientsService) -> list[Route]:
    async def page(request: Request) -> Page[Outlet]:
        query: SearchQuery = request.query
        return await service.outlets(request.params["id"], query.limit, query.cursor, query.q)

    async def create(request: Request) -> Outlet:
        return await service.create_outlet(request.user, request.params["id"], request.body)

    async def change(request: Request) -> Outlet:
        ids, version = request.params, request.expected_version
        return await service.change_outlet(request.user, ids["id"], ids["outlet_id"], request.body, version)

    async def delete(request: Request) -> None:
        await service.delete_outlet(request.user, request.params["id"], request.params["outlet_id"])

    path, both = _ONE + "/outlets", {"id": UUID, "outlet_id": UUID}
    return [
        _route("GET", path, page, "Outlets of a company", right=READ, query=SearchQuery, response=Page[Outlet]),
        _route(
            "POST",
            path,
            create,
            "Make an outlet",
            right=WRITE,
            body=NewOutlet,
            response=Outlet,
            status=201,
            errors=(409,),
        ),
        _route(
            "PATCH",
            _OUTLET,
            change,
            "Change an outlet, or turn it off",
            right=WRITE,
            params=both,
            body=OutletPatch,
            response=Outlet,
            errors=(409,),
            versioned=True,
        ),
        _route(
            "DELETE",
            _OUTLET,
            delete,
            "Delete an outlet that no request names",
            right=WRITE,
            params=both,
            status=204,
            errors=(409,),
        ),
    ]


def _addresses(service: ClientsService) -> list[Route]:
    async def get(request: Request) -> Page[ClientAddress]:
        return await service.addresses(request.params["id"])

    async def put(request: Request) -> Page[ClientAddress]:
        return await service.set_addresses(request.user, request.params["id"], request.body.items)

    path = _ONE + "/addresses"
    return [
        _route(
            "GET", path, get, "By which numbers and addresses it is known", right=READ, response=Page[ClientAddress]
        ),
        _route(
            "PUT",
            path,
            put,
            "Set all numbers and addresses by which it is known",
            right=WRITE,
            body=Addresses,
            response=Page[ClientAddress],
        ),
    ]
