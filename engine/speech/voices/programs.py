"""Engines that are programs of the system, one run a text: festival, flite, espeak-ng. ffmpeg mends their rates."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path

from engine.core.config import Settings
from engine.speech.voices import places
from engine.speech.voices.port import Rate, SynthesisFailed, Voice

PIECE = 8000
HEADER_BYTES = 45
"""A WAV file of less holds no sound."""
FLITE = ("slt", "rms", "awb", "kal")
FESTIVAL = {
    "russian/msu_ru_nsh_clunits": ("ru", "male", "see /usr/share/doc/festvox-ru/copyright"),
    "english/kal_diphone": ("en", "male", "festvox (free)"),
    "us/cmu_us_slt_arctic_hts": ("en", "female", "festvox (free)"),
}
FESTIVAL_VOICES = (Path("/usr/share/festival/voices"), Path("/usr/local/share/festival/voices"))
Command = Callable[[Voice, Path], list[str]]
"""(voice, file to write) -> command that reads the text from its standard input."""


class Program:
    """One program. ``find`` tells its voices now."""

    def __init__(self, name: str, settings: Settings, find: Callable[[], list[Voice]], command: Command) -> None:
        self.name = name
        self._find = find
        self._command = command
        self._seconds = settings.voice_s
        self._room = asyncio.Semaphore(settings.voice_processes)
        self._running: set[asyncio.subprocess.Process] = set()

    def voices(self) -> list[Voice]:
        return self._find()

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._running]

    async def speak(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        """See ``Synthesizer.speak``; the text is spoken whole before the first piece comes."""
        async with self._room:
            pcm = await self._speak(text, voice, rate)
        for start in range(0, len(pcm), PIECE):
            yield pcm[start : start + PIECE]

    async def _speak(self, text: str, voice: Voice, rate: Rate) -> bytes:
        handle, name = tempfile.mkstemp(prefix="paylater-", suffix=".wav")
        os.close(handle)
        path = Path(name)
        try:
            await self._run(self._command(voice, path), text.encode())
            if os.stat(name).st_size < HEADER_BYTES:  # noqa: PTH116
                raise SynthesisFailed(f"{self.name} wrote no sound")
            convert = [
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-i",
                name,
                "-ac",
                "1",
                "-ar",
                str(rate),
                "-f",
                "s16le",
                "-",
            ]
            return await self._run(convert)
        except OSError as exc:
            raise SynthesisFailed(f"{self.name} can't be run: {exc}") from exc
        finally:
            os.unlink(name)  # noqa: PTH108

    async def _run(self, command: list[str], data: bytes | None = None) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE if data is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._running.add(process)
        try:
            async with asyncio.timeout(self._seconds):
                out, words = await _talk(process, data)
        except TimeoutError as exc:
            raise SynthesisFailed(f"{command[0]} took longer than {self._seconds:g} s") from exc
        finally:
            self._running.discard(process)
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            said = words.decode(errors="replace").strip()[-300:]
            raise SynthesisFailed(f"{Path(command[0]).name} ended with {process.returncode}: {said}")
        return out

    async def close(self) -> None:
        for process in list(self._running):
            with contextlib.suppress(ProcessLookupError):
                process.kill()


async def _talk(process: asyncio.subprocess.Process, data: bytes | None) -> tuple[bytes, bytes]:
    """What the program writes to its outputs until it has ended; one that does not read ``data`` has its say, too."""
    assert process.stdout is not None and process.stderr is not None
    if data is not None and process.stdin is not None:
        # RuntimeError: uvloop, where the program is gone already.
        with contextlib.suppress(OSError, RuntimeError):
            process.stdin.write(data)
            process.stdin.close()
    out, words = await asyncio.gather(process.stdout.read(), process.stderr.read())
    await process.wait()
    return out, words


def flite(settings: Settings) -> Program:
    """English, small and fast."""

    def find() -> list[Voice]:
        program = places.program("flite")
        if program is None:
            return []
        version = places.stamp(Path(program))
        return [
            Voice(
                engine="flite",
                name=name,
                language="en",
                gender="female" if name == "slt" else "male",
                licence="MIT-CMU",
                version=version,
            )
            for name in FLITE
        ]

    def command(voice: Voice, path: Path) -> list[str]:
        return [places.program("flite") or "flite", "-voice", voice.name, "-o", str(path)]

    return Program("flite", settings, find, command)


def espeak(settings: Settings) -> Program:
    """Every language, unpleasantly: better than nothing."""

    def find() -> list[Voice]:
        program = places.program("espeak-ng")
        if program is None:
            return []
        version = places.stamp(Path(program))
        return [
            Voice(engine="espeak", name=language, language=language, licence="GPL-3.0-or-later", version=version)
            for language in ("ru", "en")
        ]

    def command(voice: Voice, path: Path) -> list[str]:
        program = places.program("espeak-ng") or "espeak-ng"
        return [program, "-v", voice.name, "-b", "1", "-s", "150", "-w", str(path), "--stdin"]

    return Program("espeak", settings, find, command)


def festival(settings: Settings) -> Program:
    """Russian by the package festvox-ru, English by festvox-kallpc16k."""

    def find() -> list[Voice]:
        program = places.program("text2wave")
        if program is None or places.program("festival") is None:
            return []
        voices = []
        for path, (language, gender, licence) in FESTIVAL.items():
            for folder in FESTIVAL_VOICES:
                if (folder / path).is_dir():
                    facts = {"engine": "festival", "name": path.split("/")[1], "language": language}
                    voices.append(_voice(facts, gender, licence, places.stamp(folder / path)))
                    break
        return voices

    def command(voice: Voice, path: Path) -> list[str]:
        program = places.program("text2wave") or "text2wave"
        return [program, "-otype", "riff", "-o", str(path), "-eval", f"(voice_{voice.name})"]

    return Program("festival", settings, find, command)


def _voice(facts: Mapping[str, str], gender: str, licence: str, version: str) -> Voice:
    return Voice(**facts, gender=gender, licence=licence, version=version)  # type: ignore[arg-type]
