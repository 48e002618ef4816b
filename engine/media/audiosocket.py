"""Asterisk's AudioSocket protocol: frames over TCP, each ``kind, length (2 bytes, big-endian), payload``.

Source: res_audiosocket.c of Asterisk 22. Pure; the socket is read elsewhere.
"""

import uuid
from enum import IntEnum

import msgspec

HEADER = 3
MAX_AUDIO = 4096
"""Bytes of one audio frame; Asterisk sends 20 ms (320 bytes at 8 kHz)."""


class Kind(IntEnum):
    """Kinds of frames; audio of 8 kHz alone is asked for, other rates have kinds of their own and are refused."""

    HANGUP = 0x00
    ID = 0x01
    DIGIT = 0x03
    AUDIO = 0x10
    ERROR = 0xFF


_LENGTHS: dict[Kind, range] = {
    Kind.HANGUP: range(1),
    Kind.ID: range(16, 17),
    Kind.DIGIT: range(1, 2),
    Kind.AUDIO: range(MAX_AUDIO + 1),
    Kind.ERROR: range(2),
}
"""Lengths that a payload of each kind may have."""


class ProtocolError(Exception):
    """The peer speaks something else; close the connection."""


class Frame(msgspec.Struct, frozen=True):
    """One frame. Audio is signed 16 bit, little-endian, 8 kHz, one channel."""

    kind: Kind
    payload: bytes = b""

    @property
    def stream_id(self) -> uuid.UUID:
        """Of an ``ID`` frame: which stream this is."""
        return uuid.UUID(bytes=self.payload)


class Parser:
    """Cuts what comes off a socket into frames; holds no more than one frame that is not whole yet."""

    def __init__(self) -> None:
        self._rest = b""
        self._begun = False

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that ``data`` completes.

        Raises:
            ProtocolError: an unknown kind, a length that the kind can't have, audio before the id, a second id.
        """
        whole = self._rest + data
        frames: list[Frame] = []
        at = 0
        while len(whole) - at >= HEADER:
            kind, length = whole[at], int.from_bytes(whole[at + 1 : at + HEADER], "big")
            self._check(kind, length)
            if len(whole) - at < HEADER + length:
                break
            frames.append(Frame(Kind(kind), whole[at + HEADER : at + HEADER + length]))
            at += HEADER + length
            self._begun = True
        self._rest = whole[at:]
        return frames

    def _check(self, kind: int, length: int) -> None:
        try:
            allowed = _LENGTHS[Kind(kind)]
        except ValueError:
            raise ProtocolError(f"a frame of unknown kind 0x{kind:02x}") from None
        if length not in allowed or (kind == Kind.AUDIO and length % 2):
            raise ProtocolError(f"a frame of kind 0x{kind:02x} and {length} bytes")
        if (kind == Kind.ID) is self._begun and kind != Kind.HANGUP and kind != Kind.ERROR:
            raise ProtocolError("the id comes first, and once")


def encode(kind: Kind, payload: bytes = b"") -> bytes:
    """A frame as it goes over the wire."""
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload
