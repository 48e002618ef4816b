"""Samples in and out of shapes: PCM, rates, and the spectrogram that Whisper reads.

Loads numpy: for worker processes alone.
"""

import functools
import math
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.speech.model import RATE

Samples = NDArray[np.float32]
"""Samples from -1 to 1."""

MELS = 80
HOP = RATE // 100
_WINDOW = RATE // 40
_TAPS = 24
"""Zero crossings of the resampling filter on each side."""


def samples(pcm: bytes | bytearray | memoryview) -> Samples:
    """Signed 16-bit PCM as samples; a half sample at the end is left out."""
    return np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2).astype(np.float32) / np.float32(32768)


def pcm(values: Samples) -> bytes:
    """Samples as signed 16-bit PCM."""
    return (np.clip(values, -1, 1) * 32767).astype("<i2").tobytes()


def resample(values: Samples, rate: int, target: int = RATE) -> Samples:
    """The same sound at another rate, by a windowed sinc filter that lets nothing alias."""
    if rate == target or not len(values):
        return values
    common = math.gcd(rate, target)
    up, down = target // common, rate // common
    cutoff = 1 / max(up, down)
    half = int(_TAPS / cutoff)
    at = np.arange(-half, half + 1)
    taps = (np.sinc(at * cutoff) * np.hanning(len(at)) * cutoff * up).astype(np.float32)
    spread = np.zeros(len(values) * up, np.float32)
    spread[::up] = values
    size = 1 << (len(spread) + len(taps) - 1).bit_length()
    full = np.fft.irfft(np.fft.rfft(spread, size) * np.fft.rfft(taps, size), size)
    return full[half : half + len(spread) : down].astype(np.float32)


def log_mel(values: Samples, frames: int) -> Samples:
    """Whisper's input (1, 80, ``frames``), a frame each 10 ms, of samples at 8 kHz; silence to the end.

    Whisper's own filters at 16 kHz (25 ms windows, 80 Slaney mel bands to 8 kHz) have bins of 40 Hz; so have windows
    of as long at 8 kHz, whose power is a fourth. Bands above 4 kHz stay empty, as after resampling.
    """
    padded = np.zeros(frames * HOP + _WINDOW, np.float32)
    kept = values[: frames * HOP]
    padded[_WINDOW // 2 : _WINDOW // 2 + len(kept)] = kept
    if len(kept) > _WINDOW // 2:
        padded[: _WINDOW // 2] = kept[_WINDOW // 2 : 0 : -1]
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: frames * HOP : HOP]
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    power = 4 * np.abs(np.fft.rfft(windows * window, axis=1)) ** 2
    logs = np.log10(np.maximum(_filters() @ power.T, 1e-10))
    return ((np.maximum(logs, logs.max() - 8) + 4) / 4).astype(np.float32)[None]


@functools.cache
def _filters() -> Samples:
    """Slaney mel filters (80, 101) over bins of 40 Hz up to 4 kHz, each of area 1 (librosa.filters.mel)."""

    def hertz(mel: float) -> float:
        return mel * 200 / 3 if mel < 15 else 1000 * math.exp((mel - 15) * math.log(6.4) / 27)

    top = 15 + 27 * math.log(8) / math.log(6.4)
    edges = np.array([hertz(top * i / (MELS + 1)) for i in range(MELS + 2)])
    bins = np.arange(_WINDOW // 2 + 1) * RATE / _WINDOW
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    areas = 2 / (edges[2:] - edges[:-2])
    return (np.maximum(0, np.minimum(rising, falling)) * areas[:, None]).astype(np.float32)


def read_wav(path: Path, channel: int = 0) -> Samples:
    """One channel of a WAV file (8 or 16 bit) at 8 kHz.

    Raises:
        ValueError: the file is no WAV of 8 or 16 bit, or has no such channel.
    """
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise ValueError(f"{path.name} is no WAV file: {exc}") from exc
    if width not in (1, 2):
        raise ValueError(f"{path.name} has samples of {8 * width} bits; 8 and 16 can be read")
    if not 0 <= channel < channels:
        raise ValueError(f"{path.name} has {channels} channels; there is no channel {channel}")
    if width == 2:
        values = samples(data)
    else:
        values = (np.frombuffer(data, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
    whole = len(values) // channels * channels
    return resample(values[:whole].reshape(-1, channels)[:, channel].copy(), rate)


def write_wav(path: Path, data: bytes) -> None:
    """PCM at 8 kHz as a WAV file; readers see the old file or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    with wave.open(str(fresh), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data)
    fresh.replace(path)
