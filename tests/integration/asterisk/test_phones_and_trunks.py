"""Phones and trunks: they change while calls are up, survive outages, and reach real peers."""

import asyncio
import time
from datetime import UTC, datetime

import aiohttp
import pytest

from engine.asterisk import places
from tools.soaks.check import extension, server
from tools.softphone import Phone
from tools.softphone.audio import tone
from tools.stack.stand import AsteriskStand, Stack, Stand

pytestmark = pytest.mark.feature("F-PBX-24")
GAP_S = 0.3


async def console(stack: Stand, command: str, word: str, *, gone: bool = False, timeout: float = 30.0) -> str:
    """What Asterisk's console answers once ``word`` is in it (or gone from it)."""
    deadline = time.monotonic() + timeout
    while True:
        text = await asyncio.to_thread(stack.console, command)
        if (word in text) != gone:
            return text
        assert time.monotonic() < deadline, text
        await asyncio.sleep(0.1)


async def test_a_new_phone_signs_in_at_once_and_a_conversation_goes_on_unharmed(ready_stack: Stack) -> None:
    first, second = (row["number"] for row in ready_stack.up["demo"]["extensions"][:2])
    async with (
        ready_stack.api() as api,
        extension(ready_stack, first) as caller,
        extension(ready_stack, second) as callee,
    ):
        await caller.register()
        await callee.register()
        call = await caller.dial(second)
        other = await callee.wait_call(15)
        other.answer()
        await call.wait_answered(20)
        await asyncio.gather(call.say(tone(440, 20), wait=False), other.say(tone(600, 20), wait=False))
        await asyncio.gather(call.wait_heard(20), other.wait_heard(20))
        since = time.monotonic()
        made = await api.post("/extensions", json={"number": "7401", "name": "New", "password": "a-new-phone;1"})
        trunk = await api.post(
            "/trunks", json={"name": "later", "kind": "ip", "host": "192.0.2.7", "match": ["192.0.2.0/24"]}
        )
        try:
            await console(ready_stack, "pjsip show endpoints", "7401/")
            await console(ready_stack, "pjsip show identifies", "192.0.2.0/24")
            async with Phone(server(ready_stack), "7401", "a-new-phone;1") as phone:
                await phone.register()
                await asyncio.sleep(1.0)
            for side in (call, other):
                assert not side.ended
                assert side.gaps(GAP_S, since=since) == []
            call.hang_up()
        finally:
            await api.delete(f"/trunks/{trunk['id']}")
            await api.delete(f"/extensions/{made['id']}")
    await console(ready_stack, "pjsip show endpoints", "7401/", gone=True)
    await console(ready_stack, "pjsip show identifies", "192.0.2.0/24", gone=True)


async def test_phones_stay_signed_in_while_the_database_is_away_and_asterisk_restarts(ready_stack: Stack) -> None:
    number = ready_stack.up["demo"]["extensions"][0]["number"]
    await asyncio.to_thread(ready_stack.stop, "postgres")
    try:
        old = await asyncio.to_thread(ready_stack.kill, "asterisk")
        await asyncio.to_thread(ready_stack.wait_restarted, "asterisk", old)
        async with extension(ready_stack, number) as phone:
            await phone.register()
    finally:
        await asyncio.to_thread(ready_stack.start, "postgres")


def test_core_sounds_of_both_languages_lie_where_channels_look(ready_stack: Stack) -> None:
    """Core sounds are found by the channel's language, digits in their folder too."""
    sounds = places.data(ready_stack.settings) / "sounds"
    for language in ("ru", "en"):
        for name in ("vm-goodbye", "digits/5", "beep", "pbx-invalid"):
            path = sounds / language / f"{name}.wav"
            assert path.read_bytes()[:4] == b"RIFF", path


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_registering_trunk_signs_in_at_its_provider_and_carries_calls(
    ready_stack: Stack, asterisk: AsteriskStand, transport: str
) -> None:
    """Another Asterisk plays the provider: the trunk is its phone 110."""
    body = {
        "name": f"provider-{transport}",
        "kind": "registering",
        "host": "127.0.0.1",
        "port": asterisk.settings.sip_port,
        "transport": transport,
        "username": "110",
        "password": asterisk.extensions["110"],
    }
    async with ready_stack.api() as api:
        trunk = await api.post("/trunks", json=body)
        did = {"number": "110", "name": "By account", "destination": {"kind": "hangup"}}
        number = await api.post("/numbers", json=did)
        try:
            await console(ready_stack, "pjsip show registrations", "  Registered")
            contacts = await console(asterisk, "pjsip show contacts", "110/sip:")
            assert f":{ready_stack.settings.sip_port}" in contacts
            started = datetime.now(UTC)
            await originate(asterisk, "PJSIP/110", caller="79995550101")
            for _ in range(80):
                calls = (await api.get("/calls", params={"limit": 20}))["items"]
                mine = [c for c in calls if c["caller"] == "79995550101" and c["started_at"] > started.isoformat()]
                if mine and mine[0]["ended_at"]:
                    break
                await asyncio.sleep(0.1)
            assert len(mine) == 1 and mine[0]["called"] == "110" and mine[0]["number_id"] == number["id"]
        finally:
            await api.delete(f"/numbers/{number['id']}")
            await api.delete(f"/trunks/{trunk['id']}")
    await console(ready_stack, "pjsip show registrations", body["name"], gone=True)


async def originate(stand: Stand, endpoint: str, caller: str) -> None:
    """Let Asterisk call an endpoint."""
    query = {"endpoint": endpoint, "extension": "1", "context": "from-internal", "callerId": caller, "timeout": 10}
    url = f"{stand.settings.ari_url}/channels"
    key = f"{stand.settings.ari_user}:{stand.settings.ari_password}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, params={**query, "api_key": key}) as answer,
    ):
        assert answer.status == 200, await answer.text()
