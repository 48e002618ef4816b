"""Speech in a stream of frames: where it begins and ends over the noise of the line. numpy; for workers alone."""

import bisect
import collections

from engine.speech.detection.sound import FLAT, HOP_S, LEVEL, TONE, TONE2, VOICED, Numbers

RISE_DB = 8.0
"""Speech stands out of the noise by so much."""
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
TONAL = 0.93
"""Share of energy at one or two frequencies past which a frame is a tone."""
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


class Speech:
    """Follows a stream; ``frames`` are all frames so far (rows), ``active`` tells for each whether it is speech."""

    def __init__(self) -> None:
        self.frames: list[Numbers] = []
        self.active: list[bool] = []
        self.floors: list[float] = []
        self.segments: list[Segment] = []
        """Joined over gaps of ``JOIN_S``."""
        self._levels: collections.deque[float] = collections.deque()
        self._ordered: list[float] = []
        self._voiced_at = -1000

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
        self._levels.append(level)
        bisect.insort(self._ordered, level)
        if len(self._levels) > FLOOR_FRAMES:
            del self._ordered[bisect.bisect_left(self._ordered, self._levels.popleft())]
        floor = self._ordered[int(len(self._ordered) * FLOOR_SHARE)]
        self.frames.append(frame)
        self.floors.append(floor)
        loud = level > max(floor + RISE_DB, LEAST_DB) or (level > LOUD_DB and at < NEW_FRAMES)
        tone = is_tone(frame)
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


def is_tone(frame: Numbers) -> bool:
    """Whether all the energy lies at one or two frequencies."""
    return bool(frame[TONE] + frame[TONE2] > TONAL and frame[LEVEL] > LEAST_DB)
