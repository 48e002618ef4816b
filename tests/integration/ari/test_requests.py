"""Requests to a real Asterisk: outcomes, deadlines, both ways."""

import asyncio
import signal
import time

import pytest

from engine.ari import errors
from engine.ari.events import PlaybackFinished, RecordingFinished, StasisEnd, StasisStart
from tests.integration.ari.conftest import Connect
from tests.integration.ari.node import Node


async def test_values_pass_unharmed(connect: Connect) -> None:
    ari = (await connect()).ari
    text = 'Привет, мир + a&b=c% "q" ;x/ы?#'
    await ari.asterisk.set_variable("SAMPLE", text)
    assert await ari.asterisk.get_variable("SAMPLE") == text


async def test_variables_of_a_new_channel_are_set_and_unset_ones_are_none(connect: Connect) -> None:
    probe = await connect()
    await probe.ari.channels.originate(
        channel_id="with-variables",
        endpoint="Local/wait@test",
        app_args="callee,1",
        variables={"PL_CALL": "Номер 1, x"},
    )
    await probe.until(lambda: probe.events(StasisStart))
    assert await probe.ari.channels.get_variable("with-variables", "PL_CALL") == "Номер 1, x"
    assert await probe.ari.channels.get_variable("with-variables", "NONE") is None
    await probe.ari.channels.set_variable("with-variables", "CHANNEL(language)", "en")
    assert (await probe.ari.channels.get("with-variables")).language == "en"


async def test_gone_taken_and_impossible_are_told_apart(connect: Connect) -> None:
    probe = await connect()
    channels, bridges = probe.ari.channels, probe.ari.bridges
    with pytest.raises(errors.AriNotFound) as gone:
        await channels.answer("nobody")
    assert gone.value.http_status == 404
    assert gone.value.operation == "POST channels/answer"
    channel = await probe.call()
    with pytest.raises(errors.AriConflict):
        await channels.originate(channel_id=channel, endpoint="Local/wait@test", app_args="x")
    with pytest.raises(errors.AriUnprocessable):
        await channels.record(channel, name="x", format="nosuch")
    with pytest.raises(errors.AriError) as unknown:
        await channels.originate(channel_id="never", endpoint="PJSIP/nosuch", app_args="x")
    assert unknown.value.http_status == 500
    bridge = await bridges.create(bridge_id="b-outcomes")
    for move in (bridges.add_channel, bridges.remove_channel):
        with pytest.raises(errors.AriNotFound):
            await move(bridge.id, "nobody")
    with pytest.raises(errors.AriError) as outside:
        await bridges.remove_channel(bridge.id, channel)
    assert isinstance(outside.value, errors.AriConflict | errors.AriUnprocessable)
    await bridges.destroy(bridge.id)
    with pytest.raises((errors.AriNotFound, errors.AriConflict)):  # it may still be on its way out
        await bridges.add_channel(bridge.id, channel)


async def test_ending_what_is_over_is_fine(connect: Connect) -> None:
    probe = await connect()
    channel = await probe.call()
    for _ in range(2):
        await probe.ari.channels.hangup(channel, cause=16)
        await probe.until(lambda: probe.events(StasisEnd))
    await probe.ari.bridges.destroy("b-never")
    await probe.ari.playbacks.stop("p-never")
    await probe.ari.recordings.stop("r-never")
    await probe.ari.recordings.cancel("r-never")
    await probe.ari.recordings.delete_stored("r-never")


async def test_a_playback_ends_once_for_all_its_media(connect: Connect) -> None:
    probe = await connect()
    channel = await probe.call()
    await probe.ari.channels.play(channel, ["sound:beep", "digits:1"], playback_id="p-1", lang="en")
    await probe.until(lambda: probe.events(PlaybackFinished))
    await probe.ari.channels.play(channel, ["sound:tt-monkeys"], playback_id="p-2")
    await probe.ari.playbacks.stop("p-2")
    assert await probe.until(lambda: len(probe.events(PlaybackFinished)) == 2) < 1
    assert [e.playback.id for e in probe.events(PlaybackFinished)] == ["p-1", "p-2"]


