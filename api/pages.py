"""What browsers get: the OpenAPI document, its page, the panel, the client's portal, the widget. Files as written."""

import asyncio
import html
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from aiohttp import web

from api.web import openapi
from api.web.route import Request, Route
from engine.core.config import ROOT, Settings
from engine.core.errors import ConfigError

WIDGET = ROOT / "widget"
VERSION = "1.0"
_KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?\Z")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "media-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-src {frames}; "
    "frame-ancestors {ancestors}"
)


def routes(documented: Sequence[Route]) -> list[Route]:
    """The OpenAPI document of ``documented`` and of these routes themselves, and the page that shows it."""
    encoded = b""

    async def spec(_request: Request) -> web.Response:
        nonlocal encoded
        if not encoded:
            # Made when it is asked for first, and not by the loop: hundreds of operations take a while.
            encoded = await asyncio.to_thread(made)
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

    def made() -> bytes:
        return msgspec.json.encode(openapi.document([*documented, *own], VERSION))

    return own


def add_static(app: web.Application, settings: Settings) -> None:
    """The panel at ``/panel``, the client's portal at ``/support``, the widget at ``/embed`` with its loader and an
    example, modules under ``/widget/``.

    Raises:
        ConfigError: widget_origins names something that is no origin, or the release build is missing.
    """
    origins = embedding_origins(settings.widget_origins)
    entry = "dist/index.html" if settings.widget_release else "app/index.html"
    loader = "dist/paylater.js" if settings.widget_release else "loader/paylater.js"
    if not (WIDGET / entry).is_file():
        raise ConfigError(f"widget/{entry} is missing: run npm --prefix widget run release, or unset widget_release")
    embedded = (WIDGET / entry).read_text(encoding="utf-8")
    for name, value in (("origins", " ".join(origins)), ("idle", str(settings.widget_idle_minutes))):
        embedded = embedded.replace(f"{{{{{name}}}}}", html.escape(value))

    supported = (WIDGET / "portal" / "index.html").read_text(encoding="utf-8")
    for name in ("ticket_file_bytes", "ticket_files_at_once", "ticket_file_types"):
        supported = supported.replace(f"{{{{{name}}}}}", html.escape(str(getattr(settings, name))))

    async def panel(_request: web.Request) -> web.StreamResponse:
        return _page("panel/index.html")

    async def portal(_request: web.Request) -> web.StreamResponse:
        return _html(supported, policy())

    async def embed(_request: web.Request) -> web.StreamResponse:
        return _html(embedded, policy(ancestors=("'self'", *origins)))

    async def example(_request: web.Request) -> web.StreamResponse:
        text = (WIDGET / "loader" / "example.html").read_text(encoding="utf-8")
        return _html(text, policy(frames=("'self'",)))

    async def load(_request: web.Request) -> web.StreamResponse:
        headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-cache"}
        return web.FileResponse(WIDGET / loader, headers=headers | {"Content-Type": _KINDS[".js"]})

    async def start(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/panel")

    async def asset(request: web.Request) -> web.StreamResponse:
        path = (WIDGET / request.match_info["path"]).resolve()
        if path.suffix not in _KINDS or not path.is_relative_to(WIDGET) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Content-Type": _KINDS[path.suffix], "Cache-Control": "no-cache"})

    app.router.add_get("/", start)
    app.router.add_get("/panel", panel)
    app.router.add_get("/panel/{place:.*}", panel)
    app.router.add_get("/support", portal)
    app.router.add_get("/support/{place:.*}", portal)
    app.router.add_get("/embed", embed)
    app.router.add_get("/paylater.js", load)
    app.router.add_get("/widget/example.html", example)
    app.router.add_get("/widget/{path:.+}", asset)


def embedding_origins(text: str) -> tuple[str, ...]:
    """Origins of the setting ``widget_origins``. Pure.

    Raises:
        ConfigError: one is not ``scheme://host`` or ``scheme://host:port``.
    """
    found = tuple(item.strip().lower().rstrip("/") for item in text.split(",") if item.strip())
    for origin in found:
        if not _ORIGIN.match(origin):
            raise ConfigError(f"widget_origins: {origin!r} is no address like https://crm.example.com")
    return found


def policy(*, frames: Sequence[str] = (), ancestors: Sequence[str] = ()) -> str:
    """The content security policy of a page: our own files only, nothing inline; who may be framed and may frame."""
    return _POLICY.format(frames=" ".join(frames) or "'none'", ancestors=" ".join(ancestors) or "'none'")


def _html(text: str, content_policy: str) -> web.Response:
    headers = {"Content-Security-Policy": content_policy, "Cache-Control": "no-cache"}
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)


def _page(name: str) -> web.FileResponse:
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}
    return web.FileResponse(WIDGET / name, headers=headers)
