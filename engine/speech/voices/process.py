"""Processes that speak: started at the first text, started anew when lost."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator

import msgspec

from engine.core.config import ROOT
from engine.speech.voices.frames import AUDIO, END, HEADER, MAX_BYTES, READY, Say
from engine.speech.voices.port import SynthesisFailed


class VoiceProcess:
    """One process; it speaks one text at a time."""

    def __init__(self, words: list[str], start_s: float, piece_s: float) -> None:
        self._words = words
        self._start_s = start_s
        self._piece_s = piece_s
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._behind = False
        """Whether the end of a text that nobody wants any more is still to come."""
        self.starts = 0

    @property
    def waiting(self) -> bool:
        return self._lock.locked()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.alive else None

    async def speak(self, say: Say) -> AsyncGenerator[bytes, None]:
        """See ``Synthesizer.speak``."""
        async with self._lock:
            try:
                process = await self._ready()
                assert process.stdin is not None
                process.stdin.write(msgspec.json.encode(say) + b"\n")
                self._behind = True
                await process.stdin.drain()
                while True:
                    kind, data = await self._read(process, self._piece_s)
                    if kind == AUDIO:
                        yield data
                        continue
                    self._behind = False
                    if kind == END:
                        return
                    raise SynthesisFailed(data.decode(errors="replace"))
            except (OSError, RuntimeError, TimeoutError, asyncio.IncompleteReadError) as exc:
                await self.close()
                raise SynthesisFailed(f"the process of {self._words[0]} is lost: {type(exc).__name__}") from exc

    async def _ready(self) -> asyncio.subprocess.Process:
        """The process, ready for a text: what is left of an earlier one is read away."""
        if self._process is not None and self.alive:
            while self._behind:
                kind, _ = await self._read(self._process, self._piece_s)
                self._behind = kind == AUDIO
            return self._process
        self._behind = False
        self.starts += 1
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "engine.speech.voices.worker", *self._words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
        )
        kind, data = await self._read(process, self._start_s)
        if kind != READY:
            await self.close()
            raise SynthesisFailed(data.decode(errors="replace"))
        return process

    async def _read(self, process: asyncio.subprocess.Process, seconds: float) -> tuple[bytes, bytes]:
        assert process.stdout is not None
        async with asyncio.timeout(seconds):
            kind, length = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
            if length > MAX_BYTES:
                raise OSError("a frame that is too long")
            return kind, await process.stdout.readexactly(length)

    async def close(self) -> None:
        """Kill it."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Hosted:
    """Shares texts among up to ``count`` processes."""

    def __init__(self, words: list[str], count: int, start_s: float, piece_s: float) -> None:
        self._pool = [VoiceProcess(words, start_s, piece_s) for _ in range(count)]

    def speak(self, say: Say) -> AsyncGenerator[bytes, None]:
        """One that is free, a running one first."""
        return min(self._pool, key=lambda one: (one.waiting, not one.alive)).speak(say)

    @property
    def pids(self) -> list[int]:
        return [one.pid for one in self._pool if one.pid is not None]

    async def close(self) -> None:
        for one in self._pool:
            await one.close()
