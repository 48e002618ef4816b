"""Speech that was made once: WAV files by what they say, bounded in bytes, the least lately used go first."""

import asyncio
import hashlib
import os
import time
import wave
from collections import OrderedDict
from pathlib import Path

from engine.core import log

_log = log.get("voices")
YOUNG_S = 120.0
"""A file used less than so long ago stays, whatever the bound: Asterisk may be about to open it."""


def key_of(*parts: str) -> str:
    """Name of the file of these words, this voice, rate and version."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


class SpeechCache:
    """Files ``<folder>/ab/<key>.wav``. For one process; what an earlier one left is found again."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._files: OrderedDict[str, tuple[int, float]] = OrderedDict()
        """Size and time of last use, the least lately used first."""
        self.bytes = 0
        self.hits = self.misses = 0
        self._loaded = False

    def __len__(self) -> int:
        return len(self._files)

    def path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.wav"

    def find(self, key: str) -> Path | None:
        """The file, which counts as used now."""
        self.load()
        path = self.path(key)
        if key not in self._files or not path.is_file():
            self._forget(key)
            self.misses += 1
            return None
        self.hits += 1
        now = time.time()
        self._files[key] = (self._files[key][0], now)
        self._files.move_to_end(key)
        os.utime(path, (now, now))
        return path

    async def put(self, key: str, pcm: bytes, rate: int) -> Path:
        """Keep speech; the file is there whole or not at all."""
        self.load()
        path = self.path(key)
        await asyncio.to_thread(write_wav, path, pcm, rate)
        self._forget(key)
        size = len(pcm) + 44
        self._files[key] = (size, time.time())
        self.bytes += size
        self._shrink()
        return path

    def load(self) -> None:
        """Find what is in the folder; done once."""
        if self._loaded:
            return
        self._loaded = True
        found = []
        for path in self._folder.glob("??/*"):
            stat = path.stat()
            if path.suffix == ".wav":
                found.append((stat.st_mtime, stat.st_size, path.stem))
            else:
                path.unlink(missing_ok=True)
        for used, size, key in sorted(found):
            self._files[key] = (size, used)
            self.bytes += size
        self._shrink()

    def _shrink(self) -> None:
        now = time.time()
        while self.bytes > self._max_bytes and self._files:
            key, (_, used) = next(iter(self._files.items()))
            if now - used < YOUNG_S:
                return
            self._forget(key)
            self.path(key).unlink(missing_ok=True)

    def _forget(self, key: str) -> None:
        size, _ = self._files.pop(key, (0, 0.0))
        self.bytes -= size


def write_wav(path: Path, pcm: bytes, rate: int) -> None:
    """A WAV file (16 bit, one channel), in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    with wave.open(str(fresh), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    fresh.replace(path)
