"""A worker process: hears streams of audio, does named tasks, ends with the engine.

``python -m engine.speech.workers.worker <file descriptor> <live|detect|batch> <nice> <process id of the
engine>``: the descriptor is one end of a socket pair whose other end the engine holds; the kind is there for ``ps``.
"""

import asyncio
import ctypes
import os
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.core import config, log
from engine.speech.model import Partial
from engine.speech.workers import protocol
from engine.speech.workers.errors import NoEngine
from engine.speech.workers.jobs import Jobs
from engine.speech.workers.models import Models
from engine.speech.workers.stream import CONNECT_S, Stream
from engine.speech.workers.taps import Taps

_log = log.get("speech.worker")
TICK_S = 0.1
BEAT_TICKS = 10
PARTIALS_WAITING = 1_000_000
"""Bytes that wait for an engine that reads slowly, past which partial texts are left out."""
_PR_SET_PDEATHSIG = 1
_PAGE = resource.getpagesize()


class Worker(asyncio.Protocol):
    """The process's own side of the socket pair."""

    def __init__(self) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._loop = asyncio.get_running_loop()
        self._decoder = protocol.Decoder(protocol.Order)
        self._transport: asyncio.Transport | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._streams: dict[UUID, Any] = {}
        self._taps = Taps(self._streams.get)
        self._settings = config.Settings()
        self._models = Models(self._settings, self.tell)
        self._jobs = Jobs(self._settings, self._models, self.tell)
        self._speech_s = self._dropped_s = self._filled_s = 0.0

    # The socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def data_received(self, data: bytes) -> None:
        for order in self._decoder.feed(data):
            self._on_order(order)

    def tell(self, word: Any) -> None:
        """Send a word to the engine, from any thread."""
        try:
            encoded = protocol.encode(word)
        except (TypeError, ValueError) as exc:
            if not isinstance(word, protocol.Item | protocol.Done):
                raise
            encoded = protocol.encode(protocol.Failed(word.job, type(exc).__name__, str(exc)[:1000]))
        partial = isinstance(word, protocol.Says) and isinstance(word.event, Partial)
        written = threading.Event()
        self._loop.call_soon_threadsafe(self._send, encoded, partial, written)
        if isinstance(word, protocol.Loading):  # said before it can go wrong
            written.wait(1.0)

    def _send(self, encoded: bytes, partial: bool, written: threading.Event) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        waiting = transport.get_write_buffer_size()
        if partial and waiting > PARTIALS_WAITING:
            return
        if waiting > protocol.MAX_WAITING + protocol.MAX_MESSAGE:
            _log.error("engine_does_not_read", waiting=waiting)
            self.over.set_result(None) if not self.over.done() else None
            return
        transport.write(encoded)
        written.set()

    # Orders

    def _on_order(self, order: protocol.Order) -> None:
        match order:
            case protocol.Begin():
                self._tasks.append(self._loop.create_task(self._begin(order)))
            case protocol.Open():
                self._open(order)
            case protocol.Watch():
                self._watch(order)
            case protocol.Answered():
                if (stream := self._streams.get(order.stream)) and not isinstance(stream, Stream):
                    stream.answered(order.at, order.max_s)
            case protocol.Listen():
                if stream := self._streams.get(order.stream):
                    stream.listen(order.listening)
            case protocol.Close():
                if stream := self._streams.get(order.stream):
                    self._end(stream)
            case protocol.Warm():
                threading.Thread(target=self._warm, args=(order,), daemon=True).start()
            case protocol.Run():
                self._jobs.start(order)
            case protocol.Cancel():
                self._jobs.cancel(order.job)
            case protocol.Rest():
                self._jobs.rest(order.on)

    def _open(self, order: protocol.Open) -> None:
        stream = Stream(order.stream, order.listening, self._models, self._settings.speech_buffer_s, self.tell)
        self._streams[order.stream] = stream
        stream.start()
        self._taps.announced(order.stream)

    def _watch(self, order: protocol.Watch) -> None:
        try:
            from engine.speech.detection.listener import Listener, classifier

            known = classifier()
        except (ImportError, OSError, ValueError) as exc:
            _log.error("detection_unavailable", error=str(exc))
            self.tell(protocol.Gone(order.stream, "no_engine"))
            return
        self._streams[order.stream] = Listener(order.stream, known, self.tell)
        self._taps.announced(order.stream)

    async def _begin(self, order: protocol.Begin) -> None:
        self._settings = msgspec.convert(order.settings, config.Settings, strict=False, dec_hook=_decode)
        log.setup("speech", self._settings.log_level)
        self._models = Models(self._settings, self.tell, order.avoid)
        self._jobs = Jobs(self._settings, self._models, self.tell)
        port = await self._taps.start()
        self.tell(protocol.Hello(os.getpid(), port))
        self._tasks.append(self._loop.create_task(self._ticks()))

    def _warm(self, order: protocol.Warm) -> None:
        try:
            self._models.recognizer(order.listening)
        except NoEngine as exc:
            _log.info("nothing_to_warm", reason=exc.detail)

    def _end(self, stream: Any) -> None:
        """Forget a stream, and count what it has come to."""
        self._streams.pop(stream.id, None)
        stream.close()
        self._taps.drop(stream)
        self._speech_s += stream.speech_s
        self._dropped_s += stream.dropped_s
        self._filled_s += stream.filled_s

    # Time

    async def _ticks(self) -> None:
        ticks = 0
        while True:
            now = time.monotonic()
            for stream in list(self._streams.values()):
                stream.tick(now)
                if not stream.connected and now - stream.born > CONNECT_S:
                    stream.end()
                if stream.closed:
                    self._end(stream)
            if ticks % BEAT_TICKS == 0:
                self.tell(self._beat(now))
            ticks += 1
            await asyncio.sleep(TICK_S)

    def _beat(self, now: float) -> protocol.Beat:
        streams = list(self._streams.values())
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return protocol.Beat(
            streams=len(streams),
            rss_mb=pages * _PAGE >> 20,
            cpu_s=time.process_time(),
            speech_s=self._speech_s + sum(stream.speech_s for stream in streams),
            lag_s=max((stream.lag_s for stream in streams), default=0.0),
            stuck_s=max((stream.busy_s(now) for stream in streams), default=0.0),
            dropped_s=self._dropped_s + sum(stream.dropped_s for stream in streams),
            filled_s=self._filled_s + sum(stream.filled_s for stream in streams),
            refused=self._taps.refused,
            loaded=self._models.count,
            jobs=self._jobs.count,
        )


def _decode(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise ValueError(f"{kind} is not known")


def _die_with(engine_pid: int) -> None:
    """The kernel ends this process when the engine ends, even while this one is stopped or hangs."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != engine_pid:
        os._exit(1)


def _be_modest(nice: int) -> None:
    """Calls have the processor first; when memory runs out, this process goes before Asterisk and the database."""
    os.nice(nice)
    try:
        Path("/proc/self/oom_score_adj").write_text("500")
    except OSError:
        _log.info("oom_score_not_set")


async def serve(descriptor: int) -> None:
    """Work until the engine's end of the socket closes."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # a terminal's Ctrl-C is the engine's to handle
    pair = socket.socket(fileno=descriptor)
    pair.setblocking(False)
    _, worker = await loop.create_connection(Worker, sock=pair)
    await worker.over


def main(words: list[str]) -> None:
    descriptor, nice, engine_pid = int(words[0]), int(words[2]), int(words[3])
    _die_with(engine_pid)
    _be_modest(nice)
    log.setup("speech")
    asyncio.run(serve(descriptor))
    os._exit(0)  # threads may be deep inside a recogniser


if __name__ == "__main__":
    main(sys.argv[1:])
