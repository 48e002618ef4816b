"""Routes of call-backs, and the one that forms on web sites use."""

import msgspec
from aiohttp import web

from api.callbacks.model import (
    Asked,
    Callback,
    CallbackChange,
    CallbackOrder,
    CallbacksQuery,
    CallbackStory,
    Ordered,
    WebForm,
)
from api.callbacks.service import CallbacksService
from api.web.route import Page, Request, Route

READ, WRITE = "callbacks.read", "callbacks.write"
TAG = "call-backs"
_FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""The form needs no sign-in and no cookie, so that a page of any site may use it."""


def routes(service: CallbacksService) -> list[Route]:
    return [*_list(service), *_one(service), *_form(service)]


def _list(service: CallbacksService) -> list[Route]:
    async def page(request: Request) -> Page[Callback]:
        return await service.page(request.query)

    async def order(request: Request) -> Ordered:
        return await service.order(request.body)

    return [
        Route(
            "GET", "/callbacks", page, "List call-backs", tag=TAG, right=READ, query=CallbacksQuery,
            response=Page[Callback],
        ),
        Route(
            "POST",
            "/callbacks",
            order,
            "Order a call-back; a number that waits already keeps its place",
            tag=TAG,
            right=WRITE,
            body=CallbackOrder,
            response=Ordered,
            status=201,
        ),
    ]  # fmt: skip


def _one(service: CallbacksService) -> list[Route]:
    async def get(request: Request) -> CallbackStory:
        return await service.get(request.params["id"])

    async def change(request: Request) -> Callback:
        return await service.change(request.params["id"], request.body, request.user)

    async def cancel(request: Request) -> None:
        await service.cancel(request.params["id"], request.user)

    path = "/callbacks/{id}"
    return [
        Route("GET", path, get, "Read a call-back with its tries", tag=TAG, right=READ, response=CallbackStory),
        Route(
            "PATCH",
            path,
            change,
            "Change an open call-back, or end it",
            tag=TAG,
            right=WRITE,
            body=CallbackChange,
            response=Callback,
            errors=(409,),
        ),
        Route("DELETE", path, cancel, "Cancel a call-back", tag=TAG, right=WRITE, status=204, errors=(409,)),
    ]


def _form(service: CallbacksService) -> list[Route]:
    async def order(request: Request) -> web.Response:
        await service.order_by_form(request.body)
        body = msgspec.json.encode(Asked(True))
        return web.Response(status=202, body=body, content_type="application/json", headers=_FROM_ANYWHERE)

    async def allow(_request: Request) -> web.Response:
        return web.Response(status=204, headers=_FROM_ANYWHERE)

    path = "/public/callbacks"
    return [
        Route(
            "POST",
            path,
            order,
            "Order a call-back from a form on a web site",
            tag=TAG,
            right=None,
            body=WebForm,
            response=Asked,
            status=202,
            errors=(404,),
            limit="form",
        ),
        Route("OPTIONS", path, allow, "Tell browsers that any site may send the form", tag=TAG, right=None, status=204),
    ]
