"""``stt``: speech to text through the whole path against the recogniser fed from memory, with the same sounds.

Ours: Asterisk plays people's speech in real time, several at once, into the dialplan's ``tap`` and over AudioSocket to
worker processes, as for the ears of a call; all the processor time of Asterisk and of the workers counts. The other
arm: one process, the recogniser's sessions, pieces of audio of the same length. Streams a core = seconds of audio
through seconds of processor time, so that no clock disturbs it.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec

from engine.calls.ears import extension_of
from engine.core import config
from engine.core.tasks import Tasks
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.speech.model import RATE, Final, Listening, Onset, Partial
from engine.speech.recognizers import audio, port
from engine.speech.workers import protocol
from engine.speech.workers.models import order_of
from engine.speech.workers.pool import Workers
from engine.speech.workers.stream import PIECE_S
from tools.benchmarks.events import processor_s
from tools.benchmarks.report import Report, percentile, ratio, spread
from tools.benchmarks.speech import Talk, errors, spoken, talks
from tools.soaks.check import eventually

if TYPE_CHECKING:
    from tools.stack.stand import AsteriskStand

_SAY = """
[bench-say]
exten => _X.,1,Answer()
 same => n,Playback({folder}/${{EXTEN}})
 same => n,Wait(2.5)
 same => n,Hangup()
"""


class Plan(msgspec.Struct, frozen=True):
    """Rounds, streams at once, seconds of each."""

    rounds: int
    streams: int
    seconds: float


FULL = Plan(rounds=4, streams=4, seconds=45.0)
QUICK = Plan(rounds=1, streams=2, seconds=4.0)


class Heard(msgspec.Struct):
    """What one stream gave: words, and seconds from speech to text."""

    words: list[str] = []
    first_partials: list[float] = []
    finals: list[float] = []


class Trial(msgspec.Struct):
    """One arm in one round."""

    audio_s: float
    cpu_s: float
    wrong: int
    words: int
    heard: list[Heard]

    @property
    def streams(self) -> float:
        """Streams that a core can hear in real time."""
        return self.audio_s / max(self.cpu_s, 1e-6)


async def run(quick: bool) -> Report:
    plan = QUICK if quick else FULL
    settings = config.load()
    found = port.present(settings.models, order_of(settings))
    wanted = Listening(languages=("ru",))
    engine = port.choose(found, wanted, order_of(settings))
    if engine is None or port.choose(found, Listening(languages=("en",)), order_of(settings)) is None:
        raise RuntimeError(f"no engine hears Russian and English: tools/models fetch whisper-base ({settings.models})")
    ours: list[Trial] = []
    direct: list[Trial] = []
    async with _path(settings) as (stand, workers):
        known = {engine.name: await asyncio.to_thread(port.load, engine, settings.speech_threads)}
        prefix = Path(stand.settings.asterisk_prefix or "/")
        # The model is loaded by the first stream.
        await _stream(stand, workers, talks(prefix, 1, 1.0, 99)[0], "999")
        for number in range(plan.rounds):
            said = talks(prefix, plan.streams, plan.seconds, number)
            arms = [_through(stand, workers, said, number), asyncio.to_thread(_direct, found, known, said, settings)]
            if number % 2:
                direct.append(await arms[1])
                ours.append(await arms[0])
            else:
                ours.append(await arms[0])
                direct.append(await arms[1])
    return _report(plan, engine, ours, direct)


def _report(plan: Plan, engine: port.Engine, ours: list[Trial], direct: list[Trial]) -> Report:
    measured = ratio([one.streams for one in ours], [one.streams for one in direct])
    heard = [stream for trial in ours for stream in trial.heard]
    finals = [value for stream in heard for value in stream.finals]
    partials = [value for stream in heard for value in stream.first_partials]
    wrong = [sum(t.wrong for t in arm) / max(1, sum(t.words for t in arm)) for arm in (ours, direct)]
    return Report(
        name="stt",
        figures={"ratio_streams": measured["ratio"], "wer_ours": round(wrong[0], 4), "wer_direct": round(wrong[1], 4)},
        arms={
            "ours streams/core": spread([one.streams for one in ours]),
            "direct streams/core": spread([one.streams for one in direct]),
            "95 %": measured,
            "latency": {
                "first_partial_p50_s": round(percentile(partials, 0.5), 2),
                "first_partial_p95_s": round(percentile(partials, 0.95), 2),
                "final_p50_s": round(percentile(finals, 0.5), 2),
                "final_p95_s": round(percentile(finals, 0.95), 2),
                "utterances": len(finals),
            },
            "sample": {
                "words": sum(t.words for t in ours),
                "streams": plan.streams,
                "engine": f"{engine.name}:{engine.model}",
            },
        },
        rounds=plan.rounds,
        reach={"ratio_streams": ">= 0.9", "wer_ours": "wer_direct"},
    )


@contextlib.asynccontextmanager
async def _path(settings: config.Settings) -> AsyncIterator[tuple["AsteriskStand", Workers]]:
    """Asterisk with the product's dialplan, and workers that have their model."""
    from tools.stack.stand import AsteriskStand

    stand = AsteriskStand("postgres,asterisk")
    await asyncio.to_thread(stand.open)
    try:
        dialplan = render(default_templates(), context_of(stand.settings))[OUTPUT]
        say = _SAY.format(folder=stand.var / "speech")
        (stand.var / "speech").mkdir()
        (stand.var / "speech").chmod(0o755)
        await asyncio.to_thread(stand.write_dialplan, dialplan + say)
        made = msgspec.structs.replace(
            stand.settings, models=settings.models, speech_engines=settings.speech_engines, speech_streams_max=64
        )
        async with Tasks() as tasks:
            workers = Workers(made, tasks)
            try:
                await workers.start()
                if not await eventually(lambda: _ready(workers), 60, 0.2):
                    raise RuntimeError("no speech worker became ready")
                yield stand, workers
            finally:
                workers.stop()
                tasks.cancel()
    finally:
        await asyncio.to_thread(stand.close)


