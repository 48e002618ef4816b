"""A cable between engine and Asterisk that can be cut: a TCP relay, and an engine that goes through it."""

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import msgspec

from tools.stack import ready, services

if TYPE_CHECKING:
    from tools.stack.stand import Stack

Listen = Callable[[int, bytes, bool], None]


class Cable:
    """Relays TCP to ``target``; while it is cut, what is open is closed and nothing new gets through.

    ``listen`` (number of the connection, bytes, true for what comes from the target) hears all that passes.
    """

    def __init__(self, target: tuple[str, int], listen: Listen | None = None) -> None:
        self._target = target
        self._listen = listen
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._count = itertools.count()
        self.port = 0
        self.is_cut = False

    async def __aenter__(self) -> "Cable":
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Cut it: both sides see their connections fall."""
        self.is_cut = True
        for writer in tuple(self._open):
            writer.transport.abort()

    def mend(self) -> None:
        self.is_cut = False

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._open |= ends
        try:
            which = next(self._count)
            await asyncio.gather(
                self._pump(which, reader, far_writer, False), self._pump(which, far_reader, writer, True)
            )
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _pump(
        self, which: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_target: bool
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if self._listen is not None:
                    self._listen(which, data, from_target)
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(ConnectionError, OSError):
            writer.write_eof()


@contextlib.asynccontextmanager
async def engine_behind(stack: "Stack", cable: Cable) -> AsyncIterator[int]:
    """The stack's engine gives way to one that reaches Asterisk by ``cable`` alone; gives its process id."""
    await asyncio.to_thread(stack.stop, "engine")
    settings = msgspec.structs.replace(stack.settings, ari_port=cable.port)
    env = {**os.environ, "PAYLATER_VAR": str(stack.var), "PAYLATER_ARI_PORT": str(cable.port)}
    log = (stack.var / "log" / "engine.log").open("ab")
    process = await asyncio.create_subprocess_exec(*services.python("engine"), env=env, stdout=log, stderr=log)
    try:
        await _ready(lambda: ready.engine(settings))
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        log.close()
        await asyncio.to_thread(stack.start, "engine")


async def _ready(check: Callable[[], object], timeout: float = 30.0) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            await check()  # type: ignore[misc]
            return
        except ready.NotReady:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)
