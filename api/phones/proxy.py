"""The WebSocket of browsers' phones: SIP handed on between a signed-in user's browser and Asterisk, within limits.

The subprotocol is ``sip``. The first message is the api's own, as on the live feed: ``{"type": "auth", "token": ...}``;
all that follow are SIP. A side that does not take what it is sent is waited for (nothing piles up), and cut off
when that lasts too long.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import aiohttp
from aiohttp import WSMsgType, web
from prometheus_client import Counter, Gauge

from api.live.http import first_token
from api.live.model import Close
from api.phones.service import PhonesService
from api.phones.sip import is_foreign
from api.web.problems import UpgradeRequired
from api.web.route import Identity, Request
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Forbidden, PayLaterError, TooMany, Unauthorized

_log = log.get("api.phones")
OPEN = Gauge("paylater_browser_phones", "Browsers connected to Asterisk")
CUT = Counter("paylater_browser_phones_cut_total", "Connections of browsers cut off", ["why"])
PROTOCOL = "sip"
OWN = "calls.own"
CHECK_SECONDS = 15.0
HEARTBEAT_SECONDS = 20.0
CONNECT_SECONDS = 5.0
SEND_SECONDS = 10.0
BURST_SECONDS = 4.0
TRY_AGAIN = 1013
Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse
Identify = Callable[[str], Awaitable[Identity]]
Check = Callable[[Identity], Awaitable[None]]


class Pace:
    """A token bucket: ``rate`` messages a second on average, ``BURST_SECONDS`` of them at once."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._left = rate * BURST_SECONDS
        self._at = now

    def take(self, now: float) -> bool:
        """Count one message at ``now`` (monotonic seconds); false when it is one too many."""
        self._left = min(self._rate * BURST_SECONDS, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class PhoneSockets:
    """All browsers' phones of this process. ``check`` raises Unauthorized once a session has ended."""

    def __init__(
        self,
        service: PhonesService,
        session: aiohttp.ClientSession,
        settings: Settings,
        clock: Clock,
        *,
        identify: Identify,
        check: Check,
    ) -> None:
        self._service = service
        self._session = session
        self._settings = settings
        self._clock = clock
        self._identify = identify
        self._check = check
        self._url = settings.asterisk_ws_url or f"ws://127.0.0.1:{settings.ari_port}/ws"
        self._open: dict[web.WebSocketResponse, UUID | None] = {}

    async def close_all(self) -> None:
        """Tell every browser to come back."""
        for socket in list(self._open):
            await socket.close(code=Close.GOING_AWAY, message=b"going away")

    async def serve(self, request: Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            protocols=(PROTOCOL,),
            heartbeat=HEARTBEAT_SECONDS,
            max_msg_size=self._settings.browser_phone_message_max,
            compress=False,
        )
        ready = socket.can_prepare(request.raw)
        if not ready.ok or ready.protocol != PROTOCOL:
            raise UpgradeRequired("Open a WebSocket with the subprotocol sip here")
        if len(self._open) >= self._settings.browser_phones_max:
            CUT.labels("full").inc()
            raise TooMany("This server has as many browsers' phones as it can", retry_after=5)
        await socket.prepare(request.raw)
        self._open[socket] = None
        OPEN.set(len(self._open))
        try:
            await self._session_of(socket)
        except PayLaterError as fault:
            _log.info("phone_closed", code=fault.code, reason=fault.detail)
            CUT.labels(fault.code).inc()
            await socket.close(code=_CODES.get(fault.status, TRY_AGAIN), message=fault.detail.encode()[:120])
        finally:
            self._open.pop(socket, None)
            OPEN.set(len(self._open))
        return socket

    async def _session_of(self, socket: web.WebSocketResponse) -> None:
        token = await first_token(socket)
        if token is None:
            raise Unauthorized("Send auth first")
        identity = await self._identify(token)
        if not identity.may(OWN):
            raise Forbidden(f"Your role does not give the right {OWN}")
        own = await self._service.own(identity.user_id)
        if own.kind != "webrtc":
            raise Forbidden(f"Extension {own.number} is no phone for browsers")
        await self._make_room(identity.user_id)
        self._open[socket] = identity.user_id
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                asterisk = await self._session.ws_connect(
                    self._url, protocols=(PROTOCOL,), max_msg_size=self._settings.browser_phone_message_max, compress=0
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            _log.warning("asterisk_away", error=f"{type(exc).__name__}: {exc}"[:200])
            await socket.close(code=TRY_AGAIN, message=b"Asterisk does not answer")
            return
        try:
            await self._join(socket, asterisk, identity, own.number)
        finally:
            await asterisk.close()

    async def _make_room(self, user_id: UUID) -> None:
        """The user's oldest connection goes when there are too many: it is likely dead."""
        mine = [socket for socket, owner in self._open.items() if owner == user_id]
        for socket in mine[: max(0, len(mine) - self._settings.browser_phones_per_user + 1)]:
            CUT.labels("replaced").inc()
            self._open.pop(socket, None)
            await socket.close(code=TRY_AGAIN, message=b"too many connections of this user")

    async def _join(
        self, browser: web.WebSocketResponse, asterisk: aiohttp.ClientWebSocketResponse, who: Identity, extension: str
    ) -> None:
        """Hand on until one side ends, then end the other."""
        pace = Pace(self._settings.browser_phone_rate, self._clock.monotonic())

        def admit(data: bytes) -> None:
            if not pace.take(self._clock.monotonic()):
                raise TooMany("Too many SIP messages")
            if is_foreign(data, extension):
                raise Forbidden(f"SIP in another name than {extension}")

        tasks = [
            asyncio.create_task(_hand_on(browser, asterisk, admit)),
            asyncio.create_task(_hand_on(asterisk, browser, lambda _data: None)),
            asyncio.create_task(self._watch(who)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not isinstance(task.exception(), ConnectionResetError | TimeoutError):
                    task.result()
            if not browser.closed:
                await browser.close(code=TRY_AGAIN, message=b"the other side has ended")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, identity: Identity) -> None:
        """Until the user's session ends; a database that is away ends no phone."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._check(identity)
            except Unauthorized:
                raise
            except PayLaterError as fault:
                _log.info("session_not_checked", code=fault.code)


async def _hand_on(source: Socket, target: Socket, admit: Callable[[bytes], None]) -> None:
    """Each message of ``source`` to ``target``, in order, until ``source`` ends."""
    while True:
        message = await source.receive()
        if message.type is WSMsgType.TEXT:
            admit(message.data.encode())
            async with asyncio.timeout(SEND_SECONDS):
                await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            admit(message.data)
            async with asyncio.timeout(SEND_SECONDS):
                await target.send_bytes(message.data)
        else:
            return


_CODES = {401: Close.UNAUTHORIZED, 403: Close.FORBIDDEN, 404: Close.FORBIDDEN, 429: Close.TOO_SLOW}
