"""Calls, ears and workers of the engine over a real Asterisk and real phones, with flows that a test writes."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from engine.ari.client import AriClient
from engine.ari.resources import Ari
from engine.calls.admission import Admission
from engine.calls.ears import Ear
from engine.calls.ledger import Ledger
from engine.calls.line import CallLine
from engine.calls.model import Call, DialTarget, HungUp
from engine.calls.registry import CallRegistry
from engine.calls.services import CallServices, Link
from engine.core.clock import SystemClock
from engine.core.tasks import Tasks
from engine.history.journal import Journal
from engine.media.speaking import Speakers
from engine.speech.model import Deaf, Final, Hearing, Listening, Onset, Partial, Told
from engine.speech.voices.port import Synthesizer
from engine.speech.voices.service import Voices
from engine.speech.workers.pool import Workers
from tests.fakes import loud
from tools.softphone import Phone, PhoneCall, audio
from tools.softphone.media import Metronome
from tools.stack.stand import AsteriskStand

TONE_S = 0.5
CLEAN_S = 2.0
"""The least that a look at the sound must span."""
GAP_S = 0.15
"""A longer pause between two packets would be heard."""
LISTENING = Listening(languages=("ru",), silence_s=0.25, max_s=2.0)


async def until(done: Callable[[], Any], timeout: float = 15.0) -> None:
    end = time.monotonic() + timeout
    while not done():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.02)


class Listener:
    """What one ear tells, and when (monotonic)."""

    def __init__(self) -> None:
        self.told: list[tuple[float, Told]] = []
        self.ear: Ear | None = None

    def tell(self, told: Told) -> None:
        self.told.append((time.monotonic(), told))

    def texts(self, since: float = 0.0) -> list[str]:
        """What was recognised for certain since then."""
        return [told.text for at, told in self.told if isinstance(told, Final) and at >= since]

    def deaf(self) -> list[str]:
        return [told.reason for _, told in self.told if isinstance(told, Deaf)]

    @property
    def hears(self) -> bool:
        """Whether the last word about it is that it hears."""
        states = [told for _, told in self.told if isinstance(told, Deaf | Hearing)]
        return bool(states) and isinstance(states[-1], Hearing)

    def times(self) -> list[tuple[float, float, Told]]:
        """Everything heard with its time after the ear was opened, and when it was told after that."""
        assert self.ear is not None
        out, offset = [], 0.0
        for at, told in self.told:
            if isinstance(told, Hearing):
                offset = told.offset_s
            elif isinstance(told, Onset | Partial | Final):
                when = told.at_s if isinstance(told, Onset) else told.end_s
                out.append((offset + when, at - self.ear.opened, told))
        return out


class Switchboard:
    """``serve`` is the flow of every call."""

    def __init__(self, stand: AsteriskStand, registry: CallRegistry, workers: Workers, services: CallServices) -> None:
        self.stand = stand
        self.registry = registry
        self.workers = workers
        self.services = services
        self.serve: Callable[[CallLine], Awaitable[None]] = self._nothing
        self._phones = contextlib.AsyncExitStack()

    async def _nothing(self, line: CallLine) -> None:
        await line.hang_up()

    async def phone(self, number: str) -> Phone:
        """A registered phone, 101..110."""
        address = ("127.0.0.1", self.stand.settings.sip_port)
        made = Phone(address, number, self.stand.extensions[number], keep_sound=True)
        phone = await self._phones.enter_async_context(made)
        await phone.register()
        return phone

    async def close(self) -> None:
        await self._phones.aclose()

    def pids(self) -> list[int]:
        """Live workers that are ready."""
        lines = self.workers.capacity().workers
        return [line.pid for line in lines if line.kind == "live" and line.state == "ready"]

    async def ready(self, count: int) -> None:
        await until(lambda: len(self.pids()) >= count)

    async def conversation(
        self, one: str, other: str, listeners: list[Listener], listening: Listening = LISTENING
    ) -> "Conversation":
        """Phones ``one`` and ``other`` talk; each leg has an ear that tells its listener."""

        async def serve(line: CallLine) -> None:
            await line.answer()
            heard = False

            def on_leg(call: Call, leg: Any) -> None:
                nonlocal heard
                if call is line.call and len(call.legs) > 1 and leg is call.legs[1] and leg.answered_at and not heard:
                    heard = True
                    self.services.tasks.spawn(listen(line))

            async def listen(line: CallLine) -> None:
                for leg, listener in zip(line.call.legs[:2], listeners, strict=True):
                    listener.ear = await line.ears.open(leg.channel_id, listening, listener.tell)

            self.registry.on_leg.append(on_leg)
            with contextlib.suppress(HungUp):
                await line.dial([DialTarget(endpoint=f"PJSIP/{other}", number=other)], timeout_s=20)
            self.registry.on_leg.remove(on_leg)

        self.serve = serve
        caller, callee = await self.phone(one), await self.phone(other)
        call = await caller.dial("700")
        there = await callee.wait_call(20)
        there.answer()
        await call.wait_answered(20)
        return Conversation(call, there)


class Conversation:
    """Two who speak a tone without a pause; the sound that each hears must be the other's tone, whole."""

    HZ = (500, 900)

    def __init__(self, caller: PhoneCall, callee: PhoneCall) -> None:
        self.sides = (caller, callee)
        self._speech = [asyncio.create_task(self._talk(s, hz)) for s, hz in zip(self.sides, self.HZ, strict=True)]

    async def _talk(self, side: PhoneCall, hz: float) -> None:
        sound = audio.tone(hz, TONE_S) + bytes(int(0.4 * audio.RATE) * 2)
        with contextlib.suppress(Exception):
            while not side.ended:
                await side.say(sound)

    async def check_clean(self, since: float) -> None:
        """No packet was missing or late since then, nothing was heard but the other's tone."""
        await asyncio.sleep(max(0.0, since + CLEAN_S - time.monotonic()))
        for side, hz in zip(self.sides, reversed(self.HZ), strict=True):
            assert not side.ended, f"cut off by {side.ended_by}"
            gaps = side.gaps(GAP_S, since=since)
            assert not gaps, f"gaps of {[round(length, 3) for _, length in gaps]} s"
            heard = bytes(side.media.heard[2 * int((since - side.media.started) * audio.RATE) :])
            whole = stretches(heard)[1:]
            tones = [pcm for at, pcm in whole if not stalled(since + at - 0.6, since + at + TONE_S + 0.6)]
            lengths = [round(audio.seconds(tone), 2) for tone in tones]
            assert whole and all(abs(length - TONE_S) < GAP_S for length in lengths), lengths
            shares = [audio.tone_share(tone[640:-640], hz) for tone in tones]
            assert all(share > 0.95 for share in shares), [round(share, 2) for share in shares]

    def hush(self) -> None:
        """No more tones."""
        for task in self._speech:
            task.cancel()
        for side in self.sides:
            side.media.hush()

    async def end(self) -> None:
        self.hush()
        self.sides[0].hang_up()
        await self.sides[1].wait_ended(20)


