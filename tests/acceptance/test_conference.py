"""Conferences, parking, recording on demand and supervision with real phones."""

import asyncio
import io
import wave

import numpy
import pytest

from tests.acceptance.talkers import HZ, Person, Scene, hears, hears_music, scene
from tools.softphone import audio
from tools.stack.stand import Stack


async def added(stage: Scene, call_id: str, by: str, number: str) -> Person:
    """A colleague called into the conversation by number."""
    colleague = await stage.desk(number)
    await stage.do(call_id, by, "add", to=number)
    await colleague.answer()
    return colleague


async def member(stage: Scene, call_id: str, number: str) -> str:
    """The channel of a member."""
    live = await stage.live(lambda call: call["id"] == call_id and number in [m["number"] for m in call["members"]])
    return str(next(m["channel_id"] for m in live["members"] if m["number"] == number))


@pytest.mark.feature("F-PBX-23", "F-WID-13")
async def test_four_talk_one_is_muted_and_the_rest_go_on_without_who_began(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        second = await added(stage, call_id, "104", "102")
        third = await added(stage, call_id, "102", "103")
        people = (client, operator, second, third)
        for one in people:
            await hears(one, tuple(other for other in people if other is not one))
        muted = await member(stage, call_id, "103")
        await stage.do(call_id, "104", "mute", channel_id=muted, on=True)
        await asyncio.gather(*(hears(one, (), (third,)) for one in (client, operator, second)))
        await hears(third, (client, operator, second))
        await stage.do(call_id, "104", "mute", channel_id=muted, on=False)
        await hears(client, (third,))
        await stage.do(call_id, "104", "remove", channel_id=muted)
        await third.line.wait_ended(20)
        operator.line.hang_up()
        await hears(client, (second,))
        second.line.hang_up()
        await client.line.wait_ended(20)
        await stage.row(call_id)
        joined = await stage.events(call_id, "joined")
        assert [event["data"]["number"] for event in joined] == ["102", "103"]


@pytest.mark.feature("F-PBX-23", "F-PBX-12")
async def test_a_parked_call_is_taken_by_code_and_comes_back_when_nobody_takes_it(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        slot = (await stage.do(call_id, "104", "park"))["slot"]
        await operator.line.wait_ended(20)
        await hears_music(client)
        other = await stage.desk("103")
        await other.dial(f"*5{slot}")
        await hears(client, (other,))
        await hears(other, (client,))
        await stage.do(call_id, "103", "park", timeout_s=1)
        await other.line.wait_ended(20)
        await other.answer(20)
        await hears(client, (other,))
        await stage.do(call_id, "103", "park")
        await stage.do(call_id, "104", "retrieve")
        await operator.answer()
        await hears(client, (operator,))
        client.line.hang_up()
        await operator.line.wait_ended(20)
        await stage.row(call_id)
        kinds = [event["kind"] for event in await stage.events(call_id, "parked", "returned", "retrieved")]
        assert kinds == ["parked", "retrieved", "parked", "returned", "retrieved", "parked", "retrieved"]


@pytest.mark.feature("F-PBX-22")
async def test_a_supervisor_listens_whispers_barges_and_takes_over(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        boss = await stage.desk("101")
        await stage.do(call_id, "101", "supervise", wanted=403, mode="listen")
        await stage.do(call_id, "101", "supervise", mode="listen", supervise=True)
        await boss.answer()
        await hears(boss, (client, operator))
        await asyncio.gather(*(hears(one, (), (boss,)) for one in (client, operator)))
        await stage.do(call_id, "101", "supervise", mode="whisper", supervise=True)
        await hears(operator, (boss, client))
        await hears(client, (operator,), (boss,))
        loudest = max(audio.tone_share(part, HZ["101"]) for part in parts(client.line.heard, 0.2))
        assert loudest < 0.02, f"the client has heard the supervisor: {loudest}"
        await stage.do(call_id, "101", "supervise", mode="barge", supervise=True)
        await hears(client, (boss, operator))
        await hears(boss, (client, operator))
        await stage.do(call_id, "101", "supervise", mode="listen", supervise=True)
        await hears(client, (operator,), (boss,))
        await stage.do(call_id, "101", "take_over", supervise=True)
        await operator.line.wait_ended(20)
        await hears(client, (boss,))
        await hears(boss, (client,))
        client.line.hang_up()
        await boss.line.wait_ended(20)


def parts(pcm: bytes, seconds: float) -> list[bytes]:
    size = 2 * int(seconds * audio.RATE)
    return [pcm[at : at + size] for at in range(0, len(pcm) - size, size)]


@pytest.mark.feature("F-PBX-21")
async def test_a_recording_on_demand_is_silent_while_it_is_paused(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        await stage.do(call_id, "104", "record", action="start")
        await stage.live(lambda call: call["id"] == call_id and call["recording"] == "on")
        await asyncio.sleep(1.5)
        await stage.do(call_id, "104", "record", action="pause")
        await asyncio.sleep(2.0)
        await stage.do(call_id, "104", "record", action="resume")
        await asyncio.sleep(1.5)
        await stage.do(call_id, "104", "record", action="stop")
        await stage.live(lambda call: call["id"] == call_id and call["recording"] == "off")
        operator.line.hang_up()
        await client.line.wait_ended(20)
        await stage.row(call_id)
        async with ready_stack.api() as api:
            sound = await api.get(f"/calls/{call_id}/recording")
        with wave.open(io.BytesIO(sound)) as file:
            sides = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16).reshape(-1, file.getnchannels())
        samples = sides.astype(float).mean(axis=1)
        loud = [bool(numpy.abs(part).mean() > 200) for part in numpy.array_split(samples, len(samples) // 1600)]
        gap = loud.count(False) * 0.2
        assert 1.0 < gap < 3.5, f"silent for {gap} s of {len(samples) / 8000} s"
        assert len(samples) / 8000 > 3.5, "the file's time runs on while it is paused"
        first = loud.index(False)
        assert any(loud[:first]) and any(loud[first:])
