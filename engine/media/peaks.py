"""The loudness of a recording for players to draw: made once, kept as a small file."""

import math
from array import array
from pathlib import Path

import msgspec

from engine.media.stereo import HEADER, RATE, channels_of, frames_of

PARTS = 1200
"""Parts that a recording is cut into at most."""
LEAST_S = 0.02
"""A part is at least so long, in seconds."""


class Peaks(msgspec.Struct, kw_only=True):
    """``channels``: of each channel the loudness of equal parts, 0..1, 1 being the loudest part of all; with two, the
    first is the client's. ``part_s``: length of a part in seconds."""

    channels: list[list[float]]
    part_s: float
    duration_s: float


class _Kept(msgspec.Struct):
    """Peaks with what tells that the recording is still the same."""

    size: int
    changed_ns: int
    peaks: Peaks


def of(path: Path, folder: Path) -> Peaks:
    """The peaks of a recording, from ``folder`` where they are kept there and the recording is as it was.

    Raises:
        OSError: the recording can't be read.
    """
    state = path.stat()
    kept = folder / f"{path.name}.json"
    try:
        found = msgspec.json.decode(kept.read_bytes(), type=_Kept)
        if (found.size, found.changed_ns) == (state.st_size, state.st_mtime_ns):
            return found.peaks
    except (OSError, msgspec.MsgspecError):
        pass
    made = _Kept(state.st_size, state.st_mtime_ns, make(path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f".{kept.name}.{id(made):x}")
        part.write_bytes(msgspec.json.encode(made))
        part.replace(kept)
    except OSError:  # a full disk costs time, not the picture
        pass
    return made.peaks


def make(path: Path, parts: int = PARTS) -> Peaks:
    """The peaks of a WAV file of ours, read a part at a time."""
    channels = channels_of(path)
    frames = frames_of(path, channels)
    size = max(math.ceil(frames / parts), int(LEAST_S * RATE), 1)
    found: list[list[float]] = [[] for _ in range(channels)]
    with path.open("rb") as file:
        file.seek(HEADER)
        for _ in range(0, frames, size):
            data = file.read(size * 2 * channels)
            samples = array("h", data[: len(data) // (2 * channels) * 2 * channels])
            for channel in range(channels):
                own = samples[channel::channels]
                found[channel].append(float(max(max(own, default=0), -min(own, default=0))))
    top = max((value for one in found for value in one), default=0.0) or 1.0
    return Peaks(
        channels=[[round(value / top, 3) for value in one] for one in found],
        part_s=size / RATE,
        duration_s=round(frames / RATE, 3),
    )