def stretches(pcm: bytes) -> list[tuple[float, bytes]]:
    """The parts in which something sounds, cut where it is silent for ``GAP_S``, each with its second."""
    parts: list[tuple[float, bytes]] = []
    begin = end = -1
    for at in range(0, len(pcm) + 1, 320):
        loud = audio.level(pcm[at : at + 320]) > 300
        if begin >= 0 and at - end > 2 * int(GAP_S * audio.RATE):
            parts.append((begin / 2 / audio.RATE, pcm[begin:end]))
            begin = -1
        if loud:
            begin, end = at if begin < 0 else begin, at + 320
    return parts


def stalled(start: float, end: float) -> float:
    """For how long this process, which is the phones, was held up between two moments (monotonic)."""
    return sum(
        min(end, till) - max(start, since) for since, till in Metronome.get().stalls if since < end and till > start
    )


class _Sink:
    """Events of Asterisk for the registry."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.registry: CallRegistry | None = None

    def on_event(self, event: Any) -> None:
        if self.registry is not None:
            self.registry.on_event(event)

    async def on_connected(self, _snapshot: Any) -> None:
        self.link.set(True)

    def on_disconnected(self) -> None:
        self.link.set(False)


@contextlib.asynccontextmanager
async def switchboard(
    stand: AsteriskStand, tmp_path: Path, how: str | None = "", voice: Synthesizer | None = None, **settings: Any
) -> AsyncIterator[Switchboard]:
    """The engine's calls in this process; ``how`` as in ``loud.lay`` (None: no model); ``voice`` speaks texts."""
    models = tmp_path / "models"
    if how is not None:
        loud.lay(models, how)
    given = {
        "models": models,
        "speech_engines": loud.NAME,
        "speech_workers": 1,
        "speech_streams_max": 20,
        "speech_worker_silence_s": 2.0,
    }
    made = msgspec.structs.replace(stand.settings, **(given | settings))
    clock, link = SystemClock(), Link()
    journal = Journal(tmp_path / "journal", max_records=100_000, segment_bytes=16_000_000)
    journal.recover(0)
    sink = _Sink(link)
    client = AriClient(made, sink, clock)
    async with Tasks() as tasks:
        workers = Workers(made, tasks)
        ari, ledger = Ari(client), Ledger(journal, clock)
        voices, speakers = None, Speakers(made)
        if voice is not None:
            voices = Voices(msgspec.structs.replace(made, var=tmp_path, voice_order=voice.name), [voice])
        services = CallServices(
            ari, ledger, clock, made, link, tasks, workers=workers, voices=voices, speakers=speakers
        )
        admission = Admission(max_calls=100, max_legs=200, max_rate=50.0, lag_limit=2.0, journal_full=lambda: False)
        board: Switchboard
        registry = CallRegistry(services, admission, lambda _kind, _call, _args: partial(_serve, board))
        board = Switchboard(stand, registry, workers, services)
        sink.registry = registry
        await workers.start()
        tasks.spawn(client.run(), name="ari")
        await until(lambda: link.up)
        try:
            yield board
            await until(lambda: not registry.lines)
            await until(lambda: "0 active channels" in stand.console("core show channels count"))
        finally:
            await board.close()
            tasks.cancel()
            workers.stop()
            await speakers.close()
    journal.close()


async def _serve(board: Switchboard, line: CallLine) -> None:
    await board.serve(line)