async def test_a_recording_in_a_folder_is_kept_downloaded_and_deleted(connect: Connect) -> None:
    probe = await connect()
    recordings = probe.ari.recordings
    channel = await probe.call("talker")
    await probe.ari.channels.record(channel, name="2026/11/a b")
    await asyncio.sleep(1.5)
    assert (await recordings.get_live("2026/11/a b")).state == "recording"
    await recordings.stop("2026/11/a b")
    await probe.until(lambda: probe.events(RecordingFinished))
    assert (await recordings.get_stored("2026/11/a b")).format == "wav"
    data = b"".join([piece async for piece in recordings.download("2026/11/a b")])
    assert data[:4] == b"RIFF"
    assert len(data) > 8000
    await recordings.delete_stored("2026/11/a b")
    with pytest.raises(errors.AriNotFound):
        await recordings.get_stored("2026/11/a b")
    with pytest.raises(errors.AriNotFound):
        async for _ in recordings.download("2026/11/a b"):
            pass


async def test_two_channels_meet_in_a_bridge(connect: Connect) -> None:
    probe = await connect()
    first, second = await probe.call(), await probe.call()
    bridge = await probe.ari.bridges.create(bridge_id="b-two", name="two")
    await probe.ari.bridges.add_channel(bridge.id, first)
    await probe.ari.bridges.add_channel(bridge.id, second)
    assert sorted((await probe.ari.bridges.get(bridge.id)).channels) == sorted([first, second])
    assert "b-two" in [b.id for b in await probe.ari.bridges.list()]
    await probe.ari.bridges.remove_channel(bridge.id, first)
    assert (await probe.ari.bridges.get(bridge.id)).channels == [second]
    await probe.ari.bridges.destroy(bridge.id)
    assert {first, second} <= {c.id for c in await probe.ari.channels.list()}


async def test_a_module_is_reloaded_by_http(connect: Connect) -> None:
    probe = await connect()
    await probe.ari.asterisk.reload_module("res_pjsip.so")
    with pytest.raises(errors.AriNotFound):
        await probe.ari.asterisk.reload_module("nosuch.so")
    info = await probe.ari.asterisk.info()
    assert info.system is not None
    assert int(info.system.version.split(".")[0]) >= 20


async def test_many_requests_at_once_get_their_own_answers(connect: Connect) -> None:
    probe = await connect()
    for i in range(200):
        await probe.ari.asterisk.set_variable(f"MANY{i}", str(i))
    answers = await asyncio.gather(*(probe.ari.asterisk.get_variable(f"MANY{i}") for i in range(200)))
    assert answers == [str(i) for i in range(200)]


@pytest.mark.parametrize("way", ["request", "slow"])
async def test_a_deadline_holds_when_asterisk_stands_still(connect: Connect, node: Node, way: str) -> None:
    probe = await connect()
    node.freeze()
    try:
        started = time.monotonic()
        with pytest.raises(errors.AriTimeout):
            await getattr(probe.client, way)("GET", "asterisk/ping", timeout=0.3)
        assert 0.25 < time.monotonic() - started < 5
    finally:
        node.send(signal.SIGCONT)
    await probe.until(lambda: probe.client.connected)
    assert await probe.client.request("GET", "asterisk/ping", timeout=5)


async def test_without_a_connection_requests_fail_at_once(connect: Connect) -> None:
    probe = await connect(wait=False, ari_port=1)
    started = time.monotonic()
    with pytest.raises(errors.AriDisconnected):
        await probe.ari.channels.get("x")
    await asyncio.sleep(0.05)
    with pytest.raises(errors.AriDisconnected):
        await probe.client.slow("GET", "channels")
    assert time.monotonic() - started < 5
    assert not probe.client.connected
