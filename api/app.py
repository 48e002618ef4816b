"""The composition root of the api: the one place where its parts are made and joined."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from api import pages
from api.auth import http as auth_http
from api.auth.passwords import Passwords
from api.auth.service import AuthService
from api.auth.store import AuthStore
from api.auth.tokens import AccessTokens
from api.calls import http as calls_http
from api.calls.service import CallsService
from api.calls.store import CallsStore
from api.control.client import EngineClient
from api.control.store import ControlStore
from api.health import http as health_http
from api.telephony import http as telephony_http
from api.telephony.service import TelephonyService
from api.telephony.store import TelephonyStore
from api.web.middleware import add_headers, edge
from api.web.route import Route
from api.web.router import Router
from engine.core import db, log
from engine.core.clock import Clock, SystemClock
from engine.core.config import Settings
from engine.core.errors import Unavailable

_log = log.get("api")
SHUTDOWN_SECONDS = 5.0


@asynccontextmanager
async def serve(settings: Settings, clock: Clock | None = None) -> AsyncIterator[str]:
    """The api, serving while the context is open; gives its address. Port 0 takes a free one."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        pool = await _pool(settings)
        stack.push_async_callback(_close, pool)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        app = compose(settings, pool, session, clock)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.bind_host, settings.http_port)
        await site.start()
        host, port = runner.addresses[0][:2]
        _log.info("serving", address=f"http://{host}:{port}")
        yield f"http://{host}:{port}"


def compose(settings: Settings, pool: Any, session: aiohttp.ClientSession, clock: Clock) -> web.Application:
    """All parts of the api, joined."""
    engine = EngineClient(ControlStore(pool), session, settings)
    passwords = Passwords()
    auth = AuthService(AuthStore(pool), passwords, AccessTokens(settings), settings, clock)
    telephony = TelephonyService(TelephonyStore(pool), clock)
    calls = CallsService(CallsStore(pool), engine, settings.recordings, clock)
    routes: list[Route] = [
        *health_http.routes(pool),
        *auth_http.routes(auth),
        *telephony_http.routes(telephony),
        *calls_http.routes(calls),
    ]
    routes += pages.routes(routes)
    app = web.Application(middlewares=[edge], client_max_size=settings.request_max_bytes)
    app.on_response_prepare.append(add_headers)
    Router(routes, auth.authenticate).add_to(app)
    pages.add_static(app)

    async def close(_app: web.Application) -> None:
        passwords.close()

    app.on_cleanup.append(close)
    return app


async def _pool(settings: Settings) -> Any:
    """The pool; a database that is not there yet is waited for."""
    while True:
        try:
            return await db.create_pool(settings)
        except Unavailable as exc:
            _log.warning("database_away", error=exc.detail)
            await asyncio.sleep(1)


async def _close(pool: Any) -> None:
    try:
        await asyncio.wait_for(pool.close(), SHUTDOWN_SECONDS)
    except TimeoutError:
        pool.terminate()
