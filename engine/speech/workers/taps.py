"""Where Asterisk brings the audio of streams: an AudioSocket server inside a worker."""

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

from engine.core import log
from engine.media.audiosocket import Kind, Parser, ProtocolError
from engine.speech.workers.stream import Stream

_log = log.get("speech.taps")
UNKNOWN_S = 2.0
"""How long a connection whose stream was not announced yet is kept, and one that says nothing."""
MAX_CONNECTIONS = 500


class Taps:
    """``find`` gives the stream of an id, if it was announced."""

    def __init__(self, find: Callable[[UUID], Stream | None]) -> None:
        self.find = find
        self.connections: set[Tap] = set()
        self.refused = 0
        """Connections that were no stream of ours."""
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1") -> int:
        """Listen on a free port, and give it."""
        self._server = await asyncio.get_running_loop().create_server(lambda: Tap(self), host, 0, backlog=256)
        return int(self._server.sockets[0].getsockname()[1])

    def announced(self, stream_id: UUID) -> None:
        """A stream is known now: its connection may be waiting."""
        for tap in list(self.connections):
            if tap.waits_for == stream_id:
                tap.find()

    def drop(self, stream: Stream) -> None:
        """End the connection of a stream."""
        for tap in list(self.connections):
            if tap.stream is stream:
                tap.close()


class Tap(asyncio.Protocol):
    """One connection of Asterisk. Nothing is ever sent to it but its end."""

    def __init__(self, taps: Taps) -> None:
        self._taps = taps
        self._parser = Parser()
        self._early: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self.waits_for: UUID | None = None
        self.stream: Stream | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if len(self._taps.connections) >= MAX_CONNECTIONS:
            self._refuse("too many connections")
            return
        self._taps.connections.add(self)
        self._timer = asyncio.get_running_loop().call_later(UNKNOWN_S, self._refuse, "no stream of ours")

    def data_received(self, data: bytes) -> None:
        try:
            frames = self._parser.feed(data)
        except ProtocolError as exc:
            self._refuse(str(exc))
            return
        sound = []
        for frame in frames:
            if frame.kind is Kind.ID:
                self.waits_for = frame.stream_id
                self.find()
            elif frame.kind is Kind.AUDIO:
                sound.append(frame.payload)
            elif frame.kind in (Kind.HANGUP, Kind.ERROR):
                self._hear(b"".join(sound))
                self.close()
                return
        self._hear(b"".join(sound))

    def _hear(self, pcm: bytes) -> None:
        if not pcm:
            return
        if self.stream is not None:
            self.stream.audio(pcm, time.monotonic())
        else:
            self._early.append(pcm)

    def find(self) -> None:
        """Join the connection to its stream."""
        if self.stream is not None or self.waits_for is None:
            return
        stream = self._taps.find(self.waits_for)
        if stream is None:
            return
        if stream.connected:
            self._refuse("a second connection of one stream")
            return
        if self._timer is not None:
            self._timer.cancel()
        self.stream, stream.connected = stream, True
        early, self._early = b"".join(self._early), []
        self._hear(early)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._taps.connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self.stream is not None:
            self.stream.end()

    def close(self) -> None:
        """End the connection; Asterisk hangs the tap up."""
        if self._transport is not None:
            self._transport.abort()

    def _refuse(self, why: str) -> None:
        self._taps.refused += 1
        _log.warning("connection_refused", reason=why)
        self.close()
