"""The engine's side of detection: one process that watches legs, there from the first that is wanted on.

It needs no model of a recogniser; a node whose process can't run (no numpy) says so, and others are asked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from prometheus_client import Counter, Gauge

from engine.core import log
from engine.core.config import Settings
from engine.speech.detection.model import Finding
from engine.speech.workers import protocol
from engine.speech.workers.process import WorkerProcess
from engine.speech.workers.states import WorkerState

_log = log.get("speech.detection")
_WATCHED = Gauge("paylater_detection_streams", "Legs being watched for who answers")
_REFUSED = Counter("paylater_detection_refused", "Legs that could not be watched", ["reason"])
KIND = "detect"
START_S = 5.0
"""How long a leg waits for a process that is just starting."""
AGAIN_S = 30.0
"""After a process that did not start or can't detect, the next is tried so much later."""


class Watched:
    """One leg that is watched: its audio goes to ``host`` and ``port`` under its ``id``."""

    def __init__(self, worker: WorkerProcess, on_found: Callable[[Finding], None], on_gone: Callable[[str], None]):
        self.id: UUID = uuid4()
        self.worker = worker
        self.host, self.port = "127.0.0.1", worker.port
        self.began_at: float | None = None
        """When its audio began (monotonic); findings count from there."""
        self.on_found = on_found
        self.on_gone = on_gone

    def answered(self, at: float, max_s: float) -> None:
        """The leg was answered (monotonic): a verdict is wanted within ``max_s`` from then."""
        self.worker.send(protocol.Answered(self.id, at, max_s))


class Unwatched(Exception):
    """A leg can't be watched now; ``reason``: ``no_capacity``, ``no_engine``, ``worker_lost``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Detectors:
    """Legs that are watched on this node. ``spawn`` starts a worker process of a kind."""

    def __init__(self, spawn: Callable[[str], Awaitable[WorkerProcess]], settings: Settings) -> None:
        self.workers: list[WorkerProcess] = []
        self._spawn = spawn
        self._settings = settings
        self._streams: dict[UUID, Watched] = {}
        self._starting = asyncio.Lock()
        self._hello = asyncio.Event()
        self._blocked_until = 0.0

    @property
    def streams(self) -> int:
        """Legs being watched."""
        return len(self._streams)

    async def ready(self) -> bool:
        """Let the process be there; false when it can't. To be called ahead, so that the first leg need not wait."""
        try:
            await self._worker()
        except Unwatched:
            return False
        return True

    async def open(self, on_found: Callable[[Finding], None], on_gone: Callable[[str], None]) -> Watched:
        """A leg that the process waits for from now on.

        Raises:
            Unwatched: it can't be watched.
        """
        try:
            if len(self._streams) >= self._settings.detection_streams:
                raise Unwatched("no_capacity")
            worker = await self._worker()
        except Unwatched as exc:
            _REFUSED.labels(exc.reason).inc()
            raise
        watched = Watched(worker, on_found, on_gone)
        self._streams[watched.id] = watched
        worker.streams.add(watched.id)
        _WATCHED.set(len(self._streams))
        worker.send(protocol.Watch(watched.id))
        return watched

    def close(self, watched: Watched) -> None:
        """Nobody wants to know any more."""
        if self._forget(watched.id) is not None:
            watched.worker.send(protocol.Close(watched.id))

    def on_word(self, worker: WorkerProcess, word: Any) -> None:
        """A word of the process."""
        match word:
            case protocol.Hello():
                self._hello.set()
            case protocol.Began():
                if watched := self._streams.get(word.stream):
                    watched.began_at = word.at
            case protocol.Found():
                if watched := self._streams.get(word.stream):
                    watched.on_found(word.finding)
            case protocol.Gone():
                if word.reason == "no_engine":
                    self._block("no_engine")
                if watched := self._forget(word.stream):
                    watched.on_gone(word.reason)

    def on_lost(self, worker: WorkerProcess) -> None:
        """The process is gone, and its legs are watched no more."""
        if worker in self.workers:
            self.workers.remove(worker)
        self._hello.set()
        for stream in [self._streams[id_] for id_ in list(worker.streams) if id_ in self._streams]:
            self._forget(stream.id)
            stream.on_gone("worker_lost")

    def _forget(self, stream_id: UUID) -> Watched | None:
        watched = self._streams.pop(stream_id, None)
        if watched is not None:
            watched.worker.streams.discard(stream_id)
            _WATCHED.set(len(self._streams))
        return watched

    def _block(self, why: str) -> None:
        self._blocked_until = time.monotonic() + AGAIN_S
        _log.warning("detection_unavailable", reason=why, again_s=AGAIN_S)

    async def _worker(self) -> WorkerProcess:
        if time.monotonic() < self._blocked_until:
            raise Unwatched("no_engine")
        async with self._starting:
            ready = next((one for one in self.workers if one.state is WorkerState.READY), None)
            if ready is not None:
                return ready
            worker = next((one for one in self.workers if one.state is WorkerState.STARTING), None)
            self._hello.clear()
            if worker is None:
                try:
                    worker = await self._spawn(KIND)
                except OSError as exc:
                    self._block(str(exc))
                    raise Unwatched("worker_lost") from exc
                self.workers.append(worker)
            try:
                async with asyncio.timeout(START_S):
                    while worker.state is WorkerState.STARTING:
                        await self._hello.wait()
                        self._hello.clear()
            except TimeoutError:
                raise Unwatched("worker_lost") from None
            if worker.state is not WorkerState.READY:
                self._block("the process ended before it began")
                raise Unwatched("worker_lost")
            return worker
