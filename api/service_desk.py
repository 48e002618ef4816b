"""The parts of the service desk, joined: clients, tickets, promises, letters, the link, surveys, analysis."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

from api.analysis import http as analysis_http
from api.analysis.orders import OrdersService, Postman
from api.analysis.service import AnalysisService
from api.analysis.store import AnalysisStore, OrderStore
from api.auth.seal import Seal
from api.mail.store import MailStore
from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import Reactor
from api.web.route import Route
from api.web.scope import ScopedPool
from engine.core.clock import Clock
from engine.core.config import Settings


class ServiceDesk(NamedTuple):
    """``core`` changes requests; ``work`` runs while the api does, ``clean`` now and then."""

    core: TicketCore
    routes: list[Route]
    work: list[Coroutine[Any, Any, None]]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, clock: Clock) -> ServiceDesk:
    """All of it; within a running loop."""
    reactors: list[Reactor] = []  # who hears of every event of a request, in this order
    core = TicketCore(CoreStore(pool.plain), reactors, settings, clock)
    routes: list[Route] = []
    work: list[Coroutine[Any, Any, None]] = []
    clean: list[Callable[[], Awaitable[None]]] = []
    return ServiceDesk(core, routes, work, clean)
