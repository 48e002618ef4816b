"""Who answered, by real calls through a real Asterisk: tones before the answer, people, machines, fallbacks."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from aiosipua.sdp import serialize_sdp

from engine.calls import detecting
from engine.calls.line import CallLine
from engine.calls.model import Call, Direction, HungUp, Leg, LegRole
from engine.core.clock import SystemClock
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.speech.detection.model import Verdict
from tests.acceptance.switchboard import Switchboard, switchboard
from tools.detection.voices import Saying, make
from tools.softphone import Phone, PhoneCall, audio
from tools.stack.stand import AsteriskStand

LONG = "You have reached the voice mail of Peter Brown, who can not come to the phone now. Please leave a message."
pytestmark = pytest.mark.feature("F-DIAL-09")


@pytest_asyncio.fixture
async def board(asterisk: AsteriskStand, tmp_path: Path) -> AsyncIterator[Switchboard]:
    asterisk.write_dialplan(render(default_templates(), context_of(asterisk.settings))[OUTPUT])
    async with switchboard(asterisk, tmp_path, None, speech_workers=0) as made:
        yield made


def call_to(number: str) -> Call:
    now, call_id = SystemClock().now(), uuid4()
    leg = Leg(
        channel_id=f"{call_id.hex}-0", role=LegRole.CALLER, number=number, endpoint=f"PJSIP/{number}", started_at=now
    )
    return Call(
        id=call_id,
        node_id="node1",
        direction=Direction.OUTBOUND,
        caller="100",
        called=number,
        started_at=now,
        legs=[leg],
    )


async def ask(
    board: Switchboard, number: str, work: Callable[[CallLine], Awaitable[Verdict]], timeout: float = 12.0
) -> Verdict:
    """What ``work`` finds out in a call to a phone."""
    result: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()

    async def flow(line: CallLine) -> None:
        try:
            result.set_result(await work(line))
        except (Exception, HungUp) as exc:
            result.set_exception(RuntimeError(repr(exc)))
        await line.hang_up()

    board.registry.open(call_to(number), flow)
    async with asyncio.timeout(timeout):
        return await result


async def answered(line: CallLine, provider: detecting.Provider = "own") -> Verdict:
    probe = detecting.listen(line, provider=provider)
    await line.ring_caller(timeout_s=10, shown="100")
    try:
        return await probe.verdict(4.0)
    finally:
        probe.close()


async def before_answer(line: CallLine) -> Verdict:
    probe = detecting.listen(line)
    ringing = asyncio.ensure_future(line.ring_caller(timeout_s=10, shown="100"))
    try:
        return await probe.early
    finally:
        ringing.cancel()
        probe.close()


def says(voice: str, *parts: tuple[float, str]) -> bytes:
    """What a voice says: ``(silence before, text)`` of each part."""
    out = b""
    for silence_s, text in parts:
        saying = Saying(voice, text)
        make([saying])
        out += bytes(2 * int(silence_s * audio.RATE)) + audio.read_wav(saying.path)
    return out


def early(call: PhoneCall, pcm: bytes) -> None:
    """183 with media, which says ``pcm``."""
    answer = call.media.answer_to(call.leg.sdp_offer)
    call.leg._send_response(183, "Session Progress", body=serialize_sdp(answer), content_type="application/sdp")
    call.media.speak(pcm)


async def test_who_answers(board: Switchboard) -> None:
    phones = [await board.phone(number) for number in ("101", "102", "103", "104", "105", "106")]
    short = says("espeak/ru+m3", (0.5, "Алло?"))
    long_ = says("flite/rms", (0.5, LONG))
    busy = (audio.tone(425, 0.4) + bytes(6400)) * 5
    fax = bytes(8000) + audio.tone(2100, 3.0)

    async def pick_up(phone: Phone, pcm: bytes) -> None:
        call = await phone.wait_call()
        call.ring()
        await asyncio.sleep(1.0)
        call.answer()
        await call.say(pcm, wait=False)

    async def refuse(phone: Phone, pcm: bytes) -> None:
        early(await phone.wait_call(), pcm)

    people = [
        asyncio.ensure_future(work)
        for work in (
            pick_up(phones[0], short),
            pick_up(phones[1], long_),
            pick_up(phones[2], fax),
            refuse(phones[3], busy),
            pick_up(phones[4], long_),
        )
    ]
    found = await asyncio.gather(
        ask(board, "101", answered),
        ask(board, "102", answered),
        ask(board, "103", answered),
        ask(board, "104", before_answer),
        ask(board, "105", lambda line: answered(line, "asterisk")),
    )
    await asyncio.gather(*people)
    kinds = [(verdict.kind, verdict.by) for verdict in found]
    assert kinds == [
        ("human", "own"),
        ("machine", "own"),
        ("fax", "own"),
        ("busy", "own"),
        ("machine", "asterisk"),
    ], found
    assert all(0 < verdict.confidence <= 1 for verdict in found)
    assert all(0 < verdict.after_s < 5 for verdict in found)

    async def without_detector(line: CallLine) -> Verdict:
        probe = detecting.listen(line)
        await line.ring_caller(timeout_s=10, shown="100")
        (worker,) = board.workers.detectors.workers
        os.kill(worker.pid, signal.SIGKILL)
        try:
            return await probe.verdict(4.0)
        finally:
            probe.close()

    person = asyncio.ensure_future(pick_up(phones[5], short))
    fallback = await ask(board, "106", without_detector)
    await person
    assert (fallback.kind, fallback.by) == ("human", "asterisk"), fallback
