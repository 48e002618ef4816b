"""What browsers get: the OpenAPI document, its readable page, the panel. Files are served as written."""

from collections.abc import Sequence
from typing import Any

import msgspec
from aiohttp import web

from api.web import openapi
from api.web.route import Request, Route
from engine.core.config import ROOT

WIDGET = ROOT / "widget"
VERSION = "1.0"
_KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def routes(documented: Sequence[Route]) -> list[Route]:
    """The OpenAPI document of ``documented`` and of these routes themselves, and the page that shows it."""
    encoded = b""

    async def spec(_request: Request) -> web.Response:
        return web.Response(body=encoded, content_type="application/json", charset="utf-8")

    async def docs(_request: Request) -> web.FileResponse:
        return _page("docs/index.html")

    own = [
        Route("GET", "/openapi.json", spec, "This document", tag="documentation", right=None, response=dict[str, Any]),
        Route(
            "GET",
            "/docs",
            docs,
            "The readable page of this document",
            tag="documentation",
            right=None,
            media=("text/html",),
        ),
    ]
    encoded = msgspec.json.encode(openapi.document([*documented, *own], VERSION))
    return own


def add_static(app: web.Application) -> None:
    """The panel at ``/panel`` and the modules under ``/widget/``."""

    async def panel(_request: web.Request) -> web.StreamResponse:
        return _page("panel/index.html")

    async def start(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/panel")

    async def asset(request: web.Request) -> web.StreamResponse:
        path = (WIDGET / request.match_info["path"]).resolve()
        if path.suffix not in _KINDS or not path.is_relative_to(WIDGET) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Content-Type": _KINDS[path.suffix], "Cache-Control": "no-cache"})

    app.router.add_get("/", start)
    app.router.add_get("/panel", panel)
    app.router.add_get("/widget/{path:.+}", asset)


def _page(name: str) -> web.FileResponse:
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}
    return web.FileResponse(WIDGET / name, headers=headers)
