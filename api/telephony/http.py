"""Routes of configuration: the same six for each declared resource, and a phone's provisioning data."""

from typing import Any, NamedTuple

from api.telephony import catalog
from api.telephony.model import FeatureCode, Phone
from api.telephony.resource import Resource
from api.telephony.service import TelephonyService
from api.web.paging import SearchQuery
from api.web.patches import given
from api.web.route import Handler, Page, Request, Route
from engine.routing.features import CODES

READ, WRITE = "telephony.read", "telephony.write"


def routes(service: TelephonyService) -> list[Route]:
    made = [route for resource in catalog.ALL for route in resource_routes(resource, service)]
    return [*made, _phone_route(service), _codes_route()]


def _codes_route() -> Route:
    codes = Page([FeatureCode(dial=code.dial, feature=code.feature, ru=code.ru, en=code.en) for code in CODES])

    async def feature_codes(_request: Request) -> Page[FeatureCode]:
        return codes

    return Route(
        "GET",
        "/feature-codes",
        feature_codes,
        "Codes that phones dial, for people",
        tag="extensions",
        right="",
        response=Page[FeatureCode],
    )


def _phone_route(service: TelephonyService) -> Route:
    async def phone(request: Request) -> Phone:
        return await service.phone(request.params["id"], with_password=request.user.may(WRITE))

    return Route(
        "GET",
        "/extensions/{id}/phone",
        phone,
        f"What a phone needs to register; the password only with {WRITE}",
        tag="extensions",
        right=READ,
        response=Phone,
    )


def resource_routes(resource: Resource, service: TelephonyService) -> list[Route]:
    """List, create, read, replace, change and delete one kind of thing."""

    async def list_(request: Request) -> Page[Any]:
        return await service.page(resource, request.query.limit, request.query.cursor, request.query.q)

    async def create(request: Request) -> Any:
        return await service.create(resource, request.body)

    async def get(request: Request) -> Any:
        return await service.get(resource, request.params["id"])

    async def replace(request: Request) -> Any:
        fields = given(request.body)
        return await service.change(resource, request.params["id"], fields, request.expected_version)

    async def change(request: Request) -> Any:
        fields = given(request.body)
        version = fields.pop("version", request.expected_version)
        return await service.change(resource, request.params["id"], fields, version)

    async def delete(request: Request) -> None:
        await service.delete(resource, request.params["id"], request.expected_version)

    handlers = Handlers(list_, create, get, replace, change, delete)
    described = [*_reading(resource, handlers), *_writing(resource, handlers)]
    return [route for route in described if route.method in resource.methods]


class Handlers(NamedTuple):
    """What serves the six operations on one kind of thing."""

    list_: Handler
    create: Handler
    get: Handler
    replace: Handler
    change: Handler
    delete: Handler


def _reading(resource: Resource, serve: Handlers) -> list[Route]:
    many, one = f"/{resource.path}", f"/{resource.path}/{{id}}"
    name, stored = resource.path, resource.stored
    page: Any = Page[stored]  # type: ignore[valid-type]
    return [
        Route(
            "GET",
            many,
            serve.list_,
            f"List {name}",
            tag=name,
            right=resource.read_right,
            query=SearchQuery,
            response=page,
        ),
        Route("GET", one, serve.get, f"Read one of {name}", tag=name, right=resource.read_right, response=stored),
    ]


def _writing(resource: Resource, serve: Handlers) -> list[Route]:
    many, one = f"/{resource.path}", f"/{resource.path}/{{id}}"
    name, stored = resource.path, resource.stored
    return [
        Route(
            "POST",
            many,
            serve.create,
            f"Create one of {name}",
            tag=name,
            right=resource.write_right,
            body=resource.write,
            response=stored,
            status=201,
            errors=(409,),
        ),
        Route(
            "PUT",
            one,
            serve.replace,
            f"Replace one of {name}; fields left out take their defaults, secrets stay",
            tag=name,
            right=resource.write_right,
            body=resource.write,
            response=stored,
            errors=(409,),
            versioned=True,
        ),
        Route(
            "PATCH",
            one,
            serve.change,
            f"Change fields of one of {name}",
            tag=name,
            right=resource.write_right,
            body=resource.patch,
            response=stored,
            errors=(409,),
            versioned=True,
        ),
        Route(
            "DELETE",
            one,
            serve.delete,
            f"Delete one of {name}; refused while others refer to it",
            tag=name,
            right=resource.write_right,
            status=204,
            errors=(409,),
            versioned=True,
        ),
    ]
