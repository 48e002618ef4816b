"""A caller is heard beside the keys: real phones, a real Asterisk, a recogniser that hears tones."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.calls.line import CallLine
from engine.calls.model import HungUp
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.speech.model import Grammar, Heard, Listening, Phrase
from tests.acceptance.switchboard import Switchboard, switchboard, until
from tools.softphone import PhoneCall, audio
from tools.stack.stand import AsteriskStand

pytestmark = pytest.mark.feature("F-PBX-05", "F-PBX-04")
GRAMMAR = Grammar((Phrase("sales", "500"), Phrase("support", "700")))
LISTENING = Listening(languages=("ru",), grammar=GRAMMAR, silence_s=0.3, max_s=5.0)
LONG = ("sound:vm-intro", "sound:vm-intro")


@pytest.fixture(autouse=True)
def product_dialplan(asterisk: AsteriskStand) -> None:
    """Other tests lay dialplans of their own."""
    asterisk.write_dialplan(render(default_templates(), context_of(asterisk.settings))[OUTPUT])


class Menu:
    """One call, whose flow does what the test tells it."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.line: CallLine | None = None
        self._done = asyncio.Event()
        board.serve = self._serve

    async def _serve(self, line: CallLine) -> None:
        await line.answer()
        self.line = line
        await line.guard(self._done.wait())

    async def call(self) -> PhoneCall:
        call = await (await self.board.phone("101")).call("700")
        await until(lambda: self.line)
        return call

    def hear(self, media: Sequence[str] = (), **options: Any) -> "asyncio.Task[Heard]":
        assert self.line is not None
        options = {"barge_in": True, "timeout_s": 3.0} | options
        return asyncio.create_task(self.line.hear(media, LISTENING, **options))


async def test_a_caller_answers_by_voice_or_by_keys_and_cuts_prompts_short(
    asterisk: AsteriskStand, tmp_path: Path
) -> None:
    async with switchboard(asterisk, tmp_path) as board:
        await board.ready(1)
        menu = Menu(board)
        call = await menu.call()

        # Speech stops the prompt within 200 ms (and a packet or two), and is the answer.
        took = []
        while not took or (min(took) > 0.24 and len(took) < 4):  # a busy machine may be late, not always
            took.append(await _interrupt(menu, call))
        print("speech stopped the prompt after", [f"{seconds * 1000:.0f} ms" for seconds in took])
        assert min(took) <= 0.24, took

        # A key does the same; what was said before this question belongs to none.
        wait = menu.hear(LONG)
        await call.wait_heard(20)
        await call.press("5")
        assert await wait == Heard(digit="5")

        # The prompt that may not be cut is not, and what is said during it does not count.
        wait = menu.hear(("sound:vm-goodbye",), barge_in=False, timeout_s=0.6)
        await call.wait_heard(20)
        await call.say(audio.tone(500, 0.3), wait=False)
        assert await wait == Heard()

        # The time is not over while somebody speaks.
        wait = menu.hear(timeout_s=1.5)
        await asyncio.sleep(0.2)
        await call.say(audio.tone(500, 2.0))
        heard = await wait
        assert heard.final is not None and heard.final.scores[0].key == "sales" and heard.final.end_s > 1

        # Words that fit nothing are told as such; keys typed ahead come first.
        wait = menu.hear(timeout_s=2.0)
        await call.say(audio.tone(1400, 0.3))
        heard = await wait
        assert heard.final is not None and heard.final.scores == ()
        await call.press("42")
        assert menu.line is not None
        assert [await menu.hear(LONG), await menu.hear(LONG)] == [Heard(digit="4"), Heard(digit="2")]

        # The ear is closed with the menu; a hang-up is raised.
        await menu.line.deafen()
        await until(lambda: board.workers.capacity().streams == 0)
        wait = menu.hear(timeout_s=30)
        await asyncio.sleep(0.2)
        call.hang_up()
        with pytest.raises(HungUp):
            await wait


async def _interrupt(menu: Menu, call: PhoneCall) -> float:
    """Speak into a prompt, as an answer; for how long the prompt went on."""
    began = time.monotonic()
    wait = menu.hear(LONG)
    await call.wait_heard(20, since=began)
    await asyncio.sleep(0.5)
    spoke = time.monotonic()
    await call.say(audio.tone(700, 0.8))
    heard = await wait
    assert heard.digit is None and heard.final is not None and heard.final.scores[0].key == "support"
    return call.media.last_sound - spoke


async def test_keys_serve_a_caller_whom_nobody_hears(asterisk: AsteriskStand, tmp_path: Path) -> None:
    async with switchboard(asterisk, tmp_path, None) as board:
        menu = Menu(board)
        call = await menu.call()
        wait = menu.hear(LONG)
        await call.wait_heard(20)
        await call.press("7")
        assert await wait == Heard(digit="7")
        assert await menu.hear(timeout_s=0.3) == Heard(deaf="no_engine")
        call.hang_up()
