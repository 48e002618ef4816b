"""Sound as the phone handles it: 16-bit little-endian mono PCM at 8000 Hz, in frames of 20 ms."""

import audioop
import math
import wave
from array import array
from pathlib import Path

RATE = 8000
FRAME_S = 0.02
FRAME_SAMPLES = 160
FRAME_BYTES = 320


def read_wav(path: Path) -> bytes:
    """A WAV file as PCM at 8000 Hz, whatever its rate, width and channels.

    Raises:
        OSError, wave.Error: no such file, or no PCM WAV.
    """
    with wave.open(str(path), "rb") as file:
        pcm = file.readframes(file.getnframes())
        width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
    if width == 1:
        pcm = audioop.bias(pcm, 1, -128)
    if width != 2:
        pcm = audioop.lin2lin(pcm, width, 2)
    if channels == 2:
        pcm = audioop.tomono(pcm, 2, 0.5, 0.5)
    if rate != RATE:
        pcm, _ = audioop.ratecv(pcm, 2, 1, rate, RATE, None)
    return pcm


def write_wav(path: Path, pcm: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)


def tone(hz: float, seconds: float, level: int = 8000) -> bytes:
    """A sine of ``hz``; ``level`` is its peak, of 32767."""
    step = 2 * math.pi * hz / RATE
    return array("h", (int(level * math.sin(step * i)) for i in range(int(seconds * RATE)))).tobytes()


def level(pcm: bytes) -> int:
    """Loudness: root mean square of the samples, 0..32767. Speech lies over 300, a line's noise under 100."""
    return audioop.rms(pcm, 2)


def tone_share(pcm: bytes, hz: float) -> float:
    """Share of the sound's energy that lies at ``hz`` (Goertzel's algorithm): near 1 for that tone, near 0 else. Taken
    by tenths of a second, so that a gap in a tone, which shifts its phase, takes no more than its own length."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    energy = math.fsum(s * s for s in samples)
    if not energy:
        return 0.0
    parts = (samples[at : at + RATE // 10] for at in range(0, len(samples), RATE // 10))
    return min(1.0, math.fsum(2 * _power(part, hz) / len(part) for part in parts) / energy)


def _power(samples: "array[int]", hz: float) -> float:
    factor = 2 * math.cos(2 * math.pi * hz / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    return last * last + before * before - factor * last * before


def seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / RATE
