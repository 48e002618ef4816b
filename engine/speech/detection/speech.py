"""Speech in a stream of frames: where it begins and ends over the noise of the line. numpy; for workers alone."""

import bisect
import collections

from engine.speech.detection.sound import (
    FLAT,
    HIGH,
    HOP_S,
    HZ,
    HZ2,
    LEVEL,
    LOW,
    MID,
    TONE,
    TONE2,
    VOICED,
    Numbers,
)

BANDS = (LOW, MID, HIGH)
RISE_DB = 9.0
"""Speech stands out of the noise by so much, in one band at least."""
LEAST_DB = -50.0
"""Anything quieter is nobody who speaks to us."""
LOUD_DB = -30.0
NEW_FRAMES = 25
"""While nothing is known of the noise (0.5 s), what is so loud is speech."""
FLOOR_FRAMES = 100
"""The noise is the quietest tenth of so many frames (2 s)."""
FLOOR_SHARE = 0.1
PERIODIC = 0.6
"""Share of periodicity at which a frame is taken for voice."""
HOLD_FRAMES = 6
"""A sound belongs to a voice when one was heard so shortly before: consonants."""
TONAL = 0.975
"""Share of energy at one or two frequencies past which a frame may be a tone."""
STEADY_HZ, STEADY_DB, STEADY_FRAMES = 20.0, 3.0, 3
"""Vowels look so too, but never hold frequency and loudness for so many frames."""
SECOND = 0.1
"""Share of the energy from which a second frequency counts."""
JOIN_S = 0.1
"""Shorter gaps lie inside a word."""


class Segment:
    """A stretch of speech, frame numbers from ``start`` to before ``end``."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    @property
    def seconds(self) -> float:
        return (self.end - self.start) * HOP_S


class Floor:
    """The noise of a band: the quietest tenth of the last seconds."""

    def __init__(self) -> None:
        self._levels: collections.deque[float] = collections.deque()
        self._ordered: list[float] = []

    def take(self, level: float) -> float:
        """The noise, this frame's level included (dB)."""
        self._levels.append(level)
        bisect.insort(self._ordered, level)
        if len(self._levels) > FLOOR_FRAMES:
            del self._ordered[bisect.bisect_left(self._ordered, self._levels.popleft())]
        return self._ordered[int(len(self._ordered) * FLOOR_SHARE)]


class Speech:
    """Follows a stream; ``frames`` are all frames so far (rows), ``active`` tells for each whether it is speech."""

    def __init__(self) -> None:
        self.frames: list[Numbers] = []
        self.active: list[bool] = []
        self.segments: list[Segment] = []
        """Joined over gaps of ``JOIN_S``."""
        self._noise = [Floor() for _ in BANDS]
        self._voiced_at = -1000
        self._run = 0
        self._steady = (0.0, 0.0)
        self.tone: float | None = None
        """Frequency of the tone that this frame is part of (the middle of two)."""

    @property
    def now_s(self) -> float:
        """Seconds heard so far."""
        return len(self.frames) * HOP_S

    def feed(self, frames: Numbers) -> None:
        """Take in the next frames."""
        for frame in frames:
            self._take(frame)

    def _take(self, frame: Numbers) -> None:
        at, level = len(self.frames), float(frame[LEVEL])
        rise = max(
            float(frame[band]) - noise.take(float(frame[band])) for band, noise in zip(BANDS, self._noise, strict=True)
        )
        self.frames.append(frame)
        loud = level > LEAST_DB and (rise > RISE_DB or (level > LOUD_DB and at < NEW_FRAMES))
        self._follow_tone(frame)
        tone = self.tone is not None
        if loud and not tone and frame[VOICED] > PERIODIC and frame[FLAT] < 0.4:
            self._voiced_at = at
        self.active.append(loud and not tone and at - self._voiced_at <= HOLD_FRAMES)
        if not self.active[-1]:
            return
        last = self.segments[-1] if self.segments else None
        if last is not None and (at - last.end) * HOP_S <= JOIN_S:
            last.end = at + 1
        else:
            self.segments.append(Segment(at, at + 1))

    def _follow_tone(self, frame: Numbers) -> None:
        hz, level = frequency(frame), float(frame[LEVEL])
        tonal = frame[TONE] + frame[TONE2] > TONAL and level > LEAST_DB
        steady = abs(hz - self._steady[0]) < STEADY_HZ and abs(level - self._steady[1]) < STEADY_DB
        self._run = (self._run + 1 if steady else 1) if tonal else 0
        self._steady = (hz, level)
        self.tone = hz if self._run >= STEADY_FRAMES else None

    def utterances(self, gap_s: float) -> list[Segment]:
        """Segments joined over gaps of up to ``gap_s``."""
        out: list[Segment] = []
        for segment in self.segments:
            if out and (segment.start - out[-1].end) * HOP_S <= gap_s:
                out[-1].end = segment.end
            else:
                out.append(Segment(segment.start, segment.end))
        return out

    @property
    def quiet_s(self) -> float:
        """Seconds since the last speech; all there were when there was none."""
        return (len(self.frames) - (self.segments[-1].end if self.segments else 0)) * HOP_S


def frequency(frame: Numbers) -> float:
    """The strongest frequency of a frame; the middle of two."""
    if frame[TONE2] < SECOND:
        return float(frame[HZ])
    return float((frame[HZ] * frame[TONE] + frame[HZ2] * frame[TONE2]) / (frame[TONE] + frame[TONE2]))
