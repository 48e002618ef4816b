"""Boosted trees of one depth, kept as JSON: the weights of the classifier. numpy; for worker processes and training.

A tree is complete: inner node n has children 2n+1 and 2n+2; a row goes right where its number is over the threshold.
"""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.speech.detection.sound import Numbers


class Forest(msgspec.Struct):
    """``features``, ``thresholds``: the inner nodes of each tree; ``leaves``: what its leaves add (log odds)."""

    names: tuple[str, ...]
    features: list[list[int]]
    thresholds: list[list[float]]
    leaves: list[list[float]]
    base: float = 0.0
    policy: dict[str, float] = {}
    """Thresholds of the decision, see ``classifier``."""
    made: dict[str, Any] = {}
    """From what it was made, and how well it did then."""


class Scorer:
    """A forest, ready to be asked."""

    def __init__(self, forest: Forest) -> None:
        self._features = np.asarray(forest.features, dtype=np.intp)
        self._thresholds = np.asarray(forest.thresholds, dtype=np.float32)
        self._leaves = np.asarray(forest.leaves, dtype=np.float32)
        self._base = forest.base
        self._trees = np.arange(len(self._features))
        self._depth = self._leaves.shape[1].bit_length() - 1

    def score(self, row: Numbers) -> float:
        """Probability (0..1) for one row of features."""
        at = np.zeros(len(self._trees), dtype=np.intp)
        for _ in range(self._depth):
            right = row[self._features[self._trees, at]] > self._thresholds[self._trees, at]
            at = 2 * at + 1 + right
        odds = self._base + float(self._leaves[self._trees, at - self._features.shape[1]].sum())
        return float(1 / (1 + np.exp(-odds)))

    def scores(self, rows: Numbers) -> NDArray[np.float64]:
        """The same for many rows."""
        odds = np.full(len(rows), self._base, dtype=np.float64)
        numbers = np.arange(len(rows))
        for features, thresholds, leaves in zip(self._features, self._thresholds, self._leaves, strict=True):
            at = np.zeros(len(rows), dtype=np.intp)
            for _ in range(self._depth):
                at = 2 * at + 1 + (rows[numbers, features[at]] > thresholds[at])
            odds += leaves[at - len(features)]
        return 1 / (1 + np.exp(-odds))


def load(path: Path) -> Forest:
    """A forest from its file."""
    return msgspec.json.decode(path.read_bytes(), type=Forest)
