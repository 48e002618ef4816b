"""The client of one Asterisk node: events in order to one sink, requests with a deadline, reconnects for ever.

After each connect: hold events back, allow the events that we read, take a picture of what lives, let the sink rebuild
from it, hand over what was held back, then go live. If too much is held back, or the rebuild fails, all begins again:
what was held back then is given up as one (and counted), never a part of it, and the next picture stands for it.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from engine.ari import metrics, rest
from engine.ari.errors import AriDisconnected, AriError, AriTimeout
from engine.ari.events import Event
from engine.ari.link import Link, LinkLost
from engine.ari.models import AsteriskInfo, Bridge, Channel
from engine.ari.sink import AriSink, Snapshot
from engine.ari.wire import ALLOWED, ALLOWED_OF_PHONES, event_filter, operation, path, with_query
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings

_log = log.get("ari")
# Events handed over in one go after a rebuild, before others get their turn.
REPLAY_CHUNK = 200
# Seconds to wait for the other side's goodbye.
CLOSE_TIMEOUT = 0.5


class AriClient:
    """Reads one node's events for ever and carries the requests to it."""

    def __init__(self, settings: Settings, sink: AriSink, clock: Clock) -> None:
        self.app = settings.ari_app
        self.phones_app = f"{settings.ari_app}-phones"
        """Hears of phones that come and go, and of nothing else; on the same socket."""
        self.connected = False
        """The events socket is up: requests work."""
        self.live = False
        """The picture is rebuilt and events flow straight to the sink."""
        self._settings = settings
        self._sink = sink
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._link: Link | None = None
        self._held: deque[Event] = deque()
        self._asterisk_started_at: datetime | None = None
        self._lost_at: float | None = None

    async def run(self) -> None:
        """Connect, read, reconnect until cancelled."""
        low, high = self._settings.ari_reconnect_min, self._settings.ari_reconnect_max
        async with rest.open_session(self._settings.ari_user, self._settings.ari_password) as self._session:
            delay = low
            while True:
                reason, was_live = await self._connection()
                metrics.DISCONNECTS.labels(reason).inc()
                # Another process took our application: two that take it from each other must not do so in a hurry.
                delay = high if reason == "replaced" else low if was_live else min(delay * 2, high)
                pause = random.uniform(delay / 2, delay)
                _log.warning("disconnected", reason=reason, retry_in=round(pause, 2))
                await asyncio.sleep(pause)

    async def request(
        self,
        method: str,
        uri: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout: float | None = None,
    ) -> Any:
        """Hot path: REST over the events socket, where Asterisk serves requests in order. Gives the JSON answered.

        ``uri`` has no leading slash; ``timeout`` in seconds, ``ari_timeout`` of the settings by default.

        Raises:
            AriNotFound, AriConflict, AriUnprocessable, AriError: Asterisk refused.
            AriTimeout, AriDisconnected: no answer; the request may or may not have taken effect.
        """
        name = operation(method, uri)
        timeout = timeout or self._settings.ari_timeout
        with metrics.measured(name, "socket"):
            if self._link is None:
                raise AriDisconnected(f"{name}: not connected to Asterisk", operation=name)
            try:
                async with asyncio.timeout(timeout):
                    return await self._link.ask(name, method, with_query(uri, query), body)
            except TimeoutError as exc:
                raise AriTimeout(f"{name}: no answer in {timeout:g} s", operation=name) from exc

    async def slow(
        self,
        method: str,
        uri: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout: float | None = None,
    ) -> Any:
        """As ``request``, over HTTP, for calls that take long; ``ari_slow_timeout`` by default."""
        name = operation(method, uri)
        timeout = timeout or self._settings.ari_slow_timeout
        with metrics.measured(name, "http"):
            url = f"{self._settings.ari_url}/{with_query(uri, query)}"
            return await rest.ask(self._http(name), name, method, url, body=body, timeout=timeout)

    async def download(self, uri: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces.

        Raises:
            AriNotFound: there is no such file.
            AriTimeout, AriDisconnected: Asterisk fell silent.
        """
        name = operation("GET", uri)
        url = f"{self._settings.ari_url}/{uri}"
        async for piece in rest.download(self._http(name), name, url, timeout=self._settings.ari_timeout):
            yield piece

    def _http(self, name: str) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            raise AriDisconnected(f"{name}: the client does not run", operation=name)
        return self._session

    async def _connection(self) -> tuple[str, bool]:
        """One connection from start to end: why it ended, and whether it was live."""
        was_live = False
        try:
            socket = await self._open()
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            _log.warning("connect_failed", error=str(exc) or type(exc).__name__)
            return "refused", False
        link = Link(socket, self._take)
        self._began(link)
        reason = "closed"
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(link.read())
                tasks.create_task(link.watch())
                tasks.create_task(self._rebuild())
        except* LinkLost as group:
            reason = str(group.exceptions[0])
        except* AriError as group:
            reason = "rebuild_failed"
            _log.warning("rebuild_failed", error=str(group.exceptions[0]))
        except* Exception as group:
            reason = "rebuild_failed"
            _log.error("rebuild_failed", exc_info=group.exceptions[0])
        finally:
            was_live = self.live
            await self._ended(link)
        return reason, was_live

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        assert self._session is not None
        async with asyncio.timeout(self._settings.ari_timeout):
            return await self._session.ws_connect(
                f"{self._settings.ari_url}/events",
                params={"app": f"{self.app},{self.phones_app}", "subscribeAll": "false"},
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT),
                autoping=False,
                max_msg_size=0,
            )

    def _began(self, link: Link) -> None:
        self._link = link
        self.connected = True
        metrics.CONNECTED.set(1)
        metrics.CONNECTS.inc()

    async def _ended(self, link: Link) -> None:
        self._link = None
        self.connected = self.live = False
        # Not kept for the next rebuild: a start told now may be of a channel that is gone by then.
        metrics.DROPPED.inc(len(self._held))
        self._held.clear()
        metrics.CONNECTED.set(0)
        metrics.BUFFERED.set(0)
        if self._lost_at is None:
            self._lost_at = self._clock.monotonic()
        try:
            self._sink.on_disconnected()
        except Exception:
            metrics.SINK_ERRORS.inc()
            _log.exception("disconnect_not_handled")
        await link.close()

    def _take(self, event: Event) -> None:
        """Each event of the socket, in order."""
        if self.live:
            self._hand_over(event)
            return
        if len(self._held) >= self._settings.ari_event_buffer:
            metrics.OVERFLOWS.inc()
            raise LinkLost("overflow")
        self._held.append(event)
        metrics.BUFFERED.set(len(self._held))

    def _hand_over(self, event: Event) -> None:
        try:
            self._sink.on_event(event)
        except Exception:
            metrics.SINK_ERRORS.inc()
            _log.exception("event_not_handled", type=type(event).__name__)

    async def _rebuild(self) -> None:
        """Take the picture, let the sink rebuild, hand over what came meanwhile, go live."""
        for app, allowed in ((self.app, ALLOWED), (self.phones_app, ALLOWED_OF_PHONES)):
            await self.request("PUT", path("applications", app, "eventFilter"), body=event_filter(allowed))
        snapshot = await self._picture()
        await self._sink.on_connected(snapshot)
        while self._held:
            for _ in range(min(REPLAY_CHUNK, len(self._held))):
                self._hand_over(self._held.popleft())
            metrics.BUFFERED.set(len(self._held))
            await asyncio.sleep(0)
        self.live = True
        self._asterisk_started_at = snapshot.asterisk_started_at
        metrics.RESTARTS.inc(snapshot.restarted)
        gap = 0.0 if self._lost_at is None else self._clock.monotonic() - self._lost_at
        self._lost_at = None
        _log.info("connected", gap_s=round(gap, 2), channels=len(snapshot.channels), restarted=snapshot.restarted)

    async def _picture(self) -> Snapshot:
        """What lives in Asterisk now; over HTTP, for it may be large."""
        status = msgspec.convert(await self.slow("GET", "asterisk/info", query={"only": "status"}), AsteriskInfo).status
        if status is None:
            raise AriError("Asterisk does not tell when it started", operation="GET asterisk")
        before = self._asterisk_started_at
        return Snapshot(
            asterisk_started_at=status.startup_time,
            restarted=before is not None and before != status.startup_time,
            first=before is None,
            channels=msgspec.convert(await self.slow("GET", "channels"), list[Channel]),
            bridges=msgspec.convert(await self.slow("GET", "bridges"), list[Bridge]),
        )
