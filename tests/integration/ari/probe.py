"""A client with a sink that writes down what it is told, and a TCP proxy that can be cut, to stand between."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import TypeVar

from engine.ari.client import AriClient
from engine.ari.events import Event, StasisStart
from engine.ari.resources import Ari
from engine.ari.sink import Snapshot
from engine.core.clock import SystemClock
from engine.core.config import Settings

E = TypeVar("E", bound=Event)


class Probe:
    """Sink and client; ``log`` holds snapshots, events and "down" in the order in which they came."""

    def __init__(self, settings: Settings) -> None:
        self.log: list[Snapshot | Event | str] = []
        self.on_connected_work: Callable[[], Awaitable[None]] | None = None
        self.client = AriClient(settings, self, SystemClock())
        self.ari = Ari(self.client)
        self._task: asyncio.Task[None] | None = None

    def on_event(self, event: Event) -> None:
        self.log.append(event)

    async def on_connected(self, snapshot: Snapshot) -> None:
        self.log.append(snapshot)
        if self.on_connected_work is not None:
            await self.on_connected_work()

    def on_disconnected(self) -> None:
        self.log.append("down")

    def start(self) -> None:
        self._task = asyncio.create_task(self.client.run())

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def snapshots(self) -> list[Snapshot]:
        return [entry for entry in self.log if isinstance(entry, Snapshot)]

    def events(self, kind: type[E]) -> list[E]:
        return [entry for entry in self.log if isinstance(entry, kind)]

    async def until(self, condition: Callable[[], object], seconds: float = 5.0) -> float:
        """Wait for a condition; gives the seconds that it took."""
        started = time.monotonic()
        while not condition():
            assert time.monotonic() - started < seconds, f"not within {seconds} s; told so far: {self.log[-20:]}"
            await asyncio.sleep(0.005)
        return time.monotonic() - started

    async def call(self, extension: str = "wait", *args: str) -> str:
        """A channel in our application whose other end runs ``extension`` of the test dialplan."""
        channel_id = f"c-{uuid.uuid4().hex[:8]}"
        await self.ari.channels.originate(
            channel_id=channel_id, endpoint=f"Local/{extension}@test", app_args=",".join(args or ("callee", "1"))
        )
        await self.until(lambda: any(e.channel.id == channel_id for e in self.events(StasisStart)))
        return channel_id


class Proxy:
    """Forwards TCP to ``port``; ``cut`` closes everything and refuses, ``freeze`` holds everything without a word."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def freeze(self) -> None:
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
