"""The engine's speech workers: started, watched, replaced; streams are admitted by what was measured."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from prometheus_client import Counter, Gauge

from engine.core import log
from engine.core.config import Settings
from engine.core.tasks import Tasks, every
from engine.speech.detection import service as detection
from engine.speech.model import Listening
from engine.speech.recognizers import port
from engine.speech.workers import protocol
from engine.speech.workers.asking import Asking
from engine.speech.workers.capacity import Capacity, Meter, free_streams, total_streams
from engine.speech.workers.models import key_of, order_of
from engine.speech.workers.process import WorkerProcess
from engine.speech.workers.states import WorkerState

_log = log.get("speech.workers")
_STREAMS = Gauge("paylater_speech_streams", "Streams of audio being heard")
_FREE = Gauge("paylater_speech_streams_free", "Streams that could be heard besides")
_ALIVE = Gauge("paylater_speech_workers", "Worker processes that are ready", ["kind"])
_LAG = Gauge("paylater_speech_lag_seconds", "Longest that audio waits for its recogniser")
_LOST = Counter("paylater_speech_workers_lost", "Worker processes that ended or were killed", ["kind"])
_REFUSED = Counter("paylater_speech_refused", "Streams that could not be heard when asked for", ["reason"])
_DROPPED = Counter("paylater_speech_dropped_seconds", "Audio dropped because its recogniser was too slow")
_STRANGE = Counter("paylater_speech_connections_refused", "AudioSocket connections that were no stream of ours")
_FILLED = Counter("paylater_speech_filled_seconds", "Silence put in where no audio came")
LOOK_S = 20.0
"""How often models are looked for."""
BACKOFF_MIN_S, BACKOFF_MAX_S = 0.2, 15.0
LIVED_S = 30.0
"""A process that lived so long was well: its successor starts at once."""
DEATHS = 2
"""Processes that may die of loading a model before others keep off it, for AVOID_S seconds."""
AVOID_S = 600.0
BROKEN_S = 60.0


class Refused(Exception):
    """A stream can't be heard now; ``reason`` as in ``Deaf``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LiveStream:
    """A stream that a worker waits for, or hears. ``on_word`` gets Began and Says, ``on_gone`` why it is over."""

    def __init__(self, worker: WorkerProcess, on_word: Callable[[Any], None], on_gone: Callable[[str], None]) -> None:
        self.id: UUID = uuid4()
        self.worker = worker
        self.host, self.port = "127.0.0.1", worker.port
        self.on_word = on_word
        self.on_gone = on_gone

    def listen(self, listening: Listening) -> None:
        """Listen so from the next utterance on."""
        self.worker.send(protocol.Listen(self.id, listening))