async def _ready(workers: Workers) -> bool:
    return any(line.kind == "live" and line.state == "ready" for line in workers.capacity().workers)


async def _through(stand: "AsteriskStand", workers: Workers, said: list[Talk], number: int) -> Trial:
    """The whole path, all streams at once."""
    pids = [line.pid for line in workers.capacity().workers] + [await asyncio.to_thread(stand.pid, "asterisk")]
    before = sum(map(processor_s, pids))
    heard = await asyncio.gather(
        *(_stream(stand, workers, talk, f"{number}{place:02}") for place, talk in enumerate(said))
    )
    spent = sum(map(processor_s, pids)) - before
    return _trial(said, heard, spent)


async def _stream(stand: "AsteriskStand", workers: Workers, talk: Talk, name: str) -> Heard:
    heard, over = Heard(), asyncio.Event()
    began = onset = 0.0

    def on_word(word: Any) -> None:
        nonlocal began, onset
        if isinstance(word, protocol.Began):
            began = word.at
            return
        event, now = getattr(word, "event", None), time.monotonic() - began
        if isinstance(event, Onset):
            onset = event.at_s
        elif isinstance(event, Partial) and onset:
            heard.first_partials.append(now - onset)
            onset = 0.0
        elif isinstance(event, Final):
            heard.words += spoken(event.text)
            heard.finals.append(now - event.end_s)

    audio.write_wav(stand.var / "speech" / f"{name}.wav", talk.pcm)
    stream = workers.open(Listening(languages=(talk.language,)), on_word, lambda _reason: over.set(), urgent=True)
    try:
        await _play(stand, name, extension_of(stream))
        async with asyncio.timeout(talk.seconds + 60):
            await over.wait()
    finally:
        workers.close(stream)
    return heard


async def _play(stand: "AsteriskStand", name: str, tap: str) -> None:
    """Let Asterisk play a file into the tap."""
    settings = stand.settings
    headers = {"Authorization": aiohttp.encode_basic_auth(settings.ari_user, settings.ari_password)}
    body = {
        "endpoint": f"Local/{name}@bench-say/n",
        "context": "tap",
        "extension": tap,
        "priority": 1,
        "formats": "slin",
    }
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{settings.ari_url}/channels", json=body) as answer,
    ):
        if answer.status >= 300:
            raise RuntimeError(f"Asterisk does not play: {answer.status} {await answer.text()}")


def _direct(
    found: list[port.Engine], known: dict[str, port.Recognizer], said: list[Talk], settings: config.Settings
) -> Trial:
    """The recogniser fed from memory, one stream after the other."""
    heard = []
    began = time.process_time()
    for talk in said:
        listening = Listening(languages=(talk.language,))
        engine = port.choose(found, listening, order_of(settings))
        assert engine is not None
        recognizer = known.setdefault(engine.name, known.get(engine.name) or port.load(engine, settings.speech_threads))
        session, words = recognizer.open(listening), Heard()
        step = 2 * int(PIECE_S * RATE)
        data = talk.pcm + bytes(2 * RATE)
        for at in range(0, len(data), step):
            for event in session.feed(data[at : at + step]):
                if isinstance(event, Final):
                    words.words += spoken(event.text)
        session.close()
        heard.append(words)
    return _trial(said, heard, time.process_time() - began)


def _trial(said: list[Talk], heard: list[Heard], spent: float) -> Trial:
    wrong = sum(errors(talk.words, one.words) for talk, one in zip(said, heard, strict=True))
    seconds = sum(talk.seconds for talk in said)
    return Trial(seconds, spent, wrong, sum(len(talk.words) for talk in said), heard)
