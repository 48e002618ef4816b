"""Speech of simulated people by RHVoice, kept in var/speakers by what it says and how."""

import hashlib
import os
import subprocess
import sys
import wave
from pathlib import Path

import msgspec

from engine.core.config import ROOT
from tools.stack.console import StepFailed
from tools.stack.install import voices

SPEAKERS = {"ru": ("anna", "aleksandr", "irina", "elena"), "en": ("slt", "bdl", "clb", "alan")}
"""Voices of each language, women and men; all of free licences."""
FOLDER = ROOT / "var" / "speakers"
RATE = 8000
_VERSION = 1


class NoSpeaker(RuntimeError):
    """There is no RHVoice on this machine and it can't be fetched; the text says what to do."""


class Wish(msgspec.Struct, frozen=True):
    """What is said and how; times in seconds."""

    text: str
    voice: str
    snr_db: float | None = None
    speed: float = 1.0
    before_s: float = 0.3
    after_s: float = 0.5


def present() -> bool:
    """Whether simulated people can speak here (RHVoice is fetched at the first need)."""
    try:
        _prefix()
    except NoSpeaker:
        return False
    return True


def speak(
    text: str,
    language: str = "ru",
    voice: str | None = None,
    *,
    snr_db: float | None = None,
    speed: float = 1.0,
    before_s: float = 0.3,
    after_s: float = 0.5,
) -> Path:
    """A WAV file (8 kHz, 16 bit, mono) of ``text`` as it comes through a phone line; made once, then taken from disk.

    ``voice``: one of ``SPEAKERS[language]``, the first by default. ``snr_db``: noise of a room so far below the voice,
    none by default. Silence of ``before_s`` and ``after_s`` (noisy too) lies around it.

    Raises:
        NoSpeaker: RHVoice can't be had on this machine.
    """
    voice = voice or SPEAKERS[language][0]
    if voice not in SPEAKERS[language]:
        raise NoSpeaker(f"no voice {voice} speaks {language}: take one of {', '.join(SPEAKERS[language])}")
    wish = Wish(text, voice, snr_db, speed, before_s, after_s)
    name = hashlib.sha256(msgspec.json.encode((wish, _VERSION))).hexdigest()[:24]
    path = FOLDER / f"{name}.wav"
    if not path.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        # In a process of its own: the library is foreign code.
        fresh = path.with_name(f"{name}.{os.getpid()}.new")
        command = [sys.executable, "-m", "tools.speakers.speech", str(_prefix()), str(fresh)]
        done = subprocess.run(
            command, input=msgspec.json.encode(wish), capture_output=True, check=False, cwd=ROOT, timeout=120
        )
        if done.returncode:
            raise NoSpeaker(f"RHVoice did not speak: {done.stderr.decode(errors='replace')[-500:]}")
        fresh.rename(path)
    return path


def _prefix() -> Path:
    try:
        return voices.obtain_rhvoice(ROOT / "var" / "models", lambda text: None)
    except StepFailed as exc:
        raise NoSpeaker(f"{exc.why}; {exc.remedy}") from exc


def main(words: list[str]) -> int:
    """The process that speaks: prefix of RHVoice and the file to write; the wish comes on stdin."""
    from engine.speech.voices.resample import Resampler
    from engine.speech.voices.rhvoice import RhVoice
    from tools.speakers.line import through_line

    wish = msgspec.json.decode(sys.stdin.buffer.read(), type=Wish)
    pieces: list[bytes] = []
    rates: list[int] = []

    def tell(pcm: bytes, rate: int) -> bool:
        pieces.append(pcm)
        rates.append(rate)
        return True

    RhVoice(Path(words[0])).speak(wish.text, wish.voice, tell, wish.speed)
    resampler = Resampler(rates[0], RATE)
    pcm = resampler.feed(b"".join(pieces)) + resampler.finish()
    around = [bytes(2 * int(RATE * seconds)) for seconds in (wish.before_s, wish.after_s)]
    with wave.open(words[1], "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(through_line(around[0] + pcm + around[1], wish.snr_db, wish.text))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
