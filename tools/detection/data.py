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

LAST_S = 3.0
"""Later moments are like this one."""


class Data(NamedTuple):
    """A row for each scene and moment. ``scene``: number of the scene; ``label``: 1 machine; ``voice``: number."""

    rows: Numbers
    scene: NDArray[np.intp]
    after: NDArray[np.float64]
    label: NDArray[np.float64]
    voice: NDArray[np.intp]


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
    voices: dict[str, int] = {}
    parts: list[tuple[Numbers, int, list[float], float, int]] = []
    for number, scene in enumerate(scenes):
        after, rows = rows_of(scene.pcm)
        voice = voices.setdefault(scene.voice, len(voices))
        parts.append((rows, number, after, float(scene.label == "machine"), voice))
    counts = [len(part[0]) for part in parts]
    return Data(
        np.concatenate([part[0] for part in parts]),
        np.repeat([part[1] for part in parts], counts),
        np.concatenate([part[2] for part in parts]),
        np.repeat([part[3] for part in parts], counts),
        np.repeat([part[4] for part in parts], counts),
    )


def save(data: Data, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **data._asdict())


def load(path: Path) -> Data:
    with np.load(path) as found:
        return Data(**{name: found[name] for name in Data._fields})
