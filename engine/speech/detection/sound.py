"""Frames of 20 ms and what is measured of each: loudness, tones, voice. numpy; for worker processes alone."""

import numpy as np
from numpy.typing import NDArray

from engine.speech.model import RATE

Numbers = NDArray[np.float32]
HOP = 160
"""Samples from one frame to the next: 20 ms."""
HOP_S = HOP / RATE
WINDOW = 256
"""Samples that a frame is measured over (32 ms): bins of 31.25 Hz."""
SILENT_DB = -90.0
"""Level of digital silence."""
LEVEL, HZ, TONE, HZ2, TONE2, FLAT, VOICED, PITCH, LOW, MID, HIGH = range(11)
"""Columns of a frame.

``LEVEL``: dB of full scale. ``HZ``, ``TONE``: the strongest frequency and its share of the energy (0..1). ``HZ2``,
``TONE2``: the next one. ``FLAT``: spectral flatness (0 tone .. 1 noise). ``VOICED``: how periodic it is at the pitch of
a voice (0..1), ``PITCH``: that pitch in Hz. ``LOW``, ``MID``, ``HIGH``: dB in 200-800, 800-2000, 2000-3400 Hz.
"""
COLUMNS = 11
_BIN = RATE / WINDOW
_HANN = np.hanning(WINDOW).astype(np.float32)
_BANDS = tuple((int(low / _BIN), int(high / _BIN)) for low, high in ((200.0, 800.0), (800.0, 2000.0), (2000.0, 3400.0)))
_FIRST = int(200.0 / _BIN)
"""Bins below carry hum and what a line lets through by mistake."""
_SPREAD = 2
"""Bins on each side that belong to a tone (the main lobe of the window)."""
_LAGS = (RATE // 400, RATE // 75)
"""Periods of a voice's pitch, in samples: 400 to 75 Hz."""
_AUTO_OF_WINDOW = np.fft.irfft(np.abs(np.fft.rfft(_HANN, 2 * WINDOW)) ** 2)[: _LAGS[1] + 1]
_AUTO_OF_WINDOW = (_AUTO_OF_WINDOW / _AUTO_OF_WINDOW[0]).astype(np.float32)


class Frames:
    """Cuts a stream into frames; holds what is not a whole frame yet."""

    def __init__(self) -> None:
        self._rest: Numbers = np.zeros(WINDOW - HOP, dtype=np.float32)

    def feed(self, pcm: bytes) -> Numbers:
        """Frames that ``pcm`` (signed 16 bit, 8 kHz) completes: rows of ``COLUMNS``."""
        fresh = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        samples = np.concatenate([self._rest, fresh])
        count = (len(samples) - (WINDOW - HOP)) // HOP
        if count <= 0:
            self._rest = samples
            return np.zeros((0, COLUMNS), dtype=np.float32)
        self._rest = samples[count * HOP :]
        windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP][:count]
        return measure(windows)


def measure(windows: Numbers) -> Numbers:
    """One row of ``COLUMNS`` for each row of ``WINDOW`` samples."""
    rows = np.arange(len(windows))
    out = np.zeros((len(windows), COLUMNS), dtype=np.float32)
    centred = windows - windows.mean(axis=1, keepdims=True)
    fresh = centred[:, WINDOW - HOP :]
    out[:, LEVEL] = decibels(np.mean(fresh * fresh, axis=1))
    shaped = centred * _HANN
    spectrum = np.fft.rfft(shaped, 2 * WINDOW, axis=1)
    fine = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    power = fine[:, ::2]
    used = power[:, _FIRST : _BANDS[-1][1] + 2].copy()
    total = used.sum(axis=1) + 1e-12
    for hz, share in ((HZ, TONE), (HZ2, TONE2)):
        peak = used.argmax(axis=1)
        near = peak[:, None] + np.arange(-_SPREAD, _SPREAD + 1)[None, :]
        inside = (near >= 0) & (near < used.shape[1])
        around = used[rows[:, None], near.clip(0, used.shape[1] - 1)] * inside
        sums = around.sum(axis=1)
        out[:, share] = sums / total
        out[:, hz] = ((around * near).sum(axis=1) / (sums + 1e-12) + _FIRST) * _BIN
        used[rows[:, None], near.clip(0, used.shape[1] - 1)] *= ~inside
    for column, (low, high) in zip((LOW, MID, HIGH), _BANDS, strict=True):
        out[:, column] = decibels(power[:, low:high].sum(axis=1) / (WINDOW * 60.0))
    band = power[:, _FIRST : _BANDS[-1][1]] + 1e-10
    out[:, FLAT] = np.exp(np.log(band).mean(axis=1)) / band.mean(axis=1)
    auto = np.fft.irfft(fine, axis=1)[:, : _LAGS[1] + 1]
    curve = auto / (auto[:, :1] + 1e-9) / _AUTO_OF_WINDOW
    lag = curve[:, _LAGS[0] :].argmax(axis=1) + _LAGS[0]
    out[:, VOICED] = np.clip(curve[rows, lag], 0.0, 1.0)
    out[:, PITCH] = RATE / lag
    return out


def decibels(power: Numbers) -> Numbers:
    """dB of full scale, not below ``SILENT_DB``."""
    return np.maximum(10.0 * np.log10(power + 1e-12), SILENT_DB).astype(np.float32)
