"""Web requests of menus against a real HTTP server."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import web

from engine.core.config import Settings
from engine.ivr.model import Http
from engine.ivr.port import WebFailed
from engine.ivr.web import AiohttpWeb, open_session

pytestmark = pytest.mark.feature("F-PBX-05")
SETTINGS = msgspec.structs.replace(Settings(), http_step_max_bytes=1000)


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.Response:
        query, body = dict(request.query), await request.text()
        return web.json_response({"query": query, "body": body, "header": request.headers.get("X-Caller", "")})

    async def big(_request: web.Request) -> web.Response:
        return web.Response(text="x" * 5000)

    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/echo")

    app = web.Application()
    app.router.add_route("*", "/echo", echo)
    for path, handler in (("/big", big), ("/slow", slow), ("/redirect", redirect)):
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def step(url: str, **more: object) -> Http:
    return Http(url=url, next="a", on_failure="b", **more)  # type: ignore[arg-type]


async def ask(asked: Http, **variables: str) -> dict[str, str]:
    async with open_session() as session:
        return dict((await AiohttpWeb(session, SETTINGS).ask(asked, variables)).values)


async def test_variables_are_quoted_and_answers_mapped(server: str) -> None:
    asked = step(
        server + "/echo?q={a}",
        method="POST",
        headers={"X-Caller": "{a}"},
        body={"who": "{a}"},
        mapping={"query": "/query", "body": "/body", "header": "/header"},
    )
    found = await ask(asked, a='x&y=1"\r\nZ: 1')
    assert msgspec.json.decode(found["query"]) == {"q": 'x&y=1"\r\nZ: 1'}
    assert msgspec.json.decode(found["body"]) == {"who": 'x&y=1"\r\nZ: 1'}
    assert found["header"] == 'x&y=1"Z: 1'


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/big", "larger than 1000"),
        ("/slow", "no answer within 0.5 s"),
        ("/redirect", "status 302"),
        ("/gone", "status 404"),
        ("/echo?x={a}", "no value at /nothing"),
    ],
)
async def test_failures_say_why(server: str, path: str, reason: str) -> None:
    with pytest.raises(WebFailed, match=reason):
        await ask(step(server + path, deadline_s=0.5, mapping={"x": "/nothing"}))


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://2852039166/", "http://127.0.0.1:1/", "http://no.such.host.invalid/"]
)
async def test_places_that_are_not_asked_or_do_not_answer(url: str) -> None:
    with pytest.raises(WebFailed):
        await ask(step(url, deadline_s=3))
