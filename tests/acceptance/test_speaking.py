"""Texts spoken while they are made, over a real Asterisk and real phones; the voice is a tone, a word a second."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from engine.calls.line import CallLine
from engine.calls.model import HungUp
from engine.calls.speaking import speech_uri
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.speech.model import Listening
from engine.speech.voices.port import Rate, SynthesisFailed, Voice
from tests.acceptance.switchboard import Switchboard, switchboard, until
from tools.softphone import PhoneCall, audio
from tools.stack.stand import AsteriskStand

pytestmark = pytest.mark.feature("F-PBX-04")
HZ = 500
LONG = "раз " * 40


@pytest.fixture(autouse=True)
def product_dialplan(asterisk: AsteriskStand) -> None:
    """Other tests lay dialplans of their own."""
    asterisk.write_dialplan(render(default_templates(), context_of(asterisk.settings))[OUTPUT])


class Tone:
    """A voice: a second of tone for each word, in pieces of 100 ms, as fast as they are taken."""

    name = "tone"

    def __init__(self) -> None:
        self.fails_after: int | None = None
        self.made = 0

    def voices(self) -> list[Voice]:
        return [Voice(engine="tone", name="tone", language="ru", streaming=True)]

    async def speak(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        for number in range(10 * len(text.split())):
            if number == self.fails_after:
                raise SynthesisFailed("out of breath")
            self.made += 1
            yield audio.tone(HZ, 0.1)
            await asyncio.sleep(0.001)

    async def close(self) -> None:
        pass


class Talker:
    """One call; ``say`` speaks to it and gives what ``CallLine.play`` gives."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.line: CallLine | None = None
        self._done = asyncio.Event()
        self.notes: list[str] = []
        board.serve = self._serve

    async def _serve(self, line: CallLine) -> None:
        await line.answer()
        note = line.note

        def noted(kind: str, /, **data: object) -> None:
            self.notes.append(kind)
            note(kind, **data)

        line.note = noted  # type: ignore[method-assign]
        self.line = line
        await line.guard(self._done.wait())

    async def call(self) -> PhoneCall:
        call = await (await self.board.phone("101")).call("700")
        await until(lambda: self.line)
        return call

    def say(self, *texts: str, barge_in: bool = True) -> "asyncio.Task[str | None]":
        assert self.line is not None
        media = [text if text.startswith("sound:") else speech_uri(text, "ru") for text in texts]
        return asyncio.create_task(self.line.play(media, barge_in=barge_in))


def tone_s(call: PhoneCall, since: float) -> float:
    """Seconds of the voice's tone that the phone has heard since then."""
    heard = bytes(call.media.heard)[2 * int((since - call.media.started) * audio.RATE) :]
    frames = [heard[at : at + 320] for at in range(0, len(heard), 320)]
    return 0.02 * sum(audio.level(frame) > 300 for frame in frames)


def leftovers(asterisk: AsteriskStand) -> str:
    return asterisk.console("bridge show all") + asterisk.console("core show channels concise")


async def test_a_text_is_heard_whole_and_stops_at_a_key_and_at_speech(asterisk: AsteriskStand, tmp_path: Path) -> None:
    voice = Tone()
    async with switchboard(asterisk, tmp_path, voice=voice) as board:
        await board.ready(1)
        talker = Talker(board)
        call = await talker.call()

        # Whole, with a file before it; the second time from what is kept.
        for _ in range(2):
            began = time.monotonic()
            assert await talker.say("sound:beep", "раз два", "три.") is None
            await asyncio.sleep(0.3)
            assert tone_s(call, began) == pytest.approx(3.0, abs=0.5)
            assert voice.made == 30

        # A key stops what Asterisk holds already, at once.
        began = time.monotonic()
        saying = talker.say(LONG)
        first = await call.wait_heard(20, since=began)
        await asyncio.sleep(1.0)
        pressed = time.monotonic()
        await call.press("5", length=0.06, pause=0.0)
        assert await saying == "5"
        told = time.monotonic()
        await asyncio.sleep(0.5)
        silent = call.media.last_sound - pressed
        print(f"first sound after {first * 1000:.0f} ms")
        print(f"a key: heard after {(told - pressed) * 1000:.0f} ms, silent {silent * 1000:.0f} ms after it was down")
        assert call.media.last_sound - told < 0.2, "silent within 200 ms"

        # So does speech.
        assert talker.line is not None
        listening = Listening(languages=("ru",), silence_s=0.3, max_s=5.0)
        stops: list[float] = []
        hush = talker.line.hush_prompt

        def hushed() -> None:
            stops.append(time.monotonic())
            hush()

        talker.line.hush_prompt = hushed  # type: ignore[method-assign]
        media = [speech_uri(LONG + "два", "ru")]
        hearing = asyncio.create_task(talker.line.hear(media, listening, barge_in=True, timeout_s=3.0))
        await call.wait_heard(20)
        await asyncio.sleep(1.0)
        spoke = time.monotonic()
        await call.say(audio.tone(700, 0.8))
        heard = await hearing
        assert heard.final is not None and heard.final.text == "700"
        silent = call.media.last_sound - spoke
        print(f"speech: heard after {(stops[0] - spoke) * 1000:.0f} ms, silent {silent * 1000:.0f} ms after it began")
        assert call.media.last_sound - stops[0] < 0.2, "silent within 200 ms"
        await talker.line.deafen()
        await until(lambda: "speech-" not in leftovers(asterisk))
        call.hang_up()


async def test_whatever_happens_the_call_goes_on_and_nothing_is_left(asterisk: AsteriskStand, tmp_path: Path) -> None:
    voice = Tone()
    async with switchboard(asterisk, tmp_path, voice=voice) as board:
        talker = Talker(board)
        call = await talker.call()

        # The voice fails in the middle: what was made is heard.
        voice.fails_after, began = 10, time.monotonic()
        assert await talker.say("четыре пять шесть") is None
        await asyncio.sleep(0.3)
        assert tone_s(call, began) == pytest.approx(1.0, abs=0.3)
        assert talker.notes[-1] == "speech_cut"

        # The speaking channel is hung up in the middle.
        voice.fails_after = None
        saying = talker.say(LONG)
        await call.wait_heard(20)
        for line in asterisk.console("core show channels concise").splitlines():
            if line.startswith("WebSocket/"):
                asterisk.console(f"channel request hangup {line.split('!')[0]}")
        assert await asyncio.wait_for(saying, 5) is None
        assert talker.notes[-1] == "speech_cut" and not call.ended

        # The caller hangs up in the middle.
        saying = talker.say(LONG + "ещё")
        await call.wait_heard(20)
        call.hang_up()
        with pytest.raises(HungUp):
            await asyncio.wait_for(saying, 5)
        await until(lambda: "speech-" not in leftovers(asterisk))


async def test_where_no_more_may_speak_the_text_is_made_first(asterisk: AsteriskStand, tmp_path: Path) -> None:
    voice = Tone()
    async with switchboard(asterisk, tmp_path, voice=voice, speaking_max=0) as board:
        talker = Talker(board)
        call = await talker.call()
        began = time.monotonic()
        assert await talker.say("семь восемь") is None
        await asyncio.sleep(0.3)
        assert tone_s(call, began) == pytest.approx(2.0, abs=0.4)
        call.hang_up()
