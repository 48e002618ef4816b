"""The node's voices: who speaks a text, with the next engine when one fails; what was said is kept."""

import asyncio
import importlib.util
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import msgspec
from prometheus_client import Counter, Histogram

from engine.core import log
from engine.core.config import Settings
from engine.core.errors import Conflict
from engine.speech.text import normalise, sentences
from engine.speech.voices import programs
from engine.speech.voices.cache import SpeechCache, key_of
from engine.speech.voices.engines import RhVoiceEngine, SileroEngine
from engine.speech.voices.port import Rate, SynthesisFailed, Synthesizer, Voice, pick

_log = log.get("voices")
_SPOKEN = Counter("paylater_speech_spoken", "Texts spoken, by engine", ["engine"])
_FAILED = Counter("paylater_speech_failed", "Texts that an engine did not speak", ["engine"])
_FIRST = Histogram(
    "paylater_speech_first_sound_seconds",
    "From a text to its first sound",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
FOUND_S = 10.0
"""How long what was found on the machine is taken for true."""
PAUSE_S = 0.15
"""Silence between pieces of a text."""
PIECE_CHARS = 300


class Said(msgspec.Struct, frozen=True):
    """Speech as a file, and who spoke."""

    path: Path
    voice: Voice


class Failure(msgspec.Struct, frozen=True):
    """The last failure of an engine; ``at`` in seconds of the monotonic clock."""

    text: str
    at: float


class Voices:
    """Speaks texts. One a process; ``close`` ends its processes."""

    def __init__(self, settings: Settings, engines: Sequence[Synthesizer] | None = None) -> None:
        self._settings = settings
        self._engines = {engine.name: engine for engine in (engines if engines is not None else default(settings))}
        self._order = tuple(name.strip() for name in settings.voice_order.split(",") if name.strip())
        self.cache = SpeechCache(settings.speech_cache, settings.voice_cache_bytes)
        self._found: tuple[float, list[Voice]] = (float("-inf"), [])
        self._making: dict[str, asyncio.Task[Said | None]] = {}
        self.failures: dict[str, Failure] = {}
        self._room = asyncio.Semaphore(settings.voice_processes)
        self._idle = asyncio.Event()
        self.waiting = 0
        """Texts that wait or are being spoken."""

    async def quiet(self) -> None:
        """Returns when nothing is to be spoken."""
        while self.waiting:
            self._idle.clear()
            await self._idle.wait()

    async def start(self) -> None:
        """Find what an earlier process has kept."""
        await asyncio.to_thread(self.cache.load)

    def found(self) -> list[Voice]:
        """Voices that can be used now."""
        now = time.monotonic()
        if now - self._found[0] > FOUND_S:
            self._found = (now, [voice for engine in self._engines.values() for voice in engine.voices()])
        return self._found[1]

    def pick(self, language: str, wanted: str = "") -> list[Voice]:
        """Who may speak, the best first; ``wanted`` before the setting's voice, engines that failed last."""
        now = time.monotonic()
        resting = frozenset(n for n, failure in self.failures.items() if now - failure.at < self._settings.voice_rest_s)
        default = {"ru": self._settings.speech_voice_ru, "en": self._settings.speech_voice_en}.get(language, "")
        return pick(self.found(), language, self._order, wanted or default, resting)

    def ordered(self) -> list[Voice]:
        """Voices of the engines that are in use, in the order in which they are taken."""
        found = [voice for voice in self.found() if voice.engine in self._order]
        return sorted(found, key=lambda voice: (voice.language, self._order.index(voice.engine)))

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for a language."""
        return bool(self.pick(language))

    def streams(self, language: str, wanted: str = "") -> bool:
        """Whether sound of a text comes while it is spoken."""
        return any(voice.streaming for voice in self.pick(language, wanted)[:1])

    def kept(self, text: str, language: str, voice: str = "", rate: Rate = 8000) -> Path | None:
        """The file of a text that was spoken before."""
        chosen = self.pick(language, voice)[:1]
        return next((found for one in chosen if (found := self.cache.find(_key(text, one, rate)))), None)

    async def file(self, text: str, language: str, voice: str = "", rate: Rate = 8000) -> Path | None:
        """A WAV file of ``text``; None when there is no voice, or none that works. Asked twice, made once."""
        said = await self.say(text, language, voice, rate)
        return said.path if said is not None else None

    async def say(self, text: str, language: str, voice: str = "", rate: Rate = 8000) -> Said | None:
        """As ``file``, with who spoke.

        Raises:
            Conflict: more texts wait than the setting voice_waiting allows.
        """
        for one in self.pick(language, voice)[:1]:
            if (path := self.cache.find(_key(text, one, rate))) is not None:
                return Said(path, one)
        key = key_of(text, language, voice, str(rate))
        if key not in self._making:
            if self.waiting >= self._settings.voice_waiting:
                raise Conflict("As many texts wait to be spoken as may: try again later")
            task = self._making[key] = asyncio.create_task(self._make(text, language, voice, rate))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(self._making[key])

    async def _make(self, text: str, language: str, wanted: str, rate: Rate) -> Said | None:
        self.waiting += 1
        try:
            async with self._room:
                for voice in self.pick(language, wanted):
                    try:
                        pcm = b"".join([piece async for piece in self._pieces(text, voice, rate)])
                    except SynthesisFailed as exc:
                        self._fail(voice, exc)
                        continue
                    path = await self._keep(text, voice, rate, [pcm])
                    return Said(path, voice) if path is not None else None
        finally:
            self._done()
        return None

    async def warm(self, language: str) -> None:
        """Let the voice of a language be loaded, so that its next text sounds soon."""
        for voice in self.pick(language)[:1]:
            try:
                async for _ in self._pieces({"ru": "раз"}.get(language, "one"), voice, 8000):
                    pass
            except SynthesisFailed as exc:
                self._fail(voice, exc)

    async def stream(self, text: str, language: str, voice: str = "", rate: Rate = 8000) -> AsyncGenerator[bytes, None]:
        """Speech of ``text`` as it is made; kept when it was made whole. Nothing when nobody speaks the language.

        An engine that fails before its first sound is replaced by the next one; later its text ends there.

        Raises:
            SynthesisFailed: an engine failed in the middle.
        """
        self.waiting += 1
        try:
            async with self._room:
                for one in self.pick(language, voice):
                    pieces: list[bytes] = []
                    try:
                        async for piece in self._pieces(text, one, rate):
                            pieces.append(piece)
                            yield piece
                    except SynthesisFailed as exc:
                        self._fail(one, exc)
                        if pieces:
                            raise
                        continue
                    await self._keep(text, one, rate, pieces)
                    return
        finally:
            self._done()

    async def _keep(self, text: str, voice: Voice, rate: Rate, pieces: list[bytes]) -> Path | None:
        try:
            return await self.cache.put(_key(text, voice, rate), b"".join(pieces), rate)
        except OSError as exc:
            _log.warning("speech_not_kept", error=str(exc))
            return None

    async def _pieces(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        """Speech of one voice, sentence after sentence: the first piece is short, so that it sounds soon."""
        started = time.monotonic()
        parts = sentences(normalise(text, voice.language), PIECE_CHARS)
        if not parts:
            raise SynthesisFailed("there is nothing to say in the text")
        engine = self._engines[voice.engine]
        first = True
        for number, part in enumerate(parts):
            if number:
                yield bytes(2 * int(PAUSE_S * rate))
            speech = engine.speak(part, voice, rate)
            try:
                async for piece in speech:
                    if first:
                        _FIRST.observe(time.monotonic() - started)
                        first = False
                    yield piece
            finally:
                await speech.aclose()
        if first:
            raise SynthesisFailed(f"{voice.id} said nothing")
        _SPOKEN.labels(voice.engine).inc()

    def _done(self) -> None:
        self.waiting -= 1
        if not self.waiting:
            self._idle.set()

    def _fail(self, voice: Voice, exc: SynthesisFailed) -> None:
        _FAILED.labels(voice.engine).inc()
        self.failures[voice.engine] = Failure(exc.detail, time.monotonic())
        _log.warning("voice_failed", voice=voice.id, error=exc.detail)

    @property
    def pids(self) -> dict[str, list[int]]:
        """Processes of each engine."""
        return {name: getattr(engine, "pids", []) for name, engine in self._engines.items()}

    async def close(self) -> None:
        for task in list(self._making.values()):
            task.cancel()
        for engine in self._engines.values():
            await engine.close()


def default(settings: Settings) -> list[Synthesizer]:
    """Every engine that is known."""
    return [
        SileroEngine(settings, lambda: importlib.util.find_spec("torch") is not None),
        RhVoiceEngine(settings),
        programs.festival(settings),
        programs.flite(settings),
        programs.espeak(settings),
    ]


def _key(text: str, voice: Voice, rate: Rate) -> str:
    return key_of(text, voice.id, voice.language, voice.version, str(rate), VERSION)


VERSION = "1"
"""Changes when normalisation does, so that old files are not found."""
