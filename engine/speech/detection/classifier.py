"""Human or machine from the cadence so far. numpy; for worker processes alone."""

from engine.speech.detection.model import Finding, Kind
from engine.speech.detection.speech import Speech
from engine.speech.detection.tones import Tones

STEP_S = 0.1
"""How often a verdict is looked for."""


class Classifier:
    """Looks at what was heard since the answer."""

    def look(self, speech: Speech, _tones: Tones, after_s: float, max_s: float, now_s: float) -> Finding | None:
        """A verdict, if there is one; ``after_s`` seconds after the answer."""
        spoken = [part for part in speech.utterances(0.4) if part.seconds >= 0.12]
        if spoken and spoken[0].seconds > 1.6:
            return Finding(what=Kind.MACHINE, confidence=0.7, at_s=now_s, why="cadence")
        if spoken and speech.quiet_s > 0.7:
            return Finding(what=Kind.HUMAN, confidence=0.7, at_s=now_s, why="cadence")
        if after_s >= max_s:
            kind = Kind.SILENT if not spoken else Kind.UNKNOWN
            return Finding(what=kind, confidence=0.5, at_s=now_s, why="deadline")
        return None
