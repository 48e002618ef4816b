"""The ordinary way: the dialplan hands the call to the engine's application, at once or when it comes back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from tests.integration.dialplan.conftest import Node

DID = "74950000001"
pytestmark = pytest.mark.feature("F-PBX-24", "F-PBX-05")


@contextlib.asynccontextmanager
async def application(node: Node) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
    """The engine's application, reduced to its events: answers each call, hangs up after 0.3 s."""
    settings = node.settings
    key = {"api_key": f"{settings.ari_user}:{settings.ari_password}"}
    starts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async with aiohttp.ClientSession() as session:

        async def serve(socket: aiohttp.ClientWebSocketResponse) -> None:
            async for message in socket:
                event = message.json()
                if event["type"] == "StasisStart":
                    starts.put_nowait(event)
                    channel = f"{settings.ari_url}/channels/{event['channel']['id']}"
                    await (await session.post(f"{channel}/answer", params=key)).release()
                    await asyncio.sleep(0.3)
                    await (await session.delete(channel, params=key)).release()

        async with session.ws_connect(f"{settings.ari_url}/events", params={"app": settings.ari_app, **key}) as socket:
            task = asyncio.create_task(serve(socket))
            try:
                yield starts
            finally:
                task.cancel()


async def test_a_trunk_call_goes_to_the_inbound_flow(node: Node, trunk: Callable[..., Any]) -> None:
    async with application(node) as starts:
        call = await (await trunk("79163000001")).call(f"+{DID}")
        event = await asyncio.wait_for(starts.get(), 3)
        assert event["args"] == ["inbound", f"+{DID}"]
        assert event["channel"]["dialplan"]["context"] == "from-trunk"
        await call.wait_ended(20)
        row = await node.record("79163000001")
    assert (row.served, row.context, row.number, row.voicemail) == ("stasis", "from-trunk", DID, "")


async def test_an_extensions_call_goes_to_the_internal_flow(node: Node, extension: Callable[..., Any]) -> None:
    async with application(node) as starts:
        call = await (await extension("107")).call("*21#")
        event = await asyncio.wait_for(starts.get(), 3)
        assert event["args"] == ["internal", "*21#"]
        await call.wait_ended(20)
        row = await node.record("107")
    assert (row.served, row.context) == ("stasis", "from-internal")


async def test_an_engine_that_comes_back_while_the_call_rings_takes_it(node: Node, trunk: Callable[..., Any]) -> None:
    node.console("dialplan set global PL_TRIES 20")
    call = await (await trunk("79163000002")).dial(DID)
    await call.wait_ringing(20)
    await asyncio.sleep(0.5)
    async with application(node) as starts:
        event = await asyncio.wait_for(starts.get(), 3)
        assert event["args"] == ["inbound", DID]
        await call.wait_answered(20)
        await call.wait_ended(20)
        assert (await node.record("79163000002")).served == "stasis"
    node.console("dialplan set global PL_TRIES 2")


async def test_calls_that_are_turned_away_never_reach_the_engine(node: Node, trunk: Callable[..., Any]) -> None:
    node.console("dialplan set global PL_SHED 100")
    async with application(node) as starts:
        call = await (await trunk("79163000003")).dial(DID)
        await call.wait_ended(20)
        assert (await node.record("79163000003")).served == "shed"
        assert starts.empty()


async def test_the_engine_sets_the_share_and_the_database_through_ari(node: Node, trunk: Callable[..., Any]) -> None:
    settings = node.settings
    async with aiohttp.ClientSession() as session:
        for name, value in {"PL_SHED": "7", "DB(fallback/7495)": "101", "DB(language/7495)": ""}.items():
            query = {"variable": name, "value": value, "api_key": f"{settings.ari_user}:{settings.ari_password}"}
            async with session.post(f"{settings.ari_url}/asterisk/variable", params=query) as answer:
                assert answer.status == 204, await answer.text()
    assert "PL_SHED=7" in node.console("dialplan show globals")
    assert "101" in node.console("database get fallback 7495")
