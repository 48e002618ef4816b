"""The composition root of the api: the one place where its parts are made and joined."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from aiohttp import web

from api import desk as api_desk
from api import dialling as api_dialling
from api import listing as api_listing
from api import pages, service_desk, signing
from api.auth.passwords import Passwords
from api.callbacks import http as callbacks_http
from api.callbacks.service import CallbacksService
from api.callbacks.store import CallbackStore
from api.calls import http as calls_http
from api.calls.service import CallsService
from api.calls.store import CallsStore
from api.control.client import EngineClient
from api.control.store import ControlStore
from api.dialplan import http as dialplan_http
from api.dialplan.service import DialplanService
from api.health import http as health_http
from api.live import http as live_http
from api.live.http import LiveSockets
from api.live.service import LiveFeed
from api.live.store import LiveStore
from api.people import http as people_http
from api.people.service import PeopleService
from api.people.store import PeopleStore
from api.phones import http as phones_http
from api.phones.proxy import PhoneSockets
from api.phones.service import PhonesService
from api.phones.store import PhonesStore
from api.presence import http as presence_http
from api.presence.service import PresenceService
from api.presence.store import PresenceStore
from api.prompts import http as prompts_http
from api.prompts.service import PromptsService
from api.prompts.store import PromptsStore
from api.queues import http as queues_http
from api.queues.store import QueueStore
from api.speech import http as speech_http
from api.speech.service import SpeechService
from api.telephony import http as telephony_http
from api.telephony.service import TelephonyService
from api.telephony.store import TelephonyStore
from api.voicemail import http as voicemail_http
from api.voicemail.service import VoicemailService
from api.voicemail.store import VoicemailStore
from api.web import scope
from api.web.middleware import add_headers, edge
from api.web.route import Route
from api.web.router import Router
from api.web.scope import ScopedPool
from api.workers import Work, beside
from engine.core import log, migrate
from engine.core.clock import Clock, SystemClock
from engine.core.config import Settings
from engine.core.errors import Unavailable
from engine.core.tasks import every
from engine.dialplan.store import DialplanStore

_log = log.get("api")
SHUTDOWN_SECONDS = 5.0
LINE_BYTES = 32_768
CLEAN_SECONDS = 600.0
ROUTES = web.AppKey("routes", tuple[Route, ...])
"""All declared routes of an application."""


@asynccontextmanager
async def serve(
    settings: Settings, clock: Clock | None = None, made: Callable[[web.Application], None] = lambda _app: None
) -> AsyncIterator[str]:
    """The api, serving while the context is open; gives its address. Port 0 takes a free one. ``made`` is shown the
    application.

    Raises:
        ConfigError: the database has a newer schema than this code, or a setting can't be used.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        pool = await _pool(settings)
        stack.push_async_callback(_close, pool)
        async with pool.acquire() as connection:
            await migrate.check(connection, migrate.available())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        app = compose(settings, pool, session, clock)
        made(app)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS, max_line_size=LINE_BYTES, max_field_size=LINE_BYTES
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.bind_host, settings.http_port)
        await site.start()
        host, port = runner.addresses[0][:2]
        _log.info("serving", address=f"http://{host}:{port}")
        yield f"http://{host}:{port}"


def compose(settings: Settings, pool: ScopedPool, session: aiohttp.ClientSession, clock: Clock) -> web.Application:
    """All parts of the api, joined."""
    engine = EngineClient(ControlStore(pool.plain), session, settings)
    passwords = Passwords()
    people = signing.join(settings, pool, passwords, clock)
    telephony = TelephonyService(TelephonyStore(pool), settings, clock)
    prompts = PromptsService(PromptsStore(pool), telephony, engine, settings, clock)
    calls = CallsService(CallsStore(pool), engine, clock)
    desk = api_desk.join(settings, pool, calls, clock)
    listing = api_listing.join(settings, pool, telephony, clock)
    dialling = api_dialling.join(settings, pool, engine, telephony, clock)
    support = service_desk.join(settings, pool, people.invitations.write, clock)
    people.mail.files = support.files.for_mail
    voicemail = VoicemailService(VoicemailStore(pool), settings.recordings, clock)
    presence = PresenceService(PresenceStore(pool), engine, settings, clock)
    people.on_logout.append(presence.signed_out)
    dialplan = DialplanService(DialplanStore(pool), settings)
    feed = LiveFeed(LiveStore(pool.plain), settings)
    sockets = LiveSockets(feed, people.gate)
    phones = PhonesService(PhonesStore(pool), telephony, settings, clock)
    gate = people.gate
    phone_sockets = PhoneSockets(phones, session, settings, clock, identify=gate.identify, check=gate.check)
    routes: list[Route] = [
        *health_http.routes(pool.plain),
        *people.routes,
        *people_http.routes(PeopleService(PeopleStore(pool)), telephony),
        *telephony_http.routes(telephony),
        *queues_http.routes(TelephonyService(QueueStore(pool), settings, clock), engine),
        *callbacks_http.routes(CallbacksService(CallbackStore(pool), engine, clock)),
        *prompts_http.routes(prompts, settings.prompt_max_bytes),
        *calls_http.routes(calls),
        *desk.routes,
        *dialling.routes,
        *listing.routes,
        *support.routes,
        *voicemail_http.routes(voicemail),
        *dialplan_http.routes(dialplan, engine),
        *presence_http.routes(presence, telephony),
        *live_http.routes(sockets),
        *phones_http.routes(phones, phone_sockets),
        *speech_http.routes(SpeechService(engine, settings, clock)),
    ]
    routes += pages.routes(routes)
    app = web.Application(middlewares=[edge], client_max_size=settings.request_max_bytes)
    app.on_response_prepare.append(add_headers)
    app[ROUTES] = tuple(routes)
    Router(routes, people.edge, clock).add_to(app)
    pages.add_static(app, settings)
    cleaning = _cleaning(feed.clean, *people.clean, *desk.clean, *dialling.clean, *listing.clean, *support.clean)
    work = (*people.work, *desk.work, *dialling.work, *listing.work, *support.work)
    app.cleanup_ctx.append(beside(feed.listen, feed.pump, *work, cleaning))

    async def shut_down(_app: web.Application) -> None:
        await sockets.close_all()
        await phone_sockets.close_all()
        passwords.close()

    app.on_shutdown.append(shut_down)
    return app


def _cleaning(*parts: Callable[[], Awaitable[None]]) -> Work:
    async def clean() -> None:
        for part in parts:
            await part()

    async def cleaning() -> None:
        await every(CLEAN_SECONDS, clean)

    return cleaning


async def _pool(settings: Settings) -> ScopedPool:
    """The pool; a database that is not there yet is waited for."""
    while True:
        try:
            return await scope.create_pool(settings)
        except Unavailable as exc:
            _log.warning("database_away", error=exc.detail)
            await asyncio.sleep(1)


async def _close(pool: ScopedPool) -> None:
    try:
        await asyncio.wait_for(pool.close(), SHUTDOWN_SECONDS)
    except TimeoutError:
        pool.terminate()
