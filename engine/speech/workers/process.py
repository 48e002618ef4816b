"""The engine's end of one worker process."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from engine.core import config, log
from engine.core.config import ROOT, Settings
from engine.speech.workers import protocol
from engine.speech.workers.capacity import WorkerLine
from engine.speech.workers.states import WorkerState, advance

_log = log.get("speech.workers")
NICE = {"detect": 0, "live": 5, "batch": 15}
"""Calls come first, and who tells what they are; then who hears them, then what nobody waits for."""
HELLO_S = 30.0
"""How long a new process may take for its first word."""
SETTLED_S = 60.0
"""So long after a model was loaded a worker's memory is what it is."""
SECRETS = ("password", "secret", "token", "dsn")


class WorkerProcess(asyncio.Protocol):
    """One process, from its start to its end; ``on_word`` gets what it says, ``on_lost`` is called once."""

    def __init__(
        self,
        settings: Settings,
        kind: str,
        on_word: "Callable[[WorkerProcess, Any], None]",
        on_lost: "Callable[[WorkerProcess], None]",
    ) -> None:
        self.kind = kind
        self.state = WorkerState.STARTING
        self.port = 0
        self.pid = 0
        self.beat = protocol.Beat(streams=0, rss_mb=0, cpu_s=0.0, speech_s=0.0)
        self.counted = self.beat
        """The sign of life whose figures were added up last."""
        self.last_beat = time.monotonic()
        self.streams: set[UUID] = set()
        self.jobs: set[int] = set()
        self.stopped = False
        """It was told to end."""
        self.loading: str | None = None
        """The model that it is loading; one that ends then ended by it."""
        self._settings = settings
        self._on_word = on_word
        self._on_lost = on_lost
        self._decoder = protocol.Decoder(protocol.Word)
        self._transport: asyncio.Transport | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._settled_at = 0.0
        self._settled_mb = 0

    async def start(self, avoid: Iterable[str]) -> None:
        """Start the process."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            nice = NICE[self.kind] if self._settings.speech_modest else 0
            words = [str(theirs.fileno()), self.kind, str(nice), str(os.getpid())]
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "engine.speech.workers.worker", *words),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sys.stderr.fileno(),  # what libraries print belongs to the log
                pass_fds=(theirs.fileno(),),
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if not name.startswith("PAYLATER_")},
            )
        self.pid = self._process.pid
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours)
        self.send(protocol.Begin(for_worker(self._settings), list(avoid)))

    async def wait(self) -> None:
        """Until the process has ended."""
        if self._process is not None:
            code = await self._process.wait()
            _log.info("worker_ended", pid=self.pid, kind=self.kind, status=code)
        self._lose()

    def send(self, order: Any) -> None:
        """Give an order; a worker that reads none of them is killed.

        Raises:
            ValueError, TypeError: the order can't be sent.
        """
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(protocol.encode(order))
        if self._transport.get_write_buffer_size() > protocol.MAX_WAITING:
            self.kill("it does not read")

    def kill(self, why: str) -> None:
        """End the process at once."""
        _log.warning("worker_killed", pid=self.pid, kind=self.kind, reason=why)
        if self._process is not None and self._process.returncode is None:
            try:
                self._process.send_signal(signal.SIGKILL)
            except ProcessLookupError:
                return

    def stop(self) -> None:
        """Let the process end: it does when our end of the socket closes."""
        self.stopped = True
        if self._transport is not None:
            self._transport.close()

    def drain(self) -> None:
        """Take no more streams; end when the last is over."""
        self.state = advance(self.state, WorkerState.DRAINING)

    def check(self, now: float) -> str | None:
        """Why this process has to be killed, if it has."""
        settings = self._settings
        patience = HELLO_S if self.state is WorkerState.STARTING else settings.speech_worker_silence_s
        if now - self.last_beat > patience:
            return f"no sign of life for {patience:g} s"
        if self.beat.stuck_s > settings.speech_worker_stuck_s:
            return f"a recogniser is stuck for {self.beat.stuck_s:.0f} s"
        if self.beat.rss_mb > settings.speech_worker_memory_mb:
            return f"it has {self.beat.rss_mb} MB"
        return None

    @property
    def grown(self) -> bool:
        """Whether it has more memory than its models explain."""
        growth = self.beat.rss_mb - self._settled_mb
        return self._settled_mb > 0 and growth > self._settings.speech_worker_growth_mb

    def line(self) -> WorkerLine:
        """The process as others see it."""
        return WorkerLine(
            pid=self.pid,
            kind=self.kind,
            state=self.state,
            streams=len(self.streams),
            jobs=len(self.jobs),
            rss_mb=self.beat.rss_mb,
            port=self.port,
        )

    # The socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by their class

    def data_received(self, data: bytes) -> None:
        try:
            words = self._decoder.feed(data)
        except ValueError as exc:  # msgspec's errors are ValueErrors too
            self.kill(f"it talks nonsense: {exc}")
            return
        for word in words:
            self._take(word)
            self._on_word(self, word)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._lose()

    def _take(self, word: Any) -> None:
        now = time.monotonic()
        if isinstance(word, protocol.Hello):
            self.port = word.port
            self.state = advance(self.state, WorkerState.READY)
            self.last_beat = now
        elif isinstance(word, protocol.Beat):
            if word.loaded != self.beat.loaded or now < self._settled_at:
                self._settled_at = self._settled_at if word.loaded == self.beat.loaded else now + SETTLED_S
                self._settled_mb = max(self._settled_mb, word.rss_mb)
            self.beat, self.last_beat = word, now
        elif isinstance(word, protocol.Loading):
            self.loading = word.engine
        elif isinstance(word, protocol.Loaded):
            self.loading = None

    def _lose(self) -> None:
        if self.state is not WorkerState.LOST:
            self.state = advance(self.state, WorkerState.LOST)
            if self._process is not None and self._process.returncode is None:
                asyncio.get_running_loop().call_later(2.0, self._bury)
            self._on_lost(self)

    def _bury(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self.kill("it did not end")


def for_worker(settings: Settings) -> dict[str, Any]:
    """What a worker may know of the settings."""
    known = config.dump(settings)
    return {name: value for name, value in known.items() if not any(word in name for word in SECRETS)}
