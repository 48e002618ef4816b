"""Browsers' phones over the api: sign-in, names, limits, faults; own forwarding; rules of calls outside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import WSMsgType, web

from engine.core import ids
from engine.core.clock import SystemClock
from tests.integration.api.conftest import Client, serving

INVITE = "INVITE sip:102@x SIP/2.0\r\nFrom: <sip:{name}@x>;tag=1\r\nTo: <sip:102@x>\r\n\r\n"
MINE = INVITE.format(name="201")


@dataclass
class Exchange:
    """What stands for Asterisk's WebSocket: says back whatever it hears."""

    heard: list[str] = field(default_factory=list)
    open: list[web.WebSocketResponse] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self.open.append(socket)
        async for message in socket:
            self.heard.append(message.data)
            await socket.send_str(message.data)
        self.open.remove(socket)
        return socket


@pytest.fixture
async def exchange() -> AsyncIterator[tuple[Exchange, str]]:
    fake = Exchange()
    app = web.Application()
    app.router.add_get("/ws", fake.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield fake, f"ws://127.0.0.1:{runner.addresses[0][1]}/ws"
    await runner.cleanup()


@pytest.fixture
async def phones(api_settings, exchange) -> AsyncIterator[Any]:
    """The api before the exchange, with the extensions 201 (a browser) and 101."""
    limits = {"browser_phones_per_user": 2, "browser_phone_rate": 5.0, "browser_phone_message_max": 4000}
    settings = msgspec.structs.replace(api_settings, asterisk_ws_url=exchange[1], **limits)
    async with serving(settings) as api:
        for number, kind in (("201", "webrtc"), ("101", "sip")):
            await api.insert(
                "extensions",
                id=ids.new_id(SystemClock().now()),
                number=number,
                name=number,
                kind=kind,
                password=f"secret-of-{number}",
            )
        yield api


async def connect(client: Client, token: str | None = "") -> aiohttp.ClientWebSocketResponse:
    """A browser's socket, signed in with the client's token unless another (None: no) one is given."""
    socket = await client.session.ws_connect(f"{client.url}/api/v1/phone/ws", protocols=("sip",))
    if token is not None:
        await socket.send_json({"type": "auth", "token": token or client.token})
    return socket


async def closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The code that the other side closed with."""
    while True:
        message = await socket.receive(timeout=20)
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED):
            return socket.close_code


@pytest.mark.feature("F-PBX-24")
async def test_a_signed_in_browser_is_handed_on(phones, exchange) -> None:
    operator = await phones.user("operator", extension="201")
    own = await operator.get("/me/phone")
    assert (own["uri"], own["password"], own["ws_path"]) == ("sip:201@127.0.0.1", "secret-of-201", "/api/v1/phone/ws")
    socket = await connect(operator)
    assert socket.protocol == "sip"
    await socket.send_str(MINE)
    assert (await socket.receive(timeout=20)).data == MINE
    assert exchange[0].heard == [MINE]
    await socket.close()
    for _ in range(100):
        if not exchange[0].open:
            break
        await asyncio.sleep(0.05)
    assert not exchange[0].open


@pytest.mark.feature("F-PBX-24")
async def test_who_may_not_is_closed_out(phones, exchange) -> None:
    stranger = await phones.user("operator", "nobody")
    desk = await phones.user("operator", "desk", extension="101")
    client = await phones.user("client", "client")
    assert (await desk.get("/me/phone"))["password"] is None
    assert (await stranger.send("GET", "/me/phone")).status == 404
    assert (await client.send("GET", "/me/phone")).status == 403
    assert (await phones.anonymous.send("GET", "/me/phone")).status == 401
    assert await closed(await connect(stranger, "no token")) == 4401
    assert await closed(await connect(stranger)) == 4403
    assert await closed(await connect(desk)) == 4403
    assert await closed(await connect(client)) == 4403
    assert (await phones.anonymous.send("GET", "/phone/ws")).status == 426
    first = await connect(desk, None)
    await first.send_str(MINE)
    assert await closed(first) == 4401
    assert exchange[0].heard == []


@pytest.mark.feature("F-PBX-24")
async def test_names_sizes_pace_and_number_are_limited(phones, exchange) -> None:
    operator = await phones.user("operator", extension="201")
    foreign = await connect(operator)
    await foreign.send_str(INVITE.format(name="demo"))
    assert await closed(foreign) == 4403
    large = await connect(operator)
    await large.send_str(MINE + "x" * 5000)
    assert await closed(large) == 1009
    fast = await connect(operator)
    for _ in range(40):
        await fast.send_str(MINE)
    assert await closed(fast) == 4429
    assert len(exchange[0].heard) <= 25
    sockets = [await connect(operator) for _ in range(3)]
    assert await closed(sockets[0]) == 1013
    await sockets[2].send_str(MINE)
    assert (await sockets[2].receive(timeout=20)).data == MINE


@pytest.mark.feature("F-PBX-24", "F-ADM-03")
async def test_a_browser_hears_when_asterisk_goes_and_when_its_session_ends(phones, exchange, monkeypatch) -> None:
    monkeypatch.setattr("api.phones.proxy.CHECK_SECONDS", 0.2)
    operator = await phones.user("operator", extension="201")
    socket = await connect(operator)
    await socket.send_str(MINE)
    await socket.receive(timeout=20)
    await exchange[0].open[0].close()
    assert await closed(socket) == 1013
    socket = await connect(operator)
    assert (await operator.send("POST", "/auth/logout")).status == 204
    assert await closed(socket) == 4401


@pytest.mark.feature("F-PBX-24")
async def test_the_phones_password_is_renewed(phones) -> None:
    operator = await phones.user("operator", extension="201")
    fresh = await operator.post("/me/phone/password", None, 200)
    assert fresh["password"] not in ("secret-of-201", None)
    assert (await operator.get("/me/phone"))["password"] == fresh["password"]
    engineer = await phones.user("engineer")
    id_ = (await engineer.get("/extensions", q="201"))["items"][0]["id"]
    await engineer.post(f"/extensions/{id_}/phone/password", None, 204)
    assert (await operator.get("/me/phone"))["password"] != fresh["password"]
    assert (await operator.send("POST", f"/extensions/{id_}/phone/password")).status == 403


@pytest.mark.feature("F-PBX-17", "F-WID-11")
async def test_own_forwarding(phones) -> None:
    operator = await phones.user("operator", extension="201")
    assert (await operator.get("/me/forwards"))["forwards"] == []
    rules = [
        {"when": "no_answer", "to": {"kind": "extension", "number": "101"}, "after_s": 10},
        {"when": "busy", "to": {"kind": "external", "number": "79161234567"}, "until": "2030-01-01T00:00:00Z"},
    ]
    answer = await operator.send("PUT", "/me/forwards", {"forwards": rules})
    assert answer.status == 200, answer.raw
    kept = (await operator.get("/me/forwards"))["forwards"]
    assert [(rule["when"], rule["to"]["number"], rule["after_s"]) for rule in kept] == [
        ("no_answer", "101", 10),
        ("busy", "79161234567", None),
    ]

    async def refused(rule: dict[str, Any]) -> tuple[int, str]:
        problem = await operator.send("PUT", "/me/forwards", {"forwards": [rule]})
        errors = problem.json.get("errors") or [{"path": ""}]
        return problem.status, errors[0]["path"]

    assert await refused({"to": {"kind": "extension", "number": "999"}}) == (422, "body.forwards.0.to.number")
    assert await refused({"when": "schedule_open", "to": rules[0]["to"]}) == (422, "body.forwards.0.schedule_id")
    assert await refused({"when": "busy", "to": rules[0]["to"], "after_s": 9}) == (422, "body.forwards.0.after_s")
    assert (await refused({"to": {"kind": "external", "number": "79161234567", "extension": "101"}}))[0] == 403
    stale = await operator.send("PUT", "/me/forwards", {"forwards": [], "version": 1})
    assert stale.status == 409


@pytest.mark.feature("F-PBX-16", "F-PBX-13", "F-PBX-12")
async def test_rules_of_calls_outside_name_what_is_there(phones) -> None:
    engineer = await phones.user("engineer")
    missing = str(ids.new_id(SystemClock().now()))
    bad = {"name": "bad", "users": [missing], "groups": [missing], "extensions": ["999"], "schedule_id": missing}
    problem = await engineer.send("POST", "/outbound-rules", bad)
    assert problem.status == 422
    assert {error["path"] for error in problem.json["errors"]} == {
        "body.users.0", "body.groups.0", "body.extensions.0", "body.schedule_id",
    }  # fmt: skip
    rule = await engineer.post("/outbound-rules", {"name": "abroad", "extensions": ["101"], "prefixes": ["810"]})
    assert (rule["allow"], rule["position"], rule["max_calls"]) == (True, 100, None)
    extension = (await engineer.get("/extensions", q="101"))["items"][0]
    used = await engineer.send("DELETE", f"/extensions/{extension['id']}")
    assert used.status == 409 and used.json["used_by"][0]["name"] == "abroad"
    foreign = await engineer.send("POST", "/caller-id-rules", {"name": "x", "caller_id": "74951234567"})
    assert foreign.status == 422 and foreign.json["errors"][0]["path"] == "body.caller_id"
    codes = (await engineer.get("/feature-codes"))["items"]
    assert {"*72<number>", "*91", "*5<slot>"} <= {code["dial"] for code in codes}
    assert all(code["ru"] and code["en"] for code in codes)
