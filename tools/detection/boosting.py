"""Gradient boosting of trees for a yes or no (logistic loss, histograms of features). numpy.

Friedman, "Greedy function approximation" (2001), with second-order leaves and histograms as in XGBoost and LightGBM.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.speech.detection.sound import Numbers
from engine.speech.detection.trees import Forest

Bins = NDArray[np.uint8]
Floats = NDArray[np.float64]


class How(NamedTuple):
    """How to boost. ``least``: sum of the loss's curvature that a leaf must have."""

    trees: int = 120
    depth: int = 4
    rate: float = 0.12
    bins: int = 48
    least: float = 30.0
    smooth: float = 5.0
    sample: float = 0.5
    columns: float = 0.6
    seed: int = 11


def fit(
    rows: Numbers,
    labels: Floats,
    names: tuple[str, ...],
    how: How,
    tell: Callable[[str], None] = lambda text: None,
    weights: Floats | None = None,
) -> Forest:
    """A forest that tells ``labels`` (0, 1) from ``rows``; ``weights``: what each row counts (1)."""
    weight = np.ones(len(labels)) if weights is None else weights
    chance = np.random.default_rng(how.seed)
    edges = [_edges(rows[:, column], how.bins) for column in range(rows.shape[1])]
    binned = np.stack([np.searchsorted(e, rows[:, c], side="left").astype(np.uint8) for c, e in enumerate(edges)])
    mean = float((labels * weight).sum() / weight.sum())
    base = float(np.log(mean / (1 - mean)))
    odds = np.full(len(labels), base)
    forest = Forest(names, [], [], [], base)
    for number in range(how.trees):
        chosen = np.flatnonzero(chance.random(len(labels)) < how.sample)
        columns = np.flatnonzero(chance.random(rows.shape[1]) < how.columns)
        guess = 1 / (1 + np.exp(-odds))
        slope, curve = weight * (guess - labels), weight * np.maximum(guess * (1 - guess), 1e-6)
        features, cuts, leaves = _tree(binned, chosen, columns, slope, curve, how)
        at = np.zeros(len(labels), dtype=np.intp)
        for _ in range(how.depth):
            at = 2 * at + 1 + (binned[features[at], np.arange(len(labels))] > cuts[at])
        odds += leaves[at - len(features)]
        forest.features.append(features.tolist())
        thresholds = [float(edges[f][c]) if c < len(edges[f]) else 1e30 for f, c in zip(features, cuts, strict=True)]
        forest.thresholds.append(thresholds)
        forest.leaves.append([round(float(leaf), 5) for leaf in leaves])
        if number % 20 == 19:
            loss = -np.mean(np.where(labels > 0.5, np.log(guess + 1e-9), np.log(1 - guess + 1e-9)))
            tell(f"tree {number + 1}: loss {loss:.4f}")
    return forest


def _edges(column: Numbers, bins: int) -> Numbers:
    found: Numbers = np.unique(np.quantile(column, np.linspace(0, 1, bins + 1)[1:-1])).astype(np.float32)
    return found


def _tree(
    binned: Bins, chosen: NDArray[np.intp], columns: NDArray[np.intp], slope: Floats, curve: Floats, how: How
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Features and bins (a row goes right where its bin is greater) of the inner nodes, and the leaves."""
    inner = 2**how.depth - 1
    features, cuts = np.zeros(inner, dtype=np.intp), np.full(inner, 255, dtype=np.intp)
    data, g, h = binned[:, chosen], slope[chosen], curve[chosen]
    at = np.zeros(len(chosen), dtype=np.intp)
    for depth in range(how.depth):
        first, count = 2**depth - 1, 2**depth
        place = at - first
        best = np.full(count, 1e-6)
        for column in columns:
            key = place * 256 + data[column]
            sums = [np.bincount(key, weights=w, minlength=count * 256).reshape(count, 256) for w in (g, h)]
            left_g, left_h = (part.cumsum(axis=1) for part in sums)
            all_g, all_h = left_g[:, -1:], left_h[:, -1:]
            right_g, right_h = all_g - left_g, all_h - left_h
            gain = left_g**2 / (left_h + how.smooth) + right_g**2 / (right_h + how.smooth)
            gain -= all_g**2 / (all_h + how.smooth)
            gain[(left_h < how.least) | (right_h < how.least)] = -1
            cut = gain.argmax(axis=1)
            value = gain[np.arange(count), cut]
            better = value > best
            best[better] = value[better]
            features[first : first + count][better] = column
            cuts[first : first + count][better] = cut[better]
        at = 2 * at + 1 + (data[features[at], np.arange(len(chosen))] > cuts[at])
    leaf = at - inner
    total_g, total_h = (np.bincount(leaf, weights=w, minlength=inner + 1) for w in (g, h))
    return features, cuts, -how.rate * total_g / (total_h + how.smooth)
