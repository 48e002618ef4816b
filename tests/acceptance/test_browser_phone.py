"""A real browser is a phone: it signs in through the api, calls and is called, and is heard both ways."""

import asyncio
import secrets
from typing import Any

import aiohttp
import pytest

from tools.browserphone import browser_operator
from tools.soaks.check import eventually, extension
from tools.softphone import audio
from tools.stack.stand import Stack

pytestmark = [pytest.mark.feature("F-PBX-24"), pytest.mark.timeout(150)]
PASSWORD = "browser-phone-pass"
MINE, THEIRS = 700, 500


@pytest.fixture
async def operator(ready_stack: Stack) -> Any:
    """An operator with an extension for browsers; both go at the end."""
    async with ready_stack.api() as api, ready_stack.db() as db:
        await db.execute("delete from extensions where number = '7291'")
        phone = await api.post("/extensions", json={"number": "7291", "name": "Ольга", "kind": "webrtc"})
        login = f"browser-{secrets.token_hex(4)}"
        body = {"login": login, "name": "Ольга", "password": PASSWORD, "role": "operator", "extension": "7291"}
        user = await api.post("/users", json=body)
        assert await eventually(lambda: _known(ready_stack, "7291"), 20)
        yield login, PASSWORD
        await api.patch(f"/users/{user['id']}", json={"blocked": True, "extension": None})
        await api.delete(f"/extensions/{phone['id']}")


async def _known(stack: Stack, number: str) -> bool:
    return number in await asyncio.to_thread(stack.console, f"pjsip show endpoint {number}")


async def test_a_browser_calls_and_is_called_and_both_sides_hear(ready_stack: Stack, operator: Any) -> None:
    async with (
        browser_operator(ready_stack, *operator, tone_hz=MINE) as browser,
        extension(ready_stack, "101", keep_sound=True) as desk,
    ):
        await desk.register()
        await browser.dial("101")
        call = await desk.wait_call(20)
        call.answer()
        await browser.wait_up()
        await call.say(audio.tone(THEIRS, 60), wait=False)
        assert await browser.hears(THEIRS), await browser.stats()
        assert await eventually(lambda: _hears(call), 15)
        assert [stat["state"] for stat in await browser.stats()] == ["connected"]
        await browser.hang_up()
        await call.wait_ended(15)

        call = await desk.dial("7291")
        await browser.answer()
        await call.wait_answered(15)
        await call.say(audio.tone(THEIRS, 60), wait=False)
        assert await browser.hears(THEIRS), await browser.stats()
        assert await eventually(lambda: _hears(call), 15)
        call.hang_up()
        assert (await browser.wait_over())["cause"]

        await _nobody_speaks_for_a_trunk(ready_stack, operator)
        old = await asyncio.to_thread(ready_stack.kill, "asterisk")
        await asyncio.to_thread(ready_stack.wait_restarted, "asterisk", old)
        # The bare phone signs in again by itself once Asterisk is back.
        assert await eventually(lambda: _registered(ready_stack), 60), browser.page.url


async def _hears(call: Any) -> bool:
    return bool(audio.tone_share(call.heard_last(0.5), MINE) > 0.6)


async def _registered(stack: Stack) -> bool:
    return "7291/sip" in await asyncio.to_thread(stack.console, "pjsip show contacts")


async def _nobody_speaks_for_a_trunk(stack: Stack, operator: Any) -> None:
    """A message within a dialog passes the proxy in any name; Asterisk knows no such dialog and begins no call."""
    async with stack.api(*operator) as api:
        url = f"{api.base}/api/v1/phone/ws"
        async with aiohttp.ClientSession() as session, session.ws_connect(url, protocols=("sip",)) as socket:
            await socket.send_json({"type": "auth", "token": api.token})
            before = len((await _admin_calls(stack))["items"])
            await socket.send_str(
                "INVITE sip:74951000001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK77\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:demo@127.0.0.1>;tag=a\r\nTo: <sip:74951000001@127.0.0.1>;tag=b\r\n"
                "Call-ID: made-up\r\nCSeq: 2 INVITE\r\nContact: <sip:x@x.invalid;transport=ws>\r\n"
                "Content-Length: 0\r\n\r\n"
            )
            answer = await socket.receive(timeout=20)
            assert str(answer.data).startswith("SIP/2.0 481"), answer
            assert len((await _admin_calls(stack))["items"]) == before


async def _admin_calls(stack: Stack) -> Any:
    async with stack.api() as api:
        return await api.get("/live-calls")
