"""The desk's own part of requests, joined: their routes, lists, words, and what stands beside them."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

from api.tickets import http as tickets_http
from api.tickets.core import TicketCore
from api.tickets.lists import TicketLists
from api.tickets.service import TicketsService
from api.tickets.store import TicketStore
from api.web.route import Route
from api.web.scope import ScopedPool
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.tasks import every


class DeskTickets(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then."""

    routes: list[Route]
    work: list[Coroutine[Any, Any, None]]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, core: TicketCore, clock: Clock) -> DeskTickets:
    """All of it; within a running loop."""
    lists = TicketLists(pool.plain)
    tickets = TicketsService(TicketStore(pool), core, lists, clock)
    routes = [*tickets_http.routes(tickets)]
    return DeskTickets(routes, [every(settings.ticket_terms_s, lists.note_all_terms)], [])
