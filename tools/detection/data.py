"""Rows of features of many scenes, at each moment at which the detector looks. numpy."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.speech.detection.classifier import FIRST_S, STEP_S
from engine.speech.detection.features import vector
from engine.speech.detection.sound import HOP_S, Frames, Numbers
from engine.speech.detection.speech import Speech
from engine.speech.detection.tones import Tones
from tools.detection.scenes import Scene
from tools.detection.voices import VOICES

KINDS = ("short", "medium", "long", "greeting")
LAST_S = 3.0
"""Later moments are like this one."""

_VOICES = [voice for part in VOICES.values() for voices in part.values() for voice in voices]


class Data(NamedTuple):
    """A row for each scene and moment. ``scene``: number of the scene; ``label``: 1 machine; ``voice``: number."""

    rows: Numbers
    scene: NDArray[np.intp]
    after: NDArray[np.float64]
    label: NDArray[np.float64]
    voice: NDArray[np.intp]
    kind: NDArray[np.intp]
    """Place in ``KINDS``."""


def rows_of(pcm: bytes, last_s: float = LAST_S) -> tuple[list[float], Numbers]:
    """Moments after the answer and the features there, as the detector sees them in a stream."""
    speech, tones, frames = Speech(), Tones(), Frames().feed(pcm[: int((last_s + 0.1) * 8000) * 2])
    after, rows = [], []
    due = FIRST_S
    for number in range(len(frames)):
        frame = frames[number : number + 1]
        speech.feed(frame)
        tones.take(number * HOP_S, HOP_S, speech.tone)
        now = (number + 1) * HOP_S
        if now >= due - 1e-6:
            after.append(now)
            rows.append(vector(speech, tones, now))
            due += STEP_S
    return after, np.array(rows)


def gather(scenes: Iterable[Scene]) -> Data:
    """The rows of many scenes."""
    parts: list[tuple[Numbers, int, list[float], float, int, int]] = []
    for number, scene in enumerate(scenes):
        after, rows = rows_of(scene.pcm)
        parts.append(
            (rows, number, after, float(scene.label == "machine"), _VOICES.index(scene.voice), KINDS.index(scene.kind))
        )
    counts = [len(part[0]) for part in parts]
    return Data(
        np.concatenate([part[0] for part in parts]),
        np.repeat([part[1] for part in parts], counts),
        np.concatenate([part[2] for part in parts]),
        np.repeat([part[3] for part in parts], counts),
        np.repeat([part[4] for part in parts], counts),
        np.repeat([part[5] for part in parts], counts),
    )


def together(one: Data, other: Data) -> Data:
    """The rows of two sets of scenes."""
    moved = other._replace(scene=other.scene + one.scene.max() + 1)
    return Data(**{name: np.concatenate([getattr(one, name), getattr(moved, name)]) for name in Data._fields})


def save(data: Data, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **data._asdict())


def load(path: Path) -> Data:
    with np.load(path) as found:
        return Data(**{name: found[name] for name in Data._fields})
