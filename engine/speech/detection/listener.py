"""A stream that is watched, in a worker: the same as a stream that is recognised, but it works in the loop itself.

A piece of audio costs a fraction of its length, so that no thread is wanted. numpy; for worker processes alone.
"""

import functools
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from engine.core import log
from engine.media.pace import BYTES, RATE, Pace
from engine.speech.detection.classifier import Classifier
from engine.speech.detection.watcher import Watcher
from engine.speech.workers.protocol import Began, Found, Gone

_log = log.get("speech.detection")
NAME = "own"
LEAST_S = 0.04
"""Audio that is looked at in one go."""


@functools.cache
def classifier() -> Classifier:
    """The one of this process."""
    return Classifier()


class Listener:
    """What ``workers.stream.Stream`` is for recognisers."""

    speech_s = dropped_s = lag_s = 0.0

    def __init__(self, stream_id: UUID, classifier: Classifier, tell: Callable[[Any], None]) -> None:
        self.id = stream_id
        self.closed = self.connected = False
        self.born = time.monotonic()
        self._tell = tell
        self._watcher = Watcher(classifier)
        self._pace = Pace()
        self._began: float | None = None
        self._waiting = bytearray()
        self._answered: tuple[float, float] | None = None

    def start(self) -> None:
        """Nothing has to be loaded."""

    @property
    def filled_s(self) -> float:
        """Seconds of silence put in for what never came."""
        return self._pace.filled / RATE

    def busy_s(self, _now: float) -> float:
        """It is never busy for long."""
        return 0.0

    def audio(self, pcm: bytes, now: float) -> None:
        """Audio has come."""
        fill = self._pace.audio(pcm, now)
        if self._began is None:
            self._begin(now - len(pcm) / BYTES / RATE)
        self._waiting += bytes(fill * BYTES) + pcm
        self._look()

    def tick(self, now: float) -> None:
        """Time goes on, whether audio comes or not."""
        if not self.connected or self.closed:
            return
        fill = self._pace.tick(now)
        if self._began is None:
            self._begin(now)
        if fill:
            self._waiting += bytes(fill * BYTES)
            self._look()

    def answered(self, at: float, max_s: float) -> None:
        """The leg was answered at ``at`` (monotonic); a verdict is wanted within ``max_s``."""
        self._answered = (at, max_s)
        self._pass_answer()

    def listen(self, _listening: Any) -> None:
        """There is one way to listen."""

    def end(self) -> None:
        """No more audio comes."""
        if not self.closed:
            self._tell(Gone(self.id, "tap_lost"))
            self.closed = True

    def close(self) -> None:
        """End now; nothing more is told."""
        self.closed = True

    def _begin(self, at: float) -> None:
        self._began = at
        self._tell(Began(self.id, at, NAME))
        self._pass_answer()

    def _pass_answer(self) -> None:
        """The answer counts from the audio of its moment; what came before it is looked at first."""
        if self._answered is not None and self._began is not None:
            at, max_s = self._answered
            self._watcher.answered(max(at - self._began, -1.0), max_s)

    def _look(self) -> None:
        if self.closed or len(self._waiting) < LEAST_S * RATE * BYTES:
            return
        pcm, self._waiting = bytes(self._waiting), bytearray()
        try:
            found = self._watcher.feed(pcm)
        except Exception:
            _log.exception("detector_failed", stream=str(self.id))
            self._tell(Gone(self.id, "worker_lost"))
            self.closed = True
            return
        for finding in found:
            self._tell(Found(self.id, finding))
