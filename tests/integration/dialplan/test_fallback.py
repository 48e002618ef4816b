"""The engine is away: callers hear a message, leave one, or reach the extension that AGI or the database names."""

import asyncio
import socket
import wave
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.agi import server as agi
from engine.dialplan.fallback import database_keys
from engine.routing.model import BlacklistEntry, Extension, Number, ToHangup
from engine.routing.table import RoutingTable
from tests.integration.dialplan.conftest import Node
from tools.softphone.call import CallFailed

DID = "74950000001"
ID = UUID(int=1)


def tone(seconds: float) -> bytes:
    """A loud square wave, 8 kHz 16 bit."""
    return b"".join(
        (6000 if n // 10 % 2 else -6000).to_bytes(2, "little", signed=True) for n in range(int(seconds * 8000))
    )


@pytest.mark.feature("F-PBX-06")
async def test_a_caller_hears_a_message_and_leaves_one(node: Node, trunk: Callable[..., Any]) -> None:
    call = await (await trunk("79160000001")).call(DID)
    await call.wait_heard(20)
    await call.wait_silence(1.0, timeout=25.0)  # the beep ends the greeting
    await call.say(tone(3.0))
    call.hang_up()
    row = await node.record("79160000001")
    assert (row.served, row.result, row.context) == ("fallback", "voicemail", "from-trunk")
    assert (row.number, row.hangup_cause) == (DID, 16)
    assert row.voicemail == f"fallback-{row.unique_id}.wav"
    with wave.open(str(node.recording(row.voicemail))) as file:
        assert file.getframerate() == 8000
        assert file.getnframes() / 8000 == pytest.approx(3.0, abs=1.5)


@pytest.mark.feature("F-PBX-06")
async def test_a_caller_who_hangs_up_in_the_greeting_leaves_no_message(node: Node, trunk: Callable[..., Any]) -> None:
    call = await (await trunk("79160000002")).call(DID)
    await call.wait_heard(20)
    call.hang_up()
    row = await node.record("79160000002")
    assert (row.served, row.voicemail, row.result) == ("fallback", "", "")


@pytest.mark.feature("F-PBX-06", "F-PBX-12")
async def test_the_database_names_an_extension_and_it_rings(
    node: Node, trunk: Callable[..., Any], extension: Callable[..., Any]
) -> None:
    number = Number(id=ID, number=DID, name="", language="en", destination=ToHangup(), fallback_extension="101")
    for key, value in database_keys([number], [], agi.SystemClock().now()).items():
        node.put(*key.split("/"), value)
    phone = await extension("101")
    call = await (await trunk("79160000003")).dial(DID)
    rung = await phone.wait_call(20)
    assert rung.caller == "79160000003"
    rung.answer()
    await call.wait_answered(20)
    call.hang_up()
    row = await node.record("79160000003")
    assert (row.served, row.result, row.voicemail) == ("fallback", "answered", "")
    assert row.answered_at is not None


@pytest.mark.feature("F-PBX-06")
async def test_an_extension_that_does_not_answer_gives_way_to_voicemail(
    node: Node, trunk: Callable[..., Any], extension: Callable[..., Any]
) -> None:
    node.put("fallback", DID, "102")
    phone = await extension("102")
    call = await (await trunk("79160000004")).dial(DID)
    (await phone.wait_call(20)).reject(486)
    await call.wait_answered(20)
    await call.wait_heard(20)
    call.hang_up()
    assert (await node.record("79160000004")).result == ""


@pytest.mark.feature("F-PBX-06", "F-PBX-18")
async def test_the_look_up_server_names_the_extension_while_the_engine_is_away(
    node: Node, trunk: Callable[..., Any], extension: Callable[..., Any]
) -> None:
    number = Number(id=ID, number=DID, name="", language="en", destination=ToHangup(), fallback_extension="103")
    table = RoutingTable(numbers={DID: number}, extensions={"103": Extension(id=ID, number="103", name="")})
    server = agi.start(node.settings, lambda: table)
    try:
        phone = await extension("103")
        call = await (await trunk("79160000005")).dial(DID)
        rung = await phone.wait_call(20)
        rung.answer()
        await call.wait_answered(20)
        call.hang_up()
    finally:
        server.close()
    assert (await node.record("79160000005")).result == "answered"


@pytest.mark.feature("F-PBX-06")
async def test_a_look_up_server_that_hangs_does_not_hold_the_caller(node: Node, trunk: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", node.settings.agi_port)):  # takes connections, never says a word
        call = await (await trunk("79160000006")).call(DID, timeout=10.0)
        await call.wait_heard(8.0)
        call.hang_up()
    assert (await node.record("79160000006")).served == "fallback"


@pytest.mark.feature("F-PBX-18")
@pytest.mark.parametrize(("pattern", "kind"), [("79160000007", "exact"), ("7916", "prefix")])
async def test_the_blacklist_holds_while_the_engine_is_away(
    node: Node, trunk: Callable[..., Any], pattern: str, kind: str
) -> None:
    entry = BlacklistEntry(id=ID, pattern=pattern, kind=kind)
    for key, value in database_keys([], [entry], agi.SystemClock().now()).items():
        node.put(*key.split("/"), value)
    with pytest.raises(CallFailed) as refused:
        await (await trunk("79160000007")).call(DID)
    assert refused.value.status == 403
    assert (await node.record("79160000007")).result == "blocked"
    other = await (await trunk("78120000000")).call(DID)
    other.hang_up()


@pytest.mark.feature("F-PBX-12")
async def test_extensions_reach_each_other_while_the_engine_is_away(node: Node, extension: Callable[..., Any]) -> None:
    caller, callee = await extension("104"), await extension("105")
    call = await caller.dial("105")
    (await callee.wait_call(20)).answer()
    await call.wait_answered(20)
    await asyncio.sleep(0.3)
    call.hang_up()
    row = await node.record("104")
    assert (row.served, row.result, row.context, row.number) == ("fallback", "answered", "from-internal", "105")


@pytest.mark.feature("F-PBX-12")
@pytest.mark.parametrize("dialled", ["109", "999", "+79161234567", "*21#"])
async def test_what_extensions_cannot_reach_now_is_refused_at_once(
    node: Node, extension: Callable[..., Any], dialled: str
) -> None:
    caller = await extension("106")
    with pytest.raises(CallFailed) as refused:
        await caller.call(dialled, timeout=8.0)
    assert refused.value.status in (500, 502, 503)
    assert (await node.record("106")).result == "failed"
