"""Menus, voicemail and feature codes by a real SIP phone, served by the whole product."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web

from tools.soaks.check import Findings, caller, eventually, extension, history
from tools.softphone import CallEnded, Phone
from tools.stack.stand import Api, Stack

SOUND = [{"kind": "sound", "name": "beep"}]
END = {"kind": "hangup"}


@pytest.fixture
async def crm() -> AsyncIterator[str]:
    """A web service that knows one client."""

    async def client(request: web.Request) -> web.Response:
        return web.json_response({"client": {"level": "gold" if request.query["code"] == "4711" else "new"}})

    app = web.Application()
    app.router.add_get("/client", client)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def definition(crm: str, gold: str) -> dict[str, Any]:
    """Ask for a code, ask the service about it, and go to ``gold`` for the clients of that level."""
    return {
        "entry": "code",
        "steps": {
            "code": {
                "kind": "collect",
                "prompts": SOUND,
                "variable": "code",
                "max_digits": 4,
                "next": "ask",
                "on_failure": "bye",
            },
            "ask": {
                "kind": "http",
                "url": crm + "/client?code={code}",
                "mapping": {"level": "/client/level"},
                "next": "level",
                "on_failure": "bye",
            },
            "level": {
                "kind": "branch",
                "conditions": [{"variable": "level", "op": "eq", "value": "gold", "next": gold}],
                "otherwise": "bye",
            },
            "desk": {
                "kind": "menu",
                "prompts": SOUND,
                "options": {"1": "call"},
                "on_timeout": "bye",
                "on_invalid": "bye",
            },
            "call": {"kind": "callback", "next": "bye"},
            "english": {"kind": "language", "language": "en", "next": "bye"},
            "bye": END,
        },
    }


def reachable_only(menu: dict[str, Any], *left_out: str) -> dict[str, Any]:
    return {**menu, "steps": {name: step for name, step in menu["steps"].items() if name not in left_out}}


async def put_number(api: Api, destination: dict[str, Any]) -> str:
    number = f"7499{uuid4().int % 10**7:07}"
    await api.post("/numbers", json={"number": number, "name": number, "destination": destination})
    return number


async def path_of(stack: Stack, phone: Phone) -> list[str]:
    """Steps of menus that the phone's call went through."""
    findings = Findings("path")
    rows = await history(stack, findings, [phone.user])
    findings.raise_problems()
    return [event["data"]["step"] for event in rows[phone.user]["events"] if event["kind"] == "menu"]


async def walk(stack: Stack, number: str, keys: list[str]) -> list[str]:
    async with caller(stack) as phone:
        call = await phone.call(number)
        with contextlib.suppress(CallEnded):
            for key in keys:
                await call.wait_prompt(pause=0.4)
                await call.press(key)
        await call.wait_ended(30)
        return await path_of(stack, phone)


@pytest.mark.feature("F-PBX-05", "F-ADM-02")
async def test_a_menu_asks_a_service_and_its_change_holds_from_the_next_call(ready_stack: Stack, crm: str) -> None:
    async with ready_stack.api() as api:
        menu = {"name": f"menu {uuid4()}", "definition": reachable_only(definition(crm, "desk"), "english")}
        made = await api.post("/menus", json=menu)
        number = await put_number(api, {"kind": "menu", "id": made["id"]})
        await asyncio.sleep(1)
        assert await walk(ready_stack, number, ["4711", "1"]) == ["code", "ask", "level", "desk", "call", "bye"]
        assert await walk(ready_stack, number, ["1#"]) == ["code", "ask", "level", "bye"]
        changed = {**menu, "definition": reachable_only(definition(crm, "english"), "desk", "call")}
        await api.patch(f"/menus/{made['id']}", json=changed)
        await asyncio.sleep(1)
        assert await walk(ready_stack, number, ["4711"]) == ["code", "ask", "level", "english", "bye"]


@pytest.mark.feature("F-PBX-06", "F-PBX-12")
async def test_a_message_is_left_heard_and_deleted_by_phone(ready_stack: Stack) -> None:
    async with ready_stack.api() as api, ready_stack.db() as db:
        box = await api.post("/voicemail-boxes", json={"name": f"box {uuid4()}"})
        own = await api.post(
            "/extensions",
            json={
                "number": f"8{uuid4().int % 10**5:05}",
                "name": "Own",
                "voicemail_box_id": box["id"],
                "password": "long-enough-1",
            },
        )
        number = await put_number(api, {"kind": "voicemail", "box_id": box["id"]})
        await asyncio.sleep(1.5)
        async with caller(ready_stack) as phone:
            call = await phone.call(number)
            await call.wait_prompt(pause=1.0)
            await asyncio.sleep(3)
            call.hang_up()

        async def count() -> int:
            return int(await db.fetchval("select count(*) from voicemail_messages where box_id = $1", box["id"]))

        async def one() -> bool:
            return await count() == 1

        async def none() -> bool:
            return await count() == 0

        assert await eventually(one, 15)
        async with Phone(phone.server, own["number"], "long-enough-1") as desk:
            await desk.register()
            call = await desk.call("*97")
            await call.wait_heard()
            await asyncio.sleep(4)
            await call.press("3")
            assert await eventually(none, 20)
            await call.wait_ended(20)


@pytest.mark.feature("F-PBX-12", "F-PBX-17")
async def test_forwarding_is_set_and_taken_back_by_phone(ready_stack: Stack) -> None:
    first, second = (row["number"] for row in ready_stack.up["demo"]["extensions"][:2])

    async def dial(code: str) -> None:
        async with extension(ready_stack, first) as phone:
            await phone.register()
            call = await phone.call(code)
            await call.wait_ended(30)

    async with ready_stack.db() as db:

        async def forwarded_to() -> Any:
            return await db.fetchval(
                "select f -> 'to' ->> 'number' from extensions, jsonb_array_elements(forwards) f"
                " where number = $1 and f ->> 'when' = 'always'",
                first,
            )

        await dial(f"*72{second}")
        assert await forwarded_to() == second
        await dial("*73")
        assert await forwarded_to() is None
