"""Two recordings of one side each become one stereo file. Called in threads: reads and writes files, a piece at a time.

Asterisk writes the sizes in a WAV header only when it closes the file, so lengths are taken from the files themselves.
"""

import struct
from array import array
from pathlib import Path
from typing import BinaryIO

RATE = 8000
"""Samples a second of every recording: signed 16-bit little-endian."""
HEADER = 44
_PIECE = 65_536
"""Samples of each side that are in memory at once."""


def header(frames: int, channels: int) -> bytes:
    """The header of a WAV file of so many frames (RIFF, PCM, 16 bit)."""
    size, width = frames * channels * 2, channels * 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", size + HEADER - 8, b"WAVE", b"fmt ", 16, 1, channels, RATE, RATE * width, width, 16, b"data", size),
    )


def frames_of(path: Path, channels: int = 1) -> int:
    """Frames of a recording as Asterisk (or ``join``) wrote it; 0 when there is no such file."""
    try:
        return max(path.stat().st_size - HEADER, 0) // (2 * channels)
    except OSError:
        return 0


def channels_of(path: Path) -> int:
    """Channels as the header tells; 1 when it can't be read."""
    try:
        with path.open("rb") as file:
            start = file.read(24)
    except OSError:
        return 1
    return 2 if len(start) == 24 and start[22:24] == b"\x02\x00" else 1


def lead(left_at: float | None, right_at: float | None, left: int, right: int) -> int:
    """Frames by which the right side began later than the left one (negative: earlier).

    By the times (seconds) when they began, where both are known, else by their common end.
    """
    if left == 0 or right == 0:
        return 0
    if left_at is None or right_at is None:
        return left - right
    return round((right_at - left_at) * RATE)


def join(left: Path, right: Path, target: Path, *, left_at: float | None, right_at: float | None) -> bool:
    """Write ``target`` of both sides, and delete them; true when the target is there.

    A side that is missing or empty is silence. When both are, a target of an earlier time stays as it is. The
    target comes into being whole, by renaming; a fault leaves the sides untouched.

    Raises:
        OSError: the disk refuses.
    """
    frames = frames_of(left), frames_of(right)
    if not any(frames):
        left.unlink(missing_ok=True)
        right.unlink(missing_ok=True)
        return target.exists()
    later = lead(left_at, right_at, *frames)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as out:
            _interleave(out, (left, frames[0], max(-later, 0)), (right, frames[1], max(later, 0)))
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    left.unlink(missing_ok=True)
    right.unlink(missing_ok=True)
    return True


def _interleave(out: BinaryIO, *sides: tuple[Path, int, int]) -> None:
    """Each side: its file, its frames, and the frames of silence before it."""
    whole = max(frames + silence for _, frames, silence in sides)
    out.write(header(whole, len(sides)))
    readers = [_Side(*side) for side in sides]
    try:
        for at in range(0, whole, _PIECE):
            count = min(_PIECE, whole - at)
            piece = array("h", bytes(2 * len(sides) * count))
            for number, reader in enumerate(readers):
                piece[number :: len(sides)] = reader.read(count)
            out.write(piece.tobytes())
    finally:
        for reader in readers:
            reader.close()


class _Side:
    """Samples of one side from the common beginning on; silence before and after its file."""

    def __init__(self, path: Path, frames: int, silence: int) -> None:
        self._file = path.open("rb") if frames else None
        self._silence = silence
        if self._file is not None:
            self._file.seek(HEADER)

    def read(self, count: int) -> "array[int]":
        before = min(self._silence, count)
        self._silence -= before
        data = bytes(2 * before)
        if self._file is not None and before < count:
            data += self._file.read(2 * (count - before))
        data = data[: len(data) // 2 * 2]
        return array("h", data + bytes(2 * count - len(data)))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