class Workers:
    """Worker processes of one node. Nothing runs where no engine is found and no task was asked for."""

    def __init__(self, settings: Settings, tasks: Tasks) -> None:
        self._settings = settings
        self._tasks = tasks
        self._order = order_of(settings)
        self._engines: list[port.Engine] = []
        self._live: list[WorkerProcess] = []
        self._streams: dict[UUID, LiveStream] = {}
        self._meter = Meter(settings.speech_stream_cost)
        self._broken: dict[str, tuple[str, float]] = {}
        self._deaths: dict[str, int] = {}
        self._avoid: dict[str, float] = {}
        self._wanted = 0
        self._heard_last: Listening | None = None
        self._changes: set[asyncio.Future[None]] = set()
        self._asking = Asking(self._spawn, settings, tasks)
        self.detectors = detection.Detectors(self._spawn, settings)
        """Finds out who answers; needs no engine."""
        self._cores = len(os.sched_getaffinity(0))

    async def start(self) -> None:
        """Look for engines, and start processes when there are some."""
        await self._look()
        self._tasks.spawn(every(LOOK_S, self._look), name="speech engines")
        self._tasks.spawn(self._watch(), name="speech workers")

    def stop(self) -> None:
        """End all processes."""
        for worker in [*self._live, *self._asking.workers, *self.detectors.workers]:
            worker.stop()

    # What can be heard

    def capacity(self) -> Capacity:
        """What is heard and could be heard now."""
        settings, lag = self._settings, self._lag
        cost = self._meter.cost
        total = total_streams(
            cost, self._cores, settings.speech_target_load, settings.speech_activity, settings.speech_streams_max
        )
        able = bool(self._ready) and bool(self._usable)
        return Capacity(
            streams=len(self._streams),
            free=free_streams(total, len(self._streams), lag) if able else 0,
            total=total if able else 0,
            cost=round(cost, 3),
            lag_s=round(lag, 2),
            workers=tuple(worker.line() for worker in (*self._live, *self._asking.workers)),
            engines=tuple(key_of(engine) for engine in self._usable),
            languages=tuple(sorted({language for engine in self._usable for language in engine.languages})),
            broken=self._faults(),
        )

    def hears(self, languages: Sequence[str]) -> bool:
        """Is there an engine for the first of these languages (capacity apart)?"""
        return port.choose(self._usable, Listening(languages=tuple(languages)), self._order) is not None

    def warm(self, listening: Listening) -> None:
        """Load the model for this now, so that the first who speaks does not wait for it."""
        for worker in self._ready:
            worker.send(protocol.Warm(listening))

    def open(
        self,
        listening: Listening,
        on_word: Callable[[Any], None],
        on_gone: Callable[[str], None],
        *,
        urgent: bool = False,
    ) -> LiveStream:
        """A stream that a worker waits for from now on; its audio goes to ``host`` and ``port`` under its ``id``.

        ``urgent``: somebody waits for an answer, and the reserve may be used.

        Raises:
            Refused: there is no engine, no worker or no room.
        """
        reason = self._refusal(listening, urgent)
        if reason is not None:
            _REFUSED.labels(reason).inc()
            raise Refused(reason)
        worker = min(self._ready, key=lambda one: len(one.streams))
        stream = LiveStream(worker, on_word, on_gone)
        self._streams[stream.id] = stream
        worker.streams.add(stream.id)
        worker.send(protocol.Open(stream.id, listening))
        self._heard_last = listening
        self._make_way()
        return stream

    def close(self, stream: LiveStream) -> None:
        """Nobody wants to hear it any more; ``on_gone`` is not called."""
        if self._forget(stream.id) is not None:
            stream.worker.send(protocol.Close(stream.id))

    async def changed(self, timeout_s: float) -> None:
        """Returns when a stream that was refused may be asked for again, or when the time is over."""
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changes.add(change)
        try:
            await asyncio.wait({change}, timeout=timeout_s)
        finally:
            self._changes.discard(change)

    # Tasks

    async def run(self, task: str, **arguments: Any) -> Any:
        """A function of ``engine.speech.tasks.TASKS`` in a worker, below live streams in priority.

        Raises:
            NoEngine: nothing here can do it. WorkerLost: the worker ended; ask again. TaskFailed: it raised.
        """
        return [result async for result in self._asking.ask(task, arguments, items=False)][-1]

    def run_stream(self, task: str, **arguments: Any) -> AsyncIterator[Any]:
        """The same for a generator function: its items as they come; what it returns, unless None, comes last."""
        return self._asking.ask(task, arguments, items=True)

    # Within

    @property
    def _ready(self) -> list[WorkerProcess]:
        return [worker for worker in self._live if worker.state is WorkerState.READY]

    @property
    def _usable(self) -> list[port.Engine]:
        return [engine for engine in self._engines if key_of(engine) not in self._faults()]

    @property
    def _lag(self) -> float:
        return max((worker.beat.lag_s for worker in self._ready), default=0.0)

    def _faults(self) -> dict[str, str]:
        now = time.monotonic()
        return {key: fault for key, (fault, until) in self._broken.items() if until > now}

    def _refusal(self, listening: Listening, urgent: bool) -> str | None:
        if port.choose(self._usable, listening, self._order) is None:
            return "no_engine"
        if not self._ready:
            return "worker_lost"
        capacity = self.capacity()
        reserve = 0 if urgent else int(capacity.total * self._settings.speech_reserve)
        return "no_capacity" if capacity.free <= reserve else None

    def _forget(self, stream_id: UUID) -> LiveStream | None:
        stream = self._streams.pop(stream_id, None)
        if stream is not None:
            stream.worker.streams.discard(stream_id)
            self._make_way()
            self._tell_change()
        return stream

    def _make_way(self) -> None:
        """Long tasks rest while more than a share of the streams is in use."""
        self._asking.rest(len(self._streams) > self.capacity().total * self._settings.speech_task_yield)

    def _tell_change(self) -> None:
        for change in self._changes:
            if not change.done():
                change.set_result(None)

    async def _look(self) -> None:
        try:
            found = await asyncio.to_thread(port.present, self._settings.models, self._order)
        except (ImportError, OSError) as exc:  # speech_engines names what is not there
            _log.error("speech_engines_unknown", error=str(exc))
            return
        if found != self._engines:
            _log.info("speech_engines", engines=[key_of(engine) for engine in found])
            self._engines = found
            self._tell_change()
        wanted = (self._settings.speech_workers or max(1, self._cores // 4)) if found else 0
        while self._wanted < wanted:
            self._wanted += 1
            self._tasks.spawn(self._keep(), name="speech worker")

    async def _keep(self) -> None:
        """One worker after another, for good: the next starts when this one has ended or takes no more streams."""
        pause = BACKOFF_MIN_S
        while not self._tasks.ending:
            began = time.monotonic()
            try:
                worker = await self._spawn("live")
                while worker.state in (WorkerState.STARTING, WorkerState.READY):
                    await self.changed(1.0)
                if worker.state is WorkerState.DRAINING:
                    continue
            except OSError as exc:
                _log.error("worker_not_started", error=str(exc))
            pause = BACKOFF_MIN_S if time.monotonic() - began > LIVED_S else min(pause * 2, BACKOFF_MAX_S)
            await asyncio.sleep(pause)

    async def _spawn(self, kind: str) -> WorkerProcess:
        now = time.monotonic()
        worker = WorkerProcess(self._settings, kind, self._on_word, self._on_lost)
        await worker.start([key for key, until in self._avoid.items() if until > now])
        if kind == "live":
            self._live.append(worker)
        self._tasks.spawn(worker.wait(), name="speech worker process")
        return worker

    async def _watch(self) -> None:
        """Kill what hangs, replace what has grown, once a second."""
        before = time.monotonic()
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            held_up, before = now - before > 3.0, now
            if held_up:  # signs of life may wait unread
                continue
            for worker in [*self._live, *self._asking.workers, *self.detectors.workers]:
                if (why := worker.check(now)) is not None:
                    worker.kill(why)
                elif worker.state is WorkerState.READY and worker.grown and worker.kind == "live":
                    _log.info("worker_has_grown", pid=worker.pid, rss_mb=worker.beat.rss_mb)
                    worker.drain()
                    self._tell_change()
                elif worker.state is WorkerState.DRAINING and not worker.streams:
                    worker.stop()
            self._show()

    def _show(self) -> None:
        capacity = self.capacity()
        _STREAMS.set(capacity.streams)
        _FREE.set(capacity.free)
        _LAG.set(capacity.lag_s)
        _ALIVE.labels("live").set(len(self._ready))
        _ALIVE.labels("batch").set(len(self._asking.workers))

    # What workers say

    def _on_word(self, worker: WorkerProcess, word: Any) -> None:
        if worker.kind == detection.KIND and not isinstance(word, protocol.Beat):
            self.detectors.on_word(worker, word)
            return
        match word:
            case protocol.Says() | protocol.Began():
                if stream := self._streams.get(word.stream):
                    stream.on_word(word)
            case protocol.Gone():
                if stream := self._forget(word.stream):
                    stream.on_gone(word.reason)
            case protocol.Beat():
                self._on_beat(worker, word)
            case protocol.Hello():
                _log.info("worker_ready", pid=worker.pid, kind=worker.kind, port=worker.port)
                self._tell_change()
                self._asking.on_word(worker, word)
                if self._heard_last is not None and worker.kind == "live":
                    worker.send(protocol.Warm(self._heard_last))
            case protocol.Loaded():
                self._on_loaded(word)
            case protocol.Item() | protocol.Done() | protocol.Failed():
                self._asking.on_word(worker, word)

    def _on_beat(self, worker: WorkerProcess, beat: protocol.Beat) -> None:
        last, worker.counted = worker.counted, beat
        _DROPPED.inc(max(0.0, beat.dropped_s - last.dropped_s))
        _STRANGE.inc(max(0, beat.refused - last.refused))
        _FILLED.inc(max(0.0, beat.filled_s - last.filled_s))
        if worker.kind == "live":
            free = self.capacity().free
            self._meter.learn(beat.cpu_s - last.cpu_s, beat.speech_s - last.speech_s, 1.0)
            if self.capacity().free > free or (self._changes and free > 0):
                self._tell_change()

    def _on_loaded(self, word: protocol.Loaded) -> None:
        if word.fault:
            _log.warning("model_not_loaded", model=word.engine, reason=word.fault)
            self._broken[word.engine] = (word.fault, time.monotonic() + BROKEN_S)
        else:
            self._broken.pop(word.engine, None)
            self._deaths.pop(word.engine, None)
            _log.info("model_loaded", model=word.engine, seconds=round(word.seconds, 2))

    def _on_lost(self, worker: WorkerProcess) -> None:
        if not worker.stopped:
            _LOST.labels(worker.kind).inc()
            _log.warning("worker_lost", pid=worker.pid, kind=worker.kind, streams=len(worker.streams))
        if worker in self._live:
            self._live.remove(worker)
        if worker.loading is not None and not worker.stopped:
            self._blame(worker.loading)
        self._asking.on_lost(worker)
        self.detectors.on_lost(worker)
        for stream_id in list(worker.streams):
            if (stream := self._forget(stream_id)) is not None:
                stream.on_gone("worker_lost")
        self._tell_change()

    def _blame(self, engine: str) -> None:
        """A process ended while it loaded this model; after a few, the model is left alone for a while."""
        self._deaths[engine] = self._deaths.get(engine, 0) + 1
        if self._deaths[engine] >= DEATHS:
            until = time.monotonic() + AVOID_S
            self._avoid[engine] = until
            self._broken[engine] = ("loading it ends the process", until)
            _log.error("model_kills_workers", model=engine)
