"""Recordings of real calls: a side a channel, true times, nothing lost when the engine is killed."""

import asyncio
import io
import wave
from typing import Any

import numpy
import pytest

from tests.acceptance.talkers import HZ, scene
from tools.soaks.check import eventually
from tools.softphone import audio
from tools.stack.stand import Stack

Sound = Any
STEP_S = 0.1


def sides_of(body: bytes) -> tuple[Sound, Sound]:
    """Left and right samples."""
    with wave.open(io.BytesIO(body)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        both = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def silences(samples: Sound) -> list[tuple[float, float]]:
    """Stretches of silence of half a second or more: start and end in seconds."""
    size = int(STEP_S * 8000)
    quiet = [numpy.abs(samples[at : at + size].astype(float)).mean() < 100 for at in range(0, len(samples), size)]
    found, start = [], None
    for at, still in enumerate([*quiet, False]):
        if still and start is None:
            start = at
        elif not still and start is not None:
            found.append((start * STEP_S, at * STEP_S))
            start = None
    return [(start, end) for start, end in found if end - start >= 0.5]


@pytest.mark.feature("F-PBX-21")
async def test_each_side_has_its_channel_through_a_pause_and_a_killed_engine(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        await stage.do(call_id, "104", "record", action="start")
        await stage.live(lambda call: call["id"] == call_id and call["recording"] == "on")
        await asyncio.sleep(1.0)
        await stage.killed()
        await stage.live(lambda call: call["id"] == call_id and call["recording"] == "on")
        await stage.do(call_id, "104", "record", action="pause")
        await asyncio.sleep(1.5)
        await stage.do(call_id, "104", "record", action="resume")
        await asyncio.sleep(1.0)
        client.line.hang_up()
        await operator.line.wait_ended(20)
        await stage.row(call_id)
        async with ready_stack.api() as api:

            async def recording() -> Any:
                found = (await api.get("/recordings", params={"call_id": call_id}))["items"]
                return found[0] if found and found[0]["state"] != "recording" else None

            kept = await eventually(recording, 20)
            sound = await api.get(f"/calls/{call_id}/recording")
    assert (kept["state"], kept["channels"]) == ("done", 2)
    left, right = sides_of(sound)
    assert kept["duration_s"] == pytest.approx(len(left) / 8000, abs=0.05)
    assert len(left) / 8000 > 3.5, "time runs on while nobody serves the call, and in a pause"
    assert audio.tone_share(left.tobytes(), HZ["client"]) > 0.5
    assert audio.tone_share(left.tobytes(), HZ["104"]) < 0.02
    assert audio.tone_share(right.tobytes(), HZ["104"]) > 0.5
    assert audio.tone_share(right.tobytes(), HZ["client"]) < 0.02
    pauses = silences(left), silences(right)
    longest = [max(found, key=lambda part: part[1] - part[0]) for found in pauses]
    assert 1.0 < longest[0][1] - longest[0][0] < 3.0, pauses
    assert longest[0] == pytest.approx(longest[1], abs=0.25), f"the sides are not together: {pauses}"
    folder = ready_stack.settings.recordings
    assert {path.name for path in folder.glob(f"call-{kept['id']}*")} == {f"call-{kept['id']}.wav"}
