"""Audio that keeps its time: silence where none came, a bounded store where it comes faster than it is used. Pure.

A phone that sends nothing (muted, silence suppressed, network lost) must not make time shorter; a slow recogniser must
not make it longer. Counts are in samples of 8 kHz.
"""

from array import array
from collections import deque

import msgspec

RATE = 8000
BYTES = 2
TOLERANCE_S = 0.3
"""How late audio may come before it is taken for missing: jitter, and a process that was held up."""
MOST_S = 1.5
"""Single packets that are lost add up: up to so much the silence for them waits for a pause in the speech."""
QUIET = 400
"""Peak below which a piece of audio is a pause."""
SKIPS = 1000
"""Losses whose place is remembered."""


class Pace:
    """The clock of one stream; ``now`` in monotonic seconds. The stream begins with its first audio or tick."""

    def __init__(self, tolerance_s: float = TOLERANCE_S) -> None:
        self._tolerance = int(tolerance_s * RATE)
        self._began: float | None = None
        self._last = 0.0
        self._given = 0
        self.filled = 0
        """Samples of silence put in so far."""

    @property
    def position_s(self) -> float:
        """Seconds of the stream that were given on."""
        return self._given / RATE

    def audio(self, pcm: bytes, now: float) -> int:
        """Audio came; gives how many samples of silence belong before it."""
        samples = len(pcm) // BYTES
        if self._began is None:
            self._began = self._last = now - samples / RATE
        missing = self._due(now) - self._given - samples
        hole = now - self._last - samples / RATE
        self._last = now
        fill = 0
        if missing > self._tolerance and (hole > self._tolerance / RATE or missing > MOST_S * RATE or is_quiet(pcm)):
            fill = missing
        self._take(fill)
        self._given += samples
        return fill

    def tick(self, now: float) -> int:
        """Nothing came for a while; gives how many samples of silence are due."""
        if self._began is None:
            self._began = self._last = now
        missing = self._due(now) - self._given
        if missing <= self._tolerance or now - self._last <= self._tolerance / RATE:
            return 0
        # What is on its way is left room for: a late frame finds its place.
        fill = missing - self._tolerance // 2
        self._take(fill)
        return fill

    def _due(self, now: float) -> int:
        return int((now - (now if self._began is None else self._began)) * RATE)

    def _take(self, samples: int) -> None:
        self._given += samples
        self.filled += samples


def is_quiet(pcm: bytes) -> bool:
    """Whether nobody speaks in this piece of audio."""
    samples = array("h", pcm[: len(pcm) // BYTES * BYTES])
    return not samples or max(max(samples), -min(samples)) < QUIET


class Stretch(msgspec.Struct, frozen=True):
    """Audio, or ``lost`` samples that had no room; ``pcm`` then is empty."""

    pcm: bytes = b""
    lost: int = 0


class Backlog:
    """Audio that waits to be used, ``seconds`` at most: the oldest goes first when more comes, and is counted."""

    def __init__(self, seconds: float) -> None:
        self._limit = int(seconds * RATE)
        self._parts: deque[bytes] = deque()
        self._waiting = 0
        self._lost = 0
        self.dropped = 0
        """Samples dropped so far."""

    @property
    def waiting_s(self) -> float:
        """Seconds that wait."""
        return self._waiting / RATE

    def put(self, pcm: bytes) -> None:
        """Add audio."""
        self._parts.append(pcm)
        self._waiting += len(pcm) // BYTES
        while self._waiting > self._limit:
            oldest = self._parts.popleft()
            over = self._waiting - self._limit
            gone = min(over, len(oldest) // BYTES)
            if gone * BYTES < len(oldest):
                self._parts.appendleft(oldest[gone * BYTES :])
            self._waiting -= gone
            self._lost += gone
            self.dropped += gone

    def put_silence(self, samples: int) -> None:
        """Add silence; what would have no room anyway counts as lost at once."""
        room = min(samples, self._limit)
        self._lost += samples - room
        self.dropped += samples - room
        self.put(bytes(room * BYTES))

    def take(self, most_s: float) -> Stretch | None:
        """What comes next: a loss first, then up to ``most_s`` seconds of audio; None when nothing waits."""
        if self._lost:
            lost, self._lost = self._lost, 0
            return Stretch(lost=lost)
        if not self._parts:
            return None
        out: list[bytes] = []
        room = int(most_s * RATE) * BYTES
        while self._parts and room > 0:
            part = self._parts.popleft()
            if len(part) > room:
                self._parts.appendleft(part[room:])
                part = part[:room]
            room -= len(part)
            out.append(part)
        pcm = b"".join(out)
        self._waiting -= len(pcm) // BYTES
        return Stretch(pcm)


class Timeline:
    """Times of a listener who was not given everything, as times of the stream. It began to listen at ``from_s``."""

    def __init__(self, from_s: float = 0.0) -> None:
        self._from = from_s
        self._heard = 0
        self._skips: deque[tuple[float, float]] = deque(maxlen=SKIPS)

    @property
    def now_s(self) -> float:
        """The stream's time of what comes next."""
        return self.true(self._heard / RATE)

    def heard(self, samples: int) -> None:
        """The listener was given so much."""
        self._heard += samples

    def skipped(self, samples: int) -> None:
        """Here, so much was left out."""
        before = self._skips[-1][1] if self._skips else 0.0
        self._skips.append((self._heard / RATE, before + samples / RATE))

    def true(self, listener_s: float) -> float:
        """The stream's time at the listener's time."""
        for at, sum_s in reversed(self._skips):
            if listener_s >= at:
                return self._from + listener_s + sum_s
        return self._from + listener_s
