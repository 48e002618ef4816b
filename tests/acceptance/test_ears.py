"""Speech may fail in every way: the call's sound stays whole, and the text comes back.

Real Asterisk, real phones, real worker processes; the recogniser hears tones (tests/fakes/loud.py).
"""

import asyncio
import os
import re
import signal
import time
from pathlib import Path

import pytest

from engine.asterisk import places
from engine.core.config import Settings
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.speech.model import Deaf, Hearing, Listening, Onset, Partial
from engine.speech.recognizers import port
from tests.acceptance.switchboard import LISTENING, Listener, switchboard, until
from tests.fakes import loud
from tools.softphone import audio
from tools.stack.stand import AsteriskStand

pytestmark = pytest.mark.feature("F-PBX-20", "F-PBX-04")


@pytest.fixture(autouse=True)
def product_dialplan(asterisk: AsteriskStand) -> None:
    """Other tests lay dialplans of their own."""
    asterisk.write_dialplan(render(default_templates(), context_of(asterisk.settings))[OUTPUT])


def whisper() -> bool:
    """Whether there is a real model that hears English."""
    return port.choose(port.present(Settings().models), Listening(languages=("en",)), ("whisper",)) is not None


PAUSE_S = 3.0
LATE_S = PAUSE_S - 0.4
"""How late a busy machine may tell; a time that is wrong by the pause is later than that."""


def two() -> list[Listener]:
    return [Listener(), Listener()]


async def heard_both(sides: list[Listener], since: float = 0.0, timeout: float = 15.0) -> None:
    await until(lambda: "500" in sides[0].texts(since) and "900" in sides[1].texts(since), timeout)


async def test_each_side_is_heard_apart_in_time_and_a_killed_worker_costs_no_sound(
    asterisk: AsteriskStand, tmp_path: Path
) -> None:
    async with switchboard(asterisk, tmp_path, speech_workers=2) as board:
        await board.ready(2)
        sides = two()
        talk = await board.conversation("101", "102", sides)
        await heard_both(sides)
        began = time.monotonic()
        _check_times(sides)
        for pid in board.pids()[:1]:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: any(side.deaf() for side in sides) or all(side.texts(began + 1) for side in sides))
        await heard_both(sides, time.monotonic())
        killed = time.monotonic()
        for pid in board.pids():
            os.kill(pid, signal.SIGKILL)
        await until(lambda: all("worker_lost" in side.deaf() or side.hears for side in sides))
        await heard_both(sides, killed + 0.3, 20)
        _check_times(sides)
        await talk.check_clean(began)
        assert set(sides[0].texts()) == {"500"} and set(sides[1].texts()) == {"900"}
        await talk.end()


def _check_times(sides: list[Listener]) -> None:
    """What is told soon after it was said has the time at which it was said."""
    for side in sides:
        kinds = [type(told) for _, told in side.told if not isinstance(told, Deaf)]
        assert kinds[:3] == [Hearing, Onset, Partial], kinds[:3]
        for said, told_at, word in side.times():
            late = told_at - said
            assert -0.25 < late < LATE_S, (word, late)


async def test_a_stopped_worker_and_a_slow_one_cost_no_sound(asterisk: AsteriskStand, tmp_path: Path) -> None:
    """SIGSTOP: nobody reads what Asterisk sends, until the worker is taken for dead."""
    async with switchboard(asterisk, tmp_path) as board:
        await board.ready(1)
        sides = two()
        talk = await board.conversation("101", "102", sides)
        await heard_both(sides)
        stopped = time.monotonic()
        os.kill(board.pids()[0], signal.SIGSTOP)
        await until(lambda: all(side.deaf() == ["worker_lost"] for side in sides))
        await heard_both(sides, time.monotonic())
        await talk.check_clean(stopped)
        await talk.end()


async def test_three_times_more_streams_than_capacity(asterisk: AsteriskStand, tmp_path: Path) -> None:
    """Two of six are heard; the others say so, and take the place of one that ends."""
    async with switchboard(asterisk, tmp_path, speech_streams_max=2) as board:
        await board.ready(1)
        first, rest = two(), two()
        talk = await board.conversation("101", "102", first)
        await heard_both(first)
        other = await board.conversation("103", "104", rest)
        line = list(board.registry.lines.values())[-1]
        more = two()
        for listener in more:
            listener.ear = await line.ears.open(line.call.legs[0].channel_id, LISTENING, listener.tell, spy="out")
        await until(lambda: all(listener.deaf() == ["no_capacity"] for listener in [*rest, *more]))
        assert board.workers.capacity().free == 0 and board.workers.capacity().streams == 2
        since = time.monotonic()
        await talk.check_clean(since)
        await other.check_clean(since)
        assert not any(listener.texts() for listener in [*rest, *more])
        await talk.end()
        await until(lambda: sum(listener.hears for listener in [*rest, *more]) == 2)
        await until(lambda: sum(bool(listener.texts()) for listener in [*rest, *more]) == 2)
        await other.end()


