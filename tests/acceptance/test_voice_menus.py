"""Callers talk to menus: real calls in Russian and English, speech through SIP at 8 kHz, a real recogniser."""

from pathlib import Path

import pytest

from engine.speech.recognizers.port import present
from tools import speakers
from tools.soaks.check import eventually
from tools.soaks.voice import voice
from tools.stack.stand import Stack

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.feature("F-PBX-05", "F-PBX-07", "F-DIAL-08", "F-DIAL-16"),
]


@pytest.fixture(autouse=True)
def people_and_ears(ready_stack: Stack) -> None:
    """Skips where nobody can speak or hear."""
    heard = {language for engine in present(Path(ready_stack.settings.models)) for language in engine.languages}
    if not {"ru", "en"} <= heard:
        pytest.skip("no engine hears Russian and English: tools/models fetch whisper-base")
    if not speakers.present():
        pytest.skip("RHVoice, the voice of simulated callers, can't be had here")


@pytest.fixture
async def rested_stack(ready_stack: Stack) -> Stack:
    """`ready_stack` with no recordings of other tests being transcribed: that takes the same two cores."""

    async def rests() -> bool:
        async with ready_stack.db() as db:
            await db.execute("update transcription_jobs set state = 'cancelled' where state = 'queued'")
            return not await db.fetchval("select count(*) from transcription_jobs where state = 'running'")

    await eventually(rests, 60.0, 0.5)
    return ready_stack


PLAN = {
    "levels": ("ru", "en"),
    "order": ("ru", "en"),
    "barge-in": ("ru",),
    "wrong words": ("en",),
    "silence": ("ru",),
    "noise": ("en",),
    "question": ("ru",),
}


async def test_callers_walk_menus_by_voice(rested_stack: Stack) -> None:
    """Three levels, an order, interruption, wrong words, silence, noise, an open question; most get where they want.

    The recogniser is a small model on shared cores: one caller of ten or so is not understood at the second try
    either. `tools/soak voice` prints the rates over many callers.
    """
    findings, tally = await voice(rested_stack, voices=1, together=3, plan=PLAN, hurried=True)
    findings.raise_problems()
    told = f"{tally.facts()}\n" + "\n".join(tally.failures)
    print(told)
    assert tally.rate() >= 0.75, told
    assert tally.rate(language="ru") >= 0.6, told
    assert tally.rate(language="en") >= 0.6, told
    async with rested_stack.db() as db:
        answers = await db.fetch("select text, confidence, file, duration_s from spoken_answers")
    assert answers, told
    for answer in answers:
        assert answer["text"] and 0 < answer["confidence"] <= 1 and answer["duration_s"] > 1, dict(answer)
        assert (rested_stack.settings.recordings / answer["file"]).stat().st_size > 16_000
