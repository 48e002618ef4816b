"""Workers: what runs as long as the api does, beside its requests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import prometheus_client
from aiohttp import web

from engine.core import log

_log = log.get("api.workers")
ENDED = prometheus_client.Counter("paylater_api_workers_ended_total", "Workers that ended and began again", ["worker"])
PAUSE_S, LONGEST_S = 1.0, 60.0
"""Before a worker that ended begins again; twice as long each time, until it has run for the longest."""
Work = Callable[[], Coroutine[Any, Any, None]]
"""Runs until it is cancelled; called again where it ended all the same."""


def beside(*works: Work) -> Callable[[web.Application], AsyncIterator[None]]:
    """A context of the application: keeps all ``works`` running."""

    async def context(_app: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(keep(work), name=_name(work)) for work in works]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return context


async def keep(work: Work, pause_s: float = PAUSE_S) -> None:
    """Until cancelled. Workers outlive what may go wrong (a database that is away) by themselves; an exception that
    comes out of one is a mistake of ours: it is logged, counted, and must not end what the worker is for."""
    name, pause = _name(work), pause_s
    time = asyncio.get_running_loop().time
    while True:
        since = time()
        try:
            await work()
            _log.error("worker_ended", worker=name, again_in=pause)
        except Exception:
            _log.exception("worker_failed", worker=name, again_in=pause)
        ENDED.labels(name).inc()
        if time() - since >= LONGEST_S:
            pause = pause_s
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_S)


def _name(work: Work) -> str:
    """``api.problems.telling.Telling.work``."""
    return f"{work.__module__}.{getattr(work, '__qualname__', '')}".replace("<locals>.", "")
