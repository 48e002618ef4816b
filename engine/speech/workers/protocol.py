"""What the engine and its workers say to each other: msgpack structs, each led by its length (4 bytes, big-endian)."""

from typing import Any
from uuid import UUID

import msgspec

from engine.speech.detection.model import Finding
from engine.speech.model import Final, Listening, Onset, Partial

PREFIX = 4
MAX_MESSAGE = 32_000_000
"""Bytes of one message; results of tasks are the long ones."""
MAX_WAITING = 16_000_000
"""Bytes that may wait for a peer who does not read; such a peer is given up."""


class Begin(msgspec.Struct, tag="begin"):
    """First word to a worker: the settings, secrets left out, and names of engines whose loading killed another."""

    settings: dict[str, Any]
    avoid: list[str] = []


class Open(msgspec.Struct, tag="open"):
    """A stream is about to come in."""

    stream: UUID
    listening: Listening


class Watch(msgspec.Struct, tag="watch"):
    """A stream is about to come in of which it is to be found out who answers."""

    stream: UUID


class Answered(msgspec.Struct, tag="answered"):
    """The leg of a watched stream was answered at ``at`` (monotonic); a verdict is wanted within ``max_s``."""

    stream: UUID
    at: float
    max_s: float


class Listen(msgspec.Struct, tag="listen"):
    """Listen so from the next utterance on."""

    stream: UUID
    listening: Listening


class Close(msgspec.Struct, tag="close"):
    """Nobody wants to hear this stream any more."""

    stream: UUID


class Warm(msgspec.Struct, tag="warm"):
    """Load the model for this."""

    listening: Listening


class Run(msgspec.Struct, tag="run"):
    """Do a named task."""

    job: int
    task: str
    arguments: dict[str, Any]


class Cancel(msgspec.Struct, tag="cancel"):
    """Nobody waits for this any more."""

    job: int


class Rest(msgspec.Struct, tag="rest"):
    """Tasks that give items pause between two of them (``on``), or go on: live streams need the processor."""

    on: bool


Order = Begin | Open | Watch | Answered | Listen | Close | Warm | Run | Cancel | Rest


class Hello(msgspec.Struct, tag="hello"):
    """A worker is ready and takes AudioSocket connections at ``port`` of 127.0.0.1."""

    pid: int
    port: int


class Beat(msgspec.Struct, tag="beat"):
    """A sign of life, once a second.

    ``cpu_s`` and ``speech_s``: processor time taken, and speech heard, since the start. ``lag_s``: the longest that
    audio waits for its recogniser. ``stuck_s``: the longest that a recogniser has been at one piece of audio.
    ``loaded``: models in memory. ``refused``: connections that were no stream of ours.
    """

    streams: int
    rss_mb: int
    cpu_s: float
    speech_s: float
    lag_s: float = 0.0
    stuck_s: float = 0.0
    dropped_s: float = 0.0
    filled_s: float = 0.0
    refused: int = 0
    loaded: int = 0
    jobs: int = 0


class Began(msgspec.Struct, tag="began"):
    """The stream is heard. Its times count from ``at`` (monotonic seconds, the same in all processes)."""

    stream: UUID
    at: float
    engine: str


class Says(msgspec.Struct, tag="says"):
    """What was heard, in seconds of the stream."""

    stream: UUID
    event: Onset | Partial | Final


class Found(msgspec.Struct, tag="found"):
    """What was found in a watched stream, in seconds of it."""

    stream: UUID
    finding: Finding


class Gone(msgspec.Struct, tag="gone"):
    """The stream is over: ``tap_lost``, ``no_engine``, or ``worker_lost`` when its recogniser failed."""

    stream: UUID
    reason: str


class Loading(msgspec.Struct, tag="loading"):
    """A model is being loaded: a worker that dies now died of it."""

    engine: str


class Loaded(msgspec.Struct, tag="loaded"):
    """The model is loaded, or can't be (``fault``)."""

    engine: str
    seconds: float
    fault: str = ""


class Item(msgspec.Struct, tag="item"):
    """A piece of what a task gives on its way."""

    job: int
    value: Any


class Done(msgspec.Struct, tag="done"):
    """What a task gave."""

    job: int
    value: Any


class Failed(msgspec.Struct, tag="failed"):
    """What a task raised: the class and its text."""

    job: int
    kind: str
    text: str


Word = Hello | Beat | Began | Says | Found | Gone | Loading | Loaded | Item | Done | Failed

_encoder = msgspec.msgpack.Encoder()


def encode(message: Any) -> bytes:
    """A message as it goes over the socket.

    Raises:
        ValueError: it is longer than MAX_MESSAGE. TypeError: it holds what msgpack has no form for.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_MESSAGE:
        raise ValueError(f"a message of {len(body)} bytes; {MAX_MESSAGE} are allowed")
    return len(body).to_bytes(PREFIX, "big") + body


class Decoder:
    """Cuts bytes into messages of one kind (``Order`` or ``Word``)."""

    def __init__(self, kind: Any) -> None:
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """The messages that ``data`` completes.

        Raises:
            ValueError: too long a message, or one of no known kind (msgspec.DecodeError).
        """
        self._rest += data
        messages = []
        at = 0
        while len(self._rest) - at >= PREFIX:
            length = int.from_bytes(self._rest[at : at + PREFIX], "big")
            if length > MAX_MESSAGE:
                raise ValueError(f"a message of {length} bytes")
            end = at + PREFIX + length
            if len(self._rest) < end:
                break
            messages.append(self._decoder.decode(bytes(self._rest[at + PREFIX : end])))
            at = end
        del self._rest[:at]
        return messages
