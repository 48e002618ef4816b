"""What the operations of a line are made of: waiting that a hang-up breaks off, commands that outlive a cut link."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from engine.ari.errors import AriConflict, AriDisconnected, AriNotFound, AriTimeout, AriUnprocessable
from engine.calls.model import HungUp
from engine.calls.services import CallServices

T = TypeVar("T")
GONE_GRACE_S = 2.0
"""How long a command that found its channel gone waits for the hang-up event that must follow."""


class Waiting:
    """``gone``: the caller has left, and everything that waits raises ``HungUp``."""

    def __init__(self, services: CallServices) -> None:
        self.services = services
        self.gone = False
        self._waiters: set[asyncio.Future[Any]] = set()
        self._pulses: set[asyncio.Future[None]] = set()

    async def guard(self, work: Awaitable[T]) -> T:
        """Await anything; a hang-up cancels it and is raised."""
        self.check()
        task: asyncio.Future[T] = asyncio.ensure_future(work)
        gone: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiters.add(gone)
        waited: set[asyncio.Future[Any]] = {task, gone}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise HungUp
        finally:
            self._waiters.discard(gone)
            gone.cancel() if not gone.done() else gone.exception()
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def check(self) -> None:
        """Raise ``HungUp`` when the caller is gone."""
        if self.gone:
            raise HungUp

    async def wait(self, future: "asyncio.Future[T]", timeout_s: float | None = None) -> T:
        """The future's result; ``HungUp`` when the caller goes first, ``TimeoutError`` when the time runs out."""
        self.check()
        self._waiters.add(future)
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        finally:
            self._waiters.discard(future)

    async def changed(self, until: float | None = None) -> None:
        """Returns when a leg has changed; ``TimeoutError`` at the loop time ``until``."""
        loop = asyncio.get_running_loop()
        pulse: asyncio.Future[None] = loop.create_future()
        self._pulses.add(pulse)
        try:
            await self.wait(pulse, None if until is None else max(until - loop.time(), 0.001))
        finally:
            self._pulses.discard(pulse)

    async def settle(self, done: Callable[[], bool], seconds: float) -> None:
        """Wait for ``done`` after the caller has gone, ``seconds`` at most, looking after each change."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not done() and loop.time() < until:
            pulse: asyncio.Future[None] = loop.create_future()
            self._pulses.add(pulse)
            await asyncio.wait({pulse}, timeout=until - loop.time())
            self._pulses.discard(pulse)

    async def command(self, make: Callable[[], Awaitable[T]], tries: int = 3) -> T:
        """A command about the caller's channel: waits out a cut link; a channel that is gone is ``HungUp``."""
        while True:
            self.check()
            try:
                return await make()
            except AriDisconnected:
                await self.guard(self.services.link.wait())
            except AriTimeout:
                tries -= 1
                if tries == 0:
                    raise
            except (AriNotFound, AriConflict, AriUnprocessable):
                await self._wait_gone()
                raise

    async def _wait_gone(self) -> None:
        try:
            await self.wait(asyncio.get_running_loop().create_future(), GONE_GRACE_S)
        except TimeoutError:
            return

    def pulse(self) -> None:
        """Wake who waits for a change of legs."""
        for pulse in self._pulses:
            if not pulse.done():
                pulse.set_result(None)
