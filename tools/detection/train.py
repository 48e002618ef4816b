"""Training: rows of the training part, trees, and the thresholds of the decision, chosen on voices not trained on."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.speech.detection.classifier import WEIGHTS
from engine.speech.detection.features import NAMES
from engine.speech.detection.trees import Forest, Scorer
from tools.detection import corpus, data
from tools.detection.boosting import How, fit
from tools.detection.data import Data
from tools.detection.scenes import PEOPLE_SAY

SEED = 1
SCENES = 2600
HARD, HARD_SEED = 0.6, 100
"""Scenes besides with more people who say more than a word, as a share of the others."""
FOLDS = 3
MAX_S = 4.0
DUE_S, LATE_S = 1.86, 0.6
PROMPT_S = 1.95
"""What is decided by then is told within 2 s of the answer."""
FALSE_AIM = 0.028
"""Share of people taken for machines on voices not trained on; below what is allowed, for voices yet unknown."""
LATE_AIM = 0.045
"""Share of calls whose verdict may come after ``PROMPT_S``."""


class Outcome(NamedTuple):
    """What a policy comes to: shares, and moments of the verdicts."""

    recall: float
    false: float
    after: NDArray[np.float64]

    @property
    def late(self) -> float:
        return float((self.after > PROMPT_S + 0.01).mean())


def train(count: int, seed: int, out: Path, tell: Callable[[str], None]) -> Forest:
    """Make the weights: ``count`` scenes of the training part from ``seed``; written to ``out``."""
    found = data.gather(corpus.scenes("train", count, seed, tell))
    hard = data.gather(corpus.scenes("train", round(count * HARD), seed + HARD_SEED, tell, hard=True))
    tell(f"{len(found.rows) + len(hard.rows)} rows")
    forest = boost(found, hard, How(), tell)
    forest.made |= {"scenes": count, "seed": seed}
    save(forest, out)
    return forest


def boost(usual: Data, hard: Data, how: How, tell: Callable[[str], None]) -> Forest:
    """Trees and policy from rows; the policy is chosen on usual scenes of voices that the trees had not seen."""
    found = data.together(usual, hard)
    weights = weigh(found)
    chances = np.zeros(len(usual.rows))
    for fold in range(FOLDS):
        seen = found.voice % FOLDS != fold
        forest = fit(found.rows[seen], found.label[seen], NAMES, how, weights=weights[seen])
        unseen = usual.voice % FOLDS == fold
        chances[unseen] = Scorer(forest).scores(usual.rows[unseen])
        tell(f"fold {fold + 1} of {FOLDS}")
    policy = choose(usual, chances)
    told = outcome(grid(usual), chances, policy)
    tell(f"on voices not trained on: recall {told.recall:.3f}, false {told.false:.3f}, late {told.late:.3f}")
    forest = fit(found.rows, found.label, NAMES, how, tell, weights)
    forest.policy = policy
    forest.made = {
        "how": how._asdict(),
        "unseen_voices": {
            "recall": round(told.recall, 4),
            "false": round(told.false, 4),
            "p95_s": round(float(np.percentile(told.after, 95)), 2),
        },
    }
    return forest


def weigh(found: Data) -> NDArray[np.float64]:
    """What each row counts, so that all kinds of people count as often as they answer."""
    people = found.label < 0.5
    weights = np.ones(len(found.label))
    for place, kind in enumerate(data.KINDS[:-1]):
        of_kind = people & (found.kind == place)
        weights[of_kind] = PEOPLE_SAY[kind] * people.sum() / max(1, of_kind.sum())
    return weights


def save(forest: Forest, out: Path = WEIGHTS) -> None:
    """Write the weights, a tree a line."""
    cut = [[float(f"{value:.6g}") for value in row] for row in forest.thresholds]
    known = msgspec.to_builtins(msgspec.structs.replace(forest, thresholds=cut))
    lines = []
    for name, value in known.items():
        rows = isinstance(value, list) and value and isinstance(value[0], list)
        text = "[\n" + ",\n".join(map(json.dumps, value)) + "\n]" if rows else json.dumps(value)
        lines.append(f"{json.dumps(name)}: {text}")
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


class Grid(NamedTuple):
    """Rows by scene and moment."""

    after: NDArray[np.float64]
    spoke: NDArray[np.bool_]
    onset: NDArray[np.float64]
    machine: NDArray[np.bool_]


def grid(found: Data) -> Grid:
    count = int(found.scene.max()) + 1
    spoke = found.rows[:, NAMES.index("spoke")].reshape(count, -1) > 0
    onset = np.where(spoke, found.rows[:, NAMES.index("onset")].reshape(count, -1), np.inf)
    return Grid(found.after.reshape(count, -1), spoke, onset, found.label.reshape(count, -1)[:, 0] > 0.5)


def outcome(on: Grid, chances: NDArray[np.float64], policy: dict[str, float]) -> Outcome:
    """What comes of a policy: the first moment at which it decides, scene by scene (``classifier.decide``)."""
    chance = chances.reshape(on.after.shape)
    due = np.minimum(np.maximum(policy["due_s"], on.onset + policy["heard_s"]), MAX_S)
    unsure = (policy["unsure_low"] < chance) & (chance < policy["unsure_high"])
    told = (chance >= policy["machine"]) | (chance <= policy["human"])
    told |= (on.after >= due - 1e-6) & (~unsure | (on.after >= np.minimum(due + policy["late_s"], MAX_S) - 1e-6))
    told &= on.spoke
    first, rows = told.argmax(axis=1), np.arange(len(chance))
    any_ = told[rows, first]
    kinds = any_ & (chance[rows, first] >= policy["middle"])
    times = np.where(any_, on.after[rows, first], MAX_S)
    return Outcome(float(kinds[on.machine].mean()), float(kinds[~on.machine].mean()), times)


def choose(found: Data, chances: NDArray[np.float64]) -> dict[str, float]:
    """The policy of the highest recall within the aims."""
    on, best = grid(found), (-1.0, dict[str, float]())
    for machine, human, low, width, middle, heard in itertools.product(
        (0.96, 0.98, 0.99, 0.995),
        (0.02, 0.04, 0.08),
        (0.5, 0.65, 0.8),
        (0.0, 0.12, 0.25),
        (0.6, 0.7, 0.78, 0.84, 0.88, 0.92),
        (0.3, 0.5),
    ):
        policy = {
            "machine": machine, "human": human, "middle": middle, "due_s": DUE_S, "late_s": LATE_S,
            "heard_s": heard, "unsure_low": low, "unsure_high": round(min(low + width, 0.98), 3),
        }  # fmt: skip
        told = outcome(on, chances, policy)
        if told.false <= FALSE_AIM and told.late <= LATE_AIM and told.recall > best[0]:
            best = (told.recall, policy)
    if not best[1]:
        raise RuntimeError("no policy keeps within the aims")
    return best[1]


def report(found: Data, forest: Forest) -> dict[str, Any]:
    """How well a forest does on rows of the test part."""
    told = outcome(grid(found), Scorer(forest).scores(found.rows), forest.policy)
    return {
        "recall": round(told.recall, 4),
        "false_machine": round(told.false, 4),
        "p95_s": round(float(np.percentile(told.after, 95)), 2),
        "p50_s": round(float(np.percentile(told.after, 50)), 2),
    }
