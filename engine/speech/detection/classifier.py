"""Human or machine from what was heard so far. numpy; for worker processes alone.

The trees give the probability of a machine at each moment (``weights.json``, made by ``tools/detect train``). A
verdict is given as soon as it is beyond ``machine`` or below ``human``; at ``due_s`` (or ``heard_s`` after the first
word of one who is late) by the side of ``middle`` on which it lies, unless it lies between ``unsure_low`` and
``unsure_high``: then up to ``late_s`` later.
"""

from pathlib import Path

from engine.speech.detection import trees
from engine.speech.detection.features import LEAST_S, NAMES, vector
from engine.speech.detection.model import Kind
from engine.speech.detection.sound import HOP_S
from engine.speech.detection.speech import Speech
from engine.speech.detection.tones import Tones

WEIGHTS = Path(__file__).with_name("weights.json")
FIRST_S, STEP_S = 0.4, 0.1
"""When a verdict is looked for first, and how often then."""


class Classifier:
    """Looks at what was heard since the answer; shared by all legs."""

    def __init__(self, forest: trees.Forest | None = None) -> None:
        forest = forest or trees.load(WEIGHTS)
        if forest.names != NAMES:
            raise ValueError(f"{WEIGHTS.name} was made for other features: tools/detect train makes it anew")
        self._scorer = trees.Scorer(forest)
        self._policy = forest.policy

    def look(self, speech: Speech, tones: Tones, after_s: float, max_s: float) -> tuple[Kind, float, str] | None:
        """A verdict, its confidence and why; None while it is open."""
        first = next((part for part in speech.segments if part.seconds >= LEAST_S), None)
        if first is None:
            return (Kind.SILENT, 0.9, "silence") if after_s >= max_s else None
        chance = self._scorer.score(vector(speech, tones, after_s))
        return decide(self._policy, chance, after_s, max_s, first.start * HOP_S)


def decide(
    policy: dict[str, float], chance: float, after_s: float, max_s: float, onset_s: float = 0.0
) -> tuple[Kind, float, str] | None:
    """The verdict at a moment by the probability of a machine, as told above. Pure."""
    if chance >= policy["machine"]:
        return Kind.MACHINE, chance, "cadence"
    if chance <= policy["human"]:
        return Kind.HUMAN, 1 - chance, "cadence"
    due = min(max(policy["due_s"], onset_s + policy["heard_s"]), max_s)
    unsure = policy["unsure_low"] < chance < policy["unsure_high"]
    if after_s < due - 1e-6 or (unsure and after_s < min(due + policy["late_s"], max_s) - 1e-6):
        return None
    if chance >= policy["middle"]:
        return Kind.MACHINE, chance, "deadline"
    return Kind.HUMAN, 1 - chance, "deadline"