@pytest.mark.skipif(not whisper(), reason="the model whisper-base is not installed (tools/models)")
async def test_a_real_recogniser_hears_people_again_after_a_kill(asterisk: AsteriskStand, tmp_path: Path) -> None:
    """Two who speak English, each heard apart; kill -9 of every worker in the middle."""
    sounds = places.data(asterisk.settings) / "sounds" / "en"
    said = [audio.read_wav(sounds / f"{name}.wav") for name in ("conf-waitforleader", "vm-dialout")]
    words = [{"conference", "leader"}, {"wait", "connect"}]
    options = {"speech_engines": "whisper", "models": Settings().models, "speech_worker_silence_s": 20.0}
    async with switchboard(asterisk, tmp_path, None, **options) as board:
        await board.ready(1)
        sides, listening = two(), Listening(languages=("en",))
        talk = await board.conversation("101", "102", sides, listening)
        talk.hush()
        for round_ in range(2):
            await until(lambda: all(side.hears for side in sides), 60)
            since = time.monotonic()
            await asyncio.gather(*(side.say(sound) for side, sound in zip(talk.sides, said, strict=True)))
            await until(lambda since=since: all(side.texts(since) for side in sides), 30)
            for side, wanted in zip(sides, words, strict=True):
                text = " ".join(side.texts(since)).lower()
                assert wanted <= set(re.findall("[a-z]+", text)), (round_, text)
            if not round_:
                for pid in board.pids():
                    os.kill(pid, signal.SIGKILL)
                await until(lambda: all(side.deaf() for side in sides))
        await talk.end()


@pytest.mark.parametrize("how", ["damaged", None])
async def test_without_a_sound_model_calls_go_on_and_text_comes_when_it_is_there(
    asterisk: AsteriskStand, tmp_path: Path, how: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.speech.workers import models, pool

    monkeypatch.setattr(pool, "LOOK_S", 0.3)
    monkeypatch.setattr(pool, "BROKEN_S", 1.0)
    monkeypatch.setattr(models, "RETRY_S", 1.0)
    async with switchboard(asterisk, tmp_path, how) as board:
        sides = two()
        talk = await board.conversation("101", "102", sides)
        await until(lambda: all(side.deaf() for side in sides))
        assert {reason for side in sides for reason in side.deaf()} == {"no_engine"}
        since = time.monotonic()
        if how is None:
            assert board.workers.capacity().workers == ()
            loud.lay(tmp_path / "models")
            await heard_both(sides)
        await talk.check_clean(since)
        await talk.end()


async def test_a_phone_that_sends_nothing_makes_no_time_shorter(asterisk: AsteriskStand, tmp_path: Path) -> None:
    """The caller's RTP stops for three seconds in the middle: what is said after it has its true time."""
    async with switchboard(asterisk, tmp_path) as board:
        await board.ready(1)
        listener = Listener()

        async def serve(line: object) -> None:
            await line.answer()  # type: ignore[attr-defined]
            channel = line.call.caller_leg.channel_id  # type: ignore[attr-defined]
            patient = Listening(languages=("ru",), silence_s=0.6)
            listener.ear = await line.ears.open(channel, patient, listener.tell)  # type: ignore[attr-defined]
            await line.digit(60)  # type: ignore[attr-defined]

        board.serve = serve
        call = await (await board.phone("101")).call("700")
        await until(lambda: listener.hears)
        await call.say(audio.tone(500, 0.6))
        call.media.sending = False
        await until(lambda: listener.texts() == ["500"])
        await asyncio.sleep(PAUSE_S)
        call.media.sending = True
        await call.say(audio.tone(700, 0.6))
        await until(lambda: len(listener.texts()) == 2)
        assert listener.texts() == ["500", "700"] and listener.deaf() == []
        _check_times([listener])
        call.hang_up()
