"""Events of a real Asterisk: order, filter, rebuilds, and a sink that is slow or faulty."""

import asyncio

import pytest

from engine.ari import metrics, wire
from engine.ari.events import ChannelDestroyed, ChannelDtmfReceived, Event, StasisEnd, StasisStart
from engine.ari.sink import Snapshot
from tests.integration.ari.conftest import Connect
from tests.integration.ari.probe import Probe

DIGITS = "1234567890"


async def test_events_of_each_channel_come_in_order_while_channels_run_side_by_side(connect: Connect) -> None:
    probe = await connect()
    channels = await asyncio.gather(*(probe.call("digits") for _ in range(8)))
    await probe.until(lambda: len(probe.events(ChannelDtmfReceived)) == 8 * len(DIGITS), 15)
    for channel in channels:
        heard = [e.digit for e in probe.events(ChannelDtmfReceived) if e.channel.id == channel]
        assert "".join(heard) == DIGITS
        await probe.ari.channels.hangup(channel)
    await probe.until(lambda: {e.channel.id for e in probe.events(StasisEnd)} >= set(channels))
    for channel in channels:
        own = [e for e in probe.log if getattr(getattr(e, "channel", None), "id", "") == channel]
        assert [type(e) for e in own].index(StasisStart) < [type(e) for e in own].index(StasisEnd)
    assert all(e.timestamp.tzinfo is not None for e in probe.log if isinstance(e, Event))


async def test_only_the_events_listed_are_sent(connect: Connect) -> None:
    probe = await connect()
    channel = await probe.call()
    for i in range(20):
        await probe.ari.channels.set_variable(channel, f"V{i}", "x")
    await probe.ari.channels.hangup(channel)
    await probe.until(lambda: probe.events(StasisEnd))
    told = {type(e).__name__ for e in probe.log if isinstance(e, Event)}
    assert told <= set(wire.ALLOWED)
    application = await probe.client.request("GET", f"applications/{probe.client.app}")
    assert {e["type"] for e in application["events_allowed"]} == set(wire.ALLOWED)


async def test_a_slow_rebuild_blocks_neither_reader_nor_requests_and_events_follow_in_order(connect: Connect) -> None:
    probe = await connect(wait=False)
    gate = asyncio.Event()
    probe.on_connected_work = gate.wait  # type: ignore[assignment]
    await probe.until(lambda: probe.snapshots)
    channel = "c-slow-rebuild"
    await probe.ari.channels.originate(channel_id=channel, endpoint="Local/digits@test", app_args="callee,1")
    await asyncio.sleep(1.5)
    assert probe.client.connected
    assert not probe.client.live
    assert metrics.BUFFERED._value.get() > 0
    assert probe.log == probe.snapshots
    gate.set()
    await probe.until(lambda: len(probe.events(ChannelDtmfReceived)) == len(DIGITS))
    assert "".join(e.digit for e in probe.events(ChannelDtmfReceived)) == DIGITS
    assert probe.client.live
    assert metrics.BUFFERED._value.get() == 0


async def test_too_many_held_back_events_begin_the_rebuild_anew(connect: Connect) -> None:
    probe = await connect(wait=False, ari_event_buffer=5)
    before, dropped = metrics.OVERFLOWS._value.get(), metrics.DROPPED._value.get()

    async def ring_at_first() -> None:
        if len(probe.snapshots) == 1:
            for i in range(10):
                await probe.ari.channels.originate(
                    channel_id=f"c-over-{i}", endpoint="Local/wait@test", app_args="callee,1"
                )
            await asyncio.sleep(30)

    probe.on_connected_work = ring_at_first
    await probe.until(lambda: probe.client.live, 10)
    assert len(probe.snapshots) >= 2
    assert "down" in probe.log
    assert metrics.OVERFLOWS._value.get() >= before + 1
    assert metrics.DROPPED._value.get() >= dropped + 5
    # What was told to nobody is in the next picture.
    assert "c-over-0" in {c.id for c in probe.snapshots[-1].channels}


async def test_a_sink_that_raises_stops_nothing(connect: Connect) -> None:
    probe = await connect()
    taken = probe.on_event

    def faulty(event: Event) -> None:
        taken(event)
        raise RuntimeError("fault in the handler of an event")

    probe.on_event = faulty  # type: ignore[method-assign]
    before = metrics.SINK_ERRORS._value.get()
    channel = await probe.call()
    await probe.ari.channels.hangup(channel)
    await probe.until(lambda: probe.events(StasisEnd))
    assert probe.client.live
    assert metrics.SINK_ERRORS._value.get() > before


async def test_a_rebuild_that_raises_is_tried_again(connect: Connect) -> None:
    probe = await connect(wait=False)

    async def fail_once() -> None:
        if len(probe.snapshots) == 1:
            raise RuntimeError("the database is away")

    probe.on_connected_work = fail_once
    await probe.until(lambda: probe.client.live, 10)
    first, second = probe.snapshots
    assert first.first
    assert second.first, "until a rebuild has held, the next one is still the first"


async def test_the_picture_holds_channels_and_bridges(connect: Connect) -> None:
    first = await connect()
    channel = await first.call()
    await first.ari.bridges.create(bridge_id="b-picture")
    second = await connect()
    snapshot = second.snapshots[0]
    assert isinstance(snapshot, Snapshot)
    assert snapshot.first
    assert not snapshot.restarted
    found = {c.id: c for c in snapshot.channels}[channel]
    assert found.dialplan.app_name == "Stasis"
    assert "b-picture" in {b.id for b in snapshot.bridges}
    await second.ari.bridges.destroy("b-picture")


async def test_a_second_process_takes_over_and_the_first_one_is_told(connect: Connect) -> None:
    first = await connect(ari_reconnect_max=30.0)
    before = metrics.DISCONNECTS.labels("replaced")._value.get()
    second = await connect()
    await first.until(lambda: "down" in first.log)
    assert metrics.DISCONNECTS.labels("replaced")._value.get() == before + 1
    await asyncio.sleep(0.5)
    assert not first.client.connected, "it waits long before it takes the application back"
    assert second.client.live


@pytest.mark.parametrize("extension", ["busy", "ringing"])
async def test_a_leg_that_is_not_answered_ends_with_its_cause(connect: Connect, extension: str) -> None:
    probe: Probe = await connect()
    await probe.ari.channels.originate(
        channel_id=f"c-{extension}", endpoint=f"Local/{extension}@test", app_args="callee,1", timeout=1
    )

    def causes() -> list[int]:
        return [e.cause for e in probe.events(ChannelDestroyed) if e.channel.id == f"c-{extension}"]

    await probe.until(causes)
    assert causes() == [{"busy": 17, "ringing": 19}[extension]]
