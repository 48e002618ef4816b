"""The events socket against a peer that says anything at all, over a real WebSocket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import test_utils, web

from engine.ari import link as link_module
from engine.ari import metrics
from engine.ari.errors import AriConflict, AriDisconnected, AriError
from engine.ari.events import Event, StasisStart
from engine.ari.link import Link, LinkLost
from tests.unit.ari.test_wire import START, encoded

Script = Callable[[web.WebSocketResponse], Awaitable[None]]


@asynccontextmanager
async def linked(script: Script, on_event: Callable[[Event], None]) -> AsyncIterator[Link]:
    """A link whose other end follows ``script``."""

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await script(socket)
        return socket

    application = web.Application()
    application.router.add_get("/", serve)
    async with test_utils.TestServer(application) as server, aiohttp.ClientSession() as session:
        socket = await session.ws_connect(server.make_url("/"), autoping=False)
        link = Link(socket, on_event)
        try:
            yield link
        finally:
            await link.close()


def answer(request: dict[str, Any], **fields: Any) -> str:
    return encoded({**START, "type": "RESTResponse", "request_id": request["request_id"], **fields})


async def test_garbage_is_counted_and_events_go_on() -> None:
    got: list[Event] = []
    malformed, unknown = metrics.MALFORMED._value.get(), metrics.UNKNOWN._value.get()

    async def script(socket: web.WebSocketResponse) -> None:
        for text in ("", "{", "null", '{"type":"StasisStart"}', "[" * 3000):
            await socket.send_str(text)
        await socket.send_bytes(b"\xff\x00\xfe")
        await socket.send_str('{"type":"BrandNew","application":"a"}')
        await socket.send_str(encoded(START))
        await socket.send_bytes(encoded(START).encode())

    async with linked(script, got.append) as link:
        with pytest.raises(LinkLost, match="closed"):
            await asyncio.wait_for(link.read(), 5)
    assert [type(event) for event in got] == [StasisStart, StasisStart]
    assert metrics.MALFORMED._value.get() == malformed + 6
    assert metrics.UNKNOWN._value.get() == unknown + 1


async def test_text_that_is_not_text_ends_the_link() -> None:
    async def script(socket: web.WebSocketResponse) -> None:
        await socket._writer.send_frame(b"\xff\xfe", aiohttp.WSMsgType.TEXT)  # type: ignore[union-attr]
        await asyncio.sleep(1)

    async with linked(script, lambda event: None) as link:
        with pytest.raises(LinkLost):
            await asyncio.wait_for(link.read(), 5)


async def test_answers_find_their_requests_in_any_order() -> None:
    async def script(socket: web.WebSocketResponse) -> None:
        asked = [msgspec.json.decode((await socket.receive()).data) for _ in range(3)]
        for request in reversed(asked):
            text = encoded({"uri": request["uri"]})
            await socket.send_str(answer(request, status_code=200, message_body=text))
        await socket.receive()

    async with linked(script, lambda event: None) as link:
        reading = asyncio.create_task(link.read())
        results = await asyncio.gather(*(link.ask("GET x", "GET", f"x/{i}", None) for i in range(3)))
        reading.cancel()
    assert results == [{"uri": f"x/{i}"} for i in range(3)]


async def test_a_body_is_sent_as_json_and_a_refusal_raises() -> None:
    seen: list[dict[str, Any]] = []

    async def script(socket: web.WebSocketResponse) -> None:
        seen.append(msgspec.json.decode((await socket.receive()).data))
        await socket.send_str(answer(seen[0], status_code=204))
        request = msgspec.json.decode((await socket.receive()).data)
        await socket.send_str(answer(request, status_code=409, message_body='{"message":"taken"}'))
        request = msgspec.json.decode((await socket.receive()).data)
        await socket.send_str(answer(request, status_code=503, reason_phrase="Busy", message_body="<html>"))
        await socket.receive()

    async with linked(script, lambda event: None) as link:
        reading = asyncio.create_task(link.read())
        assert await link.ask("PUT f", "PUT", "f", {"allowed": ["я"]}) is None
        with pytest.raises(AriConflict, match="taken"):
            await link.ask("POST x", "POST", "x", None)
        with pytest.raises(AriError, match="503 Busy"):
            await link.ask("POST x", "POST", "x", None)
        reading.cancel()
    assert seen[0]["content_type"] == "application/json"
    assert msgspec.json.decode(seen[0]["message_body"]) == {"allowed": ["я"]}


async def test_a_late_answer_is_counted_and_disturbs_nobody() -> None:
    late = metrics.LATE._value.get()

    async def script(socket: web.WebSocketResponse) -> None:
        first = msgspec.json.decode((await socket.receive()).data)
        second = msgspec.json.decode((await socket.receive()).data)
        await socket.send_str(answer(first, status_code=200, message_body="1"))
        await socket.send_str(answer(second, status_code=200, message_body="2"))
        await socket.receive()

    async with linked(script, lambda event: None) as link:
        reading = asyncio.create_task(link.read())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(link.ask("GET x", "GET", "x", None), 0.1)
        assert await link.ask("GET y", "GET", "y", None) == 2
        reading.cancel()
    assert metrics.LATE._value.get() == late + 1


async def test_closing_fails_what_is_under_way() -> None:
    async def script(socket: web.WebSocketResponse) -> None:
        await socket.receive()
        await asyncio.sleep(1)

    async with linked(script, lambda event: None) as link:
        asked = asyncio.create_task(link.ask("GET x", "GET", "x", None))
        await asyncio.sleep(0.1)
        closing = asyncio.create_task(link.close())
        with pytest.raises(AriDisconnected):
            await asyncio.wait_for(asked, 0.5)
        await closing


async def test_silence_ends_the_watch_and_a_pong_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "PING_INTERVAL", 0.05)

    async def script(socket: web.WebSocketResponse) -> None:
        try:
            await asyncio.wait_for(socket.receive(), 0.6)
        except TimeoutError:
            await asyncio.sleep(1)

    async with linked(script, lambda event: None) as link:
        reading = asyncio.create_task(link.read())
        started = asyncio.get_running_loop().time()
        with pytest.raises(LinkLost, match="silent"):
            await asyncio.wait_for(link.watch(), 3)
        assert asyncio.get_running_loop().time() - started > 0.5
        reading.cancel()
