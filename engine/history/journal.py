"""The journal: every fact of a call goes to a local file before it is acted on, and from there to PostgreSQL.

A ``write`` to a file outlives a kill -9 of the process and needs no answer from a database, so a call is never slowed
or lost by the database's absence. Records carry ascending positions; the database keeps the last one that it holds,
written in the same transaction, so that a record counts once however often it is offered.
"""

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.core import log
from engine.history.records import Record

_log = log.get("journal")


class Entry(msgspec.Struct, frozen=True):
    """A record and its position in the node's journal."""

    position: int
    record: Record


class Journal:
    """Append-only segments in ``folder``; one process at a time."""

    def __init__(self, folder: Path, *, max_records: int, segment_bytes: int) -> None:
        self.pending: deque[Entry] = deque()
        self.position = 0
        self.write_failures = 0
        self._folder = folder
        self._max_records = max_records
        self._segment_bytes = segment_bytes
        self._encoder = msgspec.json.Encoder()
        self._buffer = bytearray()
        self._file = -1
        self._size = 0
        self._segments: deque[tuple[Path, int]] = deque()
        """Closed segments, each with its last position."""

    @property
    def full(self) -> bool:
        """Whether so much waits for the database that no new call should be taken."""
        return len(self.pending) >= self._max_records

    def recover(self, committed: int) -> None:
        """Take up what earlier processes left: records after ``committed`` become pending, then a new segment opens."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.position = committed
        for path in sorted(self._folder.glob("*.jsonl")):
            last = 0
            for entry in read_segment(path):
                last = entry.position
                if entry.position > self.position:
                    self.pending.append(entry)
                    self.position = entry.position
            self._segments.append((path, last))
        self.forget(committed)
        self._open()

    def append(self, *records: Record) -> None:
        """Write records, in order, with one system call; they are safe from a crash of this process when it returns.

        When the disk refuses, the records stay in memory for the database, and the failure is counted.
        """
        self._buffer.clear()
        for record in records:
            self.position += 1
            entry = Entry(self.position, record)
            self.pending.append(entry)
            self._buffer += self._encoder.encode(entry)
            self._buffer += b"\n"
        try:
            self._size += os.write(self._file, self._buffer)
        except OSError as exc:
            self.write_failures += 1
            _log.error("journal_write_failed", error=str(exc), advice="Free disk space under the var folder")
        if self._size >= self._segment_bytes:
            self._close()
            self._open()

    def set_aside(self, entry: Entry) -> None:
        """Keep a record that the database refuses in ``refused.json`` for an engineer."""
        with (self._folder / "refused.json").open("ab") as file:
            file.write(self._encoder.encode(entry) + b"\n")

    def forget(self, committed: int) -> None:
        """Delete the segments whose records are all in the database."""
        while self._segments and self._segments[0][1] <= committed:
            self._segments.popleft()[0].unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; nothing is lost, the next process takes it up."""
        self._close()

    def _open(self) -> None:
        self._path = self._folder / f"{self.position + 1:020d}-{os.getpid()}.jsonl"
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = 0

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._segments.append((self._path, self.position))


def read_segment(path: Path) -> Iterator[Entry]:
    """The entries of a segment; a line torn by a crash ends it."""
    decoder = msgspec.json.Decoder(Entry)
    with path.open("rb") as file:
        for line in file:
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as exc:
                _log.warning("journal_line_unreadable", segment=path.name, error=str(exc))
