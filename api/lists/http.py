"""Routes of lists: those of any configured thing, with a size and a slow delete of their own."""

import dataclasses
from typing import Any

from api.lists.model import Counts
from api.lists.service import LISTS, ListsService
from api.telephony.http import resource_routes
from api.telephony.service import TelephonyService
from api.web.patches import given
from api.web.route import Request, Route

_ONE = "/lead-lists/{id}"


def routes(rows: TelephonyService, service: ListsService) -> list[Route]:
    """``rows`` works on a ``ListStore``."""

    async def replace(request: Request) -> Any:
        return await service.change(request.params["id"], given(request.body), request.expected_version)

    async def change(request: Request) -> Any:
        fields = given(request.body)
        version = fields.pop("version", request.expected_version)
        return await service.change(request.params["id"], fields, version)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"], request.expected_version)

    async def counts(request: Request) -> Counts:
        return await service.counts(request.params["id"])

    own = {"PUT": replace, "PATCH": change, "DELETE": delete}
    made = [
        dataclasses.replace(route, handler=own[route.method]) if route.method in own else route
        for route in resource_routes(LISTS, rows)
    ]
    figures = Route(
        "GET",
        _ONE + "/counts",
        counts,
        "A list in figures",
        tag=LISTS.path,
        right=LISTS.read_right,
        response=Counts,
    )
    return [*made, figures]
