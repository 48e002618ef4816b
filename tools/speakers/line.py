"""What a phone line does to a voice: 300 to 3400 Hz, A-law, noise. numpy."""

import audioop
import zlib

import numpy as np

RATE = 8000
_LOW, _HIGH = 300.0, 3400.0
_PEAK = 12_000
"""Loudest sample of a voice on the line: about -9 dB of full scale, as of a phone held near the mouth."""


def through_line(pcm: bytes, snr_db: float | None = None, seed: str = "") -> bytes:
    """Speech at 8000 Hz as the other end hears it; with ``snr_db`` noise lies so far below the loud parts of it.

    The noise is of a busy room (falling 3 dB an octave), the same for the same ``seed``.
    """
    samples = _band(np.frombuffer(pcm, dtype="<i2").astype(float))
    samples *= _PEAK / max(1.0, float(np.abs(samples).max(initial=0.0)))
    if snr_db is not None:
        samples = samples + _noise(samples, snr_db, seed)
    clipped = np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()
    return audioop.alaw2lin(audioop.lin2alaw(clipped, 2), 2)


def _band(samples: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    # Edges of 100 Hz: steeper ones ring.
    gain = np.clip((hertz - _LOW + 100) / 100, 0, 1) * np.clip((_HIGH + 100 - hertz) / 100, 0, 1)
    return np.fft.irfft(spectrum * gain, len(samples))


def _noise(samples: np.ndarray, snr_db: float, seed: str) -> np.ndarray:
    random = np.random.default_rng(zlib.crc32(seed.encode()))
    spectrum = np.fft.rfft(random.standard_normal(len(samples)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = _band(np.fft.irfft(spectrum, len(samples)))
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1) if len(frames) else np.array([0.0])
    loud = power[power > power.max(initial=0.0) / 1000].mean() if power.max(initial=0.0) else 1.0
    return noise * np.sqrt(loud / 10 ** (snr_db / 10) / max(1e-9, float((noise**2).mean())))
