"""What an engine process and a process of voices say to each other over a pipe: a kind, a length, the bytes."""

import struct

import msgspec

HEADER = struct.Struct("<cI")
READY, AUDIO, END, FAILED = b"r", b"a", b"e", b"x"
"""The engine is loaded (JSON ``Ready``); a piece of speech; the text is spoken; why it was not (UTF-8)."""
MAX_BYTES = 1_000_000


class Ready(msgspec.Struct, frozen=True):
    """``speakers`` of each model."""

    version: str
    speakers: dict[str, list[str]] = {}


class Say(msgspec.Struct, frozen=True):
    """Speak ``text``; one JSON line on the process's standard input. ``model``: file of the voice, where it has one."""

    text: str
    voice: str
    language: str
    rate: int
    model: str = ""


def frame(kind: bytes, data: bytes = b"") -> bytes:
    return HEADER.pack(kind, len(data)) + data
