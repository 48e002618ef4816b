"""Silences parts of a recording for good. The file is replaced whole, by renaming; nothing of the old one is kept."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from engine.media.stereo import HEADER, RATE, channels_of, frames_of

Part = tuple[int, float, float]
"""Channel, from and to in seconds."""


def silence(path: Path, parts: Iterable[Part]) -> int:
    """Silence parts of a WAV file of ours; gives the samples that were not silent before. Done twice it is the same.

    Raises:
        OSError: the file is gone, or the disk refuses; then the file is as it was.
    """
    channels = channels_of(path)
    frames = frames_of(path, channels)
    aside = path.with_name(f"{path.name}.muting")
    changed = 0
    try:
        shutil.copyfile(path, aside)
        with aside.open("r+b") as file:
            for channel, start, end in parts:
                first, last = _frame(start, frames), _frame(end, frames)
                if channel >= channels or first >= last:
                    continue
                file.seek(HEADER + first * 2 * channels)
                samples = memoryview(bytearray(file.read((last - first) * 2 * channels))).cast("h")
                ours = samples[channel::channels]
                changed += sum(map(bool, ours))
                for at in range(channel, len(samples), channels):
                    samples[at] = 0
                file.seek(HEADER + first * 2 * channels)
                file.write(samples)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return changed


def _frame(seconds: float, frames: int) -> int:
    return min(max(round(seconds * RATE), 0), frames)
