"""Calls that the fallback served show in the history once the engine is back."""

import asyncio
from typing import Any

import pytest

from tests.integration.dialplan.test_fallback import tone
from tools.soaks.check import caller_number
from tools.softphone.phone import Phone
from tools.stack.stand import Stack


async def _call_of(stack: Stack, caller: str, timeout: float = 40.0) -> dict[str, Any]:
    async with stack.api() as api, asyncio.timeout(timeout):
        while True:
            found = [item for item in (await api.get("/calls?limit=200"))["items"] if item["caller"] == caller]
            if found:
                assert len(found) == 1
                return dict(found[0])
            await asyncio.sleep(0.2)


@pytest.mark.feature("F-PBX-06", "F-PBX-19")
async def test_a_message_left_while_the_engine_is_away_is_in_the_history(ready_stack: Stack) -> None:
    settings = ready_stack.settings
    number, own = ready_stack.up["demo"]["voicemail"], caller_number()
    await asyncio.to_thread(ready_stack.stop, "engine")
    try:
        async with Phone((settings.bind_host, settings.sip_port), own) as phone:
            call = await phone.call(number, timeout=15.0)
            await call.wait_heard(20)
            await call.wait_silence(1.0, timeout=25.0)
            await call.say(tone(3.0))
            call.hang_up()
            await asyncio.sleep(0.5)
    finally:
        await asyncio.to_thread(ready_stack.start, "engine")
        await asyncio.to_thread(ready_stack.wait_ready, "engine")
    found = await _call_of(ready_stack, own)
    assert found["called"] == number
    assert found["served_by"] == "fallback"
    assert found["outcome"] == "voicemail"
    assert found["direction"] == "inbound"
