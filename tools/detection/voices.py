"""Voices of the corpus: text to speech of this machine, kept in var/detection by what is said and how.

The two parts have no voice in common. Where an engine is missing its voices are left out, and the corpus says so.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from engine.core.config import ROOT
from engine.speech.model import RATE
from tools.speakers.speech import NoSpeaker
from tools.speakers.speech import _prefix as rhvoice_prefix

FOLDER = ROOT / "var" / "detection" / "voices"
_VERSION = 1
VOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "train": {
        "ru": ("rhvoice/anna", "rhvoice/aleksandr", "espeak/ru+m3", "espeak/ru+f2"),
        "en": ("rhvoice/slt", "rhvoice/bdl", "flite/awb", "espeak/en+m4", "espeak/en-us+f3"),
    },
    "test": {
        "ru": ("rhvoice/irina", "rhvoice/elena", "espeak/ru+m7"),
        "en": ("rhvoice/clb", "rhvoice/alan", "flite/rms", "espeak/en+f5"),
    },
}


class Saying(msgspec.Struct, frozen=True):
    """A text said by a voice (``engine/name``); ``speed`` 1 is the voice's own."""

    voice: str
    text: str
    speed: float = 1.0

    @property
    def path(self) -> Path:
        """Where it is kept: WAV, 8 kHz."""
        name = hashlib.sha256(msgspec.json.encode((self, _VERSION))).hexdigest()[:24]
        return FOLDER / f"{name}.wav"


def usable(part: str, language: str, engines: Sequence[str] = ()) -> tuple[str, ...]:
    """Voices that this machine has, of these engines (all by default)."""
    wanted = [voice for voice in VOICES[part][language] if not engines or voice.split("/")[0] in engines]
    return tuple(voice for voice in wanted if _present(voice.split("/")[0]))


def _present(engine: str) -> bool:
    if engine != "rhvoice":
        return shutil.which({"espeak": "espeak-ng", "flite": "flite"}[engine]) is not None
    try:
        rhvoice_prefix()
    except NoSpeaker:
        return False
    return True


def make(sayings: Iterable[Saying], tell: Callable[[str], None] = lambda text: None) -> None:
    """Let everything be said that is not kept yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = sorted({one for one in sayings if not one.path.is_file()}, key=lambda one: (one.voice, one.text))
    if not missing:
        return
    tell(f"speaking {len(missing)} sentences")
    for one in missing:
        engine, _, name = one.voice.partition("/")
        if engine == "espeak":
            speed = str(round(165 * one.speed))
            _program(one, ["espeak-ng", "-v", name, "-s", speed, "-w", "{out}", one.text])
        elif engine == "flite":
            stretch = f"duration_stretch={1 / one.speed:.3f}"
            _program(one, ["flite", "-voice", name, "--setf", stretch, "-t", one.text, "-o", "{out}"])
    ours = [one for one in missing if one.voice.startswith("rhvoice/")]
    if ours:
        # In a process of its own: the library is foreign code.
        wishes = [[one.text, one.voice.partition("/")[2], one.speed, str(one.path)] for one in ours]
        command = [sys.executable, "-m", "tools.detection.voices", str(rhvoice_prefix())]
        subprocess.run(command, input=json.dumps(wishes), text=True, check=True, cwd=ROOT)


def _program(one: Saying, command: list[str]) -> None:
    fresh = one.path.with_suffix(".new")
    subprocess.run([word.replace("{out}", str(fresh)) for word in command], check=True, capture_output=True)
    with wave.open(str(fresh), "rb") as file:
        rate, pcm = file.getframerate(), file.readframes(file.getnframes())
    fresh.unlink()
    _write(one.path, pcm, rate)


def _write(path: Path, pcm: bytes, rate: int) -> None:
    """Keep it at 8 kHz, silence at both ends cut off."""
    import numpy as np

    from engine.speech.voices.resample import Resampler

    if rate != RATE:
        resampler = Resampler(rate, RATE)
        pcm = resampler.feed(pcm) + resampler.finish()
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    loud = np.flatnonzero(np.abs(samples) > 0.01 * max(1.0, float(np.abs(samples).max(initial=0.0))))
    samples = samples[loud[0] : loud[-1] + 1] if len(loud) else samples
    peak = max(1.0, float(np.abs(samples).max(initial=0.0)))
    fresh = path.with_suffix(".cut")
    with wave.open(str(fresh), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples / peak * 24_000).astype("<i2").tobytes())
    fresh.rename(path)


def main(words: list[str]) -> int:
    """The process of RHVoice: wishes as JSON on stdin, ``[text, voice, speed, file]``."""
    from engine.speech.voices.rhvoice import RhVoice

    engine = RhVoice(Path(words[0]))
    for text, voice, speed, out in json.loads(sys.stdin.read()):
        pieces: list[bytes] = []
        rates: list[int] = []

        def tell(pcm: bytes, rate: int, pieces: list[bytes] = pieces, rates: list[int] = rates) -> bool:
            pieces.append(pcm)
            rates.append(rate)
            return True

        engine.speak(text, voice, tell, speed)
        _write(Path(out), b"".join(pieces), rates[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
