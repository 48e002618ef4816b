"""The WebSocket of the live feed: signs in by its first message, catches up, follows."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import msgspec
from aiohttp import WSMsgType, web

from api.live.audience import without_supervisors
from api.live.model import TOPICS, Auth, Close, LiveQuery, Ready, Reset
from api.live.service import LiveFeed
from api.live.subscriber import Subscriber
from api.web.problems import UpgradeRequired
from api.web.route import Identity, Request, Route
from engine.core import log
from engine.core.errors import PayLaterError, Unauthorized

_log = log.get("api.live")
AUTH_SECONDS = 10.0
# How often an open connection's sign-in is looked at again.
CHECK_SECONDS = 15.0
HEARTBEAT_SECONDS = 20.0


class Gate(Protocol):
    """Who a token speaks for; ``changed`` waits until that may be another, or for some seconds."""

    async def identify(self, token: str) -> Identity: ...

    async def changed(self, seconds: float) -> None: ...


@dataclass(eq=False)
class _Session:
    """The sign-in of one socket: its latest token, and who that spoke for when the socket began."""

    token: str
    identity: Identity


class LiveSockets:
    """All open WebSockets of this process."""

    def __init__(self, feed: LiveFeed, gate: Gate) -> None:
        self._feed = feed
        self._gate = gate
        self._open: set[web.WebSocketResponse] = set()

    async def close_all(self) -> None:
        """Tell every client to come back."""
        for socket in list(self._open):
            await socket.close(code=Close.GOING_AWAY, message=b"going away")

    async def serve(self, request: Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=16_384, compress=False)
        if not socket.can_prepare(request.raw).ok:
            raise UpgradeRequired("Open a WebSocket here")
        await socket.prepare(request.raw)
        self._open.add(socket)
        try:
            await self._session(socket, request)
        except (ConnectionResetError, asyncio.CancelledError):
            raise
        except PayLaterError as fault:
            _log.info("live_closed", code=fault.code)
            await socket.close(code=_CODES.get(fault.status, 1013), message=fault.code.encode())
        finally:
            self._open.discard(socket)
        return socket

    async def _session(self, socket: web.WebSocketResponse, request: Request) -> None:
        query: LiveQuery = request.query
        token = await first_token(socket)
        if token is None:
            await socket.close(code=Close.NO_AUTH_IN_TIME, message=b"send auth first")
            return
        session = _Session(token, await self._gate.identify(token))
        topics = frozenset(query.topics.split(","))
        if not all(session.identity.may(TOPICS[topic]) for topic in topics):
            await socket.close(code=Close.FORBIDDEN, message=b"forbidden")
            return
        subscriber, position = await self._feed.subscribe(topics, session.identity)
        try:
            await self._catch_up(socket, query.since, position, subscriber)
            if request.raw.transport is None:
                raise ConnectionResetError("The client is gone")
            subscriber.follow(request.raw.transport)
            await self._follow(socket, subscriber, session)
        finally:
            self._feed.unsubscribe(subscriber)

    async def _catch_up(
        self, socket: web.WebSocketResponse, since: int | None, position: int, subscriber: Subscriber
    ) -> None:
        if since is not None and await self._feed.is_lost(since, position):
            await _send(socket, Reset(cursor=position))
            since = None
        await _send(socket, Ready(cursor=position if since is None else since))
        while since is not None and since < position:
            changes = await self._feed.missed(since, position)
            if not changes:
                return
            for change in changes:
                if subscriber.wants(change):
                    sees = subscriber.audience.sees_supervisors
                    await _send(socket, change if sees else without_supervisors(change))
            since = changes[-1].cursor

    async def _follow(self, socket: web.WebSocketResponse, subscriber: Subscriber, session: _Session) -> None:
        """Read until one side ends; the feed writes meanwhile."""
        tasks = [
            asyncio.create_task(self._read(socket, session)),
            asyncio.create_task(self._watch(socket, session)),
            asyncio.create_task(subscriber.slow.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if subscriber.slow.is_set():
                await socket.close(code=Close.TOO_SLOW, message=b"too slow; resume by cursor")
            for task in done:
                if not isinstance(task.exception(), ConnectionResetError):
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, socket: web.WebSocketResponse, session: _Session) -> None:
        """Take fresh tokens of the same user."""
        while True:
            message = await socket.receive()
            if message.type is not WSMsgType.TEXT:
                return
            fresh = _token(message.data)
            if fresh is None:
                await socket.close(code=Close.MALFORMED, message=b"not a message of this socket")
                return
            identity = await self._gate.identify(fresh)
            if identity.user_id != session.identity.user_id:
                raise Unauthorized("This is somebody else's token")
            session.token = fresh

    async def _watch(self, socket: web.WebSocketResponse, session: _Session) -> None:
        """Until the sign-in is over or its user may do other things than before: told at once."""
        while True:
            await self._gate.changed(CHECK_SECONDS)
            now = await self._gate.identify(session.token)
            before = session.identity
            if (now.rights, now.partner_id, now.client) != (before.rights, before.partner_id, before.client):
                await socket.close(code=Close.GOING_AWAY, message=b"rights have changed; come again")
                return


_CODES = {401: Close.UNAUTHORIZED, 403: Close.FORBIDDEN}


def _token(text: str) -> str | None:
    try:
        return msgspec.json.decode(text, type=Auth).token
    except (msgspec.MsgspecError, ValueError):
        return None


async def first_token(socket: web.WebSocketResponse) -> str | None:
    """The token of a client's first message; None when none came in time, Unauthorized when it was something else."""
    try:
        message = await asyncio.wait_for(socket.receive(), AUTH_SECONDS)
    except TimeoutError:
        return None
    token = _token(message.data) if message.type is WSMsgType.TEXT else None
    if token is None:
        raise Unauthorized("Send auth first")
    return token


async def _send(socket: web.WebSocketResponse, message: msgspec.Struct) -> None:
    await socket.send_str(msgspec.json.encode(message).decode())


def routes(sockets: LiveSockets) -> list[Route]:
    return [
        Route(
            "GET",
            "/live",
            sockets.serve,
            "WebSocket of changes; sign in by the first message, resume with since",
            tag="live feed",
            right=None,
            query=LiveQuery,
            status=101,
            errors=(426,),
        )
    ]
