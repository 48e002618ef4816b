"""Owned background tasks: every task belongs to a group that ends it; a fault in one is logged and harms no other."""

import asyncio
from collections.abc import Awaitable, Coroutine
from types import TracebackType
from typing import Any, Self

from engine.core import log
from engine.core.errors import PayLaterError

_log = log.get("tasks")


class Tasks:
    """A task group that outlives the faults of its tasks. Use as an async context manager."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._live: set[asyncio.Task[None]] = set()
        self.ending = False
        """The whole group is being cancelled: the process goes, and what lives elsewhere is left as it is."""

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()
        await self._group.__aexit__(kind, exc, trace)

    def spawn(self, work: Awaitable[Any], *, name: str = "", quiet: tuple[type[Exception], ...] = ()) -> None:
        """Run ``work`` in the group; exceptions of the ``quiet`` kinds are outcomes, others are logged."""
        task = self._group.create_task(_run(work, name, quiet), name=name or None)
        self._live.add(task)
        task.add_done_callback(self._live.discard)
        if asyncio.iscoroutine(work):
            # Of a task that is cancelled before it began, nobody else would close the work.
            task.add_done_callback(lambda _task: work.close())

    def cancel(self) -> None:
        """Cancel what still runs."""
        self.ending = True
        for task in list(self._live):
            task.cancel()


async def _run(work: Awaitable[Any], name: str, quiet: tuple[type[Exception], ...]) -> None:
    try:
        await work
    except quiet as exc:
        _log.debug("task_outcome", task=name, outcome=f"{type(exc).__name__}: {exc}")
    except Exception:
        _log.exception("task_failed", task=name)


async def every(seconds: float, work: Any, *args: Any) -> None:
    """Run the coroutine function ``work(*args)`` again and again, ``seconds`` apart; a fault is logged and outlived."""
    name = getattr(work, "__name__", str(work))
    while True:
        try:
            result: Coroutine[Any, Any, Any] = work(*args)
            await result
        except (OSError, TimeoutError, PayLaterError) as exc:
            _log.warning("periodic_task_failed", task=name, error=f"{type(exc).__name__}: {exc}")
        except Exception:
            _log.exception("periodic_task_failed", task=name)
        await asyncio.sleep(seconds)
