"""One open events socket: reads it, carries requests and their answers, notices when it is dead."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec

from engine.ari import metrics, wire
from engine.ari.errors import AriDisconnected, of_status
from engine.ari.events import ApplicationReplaced, Event, RESTResponse
from engine.core import log

_log = log.get("ari")
# A ping each interval; after so many intervals in which nothing at all was heard the socket counts as dead. Intervals
# are counted, not seconds, so that a stall of our own process does not look like silence of Asterisk.
PING_INTERVAL = 1.25
SILENT_INTERVALS = 3


class LinkLost(Exception):
    """The socket is of no more use; the argument says why: closed, silent, replaced, overflow."""


class Link:
    """One events socket; ``on_event`` gets every event in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, on_event: Callable[[Event], None]) -> None:
        self._socket = socket
        self._on_event = on_event
        self._pending: dict[str, asyncio.Future[RESTResponse]] = {}
        self._ids = itertools.count(1)
        self._heard = True

    async def ask(self, operation: str, method: str, uri: str, body: Any) -> Any:
        """The JSON that Asterisk answers (None: nothing). The caller sets the deadline.

        Raises:
            AriDisconnected: the socket fell before the answer came.
            AriError: Asterisk refused.
        """
        request_id = str(next(self._ids))
        content = {"content_type": "application/json", "message_body": _json(body)} if body is not None else {}
        request = wire.Request(request_id=request_id, method=method, uri=uri, **content)
        answer = asyncio.get_running_loop().create_future()
        self._pending[request_id] = answer
        metrics.IN_FLIGHT.inc()
        try:
            await self._socket.send_str(wire.encode(request))
            response = await answer
        except (ConnectionError, aiohttp.ClientError) as exc:
            raise AriDisconnected(f"{operation}: {exc}", operation=operation) from exc
        finally:
            del self._pending[request_id]
            metrics.IN_FLIGHT.dec()
            if answer.done() and not answer.cancelled():
                answer.exception()  # seen, also when sending failed first
        return _result(response, operation)

    async def read(self) -> None:
        """Read until the socket ends; never waits for anything but the socket.

        Raises:
            LinkLost: always, at the end.
        """
        async for message in self._socket:
            self._heard = True
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                self._take(message.data)
            elif message.type is aiohttp.WSMsgType.PING:
                await self._socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.ERROR:
                raise LinkLost("error")
        raise LinkLost("closed")

    async def watch(self) -> None:
        """Ping, and notice a peer that fell silent (a cable pulled leaves the socket open).

        Raises:
            LinkLost: nothing was heard for ``SILENT_INTERVALS``.
        """
        silent = 0
        while silent < SILENT_INTERVALS:
            self._heard = False
            try:
                async with asyncio.timeout(PING_INTERVAL):
                    await self._socket.ping()
            except (TimeoutError, ConnectionError, aiohttp.ClientError):
                pass
            await asyncio.sleep(PING_INTERVAL)
            silent = 0 if self._heard else silent + 1
        raise LinkLost("silent")

    async def close(self) -> None:
        """Fail the requests in flight at once, then close."""
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(AriDisconnected("The connection to Asterisk fell"))
        await self._socket.close()

    def _take(self, data: str | bytes) -> None:
        event = wire.parse(data)
        if isinstance(event, Event):
            metrics.count_event(type(event).__name__)
            if isinstance(event, RESTResponse):
                self._answer(event)
            elif isinstance(event, ApplicationReplaced):
                raise LinkLost("replaced")
            else:
                self._on_event(event)
        elif isinstance(event, wire.Unknown):
            metrics.UNKNOWN.inc()
            _log.warning("unknown_event", type=event.type)
        else:
            metrics.MALFORMED.inc()
            _log.error("malformed_message", reason=event.reason)

    def _answer(self, response: RESTResponse) -> None:
        answer = self._pending.get(response.request_id)
        if answer is None or answer.done():
            metrics.LATE.inc()
            return
        answer.set_result(response)


def _json(body: Any) -> str:
    return msgspec.json.encode(body).decode()


def _result(response: RESTResponse, operation: str) -> Any:
    text = response.message_body
    if response.status_code >= 400:
        raise of_status(response.status_code, operation, error_text(text) or response.reason_phrase)
    return msgspec.json.decode(text) if text else None


def error_text(body: str | bytes | None) -> str:
    """What Asterisk says of a fault: ``{"message": ...}`` or ``{"error": ...}``; empty when it says nothing."""
    try:
        told = msgspec.json.decode(body or "{}")
    except msgspec.DecodeError:
        return ""
    return str(told.get("message") or told.get("error") or "") if isinstance(told, dict) else ""
