"""Tones of a telephone network: ring-back, busy, special information tones, fax, and the beep of a machine. Pure.

Sources: ITU-T E.180 and E.182 (cadences; 425 Hz in Russia and Europe, 440+480 and 480+620 Hz in North America), ITU-T
T.30 (fax: CNG 1100 Hz for 0.5 s each 3.5 s, CED 2100 Hz for 2.6 to 4 s), Telcordia SR-2275 (special information tones).
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from engine.speech.detection.model import Finding, Kind, Mark

GAP_S = 0.06
"""A tone that breaks off for less goes on."""
SAME_HZ = 30.0
"""A tone that jumps by more is another one."""
LEAD_S = 0.04
"""A tone is known for one so long after its begin."""
LEAST_S = 0.08
CALL = (380.0, 640.0)
"""Where ring-back and busy tones lie, as the centre of one or two frequencies."""
SIT = ((880.0, 1020.0), (1340.0, 1470.0), (1730.0, 1830.0))
SIT_LONG_S = 0.33
"""Special information tones are short (276 ms) or long (380 ms); the international ones are 330 ms each."""
SIT_LOW_HZ = 950.0
SIT_WITHIN_S = 0.25
FAX_CALLING, FAX_ANSWERING = (1080.0, 1120.0), (2080.0, 2120.0)
FAX_CALLING_S = (0.4, 0.6)
FAX_ANSWERING_S = 1.2
BEEP = (350.0, 2200.0)
BEEP_S = (0.1, 1.6)
BUSY_S = (0.15, 0.6)
"""On and off of a busy tone: 0.35/0.35, 0.4/0.4, 0.5/0.5; of congestion 0.175/0.175, 0.25/0.25."""
RING_S = (0.7, 2.2)


class Tone(msgspec.Struct):
    """A tone that was heard; ``end_s`` moves while it goes on."""

    hz: float
    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s

    def within(self, band: tuple[float, float]) -> bool:
        return band[0] <= self.hz <= band[1]


class Tones:
    """Follows the tones of a stream. ``take`` gets each frame's time, whether it is a tone, and its frequency."""

    def __init__(self) -> None:
        self.heard: list[Tone] = []
        """Tones that are over, of ``LEAST_S`` and more."""
        self.now: Tone | None = None

    def take(self, at_s: float, length_s: float, hz: float | None) -> Tone | None:
        """The next frame; gives a tone that has ended with it."""
        now = self.now
        if now is not None and hz is not None and abs(hz - now.hz) <= SAME_HZ:
            now.end_s = at_s + length_s
            now.hz += 0.2 * (hz - now.hz)
            return None
        ended = None
        if now is not None and (hz is not None or at_s - now.end_s >= GAP_S):
            self.now = None
            if now.seconds >= LEAST_S:
                self.heard.append(now)
                ended = now
        if hz is not None and self.now is None:
            self.now = Tone(hz, at_s - LEAD_S, at_s + length_s)
        return ended

    @property
    def all(self) -> list[Tone]:
        """Tones heard, the present one too."""
        return [*self.heard, *([self.now] if self.now is not None and self.now.seconds >= LEAST_S else [])]


def fax(tones: Sequence[Tone], now_s: float) -> Finding | None:
    """A fax: its answering tone, or its calling tone."""
    for tone in tones:
        if tone.within(FAX_ANSWERING) and tone.seconds >= FAX_ANSWERING_S:
            return Finding(what=Kind.FAX, confidence=0.97, at_s=now_s, why="fax_answering_tone")
        over = now_s - tone.end_s > GAP_S
        if over and tone.within(FAX_CALLING) and FAX_CALLING_S[0] <= tone.seconds <= FAX_CALLING_S[1]:
            return Finding(what=Kind.FAX, confidence=0.9, at_s=now_s, why="fax_calling_tone")
    return None


def special(tones: Sequence[Tone], now_s: float) -> Finding | None:
    """Three rising special information tones, and what they say."""
    for one, two, three in zip(tones, tones[1:], tones[2:], strict=False):
        rising = all(tone.within(band) for tone, band in zip((one, two, three), SIT, strict=True))
        close = two.start_s - one.end_s < SIT_WITHIN_S and three.start_s - two.end_s < SIT_WITHIN_S
        if not rising or not close or three.seconds < 0.2:
            continue
        # Vacant code 985/1371/1777 and intercept 914/1371/1777 have a short second tone; no circuit and reorder a long.
        north_american = abs(one.hz - SIT_LOW_HZ) > 20.0
        bad = north_american and two.hz < 1400.0 and two.seconds < SIT_LONG_S
        kind = Kind.BAD_NUMBER if bad else Kind.UNAVAILABLE
        return Finding(what=kind, confidence=0.95, at_s=now_s, why="special_tones")
    return None


def busy(tones: Sequence[Tone], now_s: float) -> Finding | None:
    """Three equal beats of a busy (or congestion) tone."""
    beats = [tone for tone in tones if tone.within(CALL) and now_s - tone.end_s > GAP_S][-3:]
    if len(beats) < 3:
        return None
    ons = [beat.seconds for beat in beats]
    offs = [after.start_s - before.end_s for before, after in pairwise(beats)]
    even = max(ons[1:]) - min(ons[1:]) < 0.12 and abs(offs[0] - offs[1]) < 0.12
    # The first beat may have begun before anybody listened.
    if even and all(BUSY_S[0] <= part <= BUSY_S[1] for part in (*ons[1:], *offs)):
        return Finding(what=Kind.BUSY, confidence=0.95, at_s=now_s, why="busy_tone")
    return None


def ringing(tones: Sequence[Tone], now_s: float) -> Finding | None:
    """A beat of ring-back tone."""
    for tone in tones:
        if tone.within(CALL) and RING_S[0] <= tone.seconds <= RING_S[1]:
            return Finding(what=Kind.RINGING, confidence=0.9, at_s=now_s, why="ring_tone")
    return None


def beep(tone: Tone, now_s: float) -> Finding | None:
    """The tone that has ended was the beep of a machine."""
    if tone.within(BEEP) and BEEP_S[0] <= tone.seconds <= BEEP_S[1] and not tone.within(FAX_CALLING):
        return Finding(what=Mark.BEEP, confidence=0.9, at_s=now_s, why="beep")
    return None
