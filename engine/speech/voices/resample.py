"""Another sample rate for a stream of audio. numpy: for processes of voices and for tools, never for engine or api."""

from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_REACH = 16
"""Zero crossings of the filter on each side; more is sharper and slower."""
_PASS = 0.95
"""Edge of the pass band, as a share of the lower rate's half."""


class Resampler:
    """Signed 16-bit samples at ``source`` Hz in, at ``target`` Hz out, in pieces of any length.

    A windowed sinc (Kaiser, beta 8) cut into the phases of the ratio: Smith, "Digital Audio Resampling" (CCRMA).
    """

    def __init__(self, source: int, target: int) -> None:
        divisor = gcd(source, target)
        self._up, self._down = target // divisor, source // divisor
        self._same = source == target
        cutoff = _PASS * min(1.0, target / source)
        self._half = int(np.ceil(_REACH / cutoff))
        taps = np.arange(-self._half + 1, self._half + 1)
        moments = taps[None, :] - (np.arange(self._up) / self._up)[:, None]
        window = np.i0(8 * np.sqrt(np.clip(1 - (moments / (self._half + 1)) ** 2, 0, 1))) / np.i0(8.0)
        phases = cutoff * np.sinc(cutoff * moments) * window
        self._phases = phases / phases.sum(axis=1, keepdims=True)
        self._kept = np.zeros(self._half - 1)
        self._next = 0
        """The next output's place, in steps of 1/up of a source sample from the first one kept."""

    def feed(self, pcm: bytes) -> bytes:
        """What is ready of the output; the rest comes with more input."""
        if self._same:
            return pcm
        samples = np.concatenate((self._kept, np.frombuffer(pcm, dtype="<i2")))
        width = 2 * self._half
        windows = len(samples) - width + 1
        count = max(0, -(-(windows * self._up - self._next) // self._down)) if windows > 0 else 0
        if not count:
            self._kept = samples
            return b""
        places = self._next + np.arange(count) * self._down
        chosen = sliding_window_view(samples, width)[places // self._up]
        out = np.einsum("ij,ij->i", chosen, self._phases[places % self._up])
        following = self._next + count * self._down
        drop = min(following // self._up, len(samples))
        self._kept = samples[drop:]
        self._next = following - drop * self._up
        return np.clip(np.rint(out), -32768, 32767).astype("<i2").tobytes()

    def finish(self) -> bytes:
        """The end of the output."""
        return b"" if self._same else self.feed(bytes(2 * self._half))
