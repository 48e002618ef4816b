"""The connection falls in every way that it can: what was under way fails at once, and everything comes back."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest

from engine.ari import errors, metrics
from engine.ari.events import ChannelDtmfReceived, StasisEnd
from tests.integration.ari.conftest import Connect
from tests.integration.ari.node import Node
from tests.integration.ari.probe import Proxy


@pytest.fixture
async def proxy(node: Node) -> AsyncIterator[Proxy]:
    made = Proxy(node.settings.ari_port)
    await made.open()
    yield made
    made.thaw()
    made.cut()


async def test_a_cut_of_some_seconds(connect: Connect, proxy: Proxy) -> None:
    probe = await connect(ari_port=proxy.port)
    stays, goes = await probe.call(), await probe.call("short")
    proxy.cut()
    await probe.until(lambda: probe.log[-1] == "down", 1)
    with pytest.raises(errors.AriDisconnected):
        await probe.ari.channels.get(stays)
    await asyncio.sleep(3)
    await proxy.open()
    await probe.until(lambda: probe.client.live, 5)
    snapshot = probe.snapshots[1]
    assert not snapshot.first
    assert not snapshot.restarted
    ids = {c.id for c in snapshot.channels}
    assert stays in ids
    assert goes not in ids
    await probe.ari.channels.hangup(stays)
    await probe.until(lambda: stays in {e.channel.id for e in probe.events(StasisEnd)})


async def test_events_flow_again_for_a_channel_of_before_the_cut(connect: Connect, proxy: Proxy) -> None:
    probe = await connect(ari_port=proxy.port)
    channel = await probe.call()
    proxy.cut()
    await probe.until(lambda: probe.log[-1] == "down", 1)
    await proxy.open()
    await probe.until(lambda: probe.client.live, 5)
    other = await probe.call("digits")
    await probe.until(lambda: len(probe.events(ChannelDtmfReceived)) >= 3)
    await probe.ari.channels.hangup(other)
    await probe.ari.channels.hangup(channel)
    await probe.until(lambda: channel in {e.channel.id for e in probe.events(StasisEnd)})


async def test_requests_under_way_fail_at_once_when_the_socket_falls(connect: Connect, proxy: Proxy) -> None:
    probe = await connect(ari_port=proxy.port)
    proxy.freeze()
    asked = [asyncio.create_task(probe.client.request("GET", "asterisk/ping", timeout=30)) for _ in range(5)]
    await asyncio.sleep(0.2)
    started = time.monotonic()
    proxy.thaw()
    proxy.cut()
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert time.monotonic() - started < 10
    assert all(isinstance(r, errors.AriDisconnected) for r in results), results


async def test_a_half_open_socket_is_noticed_within_seconds(connect: Connect, proxy: Proxy) -> None:
    probe = await connect(ari_port=proxy.port)
    before = metrics.DISCONNECTS.labels("silent")._value.get()
    asked = asyncio.create_task(_after(0.1, probe.client.request("GET", "asterisk/ping", timeout=30)))
    proxy.freeze()
    assert await probe.until(lambda: "down" in probe.log, 7) < 6
    assert isinstance((await asyncio.gather(asked, return_exceptions=True))[0], errors.AriDisconnected)
    assert metrics.DISCONNECTS.labels("silent")._value.get() == before + 1
    proxy.thaw()
    await probe.until(lambda: probe.client.live, 10)


async def _after(seconds: float, work: object) -> object:
    await asyncio.sleep(seconds)
    return await work  # type: ignore[misc]


async def test_a_stall_of_our_own_is_not_taken_for_silence(connect: Connect) -> None:
    probe = await connect()
    time.sleep(5.5)
    await asyncio.sleep(2)
    assert probe.client.live
    assert "down" not in probe.log


async def test_a_restart_of_asterisk_is_told(connect: Connect, node: Node) -> None:
    probe = await connect()
    await probe.call()
    node.stop(signal.SIGKILL)
    await probe.until(lambda: probe.log[-1] == "down", 2)
    node.start()
    await probe.until(lambda: probe.client.live, 10)
    before, after = probe.snapshots[0], probe.snapshots[-1]
    assert after.restarted
    assert after.asterisk_started_at > before.asterisk_started_at
    assert after.channels == []
    assert await probe.call()


async def test_the_wrong_password_is_tried_again_without_a_storm(connect: Connect) -> None:
    before = metrics.DISCONNECTS.labels("refused")._value.get()
    probe = await connect(wait=False, ari_password="wrong", ari_reconnect_min=0.1, ari_reconnect_max=0.4)
    await asyncio.sleep(2)
    tries = metrics.DISCONNECTS.labels("refused")._value.get() - before
    assert 3 <= tries <= 16
    assert not probe.snapshots
