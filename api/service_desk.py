"""The parts of the service desk, joined: clients, tickets, promises, letters, the link, surveys, analysis."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

from api.web.route import Route
from api.web.scope import ScopedPool
from engine.core.clock import Clock
from engine.core.config import Settings


class ServiceDesk(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then."""

    routes: list[Route]
    work: list[Coroutine[Any, Any, None]]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, clock: Clock) -> ServiceDesk:
    """All of it; within a running loop."""
    routes: list[Route] = []
    work: list[Coroutine[Any, Any, None]] = []
    clean: list[Callable[[], Awaitable[None]]] = []
    return ServiceDesk(routes, work, clean)
