"""The engine's side of its speech workers."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.speech.model import Listening


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """What can be heard on this node: live ``streams``, how many more (``free``), of ``total``; ``engines`` by name."""

    streams: int = 0
    free: int = 0
    total: int = 0
    workers: int = 0
    engines: tuple[str, ...] = ()


class Workers:
    """Starts, watches and replaces worker processes."""

    def __init__(self, settings: Settings, tasks: Tasks) -> None:
        self._settings = settings

    async def start(self) -> None:
        """Look for engines and start."""

    def capacity(self) -> Capacity:
        """What could be heard now."""
        raise NotImplementedError

    def hears(self, languages: Sequence[str]) -> bool:
        """Is there an engine for the first of these languages (capacity apart)?"""
        raise NotImplementedError

    def warm(self, listening: Listening) -> None:
        """Load the model for this now, so that the first who speaks does not wait for it."""

    async def run(self, task: str, **arguments: Any) -> Any:
        """A function of ``engine.speech.tasks.TASKS`` in a worker, below live streams in priority.

        Raises:
            NoEngine: nothing here can do it. WorkerLost: the worker ended; ask again. TaskFailed: it raised.
        """
        raise NotImplementedError

    def run_stream(self, task: str, **arguments: Any) -> AsyncIterator[Any]:
        """The same for a generator function: its items as they come, its result last."""
        raise NotImplementedError
